"""Hypothesis drives the due work: any timers, any workers, any crashes; each timer fires once, in order, not early."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import commands, jobs
from engine.installation import alone
from engine.worker import Worker
from tests.engine.commands.models import flow, model, task, timer

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)

#: Two timers on the edges of one task, none of which interrupts it.
EDGES = model(
    '<startEvent id="s"/>'
    + task("a")
    + "".join(
        f'<boundaryEvent id="{id}" attachedToRef="a" cancelActivity="false">{timer(f"= {id}")}</boundaryEvent>'
        f'<endEvent id="e{id}"/>' + flow(id, f"e{id}")
        for id in ("t1", "t2")
    )
    + '<endEvent id="e"/>'
    + flow("s", "a", "e")
)

minutes = st.integers(1, 60)
steps = st.one_of(
    st.tuples(st.just("pass"), minutes),
    st.tuples(st.just("tick"), st.integers(0, 2)),
    st.tuples(st.just("claim and die"), st.integers(0, 2)),
)


@settings(max_examples=40, deadline=None)
@given(timers=st.lists(st.tuples(minutes, minutes), min_size=1, max_size=4), script=st.lists(steps, max_size=12))
def test_each_timer_fires_once_in_order_and_never_early(
    timers: list[tuple[int, int]], script: list[tuple[str, int]]
) -> None:
    now = [BEGIN]
    database = alone().open("sqlite://", clock=lambda: now[0])
    database.create()
    fired: list[tuple[str, str, datetime]] = []
    database.installation.observers.append(
        lambda root, changes: fired.extend(
            (root, step.element, step.at)
            for step in changes.steps
            if step.element in ("t1", "t2") and step.event == "entered"
        )
    )
    commands.deploy(database, {"p.bpmn": EDGES}, key="k")
    due = {commands.start(database, "p", {"t1": f"PT{a}M", "t2": f"PT{b}M"}): {"t1": a, "t2": b} for a, b in timers}
    workers = [Worker(database, f"w{number}", lease=LEASE) for number in range(3)]
    for what, value in script:
        if what == "pass":
            now[0] += timedelta(minutes=value)
        elif what == "tick":
            workers[value].tick()
        else:
            with database.begin() as tx:
                roots = jobs.due_roots(tx)
            for root in roots[:1]:
                database.run(lambda tx, root=root: jobs.claim(tx, root, "dead", LEASE))  # type: ignore[misc]
    now[0] += timedelta(hours=2)
    while workers[0].tick():
        pass
    for root, dates in due.items():
        seen = [(element, at) for one, element, at in fired if one == root]
        assert sorted(element for element, _ in seen) == ["t1", "t2"]
        for element, at in seen:
            assert at >= BEGIN + timedelta(minutes=dates[element])
        if dates["t1"] != dates["t2"]:
            assert [element for element, _ in seen] == sorted(dates, key=lambda name: dates[name])
    database.close()
