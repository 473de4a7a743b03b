"""named views of the worklist"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False, comment="own | unit | all: who sees it"),
        sa.Column(
            "owner", sa.String(length=255), nullable=False, comment="username, code of the agency, or empty for all"
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "query",
            sa.Text(),
            nullable=False,
            comment="filters, order and columns as the address of the list has them",
        ),
        sa.Column("begins", sa.Boolean(), nullable=False, comment="the list begins with it"),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        comment="named views of the worklist",
    )
    op.create_index("ix_saved_view_owner", "saved_view", ["scope", "owner"])


def downgrade() -> None:
    op.drop_table("saved_view")
