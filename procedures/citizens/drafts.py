"""What a citizen has begun to hand in: kept after each page, come back to from any device, gone by its rule.

An unfinished one is kept for sixty days since its owner last touched it. A week before its end they are told, once;
then it is disposed of: answers, and what names its files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import delete, func, select, update

from engine import jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import bundles, files, notices, settings
from procedures.citizens import pages
from procedures.store.citizens import submission, submission_file

KEPT, WARNED = timedelta(days=60), timedelta(days=53)
MOST = 50  # drafts of one citizen at once
MOST_FILES = 20  # of one paper
LARGEST = 200_000  # bytes of what was typed
DRAFT, SENT = "draft", "sent"


@dataclass(frozen=True, slots=True)
class Draft:
    """A submission. place: the page to come back to. dossier: what it became, once it is sent."""

    id: str
    citizen: str
    procedure: str
    answers: Mapping[str, Any]
    place: str
    state: str
    dossier: str | None
    touched_at: datetime

    @property
    def until(self) -> datetime:
        """When it is disposed of, where nobody touches it."""
        return self.touched_at + KEPT


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of a draft."""

    id: str
    component: str
    sha256: str
    name: str
    size: int


@command
def begin(tx: Tx, citizen_id: str, code: str, answers: Mapping[str, Any] | None = None) -> str:
    """Begins to hand in; the draft's id. answers: what is known of it already. Refuses a procedure that is not handed
    in online."""
    procedure = bundles.procedure(tx, code)
    if not pages.offers(procedure):
        raise Refusal(
            "Thủ tục này chưa nộp trực tuyến được tại đây. Xem cách nộp khác ở trang thủ tục.",
            "This procedure cannot be handed in online here. Its page tells the other ways.",
        )
    mine = (submission.c.citizen == citizen_id) & (submission.c.state == DRAFT)
    if (tx.read(select(func.count()).select_from(submission).where(mine)).scalar() or 0) >= MOST:
        raise Refusal(
            f"Bạn đang có {MOST} hồ sơ soạn dở. Nộp hoặc xóa bớt trước khi soạn hồ sơ mới.",
            f"You have begun {MOST} dossiers. Send or delete some before you begin another.",
        )
    id = tx.database.new_id()
    tx.execute(
        submission.insert().values(
            citizen=citizen_id,
            id=id,
            procedure=code,
            answers=dict(answers or {}),
            place=pages.PLACE,
            state=DRAFT,
            dossier=None,
            created_at=tx.now,
            touched_at=tx.now,
            told_at=None,
        )
    )
    _look_again(tx, citizen_id, id, tx.now + WARNED)
    return id


@query
def get(tx: Tx, citizen_id: str, id: str) -> Draft | None:
    """A draft of this citizen; None for one of another, or one that is gone."""
    row = tx.read(select(submission).where(_own(citizen_id, id))).first()
    return _draft(row) if row is not None else None


@query
def of(tx: Tx, citizen_id: str) -> list[Draft]:
    """What a citizen has begun and not sent, the latest first."""
    rows = tx.read(
        select(submission)
        .where(submission.c.citizen == citizen_id, submission.c.state == DRAFT)
        .order_by(submission.c.touched_at.desc())
    )
    return [_draft(row) for row in rows]


@command
def keep(tx: Tx, citizen_id: str, id: str, answers: Mapping[str, Any], place: str) -> bool:
    """Keeps what was answered on a page, whether it is right or not: `answers` takes the place of answers of the same
    names, and inside ``to_khai`` of the same fields. False where there is no such draft, or it is sent."""
    row = tx.execute(select(submission).where(_own(citizen_id, id)).with_for_update()).first()
    if row is None or row.state != DRAFT:
        return False
    new = {**row.answers, **answers}
    if "to_khai" in answers:
        new["to_khai"] = {**(row.answers.get("to_khai") or {}), **answers["to_khai"]}
    if len(orjson.dumps(new)) > LARGEST:
        raise Refusal("Nội dung đã nhập quá dài.", "What was typed is too long.")
    tx.execute(
        update(submission)
        .where(_own(citizen_id, id))
        .values(answers=new, place=place[:64], touched_at=tx.now, told_at=None)
    )
    return True


@command
def discard(tx: Tx, citizen_id: str, id: str) -> bool:
    """Deletes a draft, with all that was typed; whether there was one."""
    gone = tx.execute(delete(submission).where(_own(citizen_id, id), submission.c.state == DRAFT)).rowcount
    if gone:
        forget_papers(tx, citizen_id, id)
    return bool(gone)


def forget_papers(tx: Tx, citizen_id: str, id: str) -> None:
    """A draft names its files no more: it is sent, and the dossier names them, or it is gone."""
    tx.execute(delete(submission_file).where(_files(citizen_id, id)))


