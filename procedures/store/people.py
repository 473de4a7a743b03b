"""Tables of officials, their roles and accounts, and of the programs that call the API."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment

CODE = String(64)
USERNAME = String(100)

official = Table(
    "official",
    metadata,
    Column("username", USERNAME, primary_key=True),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False, comment="chức vụ"),
    Column("agency", CODE, nullable=False, comment="home agency; roles may lie at others"),
    Column("email", NAME),
    Column("phone", String(64)),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, comment="the first day on which the person is no more in office"),
    Column("folded", Text, nullable=False),
    Index("ix_official_agency", "agency"),
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", ID, primary_key=True),
    Column("official", USERNAME, nullable=False),
    Column("role", String(32), nullable=False),
    Column("agency", CODE, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, comment="the first day on which it no longer holds"),
    Column("on_behalf_of", USERNAME, comment="whose role it is, where it is delegated"),
    Column("scope", Json, comment="what a delegation is limited to"),
    Column("reason", Text),
    Column("by", NAME),
    Column("at", Moment, nullable=False),
    Index("ix_role_grant_official", "official"),
    Index("ix_role_grant_group", "role", "agency"),
)

absence = Table(
    "absence",
    metadata,
    Column("id", ID, primary_key=True),
    Column("official", USERNAME, nullable=False),
    Column("substitute", USERNAME, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False, comment="the last day away"),
    Column("roles", Json, nullable=False, comment="pairs of role and agency, lent to the substitute"),
    Column("grants", Json, nullable=False, comment="ids of the grants that give them"),
    Column("capacity", String(8), nullable=False, comment="KT, TL or TUQ on what is signed; or empty"),
    Column("basis", Text, nullable=False, comment="the paper that gives the capacity"),
    Column("reason", Text, nullable=False),
    Column("by", USERNAME, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_on", Date, comment="the day of coming back, or of calling it off, where before its time"),
    Column("ended_by", USERNAME),
    Index("ix_absence_official", "official", "last"),
    Index("ix_absence_substitute", "substitute", "last"),
    comment="who is away from when to when, and who does their work",
)

account = Table(
    "account",
    metadata,
    Column("username", USERNAME, primary_key=True),
    Column("password", Text, comment="argon2; null: cannot sign in yet"),
    Column("must_change", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("epoch", ID, nullable=False, comment="changes with the password: older sessions end"),
    Column("created_at", Moment, nullable=False),
    Column("signed_in_at", Moment),
)

password_token = Table(
    "password_token",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the token; the token itself is kept nowhere"),
    Column("username", USERNAME, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("by", NAME),
)

sign_in_session = Table(
    "sign_in_session",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the token"),
    Column("username", USERNAME, nullable=False),
    Column("epoch", ID, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("address", String(64)),
    Column("program", String(255), comment="what the browser calls itself"),
    Index("ix_sign_in_session_username", "username"),
)

draft = Table(
    "draft",
    metadata,
    Column("username", USERNAME, nullable=False),
    Column("place", String(255), nullable=False, comment="address of the page"),
    Column("typed", Json, nullable=False, comment="the fields of the page by name"),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("username", "place"),
    comment="what an official had typed when the session ended, until it is opened again or too old",
)

client = Table(
    "client",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("secret", String(64), nullable=False, comment="SHA-256: a secret of 256 random bits needs no slow hash"),
    Column("name", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("official", USERNAME, nullable=False, comment="the service official it acts as"),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

client_acts_for = Table(
    "client_acts_for",
    metadata,
    Column("client", String(100), primary_key=True),
    Column("official", USERNAME, primary_key=True),
    comment="the officials as whom a client may act",
)

failed_try = Table(
    "failed_try",
    metadata,
    Column("key", String(64), primary_key=True, comment="SHA-256 of what was tried, and by whom it is counted"),
    Column("about", String(64), nullable=False, comment="SHA-256 of what was tried"),
    Column("tries", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Index("ix_failed_try_about", "about"),
    comment="wrong passwords and wrong second facts, forgotten after a day",
)

look_up = Table(
    "look_up",
    metadata,
    Column("hash", String(64), primary_key=True, comment="SHA-256 of the token; the token is in the cookie"),
    Column("dossier", ID, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Index("ix_look_up_opened_at", "opened_at"),
    comment="dossiers open in a browser by code and second fact, until closed or half an hour old",
)

keep(official, log="administration/officials", passing=("folded",))
keep(role_grant, log="administration/officials")
keep(absence, log="administration/officials")
keep(account, log="administration/accounts", passing=("signed_in_at",))
#: Who could put in a session or a link for a new password could sign in as anybody.
keep(password_token, log="administration/accounts")
keep(sign_in_session, log="administration/accounts", passing=("seen_at",))
keep(client, log="administration/clients")
keep(client_acts_for, log="administration/clients")
