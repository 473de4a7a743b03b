"""``python -m tests.scale.simulation PEERS.json``: what the measured costs of a step mean for other machines.

A closed model of queues: each client sends a step, a web process works on it (CPU of ours), PostgreSQL works on it (CPU
of its own), the commit waits for the flush of its log, which takes all with it that came before it began. The costs
are those of the run that `PEERS.json` keeps (`../shared/peers/run --json`); nothing else is assumed.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simpy

SEED = 7
WARM = 0.1  # share of the simulated time that does not count
STEPS = 10_000  # that are simulated for a line of the table


@dataclass(frozen=True)
class Costs:
    """Of one step, in milliseconds: our CPU, PostgreSQL's CPU, one flush of the log."""

    ours: float
    postgres: float
    flush: float


@dataclass(frozen=True)
class Machines:
    """Cores of the web servers, cores of each PostgreSQL, how many of those share the dossiers; `together`: servers and
    PostgreSQL run on the same cores. network: milliseconds there and back."""

    web: int
    postgres: int
    shards: int = 1
    together: bool = False
    network: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """Steps a second, latency in milliseconds, and how busy each part was (0 to 1)."""

    steps: float
    p50: float
    p99: float
    web: float
    postgres: float


class _Log:
    """The log of one PostgreSQL: one flush at a time, for all that wait when it begins."""

    def __init__(self, world: simpy.Environment, flush: float) -> None:
        self.world, self.flush = world, flush
        self.waiting: list[simpy.Event] = []
        self.busy = False

    def commit(self) -> simpy.Event:
        """Happens when the flush that takes it has ended."""
        done = self.world.event()
        self.waiting.append(done)
        if not self.busy:
            self.busy = True
            self.world.process(self._work())
        return done

    def _work(self) -> Iterator[simpy.Event]:
        while self.waiting:
            taken, self.waiting = self.waiting, []
            yield self.world.timeout(self.flush)
            for one in taken:
                one.succeed()
        self.busy = False


def simulate(costs: Costs, machines: Machines, clients: int, seconds: float = 20.0) -> Outcome:
    """So many clients, each of which sends its next step when the last was answered."""
    world, chance = simpy.Environment(), random.Random(SEED)
    web = simpy.Resource(world, machines.web)
    nodes = [
        (web if machines.together else simpy.Resource(world, machines.postgres), _Log(world, costs.flush))
        for _ in range(machines.shards)
    ]
    end, taken, busy = seconds * 1000, list[float](), {"web": 0.0, "postgres": 0.0}

    def work(cores: simpy.Resource, mean: float, kind: str) -> Iterator[simpy.Event]:
        with cores.request() as turn:
            yield turn
            length = chance.expovariate(1 / mean)
            busy[kind] += length
            yield world.timeout(length)

    def client() -> Iterator[simpy.Event]:
        while True:
            began = world.now
            cores, log = chance.choice(nodes)
            yield from work(web, costs.ours, "web")
            if machines.network:
                yield world.timeout(machines.network)
            yield from work(cores, costs.postgres, "postgres")
            yield log.commit()
            if began > end * WARM:
                taken.append(world.now - began)

    for _ in range(clients):
        world.process(client())
    world.run(end)
    ranked = sorted(taken)
    return Outcome(
        len(taken) / (seconds * (1 - WARM)),
        statistics.median(ranked),
        ranked[int(len(ranked) * 0.99)],
        busy["web"] / end / machines.web,
        busy["postgres"] / end / (machines.web if machines.together else machines.postgres * machines.shards),
    )


def costs(runs: Sequence[dict[str, Any]], model: str, clients: int) -> Costs:
    """The costs of a step as they were measured: what one client waits beyond both CPUs is the flush."""
    one = next(r for r in runs if (r["engine"], r["model"], r["clients"]) == ("ours", model, 1))
    many = next(r for r in runs if (r["engine"], r["model"], r["clients"]) == ("ours", model, clients))
    flush = max(0.05, 1000 / one["steps_per_s"] - one["cpu_engine_ms"] - one["cpu_postgres_ms"])
    return Costs(many["cpu_engine_ms"], many["cpu_postgres_ms"], flush)


#: What is asked: a name, the machines, the clients.
PLANS: tuple[tuple[str, Machines, int], ...] = (
    ("2 cores for all (the machine measured)", Machines(2, 2, together=True), 16),
    ("web 4 cores, PostgreSQL 4", Machines(4, 4, network=0.3), 64),
    ("web 8 cores, PostgreSQL 8", Machines(8, 8, network=0.3), 128),
    ("web 16 cores, PostgreSQL 8", Machines(16, 8, network=0.3), 256),
    ("web 32 cores, PostgreSQL 16", Machines(32, 16, network=0.3), 512),
    ("web 64 cores, PostgreSQL 16", Machines(64, 16, network=0.3), 512),
    ("web 128 cores, 4 × PostgreSQL 16", Machines(128, 16, 4, network=0.5), 2048),
    ("web 256 cores, 8 × PostgreSQL 16", Machines(256, 16, 8, network=0.5), 4096),
)


def table(runs: Sequence[dict[str, Any]], model: str = "procedure") -> Iterator[str]:
    """The lines of the table: first what was measured beside what the model says of it, then other machines."""
    yield "| machines | clients | steps/s | p50 ms | p99 ms | web busy | PostgreSQL busy |"
    yield "|---|---|---|---|---|---|---|"
    cost = costs(runs, model, 16)
    for name, machines, clients in PLANS:
        least = max(cost.ours / machines.web, cost.postgres / (machines.postgres * machines.shards))  # ms a step
        said = simulate(cost, machines, clients, max(1.0, STEPS * least / 1000))
        yield (
            f"| {name} | {clients:,} | {said.steps:,.0f} | {said.p50:.1f} | {said.p99:.1f}"
            f" | {said.web:.0%} | {said.postgres:.0%} |"
        )


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(prog="python -m tests.scale.simulation", description=__doc__)
    asked.add_argument("peers", type=Path, help="what `../shared/peers/run --json FILE` kept")
    runs = json.loads(asked.parse_args().peers.read_text("utf-8"))["runs"]
    for model, clients in (("procedure", 1), ("procedure", 4), ("procedure", 16), ("straight", 16), ("services", 16)):
        found = next(r for r in runs if (r["engine"], r["model"], r["clients"]) == ("ours", model, clients))
        said = simulate(costs(runs, model, clients), Machines(2, 2, together=True), clients)
        print(f"{model} {clients}: measured {found['steps_per_s']:.0f}, simulated {said.steps:.0f}")
    print(*table(runs), sep="\n")


if __name__ == "__main__":
    main()
