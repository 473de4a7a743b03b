"""The bell: who writes work that is due at once wakes the workers that sleep, on any host (PostgreSQL).

It rings after the commit, by itself: a notification inside the transaction would make all that notify commit one after
the other. One that is lost costs nothing but the time until the worker looks by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from engine.store import line
from engine.store.faults import Unavailable

if TYPE_CHECKING:
    from engine.store.database import Database

log = logging.getLogger("motcua.worker")
NAME = "motcua_due"
#: What is due within so long is told; what is due later is found by who looks when it next is.
SOON = timedelta(seconds=10)
#: A process rings no oftener: a worker that was woken looks again some times before it sleeps.
APART = 0.2
LISTEN_AGAIN = 5.0  # seconds, after the line was lost


class Bell:
    """One process's side of it."""

    def __init__(self) -> None:
        self._rung = float("-inf")

    def ring(self, database: Database) -> None:
        """Wakes who sleeps. Nothing is raised: what was committed is committed."""
        now = time.monotonic()
        if database.sqlite or now - self._rung < APART:
            return
        self._rung = now
        with suppress(SQLAlchemyError, Unavailable):
            connection = database.connect()
            try:
                line.say(connection, f"NOTIFY {NAME}")
            except SQLAlchemyError:
                connection.close()
            else:
                database.give_back(connection)


class Ear:
    """Hears the bell on a connection of its own, until it is closed; `heard` is called at each ring, and once when it
    begins to listen. `listening` says whether it does."""

    def __init__(self, database: Database, heard: Callable[[], None]) -> None:
        self.database = database
        self.heard = heard
        self.listening = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True, name="bell")
        if not database.sqlite:
            self._thread.start()

    def close(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def _listen(self) -> None:
        while not self._over.is_set():
            with suppress(SQLAlchemyError, Unavailable, psycopg.Error):
                connection = self.database.connect()
                connection.detach()  # it is nobody else's from now on, and no place of the pool
                with connection:
                    self._hear(connection.connection.dbapi_connection)
            self.listening = False
            self._over.wait(LISTEN_AGAIN)

    def _hear(self, driver: Any) -> None:
        driver.execute(f"LISTEN {NAME}")
        self.listening = True
        self.heard()
        while not self._over.is_set():
            for _ in driver.notifies(timeout=1.0, stop_after=1):
                self.heard()
