"""nothing is received on an act that has ended: versions that tell the end of a basis are retired after it"""

from datetime import date, timedelta

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

VERSION = sa.table(
    "procedure_version", sa.column("id", sa.String), sa.column("settings", types.Json), sa.column("retired_on", sa.Date)
)


def upgrade() -> None:
    """There are hundreds of versions at most: each is read once."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(VERSION)).all():
        told = [one["until"] for one in row.settings.get("legal_basis") or () if one.get("until")]
        after = date.fromisoformat(min(told)) + timedelta(days=1) if told else None
        if after is not None and (row.retired_on is None or row.retired_on > after):
            bind.execute(sa.update(VERSION).where(VERSION.c.id == row.id).values(retired_on=after))


def downgrade() -> None:
    """What was said stays true: nothing is received on an act that has ended."""
