"""Tables of work files (hồ sơ công việc): the yearly list, the files and what lies in them, loans, disposal."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint

from engine.store import metadata
from engine.store.kept import keep
from engine.store.tables import ID, NAME
from engine.store.types import Moment

CODE = String(64)
NOTATION = String(20)  # FileNotation (NĐ 30/2020/NĐ-CP, Phụ lục VI)

file_list = Table(
    "file_list",
    metadata,
    Column("agency", CODE, nullable=False),
    Column("year", Integer, nullable=False),
    Column("approved_at", Moment, comment="null: still being drawn up"),
    Column("approved_by", NAME),
    PrimaryKeyConstraint("agency", "year"),
)

file_heading = Table(
    "file_heading",
    metadata,
    Column("agency", CODE, nullable=False),
    Column("year", Integer, nullable=False),
    Column("notation", NOTATION, nullable=False),
    Column("title", Text, nullable=False),
    Column("retention", String(16), nullable=False, comment="of procedures.vocabulary.retention"),
    Column("keeper", NAME, nullable=False, comment="who opens and keeps the file"),
    PrimaryKeyConstraint("agency", "year", "notation"),
)

work_file = Table(
    "work_file",
    metadata,
    Column("id", ID, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("year", Integer, nullable=False),
    Column("notation", NOTATION, nullable=False),
    Column("title", Text, nullable=False),
    Column("retention", String(16), nullable=False),
    Column("keeper", NAME, nullable=False),
    Column("rights", String(30), nullable=False, comment="how far it may be used: han_che | rong_rai"),
    Column("description", Text),
    Column("state", String(16), nullable=False, comment="of procedures.vocabulary.retention"),
    Column("folded", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", NAME),
    Column("missing", Text, comment="what was told to be missing when it was closed"),
    Column("archive_by", Date, comment="by when it is handed over to the archive"),
    Column("offered_at", Moment),
    Column("offered_by", NAME),
    Column("archived_at", Moment),
    Column("archived_by", NAME),
    Column("package", String(64), comment="SHA-256 of its archive package"),
    Column("kept_until", Date, comment="last day of its retention; null: not closed, or for ever"),
    Column("held_at", Moment, comment="since when nothing of it may be destroyed"),
    Column("held_by", NAME),
    Column("hold_reason", Text),
    Column("destroyed_at", Moment),
    UniqueConstraint("agency", "year", "notation"),
    Index("ix_work_file_state", "agency", "state", "archive_by"),
    Index("ix_work_file_keeper", "keeper", "state"),
    Index("ix_work_file_kept_until", "agency", "kept_until"),
)

work_file_item = Table(
    "work_file_item",
    metadata,
    Column("file_id", ID, nullable=False),
    Column("root_id", ID, nullable=False),
    Column("kind", String(16), nullable=False, comment="document | dossier"),
    Column("at", Moment, nullable=False, comment="since when it lies in the file"),
    Column("who", NAME, comment="null: it came by itself"),
    PrimaryKeyConstraint("file_id", "root_id"),
    Index("ix_work_file_item_root", "root_id"),
)

work_file_loan = Table(
    "work_file_loan",
    metadata,
    Column("file_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("borrower", NAME, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("until", Date, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", NAME),
    Column("granted", Integer, comment="1, 0; null: not decided yet"),
    Column("answer", Text),
    Column("returned_at", Moment),
    PrimaryKeyConstraint("file_id", "id"),
    Index("ix_work_file_loan_borrower", "borrower", "file_id"),
)

disposal = Table(
    "disposal",
    metadata,
    Column("id", ID, primary_key=True),
    Column("agency", CODE, nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", String(16), nullable=False, comment="proposed | approved | done | refused"),
    Column("proposed_at", Moment, nullable=False),
    Column("proposed_by", NAME, nullable=False),
    Column("first_at", Moment),
    Column("first_by", NAME),
    Column("second_at", Moment),
    Column("second_by", NAME),
    Column("answer", Text, comment="why it was refused"),
    Column("certificate", String(64), comment="SHA-256 of the certificate"),
    UniqueConstraint("agency", "year", "number"),
)

disposal_file = Table(
    "disposal_file",
    metadata,
    Column("disposal_id", ID, nullable=False),
    Column("file_id", ID, nullable=False),
    PrimaryKeyConstraint("disposal_id", "file_id"),
    Index("ix_disposal_file_file", "file_id"),
)

#: Contents that are gone, by their hash: what the certificate says was destroyed.
destroyed_content = Table(
    "destroyed_content",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("disposal_id", ID, nullable=False),
    Column("root_id", ID, nullable=False, comment="the document or dossier that it was of"),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)

LOG = "administration/work_files"
for _table in (file_list, file_heading, disposal, disposal_file, destroyed_content):
    keep(_table, log=LOG)
keep(work_file, log=LOG, passing=("folded",))
keep(work_file_item, log=LOG)
keep(work_file_loan, log=LOG)
