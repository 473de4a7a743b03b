"""Tables of papers that go from hand to hand: slips, their rows, and where the papers of a dossier are now."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, SmallInteger, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Moment
from procedures.store.dossier import CODE
from procedures.store.papers import TOKEN

ROLE = String(32)

slip = Table(
    "handover_slip",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", NAME, nullable=False),
    Column("agency", CODE, nullable=False),
    Column("from_role", ROLE, nullable=False),
    Column("to_role", ROLE, nullable=False),
    Column("giver", NAME, nullable=False),
    Column("giver_name", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Column("paper", TOKEN, nullable=False),
    Index("ix_handover_slip_agency_at", "agency", "at"),
    comment="papers of dossiers given from one role of an agency to another",
)

slip_row = Table(
    "handover_slip_row",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("slip", ID, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("state", String(16), nullable=False, comment="given | accepted | refused | taken_back"),
    Column("reason", Text, nullable=False),
    Column("decided_at", Moment),
    Column("taker", NAME),
    Column("taker_name", Text, nullable=False),
    PrimaryKeyConstraint("dossier_id", "slip"),
    Index("ix_handover_slip_row_slip", "slip"),
    comment="a dossier on a slip, and what became of it",
)

paper_place = Table(
    "paper_place",
    metadata,
    Column("dossier_id", ID, primary_key=True),
    Column("role", ROLE, nullable=False),
    Column("since", Moment, nullable=False),
    comment="who holds the papers of a dossier; without a row: the desk",
)

keep(slip, root="id")
for _table in (slip_row, paper_place):
    keep(_table, root="dossier_id")
