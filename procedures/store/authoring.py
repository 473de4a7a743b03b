"""Tables of bundles that are being written: drafts, every save of them, the texts, who has one open."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.tables import ID
from engine.store.types import Json, Moment
from procedures.store.people import CODE, USERNAME

bundle_draft = Table(
    "bundle_draft",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", CODE, nullable=False, comment="code of the procedure it was made from; empty: none"),
    Column("state", String(16), nullable=False, comment="open | submitted | published | dropped"),
    Column("head", Integer, nullable=False, comment="number of the save that counts"),
    Column("created_by", USERNAME, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("submitted_by", USERNAME),
    Column("reason", Text, comment="why it was sent back"),
    Column("version", ID, comment="the deployment it became"),
    comment="bundles that are being written",
)

bundle_draft_save = Table(
    "bundle_draft_save",
    metadata,
    Column("draft", ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("base", Integer, nullable=False, comment="the save that its author had before him"),
    Column("by", USERNAME, nullable=False),
    Column("at", Moment, nullable=False),
    Column("files", Json, nullable=False, comment="path → hash of the text"),
    Column("beside", Boolean, nullable=False, comment="met another one's save: waits for a choice"),
    PrimaryKeyConstraint("draft", "number"),
)

bundle_draft_text = Table(
    "bundle_draft_text",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256"),
    Column("body", Text, nullable=False),
)

bundle_draft_visit = Table(
    "bundle_draft_visit",
    metadata,
    Column("draft", ID, nullable=False),
    Column("username", USERNAME, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("draft", "username"),
    comment="who has a draft open, so that others are told",
)
