"""Tables of the lines to systems of others: how each stands, what was asked, and what each side knows of a dossier."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, SmallInteger, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

CODE = String(64)

connector_state = Table(
    "connector_state",
    metadata,
    Column("connector", NAME, primary_key=True, comment="by its name in the configuration"),
    Column("failures", Integer, nullable=False, comment="one after the other, up to now"),
    Column("resting_until", Moment, comment="no call before: the breaker is open"),
    Column("succeeded_at", Moment),
    Column("failed_at", Moment),
    Column("error", Text, nullable=False, comment="of the last failure, without personal data"),
    Column("stopped_at", Moment, comment="given up, until an administrator lets it go on"),
)

connector_call = Table(
    "connector_call",
    metadata,
    Column("connector", NAME, nullable=False),
    Column("id", ID, nullable=False),
    Column("operation", NAME, nullable=False),
    Column("at", Moment, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("outcome", String(16), nullable=False, comment="done | refused | failed"),
    Column("status", SmallInteger, comment="of HTTP; null where there was no answer"),
    Column("sent", Integer, nullable=False, comment="bytes"),
    Column("received", Integer, nullable=False, comment="bytes"),
    Column("about", NAME, nullable=False, comment="id of a dossier or delivery, of no person"),
    Column("error", Text, nullable=False),
    PrimaryKeyConstraint("connector", "id"),
    Index("ix_connector_call_connector_at", "connector", "at"),
    Index("ix_connector_call_at", "at"),
    comment="journal of requests and replies: neither what was asked nor what was answered",
)

portal_dossier = Table(
    "portal_dossier",
    metadata,
    Column("dossier_id", ID, primary_key=True),
    Column("code", CODE, nullable=False, comment="by which the portal knows it"),
    Column("origin", String(16), nullable=False, comment="here | portal"),
    Column("told", Integer, nullable=False, comment="number of the last status that the portal knows"),
    Column("told_at", Moment),
    Column("hash", String(64), nullable=False, comment="SHA-256 of what the portal was told"),
    comment="what the national portal knows of a dossier",
)

portal_arrival = Table(
    "portal_arrival",
    metadata,
    Column("code", CODE, primary_key=True, comment="the portal's: what arrives twice is one dossier"),
    Column("dossier", ID, comment="what it became; null where it was not taken"),
    Column("procedure", CODE, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False, comment="why it was not taken"),
)

mirrored_dossier = Table(
    "mirrored_dossier",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("procedure", CODE, nullable=False),
    Column("procedure_name", Text, nullable=False),
    Column("unit", Text, nullable=False, comment="of the ministry, that handles it"),
    Column("status", SmallInteger, nullable=False),
    Column("received_at", Moment),
    Column("due", Moment),
    Column("finished_at", Moment),
    Column("seen_at", Moment, nullable=False, comment="when the portal last told of it"),
    Index("ix_mirrored_dossier_received_at", "received_at"),
    comment="dossiers that a ministry's system handles: looked at, never counted among ours",
)

catalogue_difference = Table(
    "catalogue_difference",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("kind", String(16), nullable=False, comment="new | changed | gone"),
    Column("name", Text, nullable=False),
    Column("record", Json, comment="as the portal has it, in the form of the catalogue's records"),
    Column("lines", Json, nullable=False, comment="what differs: [[what, here, there]]"),
    Column("found_at", Moment, nullable=False),
    comment="what the portal's catalogue says otherwise, until somebody takes it over",
)

procedure_route = Table(
    "procedure_route",
    metadata,
    Column("code", CODE, nullable=False, comment="of the procedure"),
    Column("since", Date, nullable=False, comment="the first day"),
    Column("route", String(16), nullable=False, comment="local | portal | ministry"),
    Column("basis", Text, nullable=False),
    PrimaryKeyConstraint("code", "since"),
    comment="by which system a procedure is handled, from which day on",
)

webhook_delivery = Table(
    "webhook_delivery",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("id", ID, nullable=False, comment="the receiver knows a repeated one by it"),
    Column("hook", NAME, nullable=False),
    Column("event", NAME, nullable=False),
    Column("body", Text, nullable=False, comment="as it is sent and signed; without personal data"),
    Column("state", String(16), nullable=False, comment="waiting | sent | failed"),
    Column("tries", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("error", Text, nullable=False),
    PrimaryKeyConstraint("root_id", "id"),
    Index("ix_webhook_delivery_hook_state", "hook", "state", "made_at"),
)

client_quota = Table(
    "client_quota",
    metadata,
    Column("client", String(100), primary_key=True),
    Column("hourly", Integer, nullable=False, comment="calls in an hour"),
    comment="how often a program may call; who has no row may as often as it likes",
)

client_use = Table(
    "client_use",
    metadata,
    Column("client", String(100), nullable=False),
    Column("hour", Moment, nullable=False),
    Column("calls", Integer, nullable=False),
    PrimaryKeyConstraint("client", "hour"),
)

keep(portal_dossier, root="dossier_id", passing=("told", "told_at", "hash"))
keep(portal_arrival, log="administration/connectors")
keep(procedure_route, log="administration/connectors")
keep(catalogue_difference, log="administration/connectors")
keep(webhook_delivery, root="root_id", passing=("tries", "error"))
keep(client_quota, log="administration/clients")
