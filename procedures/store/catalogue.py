"""Tables of the catalogue of procedures: what is searched, and every version of every record as it came."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from engine.store import metadata
from engine.store.kept import keep
from engine.store.types import Json, Moment

CODE = String(64)

catalogue_entry = Table(
    "catalogue_entry",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("name", Text, nullable=False),
    Column("field_code", CODE),
    Column("field_name", Text),
    Column("levels", String(64), nullable=False, comment="tinh,xa,… between commas"),
    Column("life_events", Text, nullable=False, comment="keys between commas"),
    Column("folded_name", Text, nullable=False),
    Column("folded_rest", Text, nullable=False, comment="field, results, components, agency: without diacritics"),
    Column("version", Integer, nullable=False, comment="the version in force"),
    Column("flags", Integer, nullable=False, comment="how many things are to configure or contradict each other"),
    Column("imported_at", Moment, nullable=False),
    Index("ix_catalogue_entry_field", "field_code"),
)

catalogue_version = Table(
    "catalogue_version",
    metadata,
    Column("code", CODE, nullable=False),
    Column("version", Integer, nullable=False),
    Column("hash", String(64), nullable=False, comment="SHA-256 of the record, keys sorted"),
    Column("file", Text, nullable=False),
    Column("record", Json, nullable=False, comment="as it came"),
    Column("imported_at", Moment, nullable=False),
    PrimaryKeyConstraint("code", "version"),
)

keep(catalogue_version, log="administration/catalogue")
keep(catalogue_entry, log="administration/catalogue", passing=("folded_name", "folded_rest"))
