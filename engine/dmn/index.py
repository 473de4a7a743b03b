"""An index over the rules of a decision table, so that a table of thousands costs what its few candidates cost.

For each input it knows which rules a value can match: a bit for each rule, looked up by equality, or by the segment
between the ends of intervals into which an ordered value falls. Cells that it cannot know beforehand (calls, names,
negations) are tested one by one, but only for the rules that are still candidates.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.feel.bounds import Run
from engine.feel.tree import Node

if TYPE_CHECKING:
    from engine.dmn.table import Cell

#: Values whose equality and order Python decides as FEEL does.
EXACT = (Decimal, str, date)
Interval = tuple[Any, bool, Any, bool]


def constant(node: Node) -> tuple[bool, Any]:
    """Whether a test is a constant of a kind that the index knows, and which."""
    if node.kind == "constant" and node.parts[0].__class__ in (*EXACT, bool):
        return True, node.parts[0]
    return False, None


def known_tests(node: Node | None, negated: bool = False) -> list[Any] | None:
    """The tests of a cell as values and intervals `(low, closed, high, closed)`; None where they are not constant.
    Those inside `not(…)` only where `negated` asks for them."""
    if node is None or (node.parts[1] and not negated) or node.parts[2]:
        return None
    found: list[Any] = []
    for test in node.parts[0]:
        good, value = constant(test)
        if good:
            found.append(value)
            continue
        interval = interval_of(test)
        if interval is None:
            return None
        found.append(interval)
    return found


def interval_of(test: Node) -> Interval | None:
    """The interval that a test with constant ends denotes."""
    if test.kind == "compared":
        good, value = constant(test.parts[1])
        sign = test.parts[0]
        if not good or value.__class__ is bool or sign == "!=":
            return None
        if sign == "=":
            return value, True, value, True
        return (None, False, value, sign == "<=") if sign[0] == "<" else (value, sign == ">=", None, False)
    if test.kind == "range":
        (good, low), (fine, high) = constant(test.parts[0]), constant(test.parts[1])
        if good and fine and low.__class__ is high.__class__ and low.__class__ is not bool:
            return low, test.parts[2], high, test.parts[3]
    return None


class Column:
    """What one input can match."""

    def __init__(self, cells: list[Cell]) -> None:
        self.free = self.open = 0
        self.equal: dict[Any, int] = {}
        intervals: dict[type, list[tuple[Interval, int]]] = {}
        for number, cell in enumerate(cells):
            bit = 1 << number
            tests = None if cell.anything else known_tests(cell.node)
            if cell.anything:
                self.free |= bit
            elif tests is None or sum(test.__class__ is tuple for test in tests) > 1:
                # Intervals of one cell may overlap, which the toggling of `_segments` would take for an end.
                self.open |= bit
            else:
                for test in tests:
                    if test.__class__ is tuple:
                        kind = (test[0] if test[0] is not None else test[2]).__class__
                        intervals.setdefault(kind, []).append((test, bit))
                    else:
                        key = (test.__class__, test)
                        self.equal[key] = self.equal.get(key, 0) | bit
        self.segments = {kind: _segments(items) for kind, items in intervals.items()}

    def candidates(self, value: Any) -> tuple[int, bool]:
        """The rules that match surely or perhaps; False where the index does not know the value's kind."""
        kind = value.__class__
        if kind not in (Decimal, str, date, bool):
            return self.free | self.open, value is None
        mask = self.free | self.open | self.equal.get((kind, value), 0)
        segments = self.segments.get(kind)
        if segments is not None:
            points, masks = segments
            at = bisect_left(points, value)
            mask |= masks[2 * at + 1] if at < len(points) and points[at] == value else masks[2 * at]
        return mask, True


def _segments(items: list[tuple[Interval, int]]) -> tuple[list[Any], list[int]]:
    """The ends in order, and the rules of each segment: before the first end, at it, between it and the next, …"""
    points = sorted({end for (low, _, high, _), _ in items for end in (low, high) if end is not None})
    place = {point: index for index, point in enumerate(points)}
    turns = [0] * (2 * len(points) + 2)
    for (low, low_in, high, high_in), bit in items:
        start = 0 if low is None else 2 * place[low] + (1 if low_in else 2)
        end = 2 * len(points) + 1 if high is None else 2 * place[high] + (2 if high_in else 1)
        if start < end:
            turns[start] ^= bit
            turns[end] ^= bit
    masks, current = [], 0
    for turn in turns:
        current ^= turn
        masks.append(current)
    return points, masks


class TableIndex:
    """The index of a table."""

    def __init__(self, rules: list[list[Cell]], inputs: int) -> None:
        self.rules = rules
        self.all = (1 << len(rules)) - 1
        self.columns = (
            [Column([cells[i] for cells in rules]) for i in range(inputs)]
            if all(len(cells) >= inputs for cells in rules)
            else None
        )

    def hits(self, env: list[Any], subjects: list[Any], slot: int) -> list[int]:
        """The numbers of the rules that match, in their order."""
        run: Run = env[0]
        mask = self.all
        unsure: list[tuple[int, int]] = []
        for number, column in enumerate(self.columns or ()):
            possible, known = column.candidates(subjects[number])
            if not known:
                possible = self.all
                unsure.append((number, ~column.free))
            elif column.open:
                unsure.append((number, column.open))
            mask &= possible
            if not mask:
                return []
        if self.columns is None:
            unsure = [(number, -1) for number in range(len(subjects))]
        found = []
        while mask:
            bit = mask & -mask
            mask ^= bit
            rule = bit.bit_length() - 1
            run.charge(2)
            for number, open_rules in unsure:
                if open_rules & bit and number < len(self.rules[rule]):
                    env[slot] = subjects[number]
                    if self.rules[rule][number].test(env) is not True:
                        break
            else:
                found.append(rule)
        return found
