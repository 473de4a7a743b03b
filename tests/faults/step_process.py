"""A process that takes steps, for tests that kill it: DATABASE MODE ARGUMENT.

``before``, ``written``, ``committed``: completes the task ARGUMENT and stops for ever at that moment of its
transaction, saying so on standard output. ``work``: two threads complete tasks of all instances without end, and
print each when it is committed; ARGUMENT tells their random choices.
"""

from __future__ import annotations

import random
import sys
import threading
import time

from engine import commands, worklist
from engine.commands import Refusal
from engine.installation import alone
from engine.store import Busy, Database


def at(moment: str) -> None:
    print(moment, flush=True)
    time.sleep(60)


def step(database: Database, moment: str, task: str) -> None:
    with database.begin() as tx:
        if moment == "before":
            tx.connection  # noqa: B018  begins
            at(moment)
        commands.complete(tx, task, {"x": 1})
        if moment == "written":
            at(moment)
    at(moment)


def work(database: Database, chance: random.Random) -> None:
    while True:
        page = worklist.open_tasks(database, everything=True)
        if not page.items:
            return
        task = chance.choice(page.items).id
        try:
            commands.complete(database, task, {"lai": True, "n": chance.randint(0, 9)})
        except (Refusal, Busy):
            continue
        sys.stdout.write(f"{task}\n")
        sys.stdout.flush()


def main() -> None:
    url, mode, argument = sys.argv[1:]
    database = alone().open(url)
    if mode != "work":
        step(database, mode, argument)
        return
    threads = [threading.Thread(target=work, args=(database, random.Random(f"{argument}-{n}"))) for n in range(2)]
    print("ready", flush=True)
    for thread in threads:
        thread.start()


if __name__ == "__main__":
    main()
