"""The engine's tables. Every hot one leads with `root_id`, so that what shards PostgreSQL keeps a family together.

`metadata` is the one MetaData of the system: `procedures.store` adds its tables to it.
Ids are UUID version 7 as text; moments are UTC.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from engine.store.kept import keep
from engine.store.types import Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

ID = String(36)
NAME = String(255)

# -- what is deployed -------------------------------------------------------------------------------------------------

content = Table(
    "content",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the body"),
    Column("body", LargeBinary, nullable=False),
)

deployment = Table(
    "deployment",
    metadata,
    Column("id", ID, primary_key=True),
    Column("key", NAME, nullable=False, comment="what its versions share: a bundle's code or a file's name"),
    Column("version", Integer, nullable=False),
    Column("hash", String(64), nullable=False, comment="SHA-256 over the names and hashes of its files"),
    Column("files", Json, nullable=False, comment="file name → content hash"),
    Column("legal_basis", Json),
    Column("effective_from", Date),
    Column("deployed_at", Moment, nullable=False),
    Column("deployed_by", NAME),
    Column("retired_at", Moment),
    UniqueConstraint("key", "version"),
    Index("ix_deployment_hash", "hash"),
)

process_definition = Table(
    "process_definition",
    metadata,
    Column("deployment", ID, nullable=False),
    Column("process", NAME, nullable=False),
    Column("name", Text, nullable=False),
    Column("file", NAME, nullable=False),
    PrimaryKeyConstraint("deployment", "process"),
    Index("ix_process_definition_process", "process"),
)

start_event = Table(
    "start_event",
    metadata,
    Column("deployment", ID, nullable=False),
    Column("process", NAME, nullable=False),
    Column("element", NAME, nullable=False),
    Column("kind", String(16), nullable=False, comment="message | signal"),
    Column("name", NAME, nullable=False),
    PrimaryKeyConstraint("deployment", "process", "element", "kind", "name"),
    Index("ix_start_event_kind_name", "kind", "name"),
    comment="start events of versions in force that wait for a message or a signal",
)

# -- what runs --------------------------------------------------------------------------------------------------------

instance = Table(
    "instance",
    metadata,
    Column("root_id", ID, primary_key=True),
    Column("rev", Integer, nullable=False),
    Column("process", NAME, nullable=False),
    Column("deployment", ID, nullable=False),
    Column("business_key", NAME),
    Column("status", String(16), nullable=False, comment="active | suspended | ended | cancelled"),
    Column("state", LargeBinary, nullable=False),
    Column("event_seq", Integer, nullable=False),
    Column("event_hash", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("started_by", NAME),
    Column("ended_at", Moment),
    Index("ix_instance_business_key", "business_key"),
    Index("ix_instance_deployment_status", "deployment", "status"),
    Index(
        "ix_instance_running",
        "deployment",
        postgresql_where=text("ended_at IS NULL"),
        sqlite_where=text("ended_at IS NULL"),
    ),
    postgresql_with={"fillfactor": "70"},  # room on the page, so that an update of the state touches no index
)

work_item = Table(
    "work_item",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("instance", ID, nullable=False),
    Column("process", NAME, nullable=False),
    Column("element", NAME, nullable=False),
    Column("name", Text, nullable=False),
    Column("business_key", NAME),
    Column("form", NAME),
    Column("lane", NAME),
    Column("assignee", NAME),
    Column("groups", Json, comment="candidate groups"),
    Column("users", Json, comment="candidate users"),
    Column("priority", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("due", Moment),
    PrimaryKeyConstraint("root_id", "id"),
    Index("ix_work_item_id", "id"),
    Index("ix_work_item_assignee_due", "assignee", "due"),
    comment="open tasks; a closed one is in the event log",
)

candidate = Table(
    "candidate",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("task_id", ID, nullable=False),
    Column("kind", String(1), nullable=False, comment="g: group, u: user"),
    Column("name", NAME, nullable=False),
    PrimaryKeyConstraint("root_id", "task_id", "kind", "name"),
    Index("ix_candidate_kind_name", "kind", "name"),
    comment="who may take an open task: the worklist is scoped by it",
)

subscription = Table(
    "subscription",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("element", NAME, nullable=False),
    Column("kind", String(16), nullable=False, comment="message | signal"),
    Column("name", NAME, nullable=False),
    Column("key", NAME, comment="null takes any correlation"),
    Column("properties", Json),
    Column("opened_at", Moment, nullable=False),
    PrimaryKeyConstraint("root_id", "id"),
    Index("ix_subscription_kind_name_key", "kind", "name", "key"),
)

incident = Table(
    "incident",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("element", NAME, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("message_en", Text),
    Column("job_id", ID, comment="the job that ran out of retries, where one did"),
    Column("opened_at", Moment, nullable=False),
    PrimaryKeyConstraint("root_id", "id"),
    Index("ix_incident_id", "id"),
)

# -- what is due ------------------------------------------------------------------------------------------------------

job = Table(
    "job",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("instance_id", ID),
    Column("payload", Text, nullable=False, server_default="null"),
    Column("due_at", Moment, nullable=False),
    Column("priority", Integer, nullable=False, server_default="50"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("retries_left", Integer, nullable=False, server_default="3"),
    Column("held", Boolean, nullable=False, server_default=false(), comment="its instance is suspended"),
    Column("locked_by", NAME),
    Column("lock_expires", Moment),
    Column("lock_token", ID),
    Column("dedupe_key", NAME, nullable=False),
    Column("last_error", Text),
    PrimaryKeyConstraint("root_id", "id"),
    UniqueConstraint("root_id", "dedupe_key"),
    Index("ix_job_ready", "due_at", postgresql_where=text("retries_left > 0"), sqlite_where=text("retries_left > 0")),
    comment="timers, retries, deliveries to the outside, service tasks",
)

root_claim = Table(
    "root_claim",
    metadata,
    Column("root_id", ID, primary_key=True),
    Column("worker", NAME, nullable=False),
    Column("token", ID, nullable=False),
    Column("expires", Moment, nullable=False),
    comment="the worker that runs the jobs of a root: no two meet in one family",
)

# -- what happened ----------------------------------------------------------------------------------------------------

event = Table(
    "event",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("kind", String(64), nullable=False),
    Column("element", NAME),
    Column("data", Text, nullable=False, comment="JSON, as it was hashed"),
    Column("hash", String(64), nullable=False, comment="SHA-256 over the hash before it and this row"),
    PrimaryKeyConstraint("root_id", "seq"),
    Index(
        "ix_event_who_at",
        "who",
        "at",
        postgresql_where=text("kind = 'complete'"),
        sqlite_where=text("kind = 'complete'"),
    ),
    comment="append-only; one chain of hashes for each root",
)

chain = Table(
    "chain",
    metadata,
    Column("root_id", ID, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    comment="the end of the chain of a root that is no instance",
)

seal = Table(
    "seal",
    metadata,
    Column("day", Date, primary_key=True),
    Column("roots", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, comment="over the seal before it and the day's chain heads"),
    Column("sealed_at", Moment, nullable=False),
)

signed_seal = Table(
    "signed_seal",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False, comment="counted from 1 without gaps"),
    Column("text", Text, nullable=False, comment="JSON, as it was hashed and signed"),
    Column("hash", String(64), nullable=False, comment="SHA-256 of the text"),
    Column("key", String(16), comment="which public key; null: there was no key, so it is not signed"),
    Column("signature", String(128), comment="Ed25519 over the text, base64"),
    Column("sealed_at", Moment, nullable=False),
    comment="the day's seals; those in the table seal are of releases that did not sign",
)

sealed_head = Table(
    "sealed_head",
    metadata,
    Column("n", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("root_id", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("n", "position"),
    Index("ix_sealed_head_root_id_seq", "root_id", "seq"),
    comment="the ends of chains that a seal covers, as they were committed when it was made",
)

read_log = Table(
    "read_log",
    metadata,
    Column("chain", String(64), nullable=False, comment="read/<day, UTC>/<process>: each process has its own a day"),
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME, nullable=False),
    Column("act", NAME, nullable=False, comment="what it was read for: the page or call"),
    Column("root_id", ID, comment="whose data, where it is of one"),
    Column("data", Text, nullable=False, comment="JSON, as it was hashed: all whose data were shown, and from where"),
    Column("hash", String(64), nullable=False, comment="SHA-256 over the hash before it and this row"),
    PrimaryKeyConstraint("chain", "seq"),
    Index("ix_read_log_root_id_at", "root_id", "at"),
    Index("ix_read_log_who_at", "who", "at"),
    Index("ix_read_log_at", "at"),
    comment="who read whose data: append-only; one chain of hashes a day and process",
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("client", NAME, nullable=False),
    Column("path", NAME, nullable=False),
    Column("key", NAME, nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("status", Integer),
    Column("answer", Text),
    Column("created_at", Moment, nullable=False),
    PrimaryKeyConstraint("client", "path", "key"),
    Index("ix_idempotency_created_at", "created_at"),
)

# -- from one version to another --------------------------------------------------------------------------------------

migration_plan = Table(
    "migration_plan",
    metadata,
    Column("id", ID, primary_key=True),
    Column("source", ID, nullable=False, comment="the deployment that instances are taken from"),
    Column("target", ID, nullable=False),
    Column("by_hand", Json, nullable=False, comment="process/element → element, or null: left without a counterpart"),
    Column("processes", Json, nullable=False, comment="process → process, where the ids differ"),
    Column("flows", Json, nullable=False, comment="flow → flow, where gateways hold tokens by flows of other ids"),
    Column("timers", String(16), nullable=False, comment="keep | recompute"),
    Column("deadlines", String(16), nullable=False, comment="keep | recompute"),
    Column("note", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", NAME),
    Index("ix_migration_plan_source", "source"),
)

migration = Table(
    "migration",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("plan", ID, nullable=False),
    Column("status", String(16), nullable=False, comment="rehearsed | waiting | done | refused | undoing | undone"),
    Column("fits", Boolean, comment="what the last rehearsal or try said"),
    Column("report", Json, comment="what happens, or happened: lines and reasons"),
    Column("why", Json, comment="why the last migration or undoing was refused"),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("reason", Text),
    Column("seq", Integer, comment="end of the log when it was migrated: undone only while it stands there"),
    Column("state", LargeBinary, comment="the state before"),
    Column("kept", Json, comment="what else undoing needs: work items, and what the application kept"),
    PrimaryKeyConstraint("root_id", "plan"),
    Index("ix_migration_plan_status", "plan", "status"),
    comment="one instance by one plan: its rehearsal, its migration, its undoing",
)

keep(deployment, root="id")
for _table in (process_definition, start_event):
    keep(_table, root="deployment")
keep(migration_plan, root="id")
keep(migration, root="plan")  # what undoing goes back to; its instance's own log must end where the migration left it

#: The tables without which nothing runs; those of `procedures` come on top.
ENGINE_TABLES: tuple[Table, ...] = tuple(metadata.sorted_tables)
