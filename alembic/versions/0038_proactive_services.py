"""proactive services: what citizens agree to, and what is done by it"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proactive_consent",
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("procedure", sa.String(length=64), nullable=False, comment="whose bundle has the rule"),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False, comment="how far the rule went when the citizen agreed"),
        sa.Column("assurance", sa.SmallInteger(), nullable=False, comment="how surely they were known then"),
        sa.Column("given_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("citizen", "procedure", "rule", name=op.f("pk_proactive_consent")),
        comment="rules that a citizen has agreed to; no row: not agreed",
    )
    op.create_table(
        "proactive_offer",
        sa.Column("citizen", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("cause", sa.String(length=36), nullable=False, comment="the dossier that it came of"),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False, comment="how far it went in truth"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="open | done | refused"),
        sa.Column("submission", sa.String(length=36), comment="the draft that was prepared"),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.Column("ended_at", types.Moment()),
        sa.PrimaryKeyConstraint("citizen", "id", name=op.f("pk_proactive_offer")),
        sa.UniqueConstraint("citizen", "cause", "rule", name=op.f("uq_proactive_offer_citizen_cause_rule")),
        comment="what was offered to a citizen, or done for them, by a rule that they had agreed to",
    )
    op.create_index("ix_proactive_offer_citizen_state", "proactive_offer", ["citizen", "state"])


def downgrade() -> None:
    op.drop_table("proactive_offer")
    op.drop_table("proactive_consent")
