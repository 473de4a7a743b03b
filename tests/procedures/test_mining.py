"""What the log tells of each step: whose time it was, what was late, what lies outside the usual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.model.definition import Extension, Node
from engine.projections import LoggedEvent
from procedures.mining import heat, passages
from procedures.mining.passages import Passage

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
HOUR = 3600.0


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def logged(hours: float, kind: str, root: str = "r", **data: Any) -> LoggedEvent:
    return LoggedEvent(root, 1, at(hours), "lan", kind, None, data)


def task(id: str, element: str, hours: float, due: float | None = None) -> dict[str, Any]:
    return {"id": id, "element": element, "opened_at": at(hours).isoformat(), "due": due and at(due).isoformat()}


def step(what: str, element: str, kind: str = "receiveTask") -> list[Any]:
    return [what, element, kind, element, "s"]


@pytest.fixture
def nodes() -> dict[str, Node]:
    wait = Node("cho", "receiveTask", "Chờ", extensions=(Extension("pause", {"kind": "supplement"}),))
    return {"cho": wait, "xet": Node("xet", "userTask", "Xét"), "re": Node("re", "exclusiveGateway")}


def test_time_is_split_into_queue_work_and_the_citizen(nodes: dict[str, Node]) -> None:
    log = [
        logged(0, "start", opened=[task("1", "xet", 0, due=4)], steps=[step("entered", "xet", "userTask")]),
        logged(2, "claim", task="1", assignee="lan"),
        logged(5, "complete", closed=["1"], steps=[step("completed", "xet", "userTask"), step("entered", "cho")]),
        logged(6, "reassign", task="1", assignee="ba"),  # of a task that is not open any more
        logged(29, "message", steps=[step("completed", "cho")], opened=[task("2", "xet", 29)]),
        logged(0, "start", "q", opened=[task("3", "xet", 0)]),
        logged(1, "cancel", "q"),
    ]
    found = list(passages.read(log, nodes))
    first, waited, again, ended = (
        next(one for one in found if (one.case, one.element, one.entered) == key)
        for key in (("r", "xet", at(0)), ("r", "cho", at(5)), ("r", "xet", at(29)), ("q", "xet", at(0)))
    )
    assert first.parts(at(99)) == (3 * HOUR, 2 * HOUR, 0) and first.late(at(99))
    assert waited.parts(at(99)) == (0, 0, 24 * HOUR)
    assert again.left is None and again.parts(at(30)) == (0, HOUR, 0) and ended.left == at(1)
    warm = heat.warmth(found, at(30))
    assert (warm["xet"].count, warm["xet"].now, warm["xet"].late) == (3, 1, 1)
    assert warm["cho"].citizen == heat.Spread(24 * HOUR, 24 * HOUR) and warm["cho"].work is None
    assert heat.grades(warm, "median")["cho"] == 5 and "cho" not in heat.grades(warm, "now")


def test_a_migrated_task_counts_where_it_went(nodes: dict[str, Node]) -> None:
    log = [
        logged(0, "start", opened=[task("1", "cu", 0)]),
        logged(1, "migrate", tasks=[task("1", "xet", 0)]),
        logged(2, "complete", closed=["1"]),
    ]
    (only,) = passages.read(log, nodes)
    assert only.element == "xet" and only.seconds(at(9)) == 2 * HOUR


def test_the_middle_and_nine_of_ten() -> None:
    assert heat.spread([]) is None
    assert heat.spread([float(n) for n in range(11)]) == heat.Spread(5, 9)


def test_what_is_outside_the_usual_is_named_and_the_usual_is_not() -> None:
    usual = [Passage(f"c{n}", "xet", at(0), at(5 + n % 3), person=True) for n in range(20)]
    assert heat.outliers(usual, at(999)) == []
    slow = Passage("lau", "xet", at(0), at(400), person=True)
    loops = [Passage("vong", "xet", at(n), at(n + 6), person=True) for n in range(5)]
    found = heat.outliers([*usual, slow, *loops], at(999))
    assert {(one.case, one.kind) for one in found} == {("lau", "long"), ("vong", "often")}
    (long,) = (one for one in found if one.kind == "long")
    assert long.value == 400 * HOUR and long.usual < long.most < 8 * HOUR
    assert heat.outliers([slow, *usual[:5]], at(999)) == [], "too few to say what is usual"
