"""Which dossier this browser may look at: the one whose code and second fact were given, for half an hour.
The session keeps a token; what it opens, and until when, stands in the database (`procedures.dossiers.look_ups`)."""

from __future__ import annotations

from flask import session

from procedures.dossiers import look_ups
from procedures.dossiers.tracking import tracked
from procedures.dossiers.values import Tracking
from web.house import database

KEY = "following"


def follow(dossier_id: str) -> None:
    """From now on this browser sees this one dossier, and no other that it has opened before."""
    forget()
    session[KEY] = look_ups.begin(database(), dossier_id)


def followed() -> str | None:
    """The dossier's id, or None when none was opened, it was closed, or half an hour has passed."""
    token = session.get(KEY)
    dossier_id = look_ups.dossier_of(database(), token) if isinstance(token, str) else None
    if dossier_id is None:
        session.pop(KEY, None)
    return dossier_id


def forget() -> None:
    """Close it, as one should on a shared computer: a copy of the cookie opens nothing any more."""
    token = session.pop(KEY, None)
    if isinstance(token, str):
        look_ups.end(database(), token)


def tracking(dossier_id: str) -> Tracking:
    """What the citizen sees of the dossier whose second fact was given in this session."""
    return tracked(database(), dossier_id)
