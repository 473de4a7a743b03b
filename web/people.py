"""The person at the screen as `procedures` wants to know them, and other people by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from flask_login import current_user

from procedures import agencies, officials, working_time
from procedures.dossiers.values import Actor
from web.house import now

#: Roles that see the dossiers of the agencies below their own.
OVERSEES = ("lanh_dao", "truong_don_vi")


def actor(tx: Any) -> Actor:
    """The official who is signed in, with the agencies whose dossiers he may see."""
    mine = current_user.agencies()
    below = {code for agency in current_user.agencies(*OVERSEES) for code in agencies.subtree(tx, agency)}
    person = officials.get(tx, current_user.username)
    home = person.agency if person is not None and (not mine or person.agency in mine) else next(iter(mine), "")
    return Actor(current_user.username, current_user.name, title=person.title if person is not None else "",
                 agency=home, roles=frozenset(role for role, _ in current_user.roles),
                 agencies=frozenset(mine) | below, everything=current_user.has("quan_tri"))


def groups_of_me() -> list[str]:
    """My candidate groups, ``role@agency``."""
    groups: list[str] = current_user.groups
    return groups


def names_of(tx: Any, usernames: Iterable[str | None]) -> dict[str, str]:
    """username → name, of those that are known."""
    return dict(officials.names(tx, {name for name in usernames if name}))


def officials_for(tx: Any, groups: Collection[str]) -> list[tuple[str, str]]:
    """(username, name) of those who may take a task of these groups, sorted by name."""
    found = {o.username: o.name for group in groups for o in officials.officials_in(tx, group)}
    return sorted(found.items(), key=lambda pair: pair[1])


def remaining_minutes(tx: Any, agency: str, due: datetime | None) -> int | None:
    """Working minutes from now to `due` by that agency's hours, negative when it is past."""
    if due is None or not agency:
        return None
    calendar = working_time.calendar_for(tx, agency)
    here = now()
    if due < here:
        return -int(calendar.minutes_between(due, here))
    return int(calendar.minutes_between(here, due))
