"""Forms of form-js: read for a page without JavaScript, posted data checked in plain Vietnamese."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from procedures import forms

FORM = {
    "id": "f",
    "components": [
        {
            "type": "group",
            "label": "Người",
            "components": [
                {
                    "type": "textfield",
                    "key": "ho_ten",
                    "label": "Họ tên",
                    "validate": {"required": True, "maxLength": 10},
                },
                {"type": "textfield", "key": "thu", "label": "Thư", "validate": {"validationType": "email"}},
                {"type": "textfield", "key": "so", "label": "Số", "validate": {"pattern": "[0-9]{3}"}},
            ],
        },
        {"type": "number", "key": "so_ban", "label": "Số bản", "validate": {"min": 1}},
        {"type": "datetime", "key": "ngay", "subtype": "date", "dateLabel": "Ngày"},
        {"type": "checkbox", "key": "cam_doan", "label": "Cam đoan", "validate": {"required": True}},
        {"type": "checklist", "key": "kem", "label": "Kèm", "values": [{"value": "a", "label": "A"}, {"value": "b"}]},
        {
            "type": "textfield",
            "key": "ly_do",
            "label": "Lý do",
            "validate": {"required": True},
            "conditional": {"hide": "=so_ban != 5"},
        },
        {"type": "text", "text": "Ghi chú"},
    ],
}


def test_the_fields_are_those_that_hold_data_with_their_labels() -> None:
    form = forms.read(FORM, "f")
    assert [entry.key for entry in form.inputs()] == [
        "ho_ten",
        "thu",
        "so",
        "so_ban",
        "ngay",
        "cam_doan",
        "kem",
        "ly_do",
    ]
    assert form.labels()["ngay"] == "Ngày"


def test_a_web_form_becomes_variables() -> None:
    posted = MultiDict(
        [
            ("ho_ten", " An "),
            ("so_ban", "2,5"),
            ("ngay", "22/11/2026"),
            ("cam_doan", "on"),
            ("kem", "a"),
            ("kem", "b"),
            ("la", "x"),
        ]
    )
    got = forms.read(FORM).validate(posted)
    assert str(got.pop("so_ban")) == "2.5"
    assert got == {"ho_ten": "An", "ngay": "2026-11-22", "cam_doan": True, "kem": ["a", "b"], "thu": None, "so": None}


def test_every_fault_is_said_at_its_field() -> None:
    posted = MultiDict(
        [
            ("ho_ten", "x" * 11),
            ("thu", "khong"),
            ("so", "12"),
            ("so_ban", "không"),
            ("ngay", "30/02/2026"),
            ("kem", "c"),
        ]
    )
    with pytest.raises(forms.Invalid) as wrong:
        forms.read(FORM).validate(posted)
    assert set(wrong.value.errors) == {"ho_ten", "thu", "so", "so_ban", "ngay", "cam_doan", "kem"}
    assert wrong.value.errors["ho_ten"] == ["Không quá 10 ký tự."]


def test_a_hidden_field_is_not_asked_for_and_a_shown_one_is() -> None:
    with pytest.raises(forms.Invalid) as wrong:
        forms.read(FORM).validate({"ho_ten": "An", "cam_doan": True, "so_ban": 5})
    assert wrong.value.errors == {"ly_do": ["Điền “Lý do”."]}


def test_part_of_a_form_can_be_checked_alone() -> None:
    assert forms.read(FORM).validate({"so_ban": "3"}, partial=True) == {"so_ban": 3}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("[", "không phải JSON"),
        ({"components": 1}, "components"),
        ({"components": [{"type": "iframe"}]}, "chưa được hỗ trợ"),
        ({"components": [{"type": "textfield", "key": "họ tên"}]}, "phải là tên biến"),
        ({"components": [{"type": "textfield", "key": "a"}, {"type": "number", "key": "a"}]}, "đã dùng"),
    ],
)
def test_a_form_that_cannot_be_read_says_where(form: object, said: str) -> None:
    with pytest.raises(forms.FormError, match=said) as refused:
        forms.read(form, "f")  # type: ignore[arg-type]
    assert refused.value.en.replace("họ tên", "").isascii() and refused.value.en.startswith("f: ")


def test_a_pattern_that_would_hang_another_engine_does_not() -> None:
    form = forms.read({"components": [{"type": "textfield", "key": "a", "validate": {"pattern": "(a+)+b"}}]})
    with pytest.raises(forms.Invalid):
        form.validate({"a": "a" * 3000})


def test_every_shipped_form_can_be_read() -> None:
    found = list(Path("bpmn").rglob("*.form"))
    assert found
    for path in found:
        forms.read(path.read_bytes(), path.name)
