"""What is authored here loads in bpmn-js, dmn-js and form-js as they come, and what they write means the same here."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine import model
from procedures import forms
from procedures.vocabulary import elements

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "bpmn", ROOT / "procedures" / "shapes")
BUILD = """
import {{ build }} from "esbuild";
await build({{ entryPoints: ["tests/browser/stock/editors.js"], outfile: "{out}", bundle: true, format: "iife",
  logLevel: "error", alias: {{ preact: "./node_modules/@bpmn-io/form-js-editor/node_modules/preact" }} }});
"""


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The editors in one script."""
    out = tmp_path_factory.mktemp("stock") / "editors.js"
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["node", "--input-type=module", "-e", BUILD.format(out=out)], cwd=ROOT, check=True,
                   env={**os.environ, "PATH": path})  # fmt: skip
    return out


def test_every_file_loads_in_the_editors_as_they_come_and_keeps_what_they_wrote(browser: Browser, stock: Path) -> None:
    elements.install()
    page = browser.new_page()
    page.add_script_tag(path=stock)
    files = [
        one for folder in FOLDERS for one in sorted(folder.rglob("*.*")) if one.suffix in (".bpmn", ".dmn", ".form")
    ]
    assert {one.suffix for one in files} == {".bpmn", ".dmn", ".form"}
    for file in files:
        text = file.read_text("utf-8")
        written = page.evaluate("([kind, text]) => written[kind](text)", [file.suffix[1:], text])
        assert written["warnings"] == [], file
        if file.suffix == ".bpmn":
            before, after = (model.read(one.encode(), file.name, bundled=True) for one in (text, written["text"]))
            assert model.diff(before, after) == [], file
        elif file.suffix == ".form":
            before, after = forms.read(text), forms.read(written["text"])
            assert before.labels() == after.labels() and before.hidden({}) == after.hidden({}), file
            checked = [(one.rule, one.message) for one in forms.check(written["text"], "x.form")]
            assert checked == [], file
        again = page.evaluate("([kind, text]) => written[kind](text)", [file.suffix[1:], written["text"]])
        assert again["text"] == written["text"], file
    page.close()
