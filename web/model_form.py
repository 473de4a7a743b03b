"""Forms of the model on a page: their values in words, and choices of fields that name officials or agencies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from procedures.dossiers.bringing import Correction
from procedures.forms import Choices, Field, Form, Invalid
from procedures.forms.conditions import as_number, written
from procedures.forms.writing import LONGEST
from web.present import day, moment, number


def shown(field: Field, value: Any, pickers: Choices | None = None) -> str:
    """A field's value as a reader wants it: a choice by its label, a date as a date; empty for nothing."""
    if value is None or value == "" or value == []:
        return ""
    labels = dict((pickers or {}).get(field.key) or field.options)
    if isinstance(value, bool) or field.kind == "checkbox":
        return _("Có") if value in (True, "true") else _("Không")
    if isinstance(value, (list, tuple)):
        return "; ".join(labels.get(str(v), str(v)) for v in value)
    if field.kind == "datetime":
        try:
            ways: dict[str, Callable[[Any], str]] = {"time": str, "datetime": moment}
            return ways.get(field.subtype, day)(value)
        except ValueError:
            return str(value)
    if field.kind == "number":
        return number(value)
    return labels.get(str(value), str(value))


def _leaves(fields: Iterable[Field]) -> Iterator[Field]:
    for field in fields:
        if field.children:
            yield from _leaves(field.children)
        elif field.key and not field.read_only and field.kind != "checkbox":
            yield field


def mostly_optional(fields: Iterable[Field]) -> bool:
    """Whether more fields may be left empty than must be filled; those with a default count for neither."""
    asked = [field.required for field in _leaves(fields) if field.required or not field.default]
    return asked.count(False) > asked.count(True)


def any_required(fields: Iterable[Field]) -> bool:
    """Whether a field must be filled at all."""
    return any(field.required for field in _leaves(fields))


def may_stay_empty(fields: Iterable[Field]) -> bool:
    """Whether nothing of it must be filled or ticked."""
    return all(not field.required and may_stay_empty(field.children) for field in fields)


def needed_apart(fields: Iterable[Field]) -> tuple[list[Field], list[Field]]:
    """The fields of a group that must be filled, and those that may stay as they are, where there are both: one need
    not pass the second on the way through the first. What a condition shows or hides stays where it is."""
    every = list(fields)
    rest = [field for field in every if _may_stay(field)]
    if len(rest) == len(every):
        return every, []
    return [field for field in every if not _may_stay(field)], rest


def _may_stay(field: Field) -> bool:
    """A field that may stay empty, or as it begins."""
    asked = field.role == "input" and not field.read_only and field.kind != "checkbox"
    return asked and not (field.required or field.hide or field.children)


def any_filled(fields: Iterable[Field], values: Mapping[str, Any], errors: Mapping[str, Any], prefix: str = "") -> bool:
    """Whether one of the fields holds something that it did not begin with, or an error: what hides it must open."""
    return any(
        any_filled(field.children, values, errors, prefix)
        or bool(errors.get(prefix + field.key))
        or (values.get(field.key) or "") not in ("", field.default or "")
        for field in fields
    )


def named(errors: Mapping[str, Any], form: Form | None, prefix: str = "") -> dict[str, str]:
    """Errors for the summary on top of a page: a sentence of a field of the form begins with the field's label,
    unless it names the field itself."""
    labels = {prefix + key: label for key, label in form.labels().items()} if form is not None else {}
    said = {key: one if isinstance(one, str) else one[0] for key, one in errors.items() if one}
    return {
        key: f"{labels[key]}: {one[:1].lower()}{one[1:]}" if labels.get(key) and labels[key] not in one else one
        for key, one in said.items()
    }


