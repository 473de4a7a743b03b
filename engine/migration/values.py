"""What migration says to those who ask: plain values, each with `as_dict` for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.run.fitting import Reason
from engine.run.lines import Line

Keeping = Literal["keep", "recompute"]


class Shown:
    """Values that are shown as JSON."""

    __slots__ = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)  # type: ignore[call-overload,no-any-return]


@dataclass(frozen=True, slots=True)
class Version(Shown):
    """A deployment: its id, the key that its versions share, its number among them, its processes."""

    id: str
    key: str
    number: int
    processes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row(Shown):
    """A node of the version before, and what becomes of it.

    how: by its ``id``, by ``hand``, ``unmapped`` on purpose, or ``none``: there is no counterpart.
    rests: a ``token`` can stand there, an ``event`` can be armed on it, or only an ``incident`` can hold a token.
    standing: tokens that stand there now. choices: (id, name) of the nodes that would fit. scope_changes: it lies in
    another subprocess than before.
    """

    process: str
    element: str
    name: str
    kind: str
    target_process: str | None
    target: str | None
    target_name: str
    how: Literal["id", "hand", "unmapped", "none"]
    rests: Literal["token", "event", "incident"]
    standing: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    scope_changes: bool = False


@dataclass(frozen=True, slots=True)
class Finding(Shown):
    """What the check of a plan says. With an error nothing is migrated; a warning says what instances may not fit."""

    severity: Literal["error", "warning"]
    process: str
    element: str
    rule: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Draft(Shown):
    """A plan as it would be: node by node, checked. `open` instances run on the version before."""

    source: Version
    target: Version
    processes: Mapping[str, str | None]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    open: int

    @property
    def ok(self) -> bool:
        return not any(one.severity == "error" for one in self.findings)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "ok": self.ok}


@dataclass(frozen=True, slots=True)
class Plan(Shown):
    """A plan that is kept. `by_hand` is keyed ``process/element``; None leaves an element without a counterpart.

    timers, deadlines: ``keep`` what was set under the old version, or ``recompute`` it by the new one.
    """

    id: str
    source: str
    target: str
    by_hand: Mapping[str, str | None]
    processes: Mapping[str, str | None]
    flows: Mapping[str, str]
    timers: Keeping
    deadlines: Keeping
    note: str
    made_at: datetime
    made_by: str | None


@dataclass(frozen=True, slots=True)
class Judgement(Shown):
    """What migrating one instance does, or why it cannot be. `status` is the instance's: active or suspended."""

    root_id: str
    business_key: str | None
    process: str
    status: str
    fits: bool
    reasons: tuple[Reason, ...] = ()
    lines: tuple[Line, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Judgement:
        return cls(
            **{
                **data,
                "reasons": tuple(Reason(**one) for one in data["reasons"]),
                "lines": tuple(Line(**one) for one in data["lines"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Progress(Shown):
    """How far a plan is: `open` run on the version before; the others count instances by what this plan did to them.
    `rehearsing`: a rehearsal of all is under way."""

    open: int = 0
    fits: int = 0
    unfit: int = 0
    waiting: int = 0
    done: int = 0
    refused: int = 0
    undoing: int = 0
    undone: int = 0
    rehearsing: bool = False


@dataclass(frozen=True, slots=True)
class Standing(Shown):
    """One instance under a plan. status: open (nothing yet), rehearsed, waiting, done, refused, undoing, undone.

    why: of the last try that was refused. undoable: nothing has moved since it was migrated.
    """

    root_id: str
    business_key: str | None
    process: str
    instance_status: str
    deployment: str
    status: str
    judgement: Judgement | None = None
    why: tuple[Reason, ...] = field(default=())
    at: datetime | None = None
    who: str | None = None
    reason: str | None = None
    undoable: bool = False
