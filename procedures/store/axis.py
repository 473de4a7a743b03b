"""Tables of the exchange with the national document axis: what came, what goes, and what each side said of it."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment
from procedures.store.documents import HASH

ORGAN = String(64)
LOG = "administration/axis"

#: A document that came from the axis or went there.
axis_document = Table(
    "axis_document",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("document_id", Text, nullable=False, comment="DocumentId of edXML, under which both sides know it"),
    Column("organ", ORGAN, nullable=False, comment="OrganId of who sent it"),
    Column("organ_name", Text, nullable=False),
    Column("said_at", Moment, nullable=False, comment="of the message whose content is in force"),
    Column("message", HASH, comment="of the message as it came; null: it goes from here"),
    Column("judged", Json, comment="what was said of the message's signature"),
    PrimaryKeyConstraint("root_id"),
    Index("ix_axis_document_document_id", "document_id"),
)

axis_file = Table(
    "axis_file",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("sha256", HASH, comment="null: it could not be taken"),
    Column("name", Text, nullable=False, comment="as the sender called it: shown, never trusted"),
    Column("type", NAME, nullable=False),
    Column("size", Integer, nullable=False),
    Column("fault", Text, comment="why it could not be taken"),
    Column("judged", Json, comment="what was said of its signatures"),
    PrimaryKeyConstraint("root_id", "position"),
    Index("ix_axis_file_sha256", "sha256"),
)

#: Whom an outgoing document goes to by the axis.
axis_recipient = Table(
    "axis_recipient",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("organ", ORGAN, nullable=False),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False, comment="of the document's recipient of that name"),
    PrimaryKeyConstraint("root_id", "organ"),
)

#: What is to be sent, and was: the outbox.
axis_message = Table(
    "axis_message",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("kind", NAME, nullable=False, comment="document | recall | update | replace | status"),
    Column("code", String(2), comment="of a status message"),
    Column("request", ID, comment="the request that a status answers"),
    Column("text", Text, nullable=False, comment="reason or description"),
    Column("content", Json, comment="header of a status about what did not become a document"),
    Column("ordered_at", Moment, nullable=False),
    Column("ordered_by", NAME),
    Column("sent_at", Moment),
    Column("axis_id", NAME, comment="as the axis calls it"),
    Column("problem", Text, comment="why it was given up; null: it is sent, or still tried"),
    PrimaryKeyConstraint("root_id", "id"),
)

#: What recipients said of a document that went there.
axis_receipt = Table(
    "axis_receipt",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False, comment="of the message's content: said twice, it is one"),
    Column("organ", ORGAN, nullable=False),
    Column("organ_name", Text, nullable=False),
    Column("code", String(2), nullable=False),
    Column("text", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("said_at", Moment, nullable=False),
    Column("came_at", Moment, nullable=False),
    PrimaryKeyConstraint("root_id", "id"),
)

#: What the sender asks of a document that is here: to give it back, to take other content, to take another document.
axis_request = Table(
    "axis_request",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False, comment="of the message's content: asked twice, it is one"),
    Column("kind", NAME, nullable=False, comment="recall | update | replace"),
    Column("text", Text, nullable=False, comment="why, as the sender wrote it"),
    Column("said_at", Moment, nullable=False),
    Column("came_at", Moment, nullable=False),
    Column("message", HASH, nullable=False),
    Column("content", Json, comment="of an update: the fields and files to take over"),
    Column("by", Text, comment="of a replacement: DocumentId of what takes its place"),
    Column("answer", String(2), comment="15 agreed, 16 refused; null: nobody has decided"),
    Column("answer_text", Text),
    Column("answered_at", Moment),
    Column("answered_by", NAME, comment="null: by the system, nothing had been done with the document"),
    PrimaryKeyConstraint("root_id", "id"),
)

#: Everything that the axis has listed, taken or not.
axis_inbox = Table(
    "axis_inbox",
    metadata,
    Column("axis_id", NAME, primary_key=True),
    Column("kind", NAME, nullable=False, comment="edoc | status"),
    Column("organ", ORGAN, nullable=False, comment="of the sender, as the axis says"),
    Column("receivers", Text, nullable=False, comment="as the axis says, one a line"),
    Column("state", NAME, nullable=False, comment="trying | waiting | taken | duplicate | unreadable | refused"),
    Column("came_at", Moment, nullable=False),
    Column("sha256", HASH, comment="of the message; null: it could not be fetched yet"),
    Column("title", Text, nullable=False, comment="what it is about, as far as it was understood"),
    Column("vi", Text, nullable=False, comment="what became of it"),
    Column("en", Text, nullable=False),
    Column("about", Text, comment="of one that waits: ids and notations of what it is about, one a line"),
    Column("tries", Integer, nullable=False),
    Column("next_at", Moment, comment="of a message that is tried again"),
    Column("confirmed_at", Moment, comment="the axis has been told what became of it"),
    Index("ix_axis_inbox_state", "state", "came_at"),
    Index("ix_axis_inbox_sha256", "sha256"),
)

#: Agencies that are reached by the axis, as it lists them.
axis_agency = Table(
    "axis_agency",
    metadata,
    Column("organ", ORGAN, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("email", NAME),
    Column("seen_on", Date, nullable=False),
)

for _table in (axis_document, axis_file, axis_recipient, axis_message, axis_receipt, axis_request):
    keep(_table, root="root_id")
keep(axis_inbox, log=LOG, passing=("tries", "next_at"))
keep(axis_agency, log=LOG, passing=("seen_on",))
