"""fees are reduced, given back and closed"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fee", sa.Column("full", sa.BigInteger(), comment="đồng before it was reduced; null: it was not"))
    op.add_column(
        "fee", sa.Column("percent", sa.SmallInteger(), comment="by how much it was reduced; 100: nothing is asked")
    )
    op.add_column("fee", sa.Column("basis", sa.Text(), comment="by which rule and paper"))
    op.create_index("ix_fee_paid_by_paid_at", "fee", ["paid_by", "paid_at"])
    op.create_index("ix_fee_paid_at", "fee", ["paid_at"])
    op.create_table(
        "refund",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("receipt", sa.String(length=32), nullable=False, comment="of what was paid"),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="đồng"),
        sa.Column("method", sa.String(length=16), nullable=False, comment="how it is given back: as it was paid"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("asked_at", types.Moment(), nullable=False),
        sa.Column("asked_by", sa.String(length=255), nullable=False),
        sa.Column("decided_at", types.Moment()),
        sa.Column("decided_by", sa.String(length=255)),
        sa.Column("approved", sa.Boolean()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("paid_at", types.Moment()),
        sa.Column("paid_by", sa.String(length=255)),
        sa.Column("paper", sa.String(length=32), comment="the slip by which it was given back"),
        sa.PrimaryKeyConstraint("dossier_id", "id", name=op.f("pk_refund")),
        comment="fees given back: proposed by the desk, decided by another person",
    )
    op.create_index("ix_refund_id", "refund", ["id"])
    op.create_index("ix_refund_decided_at", "refund", ["decided_at"])
    op.create_index("ix_refund_paid_by_paid_at", "refund", ["paid_by", "paid_at"])
    op.create_table(
        "fee_closing",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("cashier", sa.String(length=255), nullable=False),
        sa.Column("cashier_name", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("cash", sa.BigInteger(), nullable=False, comment="đồng that should be in the drawer"),
        sa.Column("transfers", sa.BigInteger(), nullable=False, comment="đồng that came by bank transfer"),
        sa.Column("counted", sa.BigInteger(), nullable=False, comment="đồng that were counted"),
        sa.Column("reason", sa.Text(), nullable=False, comment="of the difference"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="open | back | confirmed"),
        sa.Column("decided_at", types.Moment()),
        sa.Column("head", sa.String(length=255)),
        sa.Column("head_name", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("paper", sa.String(length=32)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_closing")),
        comment="the day's closing of a cashier, and the head's word on it",
    )
    op.create_index("ix_fee_closing_agency_at", "fee_closing", ["agency", "at"])
    op.create_index("ix_fee_closing_cashier_at", "fee_closing", ["cashier", "at"])
    op.create_table(
        "fee_closing_line",
        sa.Column("closing", sa.String(length=36), nullable=False),
        sa.Column(
            "paper",
            sa.String(length=32),
            nullable=False,
            comment="the receipt, or the slip of a refund: each is closed once",
        ),
        sa.Column("number", sa.String(length=255), nullable=False),
        sa.Column("dossier_code", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="đồng; below zero: given back"),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("paper", name=op.f("pk_fee_closing_line")),
        comment="what a closing counts",
    )
    op.create_index("ix_fee_closing_line_closing", "fee_closing_line", ["closing"])


def downgrade() -> None:
    op.drop_table("fee_closing_line")
    op.drop_table("fee_closing")
    op.drop_table("refund")
    op.drop_index("ix_fee_paid_at", "fee")
    op.drop_index("ix_fee_paid_by_paid_at", "fee")
    for name in ("basis", "percent", "full"):
        op.drop_column("fee", name)