def as_far_as_filled(form: Form, posted: MultiDict[str, str], offered: Choices | None = None) -> dict[str, Any]:
    """What is filled in and right: a slip, a fee or a preview does not wait for the whole form."""
    typed = MultiDict([(name, value) for name, value in posted.items(multi=True) if value.strip()])
    for _again in range(2):
        try:
            return form.validate(typed, partial=True, offered=offered)
        except Invalid as wrong:
            for key in wrong.errors:
                typed.poplist(key)
    return {}


def posted_values() -> dict[str, Any]:
    """What was typed, for showing it again: one value by its name, several as a list."""
    return {name: values if len(values) > 1 else values[0] for name, values in request.form.lists()}


def shown_again(form: Form | None, posted: Mapping[str, Any]) -> dict[str, Any]:
    """What was posted, for showing a form of the model again: a box that came unticked stays so, whatever the model
    or an earlier decision has there. Empty where nothing was posted."""
    if not posted or form is None:
        return dict(posted)
    boxes: dict[str, Any] = {
        field.key: [] for field in form.inputs() if field.kind in ("checkbox", "checklist", "taglist")
    }
    return {**boxes, **posted}


def values_of(posted: Mapping[str, Any], name: str) -> list[str]:
    """All values of one name among what was posted, as `posted_values` or a draft has them."""
    found = posted.get(name) or []
    return [found] if isinstance(found, str) else list(found)


def typed_day(value: Any) -> str:
    """A date (and time) in a field of text, as people write it; what is no date stays as it was typed."""
    text = "" if value is None else str(value)
    try:
        made = datetime.fromisoformat(text) if len(text) > 10 else None
        return f"{made:%d/%m/%Y %H:%M}" if made is not None else f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


def typed_number(value: Any) -> Any:
    """A number in a field of text, as `Form.validate` reads it again: a comma, no groups."""
    return written(Decimal(str(value))) if isinstance(value, (int, float, Decimal)) and value is not True else value


def longest(field: Field) -> int:
    """How many signs a field of text takes."""
    limit = as_number(field.validate.get("maxLength"))
    return min(int(limit), LONGEST) if limit is not None and limit > 0 else LONGEST


def to_mend(mending: Correction) -> list[Field]:
    """The fields that the citizen is asked to mend, in the form's order, each with why and how in place of its help."""
    return [
        replace(field, help=" ".join(filter(None, (ended(lack.reason), ended(lack.mend)))) if lack else field.help)
        for field in mending.form.inputs()
        if field.key in mending.open
        for lack in [mending.reasons.get(field.key)]
    ]


def ended(sentence: str) -> str:
    """A sentence with its full stop, so that another may follow."""
    text = sentence.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def unprefixed(posted: MultiDict[str, str], prefix: str) -> MultiDict[str, str]:
    """The fields of a form of the model among others of a page, by their keys."""
    return MultiDict(
        [(name.removeprefix(prefix), v) for name, v in posted.items(multi=True) if name.startswith(prefix)]
    )


#: Before the mark of what was asked for and cannot be brought; `procedures.dossiers.bringing` names its errors so.
CANNOT = "chua_nop_"


def cannot_bring(posted: MultiDict[str, str]) -> dict[str, str]:
    """What is said to be absent from a supplement, each with why, by `Lack.mark`."""
    return {
        name.removeprefix(CANNOT): posted.get(f"ly_do_{name}", "").strip() for name in posted if name.startswith(CANNOT)
    }


def plain_text(text: str) -> str:
    """What a display field says, without the marks of Markdown or HTML."""
    return re.sub(r"<[^>]+>|[*_#`]+", "", text).strip()


def register(app: Flask) -> None:
    """Make them known to the templates."""
    app.jinja_env.filters.update(
        shown=shown,
        plain_text=plain_text,
        mostly_optional=mostly_optional,
        any_required=any_required,
        any_filled=any_filled,
        needed_apart=needed_apart,
        may_stay_empty=may_stay_empty,
        named=named,
        typed_day=typed_day,
        typed_number=typed_number,
        longest=longest,
        to_mend=to_mend,
        ended=ended,
    )
