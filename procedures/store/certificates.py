"""The register of certificates."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from engine.store import metadata
from engine.store.tables import NAME
from engine.store.types import Moment
from procedures.store.papers import HASH

certificate = Table(
    "certificate",
    metadata,
    Column("id", HASH, primary_key=True, comment="of the certificate itself"),
    Column("kind", String(8), nullable=False, comment="official | agency"),
    Column("owner", NAME, nullable=False, comment="username, or code of the agency"),
    Column("subject", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("serial", String(64), nullable=False, comment="hexadecimal"),
    Column("first", Moment, nullable=False),
    Column("last", Moment, nullable=False),
    Column("source", String(8), nullable=False, comment="token | phone | file | upload"),
    Column("body", Text, nullable=False, comment="DER, hexadecimal"),
    Column("current", Boolean, nullable=False, comment="its owner signs by it now, as far as is known"),
    Column("seen_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("told", Integer, comment="days before its end at which its owner was last told"),
    Index("ix_certificate_owner", "kind", "owner"),
    comment="certificates of officials and agencies, as they were read from where they are",
)
