"""the first tables"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("password", sa.Text(), nullable=True, comment="argon2; null: cannot sign in yet"),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", types.Moment(), nullable=True),
        sa.Column(
            "epoch", sa.String(length=36), nullable=False, comment="changes with the password: older sessions end"
        ),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("signed_in_at", types.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_account")),
    )
    op.create_table(
        "agency",
        sa.Column("code", sa.String(length=64), nullable=False, comment="new shape, H31.12"),
        sa.Column("old_code", sa.String(length=64), nullable=True, comment="old shape, 000.00.17.H31"),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="ubnd | so | trung_tam | phong | …"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="the first day on which it is no more"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_agency")),
    )
    op.create_index("ix_agency_old_code", "agency", ["old_code"], unique=False)
    op.create_table(
        "agency_change",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="merge | split"),
        sa.Column("from_code", sa.String(length=64), nullable=False),
        sa.Column("to_code", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_change")),
    )
    op.create_index("ix_agency_change_from", "agency_change", ["from_code"], unique=False)
    op.create_index("ix_agency_change_to", "agency_change", ["to_code"], unique=False)
    op.create_table(
        "agency_hours",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("hours", types.Json(), nullable=False, comment="day of the week → sessions"),
        sa.Column("by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("agency", "since", name=op.f("pk_agency_hours")),
    )
    op.create_table(
        "agency_state",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False, comment="tinh | xa | …: what procedures name"),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("phone", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "since", name=op.f("pk_agency_state")),
        comment="what an agency was called and under whom it stood, from a date on",
    )
    op.create_table(
        "candidate",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False, comment="g: group, u: user"),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("root_id", "task_id", "kind", "name", name=op.f("pk_candidate")),
        comment="who may take an open task: the worklist is scoped by it",
    )
    op.create_index("ix_candidate_kind_name", "candidate", ["kind", "name"], unique=False)
    op.create_table(
        "catalogue_entry",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field_code", sa.String(length=64), nullable=True),
        sa.Column("field_name", sa.Text(), nullable=True),
        sa.Column("levels", sa.String(length=64), nullable=False, comment="tinh,xa,… between commas"),
        sa.Column("life_events", sa.Text(), nullable=False, comment="keys between commas"),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column(
            "folded_rest", sa.Text(), nullable=False, comment="field, results, components, agency: without diacritics"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="the version in force"),
        sa.Column(
            "flags", sa.Integer(), nullable=False, comment="how many things are to configure or contradict each other"
        ),
        sa.Column("imported_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_catalogue_entry")),
    )
    op.create_index("ix_catalogue_entry_field", "catalogue_entry", ["field_code"], unique=False)
    op.create_table(
        "catalogue_version",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the record, keys sorted"),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("record", types.Json(), nullable=False, comment="as it came"),
        sa.Column("imported_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_catalogue_version")),
    )
    op.create_table(
        "chain",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_chain")),
        comment="the end of the chain of a root that is no instance",
    )
    op.create_table(
        "client",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column(
            "secret",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256: a secret of 256 random bits needs no slow hash",
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", types.Json(), nullable=False),
        sa.Column("official", sa.String(length=100), nullable=False, comment="the service official it acts as"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
    )
    op.create_table(
        "clock_change",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column(
            "kind",
            sa.String(length=16),
            nullable=False,
            comment="received | paused | resumed | extended | recomputed | ended",
        ),
        sa.Column("before", types.Moment(), nullable=True),
        sa.Column("after", types.Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("term", types.Json(), nullable=True, comment="of an extension: {value, unit}"),
        sa.Column("explanation", types.Json(), nullable=True),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_clock_change")),
        comment="projection: every change of a due date, with who and why",
    )
    op.create_table(
        "clock_pause",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="supplement | fee | legal"),
        sa.Column("effect", sa.String(length=16), nullable=False, comment="pause | restart | none"),
        sa.Column(
            "place", sa.String(length=255), nullable=False, comment="the node and its instance that hold the clock"
        ),
        sa.Column("start", types.Moment(), nullable=False),
        sa.Column("end", types.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_clock_pause")),
        comment="projection of dossier.paused and dossier.resumed",
    )
    op.create_table(
        "comment",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("who_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "id", name=op.f("pk_comment")),
    )
    op.create_table(
        "component",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=255), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("asked_originals", sa.SmallInteger(), nullable=False),
        sa.Column("asked_copies", sa.SmallInteger(), nullable=False),
        sa.Column("originals", sa.SmallInteger(), nullable=False),
        sa.Column("copies", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "code", name=op.f("pk_component")),
    )
    op.create_table(
        "content",
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the body"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_content")),
    )
    op.create_table(
        "counter",
        sa.Column(
            "series",
            sa.String(length=255),
            nullable=False,
            comment="what is counted: dossiers, letters of a kind, a register",
        ),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False, comment="a day 2026-02-14 or a year 2026"),
        sa.Column("value", sa.Integer(), nullable=False, comment="the last number given"),
        sa.PrimaryKeyConstraint("agency", "series", "period", name=op.f("pk_counter")),
        comment="legal counters, each a row of its own: no gap, no double",
    )
    op.create_table(
        "day_override",
        sa.Column("province", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=8), nullable=False, comment="off | work"),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=255), nullable=True),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("province", "day", name=op.f("pk_day_override")),
        comment="wins over the holidays package",
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "key",
            sa.String(length=255),
            nullable=False,
            comment="what its versions share: a bundle's code or a file's name",
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "hash", sa.String(length=64), nullable=False, comment="SHA-256 over the names and hashes of its files"
        ),
        sa.Column("files", types.Json(), nullable=False, comment="file name → content hash"),
        sa.Column("legal_basis", types.Json(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("deployed_at", types.Moment(), nullable=False),
        sa.Column("deployed_by", sa.String(length=255), nullable=True),
        sa.Column("retired_at", types.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_deployment_key_version")),
    )
    op.create_index("ix_deployment_hash", "deployment", ["hash"], unique=False)
    op.create_table(
        "desk_paper",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="supplement (Mẫu 02) | refusal (Mẫu 03)"),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("procedure", sa.String(length=64), nullable=False),
        sa.Column("applicant_name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column("letter", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_paper")),
        comment="intakes that did not become a dossier",
    )
    op.create_index("ix_desk_paper_agency_at", "desk_paper", ["agency", "at"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=36), nullable=False, comment="also the root of its route"),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("route_version", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("register", sa.String(length=255), nullable=False, comment="which register of the agency"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="in that register and year: no gap, no double"),
        sa.Column("notation", sa.String(length=255), nullable=False, comment="số ký hiệu, as its issuer wrote it"),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=255), nullable=False, comment="of the 29 types of NĐ 30/2020/NĐ-CP"),
        sa.Column("subject", sa.Text(), nullable=False, comment="trích yếu"),
        sa.Column("urgency", sa.Integer(), nullable=False, comment="0 thường … 4 hỏa tốc hẹn giờ"),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True, comment="of its scan"),
        sa.Column("received_at", types.Moment(), nullable=False),
        sa.Column("received_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            "agency", "register", "year", "number", name=op.f("uq_document_agency_register_year_number")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_document_code")),
    )
    op.create_index("ix_document_agency_received_at", "document", ["agency", "received_at"], unique=False)
    op.create_table(
        "dossier",
        sa.Column("id", sa.String(length=36), nullable=False, comment="also the root of its process"),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("procedure", sa.String(length=64), nullable=False),
        sa.Column("procedure_version", sa.String(length=36), nullable=False),
        sa.Column("procedure_name", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("case_code", sa.String(length=64), nullable=True),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("applicant_name", sa.Text(), nullable=False),
        sa.Column("applicant_id_number", sa.String(length=64), nullable=False),
        sa.Column("applicant_phone", sa.String(length=64), nullable=False),
        sa.Column("applicant_email", sa.String(length=255), nullable=False),
        sa.Column("applicant_address", sa.Text(), nullable=False),
        sa.Column("submitter", types.Json(), nullable=True),
        sa.Column(
            "folded", sa.Text(), nullable=False, comment="what a search looks in: without diacritics, lower case"
        ),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("form", types.Json(), nullable=False),
        sa.Column("amounts", types.Json(), nullable=False),
        sa.Column("sets", sa.SmallInteger(), nullable=False),
        sa.Column("return_place", sa.Text(), nullable=False),
        sa.Column("registered_at", types.Moment(), nullable=False),
        sa.Column("received_at", types.Moment(), nullable=True),
        sa.Column("received_by", sa.String(length=255), nullable=True),
        sa.Column("volume", sa.String(length=16), nullable=True, comment="of the register (Mẫu 07)"),
        sa.Column("serial", sa.Integer(), nullable=True, comment="in that volume"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("code", name=op.f("uq_dossier_code")),
    )
    op.create_index("ix_dossier_agency_received_at", "dossier", ["agency", "received_at"], unique=False)
    op.create_index("ix_dossier_applicant_id_number", "dossier", ["applicant_id_number"], unique=False)
    op.create_index("ix_dossier_procedure_received_at", "dossier", ["procedure", "received_at"], unique=False)
    op.create_table(
        "dossier_file",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("component", sa.String(length=255), nullable=True, comment="code of the component; null for others"),
        sa.Column(
            "purpose", sa.String(length=16), nullable=False, comment="component | supplement | signature | other"
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as the sender called it: shown, never trusted"),
        sa.Column("added_at", types.Moment(), nullable=False),
        sa.Column("added_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("dossier_id", "id", name=op.f("pk_dossier_file")),
    )
    op.create_index("ix_dossier_file_sha256", "dossier_file", ["sha256"], unique=False)
    op.create_table(
        "dossier_party",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "agency", name=op.f("pk_dossier_party")),
        comment="other agencies that take part: they may see it",
    )
    op.create_index("ix_dossier_party_agency", "dossier_party", ["agency"], unique=False)
    op.create_table(
        "dossier_state",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("since", types.Moment(), nullable=False),
        sa.Column("original_due", types.Moment(), nullable=True),
        sa.Column(
            "due", types.Moment(), nullable=True, comment="null while a pause without end is open, or no term is known"
        ),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("explanation", types.Json(), nullable=True, comment="of the current due date"),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.Column("returned_at", types.Moment(), nullable=True),
        sa.Column("closed_at", types.Moment(), nullable=True, comment="the legal clock has ended"),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_dossier_state")),
        comment="projection of dossier.* events",
    )
    op.create_index("ix_dossier_state_status_due", "dossier_state", ["status", "due"], unique=False)
    op.create_table(
        "dossier_status",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_dossier_status")),
        comment="projection: the national statuses it went through",
    )
    op.create_table(
        "dossier_version",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "version", name=op.f("pk_dossier_version")),
        comment="the intake as it was before a correction",
    )
    op.create_table(
        "event",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("element", sa.String(length=255), nullable=True),
        sa.Column("data", sa.Text(), nullable=False, comment="JSON, as it was hashed"),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 over the hash before it and this row"),
        sa.PrimaryKeyConstraint("root_id", "seq", name=op.f("pk_event")),
        comment="append-only; one chain of hashes for each root",
    )
    op.create_index(
        "ix_event_who_at",
        "event",
        ["who", "at"],
        unique=False,
        postgresql_where=sa.text("kind = 'complete'"),
        sqlite_where=sa.text("kind = 'complete'"),
    )
    op.create_table(
        "fee",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False, comment="how it was computed, in words"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="đồng"),
        sa.Column("paid_at", types.Moment(), nullable=True),
        sa.Column("paid_by", sa.String(length=255), nullable=True),
        sa.Column("method", sa.String(length=16), nullable=True),
        sa.Column("receipt", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("dossier_id", "id", name=op.f("pk_fee")),
    )
    op.create_table(
        "file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=255), nullable=False, comment="by content"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file")),
    )
    op.create_table(
        "handover",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column("who_name", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_id_number", sa.String(length=64), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=True, comment="SHA-256 of the drawn signature"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_handover")),
        comment="the result given to its recipient",
    )
    op.create_table(
        "idempotency",
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("client", "path", "key", name=op.f("pk_idempotency")),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"], unique=False)
    op.create_table(
        "incident",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("element", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=True),
        sa.Column(
            "job_id", sa.String(length=36), nullable=True, comment="the job that ran out of retries, where one did"
        ),
        sa.Column("opened_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_id", "incident", ["id"], unique=False)
    op.create_table(
        "instance",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(length=255), nullable=False),
        sa.Column("deployment", sa.String(length=36), nullable=False),
        sa.Column("business_key", sa.String(length=255), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False, comment="active | suspended | ended | cancelled"),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", types.Moment(), nullable=False),
        sa.Column("started_by", sa.String(length=255), nullable=True),
        sa.Column("ended_at", types.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_instance")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index("ix_instance_business_key", "instance", ["business_key"], unique=False)
    op.create_index("ix_instance_deployment_status", "instance", ["deployment", "status"], unique=False)
    op.create_table(
        "job",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=True),
        sa.Column("payload", sa.Text(), server_default="null", nullable=False),
        sa.Column("due_at", types.Moment(), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="50", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retries_left", sa.Integer(), server_default="3", nullable=False),
        sa.Column(
            "held", sa.Boolean(), server_default=sa.text("false"), nullable=False, comment="its instance is suspended"
        ),
        sa.Column("locked_by", sa.String(length=255), nullable=True),
        sa.Column("lock_expires", types.Moment(), nullable=True),
        sa.Column("lock_token", sa.String(length=36), nullable=True),
        sa.Column("dedupe_key", sa.String(length=255), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_job")),
        sa.UniqueConstraint("root_id", "dedupe_key", name=op.f("uq_job_root_id_dedupe_key")),
        comment="timers, retries, deliveries to the outside, service tasks",
    )
    op.create_index(
        "ix_job_ready",
        "job",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("retries_left > 0"),
        sqlite_where=sa.text("retries_left > 0"),
    )
    op.create_table(
        "letter",
        sa.Column("token", sa.String(length=32), nullable=False, comment="in the QR code: /xac-minh/<token>"),
        sa.Column("root_id", sa.String(length=36), nullable=False, comment="the dossier, or what stands in its place"),
        sa.Column("dossier_id", sa.String(length=36), nullable=True),
        sa.Column("template", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False, comment="content hash of the template as it was"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=255), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("data", types.Json(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="among the letters of its root"),
        sa.Column("issued_at", types.Moment(), nullable=False),
        sa.Column("issued_by", sa.String(length=255), nullable=True),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.String(length=32), nullable=True),
        sa.Column("pdf", sa.String(length=64), nullable=True, comment="of the archived PDF"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_letter")),
    )
    op.create_index("ix_letter_pdf", "letter", ["pdf"], unique=False)
    op.create_index("ix_letter_root_id", "letter", ["root_id"], unique=False)
    op.create_table(
        "official",
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False, comment="chức vụ"),
        sa.Column("agency", sa.String(length=64), nullable=False, comment="home agency; roles may lie at others"),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("phone", sa.String(length=64), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column(
            "valid_to", sa.Date(), nullable=True, comment="the first day on which the person is no more in office"
        ),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_official")),
    )
    op.create_index("ix_official_agency", "official", ["agency"], unique=False)
    op.create_table(
        "password_token",
        sa.Column(
            "hash",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the token; the token itself is kept nowhere",
        ),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("expires_at", types.Moment(), nullable=False),
        sa.Column("used_at", types.Moment(), nullable=True),
        sa.Column("by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_password_token")),
    )
    op.create_table(
        "procedure_version",
        sa.Column("id", sa.String(length=36), nullable=False, comment="of the engine's deployment"),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="procedure | route"),
        sa.Column("settings", types.Json(), nullable=False, comment="procedure.yaml as it was deployed"),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("deployed_at", types.Moment(), nullable=False),
        sa.Column("deployed_by", sa.String(length=255), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_version")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_procedure_version_code_version")),
    )
    op.create_table(
        "process_definition",
        sa.Column("deployment", sa.String(length=36), nullable=False),
        sa.Column("process", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("deployment", "process", name=op.f("pk_process_definition")),
    )
    op.create_index("ix_process_definition_process", "process_definition", ["process"], unique=False)
    op.create_table(
        "result",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("attached_at", types.Moment(), nullable=False),
        sa.Column("attached_by", sa.String(length=255), nullable=True),
        sa.Column("approved_at", types.Moment(), nullable=True),
        sa.Column("approved_by", sa.String(length=255), nullable=True),
        sa.Column("approver", sa.Text(), nullable=True, comment="name and title as they were"),
        sa.Column("level", sa.String(length=16), nullable=True, comment="leader | agency"),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("produced", sa.Boolean(), nullable=False, comment="made from the bundle's template, not uploaded"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_result")),
    )
    op.create_index("ix_result_dossier_id", "result", ["dossier_id"], unique=False)
    op.create_index("ix_result_sha256", "result", ["sha256"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("official", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="the first day on which it no longer holds"),
        sa.Column(
            "on_behalf_of", sa.String(length=100), nullable=True, comment="whose role it is, where it is delegated"
        ),
        sa.Column("scope", types.Json(), nullable=True, comment="what a delegation is limited to"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=255), nullable=True),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_group", "role_grant", ["role", "agency"], unique=False)
    op.create_index("ix_role_grant_official", "role_grant", ["official"], unique=False)
    op.create_table(
        "root_claim",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("worker", sa.String(length=255), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("expires", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_root_claim")),
        comment="the worker that runs the jobs of a root: no two meet in one family",
    )
    op.create_table(
        "seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("roots", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column(
            "hash", sa.String(length=64), nullable=False, comment="over the seal before it and the day's chain heads"
        ),
        sa.Column("sealed_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_seal")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("epoch", sa.String(length=36), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("seen_at", types.Moment(), nullable=False),
        sa.Column("ended_at", types.Moment(), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("program", sa.String(length=255), nullable=True, comment="what the browser calls itself"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_in_session")),
    )
    op.create_index("ix_sign_in_session_username", "sign_in_session", ["username"], unique=False)
    op.create_table(
        "start_event",
        sa.Column("deployment", sa.String(length=36), nullable=False),
        sa.Column("process", sa.String(length=255), nullable=False),
        sa.Column("element", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="message | signal"),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("deployment", "process", "element", "kind", "name", name=op.f("pk_start_event")),
        comment="start events of versions in force that wait for a message or a signal",
    )
    op.create_index("ix_start_event_kind_name", "start_event", ["kind", "name"], unique=False)
    op.create_table(
        "step_term",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("element", sa.String(length=255), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("opened_at", types.Moment(), nullable=False),
        sa.Column("due", types.Moment(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reminder", sa.String(length=32), nullable=True, comment="ISO 8601 duration before the due moment"),
        sa.Column("escalate_to", sa.String(length=255), nullable=True),
        sa.Column("escalated_at", types.Moment(), nullable=True),
        sa.Column("closed_at", types.Moment(), nullable=True),
        sa.Column("closed_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("root_id", "task_id", name=op.f("pk_step_term")),
        comment="terms of steps: guide officials, move with the legal clock; closed ones stay for the control sheet",
    )
    op.create_table(
        "subscription",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("element", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="message | signal"),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=True, comment="null takes any correlation"),
        sa.Column("properties", types.Json(), nullable=True),
        sa.Column("opened_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_kind_name_key", "subscription", ["kind", "name", "key"], unique=False)
    op.create_table(
        "supplement_item",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="component | field"),
        sa.Column("code", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mend", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("asked_at", types.Moment(), nullable=False),
        sa.Column("until", types.Moment(), nullable=True),
        sa.Column("brought_at", types.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("dossier_id", "round", "position", name=op.f("pk_supplement_item")),
        comment="what a supplement request asks for, and when it came",
    )
    op.create_table(
        "task_seen",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("root_id", "task_id", "who", name=op.f("pk_task_seen")),
        comment="who has opened a task: what nobody has opened stands in bold",
    )
    op.create_table(
        "tracking_attempt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "key",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the code asked for, or of the address it came from",
        ),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_attempt")),
        comment="failed look-ups of the tracking page",
    )
    op.create_index("ix_tracking_attempt_key_at", "tracking_attempt", ["key", "at"], unique=False)
    op.create_table(
        "work_item",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("instance", sa.String(length=36), nullable=False),
        sa.Column("process", sa.String(length=255), nullable=False),
        sa.Column("element", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("business_key", sa.String(length=255), nullable=True),
        sa.Column("form", sa.String(length=255), nullable=True),
        sa.Column("lane", sa.String(length=255), nullable=True),
        sa.Column("assignee", sa.String(length=255), nullable=True),
        sa.Column("groups", types.Json(), nullable=True, comment="candidate groups"),
        sa.Column("users", types.Json(), nullable=True, comment="candidate users"),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("opened_at", types.Moment(), nullable=False),
        sa.Column("claimed_at", types.Moment(), nullable=True),
        sa.Column("due", types.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_work_item")),
        comment="open tasks; a closed one is in the event log",
    )
    op.create_index("ix_work_item_assignee_due", "work_item", ["assignee", "due"], unique=False)
    op.create_index("ix_work_item_id", "work_item", ["id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_work_item_id", table_name="work_item")
    op.drop_index("ix_work_item_assignee_due", table_name="work_item")
    op.drop_table("work_item")
    op.drop_index("ix_tracking_attempt_key_at", table_name="tracking_attempt")
    op.drop_table("tracking_attempt")
    op.drop_table("task_seen")
    op.drop_table("supplement_item")
    op.drop_index("ix_subscription_kind_name_key", table_name="subscription")
    op.drop_table("subscription")
    op.drop_table("step_term")
    op.drop_index("ix_start_event_kind_name", table_name="start_event")
    op.drop_table("start_event")
    op.drop_index("ix_sign_in_session_username", table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_table("seal")
    op.drop_table("root_claim")
    op.drop_index("ix_role_grant_official", table_name="role_grant")
    op.drop_index("ix_role_grant_group", table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index("ix_result_sha256", table_name="result")
    op.drop_index("ix_result_dossier_id", table_name="result")
    op.drop_table("result")
    op.drop_index("ix_process_definition_process", table_name="process_definition")
    op.drop_table("process_definition")
    op.drop_table("procedure_version")
    op.drop_table("password_token")
    op.drop_index("ix_official_agency", table_name="official")
    op.drop_table("official")
    op.drop_index("ix_letter_root_id", table_name="letter")
    op.drop_index("ix_letter_pdf", table_name="letter")
    op.drop_table("letter")
    op.drop_index(
        "ix_job_ready",
        table_name="job",
        postgresql_where=sa.text("retries_left > 0"),
        sqlite_where=sa.text("retries_left > 0"),
    )
    op.drop_table("job")
    op.drop_index("ix_instance_deployment_status", table_name="instance")
    op.drop_index("ix_instance_business_key", table_name="instance")
    op.drop_table("instance")
    op.drop_index("ix_incident_id", table_name="incident")
    op.drop_table("incident")
    op.drop_index("ix_idempotency_created_at", table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_table("handover")
    op.drop_table("file")
    op.drop_table("fee")
    op.drop_index(
        "ix_event_who_at",
        table_name="event",
        postgresql_where=sa.text("kind = 'complete'"),
        sqlite_where=sa.text("kind = 'complete'"),
    )
    op.drop_table("event")
    op.drop_table("dossier_version")
    op.drop_table("dossier_status")
    op.drop_index("ix_dossier_state_status_due", table_name="dossier_state")
    op.drop_table("dossier_state")
    op.drop_index("ix_dossier_party_agency", table_name="dossier_party")
    op.drop_table("dossier_party")
    op.drop_index("ix_dossier_file_sha256", table_name="dossier_file")
    op.drop_table("dossier_file")
    op.drop_index("ix_dossier_procedure_received_at", table_name="dossier")
    op.drop_index("ix_dossier_applicant_id_number", table_name="dossier")
    op.drop_index("ix_dossier_agency_received_at", table_name="dossier")
    op.drop_table("dossier")
    op.drop_index("ix_document_agency_received_at", table_name="document")
    op.drop_table("document")
    op.drop_index("ix_desk_paper_agency_at", table_name="desk_paper")
    op.drop_table("desk_paper")
    op.drop_index("ix_deployment_hash", table_name="deployment")
    op.drop_table("deployment")
    op.drop_table("day_override")
    op.drop_table("counter")
    op.drop_table("content")
    op.drop_table("component")
    op.drop_table("comment")
    op.drop_table("clock_pause")
    op.drop_table("clock_change")
    op.drop_table("client")
    op.drop_table("chain")
    op.drop_table("catalogue_version")
    op.drop_index("ix_catalogue_entry_field", table_name="catalogue_entry")
    op.drop_table("catalogue_entry")
    op.drop_index("ix_candidate_kind_name", table_name="candidate")
    op.drop_table("candidate")
    op.drop_table("agency_state")
    op.drop_table("agency_hours")
    op.drop_index("ix_agency_change_to", table_name="agency_change")
    op.drop_index("ix_agency_change_from", table_name="agency_change")
    op.drop_table("agency_change")
    op.drop_index("ix_agency_old_code", table_name="agency")
    op.drop_table("agency")
    op.drop_table("account")
