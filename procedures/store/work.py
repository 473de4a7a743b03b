"""Tables of the officials' worklist."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, String, Table, Text

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

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", ID, primary_key=True),
    Column("scope", String(8), nullable=False, comment="own | unit | all: who sees it"),
    Column("owner", NAME, nullable=False, comment="username, code of the agency, or empty for all"),
    Column("name", String(80), nullable=False),
    Column("query", Text, nullable=False, comment="filters, order and columns as the address of the list has them"),
    Column("begins", Boolean, nullable=False, comment="the list begins with it"),
    Column("by", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_saved_view_owner", "scope", "owner"),
    comment="named views of the worklist",
)

phrase = Table(
    "phrase",
    metadata,
    Column("id", ID, primary_key=True),
    Column("scope", String(8), nullable=False, comment="own | unit: who chooses from it"),
    Column("owner", NAME, nullable=False, comment="username, or code of the agency"),
    Column("text", Text, nullable=False),
    Column("by", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_phrase_owner", "scope", "owner"),
    comment="reasons and remarks that officials write again and again",
)
