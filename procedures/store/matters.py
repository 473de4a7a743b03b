"""Tables of matters: what a route that begins on a page was told, what it is about, and the meetings that it calls."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

CODE = String(64)

document_matter = Table(
    "document_matter",
    metadata,
    Column("root_id", ID, primary_key=True),
    Column("fields", Json, nullable=False, comment="what was entered in the form of the route"),
)

document_link = Table(
    "document_link",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("about", ID, nullable=False, comment="the document that it is about, follows from, or came of"),
    PrimaryKeyConstraint("root_id", "about"),
    Index("ix_document_link_about", "about"),
)

meeting = Table(
    "meeting",
    metadata,
    Column("root_id", ID, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("chair", NAME, comment="who presides"),
    Column("place", Text, nullable=False, comment="where it is held, beside the rooms that are booked"),
    Column("link", Text, comment="address of the video meeting; null: nobody joins from elsewhere"),
    Column("sequence", Integer, nullable=False, comment="of what the guests were told (RFC 5545); -1: nothing yet"),
    Column("called_off_at", Moment),
    Index("ix_meeting_starts", "agency", "starts"),
    Index("ix_meeting_chair", "chair", "starts"),
)

meeting_guest = Table(
    "meeting_guest",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("username", NAME, comment="an official of this system; null: from outside"),
    PrimaryKeyConstraint("root_id", "position"),
    Index("ix_meeting_guest_username", "username", "root_id"),
)

meeting_booking = Table(
    "meeting_booking",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("resource", ID, nullable=False),
    PrimaryKeyConstraint("root_id", "resource"),
    Index("ix_meeting_booking_resource", "resource"),
)

meeting_resource = Table(
    "meeting_resource",
    metadata,
    Column("id", ID, primary_key=True),
    Column("agency", CODE, nullable=False, comment="who keeps it; agencies below book it too"),
    Column("kind", String(16), nullable=False, comment="room | bridge (điểm cầu)"),
    Column("name", Text, nullable=False),
    Column("seats", Integer),
    Column("closed_on", Date, comment="no longer booked from that day on"),
    Column("shared", Boolean, nullable=False, comment="several meetings may have it at once"),
    Index("ix_meeting_resource_agency", "agency", "kind"),
)

keep(document_matter, root="root_id")
keep(document_link, root="root_id")
keep(meeting, root="root_id")
keep(meeting_guest, root="root_id")
keep(meeting_booking, root="root_id")
keep(meeting_resource, log="administration/meeting_resources")
