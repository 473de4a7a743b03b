"""A note that tells another term than the record's number is flagged; one that agrees, or tells of a step, is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from procedures.catalogue.reading import read_record

REMOTE = "Đối với các xã miền núi, hải đảo, vùng có điều kiện kinh tế - xã hội khó khăn"


def flags(quantity: float, unit: str, *notes: str, more: list[dict[str, Any]] | None = None) -> list[str]:
    channels = [{"method": "DIRECT", "processing": {"qty": quantity, "unit": unit}, "note": note} for note in notes]
    record = {"code": "9.900001", "name": "Thủ tục", "channels": [*channels, *(more or [])],
              "processing_cases": [{"case_code": "1", "qty": quantity, "unit": unit}]}  # fmt: skip
    return [flag.vi for flag in read_record(record).flags if "Ghi chú" in flag.vi]


@pytest.mark.parametrize(
    ("quantity", "unit", "note", "told"),
    [
        (20, "DAY", "Trong thời hạn 20 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.", "20 ngày làm việc"),
        (23, "WORKING_DAY", "Thời gian thực hiện: không quá 23 ngày.", "23 ngày"),
        (8, "WORKING_DAY", f"Không quá 8 ngày làm việc. {REMOTE}: không quá 18 ngày làm việc.", "18 ngày làm việc"),
        (5, "WORKING_DAY", "Thời gian thực hiện 30 ngày.", "30 ngày"),
        (10, "WORKING_DAY", f"{REMOTE} thì thời gian thực hiện được tăng thêm 10 ngày.", "+ 10 ngày"),
        (9, "DAY", "9 ngày (hoặc 7 ngày đối với nhà ở riêng lẻ)", "7 ngày"),
        (7, "WORKING_DAY", "Không quá 7,5 ngày làm việc kể từ ngày nhận được hồ sơ đầy đủ.", "7,5 ngày làm việc"),
        (2, "WORKING_DAY", "Thời hạn giải quyết là 01 tháng.", "01 tháng"),
    ],
)
def test_a_note_against_the_number_is_flagged_and_nothing_is_guessed(
    quantity: int, unit: str, note: str, told: str
) -> None:
    assert [f"“{told}”" in said for said in flags(quantity, unit, note)] == [True]
    channel = {"method": "DIRECT", "processing": {"qty": quantity, "unit": unit}, "note": note}
    read = read_record({"code": "9.9", "name": "Thủ tục", "channels": [channel]})
    assert read.term.value == quantity and read.term.unit == unit


@pytest.mark.parametrize(
    ("quantity", "unit", "note"),
    [
        (8, "WORKING_DAY", "Không quá 08 ngày làm việc kể từ ngày nhận đủ hồ sơ."),
        (8, "WORKING_DAY", "Nộp trực tiếp tại Trung tâm Phục vụ hành chính công."),
        (12, "WORKING_DAY", "Không quá 07 ngày làm việc.\nThời gian của cơ quan thuế: Không quá 05 ngày làm việc."),
        (23, "WORKING_DAY", "Không quá 23 ngày làm việc, trong đó:\n- Chủ tịch giao việc trong thời hạn 03 ngày."),
        (1, "WORKING_DAY", "Trường hợp hồ sơ được nộp sau 15 giờ thì trả kết quả trong ngày làm việc tiếp theo."),
        (5, "WORKING_DAY", "Cơ quan được hỏi trả lời trong thời hạn 03 ngày kể từ ngày nhận được văn bản."),
        (5, "WORKING_DAY", "Giấy phép có giá trị 12 tháng."),
        (5, "WORKING_DAY", "Theo Nghị định số 49/2026/NĐ-CP ngày 31/01/2026, nộp trước ngày 15 tháng 3."),
        (20, "DAY", ""),
    ],
)  # fmt: skip
def test_a_note_that_agrees_or_speaks_of_a_step_is_not_flagged(quantity: int, unit: str, note: str) -> None:
    assert flags(quantity, unit, note) == []


def test_what_another_channel_or_case_gives_as_a_number_is_no_contradiction() -> None:
    note = f"Không quá 8 ngày làm việc. {REMOTE}: không quá 18 ngày làm việc."
    other = {"method": "ONLINE", "processing": {"qty": 18, "unit": "WORKING_DAY"}, "note": note}
    assert flags(8, "WORKING_DAY", note, more=[other]) == []
    added = f"Không quá 8 ngày làm việc. {REMOTE}: tăng thêm 10 ngày làm việc."
    assert flags(8, "WORKING_DAY", added, more=[other]) == []


def test_the_flag_is_in_both_languages_and_says_both_terms() -> None:
    channel = {"method": "DIRECT", "processing": {"qty": 5, "unit": "WORKING_DAY"}, "note": "Không quá 30 ngày."}
    flag = read_record({"code": "9.9", "name": "Thủ tục", "channels": [channel]}).flags[0]
    assert "“30 ngày”" in flag.vi and "5 ngày làm việc" in flag.vi and "5 working days" in flag.en


DATA = Path(__file__).parents[4] / "shared" / "data" / "tthc"


@pytest.mark.skipif(not DATA.is_dir(), reason="the national records are not beside the project")
def test_of_the_real_records_a_third_tell_more_in_their_notes() -> None:
    import json

    told = 0
    for file in DATA.glob("*.json"):
        told += any("Ghi chú của kênh" in flag.vi for flag in read_record(json.loads(file.read_text("utf-8"))).flags)
    assert 90 <= told <= 120
