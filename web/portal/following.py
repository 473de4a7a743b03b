"""Which dossier this browser may look at: the one whose code and second fact were given, for half an hour.
The session keeps a token; what it opens, and until when, stands in the database (`procedures.dossiers.look_ups`).

Every address of a followed dossier names it (``?ma=``): another one opened in a second tab never takes its place under
a form that was opened before, and a signed-in citizen comes back to their own by the address alone."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request, session

from procedures.citizens import owned
from procedures.dossiers import look_ups
from procedures.dossiers.queries import codes
from procedures.dossiers.tracking import tracked
from procedures.dossiers.values import Tracking
from web.house import database

KEY = "following"
#: What of an address names the dossier.
CODE = "ma"


def follow(dossier_id: str) -> None:
    """From now on this browser sees this one dossier, and no other that it has opened before."""
    forget()
    session[KEY] = look_ups.begin(database(), dossier_id)


def followed() -> str | None:
    """The dossier's id: of the one that the address names, where this browser follows it or its owner is signed in;
    where the address names none, of the one followed. None when none was opened, it was closed, half an hour has
    passed, or another was opened meanwhile."""
    token = session.get(KEY)
    dossier_id = look_ups.dossier_of(database(), token) if isinstance(token, str) else None
    if dossier_id is None:
        session.pop(KEY, None)
    code = codes(database(), [dossier_id])[dossier_id] if dossier_id is not None else ""
    asked = request.args.get(CODE, "").strip()[:60]
    if asked and asked != code:
        dossier_id, code = _own(asked), asked
    g.followed_code = code if dossier_id is not None else ""
    return dossier_id


def _own(code: str) -> str | None:
    """The dossier of that code, where it is the signed-in citizen's: from now on the followed one."""
    from web.citizen.room import known

    citizen = known()
    found = owned.id_of(database(), citizen.citizen, code) if citizen is not None and citizen.alive else None
    if found is not None:
        follow(found)
    return found


def named(endpoint: str, values: dict[str, Any]) -> None:
    """Puts the followed dossier's code into the addresses of its pages."""
    code = g.get("followed_code")
    if code and getattr(current_app.view_functions.get(endpoint), "followed", False):
        values.setdefault(CODE, code)


def forget() -> None:
    """Close it, as one should on a shared computer: a copy of the cookie opens nothing any more."""
    token = session.pop(KEY, None)
    if isinstance(token, str):
        look_ups.end(database(), token)


def tracking(dossier_id: str) -> Tracking:
    """What the citizen sees of the dossier whose second fact was given in this session."""
    return tracked(database(), dossier_id)
