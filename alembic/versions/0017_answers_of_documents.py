"""the indexes by which the answer to a document and what somebody drafted are found"""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


ANSWERS, GOES_OUT = sa.text("answers IS NOT NULL"), sa.text("register = 'di'")


def upgrade() -> None:
    op.create_index("ix_document_answers", "document", ["answers"], sqlite_where=ANSWERS, postgresql_where=ANSWERS)
    op.create_index("ix_document_author", "document", ["received_by"], sqlite_where=GOES_OUT, postgresql_where=GOES_OUT)
    op.drop_index("ix_document_received_by", table_name="document")


def downgrade() -> None:
    op.create_index("ix_document_received_by", "document", ["received_by", "register"])
    op.drop_index("ix_document_author", table_name="document")
    op.drop_index("ix_document_answers", table_name="document")
