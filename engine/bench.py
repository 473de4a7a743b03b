"""The benchmark: steps a second of whole instances by concurrent clients, every step a commit (contracts.md §6).

The clients do what those of the peers do: each starts an instance, then looks up its open tasks and completes the
first, until it has ended. Completion number k sets ``so_lan`` to k and ``hop_le`` to whether k is not 2.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import fmean
from typing import Any

from sqlalchemy import func, inspect, select, text

from engine import commands, worklist
from engine.commands import definitions
from engine.installation import alone
from engine.store import Database, upgrade
from engine.store.tables import instance, metadata

STEPS_AT_MOST = 100_000  # of one instance, before its model is taken for endless


def run(
    database_url: str,
    model: str | Path,
    instances: int,
    clients: int,
    workers: int | None = None,
    process: str | None = None,
    variables: dict[str, Any] | None = None,
    say: Callable[[str], None] | None = None,
    prepare: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """Measures and returns the figures of contracts.md §6.

    workers: processes over which the clients are spread; the cores by default. process: the one to start, where the
    file has several. variables: more start variables, over those of the peers. prepare: what each
    process calls first, a function of a module (the host registers its vocabulary by it). The schema is made where it
    is missing.
    Raises commands.DeploymentRefused for a model that does not run, ValueError for one whose instances do not end by
    completing their tasks, and for figures that make no sense.
    """
    if instances < 1 or clients < 1 or (workers is not None and workers < 1):
        raise ValueError("instances, clients and workers are at least 1")
    if prepare is not None:
        prepare()
    say = say or (lambda line: print(line, file=sys.stderr, flush=True))
    spread = min(clients, workers or os.cpu_count() or 1)
    database = alone().open(database_url, pool_size=2)
    upgrade(database)
    path = Path(model)
    name = path.name if path.name.endswith(".bpmn") else f"{path.name}.bpmn"
    deployed = commands.deploy(database, {name: path.read_bytes()}, key=f"bench:{path.name}")
    started = process or _first(deployed.processes)
    task = {
        "url": database_url,
        "prepare": prepare,
        "deployment": deployed.id,
        "process": started,
        "variables": variables or {},
        "dossier": b"ho_so." in path.read_bytes(),
        "outcomes": _outcomes(database, deployed.id, started),
    }
    context = multiprocessing.get_context("spawn")
    left = context.Value("q", instances)
    ready, go = context.Barrier(spread + 1), context.Barrier(spread + 1)
    answers = context.Queue()
    processes = [
        context.Process(
            target=_clients,
            daemon=True,
            args=(task, clients // spread + (number < clients % spread), left, ready, go, answers),
        )
        for number in range(spread)
    ]
    _whole(database, task)
    for one in processes:
        one.start()
    try:
        _meet(ready)
        before = _contents(database)
        say("measuring")
        begin = time.monotonic()
        _meet(go)
        results = [answers.get() for _ in processes]
        seconds = time.monotonic() - begin
        say("measured")
        after = _contents(database)
    finally:
        for one in processes:
            one.join(5)
            if one.is_alive():
                one.kill()
    for result in results:
        if "error" in result:
            raise RuntimeError(result["error"])
    latencies = sorted(latency for result in results for latency in result["latencies"])
    state = _state_bytes(database, task)
    database.close()
    growth = {key: (after[key] - before[key]) / instances for key in before}
    return {
        "instances": instances,
        "steps": len(latencies),
        "seconds": _figure(seconds, 3),
        "steps_per_s": _figure(len(latencies) / seconds, 1),
        "instances_per_s": _figure(instances / seconds, 1),
        "p50_ms": _figure(1000 * _quantile(latencies, 0.5), 3),
        "p99_ms": _figure(1000 * _quantile(latencies, 0.99), 3),
        "state_bytes": state,
        "rows": _figure(growth["rows"], 2),
        "db_bytes": round(growth["db_bytes"]),
        "wal_bytes": round(growth["wal_bytes"]),
        "clients": clients,
        "workers": spread,
        "warmup_steps": sum(result["warmup"] for result in results),
    }


def _figure(value: float, digits: int) -> Decimal:
    """A measured value with so many digits; a decimal, so that it prints as the number it is."""
    return Decimal(f"{value:.{digits}f}")


def _outcomes(database: Database, deployment: str, process: str) -> dict[str, str]:
    """What the clients choose where a task has outcomes: the affirmative one, else the first."""
    with database.begin() as tx:
        _, found = definitions.process_of(tx, process, deployment)
    return {
        node.id: next((one.id for one in node.outcomes if one.affirmative), node.outcomes[0].id)
        for node in found.scope.walk()
        if node.outcomes
    }


def _first(processes: tuple[str, ...]) -> str:
    if not processes:
        raise ValueError("the file has no process")
    return processes[0]


def _quantile(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


# -- the clients ------------------------------------------------------------------------------------------------------


def _clients(task: dict[str, Any], threads: int, left: Any, ready: Barrier, go: Barrier, answers: Any) -> None:
    """One process: its clients as threads; each ends an instance before the clock runs, to warm up."""
    latencies: list[float] = []
    try:
        if task["prepare"] is not None:
            task["prepare"]()
        database = alone().open(task["url"], pool_size=threads + 2)
        warmup = [0]
        _all([lambda: warmup.append(_instance(database, task, lambda _: None)) for _ in range(threads)])
        ready.wait()
        go.wait()

        def client() -> None:
            while True:
                with left.get_lock():
                    if left.value <= 0:
                        return
                    left.value -= 1
                _instance(database, task, latencies.append)

        _all([client] * threads)
        answers.put({"latencies": latencies, "warmup": sum(warmup)})
        database.close()
    except BaseException as error:
        ready.abort()
        go.abort()
        answers.put({"error": f"{type(error).__name__}: {error}"})


def _whole(database: Database, task: dict[str, Any]) -> None:
    """One instance before all others: a model that waits for more than its tasks cannot be measured."""
    roots: list[str] = []
    _instance(database, task, lambda _: None, roots.append)
    for one in commands.find(database, root_id=roots[0]) if roots else ():
        if one.ended_at is None:
            why = "; ".join(
                f"{stopped.element}: {stopped.message}" for stopped in commands.incidents(database, root_id=one.root_id)
            )
            raise ValueError(f"an instance does not end by completing its tasks. {why}".strip())


def _all(works: list[Callable[[], Any]]) -> None:
    """Does them in threads; raises the first exception of any."""
    errors: list[BaseException] = []

    def guarded(work: Callable[[], Any]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _instance(
    database: Database,
    task: dict[str, Any],
    took: Callable[[float], None],
    after_step: Callable[[str], None] | None = None,
) -> int:
    """One instance from its start to its end; how many steps it had."""
    key = database.new_id()
    variables = {
        "ma_ho_so": f"H31-{key}",
        "nguoi_nop": "Nguyễn Thị Bình",
        "so_trang": 12,
        "so_lan": 0,
        "khan": False,
        "hop_le": True,
        **task["variables"],
    }
    if task["dossier"]:
        variables.setdefault("ho_so", {"ma": f"H31-{key}", "kenh": "truc_tiep"})
    look = worklist.Look()
    begin = time.perf_counter()
    root = commands.start(
        database, task["process"], variables, business_key=key, by="bench", deployment=task["deployment"], then=look
    )
    took(time.perf_counter() - begin)
    for number in range(1, STEPS_AT_MOST):
        if after_step is not None:
            after_step(root)
        if not look.items:
            return number
        first = look.items[0]
        begin = time.perf_counter()
        commands.complete(
            database,
            first.id,
            {"so_lan": number, "hop_le": number != 2},
            task["outcomes"].get(first.element),
            by="bench",
            then=look,
        )
        took(time.perf_counter() - begin)
    raise ValueError(f"an instance did not end in {STEPS_AT_MOST} steps")


def _meet(barrier: Any) -> None:
    """Waits for all processes; one that has failed says why through its answer, so it only ends the wait."""
    with contextlib.suppress(threading.BrokenBarrierError):
        barrier.wait(300)


# -- what it costs ----------------------------------------------------------------------------------------------------


def _contents(database: Database) -> dict[str, int]:
    """Rows of all tables, bytes of the database and of its log so far."""
    with database.begin() as tx:
        there = set(inspect(database.pool).get_table_names())
        rows = sum(
            tx.read(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table.name in there
        )
        if not database.sqlite:
            size, wal = (
                tx.read(text(f"SELECT {what}")).scalar_one()
                for what in ("pg_database_size(current_database())", "pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
            )
            return {"rows": rows, "db_bytes": int(size), "wal_bytes": int(wal)}
        pages, page = (tx.read(text(f"PRAGMA {name}")).scalar_one() for name in ("page_count", "page_size"))
        file = database.pool.url.database
    wal_file = Path(f"{file}-wal")  # it is reused from the beginning: what is seen is the least that was written
    return {"rows": rows, "db_bytes": pages * page, "wal_bytes": wal_file.stat().st_size if wal_file.exists() else 0}


def _state_bytes(database: Database, task: dict[str, Any]) -> int:
    """The mean size of an instance's stored state while it is open."""
    sizes: list[int] = []

    def look(root: str) -> None:
        with database.begin() as tx:
            size = tx.read(
                select(func.length(instance.c.state)).where(instance.c.root_id == root, instance.c.ended_at.is_(None))
            ).scalar()
        if size is not None:
            sizes.append(size)

    _instance(database, task, lambda _: None, look)
    return round(fmean(sizes)) if sizes else 0
