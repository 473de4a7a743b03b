"""The short way to PostgreSQL: what goes and comes by it is what SQLAlchemy would send and bring, its errors too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import psycopg
import pytest
from sqlalchemy import Connection, Integer, bindparam, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from engine import commands, worklist
from engine.store import Database, line
from engine.store.faults import Unavailable
from engine.store.line import Asked
from engine.store.tables import subscription
from tests.engine.commands.models import TWO
from tests.engine.commands.test_commands import deploy

WHEN = datetime(2026, 11, 30, 23, 59, 59, 999_999, UTC)
INSERT = (
    "INSERT INTO subscription (root_id, id, element, kind, name, key, properties, opened_at)"
    " VALUES ($1::varchar, $2::varchar, 'e', 'message', $3::varchar, $4::varchar, $5::text, $6::timestamptz)"
)
ALL = Asked(select(subscription).where(subscription.c.root_id == bindparam("root")))


class Kind(StrEnum):
    SIGNAL = "tín hiệu"


@pytest.fixture
def database(postgresql_url: str, open_database: Callable[..., Database]) -> Database:
    return open_database(postgresql_url)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.connect() as connection:
        yield connection


def test_values_go_and_come_as_they_are(connection: Connection) -> None:
    for id, name, when in (
        ("1", 'Nguyễn “Thị” \\ "Bình" {,}\n', WHEN),
        ("2", "", WHEN.astimezone(timezone(timedelta(hours=7)))),
        ("3", Kind.SIGNAL, datetime(1, 1, 2, tzinfo=UTC)),
    ):
        assert line.run(connection, INSERT, ["r", id, name, None, '{"a": 1}' if id == "1" else None, when]) == 1
    found = sorted(line.ask(connection, ALL, {"root": "r"}))
    same = sorted(tuple(row) for row in connection.execute(ALL.query, {"root": "r"}))
    assert found == same
    assert [row[4] for row in found] == ['Nguyễn “Thị” \\ "Bình" {,}\n', "", "tín hiệu"]
    assert found[0][-1] == found[1][-1] == WHEN and found[0][-1].tzinfo is UTC
    assert line.run(connection, "DELETE FROM subscription WHERE id = ANY($1::varchar[])", [["1", 'x"y\\', "3"]]) == 2


def test_what_cannot_be_sent_is_refused_and_nothing_is_cut(connection: Connection) -> None:
    with pytest.raises(DataError, match="NUL"):
        line.run(connection, INSERT, ["r", "1", "a\0b", None, None, WHEN])
    with pytest.raises(TypeError, match="float is no parameter"):
        line.run(connection, INSERT, ["r", "1", 1.5, None, None, WHEN])
    assert line.ask(connection, ALL, {"root": "r"}) == []


def test_errors_are_those_of_sqlalchemy_without_what_was_written(connection: Connection) -> None:
    line.run(connection, INSERT, ["r", "012345678901", "n", None, None, WHEN])
    with pytest.raises(IntegrityError) as refused:
        line.run(connection, INSERT, ["r", "012345678901", "n", None, None, WHEN])
    assert "duplicate key" in str(refused.value) and "012345678901" not in str(refused.value)
    assert not refused.value.connection_invalidated
    with pytest.raises(IntegrityError):
        line.run_and_ask(connection, INSERT, ["r", "012345678901", "n", None, None, WHEN], ALL, {"root": "r"})
    assert len(line.ask(connection, ALL, {"root": "r"})) == 1  # the connection is as good as before


def test_a_pair_is_one_transaction(database: Database, connection: Connection) -> None:
    written, rows = line.run_and_ask(connection, INSERT, ["r", "1", "n", None, None, WHEN], ALL, {"root": "r"})
    assert written == 1 and [row[1] for row in rows] == ["1"]
    with database.connect() as other:
        assert len(line.ask(other, ALL, {"root": "r"})) == 1  # committed
    bad = Asked(select(subscription.c.id).where(subscription.c.name == bindparam("name")))
    with pytest.raises(DataError, match="NUL"):
        line.run_and_ask(connection, INSERT, ["r", "2", "n", None, None, WHEN], bad, {"name": "\0"})
    fails = Asked(select(bindparam("by", type_=Integer()) % 0))
    with pytest.raises(DBAPIError, match="division by zero"):
        line.run_and_ask(connection, INSERT, ["r", "3", "n", None, None, WHEN], fails, {"by": 1})
    assert len(line.ask(connection, ALL, {"root": "r"})) == 1  # neither of the two that failed


def test_statements_that_the_server_forgot_are_prepared_again(connection: Connection) -> None:
    line.run_and_ask(connection, INSERT, ["r", "1", "n", None, None, WHEN], ALL, {"root": "r"})
    connection.exec_driver_sql("DEALLOCATE ALL")
    assert line.run(connection, INSERT, ["r", "2", "n", None, None, WHEN]) == 1
    connection.exec_driver_sql("DEALLOCATE ALL")
    assert line.run_and_ask(connection, INSERT, ["r", "3", "n", None, None, WHEN], ALL, {"root": "r"})[0] == 1
    assert len(line.ask(connection, ALL, {"root": "r"})) == 3


def test_a_connection_keeps_so_many_statements_and_no_more(connection: Connection) -> None:
    for number in range(line.PREPARED + 20):
        line.run(connection, f"SELECT {number}", [])
    line.run(connection, "SELECT 0", [])
    held = connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'line%%'").scalar()
    assert held == line.PREPARED


def test_a_lost_server_is_told_and_the_next_connection_works(database: Database) -> None:
    def lose(tx: object) -> None:
        with psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    deploy(database, TWO)
    look = worklist.Look()
    root = commands.start(database, "p", then=look)
    with pytest.raises(Unavailable), database.begin() as tx:
        worklist.of_instance(tx, root)
        lose(tx)
        worklist.of_instance(tx, root)
    assert [item.id for item in worklist.of_instance(database, root)] == [item.id for item in look.items]


def test_what_is_open_afterwards_is_told_with_the_step(database: Database) -> None:
    deploy(database, TWO)
    look = worklist.Look()
    root = commands.start(database, "p", then=look)
    for element in ("a", "b"):
        assert [item.element for item in look.items] == [element]
        assert look.items == worklist.of_instance(database, root)
        commands.complete(database, look.items[0].id, then=look)
    assert look.items == []
