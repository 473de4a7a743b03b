"""The guarded write of a step: instance, projections and events in one statement on PostgreSQL, in as few on SQLite.

It goes to the driver as it is: compiling statements costs more than the step itself (docs/decisions/0002).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import Connection

from engine.store import line
from engine.store.family import Family
from engine.store.line import Asked
from engine.store.types import moment_text


class LostGuard(Exception):
    """Somebody else wrote the instance since it was read: load it again and try again."""


#: The columns of each table that a step inserts into, after `root_id`, with PostgreSQL's types.
COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "work_item": (
        ("id", "varchar"),
        ("instance", "varchar"),
        ("process", "varchar"),
        ("element", "varchar"),
        ("name", "text"),
        ("business_key", "varchar"),
        ("form", "varchar"),
        ("lane", "varchar"),
        ("assignee", "varchar"),
        ("groups", "text"),
        ("users", "text"),
        ("priority", "integer"),
        ("opened_at", "timestamptz"),
        ("claimed_at", "timestamptz"),
        ("due", "timestamptz"),
    ),
    "candidate": (("task_id", "varchar"), ("kind", "varchar"), ("name", "varchar")),
    "subscription": (
        ("id", "varchar"),
        ("element", "varchar"),
        ("kind", "varchar"),
        ("name", "varchar"),
        ("key", "varchar"),
        ("properties", "text"),
        ("opened_at", "timestamptz"),
    ),
    "incident": (
        ("id", "varchar"),
        ("element", "varchar"),
        ("kind", "varchar"),
        ("message", "text"),
        ("message_en", "text"),
        ("job_id", "varchar"),
        ("opened_at", "timestamptz"),
    ),
    "job": (
        ("id", "varchar"),
        ("kind", "varchar"),
        ("instance_id", "varchar"),
        ("payload", "text"),
        ("due_at", "timestamptz"),
        ("priority", "integer"),
        ("retries_left", "integer"),
        ("dedupe_key", "varchar"),
    ),
    "event": (
        ("seq", "integer"),
        ("at", "timestamptz"),
        ("who", "varchar"),
        ("kind", "varchar"),
        ("element", "varchar"),
        ("data", "text"),
        ("hash", "varchar"),
    ),
}
_INSTANCE = (
    ("process", "varchar"),
    ("deployment", "varchar"),
    ("business_key", "varchar"),
    ("status", "varchar"),
    ("state", "bytea"),
    ("event_seq", "integer"),
    ("event_hash", "varchar"),
    ("started_at", "timestamptz"),
    ("started_by", "varchar"),
    ("ended_at", "timestamptz"),
)
_META = ("business_key", "status", "ended_at", "process", "deployment")
_ID = {"candidate": "task_id"}
# What is opened anew under its own id (a timer moved, an incident that came again) replaces itself.
_AGAIN = {
    table: " ON CONFLICT (root_id, id) DO UPDATE SET "
    + ", ".join(
        [f"{name} = excluded.{name}" for name, _ in COLUMNS[table] if name != "id"]
        + (["attempts = 0", "last_error = NULL"] if table == "job" else [])
    )
    for table in ("work_item", "subscription", "incident", "job")
} | {"candidate": " ON CONFLICT DO NOTHING"}

Shape = tuple[bool, bool, bool, tuple[tuple[str, int], ...], tuple[str, ...]]


def _shape(family: Family) -> Shape:
    rows = tuple((table, len(rows)) for table, rows in family.writes.rows.items() if rows)
    gone = tuple(table for table, ids in family.writes.gone.items() if ids)
    return family.new, family.state is not None, family.meta_changed, (*rows, ("event", len(family.events))), gone


def _values(family: Family) -> list[Any]:
    """The instance's own values, in the order of the statement's columns."""
    meta = [family.business_key, family.status, family.ended_at, family.process, family.deployment]
    if family.new:
        return [
            family.process,
            family.deployment,
            family.business_key,
            family.status,
            family.state,
            family.event_seq,
            family.event_hash,
            family.started_at,
            family.started_by,
            family.ended_at,
        ]
    state = [family.state] if family.state is not None else []
    return [family.event_seq, family.event_hash, *state, *(meta if family.meta_changed else [])]


def _update_columns(state: bool, meta: bool) -> list[tuple[str, str]]:
    names = ["event_seq", "event_hash", *(["state"] if state else []), *(_META if meta else [])]
    types = dict(_INSTANCE)
    return [(name, types[name]) for name in names]


@lru_cache(maxsize=512)
def _statement(shape: Shape) -> str:
    new, state, meta, rows, gone = shape
    if new:
        columns = ", ".join(name for name, _ in _INSTANCE)
        values = ", ".join(f"%s::{type}" for _, type in _INSTANCE)
        parts = [
            (
                f"i AS (INSERT INTO instance (root_id, rev, {columns}) VALUES (%s::varchar, 1, {values})"
                " ON CONFLICT DO NOTHING RETURNING root_id)"
            )
        ]
    else:
        sets = ", ".join(f"{name} = %s::{type}" for name, type in _update_columns(state, meta))
        parts = [
            (
                f"i AS (UPDATE instance SET rev = rev + 1, {sets} WHERE root_id = %s::varchar AND rev = %s::integer"
                " AND event_seq = %s::integer RETURNING root_id)"
            )
        ]
    for number, table in enumerate(gone):
        id = _ID.get(table, "id")
        parts.append(
            f"d{number} AS (DELETE FROM {table} t USING i WHERE t.root_id = i.root_id AND t.{id} = ANY(%s::varchar[]))"
        )
    inserts = []
    for table, number_of in rows:
        columns = ", ".join(name for name, _ in COLUMNS[table])
        values = ", ".join(f"%s::{type}" for _, type in COLUMNS[table])
        inserts.append(
            f"INSERT INTO {table} (root_id, {columns}) "
            + " UNION ALL ".join([f"SELECT i.root_id, {values} FROM i"] * number_of)
            + _AGAIN.get(table, "")
        )
    parts += [f"n{number} AS ({insert})" for number, insert in enumerate(inserts[:-1])]
    numbers = count(1)
    return re.sub("%s", lambda _: f"${next(numbers)}", f"WITH {', '.join(parts)} {inserts[-1]}")


def _before_removal(family: Family) -> None:
    """A row that goes and comes again under its id is only replaced: one statement cannot do both."""
    for table, ids in family.writes.gone.items():
        kept = {row[0] for row in family.writes.rows.get(table, ())}
        if kept and ids:
            family.writes.gone[table] = [id for id in ids if id not in kept]


@dataclass(slots=True)
class Afterwards:
    """A query to be asked when all of a transaction is written, and who takes its rows once that is committed."""

    asked: Asked
    values: Mapping[str, Any]
    take: Callable[[Sequence[Any]], None]
    rows: Sequence[Any] = ()


def write(connection: Connection, family: Family, then: Afterwards | None = None) -> None:
    """Writes what is pending of a family. Raises LostGuard when the row is no longer at the revision it was read at.

    then: on PostgreSQL, asked in the same round trip; the two are one transaction, where none is open.
    """
    if not family.events:
        raise ValueError("nothing is written without an event that says why")
    _before_removal(family)
    family.vouch()
    if connection.dialect.name == "postgresql":
        _write_postgresql(connection, family, then)
    else:
        _write_sqlite(connection, family)


def _event_rows(family: Family) -> list[tuple[Any, ...]]:
    return [(e.seq, e.at, e.who, e.kind, e.element, e.data, e.hash) for e in family.events]


def _write_postgresql(connection: Connection, family: Family, then: Afterwards | None) -> None:
    values = _values(family)
    parameters: list[Any] = (
        [family.root_id, *values] if family.new else [*values, family.root_id, family.rev, family.written_seq]
    )
    parameters += [ids for ids in family.writes.gone.values() if ids]
    for rows in family.writes.rows.values():
        for row in rows:
            parameters += row
    for row in _event_rows(family):
        parameters += row
    statement = _statement(_shape(family))
    if then is None:
        written = line.run(connection, statement, parameters)
    else:
        written, then.rows = line.run_and_ask(connection, statement, parameters, then.asked, then.values)
    if written != len(family.events):
        raise LostGuard(family.root_id)


def _plain(values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(moment_text(value) if isinstance(value, datetime) else value for value in values)


def _write_sqlite(connection: Connection, family: Family) -> None:
    values = _plain(_values(family))
    if family.new:
        names = ", ".join(name for name, _ in _INSTANCE)
        done = connection.exec_driver_sql(
            f"INSERT INTO instance (root_id, rev, {names}) VALUES (?, 1, {', '.join('?' * len(_INSTANCE))})"
            " ON CONFLICT DO NOTHING",
            (family.root_id, *values),
        )
    else:
        sets = ", ".join(f"{name} = ?" for name, _ in _update_columns(family.state is not None, family.meta_changed))
        done = connection.exec_driver_sql(
            f"UPDATE instance SET rev = rev + 1, {sets} WHERE root_id = ? AND rev = ? AND event_seq = ?",
            (*values, family.root_id, family.rev, family.written_seq),
        )
    if done.rowcount != 1:
        raise LostGuard(family.root_id)
    for table, ids in family.writes.gone.items():
        if ids:
            connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE root_id = ? AND {_ID.get(table, 'id')} = ?",
                [(family.root_id, id) for id in ids],
            )
    for table, rows in [*family.writes.rows.items(), ("event", _event_rows(family))]:
        if rows:
            columns = COLUMNS[table]
            connection.exec_driver_sql(
                f"INSERT INTO {table} (root_id, {', '.join(name for name, _ in columns)})"
                f" VALUES (?, {', '.join('?' * len(columns))}){_AGAIN.get(table, '')}",
                [(family.root_id, *_plain(row)) for row in rows],
            )
