"""Dossiers that stand open in a browser after a look-up without an account. The browser keeps a token, the database
what it opens: so closing, and half an hour, end it for every copy of the cookie. The token names the dossier as well,
and the cookie that bears it is signed: a row edited behind the system opens nobody another's dossier."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select

from engine.store import Tx
from engine.store.joining import command, query
from procedures.store.people import look_up

LASTS = timedelta(minutes=30)


@command
def begin(tx: Tx, dossier_id: str) -> str:
    """Opens a dossier whose second fact was given; the token of it. Clears away those whose time is over."""
    tx.execute(delete(look_up).where(look_up.c.opened_at < tx.now - LASTS))
    token = f"{secrets.token_urlsafe(32)}.{dossier_id}"
    tx.execute(look_up.insert().values(hash=_hash(token), dossier=dossier_id, opened_at=tx.now))
    return token


@query
def dossier_of(tx: Tx, token: str) -> str | None:
    """Which dossier a token opens; None where it was closed, or half an hour has passed."""
    named = token.rpartition(".")[2]
    found = tx.read(select(look_up).where(look_up.c.hash == _hash(token), look_up.c.dossier == named)).first()
    return named if found is not None and tx.now - found.opened_at <= LASTS else None


@command
def end(tx: Tx, token: str) -> None:
    """Closes it, wherever the token is kept."""
    tx.execute(delete(look_up).where(look_up.c.hash == _hash(token)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
