"""The scenario of the how-to page passes on the bundle that it is about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from procedures.proving import scenarios
from tests.bundles.shipped import BUNDLES

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


@pytest.mark.parametrize("page", ["prove.md", "prove.en.md"])
def test_the_example_plays(page: str) -> None:
    example = re.search(r"```yaml\n(.*?)```", (PAGES / page).read_text("utf-8"), re.DOTALL)
    assert example is not None
    folder = next(bundle for bundle in BUNDLES if bundle.name == "trich-luc-ho-tich")
    names = [
        path for path in folder.rglob("*") if path.is_file() and path.suffix in (".bpmn", ".dmn", ".yaml", ".form")
    ]
    files = {str(path.relative_to(folder)): path.read_text("utf-8") for path in names}
    played = scenarios.play({**files, scenarios.FILE: example[1]}, "vi")
    assert [(name, one.failures) for name, one in played.items()] == [(next(iter(played)), ())]
