"""What pages of documents have in common: choices of the vocabulary, filters in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_login import current_user

from engine import worklist
from engine.store import Tx
from procedures import absences, agencies, files
from procedures.actor import Actor
from procedures.documents import capacity, opinions, queries
from procedures.documents.queries import Filter
from procedures.documents.values import Document
from procedures.tasks import Task
from procedures.vocabulary.documents import KINDS, MEDIA, RECEIPTS, STATES_IN, STATES_OUT, URGENCIES
from procedures.vocabulary.words import Word
from web.forms import posted_day
from web.i18n import pick
from web.people import groups_of_me

#: How urgent and how far a document is, as a tag: its tone and its icon.
TONES = {
    "cho_dang_ky": ("near", "clock"),
    "dang_xu_ly": ("info", "play"),
    "hoan_thanh": ("kept", "check"),
    "tra_lai": ("late", "alert"),
    "thu_hoi": ("paused", "pause"),
    "du_thao": ("paused", "file"),
    "dang_trinh": ("info", "play"),
    "da_duyet": ("near", "clock"),
    "da_cap_so": ("near", "clock"),
    "da_phat_hanh": ("kept", "check"),
    "bo_du_thao": ("late", "stop"),
}


def named(words: Mapping[str, Word]) -> list[tuple[str, str]]:
    """Code and name of each word, in the language of the page."""
    return [(code, pick(*word)) for code, word in words.items()]


def urgencies() -> list[tuple[str, str]]:
    return [(str(code), pick(*word)) for code, word in enumerate(URGENCIES)]


def words_of_documents() -> dict[str, Any]:
    """What templates name the parts of a document by."""
    return {
        "kinds": {code: pick(*word) for code, word in KINDS.items()},
        "media": {code: pick(*word) for code, word in MEDIA.items()},
        "states": {code: pick(*word) for code, word in {**STATES_OUT, **STATES_IN}.items()},
        "urgency_names": [pick(*word) for word in URGENCIES],
        "roles": {code: pick(*word) for code, word in RECEIPTS.items()},
        "tones": TONES,
    }


def asked_filter(states: tuple[str, ...] = ()) -> Filter:
    """What the address narrows a list by; what is none of the choices narrows nothing."""
    args = request.args
    urgency = args.get("do-khan", "")
    return Filter(
        text=args.get("tim", "")[:200],
        states=states,
        kind=args.get("loai", "") if args.get("loai") in KINDS else "",
        urgency=int(urgency) if urgency in {str(n) for n in range(len(URGENCIES))} else None,
        medium=args.get("hinh-thuc", "") if args.get("hinh-thuc") in MEDIA else "",
        first=posted_day(args.get("tu-ngay")),
        last=posted_day(args.get("den-ngay")),
    )


def narrowed() -> bool:
    """Whether the address narrows a list by more than words."""
    return any(request.args.get(name) for name in ("loai", "do-khan", "hinh-thuc", "tu-ngay", "den-ngay"))


def mine_of(tx: Tx, rows: Iterable[Document]) -> dict[str, list[worklist.WorkItem]]:
    """The open tasks of these documents that wait for who is signed in, by document."""
    return worklist.waiting_for(tx, [row.id for row in rows], current_user.username, groups_of_me())


def usual(tx: Tx, task: Task, found: Document, me: Actor) -> dict[str, Any]:
    """What the fields of a document's step most likely are to say: the capacity in which this person signs."""
    if task.form is None or all(one.key != "tham_quyen" for one in task.form.inputs()):
        return {}
    lent = absences.behalf(tx, {f"{absences.LEADER}@{found.agency}"}, (), me)
    return {"tham_quyen": capacity.proposed(me.title, agencies.name(tx, found.agency), lent)}


def shown_document(tx: Tx, root_id: str) -> dict[str, Any] | None:
    """The document behind a task, as its page shows it; None where there is none."""
    found = queries.of_root(tx, root_id)
    if found is None:
        return None
    stored = files.info(tx, found.sha256) if found.sha256 else None
    return {
        "document": found,
        "media_type": stored.type if stored is not None else "",
        "lines": queries.lines(tx, root_id),
        "opinions": opinions.opinions(tx, root_id),
        "names": agencies.names(tx, [one for one in (found.agency, found.sender) if one]),
        **words_of_documents(),
    }
