"""the tray of documents: mailboxes, scan folders, suggestions, doubles without regard to writing"""

import re
import unicodedata

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tray_item",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False, comment="mail | scan | upload"),
        sa.Column(
            "key",
            sa.String(length=255),
            nullable=False,
            comment="under which the source has it: UIDVALIDITY and UID; name, time",
        ),
        sa.Column("message_id", sa.Text(), comment="of a mail, as its sender made it"),
        sa.Column(
            "title", sa.Text(), nullable=False, comment="subject of a mail, name of a file: shown, never trusted"
        ),
        sa.Column("sender", sa.Text(), comment="address of a mail's sender; null: nobody to answer"),
        sa.Column(
            "state",
            sa.String(length=16),
            nullable=False,
            comment="taken | unusable | refused | double | ignored | trying",
        ),
        sa.Column("vi", sa.Text(), nullable=False, comment="why it is no document"),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("came_at", types.Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("seen_at", types.Moment(), comment="the registry has looked at what did not become a document"),
        sa.Column("seen_by", sa.String(length=255)),
        sa.PrimaryKeyConstraint("agency", "id", name=op.f("pk_tray_item")),
    )
    op.create_index("ix_tray_item_key", "tray_item", ["agency", "source", "key"], unique=True)
    op.create_index("ix_tray_item_message_id", "tray_item", ["agency", "message_id"])
    op.create_index("ix_tray_item_state", "tray_item", ["agency", "state", "came_at"])
    op.create_table(
        "tray_file",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), comment="null: it could not be taken"),
        sa.Column("name", sa.Text(), nullable=False, comment="as the sender called it: shown, never trusted"),
        sa.Column("type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("fault", sa.Text(), comment="why it could not be taken"),
        sa.Column("judged", types.Json(), comment="what was said of its signatures"),
        sa.PrimaryKeyConstraint("root_id", "position", name=op.f("pk_tray_file")),
    )
    op.create_index("ix_tray_file_sha256", "tray_file", ["sha256"])
    for column in (
        sa.Column("channel", sa.String(length=16), comment="how it came: upload | scan | mail | axis | system"),
        sa.Column("item", sa.String(length=36), comment="of the tray: the mail or scan that it came by"),
        sa.Column("suggested", types.Json(), comment="fields that nobody has looked at yet, and where they are from"),
        sa.Column("double_reason", sa.Text(), comment="why it was registered though one of its kind was there"),
        sa.Column("notation_key", sa.String(length=40), comment="of what came: the same however it was typed"),
    ):
        op.add_column("document", column)
    _fill()
    op.create_index("ix_document_notation_key", "document", ["agency", "notation_key"])


def _fill() -> None:
    """What came before has its key, too: by portions, in the order of the ids."""
    table = sa.table(
        "document", sa.column("id"), sa.column("register"), sa.column("notation"), sa.column("notation_key")
    )
    connection, after = op.get_bind(), ""
    change = table.update().where(table.c.id == sa.bindparam("one")).values(notation_key=sa.bindparam("key"))
    while True:
        rows = connection.execute(
            sa.select(table.c.id, table.c.notation)
            .where(table.c.id > after, table.c.register == "den", table.c.notation != "")
            .order_by(table.c.id)
            .limit(2000)
        ).all()
        if not rows:
            return
        connection.execute(change, [{"one": row.id, "key": _key(row.notation) or None} for row in rows])
        after = rows[-1].id


def _key(notation: str) -> str:
    """As it stood in `procedures.documents.notation.notation_key` when this was written."""
    lowered = unicodedata.normalize("NFD", notation.casefold()).replace("đ", "d")
    return re.sub(r"^0+(?=\d)", "", re.sub(r"[^0-9a-z]", "", lowered))[:40]


def downgrade() -> None:
    op.drop_index("ix_document_notation_key", "document")
    for name in ("notation_key", "double_reason", "suggested", "item", "channel"):
        op.drop_column("document", name)
    op.drop_table("tray_file")
    op.drop_table("tray_item")
