"""Tables, transactions, the guarded write: the one room of the engine that speaks SQL."""

from engine.store.database import Database, Tx
from engine.store.family import Event, Family
from engine.store.faults import Busy, Unavailable
from engine.store.ids import new_id
from engine.store.joining import joined
from engine.store.migrations import UpgradeBlocked, current, upgrade
from engine.store.tables import metadata
from engine.store.write import LostGuard

__all__ = [
    "Busy",
    "Database",
    "Event",
    "Family",
    "LostGuard",
    "Tx",
    "Unavailable",
    "UpgradeBlocked",
    "current",
    "joined",
    "metadata",
    "new_id",
    "upgrade",
]
