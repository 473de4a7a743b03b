"""How far a token has come at its node, and what the node needs to go on: one record for each kind of node.

A field that has its default is not stored; the others are, under their `key`, in the way their `form` says. Fields
that name nodes or flows of the model say so (`names`), for whoever takes a token to another version of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import IntEnum
from operator import attrgetter
from typing import Any, Literal, TypeVar

#: How a field is written: as it is; values of FEEL; a list of them as long as an activity is wide; or a record.
Form = Literal["plain", "stage", "values", "long", "offer", "stopped", "completed", "completed_all", "plan"]
Names = Literal["", "node", "nodes", "flows", "by_node"]
P = TypeVar("P", bound="Progress")


class Stage(IntEnum):
    """Stages of a token at its node. The numbers stand in stored states."""

    FRESH = 0
    ENTERED = 1
    ARMED = 2
    DELIVERING = 3
    LEAVING = 4
    LEFT = 5  # completed, and has yet to find a flow to take


#: The stages by their names alone: they are asked for at every step.
FRESH, ENTERED, ARMED, DELIVERING, LEAVING, LEFT = Stage


@dataclass(slots=True)
class Offer:
    """An open task, as far as the model says: who may do it and by when, evaluated when it opened at `at`."""

    at: datetime
    name: str | None = None
    form: str | None = None
    who: str | None = None
    groups: list[str] | None = None
    users: list[str] | None = None
    due: datetime | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a token is stopped by an incident."""

    kind: str
    vi: str
    en: str


@dataclass(slots=True)
class Completed:
    """A completed activity that can be compensated, as its scope remembers it (10.7).

    activity: its node; n: its place in the order of completion; data: its own variables. Of a subprocess or a called
    process also its `id` and the records inside it; of an activity that repeats, those of its instances, `many`.
    """

    activity: str = ""
    n: int = 0
    id: str | None = None
    process: str | None = None
    version: str = ""
    data: dict[str, Any] | None = None
    done: list[Completed] | None = None
    many: list[Completed] | None = None


def kept(key: str, *, form: Form = "plain", names: Names = "") -> dict[str, str]:
    """Of a field of a record: its key in the stored state, how it is written there, and what it names."""
    return {"key": key, "form": form, "names": names}


@dataclass(slots=True)
class Progress:
    """At any flow node.

    result, outcome: what its work brought, while that is being written; applied: it is in the token's variables.
    came: the tokens that have come, by flow (by "" where only their number counts), while it waits for more.
    undoes: the controller of the compensation that it is a step of. own: what an instance of a multi-instance
    activity is to hand in, and keeps to itself until then. happened: of events that must all happen those thrown so
    far, by their place in the node that catches them. stopped: the incident it stands in.
    """

    stage: Stage = field(default=FRESH, metadata=kept("stage", form="stage"))
    result: Mapping[str, Any] | None = field(default=None, metadata=kept("result", form="values"))
    outcome: str | None = field(default=None, metadata=kept("outcome"))
    applied: bool = field(default=False, metadata=kept("applied"))
    came: dict[str, int] | None = field(default=None, metadata=kept("in", names="flows"))
    undoes: str | None = field(default=None, metadata=kept("for"))
    own: str | None = field(default=None, metadata=kept("own"))
    happened: dict[str, list[int]] | None = field(default=None, metadata=kept("seen", names="by_node"))
    stopped: Stopped | None = field(default=None, metadata=kept("why", form="stopped"))


@dataclass(slots=True)
class HumanProgress(Progress):
    """At a task that a person does: its offer while it is open."""

    offer: Offer | None = field(default=None, metadata=kept("task", form="offer"))


@dataclass(slots=True)
class CallingProgress(Progress):
    """At a node whose work is done outside: the connector ("" for none) while that is waited for; afterwards `sent`."""

    call: str | None = field(default=None, metadata=kept("call"))
    sent: bool = field(default=False, metadata=kept("sent"))


@dataclass(slots=True)
class ThrowProgress(CallingProgress):
    """At a throw event: how many of the compensations that it waits for have begun."""

    undone: int | None = field(default=None, metadata=kept("undone"))


@dataclass(slots=True)
class StartProgress(Progress):
    """At a start event or receive task that began the process: the index of the event that has happened."""

    first: int | None = field(default=None, metadata=kept("first"))


