"""extensions are proposed"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension_proposal",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column("decided_at", types.Moment(), nullable=True),
        sa.Column("decided_by", sa.String(length=255), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", "seq", name=op.f("pk_extension_proposal")),
        comment="projection of dossier.extension_proposed and dossier.extension_decided",
    )


def downgrade() -> None:
    op.drop_table("extension_proposal")
