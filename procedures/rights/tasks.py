"""Who may do what to an open task. This table is the only place that says so: the commands of `procedures.tasks` ask
it before they write, and a page offers what it allows and nothing else (`docs/reference/authority.md`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum

from engine.worklist import WorkItem
from procedures.actor import Actor


class Stand(Enum):
    """How a person stands to an open task."""

    HOLDER = "holder"  # it is assigned to them
    OFFERED = "offered"  # nobody holds it, and it is offered to them or to a group they are in
    FELLOW = "fellow"  # it is offered to them as well, and somebody else holds it
    HEAD = "head"  # head of unit or leader of the agency whose officials may take it
    READER = "reader"  # sees the dossier behind it
    OVERSEER = "overseer"  # administrator


EVERYBODY = frozenset(Stand)
READERS = EVERYBODY - {Stand.OVERSEER}
HANDS = frozenset({Stand.HOLDER, Stand.OFFERED})
KEEPERS = frozenset({Stand.HOLDER, Stand.HEAD})

#: Act → who may, by how they stand. To do a free task's work is to take it: what a holder does to complete it, who it
#: is offered to may do at once.
ACTS: Mapping[str, frozenset[Stand]] = {
    "look": EVERYBODY,
    "comment": READERS,
    "claim": frozenset({Stand.OFFERED}),
    "release": KEEPERS,
    "reassign": KEEPERS,
    "complete": HANDS,
    "result": HANDS,
    "send_back": HANDS,
}

HEADS = ("truong_don_vi", "lanh_dao")


def stands(item: WorkItem, agency: str, roles: Collection[tuple[str, str]], by: Actor) -> frozenset[Stand]:
    """How this person stands to the task by what they hold and the roles they have; who merely sees the dossier is not
    among it. agency: that of the dossier or document behind it, empty where there is none.

    A group of a process behind which nothing stands is a bare role, which means the role at any agency."""
    found = set()
    groups = {f"{role}@{where}" for role, where in roles} | {role for role, _ in roles}
    offered = by.username in item.users or not groups.isdisjoint(item.groups)
    if item.assignee == by.username:
        found.add(Stand.HOLDER)
    elif offered:
        found.add(Stand.OFFERED if item.assignee is None else Stand.FELLOW)
    near = {group.partition("@")[2] for group in item.groups} or {agency}
    if any(role in HEADS and where in near for role, where in roles):
        found.add(Stand.HEAD)
    if any(role == "quan_tri" for role, _ in roles):
        found.add(Stand.OVERSEER)
    return frozenset(found)


def allowed(act: str, by_standing: frozenset[Stand]) -> bool:
    """Whether who stands like this may do that."""
    return not ACTS[act].isdisjoint(by_standing)
