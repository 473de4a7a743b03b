"""the portal's dossiers and catalogue, routes, deliveries of webhooks, quotas of programs"""

import sqlalchemy as sa

from alembic import op
from engine.store import types

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_arrival",
        sa.Column(
            "code", sa.String(length=64), nullable=False, comment="the portal's: what arrives twice is one dossier"
        ),
        sa.Column(
            "dossier", sa.String(length=36), nullable=True, comment="what it became; null where it was not taken"
        ),
        sa.Column("procedure", sa.String(length=64), nullable=False),
        sa.Column("at", types.Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was not taken"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_portal_arrival")),
    )
    op.create_table(
        "mirrored_dossier",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("procedure", sa.String(length=64), nullable=False),
        sa.Column("procedure_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False, comment="of the ministry, that handles it"),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", types.Moment(), nullable=True),
        sa.Column("due", types.Moment(), nullable=True),
        sa.Column("finished_at", types.Moment(), nullable=True),
        sa.Column("seen_at", types.Moment(), nullable=False, comment="when the portal last told of it"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_mirrored_dossier")),
        comment="dossiers that a ministry's system handles: looked at, never counted among ours",
    )
    op.create_index("ix_mirrored_dossier_received_at", "mirrored_dossier", ["received_at"], unique=False)
    op.create_table(
        "catalogue_difference",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="new | changed | gone"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "record",
            types.Json(),
            nullable=True,
            comment="as the portal has it, in the form of the catalogue's records",
        ),
        sa.Column("lines", types.Json(), nullable=False, comment="what differs: [[what, here, there]]"),
        sa.Column("found_at", types.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_catalogue_difference")),
        comment="what the portal's catalogue says otherwise, until somebody takes it over",
    )
    op.create_table(
        "procedure_route",
        sa.Column("code", sa.String(length=64), nullable=False, comment="of the procedure"),
        sa.Column("since", sa.Date(), nullable=False, comment="the first day"),
        sa.Column("route", sa.String(length=16), nullable=False, comment="local | portal | ministry"),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", "since", name=op.f("pk_procedure_route")),
        comment="by which system a procedure is handled, from which day on",
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("root_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False, comment="the receiver knows a repeated one by it"),
        sa.Column("hook", sa.String(length=255), nullable=False),
        sa.Column("event", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="as it is sent and signed; without personal data"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="waiting | sent | failed"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", types.Moment(), nullable=False),
        sa.Column("sent_at", types.Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("root_id", "id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index("ix_webhook_delivery_hook_state", "webhook_delivery", ["hook", "state", "made_at"], unique=False)
    op.create_table(
        "client_quota",
        sa.Column("client", sa.String(length=100), nullable=False),
        sa.Column("hourly", sa.Integer(), nullable=False, comment="calls in an hour"),
        sa.PrimaryKeyConstraint("client", name=op.f("pk_client_quota")),
        comment="how often a program may call; who has no row may as often as it likes",
    )
    op.create_table(
        "client_use",
        sa.Column("client", sa.String(length=100), nullable=False),
        sa.Column("hour", types.Moment(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client", "hour", name=op.f("pk_client_use")),
    )


def downgrade() -> None:
    op.drop_table("client_use")
    op.drop_table("client_quota")
    op.drop_table("webhook_delivery")
    op.drop_table("procedure_route")
    op.drop_table("catalogue_difference")
    op.drop_table("mirrored_dossier")
    op.drop_table("portal_arrival")
