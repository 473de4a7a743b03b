"""What the tray shows beside its documents: mails and scans that did not become any, and the files that came along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from engine import audit
from engine.store import Tx
from engine.store.joining import command, query
from procedures import files, reading
from procedures.actor import Actor
from procedures.documents import words
from procedures.documents.taking import REFUSED, TRYING, UNUSABLE
from procedures.rights import documents as rights
from procedures.store.documents import document
from procedures.store.tray import LOG, tray_file, tray_item
from procedures.vocabulary.documents import INCOMING, WAITING

MOST = 100
MOST_BODY = 4000  # letters of a mail that are shown


@query
def not_taken(tx: Tx, agency: str, by: Actor) -> list[Any]:
    """Mails and scans of an agency that are no document and that nobody has looked at, the newest first; none for who
    does not keep its registry."""
    if agency not in rights.registries(tx, by):
        return []
    rows = tx.read(
        select(tray_item)
        .where(
            tray_item.c.agency == agency,
            tray_item.c.state.in_((UNUSABLE, REFUSED, TRYING)),
            tray_item.c.seen_at.is_(None),
        )
        .order_by(tray_item.c.came_at.desc(), tray_item.c.id)
        .limit(MOST)
    ).all()
    reading.shown(*(row.id for row in rows))
    return list(rows)


@command
def seen(tx: Tx, agency: str, id: str, by: Actor) -> None:
    """The clerk has looked at what is no document: it leaves the tray. Refuses who does not keep that registry."""
    rights.require_registry(tx, agency, by)
    done = tx.execute(
        update(tray_item)
        .where(tray_item.c.agency == agency, tray_item.c.id == id, tray_item.c.seen_at.is_(None))
        .values(seen_at=tx.now, seen_by=by.username)
    )
    if done.rowcount:
        audit.append(tx, LOG, "tray.seen", by.username, {"agency": agency, "item": id})


@query
def files_of(tx: Tx, root_id: str) -> list[Any]:
    """The files that came with a document, in their order; position 0 is the paper itself."""
    return list(tx.read(select(tray_file).where(tray_file.c.root_id == root_id).order_by(tray_file.c.position)).all())


@query
def judged_of(tx: Tx, roots: Sequence[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """What was said of the signatures of files that came with these documents, each with its document's id."""
    wanted = tray_file.c.root_id.in_(roots), tray_file.c.judged.is_not(None)
    return [
        (row.root_id, row.judged) for row in tx.read(select(tray_file.c.root_id, tray_file.c.judged).where(*wanted))
    ]


@query
def mail_of(tx: Tx, root_id: str) -> Any:
    """The mail that a document came by; None for one that came another way."""
    return tx.read(
        select(tray_item)
        .join(document, (document.c.agency == tray_item.c.agency) & (document.c.item == tray_item.c.id))
        .where(document.c.id == root_id, tray_item.c.source == "mail")
    ).first()


@query
def said_in(tx: Tx, found: list[Any]) -> str:
    """What the mail said that the files came by; empty where it said nothing."""
    text = next((one for one in found if one.name == "noi-dung-thu.txt" and one.sha256), None)
    if text is None:
        return ""
    return files.read(tx, text.sha256).decode("utf-8", "replace")[: min(MOST_BODY, words.MOST_LETTERS)]


@dataclass(frozen=True, slots=True)
class Following:
    """The document of the tray that is next after one, and how many lie there beside that one (at most `MOST`)."""

    code: str
    left: int


@query
def following(tx: Tx, agency: str, code: str, by: Actor) -> Following | None:
    """What is to be registered next, the oldest first; None where nothing else lies in the tray."""
    rights.require_registry(tx, agency, by)
    rows = tx.read(
        select(document.c.code)
        .where(
            document.c.agency == agency,
            document.c.register == INCOMING,
            document.c.state == WAITING,
            document.c.code != code,
        )
        .order_by(document.c.received_at, document.c.id)
        .limit(MOST)
    ).scalars()
    found = [str(one) for one in rows]
    return Following(found[0], len(found)) if found else None
