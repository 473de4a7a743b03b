"""Saves what a release leaves behind: ``python -m tests.engine.saved.make NAME``, once, with that release's code.

Every construct of `cases` is run halfway and its rows are written down; then it is run to its end, which is written
down too: later releases have to get there from the same rows.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import commands, feel, store, values
from engine.installation import alone
from engine.run.codec import FORMAT
from engine.store import Database
from tests.engine.replay.system import System
from tests.engine.saved import release
from tests.engine.saved.cases import CASES, VALUES, files
from tests.engine.saved.story import finish, opened, tell


class Kept(System):
    """The commands on a database that keeps what is in it."""

    def __init__(self, database: Database, roots: Mapping[str, str]) -> None:
        super(System, self).__init__()
        self.database, self.forgets = database, True
        database.clock, database.new_id = lambda: self.now, self.new_id
        database.installation.observers[:] = [self.changed]
        self.status.update(roots)


def saved() -> dict[str, Any]:
    """All cases, each run in a database of its own, their rows put together."""
    answer: dict[str, Any] = {"state_format": FORMAT, "tables": {}, "cases": {}}
    for number, case in enumerate(CASES):
        with tempfile.TemporaryDirectory() as folder:
            database = alone().open(f"sqlite:///{Path(folder) / 'saved.db'}")
            store.upgrade(database)
            side = Kept(database, {})
            side.made += number << 20
            root = halfway(side, case)
            for table, rows in release.rows_of(database).items():
                kept = answer["tables"].setdefault(table, [])
                kept += [row for row in rows if row not in kept]
            answer["revision"] = store.current(database)[0]
            answer["cases"][case] = ended(side, root)
            database.close()
    return answer


def halfway(side: Kept, case: str) -> str:
    for name, body in files(case).items():
        commands.deploy(side.database, {name: body}, key=name)
    root = commands.start(side.database, case, feel.evaluate(VALUES, {}), f"H31-{case}", by="lan")
    for step in CASES[case].steps:
        tell(side, root, step)
    return root


def ended(side: Kept, root: str) -> dict[str, Any]:
    """What is open, the way to the end, and what is there then."""
    begin = {"root": root, "status": side.status[root], "now": side.now.isoformat(), "open": opened(side, root)}
    steps = finish(side, root)
    return {**begin, "then": steps, "variables": values.pack(commands.variables_of(side.database, root))}


if __name__ == "__main__":
    release.write(release.FOLDER / f"{sys.argv[1]}.json.gz", saved())
