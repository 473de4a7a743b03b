"""matters that officials begin from a page, meetings, work files with their archive and disposal"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

OLD, NEW = sa.text("register = 'di'"), sa.text("register IN ('di', 'viec', 'sao')")


def upgrade() -> None:
    op.create_table(
        "document_matter",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("fields", types.Json(), nullable=False, comment="what was entered in the form of the route"),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_document_matter")),
    )
    op.create_table(
        "document_link",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column(
            "about",
            sa.String(length=36),
            nullable=False,
            comment="the document that it is about, follows from, or came of",
        ),
        sa.PrimaryKeyConstraint("root_id", "about", name=op.f("pk_document_link")),
    )
    op.create_index("ix_document_link_about", "document_link", ["about"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("starts", types.Moment(timezone=True), nullable=False),
        sa.Column("ends", types.Moment(timezone=True), nullable=False),
        sa.Column("chair", sa.String(length=255), nullable=True, comment="who presides"),
        sa.Column("place", sa.Text(), nullable=False, comment="where it is held, beside the rooms that are booked"),
        sa.Column(
            "link", sa.Text(), nullable=True, comment="address of the video meeting; null: nobody joins from elsewhere"
        ),
        sa.Column(
            "sequence", sa.Integer(), nullable=False, comment="of what the guests were told (RFC 5545); -1: nothing yet"
        ),
        sa.Column("called_off_at", types.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_meeting")),
    )
    op.create_index("ix_meeting_chair", "meeting", ["chair", "starts"], unique=False)
    op.create_index("ix_meeting_starts", "meeting", ["agency", "starts"], unique=False)
    op.create_table(
        "meeting_guest",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column(
            "username", sa.String(length=255), nullable=True, comment="an official of this system; null: from outside"
        ),
        sa.PrimaryKeyConstraint("root_id", "position", name=op.f("pk_meeting_guest")),
    )
    op.create_index("ix_meeting_guest_username", "meeting_guest", ["username", "root_id"], unique=False)
    op.create_table(
        "meeting_booking",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("resource", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("root_id", "resource", name=op.f("pk_meeting_booking")),
    )
    op.create_index("ix_meeting_booking_resource", "meeting_booking", ["resource"], unique=False)
    op.create_table(
        "meeting_resource",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False, comment="who keeps it; agencies below book it too"),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="room | bridge (điểm cầu)"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True, comment="no longer booked from that day on"),
        sa.Column("shared", sa.Boolean(), nullable=False, comment="several meetings may have it at once"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_resource")),
    )
    op.create_index("ix_meeting_resource_agency", "meeting_resource", ["agency", "kind"], unique=False)
    op.create_table(
        "file_list",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("approved_at", types.Moment(timezone=True), nullable=True, comment="null: still being drawn up"),
        sa.Column("approved_by", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("agency", "year", name=op.f("pk_file_list")),
    )
    op.create_table(
        "file_heading",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("notation", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("retention", sa.String(length=16), nullable=False, comment="of procedures.vocabulary.retention"),
        sa.Column("keeper", sa.String(length=255), nullable=False, comment="who opens and keeps the file"),
        sa.PrimaryKeyConstraint("agency", "year", "notation", name=op.f("pk_file_heading")),
    )
    op.create_table(
        "work_file",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("notation", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("retention", sa.String(length=16), nullable=False),
        sa.Column("keeper", sa.String(length=255), nullable=False),
        sa.Column("rights", sa.String(length=30), nullable=False, comment="how far it may be used: han_che | rong_rai"),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False, comment="of procedures.vocabulary.retention"),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("opened_at", types.Moment(timezone=True), nullable=False),
        sa.Column("closed_at", types.Moment(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=255), nullable=True),
        sa.Column("missing", sa.Text(), nullable=True, comment="what was told to be missing when it was closed"),
        sa.Column("archive_by", sa.Date(), nullable=True, comment="by when it is handed over to the archive"),
        sa.Column("offered_at", types.Moment(timezone=True), nullable=True),
        sa.Column("offered_by", sa.String(length=255), nullable=True),
        sa.Column("archived_at", types.Moment(timezone=True), nullable=True),
        sa.Column("archived_by", sa.String(length=255), nullable=True),
        sa.Column("package", sa.String(length=64), nullable=True, comment="SHA-256 of its archive package"),
        sa.Column(
            "kept_until", sa.Date(), nullable=True, comment="last day of its retention; null: not closed, or for ever"
        ),
        sa.Column(
            "held_at", types.Moment(timezone=True), nullable=True, comment="since when nothing of it may be destroyed"
        ),
        sa.Column("held_by", sa.String(length=255), nullable=True),
        sa.Column("hold_reason", sa.Text(), nullable=True),
        sa.Column("destroyed_at", types.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_file")),
        sa.UniqueConstraint("agency", "year", "notation", name=op.f("uq_work_file_agency_year_notation")),
    )
    op.create_index("ix_work_file_keeper", "work_file", ["keeper", "state"], unique=False)
    op.create_index("ix_work_file_kept_until", "work_file", ["agency", "kept_until"], unique=False)
    op.create_index("ix_work_file_state", "work_file", ["agency", "state", "archive_by"], unique=False)
    op.create_table(
        "work_file_item",
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="document | dossier"),
        sa.Column("at", types.Moment(timezone=True), nullable=False, comment="since when it lies in the file"),
        sa.Column("who", sa.String(length=255), nullable=True, comment="null: it came by itself"),
        sa.PrimaryKeyConstraint("file_id", "root_id", name=op.f("pk_work_file_item")),
    )
    op.create_index("ix_work_file_item_root", "work_file_item", ["root_id"], unique=False)
    op.create_table(
        "work_file_loan",
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("borrower", sa.String(length=255), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("asked_at", types.Moment(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("decided_at", types.Moment(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=255), nullable=True),
        sa.Column("granted", sa.Integer(), nullable=True, comment="1, 0; null: not decided yet"),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("returned_at", types.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("file_id", "id", name=op.f("pk_work_file_loan")),
    )
    op.create_index("ix_work_file_loan_borrower", "work_file_loan", ["borrower", "file_id"], unique=False)
    op.create_table(
        "disposal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False, comment="proposed | approved | done | refused"),
        sa.Column("proposed_at", types.Moment(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=255), nullable=False),
        sa.Column("first_at", types.Moment(timezone=True), nullable=True),
        sa.Column("first_by", sa.String(length=255), nullable=True),
        sa.Column("second_at", types.Moment(timezone=True), nullable=True),
        sa.Column("second_by", sa.String(length=255), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True, comment="why it was refused"),
        sa.Column("certificate", sa.String(length=64), nullable=True, comment="SHA-256 of the certificate"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
        sa.UniqueConstraint("agency", "year", "number", name=op.f("uq_disposal_agency_year_number")),
    )
    op.create_table(
        "disposal_file",
        sa.Column("disposal_id", sa.String(length=36), nullable=False),
        sa.Column("file_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("disposal_id", "file_id", name=op.f("pk_disposal_file")),
    )
    op.create_index("ix_disposal_file_file", "disposal_file", ["file_id"], unique=False)
    op.create_table(
        "destroyed_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("disposal_id", sa.String(length=36), nullable=False),
        sa.Column("root_id", sa.String(length=36), nullable=False, comment="the document or dossier that it was of"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_destroyed_content")),
    )
    op.drop_index("ix_document_author", table_name="document")
    op.create_index("ix_document_author", "document", ["received_by"], sqlite_where=NEW, postgresql_where=NEW)


def downgrade() -> None:
    op.drop_index("ix_document_author", table_name="document")
    op.create_index("ix_document_author", "document", ["received_by"], sqlite_where=OLD, postgresql_where=OLD)
    op.drop_table("destroyed_content")
    op.drop_table("disposal_file")
    op.drop_table("disposal")
    op.drop_table("work_file_loan")
    op.drop_table("work_file_item")
    op.drop_table("work_file")
    op.drop_table("file_heading")
    op.drop_table("file_list")
    op.drop_table("meeting_resource")
    op.drop_table("meeting_booking")
    op.drop_table("meeting_guest")
    op.drop_table("meeting")
    op.drop_table("document_link")
    op.drop_table("document_matter")
