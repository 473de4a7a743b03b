"""payments through a gateway"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False, comment="what the gateway knows it by"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="đồng"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="of procedures.payments.STATES"),
        sa.Column("said_amount", sa.BigInteger(), comment="what the gateway says was paid, where that is another"),
        sa.Column("reference", sa.String(length=255), comment="the gateway's own number"),
        sa.Column("begun_at", types.Moment(), nullable=False),
        sa.Column("settled_at", types.Moment()),
        sa.Column("receipt", sa.String(length=32)),
        sa.Column("reason", sa.Text(), comment="why it is given back"),
        sa.PrimaryKeyConstraint("dossier_id", "id", name=op.f("pk_payment")),
        comment="payments through the gateway; what the desk takes has none",
    )
    op.create_index("ix_payment_id", "payment", ["id"])
    op.create_index("ix_payment_begun_at", "payment", ["begun_at"])


def downgrade() -> None:
    op.drop_index("ix_payment_begun_at", table_name="payment")
    op.drop_index("ix_payment_id", table_name="payment")
    op.drop_table("payment")
