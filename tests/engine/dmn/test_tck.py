"""The technology compatibility kit of DMN: level 2 whole, level 3 at least 98 %, each miss known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.feel.errors import FeelError
from tests.engine.dmn.tck import KIT, cases, main

pytestmark = pytest.mark.skipif(not KIT.is_dir(), reason="the kit is not beside the project")


def test_level_2_passes_whole() -> None:
    found = list(cases(KIT / "compliance-level-2"))
    assert len(found) > 100
    assert [case for case in found if not case.passed] == []


def test_level_3_misses_only_functions_of_other_languages() -> None:
    found = list(cases(KIT / "compliance-level-3"))
    misses = [case for case in found if not case.passed]
    assert {case.folder for case in misses} <= {"0076-feel-external-java"}
    assert len(misses) <= 0.02 * len(found)
    assert not [case for case in found if isinstance(case.found, Exception) and not isinstance(case.found, FeelError)]


def test_the_command_prints_the_table_of_the_reference(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    row = next(line for line in printed.splitlines() if "Một Cửa" in line)
    reference = Path(__file__).resolve().parents[3] / "docs" / "reference" / "conformance.md"
    assert row in reference.read_text(encoding="utf-8")
    assert re.search(r"\d+/\d+ \(100\.0 %\)", row)
