"""drafts"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=255), nullable=False, comment="address of the page"),
        sa.Column("typed", types.Json(), nullable=False, comment="the fields of the page by name"),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("username", "place", name=op.f("pk_draft")),
        comment="what an official had typed when the session ended, until it is opened again or too old",
    )
    op.add_column(
        "desk_paper",
        sa.Column(
            "typed",
            types.Json(),
            nullable=True,
            comment="what was typed at intake, to go on from when the papers come; null: not kept",
        ),
    )


def downgrade() -> None:
    op.drop_column("desk_paper", "typed")
    op.drop_table("draft")
