"""What is doubtful in the rules of a decision table: overlaps, gaps, rules that another one covers.

Only cells that are constants, comparisons with constants and intervals are judged; a rule with any other cell is left
out of what would need to know it. Each input is cut into segments (the ends of all intervals, the values that are
named, and "anything else"); a rule covers a set of segments of every input, a box, and boxes are compared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.dmn.drg import Model
from engine.dmn.index import EXACT, Interval, known_tests
from engine.dmn.load import Decisions
from engine.dmn.table import LETTERS
from engine.dmn.xml import Element, first, inside, line, tag, text
from engine.feel.errors import FeelError
from engine.feel.text import text_of
from engine.feel.tree import parse

#: Boxes that the search for gaps may look at.
MAX_BOXES = 20_000
#: Rules of a table that are compared pair by pair; of a larger table only these.
MAX_RULES = 1_000
#: Findings of one table.
MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt: ``overlap``, ``gap`` or ``subsumption``; `rules` count from 1, `line` is that of the rule or table."""

    rule: str
    line: int
    element: str
    rules: tuple[int, ...]
    message: str
    message_en: str


class Segments:
    """The segments of one input: named values and the pieces between the ends of intervals."""

    def __init__(self, cells: list[list[Any] | None], closed: list[Any] | None, kind: str) -> None:
        tests = [test for cell in cells for test in cell or ()] + (closed or [])
        ends = [e for t in tests if t.__class__ is tuple for e in (t[0], t[2]) if e is not None]
        values = [t for t in tests if t.__class__ is not tuple]
        kinds = {v.__class__ for v in (*ends, *values)}
        self.ordered = len(kinds) <= 1 and bool(ends)
        self.points = sorted(set(ends) | set(values)) if self.ordered else list(dict.fromkeys(values))
        self.boolean = kind == "boolean" or kinds == {bool}
        if self.boolean:
            self.points = [True, False]
        self.mixed = len(kinds) > 1 or (bool(ends) and not kinds <= set(EXACT))
        count = 2 * len(self.points) + 1 if self.ordered else len(self.points) + (not self.boolean)
        self.all = (1 << count) - 1
        if closed is not None:
            self.all = self.covered(closed)

    def covered(self, tests: list[Any] | None) -> int:
        """The segments that pass any of the tests; of None all."""
        if tests is None:
            return self.all
        mask = 0
        for test in tests:
            mask |= self.interval(test) if test.__class__ is tuple else self.value(test)
        return mask & self.all

    def value(self, value: Any) -> int:
        if self.ordered:
            return 1 << (2 * bisect_left(self.points, value) + 1)
        return 1 << self.points.index(value) if value in self.points else 0

    def interval(self, test: Interval) -> int:
        low, low_in, high, high_in = test
        start = 0 if low is None else 2 * bisect_left(self.points, low) + (1 if low_in else 2)
        end = 2 * len(self.points) if high is None else 2 * bisect_left(self.points, high) + (1 if high_in else 0)
        return ((1 << (end + 1)) - 1) & ~((1 << start) - 1) if start <= end else 0

    def example(self, mask: int) -> str:
        """A segment of a mask in words."""
        at = (mask & -mask).bit_length() - 1
        if not self.ordered:
            return text_of(self.points[at], None, True) if at < len(self.points) else "…"
        if at % 2:
            return text_of(self.points[at // 2], None, True)
        left = text_of(self.points[at // 2 - 1], None, True) if at else ""
        right = text_of(self.points[at // 2], None, True) if at // 2 < len(self.points) else ""
        return f"> {left}" if not right else f"< {right}" if not left else f"({left}..{right})"


def review(model: Decisions) -> list[Finding]:
    """The doubts in all decision tables of a model, in the order of the file."""
    findings: list[Finding] = []
    for element in model.model.root.iter():
        if tag(element) == "decisionTable":
            findings += _table(element, model.model)
    return findings


def _table(element: Element, model: Model) -> list[Finding]:
    policy = " ".join((element.get("hitPolicy") or "UNIQUE").upper().split())
    policy = LETTERS.get(policy, policy)
    inputs, rules = list(inside(element, "input")), list(inside(element, "rule"))
    cells = [[_tests(entry, model) for entry in inside(rule, "inputEntry")] for rule in rules]
    if not inputs or not rules or any(len(row) != len(inputs) for row in cells):
        return []
    owner = _owner(element)
    columns = []
    for i, clause in enumerate(inputs):
        known = [row[i][1] for row in cells]
        columns.append(Segments(known, _closed(clause, model), _kind(clause)))
    boxes = [
        tuple(column.covered(cell[1]) for column, cell in zip(columns, row, strict=True))
        if all(cell[0] for cell in row) and not any(column.mixed for column in columns) else None
        for row in cells
    ]
    outputs = [tuple(text(e).strip() for e in inside(rule, "outputEntry")) for rule in rules]
    found = list(_pairs(boxes, outputs, rules, policy, owner, columns))
    if policy not in ("COLLECT",) and all(box is not None for box in boxes) and not any(
        first(output, "defaultOutputEntry") is not None for output in inside(element, "output")
    ):
        gap = _gap(tuple(c.all for c in columns), [b for b in boxes if b is not None])
        if gap is not None:
            values = ", ".join(
                f"{text(first(clause, 'inputExpression')).strip()}: {column.example(mask)}"
                for clause, column, mask in zip(inputs, columns, gap, strict=True)
            )
            found.append(Finding(
                "gap", line(element), owner, (), f"Không luật nào áp dụng khi {values}",
                f"No rule applies where {values}",
            ))
    return found[:MAX_FINDINGS]


def _pairs(
    boxes: list[Any], outputs: list[tuple[str, ...]], rules: list[Element], policy: str, owner: str,
    columns: list[Segments],
) -> Iterator[Finding]:
    for later in range(min(len(boxes), MAX_RULES)):
        for earlier in range(later):
            one, other = boxes[earlier], boxes[later]
            if one is None or other is None or not all(a & b for a, b in zip(one, other, strict=True)):
                continue
            at, numbers = line(rules[later]), (earlier + 1, later + 1)
            inside_one = all(b & ~a == 0 for a, b in zip(one, other, strict=True))
            if policy == "UNIQUE" or (policy == "ANY" and outputs[earlier] != outputs[later]):
                where = ", ".join(
                    c.example(a & b) for c, a, b in zip(columns, one, other, strict=True)
                )
                yield Finding(
                    "overlap", at, owner, numbers,
                    f"Luật {numbers[0]} và luật {numbers[1]} cùng áp dụng khi ({where}), trái với {policy}",
                    f"Rules {numbers[0]} and {numbers[1]} both apply where ({where}), against {policy}",
                )
            elif inside_one and policy == "FIRST":
                yield Finding(
                    "subsumption", at, owner, numbers,
                    f"Luật {numbers[1]} không bao giờ áp dụng: luật {numbers[0]} đã bao hết",
                    f"Rule {numbers[1]} never applies: rule {numbers[0]} covers it",
                )
            elif inside_one and policy == "ANY":
                yield Finding(
                    "subsumption", at, owner, numbers,
                    f"Luật {numbers[1]} thừa: luật {numbers[0]} đã bao hết với cùng kết quả",
                    f"Rule {numbers[1]} is redundant: rule {numbers[0]} covers it with the same output",
                )


def _gap(space: tuple[int, ...], boxes: list[tuple[int, ...]]) -> tuple[int, ...] | None:
    """A box of the space that no rule covers; None where there is none, or the search grows too large."""
    for i, mask in enumerate(space):
        union = 0
        for box in boxes:
            union |= box[i]
        if mask & ~union:
            return (*space[:i], mask & ~union, *space[i + 1 :])
    left = [space]
    looked = 0
    for box in boxes:
        remaining: list[tuple[int, ...]] = []
        for piece in left:
            looked += 1
            if looked > MAX_BOXES:
                return None
            remaining += _without(piece, box)
        left = remaining
        if not left:
            return None
    return left[0]


def _without(piece: tuple[int, ...], box: tuple[int, ...]) -> list[tuple[int, ...]]:
    """A box less another one, as boxes."""
    if not all(a & b for a, b in zip(piece, box, strict=True)):
        return [piece]
    result = []
    current = list(piece)
    for i, mask in enumerate(box):
        outside = current[i] & ~mask
        if outside:
            result.append((*current[:i], outside, *current[i + 1 :]))
        current[i] &= mask
    return result


def _tests(entry: Element, model: Model) -> tuple[bool, list[Any] | None]:
    """Whether a cell is understood, and its tests; None for any value."""
    content = text(entry).strip()
    if content in ("", "-"):
        return True, None
    try:
        tests = known_tests(parse(content, model.names, True))
    except (FeelError, RecursionError):
        return False, []
    return tests is not None, tests or []


def _closed(clause: Element, model: Model) -> list[Any] | None:
    """The allowed values of an input, where they are constants."""
    values = first(clause, "inputValues")
    return _tests(values, model)[1] or None if values is not None else None


def _kind(clause: Element) -> str:
    expression = first(clause, "inputExpression")
    return "" if expression is None else (expression.get("typeRef") or "").rpartition(":")[2]


def _owner(element: Element) -> str:
    current: Element | None = element
    while current is not None and not current.get("id"):
        current = current.getparent()
    return "" if current is None else current.get("id") or ""
