"""Tables of the legal clock of a dossier and of the terms of its steps."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

clock_pause = Table(
    "clock_pause",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", String(16), nullable=False, comment="supplement | fee | legal"),
    Column("effect", String(16), nullable=False, comment="pause | restart | none"),
    Column("place", NAME, nullable=False, comment="the node and its instance that hold the clock"),
    Column("start", Moment, nullable=False),
    Column("end", Moment),
    PrimaryKeyConstraint("dossier_id", "seq"),
    comment="projection of dossier.paused and dossier.resumed",
)

clock_change = Table(
    "clock_change",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("kind", String(16), nullable=False, comment="received | paused | resumed | extended | recomputed | ended"),
    Column("before", Moment),
    Column("after", Moment),
    Column("reason", Text, nullable=False),
    Column("term", Json, comment="of an extension: {value, unit}"),
    Column("explanation", Json),
    PrimaryKeyConstraint("dossier_id", "seq"),
    comment="projection: every change of a due date, with who and why",
)

extension_proposal = Table(
    "extension_proposal",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("value", String(32), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("decided_at", Moment),
    Column("decided_by", NAME),
    Column("approved", Boolean),
    Column("answer", Text, nullable=False),
    PrimaryKeyConstraint("dossier_id", "seq"),
    comment="projection of dossier.extension_proposed and dossier.extension_decided",
)

step_term = Table(
    "step_term",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("task_id", ID, nullable=False),
    Column("element", NAME, nullable=False),
    Column("agency", String(64), nullable=False),
    Column("value", String(32), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("due", Moment),
    Column("name", Text, nullable=False),
    Column("reminder", String(32), comment="ISO 8601 duration before the due moment"),
    Column("escalate_to", NAME),
    Column("escalated_at", Moment),
    Column("closed_at", Moment),
    Column("closed_by", NAME),
    PrimaryKeyConstraint("root_id", "task_id"),
    comment="terms of steps: guide officials, move with the legal clock; closed ones stay for the control sheet",
)

keep(step_term, root="root_id")
