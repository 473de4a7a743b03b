"""The description of a bundle as a form: what is not changed stays as it was written; what is changed is what the form
says; comments and what the form does not know are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.yaml import Document
from procedures import record_form, record_text

ROOT = Path(__file__).parents[2]
PLACES = ("bpmn/*/*/procedure.yaml", "bpmn/*/*/route.yaml", "procedures/shapes/*/procedure.yaml")
HEADS = sorted(path for place in PLACES for path in ROOT.glob(place))


def posted(said: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What a browser sends of the form as it is shown."""
    one: dict[str, Any] = {}
    many: dict[str, list[str]] = {}

    def fill(field: record_form.Field, name: str, of: Any) -> None:
        value = record_form.shown(field, of)
        if field.kind == "picks":
            many[name] = value
        elif field.kind != "tick":
            one[name] = value
        elif value:
            one[name] = "1"

    for section in record_form.SECTIONS:
        for field in section.fields:
            fill(field, field.path, said)
        for rows in section.rows:
            for index, row in enumerate(said.get(rows.path) or []):
                for field in rows.fields:
                    fill(field, record_form.name_of(rows, index, field), row)
    return one, many


@pytest.mark.parametrize("head", HEADS, ids=lambda path: path.parent.name)
def test_a_form_that_is_sent_as_it_is_shown_changes_nothing(head: Path) -> None:
    text = head.read_text("utf-8")
    said = Document(text).value
    assert record_text.changed(text, record_form.typed(*posted(said), said)) == text


def test_what_is_typed_is_written_and_the_rest_kept() -> None:
    text = """# đầu tệp
kind: procedure
code: '1.10'  # mã quốc gia
name: Một tên
la: {giu: nguyên}  # mục lạ
# về phí
fees:
  - {name: Phí, amount: 5000, khac: giữ}  # theo thông tư
  # dòng giữa
  - {name: Phí khác, amount: null}
components: []
# cuối tệp
"""
    said = Document(text).value
    one, many = posted(said)
    one |= {"name.en": "A name", "fees.0.amount": "9000", "effective_from": "01/07/2026", "term.value": "3"}
    one |= {"components.0.code": "don", "components.0.name": "Đơn: 'x'", "components.0.originals": "một"}
    one["fees.1.bo"] = "1"
    many["agencies"] = ["xa"]
    made = record_text.changed(text, record_form.typed(one, many, said))
    value = Document(made).value
    assert value["name"] == {"vi": "Một tên", "en": "A name"}
    assert value["fees"] == [{"name": "Phí", "amount": 9000, "khac": "giữ"}]
    assert value["components"] == [{"code": "don", "name": "Đơn: 'x'", "originals": "một", "required": False}]
    assert value["effective_from"] == "2026-07-01" and value["agencies"] == ["xa"] and value["term"] == {"value": "3"}
    for kept in ("# đầu tệp", "code: '1.10'  # mã quốc gia", "la: {giu: nguyên}  # mục lạ", "# về phí", "# cuối tệp",
                 "# theo thông tư", "# dòng giữa"):  # fmt: skip
        assert kept in made, kept
    assert record_text.changed("a: b", {"a": "c", "d": {"e": "g"}}) == "a: c\nd: {e: g}\n"
    assert record_text.changed("a: b\nc: 1\n", {"a": None}) == "c: 1\n"
