"""Tables of the hall: appointments with a desk, and tickets of the day."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, String, Table

from engine.store import metadata
from engine.store.tables import ID, NAME
from engine.store.types import Moment

AGENCY, DAY = String(64), String(10)

appointment = Table(
    "appointment",
    metadata,
    Column("agency", AGENCY, nullable=False),
    Column("id", ID, nullable=False),
    Column("citizen", ID, nullable=False),
    Column("code", String(8), nullable=False, comment="what one types at the ticket machine"),
    Column("procedure", String(64), nullable=False, comment="what one comes for; empty: something else"),
    Column("at", Moment, nullable=False),
    Column("state", String(16), nullable=False, comment="booked | cancelled | came"),
    Column("made_at", Moment, nullable=False),
    PrimaryKeyConstraint("agency", "id"),
    Index("ix_appointment_agency_at", "agency", "at"),
    Index("ix_appointment_citizen", "citizen"),
    comment="when a citizen comes to a desk; gone thirty days after",
)

ticket_day = Table(
    "ticket_day",
    metadata,
    Column("agency", AGENCY, nullable=False),
    Column("day", DAY, nullable=False),
    Column("last", Integer, nullable=False, comment="the last number given"),
    PrimaryKeyConstraint("agency", "day"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("agency", AGENCY, nullable=False),
    Column("day", DAY, nullable=False),
    Column("number", Integer, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("booked_for", Moment, comment="of an appointment: its time"),
    Column("state", String(16), nullable=False, comment="waiting | called | served | missed"),
    Column("counter", String(32), nullable=False, comment="where it was called to; empty while it waits"),
    Column("calls", SmallInteger, nullable=False),
    Column("called_at", Moment),
    Column("ended_at", Moment),
    Column("who", NAME, comment="username of who called it"),
    PrimaryKeyConstraint("agency", "day", "number"),
    Index("ix_ticket_agency_day_state", "agency", "day", "state"),
    comment="numbers of a hall, by day; nothing of the person",
)
