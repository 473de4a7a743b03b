"""The public suites: what must be refused is, what is legitimate is not, and nothing is lost in interchange."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from engine.model import export, inventory, layout, read

SHARED = Path(__file__).parents[4] / "shared"
CASES = SHARED / "data" / "conformance"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the third-party material is not here")
MANIFEST = json.loads((CASES / "manifest.json").read_text("utf-8"))["cases"] if CASES.exists() else []
#: Expressions of other languages in these files, and what a reader would write in FEEL.
TRANSLATED = {
    r"!test\.contains\((.*?)\)": r"not(contains(test, \1))",
    r"test\.contains\((.*?)\)": r"contains(test, \1)",
    r"\$\{5-2\}": "= 5 - 2",
}


def of(*kinds: str) -> list[str]:
    """The files of these kinds of cases; a case may have several."""
    found: set[str] = set()
    for case in MANIFEST:
        if case["kind"] in kinds:
            found |= {case["file"]} if isinstance(case["file"], str) else set(case["file"])
    return sorted(found)


def translated(path: Path) -> bytes:
    text = path.read_text("utf-8")
    for theirs, ours in TRANSLATED.items():
        text = re.sub(theirs, ours, text)
    return text.encode()


@pytest.mark.parametrize("file", of("reject"))
def test_what_must_be_refused_is_refused_at_an_element(file):
    errors = read(CASES / file, file).errors
    assert errors and all(error.element and error.line and error.fix for error in errors)


@pytest.mark.parametrize("file", of("trace", "script", "path"))
def test_what_runs_is_accepted(file):
    assert not read(translated(CASES / file), file).errors


@pytest.mark.parametrize("folder", ["data/workloads", "peers/models"])
def test_the_models_of_the_benchmarks_are_accepted_when_their_java_does_nothing(folder):
    for path in sorted((SHARED / folder).iterdir()):
        text = re.sub(r'(flowable|activiti):class="[^"]*"', r'\1:expression="${true}"', path.read_text("utf-8"))
        assert not read(text.encode(), path.name).errors, path.name


@pytest.mark.parametrize("file", of("import"))
def test_an_imported_model_keeps_everything(file):
    case = next(case for case in MANIFEST if case["file"] == file)
    data = (CASES / file).read_bytes()
    again = export(data)
    before, after = (etree.tostring(etree.fromstring(xml), method="c14n2") for xml in (data, again))
    assert before == after
    found = {process["process"]: process for process in inventory(again)}
    for wanted in case["expected"]["inventory"]:
        process = found[wanted["process"]]
        assert {kind: process["counts"].get(kind) for kind in wanted["counts"]} == wanted["counts"]
        assert process["user_tasks"] == sorted(wanted["user_tasks"])
        assert sorted(process["lanes"]) == sorted(wanted["lanes"])


@pytest.mark.parametrize("file", of("trace", "script", "path", "import"))
def test_a_layout_changes_no_process(file):
    data = (CASES / file).read_bytes()
    counts = [process["counts"] for process in inventory(data)]
    assert [process["counts"] for process in inventory(layout(data))] == counts
