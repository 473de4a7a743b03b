"""signed seals and reads"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signed_seal",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False, comment="counted from 1 without gaps"),
        sa.Column("text", sa.Text(), nullable=False, comment="JSON, as it was hashed and signed"),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of the text"),
        sa.Column(
            "key",
            sa.String(length=16),
            nullable=True,
            comment="which public key; null: there was no key, so it is not signed",
        ),
        sa.Column("signature", sa.String(length=128), nullable=True, comment="Ed25519 over the text, base64"),
        sa.Column("sealed_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_signed_seal")),
        comment="the day's seals; those in the table seal are of releases that did not sign",
    )
    op.create_table(
        "sealed_head",
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", "position", name=op.f("pk_sealed_head")),
        comment="the ends of chains that a seal covers, as they were committed when it was made",
    )
    op.create_index("ix_sealed_head_root_id_seq", "sealed_head", ["root_id", "seq"])
    op.create_table(
        "read_log",
        sa.Column(
            "chain",
            sa.String(length=64),
            nullable=False,
            comment="read/<day, UTC>/<process>: each process has its own a day",
        ),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("act", sa.String(length=255), nullable=False, comment="what it was read for: the page or call"),
        sa.Column("root_id", sa.String(length=36), nullable=True, comment="whose data, where it is of one"),
        sa.Column(
            "data",
            sa.Text(),
            nullable=False,
            comment="JSON, as it was hashed: all whose data were shown, and from where",
        ),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 over the hash before it and this row"),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_read_log")),
        comment="who read whose data: append-only; one chain of hashes a day and process",
    )
    op.create_index("ix_read_log_at", "read_log", ["at"])
    op.create_index("ix_read_log_root_id_at", "read_log", ["root_id", "at"])
    op.create_index("ix_read_log_who_at", "read_log", ["who", "at"])


def downgrade() -> None:
    for table in ("read_log", "sealed_head", "signed_seal"):
        op.drop_table(table)
