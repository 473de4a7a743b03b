"""``python -m tests.scale.performance PEERS.json DATE > docs/reference/performance.md``: the page of one whole run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PEERS = ("flowable", "operaton")
HEAD = """# Performance

Made by `python -m tests.scale.performance` from one run of the comparison with Flowable and Operaton on {date}:
the same models, the same PostgreSQL, every step a durable commit (`fsync` on), engines in turn. Ratios hold within a
run; figures of different days and machines do not compare. What a step is: [bench.md](bench.md).

Machine: {cores} cores, {memory} GiB, PostgreSQL {postgresql}, {java}, {filesystem};
{seconds:g} s a run, {repeat} repeat(s).
"""
LIMITS = """
## What limits it

On {cores} cores that everything shares a step costs {ours:.2f} ms of our CPU and {postgres:.2f} ms of PostgreSQL's
(`procedure`, 16 clients): that is at most {limit:,.0f} steps a second, of which {reached:.0%} were reached; the rest
goes to flushes of the log and to changes between processes. The better peer spends {theirs:.2f} ms and
{their_postgres:.2f} ms. What it means for other machines: [scaling.md](../explanation/scaling.md).
"""


def _one(runs: list[dict[str, Any]], engine: str, model: str, clients: int) -> dict[str, Any] | None:
    return next((r for r in runs if (r["engine"], r["model"], r["clients"]) == (engine, model, clients)), None)


def _ratios(kept: dict[str, Any]) -> Iterator[str]:
    yield "\n## Steps a second\n"
    yield "| model | clients | better peer | ours | ratio | of `pgbench -N` | p99 ms, peer | p99 ms, ours |"
    yield "|---|---|---|---|---|---|---|---|"
    plain = {one["clients"]: one for one in kept["pgbench"]}
    runs = kept["runs"]
    for model in dict.fromkeys(r["model"] for r in runs):
        for clients in kept["asked"]["clients"]:
            peers = [found for peer in PEERS if (found := _one(runs, peer, model, clients))]
            ours = _one(runs, "ours", model, clients)
            if not peers or ours is None:
                yield f"| {model} | {clients} | – | – | – | – | – | – |"
                continue
            best = max(peers, key=lambda r: r["steps_per_s"])
            speed, least = plain[clients]["tps"], min(r["p99_ms"] for r in peers)
            yield (
                f"| {model} | {clients} | {best['steps_per_s']:,.0f} ({best['engine']}) | {ours['steps_per_s']:,.0f}"
                f" | {ours['steps_per_s'] / best['steps_per_s']:.1f} | {ours['steps_per_s'] / speed:.2f}"
                f" | {least:.1f} | {ours['p99_ms']:.1f} |"
            )


def _sizes(kept: dict[str, Any]) -> Iterator[str]:
    yield "\n## Per finished instance, and CPU of a step (4 clients)\n"
    yield "| model | engine | rows | database kB | WAL kB | CPU ms, engine | CPU ms, PostgreSQL |"
    yield "|---|---|---|---|---|---|---|"
    for model in dict.fromkeys(r["model"] for r in kept["runs"]):
        for engine in (*PEERS, "ours"):
            if one := _one(kept["runs"], engine, model, 4):
                yield (
                    f"| {model} | {engine} | {one['rows']:.0f} | {one['db_bytes'] / 1000:.1f}"
                    f" | {one['wal_bytes'] / 1000:.1f} | {one['cpu_engine_ms']:.2f} | {one['cpu_postgres_ms']:.2f} |"
                )


def page(kept: dict[str, Any], date: str) -> str:
    """The page as Markdown."""
    machine, asked, runs = kept["machine"], kept["asked"], kept["runs"]
    ours = _one(runs, "ours", "procedure", 16)
    peers = [found for peer in PEERS if (found := _one(runs, peer, "procedure", 16))]
    lines = [
        HEAD.format(
            date=date,
            cores=machine["cores"],
            memory=machine["memory_gib"],
            postgresql=machine["postgresql"].split()[0],
            java=machine["java"],
            filesystem=machine["filesystem"],
            seconds=asked["seconds"],
            repeat=asked["repeat"],
        ).rstrip(),
        *_ratios(kept),
        *_sizes(kept),
    ]
    if ours and peers:
        best = max(peers, key=lambda r: r["steps_per_s"])
        limit = machine["cores"] * 1000 / (ours["cpu_engine_ms"] + ours["cpu_postgres_ms"])
        lines.append(
            LIMITS.format(
                cores=machine["cores"],
                ours=ours["cpu_engine_ms"],
                postgres=ours["cpu_postgres_ms"],
                limit=limit,
                reached=ours["steps_per_s"] / limit,
                theirs=best["cpu_engine_ms"],
                their_postgres=best["cpu_postgres_ms"],
            ).rstrip()
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """The command."""
    asked = argparse.ArgumentParser(prog="python -m tests.scale.performance", description=__doc__)
    asked.add_argument("peers", type=Path, help="what `../shared/peers/run --json FILE` kept")
    asked.add_argument("date", help="when it was measured, as it is to be written")
    said = asked.parse_args()
    print(page(json.loads(said.peers.read_text("utf-8")), said.date), end="")


if __name__ == "__main__":
    main()
