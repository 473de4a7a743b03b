"""The log as records for the verifier (`verifier.py`): seals, then root by root its events and the rows it tells of.

It is read in one snapshot and a batch of roots at a time: of one moment on a running system, in bounded memory.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Column, Row, String, cast, exists, literal, select, union, union_all

from engine.audit import verifier
from engine.audit.keys import Signer
from engine.store import Tx, kept, metadata, raw, records
from engine.store.family import said_of
from engine.store.kept import Kept
from engine.store.raw import Unreadable
from engine.store.tables import ENGINE_TABLES, chain, event, instance, read_log, sealed_head, signed_seal
from engine.store.tables import seal as unsigned
from engine.store.types import moment_text

ROOTS = 200
EVENT = ("seq", "at", "who", "kind", "element", "data", "hash")
_MIGRATED = "alembic_version"
READ = ("chain", "seq", "at", "who", "act", "root_id", "data", "hash")


def of(tx: Tx, reads_from: date | None = None) -> Iterator[verifier.Record]:
    """The records, in the order the verifier wants. `tx` is a snapshot. reads_from: the first day whose records of
    reading are still kept; None where none was ever thrown away."""
    tables = _present(tx)
    yield [
        "about",
        {
            "format": verifier.FORMAT,
            "at": moment_text(tx.now),
            "reads_from": reads_from.isoformat() if reads_from else None,
            "there": sorted(raw.there(tx)),
            "lacking": [list(one) for one in _lacking(tx)],
            "besides": [list(one) for one in raw.besides(tx)],
        },
    ]
    with raw.lenient(tx):
        yield from _seals(tx)
        for batch in batches(tx):
            yield from _roots(tx, batch, tables)
        for row in raw.pages(tx, read_log, (read_log.c.chain, read_log.c.seq)):
            yield ["read", *(_plain(row[name]) for name in READ)]
            yield from _garbled(read_log.name, row, "chain", "seq")
    yield ["end"]


def write(tx: Tx, file: Path, reads_from: date | None = None, signer: Signer | None = None) -> int:
    """Writes the records to a file (packed where it is called .gz) that only its owner reads: the log holds personal
    data. signer: signs all of it in a last line. How many records there are."""
    draft = file.with_name(file.name + ".partial")
    draft.unlink(missing_ok=True)
    count, digest = 0, sha256()
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with gzip.open(draft, "wb") if file.suffix == ".gz" else draft.open("wb") as out:
        for record in of(tx, reads_from):
            line = orjson.dumps(record, default=_bytes) + b"\n"
            out.write(line)
            digest.update(line)
            count += 1
        if signer is not None:
            signature = signer.sign(verifier.export_text(digest.hexdigest()))
            out.write(orjson.dumps(["signed", signer.name, signature]) + b"\n")
    draft.replace(file)
    return count


def _present(tx: Tx) -> list[Kept]:
    """The kept tables that this database has: one of the engine alone has none of the rooms above it."""
    return [how for how in kept.tables(metadata.tables.values()) if how.table.name in raw.there(tx)]


def _lacking(tx: Tx) -> Iterator[tuple[str, list[str]]]:
    """The tables that its release has and this database has not, and those that lack columns, which are named. Where
    one table of the rooms above the engine is there, or migrations were told, all of them must be."""
    there, own = raw.there(tx), {table.name for table in ENGINE_TABLES}
    whole = bool((there.keys() & metadata.tables.keys()) - own) or _MIGRATED in there
    for name, table in sorted(metadata.tables.items()):
        if name not in there:
            if whole or name in own:
                yield name, []
        elif lost := sorted({column.name for column in table.columns} - there[name]):
            yield name, lost


def batches(tx: Tx, also: Iterable[Column[Any]] = ()) -> Iterator[list[Row[Any]]]:
    """Every root (root_id, seq, hash), some at a time: those that say where they end, and those that events, kept
    rows or the columns in `also` name and nobody else does."""
    there = raw.there(tx)
    ends = [
        select(table.c.root_id, seq.label("seq"), hash.label("hash"))
        for table, seq, hash in (
            (instance, instance.c.event_seq, instance.c.event_hash),
            (chain, chain.c.seq, chain.c.hash),
        )
        if table.name in there
    ]
    if ends:
        heads = union_all(*ends).subquery()
        yield from _some(records.pages(tx, select(heads), heads.c.root_id))
    strays: list[Any] = [column for column in (event.c.root_id, *also) if column.table.name in there]
    for how in _present(tx):
        if how.root is not None:
            strays.append(how.table.c[how.root])
        elif tx.read(select(literal(1)).select_from(how.table).limit(1)).first():
            strays.append(literal(how.log))
    if not strays:
        return
    claiming = [table.c.root_id for table in (instance, chain) if table.name in there]
    alone = union(*[_unclaimed(column, claiming) for column in strays]).subquery()
    query = select(alone.c.root_id, literal(0).label("seq"), literal("").label("hash"))
    yield from _some(records.pages(tx, query, alone.c.root_id))


def _unclaimed(column: Any, claiming: list[Column[Any]]) -> Any:
    return select(cast(column, String(64)).label("root_id")).where(
        column.is_not(None), *(~exists().where(one == column) for one in claiming)
    )


def _some(rows: Iterator[Row[Any]]) -> Iterator[list[Row[Any]]]:
    while batch := list(islice(rows, ROOTS)):
        yield batch


def _seals(tx: Tx) -> Iterator[verifier.Record]:
    for old in raw.pages(tx, unsigned, (unsigned.c.day,)):
        yield ["old_seal", *(_plain(old[name]) for name in ("day", "previous", "hash"))]
    for made in raw.pages(tx, signed_seal, (signed_seal.c.n,), size=50):
        yield ["seal", *(_plain(made[name]) for name in ("n", "text", "hash", "key", "signature", "sealed_at"))]
        for head in raw.pages(tx, sealed_head, (sealed_head.c.position,), sealed_head.c.n == made["n"]):
            yield ["head", *(_plain(head[name]) for name in ("root_id", "seq", "hash"))]
        yield from _garbled(signed_seal.name, made, "n")


def _roots(tx: Tx, batch: list[Row[Any]], tables: Iterable[Kept]) -> Iterator[verifier.Record]:
    """Each root of the batch with its events and rows; a stream for each table, read together root by root."""
    ids = [row.root_id for row in batch]
    logged = _Grouped(tx, event, "root_id", ids, (event.c.root_id, event.c.seq))
    running = _Grouped(tx, instance, "root_id", ids, (instance.c.root_id,), size=50)
    rows = [
        (how, _Grouped(tx, how.table, how.root, ids, (how.table.c[how.root], *how.table.primary_key)))
        for how in tables
        if how.root is not None
    ]
    for row in batch:
        yield ["root", row.root_id, row.seq, row.hash]
        for one in logged.of(row.root_id):
            yield ["event", *(_plain(one[name]) for name in EVENT)]
            yield from _garbled(event.name, one, "root_id", "seq")
        for one in running.of(row.root_id):
            yield _instance(one)
        for how, found in rows:
            for one in found.of(row.root_id):
                yield _row(how, one)
        for how in tables:
            if how.log == row.root_id:
                for one in raw.pages(tx, how.table, list(how.table.primary_key)):
                    yield _row(how, one)


def _garbled(table: str, row: Mapping[str, Any], *key: str) -> Iterator[verifier.Record]:
    """The columns of a record of the log that hold something else than they should."""
    if wrong := [name for name, value in row.items() if isinstance(value, Unreadable)]:
        yield ["unreadable", table, _key([_plain(row[name]) for name in key]), wrong]


def _bytes(value: Any) -> str:
    """What the standalone verifier sees where bytes stand in the place of text."""
    return f"x'{bytes(value).hex()}'"


def _plain(value: Any) -> Any:
    """A value of the log as the verifier takes it; what is none there is no hash's origin either."""
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.text if isinstance(value, Unreadable) else value


