"""People by name, the groups of the person at the screen, and how much working time is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from flask_login import current_user

from engine.store import Tx
from procedures import agencies, deadlines, officials
from procedures.vocabulary.roles import ROLES
from web.i18n import pick


def groups_of_me() -> list[str]:
    """My candidate groups, ``role@agency`` and ``role``."""
    groups: list[str] = current_user.groups
    return groups


def names_of(tx: Tx, usernames: Iterable[str | None]) -> dict[str, str]:
    """username → name, of those that are known."""
    return dict(officials.names(tx, {name for name in usernames if name}))


def group_names(tx: Tx, groups: Collection[str]) -> list[str]:
    """Candidate groups (``role@agency``) in words."""
    pairs = [group.partition("@")[::2] for group in groups]
    known = agencies.names(tx, {agency for _, agency in pairs if agency})
    return [
        f"{pick(*ROLES[role]) if role in ROLES else role}" + (f", {known.get(agency, agency)}" if agency else "")
        for role, agency in pairs
    ]


def keepers(tx: Tx) -> list[str]:
    """Whom to call when the system is stuck: the administrators, each with a number or address to reach them by."""
    found = officials.find(tx, role="quan_tri")
    return [", ".join(filter(None, (one.name, one.phone or one.email))) for one in found][:3]


def remaining_minutes(tx: Tx, agency: str, due: datetime | None) -> int | None:
    """Working minutes from now to `due` by that agency's hours, negative when it is past."""
    return deadlines.remaining_minutes(tx, agency, due) if due is not None and agency else None
