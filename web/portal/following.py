"""Which dossier this browser may look at: the one whose code and second fact were given, for half an hour.
The session keeps the dossier's id and the time, never the fact."""

from __future__ import annotations

import time

from flask import session

from procedures.dossiers.tracking import tracked
from procedures.dossiers.values import Tracking
from web.house import database

MINUTES = 30


def follow(dossier_id: str) -> None:
    """From now on this browser sees this one dossier."""
    session["following"] = [dossier_id, int(time.time())]


def followed() -> str | None:
    """The dossier's id, or None when none was opened or half an hour has passed."""
    dossier_id, since = session.get("following") or (None, 0)
    if dossier_id is None or time.time() - since > MINUTES * 60:
        session.pop("following", None)
        return None
    return str(dossier_id)


def forget() -> None:
    """Close it, as one should on a shared computer."""
    session.pop("following", None)


def tracking(dossier_id: str) -> Tracking:
    """What the citizen sees of the dossier whose second fact was given in this session."""
    return tracked(database(), dossier_id)
