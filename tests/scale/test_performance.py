"""What is said of speed is made of what was measured: the page of a run, and the model of other machines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scale.performance import page
from tests.scale.simulation import Costs, Machines, costs, simulate


def run(engine: str, clients: int, speed: float) -> dict[str, Any]:
    return {
        "engine": engine,
        "model": "procedure",
        "clients": clients,
        "steps_per_s": speed,
        "p99_ms": 2.0,
        "rows": 11.0,
        "db_bytes": 14_600,
        "wal_bytes": 27_900,
        "cpu_engine_ms": 0.5,
        "cpu_postgres_ms": 0.3,
    }


KEPT: dict[str, Any] = {
    "machine": {"cores": 2, "memory_gib": 23, "postgresql": "15.18 (x)", "java": "openjdk", "filesystem": "ext4"},
    "asked": {"clients": [1, 16], "seconds": 3.0, "repeat": 1},
    "pgbench": [{"clients": 1, "tps": 1600.0}, {"clients": 16, "tps": 5000.0}],
    "runs": [run("flowable", 1, 150.0), run("operaton", 1, 200.0), run("ours", 1, 800.0), run("operaton", 16, 500.0)],
}


def test_the_page_holds_ours_against_the_better_peer_and_says_what_was_not_measured() -> None:
    said = page(KEPT, "30 November 2026")
    assert "| procedure | 1 | 200 (operaton) | 800 | 4.0 | 0.50 | 2.0 | 2.0 |" in said
    assert "| procedure | 16 | – | – | – | – | – | – |" in said
    assert "What limits it" not in said


def test_what_one_client_waits_beyond_both_cpus_is_the_flush() -> None:
    assert costs(KEPT["runs"], "procedure", 1).flush == pytest.approx(1000 / 800 - 0.8)


def test_one_client_waits_for_everything_and_many_fill_the_part_that_is_dearest() -> None:
    cost = Costs(0.5, 0.3, 0.2)
    assert simulate(cost, Machines(4, 4), 1, 3).steps == pytest.approx(1000, rel=0.1)
    full = simulate(cost, Machines(4, 1), 64, 3)
    assert full.steps == pytest.approx(1000 / 0.3, rel=0.1)
    assert full.postgres > 0.95 and full.web < 0.6
    assert simulate(cost, Machines(8, 1, shards=2), 64, 3).steps == pytest.approx(2 * full.steps, rel=0.1)
