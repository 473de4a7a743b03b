"""Work files as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the yearly list (danh mục hồ sơ). file: id of the file that was opened under it, empty before."""

    notation: str
    title: str
    retention: str
    keeper: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class WorkFile:
    """A work file. state, retention, rights: of `procedures.vocabulary.retention`."""

    id: str
    agency: str
    year: int
    notation: str
    title: str
    retention: str
    keeper: str
    rights: str
    description: str | None
    state: str
    opened_at: datetime
    closed_at: datetime | None
    missing: str | None
    archive_by: date | None
    offered_at: datetime | None
    offered_by: str | None
    archived_at: datetime | None
    archived_by: str | None
    package: str | None
    kept_until: date | None
    held_at: datetime | None
    held_by: str | None
    hold_reason: str | None
    destroyed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """What lies in a file: a document or dossier. notation: số ký hiệu, or the code. files: hashes of its papers, in
    order. ended: it is done with. readable: this person may open it."""

    root_id: str
    kind: str
    code: str
    notation: str
    subject: str
    issuer: str
    day: date | None
    type_name: str
    pages: int | None
    files: tuple[tuple[str, str], ...]
    ended: bool
    by_itself: bool
    readable: bool = False


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan of a file. granted: None while nobody has decided."""

    id: str
    file_id: str
    borrower: str
    purpose: str
    asked_at: datetime
    until: date
    granted: bool | None
    decided_by: str
    answer: str
    returned_at: datetime | None
    over: bool


def file_of(row: Any) -> WorkFile:
    """The work file of a row of its table."""
    return WorkFile(**{name: getattr(row, name) for name in WorkFile.__slots__})
