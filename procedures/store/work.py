"""Tables of the officials' worklist."""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from engine.store import metadata
from engine.store.tables import ID, NAME
from engine.store.types import Moment

task_seen = Table(
    "task_seen",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("task_id", ID, nullable=False),
    Column("who", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("root_id", "task_id", "who"),
    comment="who has opened a task: what nobody has opened stands in bold",
)
