"""Trying a change out: it is made in a transaction that is taken back, and what it would come to is looked at."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from engine.store import Database, Tx

Seen = TypeVar("Seen")


class _Undo(Exception):
    """Takes a rehearsal back."""


def rehearse(database: Database, work: Callable[[Tx], object], look: Callable[[Tx], Seen]) -> tuple[Seen, Seen]:
    """Does `work` in a transaction that is taken back, and says what `look` saw before and after. What `work` refuses
    is raised."""
    seen: list[Seen] = []

    def try_out(tx: Tx) -> None:
        seen[:] = [look(tx)]
        work(tx)
        tx.flush()
        seen.append(look(tx))
        raise _Undo

    with suppress(_Undo):
        database.run(try_out)
    return seen[0], seen[1]
