"""how a result was returned, on what paper, and why without a signature"""

import sqlalchemy as sa

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

COLUMNS = (
    ("way", sa.String(length=16), "of procedures.vocabulary.returns; null: before it was asked"),
    ("proof", sa.Text(), "the paper shown, the authority to take it, or the number of what was posted"),
    ("unsigned", sa.String(length=16), "why there is no drawn signature"),
)


def upgrade() -> None:
    for name, kind, comment in COLUMNS:
        op.add_column("handover", sa.Column(name, kind, comment=comment))


def downgrade() -> None:
    for name, _kind, _comment in reversed(COLUMNS):
        op.drop_column("handover", name)
