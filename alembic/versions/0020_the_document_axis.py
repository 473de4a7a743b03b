"""documents of the national axis: what came, what goes, receipts and requests; what a document replaces"""

from typing import Any

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID, NAME, CODE = sa.String(length=36), sa.String(length=255), sa.String(length=64)


def _column(name: str, kind: Any, comment: str | None = None, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)


def _maybe(name: str, kind: Any, comment: str | None = None) -> sa.Column[Any]:
    return _column(name, kind, comment, nullable=True)


def upgrade() -> None:
    op.create_table(
        "axis_document",
        _column("root_id", ID),
        _column("document_id", sa.Text(), "DocumentId of edXML, under which both sides know it"),
        _column("organ", CODE, "OrganId of who sent it"),
        _column("organ_name", sa.Text()),
        _column("said_at", types.Moment(), "of the message whose content is in force"),
        _maybe("message", CODE, "of the message as it came; null: it goes from here"),
        _maybe("judged", types.Json(), "what was said of the message's signature"),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_axis_document")),
    )
    op.create_index("ix_axis_document_document_id", "axis_document", ["document_id"])
    op.create_table(
        "axis_file",
        _column("root_id", ID),
        _column("position", sa.Integer()),
        _maybe("sha256", CODE, "null: it could not be taken"),
        _column("name", sa.Text(), "as the sender called it: shown, never trusted"),
        _column("type", NAME),
        _column("size", sa.Integer()),
        _maybe("fault", sa.Text(), "why it could not be taken"),
        _maybe("judged", types.Json(), "what was said of its signatures"),
        sa.PrimaryKeyConstraint("root_id", "position", name=op.f("pk_axis_file")),
    )
    op.create_index("ix_axis_file_sha256", "axis_file", ["sha256"])
    op.create_table(
        "axis_recipient",
        _column("root_id", ID),
        _column("organ", CODE),
        _column("name", sa.Text()),
        _column("position", sa.Integer(), "of the document's recipient of that name"),
        sa.PrimaryKeyConstraint("root_id", "organ", name=op.f("pk_axis_recipient")),
    )
    op.create_table(
        "axis_message",
        _column("root_id", ID),
        _column("id", ID),
        _column("kind", NAME, "document | recall | update | replace | status"),
        _maybe("code", sa.String(length=2), "of a status message"),
        _maybe("request", ID, "the request that a status answers"),
        _column("text", sa.Text(), "reason or description"),
        _maybe("content", types.Json(), "header of a status about what did not become a document"),
        _column("ordered_at", types.Moment()),
        _maybe("ordered_by", NAME),
        _maybe("sent_at", types.Moment()),
        _maybe("axis_id", NAME, "as the axis calls it"),
        _maybe("problem", sa.Text(), "why it was given up; null: it is sent, or still tried"),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_axis_message")),
    )
    op.create_table(
        "axis_receipt",
        _column("root_id", ID),
        _column("id", ID, "of the message's content: said twice, it is one"),
        _column("organ", CODE),
        _column("organ_name", sa.Text()),
        _column("code", sa.String(length=2)),
        _column("text", sa.Text()),
        _column("staff", sa.Text()),
        _column("said_at", types.Moment()),
        _column("came_at", types.Moment()),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_axis_receipt")),
    )
    op.create_table(
        "axis_request",
        _column("root_id", ID),
        _column("id", ID, "of the message's content: asked twice, it is one"),
        _column("kind", NAME, "recall | update | replace"),
        _column("text", sa.Text(), "why, as the sender wrote it"),
        _column("said_at", types.Moment()),
        _column("came_at", types.Moment()),
        _column("message", CODE),
        _maybe("content", types.Json(), "of an update: the fields and files to take over"),
        _maybe("by", sa.Text(), "of a replacement: DocumentId of what takes its place"),
        _maybe("answer", sa.String(length=2), "15 agreed, 16 refused; null: nobody has decided"),
        _maybe("answer_text", sa.Text()),
        _maybe("answered_at", types.Moment()),
        _maybe("answered_by", NAME, "null: by the system, nothing had been done with the document"),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_axis_request")),
    )
    op.create_table(
        "axis_inbox",
        _column("axis_id", NAME),
        _column("kind", NAME, "edoc | status"),
        _column("organ", CODE, "of the sender, as the axis says"),
        _column("receivers", sa.Text(), "as the axis says, one a line"),
        _column("state", NAME, "trying | waiting | taken | duplicate | unreadable | refused"),
        _column("came_at", types.Moment()),
        _maybe("sha256", CODE, "of the message; null: it could not be fetched yet"),
        _column("title", sa.Text(), "what it is about, as far as it was understood"),
        _column("vi", sa.Text(), "what became of it"),
        _column("en", sa.Text()),
        _column("tries", sa.Integer()),
        _maybe("next_at", types.Moment(), "of a message that is tried again"),
        _maybe("confirmed_at", types.Moment(), "the axis has been told what became of it"),
        sa.PrimaryKeyConstraint("axis_id", name=op.f("pk_axis_inbox")),
    )
    op.create_index("ix_axis_inbox_sha256", "axis_inbox", ["sha256"])
    op.create_index("ix_axis_inbox_state", "axis_inbox", ["state", "came_at"])
    op.create_table(
        "axis_agency",
        _column("organ", CODE),
        _column("name", sa.Text()),
        _column("folded", sa.Text()),
        _maybe("email", NAME),
        _column("seen_on", sa.Date()),
        sa.PrimaryKeyConstraint("organ", name=op.f("pk_axis_agency")),
    )
    op.add_column("document", _maybe("replaces", ID, "the outgoing document whose place it takes"))


def downgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.drop_column("replaces")
    for name in reversed(
        (
            "axis_document",
            "axis_file",
            "axis_recipient",
            "axis_message",
            "axis_receipt",
            "axis_request",
            "axis_inbox",
            "axis_agency",
        )
    ):
        op.drop_table(name)
