"""The table of ratings: what people say of how they were served."""

from __future__ import annotations

from sqlalchemy import Column, Index, SmallInteger, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID
from engine.store.types import Moment

rating = Table(
    "rating",
    metadata,
    Column("dossier_id", ID, primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("service", SmallInteger, nullable=False, comment="1 (very bad) to 5 (very good)"),
    Column("official", SmallInteger, comment="the same, of the people who served; null: not said"),
    Column("said", Text, nullable=False, comment="in words; empty: nothing"),
    Column("at", Moment, nullable=False),
    Index("ix_rating_agency_at", "agency", "at"),
    comment="how those whose dossier it was found the service, once each; nothing of the person",
)
keep(rating, root="dossier_id")
