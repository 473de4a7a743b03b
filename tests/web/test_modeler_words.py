"""The drawing's page: what its editors say is said in Vietnamese, and it is no larger than promised."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASSETS, BUILT, PARTS = ROOT / "web" / "assets", ROOT / "web" / "static" / "dist", ROOT / "node_modules"
SAID = re.compile(r"""translate\((?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")""")
#: What stands in groups that the engine does not execute, and are therefore not shown (modeler-panel.js).
NOT_SHOWN = {
    "Active elements",
    "Active elements collection",
    "Binding",
    "Business ID",
    "Camunda Form",
    "Camunda Form (embedded)",
    "Camunda Form (linked)",
    "Camunda user task",
    "Custom form key",
    "Event type",
    "Execution listeners",
    "Extension properties",
    "External form reference",
    "Form",
    "Form ID",
    "Form JSON configuration",
    "Inherit from parent",
    "Job priority",
    "Listener type",
    "Task listeners",
    "Version tag",
    "deployment",
    "latest",
    "version tag",
    "{eventType}: {type}",
}


def words(name: str) -> set[str]:
    return set(json.loads((ASSETS / name).read_text("utf-8")))


def translated(text: str) -> set[str]:
    return {one or other for one, other in SAID.findall(text)}


def test_the_panel_speaks_vietnamese() -> None:
    text = (PARTS / "bpmn-js-properties-panel" / "dist" / "index.esm.js").read_text("utf-8")
    zeebe = text[: text.index("function updateAdHocCompletionGroup")]  # behind it stands the other dialect's
    own = set(re.findall(r'"((?:[^"\\]|\\.)+)": "', (ASSETS / "modeler-words.js").read_text("utf-8")))
    assert translated(zeebe) - own - words("modeler-panel-words.json") - NOT_SHOWN == set()
    parts = (PARTS / "@bpmn-io" / "properties-panel" / "dist" / "index.esm.js").read_text("utf-8")
    assert translated(parts) - words("modeler-panel-words.json") <= {"JSON contains errors"}


def test_the_token_simulation_speaks_vietnamese() -> None:
    built = (BUILT / "simulation.js").read_text("utf-8")
    assert re.findall(r'title="[A-Z][a-z]+ [A-Za-z ]+"', built) == []
    assert set(re.findall(r'text:(?:\w+\|\|)?"([A-Z][a-z]+ ?[A-Za-z ]*)"', built)) == set()


def test_the_page_of_a_drawing_is_no_larger_than_promised() -> None:
    """600 KB as they are sent; the token simulation comes when somebody asks for it."""
    loaded = ("site.css", "site.js", "author.js", "modeler.css", "modeler.js")
    assert sum(len(gzip.compress((BUILT / name).read_bytes())) for name in loaded) <= 600_000
