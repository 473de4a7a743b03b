"""Tables of the tray: what mailbox and scanner brought, and the files that came beside a document."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment
from procedures.store.documents import CODE, HASH

LOG = "administration/tray"

#: A mail, or a file of the scanner: what became of it.
tray_item = Table(
    "tray_item",
    metadata,
    Column("agency", CODE, nullable=False),
    Column("id", ID, nullable=False),
    Column("source", String(16), nullable=False, comment="mail | scan | upload"),
    Column(
        "key", String(255), nullable=False, comment="under which the source has it: UIDVALIDITY and UID; name, time"
    ),
    Column("message_id", Text, comment="of a mail, as its sender made it"),
    Column("title", Text, nullable=False, comment="subject of a mail, name of a file: shown, never trusted"),
    Column("sender", Text, comment="address of a mail's sender; null: nobody to answer"),
    Column("state", String(16), nullable=False, comment="taken | unusable | refused | double | ignored | trying"),
    Column("vi", Text, nullable=False, comment="why it is no document"),
    Column("en", Text, nullable=False),
    Column("came_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("seen_at", Moment, comment="the registry has looked at what did not become a document"),
    Column("seen_by", NAME),
    PrimaryKeyConstraint("agency", "id"),
    Index("ix_tray_item_key", "agency", "source", "key", unique=True),
    Index("ix_tray_item_message_id", "agency", "message_id"),
    Index("ix_tray_item_state", "agency", "state", "came_at"),
)

#: The files of a document that came: the paper itself (position 0) and what lay beside it.
tray_file = Table(
    "tray_file",
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
    Index("ix_tray_file_sha256", "sha256"),
)

keep(tray_item, log=LOG, passing=("tries",))
keep(tray_file, root="root_id")
