"""Tables of the dossier: its record, its state (a projection of the event log), components, comments, hand-over."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

CODE = String(64)

procedure_version = Table(
    "procedure_version",
    metadata,
    Column("id", ID, primary_key=True, comment="of the engine's deployment"),
    Column("code", CODE, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False, comment="procedure | route"),
    Column("settings", Json, nullable=False, comment="procedure.yaml as it was deployed"),
    Column("effective_from", Date, nullable=False),
    Column("deployed_at", Moment, nullable=False),
    Column("deployed_by", NAME),
    Column("retired_on", Date),
    UniqueConstraint("code", "version"),
)

counter = Table(
    "counter",
    metadata,
    Column("series", NAME, nullable=False, comment="what is counted: dossiers, letters of a kind, a register"),
    Column("agency", CODE, nullable=False),
    Column("period", String(10), nullable=False, comment="a day 2026-02-14 or a year 2026"),
    Column("value", Integer, nullable=False, comment="the last number given"),
    PrimaryKeyConstraint("agency", "series", "period"),
    comment="legal counters, each a row of its own: no gap, no double",
)

dossier = Table(
    "dossier",
    metadata,
    Column("id", ID, primary_key=True, comment="also the root of its process"),
    Column("code", CODE, nullable=False, unique=True),
    Column("procedure", CODE, nullable=False),
    Column("procedure_version", ID, nullable=False),
    Column("term_version", ID, comment="whose legal term counts, where not that version's: received under older rules"),
    Column("procedure_name", Text, nullable=False),
    Column("field", CODE, nullable=False),
    Column("case_code", CODE),
    Column("agency", CODE, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("applicant_name", Text, nullable=False),
    Column("applicant_id_number", CODE, nullable=False),
    Column("applicant_phone", CODE, nullable=False),
    Column("applicant_email", NAME, nullable=False),
    Column("applicant_address", Text, nullable=False),
    Column("submitter", Json),
    Column("folded", Text, nullable=False, comment="what a search looks in: without diacritics, lower case"),
    Column("request", Text, nullable=False),
    Column("form", Json, nullable=False),
    Column("amounts", Json, nullable=False),
    Column("sets", SmallInteger, nullable=False),
    Column("return_place", Text, nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("received_at", Moment),
    Column("received_by", NAME),
    Column("volume", String(16), comment="of the register (Mẫu 07)"),
    Column("serial", Integer, comment="in that volume"),
    Index("ix_dossier_agency_received_at", "agency", "received_at"),
    Index("ix_dossier_procedure_received_at", "procedure", "received_at"),
    Index("ix_dossier_received_at", "received_at"),
    Index("ix_dossier_applicant_id_number", "applicant_id_number"),
)

dossier_version = Table(
    "dossier_version",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("reason", Text, nullable=False),
    Column("before", Json, nullable=False),
    PrimaryKeyConstraint("dossier_id", "version"),
    comment="the intake as it was before a correction",
)

dossier_party = Table(
    "dossier_party",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("agency", CODE, nullable=False),
    PrimaryKeyConstraint("dossier_id", "agency"),
    Index("ix_dossier_party_agency", "agency"),
    comment="other agencies that take part: they may see it",
)

dossier_state = Table(
    "dossier_state",
    metadata,
    Column("dossier_id", ID, primary_key=True),
    Column("status", SmallInteger, nullable=False),
    Column("since", Moment, nullable=False),
    Column("original_due", Moment),
    Column("due", Moment, comment="null while a pause without end is open, or no term is known"),
    Column("paused", Boolean, nullable=False),
    Column("explanation", Json, comment="of the current due date"),
    Column("finished_at", Moment),
    Column("returned_at", Moment),
    Column("closed_at", Moment, comment="the legal clock has ended"),
    Index("ix_dossier_state_status_due", "status", "due"),
    Index("ix_dossier_state_closed_at_due", "closed_at", "due", "dossier_id"),
    Index("ix_dossier_state_finished_at", "finished_at"),
    comment="projection of dossier.* events",
)

dossier_status = Table(
    "dossier_status",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("dossier_id", "seq"),
    comment="projection: the national statuses it went through",
)

component = Table(
    "component",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("code", NAME, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("asked_originals", SmallInteger, nullable=False),
    Column("asked_copies", SmallInteger, nullable=False),
    Column("originals", SmallInteger, nullable=False),
    Column("copies", SmallInteger, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("dossier_id", "code"),
)

supplement_item = Table(
    "supplement_item",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("round", SmallInteger, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("kind", String(16), nullable=False, comment="component | field"),
    Column("code", NAME, nullable=False),
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("mend", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("until", Moment),
    Column("brought_at", Moment),
    PrimaryKeyConstraint("dossier_id", "round", "position"),
    comment="what a supplement request asks for, and when it came",
)

comment = Table(
    "comment",
    metadata,
    Column("dossier_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME, nullable=False),
    Column("who_name", Text, nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("dossier_id", "id"),
)

handover = Table(
    "handover",
    metadata,
    Column("dossier_id", ID, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("who_name", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_id_number", CODE, nullable=False),
    Column("relation", Text, nullable=False),
    Column("signature", String(64), comment="SHA-256 of the drawn signature"),
    Column("note", Text, nullable=False),
    Column("way", String(16), comment="of procedures.vocabulary.returns; null: before it was asked"),
    Column("proof", Text, comment="the paper shown, the authority to take it, or the number of what was posted"),
    Column("unsigned", String(16), comment="why there is no drawn signature"),
    comment="the result given to its recipient",
)

desk_paper = Table(
    "desk_paper",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False, comment="supplement (Mẫu 02) | refusal (Mẫu 03)"),
    Column("agency", CODE, nullable=False),
    Column("procedure", CODE, nullable=False),
    Column("applicant_name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("letter", String(32), nullable=False),
    Column("typed", Json, comment="what was typed at intake, to go on from when the papers come; null: not kept"),
    Index("ix_desk_paper_agency_at", "agency", "at"),
    comment="intakes that did not become a dossier",
)

#: What a search looks in is made of the other columns, and made anew when a release searches otherwise.
keep(dossier, root="id", passing=("folded",))
for _table in (dossier_version, dossier_party, component, supplement_item, comment, handover):
    keep(_table, root="dossier_id")
keep(desk_paper, root="id", passing=("folded",))
keep(procedure_version, root="id")
