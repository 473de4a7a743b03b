"""phrases of officials and units"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrase",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False, comment="own | unit: who chooses from it"),
        sa.Column("owner", sa.String(length=255), nullable=False, comment="username, or code of the agency"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        comment="reasons and remarks that officials write again and again",
    )
    op.create_index("ix_phrase_owner", "phrase", ["scope", "owner"])


def downgrade() -> None:
    op.drop_table("phrase")
