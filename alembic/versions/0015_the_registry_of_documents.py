"""the registry of documents: fields of PL VI, states, lines of receipt, versions, recipients, spare numbers"""

import sqlalchemy as sa

from alembic import op
from engine.store import types
from procedures.store.searching import index_words

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OLD = "uq_document_agency_register_year_number"
NEW = "uq_document_agency_register_series_year_number"
INDEXES = {
    "ix_document_agency_received_at": ["agency", "register", "received_at"],
    "ix_document_agency_state": ["agency", "register", "state", "received_at"],
    "ix_document_notation": ["agency", "notation"],
    "ix_document_numbered_at": ["agency", "register", "numbered_at"],
    "ix_document_received_by": ["received_by", "register"],
    "ix_document_source": ["source"],
}


def _columns() -> list[sa.Column]:
    return [
        sa.Column(
            "state",
            sa.String(length=16),
            nullable=True,
            comment="of procedures.vocabulary.documents; null: on its route",
        ),
        sa.Column(
            "series",
            sa.String(length=255),
            nullable=True,
            comment="of its number, within the register: chung, or of a kind; null: not numbered yet",
        ),
        sa.Column(
            "medium", sa.String(length=16), nullable=True, comment="how it came or goes: electronic | both | paper"
        ),
        sa.Column("signer", sa.Text(), nullable=True),
        sa.Column("position", sa.Text(), nullable=True, comment="of the signer, with the capacity before it"),
        sa.Column("recipients", sa.Text(), nullable=True, comment="nơi nhận, one a line"),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True, comment="by when it asks for an answer"),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("sender", sa.String(length=64), nullable=True, comment="the agency of this system that sent it"),
        sa.Column("source", sa.String(length=36), nullable=True, comment="that agency's outgoing document"),
        sa.Column("answers", sa.String(length=36), nullable=True, comment="the incoming document that it answers"),
        sa.Column("file_name", sa.Text(), nullable=True, comment="as the sender called it: shown, never trusted"),
        sa.Column("numbered_at", types.Moment(), nullable=True, comment="entered in the register"),
        sa.Column("numbered_by", sa.String(length=255), nullable=True),
        sa.Column("acknowledged_at", types.Moment(), nullable=True),
        sa.Column(
            "unit",
            sa.String(length=30),
            nullable=True,
            comment="ký hiệu of the drafting unit, in the notation of a công văn",
        ),
        sa.Column(
            "capacity",
            sa.String(length=8),
            nullable=True,
            comment="of the signer: TT, TM, KT, TL, TUQ, Q; null: not approved",
        ),
        sa.Column(
            "approved_at",
            types.Moment(),
            nullable=True,
            comment="the version in force was approved; null: it may still change",
        ),
        sa.Column("approved_by", sa.String(length=255), nullable=True),
        sa.Column("dispatched_at", types.Moment(), nullable=True),
        sa.Column("dispatched_by", sa.String(length=255), nullable=True),
        sa.Column("ended_at", types.Moment(), nullable=True, comment="done, returned, recalled, or given up"),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was returned, recalled or given up"),
    ]


def upgrade() -> None:
    op.drop_index("ix_document_agency_received_at", table_name="document")
    with op.batch_alter_table("document") as table:
        for column in _columns():
            table.add_column(column)
        table.alter_column("year", existing_type=sa.Integer(), nullable=True)
        table.alter_column("number", existing_type=sa.Integer(), nullable=True)
        table.drop_constraint(OLD, type_="unique")
        table.create_unique_constraint(NEW, ["agency", "register", "series", "year", "number"])
    for name, columns in INDEXES.items():
        op.create_index(name, "document", columns)
    op.create_table(
        "document_line",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column(
            "holder_group",
            sa.String(length=255),
            nullable=True,
            comment="role@agency that it lies with; null: with a person",
        ),
        sa.Column(
            "holder", sa.String(length=255), nullable=True, comment="the official that it lies with; null: with a group"
        ),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.String(length=16),
            nullable=True,
            comment="chu_tri | phoi_hop | de_biet; null: a step of the route that is no receipt",
        ),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("since", types.Moment(), nullable=False),
        sa.Column("due", types.Moment(), nullable=True),
        sa.Column("closed_at", types.Moment(), nullable=True),
        sa.Column("closed_by", sa.String(length=255), nullable=True),
        sa.Column(
            "outcome", sa.String(length=255), nullable=True, comment="how the step ended; null: open, or cut off"
        ),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_document_line")),
    )
    op.create_index("ix_document_line_group", "document_line", ["holder_group", "root_id"])
    op.create_index("ix_document_line_holder", "document_line", ["holder", "root_id"])
    op.create_index("ix_document_line_task", "document_line", ["root_id", "task_id"])
    op.create_table(
        "document_version",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 1 on"),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as its author called it: shown, never trusted"),
        sa.Column("type", sa.String(length=255), nullable=False),
        sa.Column("words", sa.Text(), nullable=False, comment="what it says, for the difference to the one before"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_document_version")),
    )
    op.create_index("ix_document_version_sha256", "document_version", ["sha256"])
    op.create_table(
        "document_recipient",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=True, comment="an agency of this system; null: outside"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sent_at", types.Moment(), nullable=True),
        sa.Column(
            "delivered", sa.String(length=36), nullable=True, comment="the incoming document that it became there"
        ),
        sa.PrimaryKeyConstraint("root_id", "position", name=op.f("pk_document_recipient")),
    )
    op.create_index("ix_document_recipient_delivered", "document_recipient", ["delivered"])
    op.create_table(
        "document_number",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("register", sa.String(length=255), nullable=False),
        sa.Column("series", sa.String(length=255), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="reserved | void | filled"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("who", sa.String(length=255), nullable=True),
        sa.Column(
            "filled_by", sa.String(length=36), nullable=True, comment="the document that took it afterwards (cấp bù)"
        ),
        sa.Column("filled_at", types.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("agency", "register", "series", "year", "number", name=op.f("pk_document_number")),
    )
    index_words(op.get_bind())


def downgrade() -> None:
    op.execute("DROP INDEX IF EXISTS ix_document_words")
    op.drop_table("document_number")
    op.drop_table("document_recipient")
    op.drop_table("document_version")
    op.drop_table("document_line")
    for name in INDEXES:
        op.drop_index(name, table_name="document")
    with op.batch_alter_table("document") as table:
        table.drop_constraint(NEW, type_="unique")
        table.create_unique_constraint(OLD, ["agency", "register", "year", "number"])
        for column in reversed(_columns()):
            table.drop_column(column.name)
    op.create_index("ix_document_agency_received_at", "document", ["agency", "received_at"])
