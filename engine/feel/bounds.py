"""The bounds of an evaluation and the state that one evaluation carries.

Work is counted in steps: one for each node of the expression that is evaluated, one for each element that a list
function touches, one for each 16 characters of text that is made. As every step costs bounded time and memory,
the number of steps bounds the whole evaluation, whatever the clock of the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from engine.feel.errors import FeelLimitError

#: Characters of an expression.
MAX_TEXT = 100_000
#: Levels of nesting in an expression's text.
MAX_NESTING = 200
#: Steps of one evaluation.
MAX_STEPS = 2_000_000
#: Elements of one list.
MAX_LIST = 250_000
#: Characters of one string.
MAX_STRING = 1_000_000
#: Levels of nesting in data.
MAX_VALUE_DEPTH = 150
#: Sum of the nesting of all function bodies that are being evaluated at once.
MAX_DEPTH = 1_200
#: Diagnostics kept of one evaluation.
MAX_DIAGNOSTICS = 100
#: The recursion of Python that these bounds need; pure Python frames of 3.11 use no C stack.
PYTHON_FRAMES = 8_000

#: Code, details, line, column, and where in a decision model.
Note = tuple[str, tuple[object, ...], int, int, Any]
Place = tuple[int, int]


class Run:
    """One evaluation: the names it reads, what is left of its budget, and its diagnostics."""

    __slots__ = (
        "context",
        "converted",
        "depth",
        "hits",
        "holder",
        "notes",
        "now",
        "place",
        "steps",
        "trusted",
        "where",
    )

    def __init__(
        self,
        context: Mapping[str, Any],
        *,
        trusted: bool = False,
        notes: list[Note] | None = None,
        now: Callable[[], datetime] | None = None,
        steps: int = MAX_STEPS,
    ) -> None:
        self.context = context
        self.trusted = trusted
        self.notes = notes
        self.now = now
        self.steps = steps
        self.depth = 0
        self.converted: dict[int, tuple[Any, Any]] = {}
        self.place: Place = (1, 1)
        self.holder: Any = None
        #: Where in a decision model the evaluation is, kept while there are notes to take.
        self.where: Any = None
        #: Rules of decision tables that matched, as (id of the table, number from 1), while somebody wants them.
        self.hits: list[tuple[str, int]] | None = None

    def charge(self, steps: int) -> None:
        """Spend steps; the last one spent is a FeelLimitError."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelLimitError("steps", (MAX_STEPS,), *self.place)

    def charge_list(self, size: int) -> None:
        """Spend what a list of `size` elements costs, if it may exist at all."""
        if size > MAX_LIST:
            raise FeelLimitError("list_size", (MAX_LIST,), *self.place)
        self.steps -= size
        if self.steps < 0:
            raise FeelLimitError("steps", (MAX_STEPS,), *self.place)

    def charge_text(self, size: int) -> None:
        """Spend what a string of `size` characters costs, if it may exist at all."""
        if size > MAX_STRING:
            raise FeelLimitError("string_size", (MAX_STRING,), *self.place)
        self.steps -= size >> 4
        if self.steps < 0:
            raise FeelLimitError("steps", (MAX_STEPS,), *self.place)

    def note(self, code: str, details: tuple[object, ...] = (), place: Place | None = None) -> None:
        """Keep a diagnostic, if somebody asked for them."""
        if self.notes is not None and len(self.notes) < MAX_DIAGNOSTICS:
            line, column = place or self.place
            self.notes.append((code, details, line, column, self.where))


def too_deep() -> NoReturn:
    """Data that nest deeper than the bound."""
    raise FeelLimitError("value_depth", (MAX_VALUE_DEPTH,))
