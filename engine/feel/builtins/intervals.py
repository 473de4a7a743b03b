"""Range functions (DMN 10.3.4.7, table 78): Allen's relations between points and ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins.registry import Refused, builtin
from engine.feel.compare import compare, equal
from engine.feel.ranges import Range


class Bounds:
    """The ends of a range, compared three-valued; None stands for "no end"."""

    def __init__(self, value: Range) -> None:
        if value.operator == "!=":
            raise Refused
        self.low, self.high = value.low, value.high
        self.low_in, self.high_in = value.low_closed, value.high_closed


def _is(operator: str, one: Any, other: Any, run: Run) -> bool:
    """A comparison that must be decidable."""
    result = compare(operator, one, other, run)
    if one is None or other is None or result is None:
        raise Refused
    return result


Relation = Callable[[Run, Any, Any], bool]


def relation(name: str, shape: str) -> Callable[[Relation], Relation]:
    """Register a relation; `shape` is two letters, p for a point and r for a range."""
    names = {"p": "any", "r": "range"}
    labels = {
        "pp": ("point1", "point2"),
        "pr": ("point", "range"),
        "rp": ("range", "point"),
        "rr": ("range1", "range2"),
    }[shape]

    def register(function: Relation) -> Relation:
        @builtin(name, f"{labels[0]}: {names[shape[0]]}, {labels[1]}: {names[shape[1]]}")
        def checked(run: Run, one: Any, other: Any) -> bool:
            for value, letter in ((one, shape[0]), (other, shape[1])):
                if letter == "p" and (type(value) is Range or value is None):
                    raise Refused
            left = Bounds(one) if shape[0] == "r" else one
            right = Bounds(other) if shape[1] == "r" else other
            return function(run, left, right)

        return function

    return register


@relation("before", "pp")
def _before_pp(run: Run, a: Any, b: Any) -> bool:
    return _is("<", a, b, run)


@relation("before", "pr")
def _before_pr(run: Run, a: Any, b: Bounds) -> bool:
    return _is("<", a, b.low, run) or (_is("=", a, b.low, run) and not b.low_in)


@relation("before", "rp")
def _before_rp(run: Run, a: Bounds, b: Any) -> bool:
    return _is("<", a.high, b, run) or (_is("=", a.high, b, run) and not a.high_in)


@relation("before", "rr")
def _before_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return _is("<", a.high, b.low, run) or (_is("=", a.high, b.low, run) and not (a.high_in and b.low_in))


@relation("after", "pp")
def _after_pp(run: Run, a: Any, b: Any) -> bool:
    return _is(">", a, b, run)


@relation("after", "pr")
def _after_pr(run: Run, a: Any, b: Bounds) -> bool:
    return _before_rp(run, b, a)


@relation("after", "rp")
def _after_rp(run: Run, a: Bounds, b: Any) -> bool:
    return _before_pr(run, b, a)


@relation("after", "rr")
def _after_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return _before_rr(run, b, a)


@relation("meets", "rr")
def _meets(run: Run, a: Bounds, b: Bounds) -> bool:
    return a.high_in and b.low_in and _is("=", a.high, b.low, run)


@relation("met by", "rr")
def _met_by(run: Run, a: Bounds, b: Bounds) -> bool:
    return _meets(run, b, a)


@relation("overlaps", "rr")
def _overlaps(run: Run, a: Bounds, b: Bounds) -> bool:
    return not _before_rr(run, a, b) and not _before_rr(run, b, a)


def _starts_earlier(run: Run, a: Bounds, b: Bounds) -> bool:
    return _is("<", a.low, b.low, run) or (_is("=", a.low, b.low, run) and a.low_in and not b.low_in)


def _same_start(run: Run, a: Bounds, b: Bounds) -> bool:
    return _is("=", a.low, b.low, run) and a.low_in == b.low_in


def _ends_later(run: Run, a: Bounds, b: Bounds) -> bool:
    return _is(">", a.high, b.high, run) or (_is("=", a.high, b.high, run) and a.high_in and not b.high_in)


def _same_end(run: Run, a: Bounds, b: Bounds) -> bool:
    return _is("=", a.high, b.high, run) and a.high_in == b.high_in


@relation("overlaps before", "rr")
def _overlaps_before(run: Run, a: Bounds, b: Bounds) -> bool:
    """Begins before the other and ends inside it."""
    reaches = _is(">", a.high, b.low, run) or (_is("=", a.high, b.low, run) and a.high_in and b.low_in)
    return _starts_earlier(run, a, b) and reaches and not _ends_later(run, a, b)


@relation("overlaps after", "rr")
def _overlaps_after(run: Run, a: Bounds, b: Bounds) -> bool:
    return _overlaps_before(run, b, a)


@relation("finishes", "pr")
def _finishes_pr(run: Run, a: Any, b: Bounds) -> bool:
    return b.high_in and _is("=", a, b.high, run)


@relation("finishes", "rr")
def _finishes_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return _same_end(run, a, b) and (_same_start(run, a, b) or not _starts_earlier(run, a, b))


@relation("finished by", "rp")
def _finished_by_rp(run: Run, a: Bounds, b: Any) -> bool:
    return _finishes_pr(run, b, a)


@relation("finished by", "rr")
def _finished_by_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return _finishes_rr(run, b, a)


@relation("includes", "rp")
def _includes_rp(run: Run, a: Bounds, b: Any) -> bool:
    if _is("<", a.low, b, run) and _is(">", a.high, b, run):
        return True
    return (_is("=", a.low, b, run) and a.low_in) or (_is("=", a.high, b, run) and a.high_in)


@relation("includes", "rr")
def _includes_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return not _starts_earlier(run, b, a) and not _ends_later(run, b, a)


@relation("during", "pr")
def _during_pr(run: Run, a: Any, b: Bounds) -> bool:
    return _includes_rp(run, b, a)


@relation("during", "rr")
def _during_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return _includes_rr(run, b, a)


@relation("starts", "pr")
def _starts_pr(run: Run, a: Any, b: Bounds) -> bool:
    return b.low_in and _is("=", a, b.low, run)


@relation("starts", "rr")
def _starts_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return _same_start(run, a, b) and not _ends_later(run, a, b)


@relation("started by", "rp")
def _started_by_rp(run: Run, a: Bounds, b: Any) -> bool:
    return _starts_pr(run, b, a)


@relation("started by", "rr")
def _started_by_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return _starts_rr(run, b, a)


@relation("coincides", "pp")
def _coincides_pp(run: Run, a: Any, b: Any) -> bool:
    result = equal(a, b, run)
    if result is None:
        raise Refused
    return result


@relation("coincides", "rr")
def _coincides_rr(run: Run, a: Bounds, b: Bounds) -> bool:
    return _same_start(run, a, b) and _same_end(run, a, b)
