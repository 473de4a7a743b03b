"""outages that are told ahead"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("begins_at", types.Moment(), nullable=False),
        sa.Column("ends_at", types.Moment(), nullable=False, comment="when everything is back"),
        sa.Column("what", sa.Text(), nullable=False, comment="what cannot be used, in words"),
        sa.Column("instead", sa.Text(), nullable=False, comment="what people do meanwhile"),
        sa.Column(
            "urgent",
            sa.Text(),
            nullable=False,
            comment="why it is told less than seven working days ahead; empty: it is not",
        ),
        sa.Column("told_at", types.Moment(), nullable=False),
        sa.Column("told_by", sa.String(length=255), nullable=False),
        sa.Column("withdrawn_at", types.Moment()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
        comment="outages as they stand on every page",
    )
    op.create_index("ix_outage_ends_at", "outage", ["ends_at"])


def downgrade() -> None:
    op.drop_table("outage")
