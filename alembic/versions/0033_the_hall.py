"""appointments with a desk, and the tickets of its hall"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False, comment="what one types at the ticket machine"),
        sa.Column(
            "procedure", sa.String(length=64), nullable=False, comment="what one comes for; empty: something else"
        ),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="booked | cancelled | came"),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "id", name=op.f("pk_appointment")),
        comment="when a citizen comes to a desk; gone thirty days after",
    )
    op.create_index("ix_appointment_agency_at", "appointment", ["agency", "at"])
    op.create_index("ix_appointment_citizen", "appointment", ["citizen"])
    op.create_table(
        "ticket_day",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False, comment="the last number given"),
        sa.PrimaryKeyConstraint("agency", "day", name=op.f("pk_ticket_day")),
    )
    op.create_table(
        "ticket",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken_at", types.Moment(), nullable=False),
        sa.Column("booked_for", types.Moment(), comment="of an appointment: its time"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="waiting | called | served | missed"),
        sa.Column(
            "counter", sa.String(length=32), nullable=False, comment="where it was called to; empty while it waits"
        ),
        sa.Column("calls", sa.SmallInteger(), nullable=False),
        sa.Column("called_at", types.Moment()),
        sa.Column("ended_at", types.Moment()),
        sa.Column("who", sa.String(length=255), comment="username of who called it"),
        sa.PrimaryKeyConstraint("agency", "day", "number", name=op.f("pk_ticket")),
        comment="numbers of a hall, by day; nothing of the person",
    )
    op.create_index("ix_ticket_agency_day_state", "ticket", ["agency", "day", "state"])


def downgrade() -> None:
    op.drop_table("ticket")
    op.drop_table("ticket_day")
    op.drop_table("appointment")
