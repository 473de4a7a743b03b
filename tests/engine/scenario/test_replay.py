"""Every shipped scenario, once more: stored and loaded after each step, and its projections made of the log again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, commands, projections, scenario
from engine.scenario.reading import load, moment, read
from engine.scenario.steps import Failed, Play
from engine.scenario.world import World
from engine.store import tables

BUNDLES = Path(__file__).parents[3] / "bpmn"
NOW = "2026-11-23T08:00:00+07:00"
PROJECTED = ("work_item", "candidate", "subscription", "incident", "job")


def shipped() -> Iterator[Any]:
    for file in sorted(BUNDLES.rglob("scenarios.yaml")):
        for name, said in load(file).items():
            yield pytest.param(file.parent, {"now": NOW, **said}, id=f"{file.parent.name}: {name}")


def without_setting(said: dict[str, Any]) -> dict[str, Any]:
    """The scenario without what only the application can answer."""
    return {**said, "steps": [step for step in said["steps"] if not {"expect_status", "expect_due"} & set(step)]}


@pytest.mark.parametrize(("bundle", "said"), list(shipped()))
def test_a_restart_after_every_step_changes_nothing(bundle: Path, said: dict[str, Any]) -> None:
    files, said = scenario.bundle_files(bundle), without_setting(said)
    assert scenario.run_files(files, said, reload=True) == scenario.run_files(files, said)


@pytest.mark.parametrize(("bundle", "said"), list(shipped()))
def test_projections_can_be_made_of_the_log_after_every_step(bundle: Path, said: dict[str, Any]) -> None:
    found = read(without_setting(said))
    begin = moment(said["now"], "now")
    assert isinstance(begin, datetime)
    world = World(begin, found.hold, None, False)
    try:
        deployment = commands.deploy(world.database, scenario._bodies(scenario.bundle_files(bundle)), key="k")
        scenario._start(world, found, deployment.id, [], "vi")
        play = Play(world, found.process, found.auto)
        for step in found.steps:
            try:
                play.do(step)
            except (Failed, commands.Refusal):
                continue  # some wait for what the application would have set
            before = contents(world)
            projections.rebuild(world.database, ["engine"])
            assert contents(world) == before
        assert audit.verify(world.database)["broken"] == []
    finally:
        world.close()


def contents(world: World) -> dict[str, list[Any]]:
    with world.database.begin() as tx:
        return {name: sorted(map(tuple, tx.read(select(tables.metadata.tables[name]))), key=repr) for name in PROJECTED}