def _instance(row: Mapping[str, Any]) -> verifier.Record:
    """What the events of an instance tell of its row, and of its state."""
    wrong = [name for name, value in row.items() if isinstance(value, Unreadable)]
    if wrong:
        return ["unreadable", instance.name, _key([_plain(row["root_id"])]), wrong]
    return ["instance", said_of(row), sha256(row["state"] or b"").hexdigest()]


def _row(how: Kept, row: Mapping[str, Any]) -> verifier.Record:
    wrong = [name for name, value in row.items() if isinstance(value, Unreadable)]
    if not wrong:
        return ["row", how.table.name, how.key_of(row), how.text_of(row)]
    return ["unreadable", how.table.name, _key([_plain(row[one.name]) for one in how.table.primary_key]), wrong]


def _key(values: list[Any]) -> str:
    return orjson.dumps(values, default=_bytes).decode()


class _Grouped:
    """The rows of a table for some roots, taken root by root: few roots' rows at once are in memory, since the
    database gives them page by page in the roots' order of its own."""

    def __init__(
        self, tx: Tx, table: Any, root: str, ids: list[str], order: tuple[Column[Any], ...], size: int = raw.SIZE
    ) -> None:
        self._rows = raw.pages(tx, table, list(dict.fromkeys(order)), table.c[root].in_(ids), size=size)
        self._root = root
        self._next: Mapping[str, Any] | None = None

    def of(self, root_id: str) -> Iterator[Mapping[str, Any]]:
        """Its rows; the roots are asked for in the order in which the database sorts them."""
        while True:
            if self._next is None:
                self._next = next(self._rows, None)
            if self._next is None or self._next[self._root] != root_id:
                return
            row, self._next = self._next, None
            yield row
