"""what is being signed, and runs of many signatures"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False, comment="of the result"),
        sa.Column(
            "claim",
            sa.String(length=36),
            nullable=False,
            comment="of the press that signs: nobody else's answer is taken",
        ),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False, comment="of the file that was on the screen"),
        sa.Column("signed", sa.String(length=64), comment="of the same file with the signature; null: not signed yet"),
        sa.Column("expires", types.Moment(), nullable=False, comment="what is not signed by then is anybody's again"),
        sa.PrimaryKeyConstraint("root_id", "token", name=op.f("pk_signing")),
        comment="results that are being signed: claimed, signed outside any transaction, then recorded and taken away",
    )
    op.create_table(
        "signing_run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False),
        sa.Column("began_at", types.Moment(), nullable=False),
        sa.Column("beat_at", types.Moment(), nullable=False, comment="the last sign of life of who performs it"),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False, comment="token | phone"),
        sa.Column(
            "waits_vi", sa.Text(), nullable=False, comment="what is waited for: of the person, on another device"
        ),
        sa.Column("waits_en", sa.Text(), nullable=False),
        sa.Column("items", types.Json(), nullable=False, comment="[{task, code, name, state, vi, en}]"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_run")),
        comment="many results signed by one unlock: what became of each",
    )
    op.create_index("ix_signing_run_who", "signing_run", ["who", "began_at"])


def downgrade() -> None:
    op.drop_table("signing_run")
    op.drop_table("signing")
