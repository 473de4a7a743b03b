"""indexes for pages over very many dossiers, and the index of the search where the database has trigrams"""

import sqlalchemy as sa

from alembic import op
from procedures.store.searching import index_words

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

RUNNING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_dossier_received_at", "dossier", ["received_at"])
    op.create_index("ix_dossier_state_closed_at_due", "dossier_state", ["closed_at", "due", "dossier_id"])
    op.create_index("ix_dossier_state_finished_at", "dossier_state", ["finished_at"])
    op.create_index("ix_instance_running", "instance", ["deployment"], postgresql_where=RUNNING, sqlite_where=RUNNING)
    index_words(op.get_bind())


def downgrade() -> None:
    op.execute("DROP INDEX IF EXISTS ix_dossier_words")
    op.execute("DROP INDEX IF EXISTS ix_dossier_code_words")
    op.drop_index("ix_instance_running", table_name="instance")
    op.drop_index("ix_dossier_state_finished_at", table_name="dossier_state")
    op.drop_index("ix_dossier_state_closed_at_due", table_name="dossier_state")
    op.drop_index("ix_dossier_received_at", table_name="dossier")
