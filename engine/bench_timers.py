"""The benchmark of what is due: timers a second that workers fire, each a commit."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import func, select

from engine import commands
from engine.installation import alone
from engine.store import Database, upgrade
from engine.store.tables import job
from engine.worker import Worker

PROCESS = "hen_gio"
MODEL = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  id="d" targetNamespace="urn:motcua:bench">
  <process id="{PROCESS}" isExecutable="true">
    <startEvent id="s"/><sequenceFlow id="a" sourceRef="s" targetRef="t"/>
    <intermediateCatchEvent id="t"><timerEventDefinition>
      <timeDuration xsi:type="tFormalExpression">PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="b" sourceRef="t" targetRef="e"/><endEvent id="e"/>
  </process>
</definitions>""".encode()
THREADS = 4  # that start the instances


def run(database_url: str, timers: int, workers: int, say: Callable[[str], None] = lambda line: None) -> dict[str, Any]:
    """Starts so many instances that wait for a timer which was due an hour ago, and lets that many worker processes
    drain them: ``timers``, ``workers``, ``seconds``, ``timers_per_s``. Raises ValueError for figures below 1."""
    if timers < 1 or workers < 1:
        raise ValueError("timers and workers are at least 1")
    database = alone().open(database_url, pool_size=THREADS + 1)
    upgrade(database)
    commands.deploy(database, {f"{PROCESS}.bpmn": MODEL}, key="bench:timers")
    _start(database, timers)
    say("measuring")
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(workers + 1)
    processes = [context.Process(target=_drain, daemon=True, args=(database_url, ready)) for _ in range(workers)]
    for one in processes:
        one.start()
    ready.wait(300)
    begin = time.monotonic()
    for one in processes:
        one.join()
    seconds = time.monotonic() - begin
    with database.begin() as tx:
        left = tx.read(select(func.count()).select_from(job)).scalar_one()
    database.close()
    if left or any(one.exitcode for one in processes):
        raise RuntimeError(f"{left} timers are left")
    return {
        "timers": timers,
        "workers": workers,
        "seconds": Decimal(f"{seconds:.3f}"),
        "timers_per_s": Decimal(f"{timers / seconds:.1f}"),
    }


def _start(database: Database, count: int) -> None:
    """By a clock of two hours ago: each timer has been due for an hour."""
    database.clock = lambda: datetime.now(UTC) - timedelta(hours=2)
    shares = [count // THREADS + (number < count % THREADS) for number in range(THREADS)]

    def some(share: int) -> None:
        for _ in range(share):
            commands.start(database, PROCESS, by="bench")

    threads = [threading.Thread(target=some, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.clock = lambda: datetime.now(UTC)


def _drain(database_url: str, ready: Barrier) -> None:
    database = alone().open(database_url, pool_size=2)
    worker = Worker(database)
    ready.wait(300)
    while worker.tick():
        pass
    database.close()
