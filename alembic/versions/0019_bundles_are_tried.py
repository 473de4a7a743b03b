"""bundles that are being written are tried: plays, results of scenarios, simulations, replays"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID, USERNAME = sa.String(length=36), sa.String(length=100)


def upgrade() -> None:
    op.create_table(
        "bundle_trial",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="scenarios | play | simulation | replay"),
        sa.Column("save", sa.Integer(), nullable=False, comment="the save of the draft that it is about"),
        sa.Column("asked", types.Json(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=16),
            nullable=False,
            comment="waiting | running | stopping | done | stopped | failed",
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", types.Json(), nullable=False),
        sa.Column("by", USERNAME, nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_trial")),
        comment="plays, simulations and replays of bundles that are being written",
    )
    op.create_index("ix_bundle_trial_draft", "bundle_trial", ["draft", "kind"])


def downgrade() -> None:
    op.drop_table("bundle_trial")