@dataclass(slots=True)
class ComplexProgress(Progress):
    """At a complex gateway that has started: the flows whose tokens it took, until it is reset."""

    reset: list[str] | None = field(default=None, metadata=kept("reset", names="flows"))


@dataclass(slots=True)
class EventGatewayProgress(Progress):
    """At an event gateway that began the process: the event behind it that has happened."""

    begun: str | None = field(default=None, metadata=kept("begun", names="node"))


@dataclass(slots=True)
class ScopeProgress(Progress):
    """In a scope. interrupted: an event subprocess or a cancellation ended what ran in it; restored: it completed, and
    is there again to compensate inside it; done: what completed in it and can be compensated."""

    interrupted: bool = field(default=False, metadata=kept("interrupted"))
    restored: bool = field(default=False, metadata=kept("restored"))
    done: list[Completed] = field(default_factory=list, metadata=kept("done", form="completed_all"))


@dataclass(slots=True)
class ProcessProgress(ScopeProgress):
    """In a process. begin: the nodes it begins at, where an incident stopped it before; keys: what its messages have
    told of its conversation."""

    begin: list[str] | None = field(default=None, metadata=kept("begin", names="nodes"))
    keys: dict[str, str] | None = field(default=None, metadata=kept("keys"))


@dataclass(slots=True)
class SubprocessProgress(ScopeProgress):
    """In a subprocess: of one that an event triggers its start, until it has been opened."""

    start: str | None = field(default=None, metadata=kept("start", names="node"))


@dataclass(slots=True)
class AdHocProgress(SubprocessProgress):
    """In an ad-hoc subprocess: the activities that are still to come, and whether its condition has held."""

    next: list[str] | None = field(default=None, metadata=kept("next", names="nodes"))
    enough: bool = field(default=False, metadata=kept("enough"))


@dataclass(slots=True)
class CallProgress(Progress):
    """At a call activity: the called process, once it has completed."""

    called: Completed | None = field(default=None, metadata=kept("called", form="completed"))


@dataclass(slots=True)
class BodyProgress(Progress):
    """At an activity that repeats: what its instances did that can be compensated."""

    done: list[Completed] = field(default_factory=list, metadata=kept("done", form="completed_all"))


@dataclass(slots=True)
class LoopProgress(BodyProgress):
    """At a standard loop: the rounds begun."""

    rounds: int = field(default=0, metadata=kept("round"))


@dataclass(slots=True)
class MultiProgress(BodyProgress):
    """At a multi-instance activity: the output of its instances, and of a sequential one its elements."""

    gathered: list[Any] | None = field(default=None, metadata=kept("out", form="long"))
    items: list[Any] | None = field(default=None, metadata=kept("items", form="long"))


@dataclass(slots=True)
class ControllerProgress(Progress):
    """A controller of compensation: what is left to undo, with the scope it was done in, and who waits for it."""

    plan: list[tuple[str, Completed]] | None = field(default=None, metadata=kept("plan", form="plan"))
    then: str | None = field(default=None, metadata=kept("then"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A field of a record as it is stored."""

    name: str
    key: str
    form: Form
    names: Names
    default: Any


class Shape:
    """The declared fields of one kind of record, in the order in which they are stored. The stage, which most tokens
    have and few store, stands apart."""

    def __init__(self, kind: type[Progress]) -> None:
        found = []
        for each in fields(kind):
            said = each.metadata
            default = each.default if each.default_factory is not list else []
            found.append(Kept(each.name, said["key"], said["form"], said["names"], default))
        self.fields = tuple(sorted(found, key=lambda one: one.key))
        self.by_key = {each.key: each for each in self.fields}
        self.others = tuple(each for each in self.fields if each.name != "stage")
        self.values = attrgetter(*(each.name for each in self.others))
        self.defaults = tuple(each.default for each in self.others)


_SHAPES: dict[type[Progress], Shape] = {}


def shape_of(progress: Progress) -> Shape:
    kind = type(progress)
    found = _SHAPES.get(kind)
    if found is None:
        found = _SHAPES[kind] = Shape(kind)
    return found


def kept_by(progress: Progress) -> tuple[Kept, ...]:
    """The declared fields of a record, in the order in which they are stored."""
    return shape_of(progress).fields


def copied(progress: P) -> P:
    """Another record alike; its lists and maps are its own."""
    made = replace(progress)
    for each in kept_by(made):
        value = getattr(made, each.name)
        if isinstance(value, list | dict):
            setattr(made, each.name, value.copy())
    return made
