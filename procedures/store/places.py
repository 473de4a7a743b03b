"""Tables of agencies: the tree with its dates, hours, and the province's days off and days worked."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

CODE = String(64)

agency = Table(
    "agency",
    metadata,
    Column("code", CODE, primary_key=True, comment="new shape, H31.12"),
    Column("old_code", CODE, comment="old shape, 000.00.17.H31"),
    Column("kind", String(32), nullable=False, comment="ubnd | so | trung_tam | phong | …"),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, comment="the first day on which it is no more"),
    Index("ix_agency_old_code", "old_code"),
)

agency_state = Table(
    "agency_state",
    metadata,
    Column("agency", CODE, nullable=False),
    Column("since", Date, nullable=False),
    Column("name", Text, nullable=False),
    Column("short_name", Text, nullable=False),
    Column("level", String(16), nullable=False, comment="tinh | xa | …: what procedures name"),
    Column("parent", CODE),
    Column("address", Text),
    Column("phone", String(64)),
    Column("email", NAME),
    Column("folded", Text, nullable=False),
    PrimaryKeyConstraint("agency", "since"),
    comment="what an agency was called and under whom it stood, from a date on",
)

agency_change = Table(
    "agency_change",
    metadata,
    Column("id", ID, primary_key=True),
    Column("on_date", Date, nullable=False),
    Column("kind", String(16), nullable=False, comment="merge | split"),
    Column("from_code", CODE, nullable=False),
    Column("to_code", CODE, nullable=False),
    Column("basis", Text),
    Column("by", NAME),
    Index("ix_agency_change_from", "from_code"),
    Index("ix_agency_change_to", "to_code"),
)

agency_hours = Table(
    "agency_hours",
    metadata,
    Column("agency", CODE, nullable=False),
    Column("since", Date, nullable=False),
    Column("hours", Json, nullable=False, comment="day of the week → sessions"),
    Column("by", NAME),
    PrimaryKeyConstraint("agency", "since"),
)

day_override = Table(
    "day_override",
    metadata,
    Column("province", CODE, nullable=False),
    Column("day", Date, nullable=False),
    Column("what", String(8), nullable=False, comment="off | work"),
    Column("basis", Text),
    Column("by", NAME),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("province", "day"),
    comment="wins over the holidays package",
)

for _table in (agency, agency_state, agency_change):
    keep(_table, log="administration/agencies", passing=("folded",))
for _table in (agency_hours, day_override):
    keep(_table, log="administration/calendar")
