"""The benchmark answers in the agreed shape, and does what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine import bench, bench_timers, commands
from engine.store import Database
from tests.engine.commands import models


def test_a_benchmark_ends_every_instance_and_gives_its_figures(
    database_url: str, open_database: Callable[..., Database], tmp_path: Path
) -> None:
    database = open_database(database_url)
    with database.pool.connect() as connection:  # the template has its tables without migrations: begin anew
        from engine.store import metadata

        metadata.drop_all(connection)
    model = tmp_path / "two.bpmn"
    model.write_bytes(models.TWO)
    said: list[str] = []
    figures = bench.run(database_url, model, instances=5, clients=3, workers=2, say=said.append)
    assert said == ["measuring", "measured"]
    assert {
        "instances",
        "steps",
        "seconds",
        "steps_per_s",
        "instances_per_s",
        "p50_ms",
        "p99_ms",
        "state_bytes",
        "rows",
        "db_bytes",
        "wal_bytes",
    } <= set(figures)
    assert (figures["instances"], figures["steps"], figures["warmup_steps"]) == (5, 15, 9)
    assert figures["rows"] == 4  # the instance and three events
    assert figures["state_bytes"] > 50 and figures["p99_ms"] >= figures["p50_ms"] > 0
    ended = commands.find(database, status="ended", per_page=100)
    assert len(ended) == 5 + 3 + 2 and commands.find(database, status="active") == []
    assert len({one.business_key for one in ended}) == 10


def test_a_model_that_waits_for_more_than_its_tasks_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "m.bpmn"
    model.write_bytes(models.SIGNAL)
    with pytest.raises(ValueError, match="does not end"):
        bench.run(f"sqlite:///{tmp_path}/b.db", model, instances=1, clients=1)


def test_figures_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        bench.run("sqlite://", tmp_path / "x.bpmn", instances=0, clients=1)


def test_all_that_is_due_is_drained_and_measured(database_url: str, open_database: Callable[..., Database]) -> None:
    database = open_database(database_url)
    with database.pool.connect() as connection:
        from engine.store import metadata

        metadata.drop_all(connection)
    figures = bench_timers.run(database_url, timers=7, workers=2)
    assert figures["timers"] == 7 and figures["timers_per_s"] > 0
    assert {one.status for one in commands.find(database)} == {"ended"}
    with pytest.raises(ValueError, match="at least 1"):
        bench_timers.run(database_url, timers=0, workers=1)
