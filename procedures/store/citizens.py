"""Tables of citizens: accounts and how they sign in, what they have begun to hand in, and whose dossiers are theirs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, SmallInteger, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

CODE, HASH = String(64), String(64)

citizen = Table(
    "citizen",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("id_number", CODE, nullable=False),
    Column("phone", CODE, nullable=False),
    Column("email", NAME, nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    comment="accounts of citizens; empty text: not said yet",
)

citizen_key = Table(
    "citizen_key",
    metadata,
    Column("key", HASH, primary_key=True, comment="SHA-256 of what one signs in by: phone, address, identity"),
    Column("kind", String(16), nullable=False, comment="phone | mail | identity"),
    Column("citizen", ID, nullable=False),
    Column("added_at", Moment, nullable=False),
    Index("ix_citizen_key_citizen", "citizen"),
)

citizen_code = Table(
    "citizen_code",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False, comment="phone | mail"),
    Column("contact", NAME, nullable=False),
    Column("mark", HASH, nullable=False, comment="keyed hash of the code: a row put in by hand opens nothing"),
    Column("tries", SmallInteger, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Index("ix_citizen_code_sent_at", "sent_at"),
    comment="codes that were sent, until they are used or a few minutes old",
)

citizen_session = Table(
    "citizen_session",
    metadata,
    Column("hash", HASH, primary_key=True, comment="SHA-256 of the token"),
    Column("citizen", ID, nullable=False),
    Column("level", SmallInteger, nullable=False, comment="of assurance, as vocabulary.assurance has them"),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_citizen_session_citizen", "citizen"),
)

submission = Table(
    "submission",
    metadata,
    Column("citizen", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("procedure", CODE, nullable=False),
    Column("answers", Json, nullable=False, comment="what was typed, by page and field"),
    Column("place", String(64), nullable=False, comment="the page to come back to"),
    Column("state", String(16), nullable=False, comment="draft | sent"),
    Column("dossier", ID, comment="what it became"),
    Column("created_at", Moment, nullable=False),
    Column("touched_at", Moment, nullable=False),
    Column("told_at", Moment, comment="when the citizen was told that it is unfinished"),
    PrimaryKeyConstraint("citizen", "id"),
    Index("ix_submission_state_touched_at", "state", "touched_at"),
    comment="what a citizen has begun to hand in, until it is sent or its time is over",
)

submission_file = Table(
    "submission_file",
    metadata,
    Column("citizen", ID, nullable=False),
    Column("submission", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("component", NAME, nullable=False),
    Column("sha256", HASH, nullable=False),
    Column("name", Text, nullable=False, comment="as the sender called it: shown, never trusted"),
    Column("size", BigInteger, nullable=False),
    Column("added_at", Moment, nullable=False),
    PrimaryKeyConstraint("citizen", "submission", "id"),
)

upload = Table(
    "upload",
    metadata,
    Column("citizen", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("submission", ID, nullable=False),
    Column("component", NAME, nullable=False),
    Column("name", Text, nullable=False, comment="as the sender called it: shown, never trusted"),
    Column("length", BigInteger, nullable=False, comment="bytes that are to come"),
    Column("begun_at", Moment, nullable=False),
    PrimaryKeyConstraint("citizen", "id"),
    Index("ix_upload_begun_at", "begun_at"),
    comment="files on their way in pieces, for a day; what has come lies on disk",
)

dossier_owner = Table(
    "dossier_owner",
    metadata,
    Column("dossier_id", ID, primary_key=True),
    Column("citizen", ID, nullable=False, comment="whose account handed it in"),
    Column("acting", String(16), nullable=False, comment="self | child | proxy | company"),
    Column("basis", Text, nullable=False, comment="on what one acts for another, in words"),
    Column("level", SmallInteger, nullable=False, comment="of assurance, when it was handed in"),
    Column("at", Moment, nullable=False),
    Index("ix_dossier_owner_citizen", "citizen"),
)

keep(citizen, root="id")
#: Who could put in a way to sign in, or a session, could act as anybody.
keep(citizen_key, root="citizen")
keep(citizen_session, root="citizen", passing=("seen_at",))
keep(dossier_owner, root="dossier_id")
