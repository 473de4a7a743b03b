"""Tables of documents (văn bản): the registers they are entered in."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Moment

CODE = String(64)

document = Table(
    "document",
    metadata,
    Column("id", ID, primary_key=True, comment="also the root of its route"),
    Column("code", CODE, nullable=False, unique=True),
    Column("route", CODE, nullable=False),
    Column("route_version", ID, nullable=False),
    Column("agency", CODE, nullable=False),
    Column("register", NAME, nullable=False, comment="which register of the agency"),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False, comment="in that register and year: no gap, no double"),
    Column("notation", NAME, nullable=False, comment="số ký hiệu, as its issuer wrote it"),
    Column("issuer", Text, nullable=False),
    Column("issued_on", Date),
    Column("kind", NAME, nullable=False, comment="of the 29 types of NĐ 30/2020/NĐ-CP"),
    Column("subject", Text, nullable=False, comment="trích yếu"),
    Column("urgency", Integer, nullable=False, comment="0 thường … 4 hỏa tốc hẹn giờ"),
    Column("folded", Text, nullable=False),
    Column("sha256", String(64), comment="of its scan"),
    Column("received_at", Moment, nullable=False),
    Column("received_by", NAME),
    UniqueConstraint("agency", "register", "year", "number"),
    Index("ix_document_agency_received_at", "agency", "received_at"),
)

keep(document, root="id", passing=("folded",))
