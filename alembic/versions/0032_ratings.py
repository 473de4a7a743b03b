"""what people say of how they were served"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("dossier_id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("service", sa.SmallInteger(), nullable=False, comment="1 (very bad) to 5 (very good)"),
        sa.Column("official", sa.SmallInteger(), comment="the same, of the people who served; null: not said"),
        sa.Column("said", sa.Text(), nullable=False, comment="in words; empty: nothing"),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_rating")),
        comment="how those whose dossier it was found the service, once each; nothing of the person",
    )
    op.create_index("ix_rating_agency_at", "rating", ["agency", "at"])


def downgrade() -> None:
    op.drop_table("rating")
