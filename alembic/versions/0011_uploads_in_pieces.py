"""uploads of citizens come in pieces"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("submission", sa.String(length=36), nullable=False),
        sa.Column("component", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as the sender called it: shown, never trusted"),
        sa.Column("length", sa.BigInteger(), nullable=False, comment="bytes that are to come"),
        sa.Column("begun_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("citizen", "id", name=op.f("pk_upload")),
        comment="files on their way in pieces, for a day; what has come lies on disk",
    )
    op.create_index("ix_upload_begun_at", "upload", ["begun_at"])


def downgrade() -> None:
    op.drop_index("ix_upload_begun_at", table_name="upload")
    op.drop_table("upload")
