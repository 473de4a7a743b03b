"""Tables of proactive services: what citizens have agreed to, and what was done by it."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, SmallInteger, String, Table, UniqueConstraint

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID
from engine.store.types import Moment

CODE = String(64)

proactive_consent = Table(
    "proactive_consent",
    metadata,
    Column("citizen", ID, nullable=False),
    Column("procedure", CODE, nullable=False, comment="whose bundle has the rule"),
    Column("rule", CODE, nullable=False),
    Column("level", SmallInteger, nullable=False, comment="how far the rule went when the citizen agreed"),
    Column("assurance", SmallInteger, nullable=False, comment="how surely they were known then"),
    Column("given_at", Moment, nullable=False),
    PrimaryKeyConstraint("citizen", "procedure", "rule"),
    comment="rules that a citizen has agreed to; no row: not agreed",
)

proactive_offer = Table(
    "proactive_offer",
    metadata,
    Column("citizen", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("cause", ID, nullable=False, comment="the dossier that it came of"),
    Column("rule", CODE, nullable=False),
    Column("level", SmallInteger, nullable=False, comment="how far it went in truth"),
    Column("state", String(16), nullable=False, comment="open | done | refused"),
    Column("submission", ID, comment="the draft that was prepared"),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
    PrimaryKeyConstraint("citizen", "id"),
    UniqueConstraint("citizen", "cause", "rule"),
    Index("ix_proactive_offer_citizen_state", "citizen", "state"),
    comment="what was offered to a citizen, or done for them, by a rule that they had agreed to",
)

#: Who could put in a consent could have the system act for anybody.
keep(proactive_consent, root="citizen")
