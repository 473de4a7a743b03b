"""A worker in a process of its own, for tests that kill it: DATABASE NAME LEASE MODE.

Mode ``slow`` has a handler of kind ``slow`` that says so on standard output and then sleeps inside its transaction;
``outside`` one that does so outside; ``run`` is the worker as the command runs it; any other mode only ticks.
"""

from __future__ import annotations

import logging
import sys
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from engine.installation import alone
from engine.jobs import Handler
from engine.worker import Worker


def main() -> None:
    url, name, lease, mode = sys.argv[1:]

    def slow(*arguments: Any) -> None:
        if mode == "slow":
            arguments[0].execute(text("SELECT 1"))
        print("at work", flush=True)
        time.sleep(60)

    installation = alone()
    if mode in ("slow", "outside"):
        installation.handlers["slow"] = Handler(outside=slow) if mode == "outside" else Handler(inside=slow)
    database = installation.open(url)
    worker = Worker(database, name, lease=timedelta(seconds=float(lease)))
    print("ready", flush=True)
    if mode == "run":
        logging.disable()
        worker.run(every=0.05, idle=0.2)
    while True:
        if not worker.tick():
            time.sleep(0.01)


if __name__ == "__main__":
    main()
