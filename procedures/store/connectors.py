"""Tables of the lines to systems of others: how each stands, what was asked, and what each side knows of a dossier."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Moment

CODE = String(64)

connector_state = Table(
    "connector_state",
    metadata,
    Column("connector", NAME, primary_key=True, comment="by its name in the configuration"),
    Column("failures", Integer, nullable=False, comment="one after the other, up to now"),
    Column("resting_until", Moment, comment="no call before: the breaker is open"),
    Column("succeeded_at", Moment),
    Column("failed_at", Moment),
    Column("error", Text, nullable=False, comment="of the last failure, without personal data"),
    Column("stopped_at", Moment, comment="given up, until an administrator lets it go on"),
)

connector_call = Table(
    "connector_call",
    metadata,
    Column("connector", NAME, nullable=False),
    Column("id", ID, nullable=False),
    Column("operation", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("outcome", String(16), nullable=False, comment="done | refused | failed"),
    Column("status", SmallInteger, comment="of HTTP; null where there was no answer"),
    Column("sent", Integer, nullable=False, comment="bytes"),
    Column("received", Integer, nullable=False, comment="bytes"),
    Column("about", NAME, nullable=False, comment="id of a dossier or delivery, of no person"),
    Column("error", Text, nullable=False),
    PrimaryKeyConstraint("connector", "id"),
    Index("ix_connector_call_connector_at", "connector", "at"),
    Index("ix_connector_call_at", "at"),
    comment="journal of requests and replies: neither what was asked nor what was answered",
)

portal_dossier = Table(
    "portal_dossier",
    metadata,
    Column("dossier_id", ID, primary_key=True),
    Column("code", CODE, nullable=False, comment="by which the portal knows it"),
    Column("origin", String(16), nullable=False, comment="here | portal"),
    Column("told", Integer, nullable=False, comment="number of the last status that the portal knows"),
    Column("told_at", Moment),
    Column("hash", String(64), nullable=False, comment="SHA-256 of what the portal was told"),
    comment="what the national portal knows of a dossier",
)

keep(portal_dossier, root="dossier_id", passing=("told", "told_at", "hash"))
