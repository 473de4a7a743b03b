"""Table of outages that are planned, or that came unforeseen."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from engine.store import metadata
from engine.store.tables import ID, NAME
from engine.store.types import Moment

outage = Table(
    "outage",
    metadata,
    Column("id", ID, primary_key=True),
    Column("begins_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, comment="when everything is back"),
    Column("what", Text, nullable=False, comment="what cannot be used, in words"),
    Column("instead", Text, nullable=False, comment="what people do meanwhile"),
    Column(
        "urgent", Text, nullable=False, comment="why it is told less than seven working days ahead; empty: it is not"
    ),
    Column("told_at", Moment, nullable=False),
    Column("told_by", NAME, nullable=False),
    Column("withdrawn_at", Moment),
    Index("ix_outage_ends_at", "ends_at"),
    comment="outages as they stand on every page",
)
