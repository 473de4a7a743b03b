"""Forms of the pages on marshmallow: what was typed, checked, with one Vietnamese sentence for each wrong field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate
from werkzeug.datastructures import MultiDict

#: The years that people mean: what lies outside is mistyped, and near the end of time no day follows.
YEARS = range(1900, 2201)


class Form(Schema):
    """A form: unknown fields are left out, spaces around text are taken off, empty optional fields become ''."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def tidy(self, data: Any, **_: Any) -> dict[str, Any]:
        """A posted MultiDict (or any mapping) as plain values; a list field keeps all of its values."""
        lists = {name for name, f in self.fields.items() if isinstance(f, fields.List)}
        many = data if isinstance(data, MultiDict) else MultiDict(data)
        return {
            name: (many.getlist(name) if name in lists else str(many.get(name) or "").strip()) for name in self.fields
        }


def read(form: type[Form] | Form, posted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """`(values, errors)`: the values where all is well, else what was typed, and for each wrong field one sentence
    (key ``""``: of the form as a whole)."""
    schema = form() if isinstance(form, type) else form
    try:
        return schema.load(posted), {}
    except ValidationError as error:
        many = posted if isinstance(posted, MultiDict) else MultiDict(posted)
        typed = {
            name: many.getlist(name) if isinstance(f, fields.List) else many.get(name, "")
            for name, f in schema.fields.items()
        }
        wrong: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        messages = {("" if name == "_schema" else name): str(_first(found)) for name, found in wrong.items()}
        return typed, messages


def _first(found: Any) -> Any:
    while isinstance(found, (list, dict)):
        found = next(iter(found.values() if isinstance(found, dict) else found))
    return found


def text(missing: Any = None, *, longest: int = 500) -> fields.String:
    """A line of text; `missing` is the sentence shown where it is empty, None where it may be."""
    checks: list[Any] = [_NotLonger(longest)]
    if missing is not None:
        checks.insert(0, _NotEmpty(missing))
    return fields.String(load_default="", validate=checks)


def choice(choices: Any, missing: Any) -> fields.String:
    """One of `choices` (values, or a function that gives them when the form is read)."""
    return fields.String(load_default="", validate=[_OneOf(choices, missing)])


def day(missing: Any = None, wrong: Any = None) -> fields.Field[date | None]:
    """A date as a browser's date field sends it, or dd/mm/yyyy as people write it."""
    wrong = wrong or _l("Ngày phải có dạng ngày/tháng/năm, ví dụ 22/11/2026")
    return _Day(load_default=None, missing=missing, wrong=wrong)


def ticked() -> fields.Field[bool]:
    """A box: True where it is ticked."""
    return _Ticked(load_default=False)


class _NotEmpty(validate.Validator):
    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence

    def __call__(self, value: Any) -> Any:
        if not value:
            raise ValidationError([self.sentence])
        return value


class _NotLonger(validate.Validator):
    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, value: Any) -> Any:
        if len(value) > self.longest:
            raise ValidationError([_l("Nội dung dài quá %(num)s ký tự", num=self.longest)])
        return value


class _OneOf(validate.Validator):
    def __init__(self, choices: Any, sentence: Any) -> None:
        self.choices, self.sentence = choices, sentence

    def __call__(self, value: Any) -> Any:
        if value not in (self.choices() if callable(self.choices) else self.choices):
            raise ValidationError([self.sentence])
        return value


class _Day(fields.Field[date | None]):
    def __init__(self, *, missing: Any, wrong: Any, **more: Any) -> None:
        super().__init__(**more)
        self.missing, self.wrong = missing, wrong

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> date | None:
        if not value:
            if self.missing is not None:
                raise ValidationError([self.missing])
            return None
        found = posted_day(value)
        if found is None:
            raise ValidationError([self.wrong])
        return found


class _Ticked(fields.Field[bool]):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool:
        return bool(value)


def posted_day(text: str | None) -> date | None:
    """A date from a date field (ISO) or as people write it (22/11/2026); None where it is empty, no date, or outside
    `YEARS`."""
    text = (text or "").strip()
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            found = date(year, month, day)
        else:
            found = date.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return found if found.year in YEARS else None


def asked_period(first: date, last: Callable[[date], date]) -> tuple[date, date]:
    """The days that the address asks for (``tu-ngay``, ``den-ngay``); where it names none, `first` and what `last`
    says of the first. What is no day, or stands in the wrong order, is told and not taken for another in silence."""
    typed = [request.args.get(name, "").strip() for name in ("tu-ngay", "den-ngay")]
    begin, end = (posted_day(one) for one in typed)
    begin = begin or first
    end = end or last(begin)
    if end < begin:
        begin, end = end, begin
        if all(typed):
            flash(_("Ngày bắt đầu đứng sau ngày kết thúc: hệ thống đã đổi chỗ hai ngày."), "warning")
    for one in typed:
        if one and posted_day(one) is None:
            flash(
                _(
                    "“%(typed)s” không phải là ngày. Đang hiển thị từ %(first)s đến %(last)s.",
                    typed=one[:40],
                    first=f"{begin:%d/%m/%Y}",
                    last=f"{end:%d/%m/%Y}",
                ),
                "warning",
            )
    return begin, end


def posted_count(text: str | None, *, most: int = 9999) -> int | None:
    """A small whole number, 0 where nothing is typed; None for what is none: fewer than nothing, a fraction, words, or
    more than `most`."""
    text = (text or "").strip()
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 and int(text) <= most else None
