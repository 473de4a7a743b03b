"""The terms of steps are held against the legal term, the way told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.model import check
from procedures.vocabulary import elements

BUNDLES = Path(__file__).parents[2] / "bpmn" / "procedures"


def told(folder: Path) -> list[str]:
    elements.install()
    return [one.message for one in check([folder]) if one.rule == "terms-exceed"]


@pytest.mark.parametrize(
    "folder", sorted(path for path in BUNDLES.iterdir() if path.is_dir()), ids=lambda one: one.name
)
def test_the_terms_of_the_shipped_bundles_fit_the_law(folder: Path) -> None:
    assert told(folder) == []


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("trich-luc-ho-tich.bpmn", 'value="3" unit="WORKING_HOUR"', 'value="12" unit="WORKING_HOUR"'),
        ("trich-luc-ho-tich.bpmn", 'value="3" unit="WORKING_HOUR"', 'value="2" unit="DAY"'),
    ],
)
def test_what_is_longer_is_told_with_its_way(tmp_path: Path, file: str, before: str, after: str) -> None:
    folder = shutil.copytree(BUNDLES / "trich-luc-ho-tich", tmp_path / "goi")
    text = (folder / file).read_text("utf-8")
    (folder / file).write_text(text.replace(before, after), "utf-8")
    (message,) = told(folder)
    assert "Tra cứu, lập bản sao trích lục" in message and "→ Ký bản sao trích lục (2 giờ)" in message
    assert "quá thời hạn pháp lý 8 giờ" in message and "Trả kết quả" not in message


def test_a_longer_legal_term_lets_it_pass_and_a_case_counts(tmp_path: Path) -> None:
    folder = shutil.copytree(BUNDLES / "trich-luc-ho-tich", tmp_path / "goi")
    model, head = folder / "trich-luc-ho-tich.bpmn", folder / "procedure.yaml"
    model.write_text(
        model.read_text("utf-8").replace('value="3" unit="WORKING_HOUR"', 'value="12" unit="WORKING_HOUR"')
    )
    cases = "cases:\n  - {code: xac_minh, name: Phải xác minh, term: {value: '2', unit: WORKING_DAY}}\ncomponents:"
    head.write_text(head.read_text("utf-8").replace("components:", cases, 1), "utf-8")
    assert told(folder) == []
