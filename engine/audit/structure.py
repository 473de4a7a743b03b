"""Indexes, keys and unique constraints of this release that the database has lost: what kept doubles out, or searches
short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import UniqueConstraint, inspect

from engine.store import Tx, metadata, raw


def faults(tx: Tx) -> Iterator[dict[str, Any]]:
    """Each that is missing of a table that is there: an index by its name, a key or constraint by its columns. What the
    database has besides is nobody's business: this system never looks there. `tx` is a snapshot."""
    has = raw.there(tx)
    found: Any = inspect(tx.reader)
    indexes, uniques, keys = (
        {str(name[1]): one for name, one in many.items()}
        for many in (
            found.get_multi_indexes(),
            found.get_multi_unique_constraints(),
            found.get_multi_pk_constraint(),
        )
    )
    for name, table in sorted(metadata.tables.items()):
        if name not in has:
            continue  # told as a table that is missing
        named = {one["name"] for one in indexes.get(name, ())}
        alone = {_columns(one) for one in uniques.get(name, ())}
        alone |= {_columns(one) for one in indexes.get(name, ()) if one["unique"]}
        key = frozenset((keys.get(name) or {}).get("constrained_columns", ()))
        lost = sorted(str(one.name) for one in table.indexes if one.name not in named)
        if lost:
            yield _fault(name, lost)
        if key != frozenset(one.name for one in table.primary_key):
            yield _fault(name, [one.name for one in table.primary_key])
        for one in table.constraints:
            if isinstance(one, UniqueConstraint) and frozenset(column.name for column in one.columns) not in alone:
                yield _fault(name, [column.name for column in one.columns])


def _columns(one: Any) -> frozenset[str]:
    return frozenset(one["column_names"])


def _fault(table: str, said: list[str]) -> dict[str, Any]:
    return {"root_id": None, "seq": None, "reason": "index missing", "table": table, "key": [], "columns": said}
