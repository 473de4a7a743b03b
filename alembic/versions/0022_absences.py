"""absences of officials: from when to when, and who does their work"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID, USERNAME = sa.String(length=36), sa.String(length=100)


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", ID, nullable=False),
        sa.Column("official", USERNAME, nullable=False),
        sa.Column("substitute", USERNAME, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False, comment="the last day away"),
        sa.Column("roles", types.Json(), nullable=False, comment="pairs of role and agency, lent to the substitute"),
        sa.Column("grants", types.Json(), nullable=False, comment="ids of the grants that give them"),
        sa.Column("capacity", sa.String(length=8), nullable=False, comment="KT, TL or TUQ on what is signed; or empty"),
        sa.Column("basis", sa.Text(), nullable=False, comment="the paper that gives the capacity"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", USERNAME, nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("ended_on", sa.Date(), comment="the day of coming back, or of calling it off, where before its time"),
        sa.Column("ended_by", USERNAME),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        comment="who is away from when to when, and who does their work",
    )
    op.create_index("ix_absence_official", "absence", ["official", "last"])
    op.create_index("ix_absence_substitute", "absence", ["substitute", "last"])


def downgrade() -> None:
    op.drop_table("absence")
