"""Posted data made into variables. Values get their types first; conditions are read over the typed values; hidden
fields are neither checked nor sent; then the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from procedures.forms.conditions import Scope, Wrong
from procedures.forms.kinds import KINDS
from procedures.forms.values import Choices, Field, Invalid

if TYPE_CHECKING:
    from procedures.forms.form import Form

#: Nothing was posted for a field.
ABSENT: Any = object()


def validate(
    form: Form,
    posted: Mapping[str, Any],
    *,
    partial: bool,
    only: set[str] | None,
    known: Mapping[str, Any],
    offered: Choices,
    now: datetime | None,
) -> dict[str, Any]:
    """See `Form.validate`."""
    raw: dict[str, Any] = {}
    for entry in form.inputs():
        if entry.read_only or (only is not None and entry.key not in only):
            continue
        value = posted_for(posted, entry)
        if value is ABSENT or (partial and value in (None, "", [])):
            if partial:
                continue
            value = None
        raw[entry.key] = value
    typed, wrong = _typed(form, raw)
    scope = Scope({**{e.key: None for e in form.inputs()}, **known, **typed}, now, offered)
    hidden = {one.key for one, hides in form.shown_by() if any(scope.holds(text) for text in hides)}
    errors: dict[str, list[str]] = {}
    answer: dict[str, Any] = {}
    for entry in form.inputs():
        if entry.key not in raw or entry.key in hidden:
            continue
        said = wrong.get(entry.key) or list(_faults(entry, typed[entry.key], scope))
        if said:
            errors[entry.key] = said
        answer[entry.key] = typed.get(entry.key)
    if errors:
        raise Invalid(errors)
    return answer


def takes(entry: Field, value: Any, scope: Scope) -> bool:
    """Whether a field's own rules let this stand in it, as it would be posted; what other fields say is not asked."""
    kind = KINDS[entry.kind]
    try:
        typed = kind.parse(entry, value) if kind.parse is not None else value
        return kind.broken is None or not any(kind.broken(entry, typed, scope))
    except Wrong:
        return False


def posted_for(posted: Mapping[str, Any], entry: Field) -> Any:
    """What came for a field: text without spaces around it, None for an empty one."""
    several = getattr(posted, "getlist", None)
    if KINDS[entry.kind].many and several is not None:
        return several(entry.key)
    if entry.key not in posted:  # a browser does not send a box that is not ticked
        return False if entry.kind == "checkbox" and several is not None else ABSENT
    value = posted[entry.key]
    if isinstance(value, str) and entry.kind != "checkbox":
        value = value.strip() or None
    return value


def _typed(form: Form, raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    typed: dict[str, Any] = {}
    wrong: dict[str, list[str]] = {}
    for entry in form.inputs():
        if entry.key not in raw:
            continue
        value, parse = raw[entry.key], KINDS[entry.kind].parse
        typed[entry.key] = None
        if value is not None and parse is not None:
            try:
                typed[entry.key] = parse(entry, value)
            except Wrong as said:
                wrong[entry.key] = [str(said)]
    return typed, wrong


def _faults(entry: Field, value: Any, scope: Scope) -> Iterator[str]:
    kind = KINDS[entry.kind]
    if value is None or value == [] or (value is False and entry.required):
        if entry.required:
            yield f"{kind.verb} “{entry.label}”." if entry.label else f"{kind.verb} mục này."
        return
    if kind.broken is not None:
        try:
            yield from kind.broken(entry, value, scope)
        except Wrong as said:
            yield str(said)
    rule = entry.properties.get("mc:rule")
    if rule and scope.value(rule) is False:
        yield entry.properties.get("mc:ruleMessage") or "Nội dung không đúng điều kiện của thủ tục."
