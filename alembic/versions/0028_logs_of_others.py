"""logs of other systems that are laid over a version"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "foreign_log",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.String(length=36), nullable=False, comment="the deployment that it is laid over"),
        sa.Column("name", sa.Text(), nullable=False, comment="of the file"),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("activities", types.Json(), nullable=False, comment="what was done → how often"),
        sa.Column(
            "elements",
            types.Json(),
            nullable=False,
            comment="what was done → the element that it is, by hand; empty: none",
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="the events, packed"),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_log")),
        comment="logs of other systems that are laid over a version; taken out again with all that they hold",
    )
    op.create_index("ix_foreign_log_version", "foreign_log", ["version"])


def downgrade() -> None:
    op.drop_table("foreign_log")
