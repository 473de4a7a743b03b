"""What is read out of a record, and what is flagged rather than guessed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from procedures.catalogue import read_record
from procedures.catalogue.clean import blocks, plain
from tests.procedures.catalogue.record import channel, record


def flags(**changed: Any) -> list[str]:
    return [flag.vi for flag in read_record(record(**changed)).flags]


def test_a_whole_record_is_read_without_a_flag() -> None:
    found = read_record(record())
    assert found.flags == () and found.term.vi == "5 ngày làm việc" and found.term.en == "5 working days"
    assert found.channels[0].fees[0].amount == 8000 and found.levels == ("xa",)
    assert found.groups[0].name == "Giấy tờ phải nộp" and found.groups[0].components[0].templates == ("to-khai.docx",)
    assert [(block.kind, block.text, block.depth) for block in found.steps[0].text] == [
        ("item", "Nộp hồ sơ.", 0),
        ("item", "Trực tiếp hoặc trực tuyến.", 1),
    ]


def test_fractions_are_exact_and_hours_are_working_hours() -> None:
    found = read_record(
        record(
            processing_cases=[{"case_code": "a", "qty": 6.25, "unit": "WORKING_DAY"}],
            channels=[channel(6.25, "WORKING_DAY")],
        )
    )
    assert found.term.value == Fraction(25, 4) and found.term.vi == "6,25 ngày làm việc" and found.flags == ()
    found = read_record(record(processing_cases=[{"case_code": "a", "qty": 1, "unit": "HOUR"}], channels=[]))
    assert found.term.unit == "WORKING_HOUR" and found.term.term is not None


def test_a_case_wins_over_its_channels_and_the_contradiction_is_flagged() -> None:
    found = read_record(record(channels=[channel(10, "WORKING_DAY")]))
    assert found.term.value == 5 and len(found.flags) == 1
    assert "10 ngày làm việc" in found.flags[0].vi and "10 working days" in found.flags[0].en


def test_the_same_case_twice_is_flagged_and_where_it_differs_it_is_to_configure() -> None:
    twice = [{"case_code": "a", "qty": 5, "unit": "WORKING_DAY"}] * 2
    same = read_record(record(processing_cases=twice))
    assert same.term.value == 5 and len(same.cases) == 1 and "2 lần" in same.flags[0].vi
    other = [{"case_code": "a", "qty": 5, "unit": "WORKING_DAY"}, {"case_code": "a", "qty": 7, "unit": "WORKING_DAY"}]
    found = read_record(record(processing_cases=other))
    assert found.term.to_configure and found.cases[0].term.to_configure and found.flags


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ("Không quá 10 ngày làm việc", "OTHER"),
        (1, "OTHER"),
        ("1", "OTHER"),
        (None, "WORKING_DAY"),
        (0, "WORKING_DAY"),
        (-3, "DAY"),
        ("Theo mô tả", "DAY"),
        (1.5, "MONTH"),
        (3, "YEAR"),
        (True, "DAY"),
        (float("nan"), "DAY"),
        ([3], "DAY"),
    ],
)
def test_a_term_in_prose_or_none_is_to_configure_never_guessed_and_never_zero(quantity: Any, unit: str) -> None:
    found = read_record(record(processing_cases=[], channels=[channel(quantity, unit)]))
    assert found.term.to_configure and found.channels[0].term.to_configure
    assert [flag.about for flag in found.flags] == ["term"]
    by_case = read_record(record(processing_cases=[{"case_code": "a", "qty": quantity, "unit": unit}], channels=[]))
    assert by_case.cases[0].term.to_configure and by_case.flags and by_case.term.vi.startswith("Chưa xác định")


def test_several_terms_of_one_channel_without_cases_are_to_configure_but_a_term_by_channel_is_kept() -> None:
    found = read_record(record(processing_cases=[], channels=[channel(5, "DAY"), channel(9, "DAY")]))
    assert found.term.to_configure and found.flags
    found = read_record(record(processing_cases=[], channels=[channel(5, "DAY"), channel(3, "DAY", "ONLINE")]))
    assert found.term.to_configure and [one.term.value for one in found.channels] == [5, 3] and not found.flags
    assert flags(processing_cases=[], channels=[])


@pytest.mark.parametrize(
    ("amount", "text", "expected"),
    [
        (8000, "", 8000),
        (8000.0, "Phí cấp bản sao", 8000),
        (0, "", 0),
        (0, "Miễn phí", 0),
        (0, " Không thu phí. ", 0),
        (0, "Lệ phí cấp đổi đối với cá nhân (Đất)", 0),
        (0, "Theo quy định của Hội đồng nhân dân cấp tỉnh", None),
        (0, "Nghị quyết số 09/2025/NQ-HĐND", None),
        (0, "Miễn lệ phí cho người thuộc hộ nghèo", None),
        (None, "", None),
        (None, "Không quy định", None),
        (45, "Từ ngày 01/7/2025", None),
        ("8000", "", None),
        (True, "", None),
        (-5000, "", None),
        (8000.5, "", None),
        (float("inf"), "", None),
    ],
)
def test_a_fee_is_an_amount_or_to_configure(amount: Any, text: str, expected: int | None) -> None:
    found = read_record(record(channels=[channel(5, "WORKING_DAY", "DIRECT", (amount, text))]))
    assert found.channels[0].fees[0].amount == expected
    assert [flag.about for flag in found.flags] == ([] if expected is not None else ["fee"])


def test_html_becomes_plain_blocks_and_nothing_of_it_goes_on() -> None:
    text = (
        "<p>Nộp&nbsp;hồ sơ<br/>tại <b>xã</b></p><script>alert(1)</script><ul><li>Một</li><li>Hai</li></ul>"
        "<table><tr><td>Đất</td><td>500.000</td><td>đồng</td></tr></table><img src=x onerror=alert(1)>"
    )
    found = blocks(text)
    assert [(one.kind, one.text) for one in found] == [
        ("paragraph", "Nộp hồ sơ"),
        ("paragraph", "tại xã"),
        ("item", "Một"),
        ("item", "Hai"),
        ("row", "Đất | 500.000 | đồng"),
    ]
    assert found[-1].cells == ("Đất", "500.000", "đồng")
    assert "alert" not in plain(text)
    assert plain("diện tích < 100 m² &amp; > 50 m²") == "diện tích < 100 m² & > 50 m²"
    assert plain("Tho\u031b\u0300i ha\u0323n\u200b\x07") == "Thời hạn"
    assert blocks(None) == () and blocks(" \n\t ") == ()
