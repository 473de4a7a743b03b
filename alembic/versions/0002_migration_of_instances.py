"""migration of instances"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "migration_plan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "source", sa.String(length=36), nullable=False, comment="the deployment that instances are taken from"
        ),
        sa.Column("target", sa.String(length=36), nullable=False),
        sa.Column(
            "by_hand",
            types.Json(),
            nullable=False,
            comment="process/element → element, or null: left without a counterpart",
        ),
        sa.Column("processes", types.Json(), nullable=False, comment="process → process, where the ids differ"),
        sa.Column(
            "flows",
            types.Json(),
            nullable=False,
            comment="flow → flow, where gateways hold tokens by flows of other ids",
        ),
        sa.Column("timers", sa.String(length=16), nullable=False, comment="keep | recompute"),
        sa.Column("deadlines", sa.String(length=16), nullable=False, comment="keep | recompute"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_plan")),
    )
    op.create_index("ix_migration_plan_source", "migration_plan", ["source"])
    op.create_table(
        "migration",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("plan", sa.String(length=36), nullable=False),
        sa.Column(
            "status",
            sa.String(length=16),
            nullable=False,
            comment="rehearsed | waiting | done | refused | undoing | undone",
        ),
        sa.Column("fits", sa.Boolean(), nullable=True, comment="what the last rehearsal or try said"),
        sa.Column("report", types.Json(), nullable=True, comment="what happens, or happened: lines and reasons"),
        sa.Column("why", types.Json(), nullable=True, comment="why the last migration or undoing was refused"),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "seq",
            sa.Integer(),
            nullable=True,
            comment="end of the log when it was migrated: undone only while it stands there",
        ),
        sa.Column("state", sa.LargeBinary(), nullable=True, comment="the state before"),
        sa.Column(
            "kept",
            types.Json(),
            nullable=True,
            comment="what else undoing needs: work items, and what the application kept",
        ),
        sa.PrimaryKeyConstraint("root_id", "plan", name=op.f("pk_migration")),
        comment="one instance by one plan: its rehearsal, its migration, its undoing",
    )
    op.create_index("ix_migration_plan_status", "migration", ["plan", "status"])
    op.add_column(
        "dossier",
        sa.Column(
            "term_version",
            sa.String(length=36),
            nullable=True,
            comment="whose legal term counts, where not that version's: received under older rules",
        ),
    )


def downgrade() -> None:
    op.drop_column("dossier", "term_version")
    op.drop_index("ix_migration_plan_status", table_name="migration")
    op.drop_table("migration")
    op.drop_index("ix_migration_plan_source", table_name="migration_plan")
    op.drop_table("migration_plan")
