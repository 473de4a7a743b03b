"""FEEL inside a form: conditions and limits, read over typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import feel
from engine.calendar import VIETNAM
from procedures.forms.values import Choices, Field


class Wrong(Exception):
    """A value that does not fit its field. The message is the sentence for who typed it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule may look at: the typed values of the whole form, the time, and what pickers offered."""

    values: Mapping[str, Any]
    now: datetime | None = None
    offered: Choices = field(default_factory=dict)

    def at(self) -> datetime:
        """The time of the command, in Vietnam."""
        return (self.now or datetime.now(VIETNAM)).astimezone(VIETNAM)

    def value(self, expression: str) -> Any:
        """What FEEL makes of the values; None where it cannot be read (the form's check names that)."""
        try:
            return feel.evaluate(plain(expression), self.values, now=self.at)
        except feel.FeelError:
            return None

    def holds(self, expression: str) -> bool:
        """Whether it is exactly true: null and other values are not."""
        return self.value(expression) is True


def plain(expression: str) -> str:
    """The text of an expression without form-js's sign for one."""
    return expression.strip().removeprefix("=")


def read_by(expression: str) -> set[str]:
    """The names that an expression reads; none where it cannot be read."""
    try:
        return feel.names(plain(expression))
    except feel.FeelError:
        return set()


def limit(entry: Field, rule: str, scope: Scope) -> Decimal | None:
    """A limit of `validate`: a number, or FEEL that gives one. None where there is none, or FEEL gives no number (as
    form-js does). Raises Wrong for what is neither: nothing is let through by a rule that nobody can read."""
    said = entry.validate.get(rule)
    if said is None or said == "":
        return None
    if isinstance(said, str) and said.strip().startswith("="):
        found = scope.value(said)
        return found if isinstance(found, Decimal) else None
    number = as_number(said)
    if number is None:
        raise Wrong("Quy tắc của mục này không đọc được; báo cho người quản trị hệ thống.")
    return number


def as_number(said: object) -> Decimal | None:
    """A number that stands in a form's JSON; None for anything else."""
    if isinstance(said, bool) or not isinstance(said, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(str(said))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def written(number: Decimal) -> str:
    """A number as people write it, without groups: ``1500,5``."""
    text = f"{number.normalize():f}" if number else "0"
    return text.replace(".", ",")
