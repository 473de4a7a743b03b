"""The versions of a draft: one for each change, none lost, and what each changed in the words of the one before."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import files, officials
from procedures.actor import Actor
from procedures.documents import incoming, words
from procedures.documents.queries import locked
from procedures.dossiers import log
from procedures.store.documents import document, document_version
from procedures.vocabulary.documents import (
    DRAFT,
)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a draft: its file, by whom and when, and what its author said of it. content: the parts of which it
    was composed in the browser. word: the same as .docx."""

    number: int
    sha256: str
    name: str
    type: str
    note: str
    at: datetime
    who: str
    content: Mapping[str, Any] | None = None
    word: str | None = None


@command
def add_version(
    tx: Tx,
    code: str,
    file: files.Stored,
    note: str,
    by: Actor,
    *,
    content: Mapping[str, Any] | None = None,
    word: files.Stored | None = None,
) -> int:
    """Another version of a draft; its number. content, word: of one that was composed here, as .docx. Refuses who is
    not its author, and once it is submitted."""
    log.act(tx, by)
    row = locked(tx, code, by, "write")
    require_draft(row)
    if file.sha256 == row.sha256:
        raise Refusal("Tệp này giống hệt bản đang có.", "This file is the version that is there.", "file")
    return add(tx, row.id, file, text_of(tx, file), note, by, content=content, word=word)


def require_draft(row: Any) -> None:
    """Refuses to change a document that is no longer with its author."""
    if row.state != DRAFT:
        raise Refusal(
            "Văn bản đã trình: người duyệt trả lại dự thảo rồi mới thay được bản khác.",
            "The document is submitted: it takes another version once it has been sent back to its author.",
        )


def text_of(tx: Tx, file: files.Stored) -> str:
    """What a draft says. Refuses one that bears a stamp of secrecy."""
    said = words.text_of(files.read(tx, file.sha256), file.type)
    incoming.refuse_secret(stamped=said)
    return said


def add(
    tx: Tx,
    id: str,
    file: files.Stored,
    text: str,
    note: str,
    by: Actor,
    *,
    content: Mapping[str, Any] | None = None,
    word: files.Stored | None = None,
) -> int:
    """Writes another version, and what it says into the search; its number."""
    last = tx.execute(select(func.max(document_version.c.number)).where(document_version.c.root_id == id)).scalar()
    number = (last or 0) + 1
    tx.execute(
        document_version.insert().values(
            root_id=id,
            number=number,
            sha256=file.sha256,
            name=file.name or "du-thao",
            type=file.type,
            words=text,
            note=note.strip()[:500],
            at=tx.now,
            who=by.who,
            content=dict(content) if content is not None else None,
            word=word.sha256 if word is not None else None,
        )
    )
    row = tx.execute(select(document).where(document.c.id == id)).one()
    texts = (row.code, row.subject, row.issuer, row.recipients or "", text)
    tx.execute(
        update(document)
        .where(document.c.id == id)
        .values(sha256=file.sha256, file_name=file.name, folded=incoming.folded(*texts))
    )
    audit.append(tx, id, "document.version", by.who, {"number": number, "sha256": file.sha256})
    return number


@query
def versions(tx: Tx, document_id: str) -> list[Version]:
    """The versions of a draft, the newest first."""
    rows = tx.read(
        select(document_version)
        .where(document_version.c.root_id == document_id)
        .order_by(document_version.c.number.desc())
    ).all()
    names = officials.names(tx, {row.who for row in rows if row.who})
    return [
        Version(
            row.number,
            row.sha256,
            row.name,
            row.type,
            row.note,
            row.at,
            names.get(row.who or "", row.who or ""),
            row.content,
            row.word,
        )
        for row in rows
    ]


MOST_PAIRS = 1_000_000  # of pieces of two texts that are tried with each other
#: Parts of a line: (sign, words): "=" both have them, "-" only the older, "+" only the newer.
Marked = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """A line of two versions beside each other. sign: "=" the same, "~" changed, "-" only in the older, "+" only in the
    newer; skipped: so many lines that are the same stand between the one before and this."""

    sign: str
    old: Marked
    new: Marked
    skipped: int = 0


@query
def words_of(tx: Tx, document_id: str, number: int) -> str | None:
    """What a version says; None where there is no such version."""
    return tx.read(
        select(document_version.c.words).where(
            document_version.c.root_id == document_id, document_version.c.number == number
        )
    ).scalar()


def compare(old: str, new: str, around: int = 1) -> list[Change]:
    """What changed from one text to another, line by line, the words of changed lines marked; what stayed is cut to
    `around` lines on each side."""
    before, after = _lines(old), _lines(new)
    found: list[Change] = []
    for groups in _matcher(before, after).get_grouped_opcodes(around):
        last = groups[0][1] - ((found and _seen(before, found)) or 0)
        for tag, a, b, c, d in groups:
            found += _changes(tag, before[a:b], after[c:d], max(last, 0))
            last = 0
    return found


def _matcher(old: list[str], new: list[str]) -> difflib.SequenceMatcher[str]:
    """What is the same in both. Of many pieces, those that stand there again and again count for nothing: each would be
    tried with each."""
    return difflib.SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > MOST_PAIRS)


def _seen(before: list[str], found: list[Change]) -> int:
    return sum(1 for one in found if one.sign != "+") + sum(one.skipped for one in found)


def _changes(tag: str, old: list[str], new: list[str], skipped: int) -> list[Change]:
    made: list[Change] = []
    for place in range(max(len(old), len(new))):
        left, right = old[place : place + 1], new[place : place + 1]
        gone = skipped if place == 0 else 0
        if tag == "equal":
            made.append(Change("=", [("=", left[0])], [("=", right[0])], gone))
        elif left and right:
            made.append(Change("~", *_marked(left[0], right[0]), gone))
        elif left:
            made.append(Change("-", [("-", left[0])], [], gone))
        else:
            made.append(Change("+", [], [("+", right[0])], gone))
    return made


def _marked(old: str, new: str) -> tuple[Marked, Marked]:
    """Both lines, word by word."""
    a, b = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    left: Marked = []
    right: Marked = []
    for tag, i, j, k, m in _matcher(a, b).get_opcodes():
        same = tag == "equal"
        if j > i:
            left.append(("=" if same else "-", "".join(a[i:j])))
        if m > k:
            right.append(("=" if same else "+", "".join(b[k:m])))
    return left, right


def _lines(text: str) -> list[str]:
    return [bare for line in text.splitlines() if (bare := " ".join(line.split()))]
