"""bundles are written in the browser: drafts, their saves, who has one open"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID, USERNAME = sa.String(length=36), sa.String(length=100)


def upgrade() -> None:
    op.create_table(
        "bundle_draft",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "source",
            sa.String(length=64),
            nullable=False,
            comment="code of the procedure it was made from; empty: none",
        ),
        sa.Column("state", sa.String(length=16), nullable=False, comment="open | submitted | published | dropped"),
        sa.Column("head", sa.Integer(), nullable=False, comment="number of the save that counts"),
        sa.Column("created_by", USERNAME, nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("submitted_by", USERNAME, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was sent back"),
        sa.Column("version", ID, nullable=True, comment="the deployment it became"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_draft")),
        comment="bundles that are being written",
    )
    op.create_table(
        "bundle_draft_save",
        sa.Column("draft", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False, comment="the save that its author had before him"),
        sa.Column("by", USERNAME, nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("files", types.Json(), nullable=False, comment="path → hash of the text"),
        sa.Column("beside", sa.Boolean(), nullable=False, comment="met another one's save: waits for a choice"),
        sa.PrimaryKeyConstraint("draft", "number", name=op.f("pk_bundle_draft_save")),
    )
    op.create_table(
        "bundle_draft_text",
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_bundle_draft_text")),
    )
    op.create_table(
        "bundle_draft_visit",
        sa.Column("draft", ID, nullable=False),
        sa.Column("username", USERNAME, nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("draft", "username", name=op.f("pk_bundle_draft_visit")),
        comment="who has a draft open, so that others are told",
    )


def downgrade() -> None:
    for name in ("bundle_draft_visit", "bundle_draft_text", "bundle_draft_save", "bundle_draft"):
        op.drop_table(name)
