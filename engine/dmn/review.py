"""What is doubtful in the rules of a decision table: overlaps, gaps, rules that another one covers.

Only cells that are constants, comparisons with constants and intervals are judged; a rule with any other cell is left
out of what would need to know it. Each input is cut into segments (the ends of all intervals, the values that are
named, and "anything else"); a rule covers a set of segments of every input, a box, and boxes are compared.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any

from engine.dmn.columns import Cell, cell, columns
from engine.dmn.drg import Model
from engine.dmn.finding import Finding, owner
from engine.dmn.index import EXACT, Interval
from engine.dmn.load import Decisions
from engine.dmn.table import LETTERS
from engine.dmn.xml import Element, first, inside, line, tag, text
from engine.feel.text import text_of

#: Boxes that the search for gaps may look at.
MAX_BOXES = 20_000
#: Rules of a table that are compared pair by pair; of a larger table only these.
MAX_RULES = 1_000
#: Findings of one table.
MAX_FINDINGS = 50


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
        #: What lies between a whole number and the next: no gap is looked for there, as most things are counted whole.
        self.between = self._between() if kinds == {Decimal} and self.ordered else 0

    def _between(self) -> int:
        mask = 0
        for at, (one, other) in enumerate(pairwise(self.points)):
            if other - one == 1 and one == one.to_integral_value():
                mask |= 1 << (2 * at + 2)
        return mask

    def covered(self, tests: list[Any] | None) -> int:
        """The segments that pass any of the tests; of None all."""
        if tests is None:
            return self.all
        mask = 0
        for test in tests:
            mask |= self.interval(test) if test.__class__ is tuple else self.value(test)
        return mask & self.all

    def box(self, of: Cell) -> int:
        """The segments that pass a cell."""
        mask = self.covered(of.tests)
        return self.all & ~mask if of.negated else mask

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
            if at < len(self.points):
                return text_of(self.points[at], None, True)
            named = ", ".join(text_of(point, None, True) for point in self.points[:4])
            return f"≠ {named}" if named else "-"
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
    clauses, rules = columns(element, "input", model), list(inside(element, "rule"))
    cells = [[cell(entry, model) for entry in inside(rule, "inputEntry")] for rule in rules]
    if not clauses or not rules or any(len(row) != len(clauses) for row in cells):
        return []
    space = [Segments([row[i].tests for row in cells], clause.allowed, clause.kind) for i, clause in enumerate(clauses)]
    boxes = [
        tuple(segments.box(each) for segments, each in zip(space, row, strict=True))
        if all(each.known for each in row) and not any(segments.mixed for segments in space)
        else None
        for row in cells
    ]
    outputs = [tuple(text(e).strip() for e in inside(rule, "outputEntry")) for rule in rules]
    table = owner(element)
    found = list(islice(_pairs(boxes, outputs, rules, policy, table, space), MAX_FINDINGS))
    told = {finding.rules[-1] for finding in found if finding.rule == "subsumption"}
    found += _unreachable(boxes, rules, policy, table, told)
    if (
        policy != "COLLECT"
        and all(box is not None for box in boxes)
        and not any(first(output, "defaultOutputEntry") is not None for output in inside(element, "output"))
    ):
        gap = _gap(tuple(c.all & ~c.between for c in space), [b for b in boxes if b is not None])
        if gap is not None:
            values = ", ".join(
                f"{clause.title}: {segments.example(mask)}"
                for clause, segments, mask in zip(clauses, space, gap, strict=True)
            )
            found.append(
                Finding(
                    "gap",
                    line(element),
                    table,
                    (),
                    f"Không luật nào áp dụng khi {values}",
                    f"No rule applies where {values}",
                )
            )
    return found[:MAX_FINDINGS]


def _unreachable(boxes: list[Any], rules: list[Element], policy: str, table: str, told: set[int]) -> Iterator[Finding]:
    """Rules that no input can meet, and under FIRST those whose inputs earlier rules take together."""
    earlier: list[Any] = []
    looked = 0
    for number, box in enumerate(boxes, 1):
        if box is None:
            continue
        if not all(box):
            yield Finding(
                "unreachable",
                line(rules[number - 1]),
                table,
                (number,),
                f"Luật {number} không bao giờ áp dụng: không giá trị nào hợp với ô của nó",
                f"Rule {number} never applies: no value fits its cells",
            )
            continue
        if policy == "FIRST" and number not in told and looked < MAX_BOXES:
            left = [box]
            for other in earlier:
                looked += len(left)
                left = [piece for each in left for piece in _without(each, other)]
                if not left or looked > MAX_BOXES:
                    break
            if not left:
                yield Finding(
                    "unreachable",
                    line(rules[number - 1]),
                    table,
                    (number,),
                    f"Luật {number} không bao giờ áp dụng: các luật trước nó đã bao hết",
                    f"Rule {number} never applies: the rules before it cover it together",
                )
        earlier.append(box)


def _pairs(
    boxes: list[Any],
    outputs: list[tuple[str, ...]],
    rules: list[Element],
    policy: str,
    owner: str,
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
                where = ", ".join(c.example(a & b) for c, a, b in zip(columns, one, other, strict=True))
                yield Finding(
                    "overlap",
                    at,
                    owner,
                    numbers,
                    f"Luật {numbers[0]} và luật {numbers[1]} cùng áp dụng khi ({where}), trái với {policy}",
                    f"Rules {numbers[0]} and {numbers[1]} both apply where ({where}), against {policy}",
                )
            elif inside_one and policy == "FIRST":
                yield Finding(
                    "subsumption",
                    at,
                    owner,
                    numbers,
                    f"Luật {numbers[1]} không bao giờ áp dụng: luật {numbers[0]} đã bao hết",
                    f"Rule {numbers[1]} never applies: rule {numbers[0]} covers it",
                )
            elif inside_one and policy == "ANY":
                yield Finding(
                    "subsumption",
                    at,
                    owner,
                    numbers,
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
