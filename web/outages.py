"""What every page says of outages. A process asks the database every half minute, not at each page."""

from __future__ import annotations

import time

from flask import current_app

from engine.store import Busy, Unavailable
from procedures import outages
from procedures.outages import Outage
from web.house import database

SECONDS = 30.0
KEY = "motcua_outages"


def told() -> list[Outage]:
    """The outages that are not over; none while the database does not answer, which the page then tells itself."""
    known: tuple[float, list[Outage]] | None = current_app.extensions.get(KEY)
    if known is None or time.monotonic() - known[0] > SECONDS:
        try:
            known = (time.monotonic(), outages.coming(database()))
        except (Busy, Unavailable):
            return known[1] if known is not None else []
        current_app.extensions[KEY] = known
    return known[1]


def forget() -> None:
    """Another one stands there now."""
    current_app.extensions.pop(KEY, None)
