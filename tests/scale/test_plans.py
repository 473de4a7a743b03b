"""What is read of very many dossiers is found by an index: the plans of the statements, on each database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from engine import jobs
from engine.store import Database
from procedures import dossiers, tasks, worklist
from procedures.actor import Actor
from procedures.dossiers.counted import Counted, Period
from procedures.store.searching import index_words
from tests.procedures.town import AGENCY, Town

#: Tables that grow with every dossier, and are never read as a whole.
GROWING = ("dossier", "dossier_state", "event", "instance", "letter", "handover", "work_item", "candidate")
MONTH = (date(2026, 3, 1), date(2026, 3, 31))

Read = Callable[[Town, Any], object]
READ: dict[str, Read] = {
    "the dossiers of an agency": lambda town, tx: dossiers.listing(tx, town["chi"]),
    "the newest": lambda town, tx: dossiers.listing(tx, town["chi"], order="newest"),
    "those of a status": lambda town, tx: dossiers.listing(tx, town["chi"], status=5),
    "the board": lambda town, tx: dossiers.board(tx, town["dung"], *MONTH),
    "a figure's list": lambda town, tx: dossiers.listing(tx, town["dung"], counted=Counted("late", Period(*MONTH))),
    "the register of a month": lambda town, tx: dossiers.register(tx, town["dung"], AGENCY, *MONTH, size=200),
    "what runs on each version": lambda town, tx: worklist.running(tx),
    "done": lambda town, tx: worklist.listing(tx, "chi", ["chuyen_vien@T.2"], "done"),
    "mine": lambda town, tx: worklist.listing(tx, "chi", ["chuyen_vien@T.2"], "mine"),
    "unit": lambda town, tx: worklist.listing(tx, "chi", ["chuyen_vien@T.2"], "unit"),
    "counts of the worklist": lambda town, tx: worklist.counts(tx, "chi", ["chuyen_vien@T.2"]),
    "what is due": lambda town, tx: jobs.due_roots(tx),
}


#: By the index of parts of words, which PostgreSQL alone has.
SEARCHED = {
    "a number": "033190001234",
    "a name": "hoàng thị hoa",
    "a code": "T.2-260302-0001",
    "the end of a code": "260302-0001",
    "nothing": "khongcoai",
}


@contextmanager
def asked(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The queries that reach the database inside the block, with what they are given."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            seen.append((statement, parameters))

    event.listen(database.pool, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.pool, "before_cursor_execute", note)


def whole(database: Database, queries: list[tuple[str, Any]], growing: tuple[str, ...] = GROWING) -> list[str]:
    """The lines of their plans that read a growing table from one end to the other though an index could be had."""
    found = []
    with database.pool.connect() as connection:
        if not database.sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in queries:
            how = "EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN "
            rows = connection.exec_driver_sql(how + statement, parameters).all()
            lines = [str(row[-1]).strip() for row in rows]
            names = "|".join(growing)
            scan = rf"SCAN ({names})$" if database.sqlite else rf"Seq Scan on ({names})\b"
            found += [f"{line}: {statement[:200]}" for line in lines if re.search(scan, line)]
        if not database.sqlite:
            connection.exec_driver_sql("RESET enable_seqscan")
    return found


@pytest.mark.parametrize("name", READ)
def test_by_an_index(crowd: Town, name: str) -> None:
    with asked(crowd.database) as seen, crowd.database.begin() as tx:
        READ[name](crowd, tx)
    assert seen and not whole(crowd.database, seen)


def test_what_stands_beside_a_task_by_an_index(crowd: Town) -> None:
    with crowd.database.begin() as tx:
        held = [row.task for row in worklist.listing(tx, "chi", ["chuyen_vien@T.2"], "unit").rows[:2]]
    for task in held:
        tasks.claim(crowd.database, task, crowd["chi"])
    with asked(crowd.database) as seen, crowd.database.begin() as tx:
        assert {worklist.neighbours(tx, "chi", task) for task in held} == {(None, held[1]), (held[0], None)}
    assert seen and not whole(crowd.database, seen)


@pytest.mark.parametrize("name", SEARCHED)
def test_searched_by_parts_of_words(crowd: Town, name: str) -> None:
    with crowd.database.begin() as tx:
        if not index_words(tx.connection):
            pytest.skip("no trigrams here: a search reads all dossiers")
    with asked(crowd.database) as seen, crowd.database.begin() as tx:
        found = dossiers.find(tx, Actor("quantri", everything=True), SEARCHED[name])
    assert bool(found.total) == (name != "nothing")
    assert not whole(crowd.database, seen)


#: What is read → how many of its statements may ask growing tables.
BOUNDED = {
    "the board": 3,
    "the dossiers of an agency": 5,
    "those of a status": 5,
    "done": 3,
    "the register of a month": 2,
}


@pytest.mark.parametrize("name", BOUNDED)
def test_so_many_statements_and_no_more(crowd: Town, name: str) -> None:
    """Whatever there is: none for each line, group or agency."""
    with asked(crowd.database) as seen, crowd.database.begin() as tx:
        READ[name](crowd, tx)
    about = [statement for statement, _ in seen if re.search(r"\b(dossier|dossier_state|event|instance)\b", statement)]
    assert 0 < len(about) <= BOUNDED[name], about
