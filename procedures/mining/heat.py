"""How warm each node of a version is: how many passed and stand there, how long it took, for whom it waited, what was
late; and the cases that lie outside the usual, each with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from procedures.mining.passages import Passage

#: Passages below which nothing is said to be unusual, and how often beyond the usual spread a duration has to lie.
ENOUGH, BEYOND = 8, 3.0
DAY = 86400.0

Measure = Literal["count", "now", "median", "p90", "late"]
MEASURES: tuple[Measure, ...] = ("count", "now", "median", "p90", "late")


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some durations and what nine of ten stay within, in seconds."""

    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Warmth:
    """A node: passages, those that stand there now, durations of those that have left, and how many were late."""

    element: str
    count: int
    now: int
    late: int
    whole: Spread | None
    work: Spread | None
    queue: Spread | None
    citizen: Spread | None

    def measured(self, measure: Measure) -> float:
        if measure in ("median", "p90"):
            return float(getattr(self.whole, measure)) if self.whole is not None else 0.0
        return float(getattr(self, measure))


@dataclass(frozen=True, slots=True)
class Outlier:
    """A case outside the usual. kind: ``long``: it was, or is, longer at a node than the others; ``often``: it came
    there more often. value, usual, most: of the case, of half of the cases, of nine in ten; seconds, or times."""

    case: str
    element: str
    kind: Literal["long", "often"]
    value: float
    usual: float
    most: float


def warmth(passages: Iterable[Passage], now: datetime) -> dict[str, Warmth]:
    """Every node that a case has come to."""
    by_node: dict[str, list[Passage]] = {}
    for one in passages:
        by_node.setdefault(one.element, []).append(one)
    return {element: _warmth(element, those, now) for element, those in by_node.items()}


def _warmth(element: str, those: Sequence[Passage], now: datetime) -> Warmth:
    left = [one for one in those if one.left is not None]
    parts = [one.parts(now) for one in left]
    work, queue, citizen = ([row[n] for row in parts] for n in range(3))
    person, waits = any(one.person for one in those), any(one.waits for one in those)
    return Warmth(
        element, len(those), len(those) - len(left), sum(1 for one in those if one.late(now)),
        spread([one.seconds(now) for one in left]), spread(work) if person else None,
        spread(queue) if person else None, spread(citizen) if waits else None,
    )  # fmt: skip


def spread(values: Iterable[float]) -> Spread | None:
    """None of no values."""
    known = sorted(values)
    return Spread(_quantile(known, 0.5), _quantile(known, 0.9)) if known else None


def _quantile(known: Sequence[float], part: float) -> float:
    """Between the two values around that place."""
    place = (len(known) - 1) * part
    low = int(place)
    high = min(low + 1, len(known) - 1)
    return known[low] + (known[high] - known[low]) * (place - low)


def grades(found: Mapping[str, Warmth], measure: Measure) -> dict[str, int]:
    """Node → 1 to 5, by how it compares with the warmest; nothing for a node where the measure is 0."""
    values = {element: one.measured(measure) for element, one in found.items()}
    top = max(values.values(), default=0.0)
    return {element: max(1, min(5, round(5 * value / top))) for element, value in values.items() if value > 0}


def outliers(passages: Iterable[Passage], now: datetime) -> list[Outlier]:
    """The cases outside the usual, the farthest first. Usual is what lies within `BEYOND` times the spread of the
    middle half above it, and at least a day more than the middle."""
    by_node: dict[str, list[Passage]] = {}
    for one in passages:
        by_node.setdefault(one.element, []).append(one)
    found: list[Outlier] = []
    for element, those in by_node.items():
        found += _long(element, those, now)
        found += _often(element, those)
    return sorted(found, key=lambda one: (-one.value / max(one.most, 1.0), one.case))


def _long(element: str, those: Sequence[Passage], now: datetime) -> list[Outlier]:
    known = sorted(one.seconds(now) for one in those)
    if len(known) < ENOUGH or not any(one.person or one.waits for one in those):
        return []
    quarter, half, last = (_quantile(known, part) for part in (0.25, 0.5, 0.75))
    limit = max(last + BEYOND * (last - quarter), half + DAY)
    return [
        Outlier(one.case, element, "long", one.seconds(now), half, _quantile(known, 0.9))
        for one in those
        if one.seconds(now) > limit
    ]


def _often(element: str, those: Sequence[Passage]) -> list[Outlier]:
    times = Counter(one.case for one in those)
    known = sorted(float(n) for n in times.values())
    if len(known) < ENOUGH:
        return []
    half, most = _quantile(known, 0.5), _quantile(known, 0.9)
    return [Outlier(case, element, "often", n, half, most) for case, n in times.items() if n > max(2, 2 * half, most)]
