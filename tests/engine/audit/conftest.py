"""A database of each kind with the settable clock, and a key outside it."""

from tests.engine.commands.conftest import clock, db

__all__ = ["clock", "db"]
