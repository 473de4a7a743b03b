"""the words of documents are indexed: PostgreSQL's full text, SQLite's FTS5"""

from alembic import op
from procedures.store.searching import drop_documents, index_documents

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    index_documents(op.get_bind())


def downgrade() -> None:
    drop_documents(op.get_bind())
