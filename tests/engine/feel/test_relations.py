"""The relations of points and ranges (DMN 10.3.4.7) on all small ranges, against the conditions of table 78."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import Range, compile


@dataclass(frozen=True)
class R:
    """A range of the table: its ends and whether they belong to it."""

    start: int
    end: int
    start_in: bool
    end_in: bool

    @property
    def value(self) -> Range:
        return Range(Decimal(self.start), Decimal(self.end), self.start_in, self.end_in)


def inside(p: int, r: R) -> bool:
    return r.start < p < r.end or (r.start == p and r.start_in) or (r.end == p and r.end_in)


def includes(a: R, b: R) -> bool:
    left = a.start < b.start or (a.start == b.start and (a.start_in or not b.start_in))
    return left and (a.end > b.end or (a.end == b.end and (a.end_in or not b.end_in)))


def overlaps_before(a: R, b: R) -> bool:
    first = a.start < b.start or (a.start == b.start and a.start_in and not b.start_in)
    meets = a.end > b.start or (a.end == b.start and a.end_in and b.start_in)
    return first and meets and (a.end < b.end or (a.end == b.end and (not a.end_in or b.end_in)))


def overlaps(a: R, b: R) -> bool:
    left = a.end > b.start or (a.end == b.start and a.end_in and b.start_in)
    return left and (a.start < b.end or (a.start == b.end and a.start_in and b.end_in))


def before(a: R, b: R) -> bool:
    return a.end < b.start or ((not a.end_in or not b.start_in) and a.end == b.start)


def finishes(a: R, b: R) -> bool:
    same = a.end_in == b.end_in and a.end == b.end
    return same and (a.start > b.start or (a.start == b.start and (not a.start_in or b.start_in)))


def starts(a: R, b: R) -> bool:
    same = a.start == b.start and a.start_in == b.start_in
    return same and (a.end < b.end or (a.end == b.end and (not a.end_in or b.end_in)))


RANGES: dict[str, Callable[[R, R], bool]] = {
    "before": before,
    "after": lambda a, b: before(b, a),
    "meets": lambda a, b: a.end_in and b.start_in and a.end == b.start,
    "met by": lambda a, b: b.end_in and a.start_in and b.end == a.start,
    "overlaps": overlaps,
    "overlaps before": overlaps_before,
    "overlaps after": lambda a, b: overlaps_before(b, a),
    "finishes": finishes,
    "finished by": lambda a, b: finishes(b, a),
    "includes": includes,
    "during": lambda a, b: includes(b, a),
    "starts": starts,
    "started by": lambda a, b: starts(b, a),
    "coincides": lambda a, b: a == b,
}
POINTS: dict[str, Callable[[int, R], bool]] = {
    "before": lambda p, r: p < r.start or (p == r.start and not r.start_in),
    "after": lambda p, r: p > r.end or (p == r.end and not r.end_in),
    "finishes": lambda p, r: r.end_in and r.end == p,
    "during": inside,
    "starts": lambda p, r: r.start_in and r.start == p,
}
TURNED: dict[str, Callable[[R, int], bool]] = {
    "before": lambda r, p: r.end < p or (r.end == p and not r.end_in),
    "after": lambda r, p: r.start > p or (r.start == p and not r.start_in),
    "finished by": lambda r, p: r.end_in and r.end == p,
    "includes": lambda r, p: inside(p, r),
    "started by": lambda r, p: r.start_in and r.start == p,
}
ALL = [
    R(low, high, *closed)
    for low, high in itertools.combinations_with_replacement(range(4), 2)
    for closed in itertools.product((True, False), repeat=2)
]


@pytest.mark.parametrize("name", RANGES)
def test_a_relation_of_two_ranges_is_that_of_the_table(name: str) -> None:
    asked = compile(f"{name}(a, b)")
    for a, b in itertools.product(ALL, ALL):
        assert asked.evaluate({"a": a.value, "b": b.value}) is RANGES[name](a, b), (a, b)


@pytest.mark.parametrize("name", POINTS)
def test_a_relation_of_a_point_and_a_range_is_that_of_the_table(name: str) -> None:
    asked = compile(f"{name}(p, r)")
    for p, r in itertools.product(range(-1, 5), ALL):
        assert asked.evaluate({"p": p, "r": r.value}) is POINTS[name](p, r), (p, r)


@pytest.mark.parametrize("name", TURNED)
def test_a_relation_of_a_range_and_a_point_is_that_of_the_table(name: str) -> None:
    asked = compile(f"{name}(r, p)")
    for p, r in itertools.product(range(-1, 5), ALL):
        assert asked.evaluate({"p": p, "r": r.value}) is TURNED[name](r, p), (p, r)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("before(1, 2)", True),
        ("after(1, 2)", False),
        ("coincides(2, 2)", True),
        ("before(1, null)", None),
        ('before(1, "a")', None),
        ("meets(1, [1..2])", None),
        ('before(["a".."b"], "c")', True),
        ('during(@"2026-02-14", [@"2026-01-01"..@"2026-12-31"])', True),
        ("includes((!= 5), 6)", None),
    ],
)
def test_points_other_types_and_what_is_no_range(text: str, value: Any) -> None:
    assert compile(text).evaluate({}) is value
