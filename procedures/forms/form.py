"""A form, as pages and commands use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from procedures.forms.conditions import Scope, read_by
from procedures.forms.validating import ABSENT, posted_for, validate
from procedures.forms.values import Choices, Field


@dataclass(frozen=True, slots=True)
class Form:
    """A form of form-js."""

    id: str
    title: str
    fields: tuple[Field, ...]

    def inputs(self) -> Iterator[Field]:
        """Every field that holds data, groups opened."""
        return (one for one, _hides in self.shown_by())

    def shown_by(self) -> Iterator[tuple[Field, tuple[str, ...]]]:
        """Every field that holds data, with the conditions that hide it: its own and those of the groups around it."""
        stack: list[tuple[Field, tuple[str, ...]]] = [(one, ()) for one in reversed(self.fields)]
        while stack:
            entry, around = stack.pop()
            hides = (*around, entry.hide) if entry.hide else around
            if entry.role == "box":
                stack.extend((child, hides) for child in reversed(entry.children))
            elif entry.role == "input" and entry.key:
                yield entry, hides

    def labels(self) -> dict[str, str]:
        """Field key → label, for letters and lists."""
        return {entry.key: entry.label for entry in self.inputs()}

    def hidden(self, values: Mapping[str, Any], now: datetime | None = None) -> set[str]:
        """Keys of the fields that these typed values hide."""
        scope = Scope(values, now)
        return {one.key for one, hides in self.shown_by() if any(scope.holds(text) for text in hides)}

    def depending_on(self, keys: set[str]) -> set[str]:
        """The fields that show or hide by what these say, and by what those say in turn."""
        found: set[str] = set()
        around = list(self.shown_by())
        while True:
            seen = keys | found
            more = {one.key for one, hides in around if any(read_by(text) & seen for text in hides)} - seen
            if not more:
                return found
            found |= more

    def sent(self, posted: Mapping[str, Any]) -> dict[str, Any]:
        """What was posted for the fields of this form, by key, as a program would send it: a list for a field of
        several values, a box that a browser left out as not ticked."""
        return {one.key: value for one in self.inputs() if (value := posted_for(posted, one)) is not ABSENT}

    def validate(
        self,
        posted: Mapping[str, Any],
        *,
        partial: bool = False,
        only: set[str] | None = None,
        known: Mapping[str, Any] | None = None,
        offered: Choices | None = None,
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """The posted data as variables: numbers as numbers, dates as ISO text. `posted` is a mapping, or what a web
        form sends (with `getlist`).

        partial: fields that are absent or empty are left alone. only: no other field is asked for, or taken. known:
        values of other fields, which conditions and rules may read. offered: the choices of the fields that name
        officials or agencies (`offered`); without them every choice of such a field is refused. now: for rules on
        dates. Raises Invalid with a sentence for every field that is wrong."""
        return validate(self, posted, partial=partial, only=only, known=known or {}, offered=offered or {}, now=now)
