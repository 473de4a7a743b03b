"""The format of a draft is judged, and what is certain mended, as another version (`format`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import query
from procedures import files
from procedures.actor import Actor
from procedures.documents import format as formats
from procedures.documents import queries, versions


@dataclass(frozen=True, slots=True)
class Judged:
    """What a check of a file found. unreadable: why nothing could be measured, in both languages. mends: how many of
    the faults are mended for certain."""

    faults: Sequence[formats.Fault] = ()
    unreadable: tuple[str, str] | None = None
    mends: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """A file by its hash: what was found is remembered, not the file."""

    hash: bytes
    body: list[bytes] = field(compare=False)


@lru_cache(maxsize=64)
def _judged(file: _File) -> Judged:
    data = file.body.pop()
    try:
        faults = formats.check(data)
        mended = formats.check(formats.mend(data)) if faults and data[:2] == b"PK" else faults
    except formats.Unreadable as why:
        return Judged(unreadable=(why.vi, why.en))
    return Judged(tuple(faults), None, max(0, len(faults) - len(mended)))


def judged(data: bytes) -> Judged:
    """The faults of a .docx or PDF."""
    return _judged(_File(hashlib.sha256(data).digest(), [data]))


@query
def of_version(tx: Tx, sha256: str | None) -> Judged | None:
    """The faults of a stored draft; None where there is no file."""
    return judged(files.read(tx, sha256)) if sha256 is not None else None


def mend(database: Database, code: str, shown: str, by: Actor) -> int:
    """Makes another version in which what is certain is mended; its number. Refuses one that was changed since it was
    shown, a PDF, and one in which nothing is certain."""
    with database.begin() as tx:
        row = queries.row_of(tx, code, by, "write")
        versions.require_draft(row)
        if row.sha256 != shown:
            raise Refusal("Dự thảo đã có bản khác: xem lại rồi sửa.", "The draft has another version by now.")
        body = files.read(tx, shown)
    if body[:2] != b"PK":
        raise Refusal(
            "Chỉ sửa được tệp Word (.docx); PDF phải sửa ở tệp gốc.", "Only a Word file is mended; a PDF is not."
        )
    if not judged(body).mends:
        raise Refusal("Không có lỗi nào sửa chắc chắn được.", "Nothing in it is mended for certain.")
    stored = files.put(database, formats.mend(body), row.file_name or f"{code}.docx", (files.DOCX,))
    return versions.add_version(database, code, stored, "Sửa thể thức tự động", by)
