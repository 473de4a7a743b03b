"""what a message of the axis that waits is about: it is read again only when that has come"""

import sqlalchemy as sa

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "axis_inbox",
        sa.Column("about", sa.Text(), comment="of one that waits: ids and notations of what it is about, one a line"),
    )


def downgrade() -> None:
    op.drop_column("axis_inbox", "about")
