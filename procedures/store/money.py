"""Tables of money at the desk: refunds, and the closings by which cashier and head agree on what was taken."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Moment
from procedures.store.dossier import CODE
from procedures.store.papers import TOKEN

refund = Table(
    "refund",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("receipt", TOKEN, nullable=False, comment="of what was paid"),
    Column("amount", BigInteger, nullable=False, comment="đồng"),
    Column("method", String(16), nullable=False, comment="how it is given back: as it was paid"),
    Column("reason", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("asked_by", NAME, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", NAME),
    Column("approved", Boolean),
    Column("answer", Text, nullable=False),
    Column("paid_at", Moment),
    Column("paid_by", NAME),
    Column("paper", TOKEN, comment="the slip by which it was given back"),
    PrimaryKeyConstraint("dossier_id", "id"),
    Index("ix_refund_id", "id"),
    Index("ix_refund_decided_at", "decided_at"),
    Index("ix_refund_paid_by_paid_at", "paid_by", "paid_at"),
    comment="fees given back: proposed by the desk, decided by another person",
)

closing = Table(
    "fee_closing",
    metadata,
    Column("id", ID, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("cashier", NAME, nullable=False),
    Column("cashier_name", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("cash", BigInteger, nullable=False, comment="đồng that should be in the drawer"),
    Column("transfers", BigInteger, nullable=False, comment="đồng that came by bank transfer"),
    Column("counted", BigInteger, nullable=False, comment="đồng that were counted"),
    Column("reason", Text, nullable=False, comment="of the difference"),
    Column("state", String(16), nullable=False, comment="open | back | confirmed"),
    Column("decided_at", Moment),
    Column("head", NAME),
    Column("head_name", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("paper", TOKEN),
    Index("ix_fee_closing_agency_at", "agency", "at"),
    Index("ix_fee_closing_cashier_at", "cashier", "at"),
    comment="the day's closing of a cashier, and the head's word on it",
)

closing_line = Table(
    "fee_closing_line",
    metadata,
    Column("closing", ID, nullable=False),
    Column("paper", TOKEN, nullable=False, comment="the receipt, or the slip of a refund: each is closed once"),
    Column("number", NAME, nullable=False),
    Column("dossier_code", CODE, nullable=False),
    Column("method", String(16), nullable=False),
    Column("amount", BigInteger, nullable=False, comment="đồng; below zero: given back"),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("paper"),
    Index("ix_fee_closing_line_closing", "closing"),
    comment="what a closing counts",
)

keep(refund, root="dossier_id")
keep(closing, root="id")
keep(closing_line, root="closing")
