"""What an official had typed when the session ended: nothing of an hour's work is lost. It is opened once, by the one
who typed it, and is gone after a week: it may hold personal data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import delete, select

from engine.store import Tx
from engine.store.joining import command
from procedures.store.people import draft

KEPT = timedelta(days=7)
LARGEST = 200_000  # bytes of JSON


@command
def keep(tx: Tx, username: str, place: str, typed: Mapping[str, Any]) -> bool:
    """Keeps what was typed at a page; False where it is nothing or too much."""
    if not typed or len(orjson.dumps(dict(typed))) > LARGEST or len(place) > 255:
        return False
    tx.execute(delete(draft).where((draft.c.username == username) & (draft.c.place == place)))
    tx.execute(delete(draft).where(draft.c.at < tx.now - KEPT))
    tx.execute(draft.insert().values(username=username, place=place, typed=dict(typed), at=tx.now))
    return True


@command
def open_again(tx: Tx, username: str, place: str) -> dict[str, Any]:
    """What was kept for this page, once; empty where there is nothing."""
    mine = (draft.c.username == username) & (draft.c.place == place)
    found = tx.execute(select(draft.c.typed).where(mine, draft.c.at >= tx.now - KEPT)).scalar()
    if found is None:
        return {}
    tx.execute(delete(draft).where(mine))
    return dict(found)
