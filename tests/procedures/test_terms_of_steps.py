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


def lengthened(tmp_path: Path, step: str, before: str, after: str, policy: str = "") -> list[str]:
    """What is told of the building permit of 2024, whose dossiers may be sent back twice, with another term of a
    step."""
    folder = shutil.copytree(BUNDLES / "giay-phep-xay-dung-2024", tmp_path / "goi")
    model, head = folder / "giay-phep-xay-dung.bpmn", folder / "procedure.yaml"
    start, _, rest = model.read_text("utf-8").partition(f'id="{step}"')
    assert before in rest.partition("</bpmn:userTask>")[0]
    model.write_text(f'{start}id="{step}"{rest.replace(before, after, 1)}', "utf-8")
    if policy:
        head.write_text(head.read_text("utf-8").replace("supplement: {effect: pause", f"supplement: {policy}"), "utf-8")
    return told(folder)


def test_a_way_with_pauses_is_counted_and_the_pauses_are_told(tmp_path: Path) -> None:
    before, after = 'value="3" unit="WORKING_DAY"', 'value="5" unit="WORKING_DAY"'
    (message,) = lengthened(tmp_path, "tham_dinh_lai", before, after)
    assert "→ Chờ chủ đầu tư bổ sung hồ sơ (tạm dừng) → Thẩm định hồ sơ bổ sung (40 giờ)" in message


def test_a_pause_that_begins_the_term_anew_forgets_what_was_before(tmp_path: Path) -> None:
    before, restart = 'value="3" unit="WORKING_DAY"', "{effect: restart"
    assert lengthened(tmp_path / "a", "tham_dinh_lai", before, before.replace("3", "8"), restart) == []
    (message,) = lengthened(tmp_path / "b", "tham_dinh_lai", before, before.replace("3", "30"), restart)
    assert ": Thẩm định hồ sơ bổ sung (240 giờ) →" in message
