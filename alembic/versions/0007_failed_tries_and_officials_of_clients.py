"""failed tries and officials of clients"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "failed_try",
        sa.Column(
            "key", sa.String(length=64), nullable=False, comment="SHA-256 of what was tried, and by whom it is counted"
        ),
        sa.Column("about", sa.String(length=64), nullable=False, comment="SHA-256 of what was tried"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failed_try")),
        comment="wrong passwords and wrong second facts, forgotten after a day",
    )
    op.create_index("ix_failed_try_about", "failed_try", ["about"])
    op.create_table(
        "client_acts_for",
        sa.Column("client", sa.String(length=100), nullable=False),
        sa.Column("official", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("client", "official", name=op.f("pk_client_acts_for")),
        comment="the officials as whom a client may act",
    )
    op.drop_index("ix_tracking_attempt_key_at", table_name="tracking_attempt")
    op.drop_table("tracking_attempt")
    op.drop_column("account", "failures")
    op.drop_column("account", "locked_until")


def downgrade() -> None:
    op.add_column("account", sa.Column("locked_until", types.Moment(), nullable=True))
    op.add_column("account", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "tracking_attempt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_attempt")),
    )
    op.create_index("ix_tracking_attempt_key_at", "tracking_attempt", ["key", "at"])
    op.drop_table("client_acts_for")
    op.drop_index("ix_failed_try_about", table_name="failed_try")
    op.drop_table("failed_try")
