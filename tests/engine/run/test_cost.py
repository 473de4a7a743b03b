"""What a step costs does not grow: loops, long runs, wide activities, gateways in a row."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.run import Run
from engine.run import machine as machine_module
from tests.engine.run.test_activities import many
from tests.engine.run.test_gateways import E, S, users
from tests.engine.run.world import World, flows, model


def world_of(body: str) -> World:
    return World(model(body))


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


LOOP = (
    S
    + E
    + users("a")
    + '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-e"/>'
    + flows("s>m", "m>a", "a>g", "g>m:lai", "g>e")
)


def test_ten_thousand_returns_cost_the_same_from_first_to_last():
    world = world_of(LOOP)
    run = Run.start(world.processes["main"], {}, world)
    task = run.take_changes().tasks_opened[0].id
    sizes, times = [], []

    def thousand() -> None:
        nonlocal task
        for _ in range(1000):
            run.complete(task, {"lai": True})
            task = run.take_changes().tasks_opened[0].id
            run.dump()

    for _ in range(10):
        times.append(seconds(thousand))
        sizes.append(len(run.dump()))
    assert len(set(sizes)) == 1
    assert min(times[5:]) < 3 * min(times[:5]) + 0.05
    run.complete(task, {"lai": False})
    assert run.ended


def test_a_hundred_thousand_steps_in_one_command():
    script = "<extensionElements><zeebe:script expression='= n + 1' resultVariable='n'/></extensionElements>"
    world = world_of(
        S + E + f'<scriptTask id="t">{script}</scriptTask>'
        '<exclusiveGateway id="m"/><exclusiveGateway id="g" default="g-e"/>'
        + flows("s>m", "m>t", "t>g", "g>m:n < 33334", "g>e")
    )
    run = Run.start(world.processes["main"], {"n": 0}, world)
    assert run.ended and run.variables["n"] == 33334
    assert len(run.take_changes().steps) > 200_000
    assert machine_module.STEP_LIMIT > 100_000


def test_a_thousand_instances_at_once():
    loop = many(zeebe='inputCollection="= ds" inputElement="x" outputCollection="kq" outputElement="= x * 2"')
    world = world_of(S + E + f'<userTask id="t">{loop}</userTask>' + flows("s>t", "t>e"))
    run = Run.start(world.processes["main"], {"ds": list(range(1000))}, world)
    ids = [task.id for task in run.take_changes().tasks_opened]
    assert len(ids) == 1000

    def all_of_them() -> None:
        for id in ids:
            run.complete(id)

    assert seconds(all_of_them) < 5
    assert run.ended and run.variables["kq"] == [2 * x for x in range(1000)]


def test_fifty_pairs_of_parallel_gateways_in_a_row():
    parts, made = [S, E], ["s>p0"]
    for at in range(50):
        parts.append(f'<parallelGateway id="p{at}"/><parallelGateway id="j{at}"/>' + users(f"a{at}", f"b{at}"))
        made += [
            f"p{at}>a{at}",
            f"p{at}>b{at}",
            f"a{at}>j{at}",
            f"b{at}>j{at}",
            f"j{at}>p{at + 1}" if at < 49 else f"j{at}>e",
        ]
    world = world_of("".join(parts) + flows(*made))
    world.start()
    for at in range(50):
        world.complete(f"a{at}")
        world.complete(f"b{at}")
    assert world.ended


def test_a_step_of_a_straight_process_takes_a_fraction_of_a_millisecond():
    world = world_of(S + E + users("a", "b", "c") + flows("s>a", "a>b", "b>c", "c>e"))
    process = world.processes["main"]

    def instances() -> None:
        for _ in range(250):
            run = Run.start(process, {"ho_so": {"ma": "H31-1", "ten": "x" * 200}}, world)
            while not run.ended:
                changes = run.take_changes()
                run.dump()
                run.complete(changes.tasks_opened[0].id, {"dat": True})

    assert min(seconds(instances) for _ in range(3)) / 1000 < 0.001
