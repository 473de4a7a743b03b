"""papers of dossiers go from hand to hand by slips"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handover_slip",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=255), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("from_role", sa.String(length=32), nullable=False),
        sa.Column("to_role", sa.String(length=32), nullable=False),
        sa.Column("giver", sa.String(length=255), nullable=False),
        sa.Column("giver_name", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_slip")),
        comment="papers of dossiers given from one role of an agency to another",
    )
    op.create_index("ix_handover_slip_agency_at", "handover_slip", ["agency", "at"])
    op.create_table(
        "handover_slip_row",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("slip", sa.String(length=36), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="given | accepted | refused | taken_back"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", types.Moment()),
        sa.Column("taker", sa.String(length=255)),
        sa.Column("taker_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "slip", name=op.f("pk_handover_slip_row")),
        comment="a dossier on a slip, and what became of it",
    )
    op.create_index("ix_handover_slip_row_slip", "handover_slip_row", ["slip"])
    op.create_table(
        "paper_place",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("since", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_paper_place")),
        comment="who holds the papers of a dossier; without a row: the desk",
    )


def downgrade() -> None:
    op.drop_table("paper_place")
    op.drop_table("handover_slip_row")
    op.drop_table("handover_slip")
