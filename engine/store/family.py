"""A family: a root instance with all it calls, as it is held in memory between two commands.

A hot family is taken out of the cache while a command works on it, so that one thread at a time has it; what was
changed elsewhere meanwhile is found by the guarded write, which wants root, revision and end of the log unchanged.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from engine.store.chain import link
from engine.store.types import moment_text

#: What an event says of the instance's row, for the verifier, stands under this name of its data.
VOUCHED = "instance"


@dataclass(slots=True)
class Event:
    """One row of the log. `data` is JSON text; the hash is there once it is linked (`Family.link`)."""

    seq: int
    at: datetime
    who: str | None
    kind: str
    element: str | None
    data: str
    hash: str = ""


#: The columns of an instance that the log tells of by one hash, and its state by another.
SAID = ("business_key", "deployment", "ended_at", "process", "root_id", "started_at", "started_by", "status")


def said_of(row: Mapping[str, Any]) -> str:
    """The row of an instance as it is hashed: JSON, keys sorted, without what is empty, and without its state and the
    end of its log."""
    said = {name: row[name] for name in SAID if row[name] is not None}
    return orjson.dumps(
        {name: moment_text(value) if isinstance(value, datetime) else value for name, value in said.items()}
    ).decode()


@dataclass(slots=True)
class Writes:
    """What a command adds to and takes from the tables beside the instance, by table name."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)

    def add(self, table: str, row: tuple[Any, ...]) -> None:
        self.rows.setdefault(table, []).append(row)

    def remove(self, table: str, id: str) -> None:
        self.gone.setdefault(table, []).append(id)


@dataclass(slots=True)
class Family:
    """The row of a root instance, its run, and what the open transaction will write of them.

    `run` is the `engine.run.Run`; the store only carries it. `new` until its first write.
    `state` is set when the run has changed and must be saved.
    """

    root_id: str
    rev: int
    process: str
    deployment: str
    event_seq: int
    event_hash: str
    status: str
    started_at: datetime
    started_by: str | None = None
    business_key: str | None = None
    ended_at: datetime | None = None
    run: Any = None
    host: Any = None
    new: bool = False
    advancing: bool = False  # a command is at work on it, and will write it
    state: bytes | None = None
    written_seq: int = 0
    meta_changed: bool = False
    events: list[Event] = field(default_factory=list)
    writes: Writes = field(default_factory=Writes)

    def append(self, at: datetime, who: str | None, kind: str, element: str | None, data: Mapping[str, Any]) -> None:
        """Adds an event to the end of this root's log; it is written with the rest."""
        self.event_seq += 1
        self.events.append(Event(self.event_seq, at, who, kind, element, orjson.dumps(data).decode()))

    def link(self) -> None:
        """Puts the events that are to be written into the chain, each once all it says is known."""
        for one in self.events:
            self.event_hash = one.hash = link(
                self.event_hash, self.root_id, one.seq, moment_text(one.at), one.who, one.kind, one.element, one.data
            )

    def vouch(self) -> None:
        """The last event that is to be written says what the instance's row then comes to, and its state: so both are
        held against the log, and no event is written for it. Then all are linked."""
        said = {}
        if self.new or self.meta_changed:
            said["row"] = sha256(said_of({name: getattr(self, name) for name in SAID}).encode()).hexdigest()
        if self.state is not None:
            said["state"] = sha256(self.state).hexdigest()
        if said:
            last = self.events[-1]
            begun = last.data[:-1] + ("," if last.data != "{}" else "")
            last.data = f'{begun}"{VOUCHED}":{orjson.dumps(said).decode()}}}'
        self.link()

    @property
    def dirty(self) -> bool:
        return self.state is not None or self.meta_changed or bool(self.events)

    def written(self) -> None:
        """What was to be written stands in the transaction."""
        self.rev += 0 if self.new else 1
        self.new = self.meta_changed = False
        self.state = None
        self.written_seq = self.event_seq
        self.events = []
        self.writes = Writes()


class Hot:
    """Families of this process that were used last, by root; at most `size` of them."""

    def __init__(self, size: int = 2000) -> None:
        self.size = size
        self._families: OrderedDict[str, Family] = OrderedDict()
        self._roots: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, root_id: str) -> Family | None:
        """The family, which from now on belongs to the caller, or None."""
        with self._lock:
            return self._families.pop(root_id, None)

    def put(self, family: Family) -> None:
        with self._lock:
            other = self._families.get(family.root_id)
            if other is not None and other.rev > family.rev:
                return  # another thread has gone further meanwhile
            self._families[family.root_id] = family
            if len(self._families) > self.size:
                self._families.popitem(last=False)

    def remember(self, root_id: str, task_ids: list[str]) -> None:
        """These tasks belong to that root; that never changes."""
        with self._lock:
            for id in task_ids:
                self._roots[id] = root_id
            while len(self._roots) > 20 * self.size:
                self._roots.popitem(last=False)

    def root_of(self, task_id: str) -> str | None:
        return self._roots.get(task_id)

    def clear(self) -> None:
        with self._lock:
            self._families.clear()
