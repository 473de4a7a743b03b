"""Random models taken half-way to models that differ at random, by mappings drawn at random: an instance is refused and
is as it was, or goes over whole: what stands open is what lives, it can be stored, taken back, and goes on."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import audit, commands, migration, projections
from engine.commands import decisions, definitions
from engine.installation import alone
from engine.migration.checking import Check
from engine.model import read
from engine.model.definition import Process
from engine.run import Run, machine
from engine.run.fitting import Unfit
from engine.run.migrating import migrate, restored
from engine.store import Database
from engine.store.tables import instance
from tests.engine.replay.blocks import ONE, Block, Sketch, sketches
from tests.engine.replay.drawing import drawn
from tests.engine.replay.invariants import check, rows_are_live
from tests.engine.replay.marks import DECISION
from tests.engine.replay.memory import Host, Memory
from tests.engine.replay.path import Act, act, paths
from tests.engine.replay.system import PROJECTED, System

PHASES = [phase for phase in Phase if phase is not Phase.explain]
FEW = settings(max_examples=80, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=2000, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))

#: Where a block is changed (counted from the outside in), and how.
changes = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["wrap", "unwrap", "drop", "vary", "add"])), min_size=1, max_size=3
)


def changed(block: Block, at: list[int], how: str) -> Block:
    """The block with one change at the block with that number."""
    if at[0] == 0:
        at[0] = -1
        if how == "wrap":
            return Block("sub", block.variant, (block,))
        if how == "unwrap" and block.kind in ONE:
            return block.inside[0]
        if how == "drop" and len(block.inside) > (1 if block.kind == "seq" else 2):
            return Block(block.kind, block.variant, block.inside[1:])
        if how == "add":
            return Block("seq", block.variant, (block, Block("user", 0)))
        return Block(block.kind, block.variant + 1, block.inside)
    at[0] -= 1
    return Block(
        block.kind, block.variant, tuple(changed(each, at, how) if at[0] >= 0 else each for each in block.inside)
    )


def aligned(before: dict[str, Process], after: dict[str, Process]) -> dict[str, str | None]:
    """Each node to the one that stands in its place, by the kinds of nodes in the order of the drawing."""
    found: dict[str, str | None] = {}
    for id, process in before.items():
        a, b = (list(each.scope.walk()) for each in (process, after[id]))
        found |= {f"{id}/{node.id}": None for node in a}
        for block in SequenceMatcher(
            None,
            *(
                [f"{n.kind}{n.loop and n.loop.kind}{len(n.events)}{n.attached_to is None}" for n in each]
                for each in (a, b)
            ),
            autojunk=False,
        ).get_matching_blocks():
            for k in range(block.size):
                found[f"{id}/{a[block.a + k].id}"] = b[block.b + k].id
    return found


def mapped(before: dict[str, Process], after: dict[str, Process], picks: list[int]) -> Check:
    """A check whose mapping follows the drawing, with some nodes mapped to others that fit; what makes an error of the
    plan is left out."""
    hand = aligned(before, after)
    for number, row in enumerate(row for row in Check(before, after, {}, {}, {}).all().rows if row.choices):
        pick = picks[number % len(picks)]
        if pick > 25:
            hand[f"{row.process}/{row.element}"] = row.choices[pick % len(row.choices)][0]
    while True:
        found = Check(before, after, hand, {}, {}).all()
        wrong = {one.element for one in found.findings if one.severity == "error"}
        if not wrong:
            return found
        assume(any(hand[key] is not None for key in hand if key.partition("/")[2] in wrong))
        hand |= {key: None for key in hand if key.partition("/")[2] in wrong}


def over(side: Memory, found: Check, before: Any, after: Any) -> int:
    """Takes all instances over, or none; how many went."""
    made: dict[str, Run] = {}
    went = []
    for root, run in side.runs.items():
        if run.ended:
            continue
        state = run.dump()
        side.processes = after
        host = Host(side, root)
        try:
            made[root] = migrate(
                run, found.routes, host, began=lambda new, root=root: side.runs.update({root: new})
            ).run
        except Unfit as unfit:
            assert unfit.reasons and all(one.vi and one.en for one in unfit.reasons)
            assert run.dump() == state
            side.processes = before
            side.runs.update({root: run})
            continue
        finally:
            side.runs[root] = run
        stored = made[root].dump()
        assert Run.load(stored, host).dump() == stored
        side.processes = before
        back = restored(made[root], state, Host(side, root))
        assert back.dump() == state
        came, gone = made[root]._machine.changes, back.take_changes()
        assert {one.id for one in came.timers_set} == set(gone.timers_cleared) or came.steps
        went.append(root)
    if not made or len(made) < len([run for run in side.runs.values() if not run.ended]):
        return 0
    side.processes = after
    side.runs.update(made)
    for root in went:
        side.settle(root)
    return len(went)


def seen(side: Memory, dead: set[str]) -> None:
    check(side, dead)
    side.steps = []


def walk(sketch: Sketch, other: Sketch, path: list[Act], when: int, picks: list[int]) -> int:
    bodies = [drawn(each) for each in (sketch, other)]
    before, after = (dict(read(body, "mo-hinh.bpmn").processes) for body in bodies)
    for body in bodies:
        note(body.decode())
    known = decisions.load({"phi.dmn": DECISION})

    def decide(name: str, context: Any) -> Any:
        if name not in known:
            raise LookupError(name)
        return known[name][0].decide(known[name][1], context)

    found = mapped(before, after, picks)
    side = Memory(before, decide, reload=True)
    side.start("main", {"n": 0, "ma": "H1"})
    path = [step for step in path if step.kind != "move"]  # who moves a token may leave a shape that no model has
    went, dead = 0, set[str]()
    nodes = [node.id for node in before["main"].scope.walk()]
    for at, step in enumerate(path):
        if not went and at >= when:
            went = over(side, found, before, after)
            if went:
                side.start_events, side.begins = [], []
                nodes = [node.id for node in after["main"].scope.walk()]
                side.rest()
        seen(side, dead)
        act(side, step, nodes)
        seen(side, dead)
    return went


@pytest.fixture
def _bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "STEP_LIMIT", 300)  # some models loop without a wait


#: Which nodes go elsewhere than the drawing says.
picked = st.lists(st.integers(0, 30), min_size=1, max_size=8)


def varied(sketch: Sketch, how: list[tuple[int, str]]) -> Sketch:
    main = sketch.main
    for at, kind in how:
        main = changed(main, [at], kind)
    return sketch._replace(main=main)


@FEW
@given(sketch=sketches(), how=changes, path=paths, when=st.integers(1, 8), picks=picked)
def test_an_instance_is_refused_or_goes_over_whole(
    _bound: None, sketch: Sketch, how: list[tuple[int, str]], path: list[Act], when: int, picks: list[int]
) -> None:
    walk(sketch, varied(sketch, how), path, when, picks)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@MANY
@given(sketch=sketches(14), how=changes, path=paths, when=st.integers(1, 16), picks=picked)
def test_larger_ones_are_refused_or_go_over_whole_too(
    _bound: None, sketch: Sketch, how: list[tuple[int, str]], path: list[Act], when: int, picks: list[int]
) -> None:
    walk(sketch, varied(sketch, how), path, when, picks)


def on_a_database(database: Database, sketch: Sketch, other: Sketch, path: list[Act], picks: list[int]) -> list[bool]:
    """Migrates every instance at the end of the path, through the commands: a rehearsal says what happens, rows are
    those of what lives, the log gives them again, and what is taken back is as it was."""
    files = [{"mo-hinh.bpmn": drawn(each), "phi.dmn": DECISION} for each in (sketch, other)]
    system = System(database, files[0])
    note(files[1]["mo-hinh.bpmn"].decode())
    system.start("main", {"n": 0, "ma": "H1"})
    with database.begin() as tx:
        old = dict(definitions.deployed(tx, system.deployment.id).processes)
    nodes = [node.id for node in old["main"].scope.walk()]
    for step in path:
        if step.kind != "move":
            act(system, step, nodes)
    target = commands.deploy(database, files[1], key="k").id
    with database.begin() as tx:
        hand = mapped(old, dict(definitions.deployed(tx, target).processes), picks).by_hand
    assume(system.deployment.id != target)
    plan = migration.save(database, system.deployment.id, target, by_hand=hand)
    went = []
    for root, status in system.status.items():
        if status not in ("active", "suspended"):
            continue
        before = rows(system, root)
        said = migration.rehearse(database, plan.id, root)
        assert rows(system, root) == before
        try:
            done = migration.migrate(database, plan.id, root, "thử", "phuong")
            assert without_ids(done) == without_ids(said)
        except Unfit as unfit:
            assert said.reasons == unfit.reasons and rows(system, root) == before
            continue
        went.append(True)
        database.hot.clear()
        rows_are_live(database, system.status)
        now = system.contents(*PROJECTED)
        projections.rebuild(database, ["engine"])
        assert system.contents(*PROJECTED) == now
        if any(line.how == "runs" for line in done.lines):
            continue
        migration.undo(database, plan.id, root, "thử", "phuong")
        assert rows(system, root) == before
        database.hot.clear()
        now = system.contents(*PROJECTED)
        projections.rebuild(database, ["engine"])
        assert system.contents(*PROJECTED) == now
    assert audit.verify(database)["broken"] == []
    return went


def rows(system: System, root: str) -> Any:
    """All that the engine keeps of a root, but its log and how often it was written."""
    found = {name: [row for row in those if row[0] == root] for name, those in system.contents(*PROJECTED).items()}
    with system.database.begin() as tx:
        row = tx.read(select(instance).where(instance.c.root_id == root)).one()
    return found, bytes(row.state), row.deployment, row.process, row.status


def without_ids(said: migration.Judgement) -> Any:
    """What was said, but for the ids of what was opened by it."""
    return said.fits, said.status, [(line.what, line.how, line.element, line.target, line.vi) for line in said.lines]


@settings(FEW, max_examples=40)
@given(sketch=sketches(), how=changes, path=paths, picks=picked)
def test_what_goes_over_on_a_database_is_what_lives_there_and_comes_back(
    _bound: None, sketch: Sketch, how: list[tuple[int, str]], path: list[Act], picks: list[int]
) -> None:
    database = alone().open("sqlite://")
    database.create()
    try:
        on_a_database(database, sketch, varied(sketch, how), path, picks)
    finally:
        database.close()
