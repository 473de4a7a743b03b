"""documents are composed in the browser, remarked upon, corrected; agencies have templates of their own"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ID, NAME, CODE = sa.String(length=36), sa.String(length=255), sa.String(length=64)


def upgrade() -> None:
    op.create_table(
        "document_comment",
        sa.Column("root_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the draft that was read"),
        sa.Column("answers", ID, nullable=True, comment="the remark that it answers; null: a remark of its own"),
        sa.Column("passage", sa.Text(), nullable=False, comment="as it stood there; empty for an answer"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", NAME, nullable=False),
        sa.Column("resolved_at", types.Moment(), nullable=True),
        sa.Column("resolved_by", NAME, nullable=True),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_document_comment")),
    )
    op.create_table(
        "document_template",
        sa.Column("agency", CODE, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("sha256", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as its sender called it: shown, never trusted"),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", NAME, nullable=True),
        sa.PrimaryKeyConstraint("agency", "kind", name=op.f("pk_document_template")),
    )
    op.add_column(
        "document_version",
        sa.Column(
            "content",
            types.Json(),
            nullable=True,
            comment="the parts of which it was composed in the browser; null: it was uploaded",
        ),
    )
    op.add_column(
        "document_version", sa.Column("word", CODE, nullable=True, comment="the same as .docx; null: it was uploaded")
    )
    op.add_column(
        "document",
        sa.Column("corrects", ID, nullable=True, comment="the outgoing document whose format it mends (đính chính)"),
    )


def downgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.drop_column("corrects")
    with op.batch_alter_table("document_version") as table:
        table.drop_column("word")
        table.drop_column("content")
    op.drop_table("document_template")
    op.drop_table("document_comment")
