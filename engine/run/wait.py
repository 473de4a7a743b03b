"""What a token waits for: a message, a signal, a date, or a condition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.run.changes import Subscription, Timer


class Wait:
    """One armed event definition.

    It hangs on the token that owns it: a catch event's own, the activity's for its boundary events, the scope's
    for the starts of its event subprocesses, the gateway's for the events behind it. `element` is the event's node
    and `index` the event definition in it. `n` orders waits by age. For a condition `was` is its last value: it
    fires when it becomes true (10.5.5). `cycle` is the repeating interval of a timer, as it was when it was set.
    """

    __slots__ = (
        "cycle",
        "due",
        "element",
        "id",
        "index",
        "key",
        "kind",
        "n",
        "name",
        "opened",
        "properties",
        "repeats",
        "was",
    )

    def __init__(
        self,
        id: str,
        kind: str,
        element: str,
        index: int = 0,
        *,
        name: str = "",
        key: str | None = None,
        properties: Mapping[str, str] | None = None,
        due: datetime | None = None,
        repeats: int | None = None,
        opened: datetime | None = None,
        was: bool = False,
        n: int = 0,
        cycle: str | None = None,
    ) -> None:
        self.id = id
        self.kind = kind
        self.element = element
        self.index = index
        self.name = name
        self.key = key
        self.properties = dict(properties) if properties else {}
        self.due = due
        self.repeats = repeats
        self.opened = opened
        self.was = was
        self.n = n
        self.cycle = cycle

    def timer(self) -> Timer:
        assert self.due is not None
        return Timer(self.id, self.element, self.due, self.repeats, self.cycle)

    def subscription(self) -> Subscription:
        kind: Any = self.kind
        return Subscription(self.id, self.element, kind, self.name, self.key, self.properties, self.opened)
