"""Data under which a row of a decision table is taken: from its unary tests back through what the step hands to the
decision, to what forms and the dossier bring. Values are tried at the borders that the tests name, and beside them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, pairwise, product
from typing import Any

from engine import dmn, feel
from engine.durations import length
from engine.model.definition import Node
from engine.model.soundness.knowledge import names
from engine.scenario import Part
from procedures import forms
from procedures.proving.simulating import Plan

#: Sets of values that are tried for one row, and values of one variable.
MOST_TRIED, MOST_VALUES = 4_000, 24
_TEXT = re.compile(r'"([^"\\]*)"')
_NUMBER = re.compile(r"(?<![\w.\"-])-?\d+(?:\.\d+)?(?![\w-]*\")")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SPAN = re.compile(r'"(-?P[0-9YMDTHS]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """Data, by dotted paths, with which a step's decision takes a row."""

    node: Node
    values: Mapping[str, Any]


def table_of(files: Mapping[str, str], part: Part) -> dmn.Rules | None:
    """The table that a part is a row of."""
    return next((one for one in dmn.tables(files[part.file].encode()) if one.id == part.element), None)


def asking(plan: Plan, table: dmn.Rules) -> list[Node]:
    """The steps that ask for a table, by themselves or through another decision."""
    return [node for node in plan.nodes.values() if isinstance(node.decision, str) and node.decision in table.asked_by]


def fields_of(files: Mapping[str, str]) -> dict[str, list[forms.Field]]:
    """Form → its fields; a form that cannot be read has none."""
    found = {}
    for name, body in files.items():
        if name.startswith("forms/") and name.endswith(".form"):
            key = name.removeprefix("forms/").removesuffix(".form")
            try:
                found[key] = list(forms.read(body.encode(), key).inputs())
            except forms.FormError:
                continue
    return found


