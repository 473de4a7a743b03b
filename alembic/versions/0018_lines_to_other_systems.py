"""how each line to a system of others stands, what was asked there, and what the national portal knows of a dossier"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connector_state",
        sa.Column("connector", sa.String(length=255), nullable=False, comment="by its name in the configuration"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="one after the other, up to now"),
        sa.Column("resting_until", types.Moment(), nullable=True, comment="no call before: the breaker is open"),
        sa.Column("succeeded_at", types.Moment(), nullable=True),
        sa.Column("failed_at", types.Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False, comment="of the last failure, without personal data"),
        sa.Column(
            "stopped_at", types.Moment(), nullable=True, comment="given up, until an administrator lets it go on"
        ),
        sa.PrimaryKeyConstraint("connector", name=op.f("pk_connector_state")),
    )
    op.create_table(
        "connector_call",
        sa.Column("connector", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=255), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False, comment="done | refused | failed"),
        sa.Column("status", sa.SmallInteger(), nullable=True, comment="of HTTP; null where there was no answer"),
        sa.Column("sent", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("received", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("about", sa.String(length=255), nullable=False, comment="id of a dossier or delivery, of no person"),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connector", "id", name=op.f("pk_connector_call")),
        comment="journal of requests and replies: neither what was asked nor what was answered",
    )
    op.create_index("ix_connector_call_at", "connector_call", ["at"], unique=False)
    op.create_index("ix_connector_call_connector_at", "connector_call", ["connector", "at"], unique=False)
    op.create_table(
        "portal_dossier",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False, comment="by which the portal knows it"),
        sa.Column("origin", sa.String(length=16), nullable=False, comment="here | portal"),
        sa.Column("told", sa.Integer(), nullable=False, comment="number of the last status that the portal knows"),
        sa.Column("told_at", types.Moment(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 of what the portal was told"),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_portal_dossier")),
        comment="what the national portal knows of a dossier",
    )


def downgrade() -> None:
    op.drop_table("portal_dossier")
    op.drop_table("connector_call")
    op.drop_table("connector_state")
