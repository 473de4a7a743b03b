"""requests for certificates, their renewal and revocation"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_request",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=False, comment="username"),
        sa.Column("wish", sa.String(length=8), nullable=False, comment="issue | renew | revoke"),
        sa.Column("certificate", sa.String(length=64), comment="which; null for a new one"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False, comment="asked | sent | done | refused"),
        sa.Column("said", sa.Text(), nullable=False, comment="what was answered"),
        sa.Column("asked_at", types.Moment(), nullable=False),
        sa.Column("changed_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_request")),
        comment="what officials ask the administration for: a certificate, its renewal, its revocation",
    )
    op.create_index("ix_certificate_request_who", "certificate_request", ["who"])


def downgrade() -> None:
    op.drop_table("certificate_request")