def answer(
    plan: Plan, files: Mapping[str, str], node: Node, table: dmn.Rules, row: int, today: date, ends: float
) -> Answer | None:
    """Data with which `node` takes the row (from 1); None where none were found. ends: of the time for it, by
    `time.monotonic`."""
    sources = {one.target: _dated(one.source.text, today) for one in node.inputs}
    columns = [_dated(text, today) for text in table.inputs]
    tests = [[_dated(text, today) for text in one] for one in table.tests]
    domains = _domains(plan, files)
    tried = {
        path: list(islice(_values(_facing(path, sources, columns, tests), domains.get(path), today), MOST_VALUES))
        for path in _paths(sources, columns)
    }
    for values in islice(product(*tried.values()), MOST_TRIED):
        if time.monotonic() > ends:
            return None
        given = {path: value for path, value in zip(tried, values, strict=True) if value is not None}
        if _takes(nested(given), sources, columns, tests, row, table.first):
            return Answer(node, given)
    return None


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by their paths as the data they are members of."""
    data: dict[str, Any] = {}
    for path, value in values.items():
        *above, last = path.split(".")
        at = data
        for name in above:
            inner = at.get(name)
            at[name] = at = inner if isinstance(inner, dict) else {}
        at[last] = value
    return data


def _dated(text: str, today: date) -> str:
    """An expression as it reads on that day."""
    return re.sub(r"\btoday\(\s*\)", f'date("{today.isoformat()}")', text.removeprefix("=").strip())


def _takes(
    data: Mapping[str, Any],
    sources: Mapping[str, str],
    columns: list[str],
    tests: list[list[str]],
    row: int,
    first: bool,
) -> bool:
    try:
        given = {**data, **{target: feel.evaluate(text, data) for target, text in sources.items() if "." not in target}}
        values = [feel.evaluate(text, given) for text in columns]
        fits = [
            all(
                test in ("", "-") or feel.unary_test(test, value, given)
                for test, value in zip(each, values, strict=False)
            )
            for each in tests[:row]
        ]
    except feel.FeelError:
        return False
    return fits[-1] and not (first and any(fits[:-1]))


def _paths(sources: Mapping[str, str], columns: Iterable[str]) -> list[str]:
    """What of the process the columns read, where a name is handed over what that is made of."""
    found: dict[str, None] = {}
    for text in columns:
        for path in _read(text):
            source = sources.get(path.split(".")[0])
            found |= dict.fromkeys(_read(source) if source is not None else [path])
    return list(found)


def _read(text: str) -> list[str]:
    """Dotted names of what an expression reads, those that stand apart first."""
    found: dict[str, None] = {}
    for name in sorted(names(text) or ()):
        for path in re.findall(rf"(?<![\w.\"]){re.escape(name)}(?:\.[^\W\d]\w*)*", text):
            found[path] = None
    return [path for path in found if not any(other.startswith(f"{path}.") for other in found)]


def _facing(path: str, sources: Mapping[str, str], columns: list[str], tests: list[list[str]]) -> list[str]:
    """The texts that a value of this path is held against."""
    handed = {target for target, text in sources.items() if path in _read(text)}
    found = [text for text in sources.values() if path in _read(text)]
    for number, text in enumerate(columns):
        if path in _read(text) or handed & set(_read(text)):
            found += [text, *(each[number] for each in tests if number < len(each))]
    return found


def _domains(plan: Plan, files: Mapping[str, str]) -> dict[str, forms.Field]:
    """Path → the field that it is typed in."""
    declaration = plan.procedure.form_key or ""
    known = fields_of(files)
    found = {one.key: one for key, fields in known.items() if key != declaration for one in fields}
    return {**found, **{f"to_khai.{one.key}": one for one in known.get(declaration, ())}}


def _values(texts: Iterable[str], entry: forms.Field | None, today: date) -> Iterator[Any]:
    """What a variable may be: what it is held against, what lies beside that, what its form offers; last, nothing."""
    said = list(dict.fromkeys(texts))
    if entry is not None and entry.options:
        yield from dict.fromkeys(value for value, _ in entry.options)
        yield None
        return
    seen: set[Any] = set()
    for value in _borders(said, today):
        if value not in seen and _allowed(entry, value):
            seen.add(value)
            yield value
    yield from (True, False) if entry is None or entry.kind == "checkbox" else ()
    yield from ("khac",) if entry is None or entry.kind in ("textfield", "textarea") else ()
    yield None


def _borders(texts: list[str], today: date) -> Iterator[Any]:
    days = {date.fromisoformat(one) for text in texts for one in _DATE.findall(text)}
    for text in texts:
        for span in _SPAN.findall(text):
            yield from _before(today, span)
        yield from (one for one in _TEXT.findall(text) if not _DATE.fullmatch(one) and not one.startswith(("P", "-P")))
    for day in sorted(days):
        yield from ((day + timedelta(days=n)).isoformat() for n in (0, 1, -1))
    numbers = sorted({Decimal(one) for text in texts for one in _NUMBER.findall(_TEXT.sub("", text))})
    for number in numbers:
        yield from (number, number + 1, number - 1)
    yield from ((one + other) / 2 for one, other in pairwise(numbers))


def _before(today: date, span: str) -> Iterator[str]:
    """The days about which an age or a time since then passes that span."""
    try:
        back = feel.evaluate(f'date("{today.isoformat()}") - duration("{span}")', {})
        days = back if isinstance(back, date) else today - length(span)
    except (feel.FeelError, ValueError, OverflowError):
        return
    yield from ((days + timedelta(days=n)).isoformat() for n in (0, 1, -1))


def _allowed(entry: forms.Field | None, value: Any) -> bool:
    """Whether the form would take it."""
    if entry is None:
        return True
    if entry.kind == "number":
        low, high = entry.validate.get("min"), entry.validate.get("max")
        inside = isinstance(value, Decimal) and (low is None or value >= low) and (high is None or value <= high)
        return inside and (entry.settings.get("decimalDigits") != 0 or value == value.to_integral_value())
    return not isinstance(value, Decimal)
