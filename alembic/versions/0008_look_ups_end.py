"""look-ups without an account end on the server"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look_up",
        sa.Column(
            "hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token; the token is in the cookie"
        ),
        sa.Column("dossier", sa.String(length=36), nullable=False),
        sa.Column("opened_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_look_up")),
        comment="dossiers open in a browser by code and second fact, until closed or half an hour old",
    )
    op.create_index("ix_look_up_opened_at", "look_up", ["opened_at"])


def downgrade() -> None:
    op.drop_index("ix_look_up_opened_at", table_name="look_up")
    op.drop_table("look_up")
