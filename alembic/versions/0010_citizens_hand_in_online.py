"""citizens have accounts, and hand in online"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID, CODE, NAME = sa.String(length=36), sa.String(length=64), sa.String(length=255)


def upgrade() -> None:
    op.create_table(
        "citizen",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id_number", CODE, nullable=False),
        sa.Column("phone", CODE, nullable=False),
        sa.Column("email", NAME, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen")),
        comment="accounts of citizens; empty text: not said yet",
    )
    op.create_table(
        "citizen_key",
        sa.Column("key", CODE, nullable=False, comment="SHA-256 of what one signs in by: phone, address, identity"),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="phone | mail | identity"),
        sa.Column("citizen", ID, nullable=False),
        sa.Column("added_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_citizen_key")),
    )
    op.create_index("ix_citizen_key_citizen", "citizen_key", ["citizen"])
    op.create_table(
        "citizen_code",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="phone | mail"),
        sa.Column("contact", NAME, nullable=False),
        sa.Column("mark", CODE, nullable=False, comment="keyed hash of the code: a row put in by hand opens nothing"),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("sent_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_code")),
        comment="codes that were sent, until they are used or a few minutes old",
    )
    op.create_index("ix_citizen_code_sent_at", "citizen_code", ["sent_at"])
    op.create_table(
        "citizen_session",
        sa.Column("hash", CODE, nullable=False, comment="SHA-256 of the token"),
        sa.Column("citizen", ID, nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False, comment="of assurance, as vocabulary.assurance has them"),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("seen_at", types.Moment(), nullable=False),
        sa.Column("ended_at", types.Moment()),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_citizen_session")),
    )
    op.create_index("ix_citizen_session_citizen", "citizen_session", ["citizen"])
    op.create_table(
        "submission",
        sa.Column("citizen", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", CODE, nullable=False),
        sa.Column("answers", types.Json(), nullable=False, comment="what was typed, by page and field"),
        sa.Column("place", CODE, nullable=False, comment="the page to come back to"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="draft | sent"),
        sa.Column("dossier", ID, comment="what it became"),
        sa.Column("created_at", types.Moment(), nullable=False),
        sa.Column("touched_at", types.Moment(), nullable=False),
        sa.Column("told_at", types.Moment(), comment="when the citizen was told that it is unfinished"),
        sa.PrimaryKeyConstraint("citizen", "id", name=op.f("pk_submission")),
        comment="what a citizen has begun to hand in, until it is sent or its time is over",
    )
    op.create_index("ix_submission_state_touched_at", "submission", ["state", "touched_at"])
    op.create_table(
        "submission_file",
        sa.Column("citizen", ID, nullable=False),
        sa.Column("submission", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("component", NAME, nullable=False),
        sa.Column("sha256", CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as the sender called it: shown, never trusted"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("citizen", "submission", "id", name=op.f("pk_submission_file")),
    )
    op.create_table(
        "dossier_owner",
        sa.Column("dossier_id", ID, nullable=False),
        sa.Column("citizen", ID, nullable=False, comment="whose account handed it in"),
        sa.Column("acting", sa.String(length=16), nullable=False, comment="self | child | proxy | company"),
        sa.Column("basis", sa.Text(), nullable=False, comment="on what one acts for another, in words"),
        sa.Column("level", sa.SmallInteger(), nullable=False, comment="of assurance, when it was handed in"),
        sa.Column("at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_dossier_owner")),
    )
    op.create_index("ix_dossier_owner_citizen", "dossier_owner", ["citizen"])


def downgrade() -> None:
    for name in (
        "dossier_owner",
        "submission_file",
        "submission",
        "citizen_session",
        "citizen_code",
        "citizen_key",
        "citizen",
    ):
        op.drop_table(name)