# -- the end of what nobody sends ------------------------------------------------------------------------------------


def _look_again(tx: Tx, citizen_id: str, id: str, at: datetime) -> None:
    jobs.add(tx, id, "draft-kept", at, {"citizen": citizen_id})


def _looked_at(tx: Tx, job: Job) -> None:
    """The time of a draft has come, as it was when the job was written: its owner is told, once, or it is disposed of;
    where it was touched meanwhile, it is looked at again later. Nothing is left of one that moved to another account
    of its owner: there it has its own time."""
    found = tx.read(select(submission).where(submission.c.id == job.root_id, submission.c.state == DRAFT)).first()
    if found is None:
        return
    draft = _draft(found)
    if tx.now >= draft.until and found.told_at is not None:
        discard(tx, draft.citizen, draft.id)
        return
    if found.told_at is None and tx.now >= draft.touched_at + WARNED:
        _tell(tx, draft)
        tx.execute(update(submission).where(_own(draft.citizen, draft.id)).values(told_at=tx.now))
        _look_again(tx, draft.citizen, draft.id, max(draft.until, tx.now + (KEPT - WARNED)))
        return
    _look_again(tx, draft.citizen, draft.id, draft.until if found.told_at is not None else draft.touched_at + WARNED)


def _tell(tx: Tx, draft: Draft) -> None:
    from procedures.citizens import people

    known = people.get(tx, draft.citizen)
    typed = draft.answers.get("nguoi_nop") or {}
    if known is None:
        return
    name = bundles.procedure(tx, draft.procedure).name
    until = max(draft.until, tx.now + (KEPT - WARNED)).astimezone(VIETNAM)
    url = f"{settings.current(tx).public_url}/cong-dan/ho-so"
    notices.unfinished(
        tx,
        draft.id,
        str(typed.get("thu_dien_tu") or known.person.email),
        str(typed.get("dien_thoai") or known.person.phone),
        (name["vi"], name.get("en") or name["vi"]),
        f"{until:%d/%m/%Y}",
        url,
    )


HANDLERS = {"draft-kept": Handler(inside=_looked_at)}


# -- papers ----------------------------------------------------------------------------------------------------------


@query
def papers(tx: Tx, citizen_id: str, id: str) -> list[Paper]:
    """The files of a draft, in the order in which they came."""
    rows = tx.read(
        select(submission_file).where(_files(citizen_id, id)).order_by(submission_file.c.added_at, submission_file.c.id)
    )
    return [Paper(row.id, row.component, row.sha256, row.name, row.size) for row in rows]


@command
def add_paper(tx: Tx, citizen_id: str, id: str, component: str, stored: files.Stored) -> None:
    """Adds a stored file to a paper of a draft; the same one twice is one. Refuses more than a paper may have."""
    row = tx.execute(select(submission).where(_own(citizen_id, id)).with_for_update()).first()
    if row is None or row.state != DRAFT:
        raise Refusal("Hồ sơ này đã nộp hoặc không còn.", "This dossier has been sent, or is no more.")
    there = [one for one in papers(tx, citizen_id, id) if one.component == component]
    if any(one.sha256 == stored.sha256 for one in there):
        return
    if len(there) >= MOST_FILES:
        raise Refusal(
            f"Mỗi giấy tờ có nhiều nhất {MOST_FILES} tệp. Gộp các trang vào một tệp PDF.",
            f"A paper has at most {MOST_FILES} files. Put its pages into one PDF.",
        )
    tx.execute(
        submission_file.insert().values(
            citizen=citizen_id,
            submission=id,
            id=tx.database.new_id(),
            component=component,
            sha256=stored.sha256,
            name=stored.name,
            size=stored.size,
            added_at=tx.now,
        )
    )
    tx.execute(update(submission).where(_own(citizen_id, id)).values(touched_at=tx.now, told_at=None))


@command
def drop_paper(tx: Tx, citizen_id: str, id: str, paper: str) -> bool:
    """Takes a file out of a draft; whether it was there."""
    return bool(
        tx.execute(delete(submission_file).where(_files(citizen_id, id), submission_file.c.id == paper)).rowcount
    )


def _own(citizen_id: str, id: str) -> Any:
    return (submission.c.citizen == citizen_id) & (submission.c.id == id)


def _files(citizen_id: str, id: str) -> Any:
    return (submission_file.c.citizen == citizen_id) & (submission_file.c.submission == id)


def _draft(row: Any) -> Draft:
    return Draft(row.id, row.citizen, row.procedure, row.answers, row.place, row.state, row.dossier, row.touched_at)
