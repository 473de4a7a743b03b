"""Tables of documents (văn bản): what came and what goes out, with whom each lies, and what was said of its number."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint, text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

CODE = String(64)
HASH = String(64)

#: Few documents answer one, and of those that came nobody asks who put them in the tray.
_ANSWERS, _GOES_OUT = text("answers IS NOT NULL"), text("register IN ('di', 'viec', 'sao')")

document = Table(
    "document",
    metadata,
    Column("id", ID, primary_key=True, comment="also the root of its route"),
    Column("code", CODE, nullable=False, unique=True),
    Column("route", CODE, nullable=False),
    Column("route_version", ID, nullable=False),
    Column("agency", CODE, nullable=False),
    Column("register", NAME, nullable=False, comment="which register of the agency"),
    Column("state", String(16), comment="of procedures.vocabulary.documents; null: on its route"),
    Column("series", NAME, comment="of its number, within the register: chung, or of a kind; null: not numbered yet"),
    Column("year", Integer),
    Column("number", Integer, comment="in that register and year: no gap, no double"),
    Column("notation", NAME, nullable=False, comment="số ký hiệu, as its issuer wrote it"),
    Column("notation_key", String(40), comment="of what came: the same however it was typed"),
    Column("issuer", Text, nullable=False),
    Column("issued_on", Date),
    Column("kind", NAME, nullable=False, comment="of the 29 types of NĐ 30/2020/NĐ-CP"),
    Column("subject", Text, nullable=False, comment="trích yếu"),
    Column("urgency", Integer, nullable=False, comment="0 thường … 4 hỏa tốc hẹn giờ"),
    Column("medium", String(16), comment="how it came or goes: electronic | both | paper"),
    Column("signer", Text),
    Column("position", Text, comment="of the signer, with the capacity before it"),
    Column("recipients", Text, comment="nơi nhận, one a line"),
    Column("pages", Integer),
    Column("copies", Integer),
    Column("due", Date, comment="by when it asks for an answer"),
    Column("note", Text),
    Column("sender", CODE, comment="the agency of this system that sent it"),
    Column("source", ID, comment="that agency's outgoing document"),
    Column("answers", ID, comment="the incoming document that it answers"),
    Column("replaces", ID, comment="the outgoing document whose place it takes"),
    Column("corrects", ID, comment="the outgoing document whose format it mends (đính chính)"),
    Column("folded", Text, nullable=False),
    Column("sha256", HASH, comment="of its scan"),
    Column("file_name", Text, comment="as the sender called it: shown, never trusted"),
    Column("received_at", Moment, nullable=False),
    Column("received_by", NAME),
    Column("numbered_at", Moment, comment="entered in the register"),
    Column("numbered_by", NAME),
    Column("acknowledged_at", Moment),
    Column("unit", String(30), comment="ký hiệu of the drafting unit, in the notation of a công văn"),
    Column("capacity", String(8), comment="of the signer: TT, TM, KT, TL, TUQ, Q; null: not approved"),
    Column("approved_at", Moment, comment="the version in force was approved; null: it may still change"),
    Column("approved_by", NAME),
    Column("dispatched_at", Moment),
    Column("dispatched_by", NAME),
    Column("ended_at", Moment, comment="done, returned, recalled, or given up"),
    Column("reason", Text, comment="why it was returned, recalled or given up"),
    Column("channel", String(16), comment="how it came: upload | scan | mail | axis | system"),
    Column("item", ID, comment="of the tray: the mail or scan that it came by"),
    Column("suggested", Json, comment="fields that nobody has looked at yet, and where they are from"),
    Column("double_reason", Text, comment="why it was registered though one of its kind was there"),
    UniqueConstraint("agency", "register", "series", "year", "number"),
    Index("ix_document_agency_received_at", "agency", "register", "received_at"),
    Index("ix_document_agency_state", "agency", "register", "state", "received_at"),
    Index("ix_document_numbered_at", "agency", "register", "numbered_at"),
    Index("ix_document_notation", "agency", "notation"),
    Index("ix_document_notation_key", "agency", "notation_key"),
    Index("ix_document_source", "source"),
    Index("ix_document_answers", "answers", sqlite_where=_ANSWERS, postgresql_where=_ANSWERS),
    Index("ix_document_author", "received_by", sqlite_where=_GOES_OUT, postgresql_where=_GOES_OUT),
)

document_line = Table(
    "document_line",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("task_id", ID, nullable=False),
    Column("holder_group", NAME, comment="role@agency that it lies with; null: with a person"),
    Column("holder", NAME, comment="the official that it lies with; null: with a group"),
    Column("agency", CODE, nullable=False),
    Column("role", String(16), comment="chu_tri | phoi_hop | de_biet; null: a step of the route that is no receipt"),
    Column("step", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("due", Moment),
    Column("closed_at", Moment),
    Column("closed_by", NAME),
    Column("outcome", NAME, comment="how the step ended; null: open, or cut off"),
    PrimaryKeyConstraint("root_id", "id"),
    Index("ix_document_line_group", "holder_group", "root_id"),
    Index("ix_document_line_holder", "holder", "root_id"),
    Index("ix_document_line_task", "root_id", "task_id"),
)

document_version = Table(
    "document_version",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("number", Integer, nullable=False, comment="from 1 on"),
    Column("sha256", HASH, nullable=False),
    Column("name", Text, nullable=False, comment="as its author called it: shown, never trusted"),
    Column("type", NAME, nullable=False),
    Column("words", Text, nullable=False, comment="what it says, for the difference to the one before"),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("content", Json, comment="the parts of which it was composed in the browser; null: it was uploaded"),
    Column("word", HASH, comment="the same as .docx; null: it was uploaded"),
    PrimaryKeyConstraint("root_id", "number"),
    Index("ix_document_version_sha256", "sha256"),
)

document_recipient = Table(
    "document_recipient",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("agency", CODE, comment="an agency of this system; null: outside"),
    Column("name", Text, nullable=False),
    Column("sent_at", Moment),
    Column("delivered", ID, comment="the incoming document that it became there"),
    PrimaryKeyConstraint("root_id", "position"),
    Index("ix_document_recipient_delivered", "delivered"),
)

#: Numbers that no document bears, each with its reason: what a check of gaps goes by.
document_number = Table(
    "document_number",
    metadata,
    Column("agency", CODE, nullable=False),
    Column("register", NAME, nullable=False),
    Column("series", NAME, nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False, comment="reserved | void | filled"),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    Column("filled_by", ID, comment="the document that took it afterwards (cấp bù)"),
    Column("filled_at", Moment),
    PrimaryKeyConstraint("agency", "register", "series", "year", "number"),
)

#: What was said of a passage of a draft, and what was answered.
document_comment = Table(
    "document_comment",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("version", Integer, nullable=False, comment="of the draft that was read"),
    Column("answers", ID, comment="the remark that it answers; null: a remark of its own"),
    Column("passage", Text, nullable=False, comment="as it stood there; empty for an answer"),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", NAME, nullable=False),
    Column("resolved_at", Moment),
    Column("resolved_by", NAME),
    PrimaryKeyConstraint("root_id", "id"),
)

#: An agency's own template of a kind of document, in the place of the shipped one.
document_template = Table(
    "document_template",
    metadata,
    Column("agency", CODE, nullable=False),
    Column("kind", NAME, nullable=False),
    Column("sha256", HASH, nullable=False),
    Column("name", Text, nullable=False, comment="as its sender called it: shown, never trusted"),
    Column("at", Moment, nullable=False),
    Column("who", NAME),
    PrimaryKeyConstraint("agency", "kind"),
)

keep(document_comment, root="root_id")
keep(document_template, log="administration/document_templates")
keep(document, root="id", passing=("folded", "notation_key"))
keep(document_line, root="root_id")
keep(document_version, root="root_id")
keep(document_recipient, root="root_id")
keep(document_number, log="administration/document_numbers")
