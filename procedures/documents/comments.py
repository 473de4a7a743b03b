"""What is said of a passage of a draft by who checks it: at its place, answered, resolved; none is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import officials
from procedures.actor import Actor
from procedures.documents import versions
from procedures.documents.queries import locked
from procedures.dossiers import log
from procedures.store.documents import document_comment
from procedures.vocabulary.documents import APPROVED, DRAFT, SUBMITTED

LONGEST = 2000
OPEN_IN = (DRAFT, SUBMITTED, APPROVED)  # states in which a draft is still spoken of


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on a passage of a version, with its answers. place: the line of the text that is looked at in which the
    passage still stands (from 0), None where it stands there no longer."""

    id: str
    version: int
    passage: str
    words: str
    at: datetime
    who: str
    name: str
    resolved_at: datetime | None
    resolved_by: str
    answers: tuple[Comment, ...] = ()
    place: int | None = None


@command
def remark(tx: Tx, code: str, version: int, passage: str, words: str, by: Actor) -> str:
    """Says something of a passage; the remark's id. Refuses a passage that does not stand in that version."""
    row = _spoken_of(tx, code, by)
    passage, words = " ".join(passage.split()), _words(words)
    text = versions.words_of(tx, row.id, version)
    if not passage or text is None or passage not in " ".join(text.split()):
        raise Refusal(
            "Chọn đoạn được nhận xét đúng như trong bản dự thảo.",
            "Choose the passage as it stands in the draft.",
            "doan",
        )
    return _add(tx, row.id, version, passage[:LONGEST], words, None, by)


@command
def answer(tx: Tx, code: str, remark_id: str, words: str, by: Actor) -> str:
    """Answers a remark; the answer's id."""
    row = _spoken_of(tx, code, by)
    asked = _open(tx, row.id, remark_id)
    return _add(tx, row.id, asked.version, "", _words(words), remark_id, by)


@command
def resolve(tx: Tx, code: str, remark_id: str, by: Actor) -> None:
    """A remark is done with: by who made it, or by the author of the draft."""
    row = _spoken_of(tx, code, by)
    asked = _open(tx, row.id, remark_id)
    if by.username not in (asked.who, row.received_by):
        raise Refusal(
            "Chỉ người nhận xét hoặc người soạn thảo đánh dấu đã xử lý.",
            "Only who made the remark, or the author of the draft, marks it as resolved.",
        )
    key = document_comment.c.root_id == row.id, document_comment.c.id == remark_id
    tx.execute(update(document_comment).where(*key).values(resolved_at=tx.now, resolved_by=by.username))
    audit.append(tx, row.id, "document.remark_resolved", by.username, {"remark": remark_id})


@query
def of(tx: Tx, document_id: str, text: str = "") -> list[Comment]:
    """The remarks on a document, with where each stands in that text: in the order of the text, what stands there no
    longer at the end."""
    rows = tx.read(
        select(document_comment)
        .where(document_comment.c.root_id == document_id)
        .order_by(document_comment.c.at, document_comment.c.id)
    ).all()
    names = officials.names(tx, {name for row in rows for name in (row.who, row.resolved_by) if name})
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]

    def made(row: Any, answers: tuple[Comment, ...] = (), place: int | None = None) -> Comment:
        said = {key: getattr(row, key) for key in ("id", "version", "passage", "words", "at", "who", "resolved_at")}
        by = row.resolved_by or ""
        return Comment(
            **said,
            name=names.get(said["who"], said["who"]),
            resolved_by=names.get(by, by),
            answers=answers,
            place=place,
        )

    found = [
        made(row, tuple(made(one) for one in rows if one.answers == row.id), place_of(row.passage, lines))
        for row in rows
        if row.answers is None
    ]
    return sorted(found, key=lambda one: (one.place is None, one.place or 0, one.at))


@query
def unresolved(tx: Tx, document_id: str) -> int:
    """How many remarks wait for their author."""
    found = tx.read(
        select(func.count())
        .select_from(document_comment)
        .where(
            document_comment.c.root_id == document_id,
            document_comment.c.answers.is_(None),
            document_comment.c.resolved_at.is_(None),
        )
    )
    return int(found.scalar_one())


def place_of(passage: str, lines: list[str]) -> int | None:
    """The line in which a passage begins; a passage may go over the ends of lines."""
    whole = " ".join(lines)
    at = whole.find(passage)
    if at < 0:
        return None
    for place, line in enumerate(lines):
        at -= len(line) + 1
        if at < 0:
            return place
    return None


def _spoken_of(tx: Tx, code: str, by: Actor) -> Any:
    log.act(tx, by)
    row = locked(tx, code, by, "remark")
    if row.state not in OPEN_IN or row.register != "di":
        raise Refusal(
            "Chỉ nhận xét được dự thảo chưa cấp số.", "Only a draft that bears no number yet is remarked upon."
        )
    return row


def _words(words: str) -> str:
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Refusal(
            f"Nhập ý kiến, nhiều nhất {LONGEST} ký tự.", f"Say something, in at most {LONGEST} letters.", "y_kien"
        )
    return words


def _open(tx: Tx, root_id: str, remark_id: str) -> Any:
    row = tx.execute(
        select(document_comment).where(
            document_comment.c.root_id == root_id,
            document_comment.c.id == remark_id,
            document_comment.c.answers.is_(None),
        )
    ).first()
    if row is None or row.resolved_at is not None:
        raise Refusal("Nhận xét này đã xử lý xong hoặc không có.", "This remark is resolved, or is not there.")
    return row


def _add(tx: Tx, root_id: str, version: int, passage: str, words: str, answers: str | None, by: Actor) -> str:
    id = tx.database.new_id()
    said = {"root_id": root_id, "id": id, "version": version, "answers": answers, "passage": passage, "words": words}
    tx.execute(document_comment.insert().values(**said, at=tx.now, who=by.username))
    kind = "document.remarked" if answers is None else "document.answered"
    audit.append(tx, root_id, kind, by.username, {"remark": answers or id, "version": version})
    return id
