"""The register of certificates."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from engine.store import metadata
from engine.store.tables import ID, NAME
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

certificate_request = Table(
    "certificate_request",
    metadata,
    Column("id", ID, primary_key=True),
    Column("who", NAME, nullable=False, comment="username"),
    Column("wish", String(8), nullable=False, comment="issue | renew | revoke"),
    Column("certificate", HASH, comment="which; null for a new one"),
    Column("reason", Text, nullable=False),
    Column("state", String(8), nullable=False, comment="asked | sent | done | refused"),
    Column("said", Text, nullable=False, comment="what was answered"),
    Column("asked_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_certificate_request_who", "who"),
    comment="what officials ask the administration for: a certificate, its renewal, its revocation",
)
