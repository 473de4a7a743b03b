"""Runs of signatures: many results by one unlock, or any paper by a telephone, followed on a page of their own.

The process that was asked performs a run in the background; the row says how far it is, whichever process is asked
next. A run whose process is gone gives no sign of life any more: what it had not signed is unsigned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures.actor import Actor
from procedures.rights import Unseen
from procedures.store.signing import signing_run

#: States of an item.
WAITS, DONE, FAILED = "waits", "done", "failed"
#: Without a sign of life for so long a run is taken to be cut off; it is kept for so long.
SILENT, KEPT = timedelta(seconds=90), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Item:
    """One task of a run, or by its code an outgoing document. vi, en: what became of it, or why not."""

    task: str
    code: str
    name: str
    state: str = WAITS
    vi: str = ""
    en: str = ""
    document: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it stands. cut: it was broken off with its process. vi, en: what it waits for outside."""

    id: str
    began_at: datetime
    over: bool
    cut: bool
    way: str
    vi: str
    en: str
    items: tuple[Item, ...]

    def count(self, state: str) -> int:
        return sum(one.state == state for one in self.items)

    @property
    def unsigned(self) -> list[str]:
        """The tasks that are not done, once nothing goes on any more."""
        return [one.task for one in self.items if one.state != DONE and not one.document]


@command
def begin(tx: Tx, id: str, items: Sequence[Item], way: str, by: Actor) -> None:
    """Opens a run under an id that is new."""
    tx.execute(delete(signing_run).where(signing_run.c.who == by.username, signing_run.c.began_at < tx.now - KEPT))
    tx.execute(
        signing_run.insert().values(
            id=id,
            who=by.username,
            began_at=tx.now,
            beat_at=tx.now,
            over=False,
            way=way,
            waits_vi="",
            waits_en="",
            items=[_packed(one) for one in items],
        )
    )


@query
def find(tx: Tx, id: str, by: Actor) -> Run:
    """Somebody's own run. Raises Unseen for any other."""
    row = tx.read(select(signing_run).where(signing_run.c.id == id, signing_run.c.who == by.username)).first()
    if row is None:
        raise Unseen("Không có đợt ký này.", "There is no such run of signatures.")
    cut = not row.over and row.beat_at < tx.now - SILENT
    items = tuple(Item(**one) for one in row.items)
    return Run(row.id, row.began_at, row.over or cut, cut, row.way, row.waits_vi, row.waits_en, items)


@dataclass(frozen=True, slots=True)
class Became:
    """What became of an item: whether it is signed, in words (vi, en)."""

    item: str
    done: bool
    vi: str
    en: str


def perform(database: Database, id: str, signed: Iterator[Became], by: Actor, unlocked: ExitStack) -> None:
    """Signs item after item (`signed`), and writes down what became of each. unlocked: what is locked again at the
    end."""
    items = {one.task: one for one in find(database, id, by).items}
    try:
        with unlocked:
            for one in signed:
                items[one.item] = replace(items[one.item], state=DONE if one.done else FAILED, vi=one.vi, en=one.en)
                _beat(database, id, items=[_packed(each) for each in items.values()])
    finally:
        for task, left in items.items():
            if left.state == WAITS:
                items[task] = replace(left, state=FAILED, vi=_NOT_REACHED.vi, en=_NOT_REACHED.en)
        _beat(database, id, items=[_packed(one) for one in items.values()], over=True, waits_vi="", waits_en="")


def waits(database: Database, id: str, vi: str = "", en: str = "") -> None:
    """A run says what it waits for outside, and that it lives."""
    _beat(database, id, waits_vi=vi, waits_en=en)


_NOT_REACHED = Refusal("Đợt ký dừng giữa chừng: việc này chưa được ký.", "The run broke off: this has not been signed.")


def _beat(database: Database, id: str, **values: Any) -> None:
    def write(tx: Tx) -> None:
        tx.execute(update(signing_run).where(signing_run.c.id == id).values(beat_at=tx.now, **values))

    database.run(write)


def _packed(one: Item) -> dict[str, Any]:
    return asdict(one)
