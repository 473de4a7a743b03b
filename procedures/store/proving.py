"""What a bundle that is being written was tried with; logs of other systems that are laid over a version."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from engine.store import metadata
from engine.store.tables import ID
from engine.store.types import Json, Moment
from procedures.store.people import USERNAME

bundle_trial = Table(
    "bundle_trial",
    metadata,
    Column("id", ID, primary_key=True),
    Column("draft", ID, nullable=False),
    Column("kind", String(16), nullable=False, comment="scenarios | play | simulation | replay"),
    Column("save", Integer, nullable=False, comment="the save of the draft that it is about"),
    Column("asked", Json, nullable=False),
    Column("state", String(16), nullable=False, comment="waiting | running | stopping | done | stopped | failed"),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("result", Json, nullable=False),
    Column("by", USERNAME, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_bundle_trial_draft", "draft", "kind"),
    comment="plays, simulations and replays of bundles that are being written",
)

foreign_log = Table(
    "foreign_log",
    metadata,
    Column("id", ID, primary_key=True),
    Column("version", ID, nullable=False, comment="the deployment that it is laid over"),
    Column("name", Text, nullable=False, comment="of the file"),
    Column("cases", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("activities", Json, nullable=False, comment="what was done → how often"),
    Column("elements", Json, nullable=False, comment="what was done → the element that it is, by hand; empty: none"),
    Column("body", LargeBinary, nullable=False, comment="the events, packed"),
    Column("by", USERNAME, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_foreign_log_version", "version"),
    comment="logs of other systems that are laid over a version; taken out again with all that they hold",
)
