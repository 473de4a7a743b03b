"""Tables of signatures under way: what is being signed, and runs of many."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.tables import ID, NAME
from engine.store.types import Json, Moment
from procedures.store.papers import HASH, TOKEN

signing = Table(
    "signing",
    metadata,
    Column("root_id", ID, nullable=False),
    Column("token", TOKEN, nullable=False, comment="of the result"),
    Column("claim", ID, nullable=False, comment="of the press that signs: nobody else's answer is taken"),
    Column("who", NAME, nullable=False),
    Column("shown", HASH, nullable=False, comment="of the file that was on the screen"),
    Column("signed", HASH, comment="of the same file with the signature; null: not signed yet"),
    Column("expires", Moment, nullable=False, comment="what is not signed by then is anybody's again"),
    PrimaryKeyConstraint("root_id", "token"),
    comment="results that are being signed: claimed, signed outside any transaction, then recorded and taken away",
)

signing_run = Table(
    "signing_run",
    metadata,
    Column("id", ID, primary_key=True),
    Column("who", NAME, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("beat_at", Moment, nullable=False, comment="the last sign of life of who performs it"),
    Column("over", Boolean, nullable=False),
    Column("way", String(8), nullable=False, comment="token | phone"),
    Column("waits_vi", Text, nullable=False, comment="what is waited for: of the person, on another device"),
    Column("waits_en", Text, nullable=False),
    Column("items", Json, nullable=False, comment="[{task, code, name, state, vi, en}]"),
    Index("ix_signing_run_who", "who", "began_at"),
    comment="many results signed by one unlock: what became of each",
)
