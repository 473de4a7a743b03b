"""Very many dossiers, fast: those that were played are copied until there are as many as wanted, over two years.

For trying how the system stands with the dossiers of a province. Numbers go on where the played ones ended; of a
hundred copies five are open, with the dates of the last weeks, the others are moved back by whole weeks.
"""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from engine import jobs
from engine.calendar import VIETNAM
from engine.store import Database, Tx, loading, metadata
from procedures import numbering, settings
from procedures.demo.copying import Copy, Template, columns, templates, together
from procedures.store.dossier import counter, dossier

WEEKS = 100
OPEN = 0.05
TOGETHER = 400  # copies of one transaction
SEED = 20261130

Counts = dict[tuple[str, str, str], int]


def multiply(database: Database, count: int, tell: Callable[[str], None] = lambda text: None) -> int:
    """Copies the dossiers that are there until there are `count`; how many were made. Raises ValueError where there is
    none, or none that has ended.

    To be done before the log is sealed for the first time: what is stamped long before a seal is a fault to the
    verifier, and rightly.
    """
    with database.snapshot() as tx:
        found = templates(tx)
        there = tx.read(select(func.count()).select_from(dossier)).scalar_one()
        counts = {(row.series, row.agency, row.period): row.value for row in tx.read(select(counter))}
        code = settings.current(tx).dossier_code
    copies = _planned(found, max(0, count - there), counts, code)
    batches = [copies[start : start + TOGETHER] for start in range(0, len(copies), TOGETHER)]
    done = 0
    for size in _loaded(database, found, batches):
        done += size
        tell(f"{there + done}")
    with database.begin() as tx:
        _count(tx, counts)
        jobs.vouch(tx)
    with database.begin() as tx:
        loading.analyse(tx)
    return done


def _planned(found: Sequence[Template], count: int, counts: Counts, code: str) -> list[Copy]:
    """Which copies there will be, in the order of their time, so that numbers rise with it."""
    if not count:
        return []
    chance = random.Random(SEED)
    running = [index for index, one in enumerate(found) if one.open]
    ended = [index for index, one in enumerate(found) if not one.open]
    if not ended:
        raise ValueError("no dossier has ended: there is nothing to copy")
    drawn: list[tuple[datetime, int, timedelta]] = []
    for _ in range(count):
        of = chance.choice(running if running and chance.random() < OPEN else ended)
        later = timedelta(0) if found[of].open else -timedelta(weeks=chance.randrange(WEEKS))
        drawn.append((found[of].registered + later, of, later))
    return [_copy(found, of, later, chance, counts, code) for _at, of, later in sorted(drawn)]


def _copy(
    found: Sequence[Template], of: int, later: timedelta, chance: random.Random, counts: Counts, code: str
) -> Copy:
    template = found[of]

    def take(series: str, agency: str, period: str) -> int:
        counts[series, agency, period] = counts.get((series, agency, period), 0) + 1
        return counts[series, agency, period]

    day = (template.registered + later).astimezone(VIETNAM).date()
    year = f"{day.year}"
    serial = take("so_theo_doi", template.agency, year) if template.received is not None else None
    numbers = tuple(
        numbering.letter_number(
            take(series, agency, f"{(issued + later).astimezone(VIETNAM).year}"), text.partition("/")[2]
        )
        for series, agency, text, issued in template.numbered
    )
    number = take("ho_so", template.agency, day.isoformat())
    return Copy(
        of, later, chance.getrandbits(60), numbering.dossier_code(code, template.agency, day, number), serial, numbers
    )


def _loaded(database: Database, found: Sequence[Template], batches: Sequence[Sequence[Copy]]) -> Iterator[int]:
    """Writes them, on PostgreSQL with a process for each core."""
    if database.sqlite or len(batches) < 4:
        for batch in batches:
            yield _load(database, found, batch)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, _begin, (database.url, tuple(found))) as processes:
        yield from processes.map(_batch, batches)


_here: dict[str, Any] = {}


def _begin(url: str, found: Sequence[Template]) -> None:
    """What a process needs for its batches."""
    _here["database"], _here["templates"] = Database(url), found


def _batch(batch: Sequence[Copy]) -> int:
    return _load(_here["database"], _here["templates"], batch)


def _load(database: Database, found: Sequence[Template], batch: Sequence[Copy]) -> int:
    made = together((found[one.template], one) for one in batch)
    with database.begin() as tx:
        for name, rows in made.items():
            loading.load(tx, metadata.tables[name], columns(name), rows)
    return len(batch)


def _count(tx: Tx, counts: Counts) -> None:
    """Whoever takes a number now goes on after ours."""
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(counter)
    values = [
        {"series": series, "agency": agency, "period": period, "value": value}
        for (series, agency, period), value in counts.items()
    ]
    for start in range(0, len(values), 1000):
        tx.execute(
            insert.on_conflict_do_update(
                index_elements=["agency", "series", "period"], set_={"value": insert.excluded.value}
            ),
            values[start : start + 1000],
        )
