"""declarations are searched"""

import sqlalchemy as sa

from alembic import op
from engine.store.types import Json
from procedures.search import texts_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

dossier = sa.table("dossier", sa.column("id", sa.String), sa.column("folded", sa.Text), sa.column("form", Json))


def upgrade() -> None:
    """What a search looks in holds what the declaration says, too; by portions, so that no table is held in memory."""
    connection, last = op.get_bind(), ""
    while True:
        rows = connection.execute(
            sa.select(dossier).where(dossier.c.id > last).order_by(dossier.c.id).limit(1000)
        ).all()
        if not rows:
            break
        last = rows[-1].id
        for row in rows:
            said = texts_of(row.form)
            if said:
                connection.execute(
                    sa.update(dossier).where(dossier.c.id == row.id).values(folded=f"{row.folded} {said}")
                )


def downgrade() -> None:
    """Nothing to take away: an older release searches the same column."""
