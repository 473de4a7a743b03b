"""What a form takes and what it refuses: numbers as Vietnamese write them, conditions over typed values, form-js's
rules as form-js applies them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from engine.calendar import VIETNAM
from procedures import forms

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=VIETNAM)


def given(fields: list[dict[str, Any]], posted: Any, **more: Any) -> dict[str, Any]:
    """What a form of these fields makes of the data; `{"refused": [keys]}` where it refuses them."""
    try:
        return forms.read({"components": fields}).validate(posted, now=NOW, **more)
    except forms.Invalid as wrong:
        return {"refused": sorted(wrong.errors)}


def web(**typed: str | list[str]) -> MultiDict[str, str]:
    return MultiDict(typed)


AREA = [{"type": "number", "key": "a", "label": "Diện tích", "decimalDigits": 2}]
REFUSED = {"refused": ["a"]}


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("1.500", REFUSED),
        ("1.500,5", {"a": Decimal("1500.5")}),
        ("1.5", REFUSED),
        ("1,5", {"a": Decimal("1.5")}),
        ("1500", {"a": 1500}),
        ("1500,5", {"a": Decimal("1500.5")}),
        ("1 500", {"a": 1500}),
        ("1.000,5", {"a": Decimal("1000.5")}),
        ("1.000.000", {"a": 1000000}),
        ("0.500,5", REFUSED),
        ("10.00,5", REFUSED),
        ("1,000.5", REFUSED),
        ("1 500", {"a": 1500}),
        ("15 00", REFUSED),
        ("−3", {"a": -3}),
        ("12,345", REFUSED),
        ("1e3", REFUSED),
        ("Infinity", REFUSED),
        ("NaN", REFUSED),
        ("9" * 30, REFUSED),
        ("٣", REFUSED),
    ],
)
def test_a_number_is_read_as_vietnamese_write_it(typed: str, right: dict[str, Any]) -> None:
    assert given(AREA, web(a=typed)) == right


def test_a_point_in_a_number_is_explained_and_a_whole_number_asked_for() -> None:
    with pytest.raises(forms.Invalid, match="viết 1500 nếu là số nguyên, 1,5 nếu là số thập phân"):
        forms.read({"components": AREA}).validate(web(a="1.500"))
    with pytest.raises(forms.Invalid, match="không có dấu chấm; phần thập phân viết sau dấu phẩy"):
        forms.read({"components": AREA}).validate(web(a="1.5"))
    whole = [{"type": "number", "key": "a", "decimalDigits": 0}]
    with pytest.raises(forms.Invalid, match="Cần nhập số nguyên"):
        forms.read({"components": whole}).validate(web(a="1,5"))


@pytest.mark.parametrize("number", [1500, 1500.0, Decimal("1500"), "1500"])
def test_a_number_of_a_program_is_taken_as_it_is(number: object) -> None:
    assert given(AREA, {"a": number}) == {"a": 1500}


@pytest.mark.parametrize("number", [True, [1], {}, float("nan"), "1.500"])
def test_what_is_no_number_is_refused_from_a_program_too(number: object) -> None:
    assert given(AREA, {"a": number}) == REFUSED


def test_a_number_fits_its_step() -> None:
    field = [{"type": "number", "key": "a", "increment": "0.5"}]
    assert given(field, web(a="2,5")) == {"a": Decimal("2.5")}
    assert given(field, web(a="2,3")) == REFUSED


TICK = [
    {"type": "checkbox", "key": "co", "label": "Gửi qua bưu chính"},
    {
        "type": "textfield",
        "key": "a",
        "label": "Địa chỉ gửi",
        "validate": {"required": True},
        "conditional": {"hide": "=not(co)"},
    },
]
COUNT = [
    {"type": "number", "key": "so", "label": "Số con"},
    {"type": "textfield", "key": "a", "validate": {"required": True}, "conditional": {"hide": "=so < 3"}},
]


@pytest.mark.parametrize(
    ("fields", "posted", "right"),
    [
        (TICK, web(co="true", a="Số 1"), {"co": True, "a": "Số 1"}),
        (TICK, web(co="true", a=""), REFUSED),
        (TICK, web(a=""), {"co": False}),
        (TICK, {"co": True, "a": "Số 1"}, {"co": True, "a": "Số 1"}),
        (COUNT, web(so="3", a="sinh ba"), {"so": 3, "a": "sinh ba"}),
        (COUNT, web(so="3", a=""), REFUSED),
        (COUNT, web(so="2", a="bị ẩn"), {"so": 2}),
        (COUNT, web(so="", a="x"), {"so": None, "a": "x"}),  # null hides nothing
        (COUNT, web(so="", a=""), REFUSED),
    ],
)
def test_a_field_is_hidden_only_where_its_condition_is_true_of_typed_values(
    fields: list[dict[str, Any]], posted: Any, right: dict[str, Any]
) -> None:
    assert given(fields, posted) == right


def test_what_stands_in_a_hidden_group_is_neither_checked_nor_sent() -> None:
    fields = [
        {"type": "radio", "key": "loai", "values": [{"value": "a"}, {"value": "b"}]},
        {
            "type": "group",
            "conditional": {"hide": '=loai = "a"'},
            "components": [
                {"type": "group", "components": [{"type": "number", "key": "a", "validate": {"required": True}}]}
            ],
        },
    ]
    assert given(fields, web(loai="a", a="chữ")) == {"loai": "a"}
    assert given(fields, web(loai="b", a="")) == REFUSED
    assert forms.read({"components": fields}).hidden({"loai": "a"}) == {"a"}


def test_a_date_decides_as_a_date() -> None:
    fields = [
        {"type": "datetime", "subtype": "date", "key": "ngay"},
        {"type": "textfield", "key": "a", "conditional": {"hide": '=date(ngay) < date("2026-01-01")'}},
    ]
    assert given(fields, web(ngay="06/06/2026", a="x")) == {"ngay": "2026-06-06", "a": "x"}
    assert given(fields, web(ngay="06/06/2025", a="x")) == {"ngay": "2025-06-06"}


def text(**rules: Any) -> list[dict[str, Any]]:
    return [{"type": "textfield", "key": "a", "label": "A", "validate": rules}]


@pytest.mark.parametrize(
    ("fields", "typed", "right"),
    [
        (text(pattern="^VN"), "VN-123", {"a": "VN-123"}),  # form-js searches; only ^ and $ bind
        (text(pattern="^[0-9]{4}$"), "12345", REFUSED),
        (text(pattern="^(?!0000)[0-9]{4}$"), "1234", REFUSED),  # a rule that nobody can read lets nothing through
        (text(minLength="=2"), "a", REFUSED),
        (text(minLength="=2"), "ab", {"a": "ab"}),
        (text(maxLength="=1 + 1"), "abc", REFUSED),
        (text(minLength="hai"), "abc", REFUSED),
        (text(maxLength=99999), "x" * 4001, REFUSED),
        (text(), "a\x00b", REFUSED),
    ],
)
def test_text_obeys_the_rules_of_form_js(fields: list[dict[str, Any]], typed: str, right: dict[str, Any]) -> None:
    assert given(fields, web(a=typed)) == right


def test_limits_of_a_number_are_evaluated() -> None:
    fields = [
        {"type": "number", "key": "b"},
        {"type": "number", "key": "a", "validate": {"min": "=b", "max": "=5 + 5"}},
    ]
    assert given(fields, web(a="11", b="1")) == REFUSED
    assert given(fields, web(a="2", b="3")) == REFUSED
    assert given(fields, web(a="4", b="3")) == {"a": 4, "b": 3}
    assert given(fields, web(a="4", b="")) == {"a": 4, "b": None}  # a limit that is null limits nothing


def when(subtype: str, **more: Any) -> list[dict[str, Any]]:
    return [{"type": "datetime", "subtype": subtype, "key": "a", "dateLabel": "Ngày", **more}]


@pytest.mark.parametrize(
    ("fields", "typed", "right"),
    [
        (when("date"), "6/6/2026", {"a": "2026-06-06"}),
        (when("date"), "06-06-2026", {"a": "2026-06-06"}),
        (when("date"), "2026-06-06", {"a": "2026-06-06"}),
        (when("date"), "2010-06-06T00:00:00+02:00", {"a": "2010-06-06"}),
        (when("date"), "2026-06-06 hoặc 07/06/2026", REFUSED),
        (when("date"), "06/06/20261", REFUSED),
        (when("date"), "30/02/2010", REFUSED),
        (when("date"), "01/01/0001", REFUSED),
        (when("date"), "31/12/9999", REFUSED),
        (when("time"), "8:05", {"a": "08:05:00"}),
        (when("time"), "25:00", REFUSED),
        (when("time"), "08:05 sáng", REFUSED),
        (when("datetime"), "06/06/2026 8:05", {"a": "2026-06-06T08:05:00"}),
        (when("datetime"), "2026-06-06T08:05", {"a": "2026-06-06T08:05:00"}),
        (when("datetime"), "06/06/2026", REFUSED),
        (when("date", disallowPassedDates=True), "09/06/2026", REFUSED),
        (when("date", disallowPassedDates=True), "10/06/2026", {"a": "2026-06-10"}),
        (when("datetime", disallowPassedDates=True), "10/06/2026 08:59", REFUSED),
        (when("date", properties={"mc:past": "true"}), "11/06/2026", REFUSED),
        (when("date", properties={"mc:past": "true"}), "10/06/2026", {"a": "2026-06-10"}),
    ],
)
def test_a_date_is_taken_whole_or_not_at_all(fields: list[dict[str, Any]], typed: str, right: dict[str, Any]) -> None:
    assert given(fields, web(a=typed)) == right


def choosing(kind: str, **more: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "key": "a", "values": [{"value": "x"}, {"value": "y"}], **more}]


@pytest.mark.parametrize("kind", ["select", "radio", "checklist", "taglist"])
def test_what_was_not_offered_is_refused(kind: str) -> None:
    many = kind in ("checklist", "taglist")
    assert given(choosing(kind), web(a=["x"] if many else "x")) == {"a": ["x"] if many else "x"}
    assert given(choosing(kind), web(a=["x", "z"] if many else "z")) == REFUSED
    assert given(choosing(kind), {"a": {"x": 1}}) == REFUSED
    assert given([{"type": kind, "key": "a"}], web(a=["x"] if many else "x")) == REFUSED  # nothing is offered at all


@pytest.mark.parametrize("kind", ["select", "checklist"])
def test_people_and_agencies_are_taken_only_from_their_picker(kind: str) -> None:
    fields = [{"type": kind, "key": "a", "values": [{"value": "la"}], "properties": {"mc": "official"}}]
    many = kind == "checklist"
    offered = {"a": [("lan", "Lan")]}
    assert given(fields, web(a=["lan"] if many else "lan"), offered=offered) == {"a": ["lan"] if many else "lan"}
    for outsider in ("hung", "la"):
        assert given(fields, web(a=[outsider] if many else outsider), offered=offered) == REFUSED
    assert (
        given(fields, web(a=["lan"] if many else "lan")) == REFUSED
    )  # a caller that forgot the picker gets nothing in


BRIDE = [
    {
        "type": "datetime",
        "subtype": "date",
        "key": "a",
        "dateLabel": "Ngày sinh",
        "properties": {
            "mc:rule": '=date(a) + duration("P18Y") <= today()',
            "mc:ruleMessage": "Nữ phải từ đủ 18 tuổi.",
        },
    }
]


def test_a_rule_of_the_procedure_is_feel_with_its_own_sentence() -> None:
    assert given(BRIDE, web(a="10/06/2008")) == {"a": "2008-06-10"}
    assert given(BRIDE, web(a="")) == {"a": None}
    with pytest.raises(forms.Invalid, match="Nữ phải từ đủ 18 tuổi"):
        forms.read({"components": BRIDE}).validate(web(a="11/06/2008"), now=NOW)


def test_only_the_fields_that_are_asked_for_are_taken_and_the_others_are_known() -> None:
    fields = [*COUNT, {"type": "textfield", "key": "b", "validate": {"required": True}}]
    form = forms.read({"components": fields})
    assert form.validate({"a": "x", "b": "khác"}, only={"a"}, known={"so": 4, "b": "cũ"}) == {"a": "x"}
    assert form.validate({"a": "x"}, only={"a"}, known={"so": 1}) == {}
    with pytest.raises(forms.Invalid):
        form.validate({"a": ""}, only={"a"}, known={"so": 4})
