"""Tables of what is on paper or would be: files by content, letters, fees and receipts, results."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
)

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

HASH = String(64)
TOKEN = String(32)

file = Table(
    "file",
    metadata,
    Column("sha256", HASH, primary_key=True),
    Column("type", NAME, nullable=False, comment="by content"),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", Moment, nullable=False),
)

dossier_file = Table(
    "dossier_file",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("component", NAME, comment="code of the component; null for others"),
    Column("purpose", String(16), nullable=False, comment="component | supplement | signature | other"),
    Column("sha256", HASH, nullable=False),
    Column("name", Text, nullable=False, comment="as the sender called it: shown, never trusted"),
    Column("added_at", Moment, nullable=False),
    Column("added_by", NAME),
    PrimaryKeyConstraint("dossier_id", "id"),
    Index("ix_dossier_file_sha256", "sha256"),
)

letter = Table(
    "letter",
    metadata,
    Column("token", TOKEN, primary_key=True, comment="in the QR code: /xac-minh/<token>"),
    Column("root_id", ID, nullable=False, comment="the dossier, or what stands in its place"),
    Column("dossier_id", ID),
    Column("template", NAME, nullable=False),
    Column("source", HASH, nullable=False, comment="content hash of the template as it was"),
    Column("title", Text, nullable=False),
    Column("number", NAME, nullable=False),
    Column("agency", String(64), nullable=False),
    Column("data", Json, nullable=False),
    Column("position", Integer, nullable=False, comment="among the letters of its root"),
    Column("issued_at", Moment, nullable=False),
    Column("issued_by", NAME),
    Column("signer", Text, nullable=False),
    Column("replaced_by", TOKEN),
    Column("pdf", HASH, comment="of the archived PDF"),
    Index("ix_letter_root_id", "root_id"),
    Index("ix_letter_pdf", "pdf"),
)

fee = Table(
    "fee",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("how", Text, nullable=False, comment="how it was computed, in words"),
    Column("amount", BigInteger, nullable=False, comment="đồng"),
    Column("paid_at", Moment),
    Column("paid_by", NAME),
    Column("method", String(16)),
    Column("receipt", TOKEN),
    Column("full", BigInteger, comment="đồng before it was reduced; null: it was not"),
    Column("percent", SmallInteger, comment="by how much it was reduced; 100: nothing is asked"),
    Column("basis", Text, comment="by which rule and paper"),
    PrimaryKeyConstraint("dossier_id", "id"),
    Index("ix_fee_paid_by_paid_at", "paid_by", "paid_at"),
    Index("ix_fee_paid_at", "paid_at"),
)

payment = Table(
    "payment",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("id", ID, nullable=False, comment="what the gateway knows it by"),
    Column("amount", BigInteger, nullable=False, comment="đồng"),
    Column("state", String(16), nullable=False, comment="of procedures.payments.STATES"),
    Column("said_amount", BigInteger, comment="what the gateway says was paid, where that is another"),
    Column("reference", NAME, comment="the gateway's own number"),
    Column("begun_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("receipt", TOKEN),
    Column("reason", Text, comment="why it is given back"),
    PrimaryKeyConstraint("dossier_id", "id"),
    Index("ix_payment_id", "id"),
    Index("ix_payment_begun_at", "begun_at"),
    comment="payments through the gateway; what the desk takes has none",
)

result = Table(
    "result",
    metadata,
    Column("token", TOKEN, primary_key=True),
    Column("dossier_id", ID, nullable=False),
    Column("code", NAME, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", HASH, nullable=False),
    Column("attached_at", Moment, nullable=False),
    Column("attached_by", NAME),
    Column("approved_at", Moment),
    Column("approved_by", NAME),
    Column("approver", Text, comment="name and title as they were"),
    Column("level", String(16), comment="leader | agency"),
    Column("current", Boolean, nullable=False),
    Column("produced", Boolean, nullable=False, comment="made from the bundle's template, not uploaded"),
    Index("ix_result_dossier_id", "dossier_id"),
    Index("ix_result_sha256", "sha256"),
)

for _table in (dossier_file, fee, payment, result):
    keep(_table, root="dossier_id")
keep(letter, root="root_id")
