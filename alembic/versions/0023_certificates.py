"""the register of certificates of officials and agencies"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=64), nullable=False, comment="of the certificate itself"),
        sa.Column("kind", sa.String(length=8), nullable=False, comment="official | agency"),
        sa.Column("owner", sa.String(length=255), nullable=False, comment="username, or code of the agency"),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False, comment="hexadecimal"),
        sa.Column("first", types.Moment(), nullable=False),
        sa.Column("last", types.Moment(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False, comment="token | phone | file | upload"),
        sa.Column("body", sa.Text(), nullable=False, comment="DER, hexadecimal"),
        sa.Column("current", sa.Boolean(), nullable=False, comment="its owner signs by it now, as far as is known"),
        sa.Column("seen_at", types.Moment(), nullable=False),
        sa.Column("revoked_at", types.Moment()),
        sa.Column("told", sa.Integer(), comment="days before its end at which its owner was last told"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        comment="certificates of officials and agencies, as they were read from where they are",
    )
    op.create_index("ix_certificate_owner", "certificate", ["kind", "owner"])


def downgrade() -> None:
    op.drop_table("certificate")
