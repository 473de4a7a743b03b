"""Looking at documents. What a person may see is part of each query, never filtered afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true, update

from engine import audit
from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, officials, reading
from procedures.actor import Actor
from procedures.documents.values import Document, document_of
from procedures.dossiers import log
from procedures.rights import documents as rights
from procedures.search import fold
from procedures.store import searching
from procedures.store.documents import document, document_line
from procedures.vocabulary.documents import BEGUN

#: So many documents of a list are counted, and can be paged through; who wants others says more of them.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. more: there are more than are counted."""

    rows: tuple[Document, ...]
    total: int
    number: int
    size: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """With whom a document lies or lay: a role of receipt where the step names one, the unit, the person, the step and
    how it ended."""

    role: str | None
    agency: str
    unit: str
    person: str
    step: str
    since: datetime
    due: datetime | None
    closed_at: datetime | None
    closed_by: str
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list of documents. text finds without diacritics, in every field and in what the document says.
    A day is that of arrival or drafting in Vietnam, both included."""

    text: str = ""
    states: Sequence[str] = ()
    kind: str = ""
    urgency: int | None = None
    medium: str = ""
    first: date | None = None
    last: date | None = None
    notation: str = ""
    issuer: str = ""
    subject: str = ""
    signer: str = ""
    recipients: str = ""
    number: int | None = None
    issued_first: date | None = None
    issued_last: date | None = None

    @property
    def fields(self) -> dict[str, str]:
        """What is said of single fields, by their columns."""
        names = ("notation", "issuer", "subject", "signer", "recipients")
        return {name: said for name in names if (said := fold(getattr(self, name)))}


@query
def find(tx: Tx, code: str, by: Actor) -> Document:
    """The document of that code. Raises `rights.Unseen` for one that is not there, or not theirs to see."""
    return document_of(_row(tx, code, by, "look"))


@query
def codes(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """The codes of these documents, by id; what is no document is left out."""
    return {row.id: row.code for row in tx.read(select(document.c.id, document.c.code).where(document.c.id.in_(ids)))}


@query
def id_of(tx: Tx, code: str) -> str | None:
    """The id of the document with that code, without looking at what is in it; None where there is none."""
    id: str | None = tx.read(select(document.c.id).where(document.c.code == code.strip())).scalar()
    return id


@query
def row_of(tx: Tx, code: str, by: Actor, act: str) -> Any:
    """The row of a document that this person may do that to. Raises what `rights.require` raises."""
    return _row(tx, code, by, act)


def _row(tx: Tx, code: str, by: Actor, act: str) -> Any:
    row = tx.read(select(document).where(document.c.code == code)).first()
    rights.require(tx, act, row, by)
    assert row is not None  # else it was refused
    reading.shown(row.id)
    return row


def locked(tx: Tx, code: str, by: Actor, act: str) -> Any:
    """The row of a document, to be changed by this transaction and no other; refused to who may not."""
    id = tx.read(select(document.c.id).where(document.c.code == code)).scalar()
    if id is None:
        raise rights.unseen()
    log.hold(tx, id)
    row = tx.execute(select(document).where(document.c.id == id).with_for_update()).one()
    rights.require(tx, act, row, by)
    return row


def change(tx: Tx, id: str, **values: Any) -> None:
    """Sets columns of a document that this transaction holds."""
    tx.execute(update(document).where(document.c.id == id).values(**values))


@query
def of_root(tx: Tx, root_id: str) -> Document | None:
    """The document behind a task that this person has opened; None where there is none."""
    row = tx.read(select(document).where(document.c.id == root_id)).first()
    if row is None:
        return None
    reading.shown(row.id)
    return document_of(row)


@query
def seen_of_root(tx: Tx, root_id: str, by: Actor) -> Document | None:
    """A document that another one names, by its id; None where it is not theirs to see."""
    part = true() if by.everything else rights.seen(tx, by)
    row = tx.read(select(document).where(document.c.id == root_id, part)).first()
    return None if row is None else document_of(row)


@query
def replies(tx: Tx, document_id: str, by: Actor) -> list[Document]:
    """What was drafted in answer to an incoming document, as far as this person sees it, the oldest first."""
    part = true() if by.everything else rights.seen(tx, by)
    asked = select(document).where(document.c.answers == document_id, part).order_by(document.c.received_at).limit(50)
    return [document_of(row) for row in tx.read(asked)]


@query
def acts(tx: Tx, found: Document, by: Actor) -> frozenset[str]:
    """What this person may do to it, whatever its state."""
    return rights.acts(tx, found, by)


@query
def listing(
    tx: Tx,
    by: Actor,
    register: str,
    *,
    agency: str = "",
    wanted: Filter = Filter(),
    page: int = 1,
    size: int = 25,
) -> Page:
    """Documents that this person may see, the newest first: those of one agency whose registry or leader they are
    (`agency`), else those that their steps gave them and that they drafted."""
    part = _part(tx, by, agency)
    asked = select(document).where(document.c.register == register, part, *_narrowed(tx, wanted))
    counted = tx.read(
        select(func.count()).select_from(
            asked.with_only_columns(document.c.id, maintain_column_froms=True).limit(MOST + 1).subquery()
        )
    ).scalar_one()
    start = (max(page, 1) - 1) * size
    found = tx.read(asked.order_by(document.c.received_at.desc(), document.c.id.desc()).limit(size).offset(start)).all()
    reading.shown(*(row.id for row in found))
    return Page(tuple(document_of(row) for row in found), min(counted, MOST), max(page, 1), size, counted > MOST)


def _part(tx: Tx, by: Actor, agency: str) -> ColumnElement[bool]:
    if by.everything:
        return document.c.agency == agency if agency else true()
    if agency in sees_all(tx, by):
        return document.c.agency == agency
    mine = rights.given(tx, by)
    return and_(mine, document.c.agency == agency) if agency else mine


@query
def sees_all(tx: Tx, by: Actor) -> list[str]:
    """The agencies of which this person sees every document, the home agency first."""
    found = {agency for role, agency in rights.held(tx, by) if role in rights.SEE_ALL}
    return sorted(found, key=lambda code: (code != by.agency, code))


def _narrowed(tx: Tx, wanted: Filter) -> list[ColumnElement[bool]]:
    found = searching.with_words(tx, [fold(wanted.text), *wanted.fields.values()])
    for name, said in wanted.fields.items():
        found += [searching.in_field(tx, document.c[name], word) for word in said.split()]
    if wanted.number is not None:
        found.append(document.c.number == wanted.number)
    if wanted.issued_first is not None:
        found.append(document.c.issued_on >= wanted.issued_first)
    if wanted.issued_last is not None:
        found.append(document.c.issued_on <= wanted.issued_last)
    if wanted.states:
        found.append(document.c.state.in_(wanted.states))
    if wanted.kind:
        found.append(document.c.kind == wanted.kind)
    if wanted.urgency is not None:
        found.append(document.c.urgency == wanted.urgency)
    if wanted.medium:
        found.append(document.c.medium == wanted.medium)
    if wanted.first is not None:
        found.append(document.c.received_at >= datetime.combine(wanted.first, time(), VIETNAM))
    if wanted.last is not None:
        found.append(document.c.received_at < datetime.combine(wanted.last + timedelta(days=1), time(), VIETNAM))
    return found


@query
def counts(tx: Tx, by: Actor, register: str, agency: str, states: Sequence[str]) -> dict[str, int]:
    """How many stand in each of these states, as far as they are counted."""
    part = _part(tx, by, agency)
    return {
        state: int(
            tx.read(
                select(func.count()).select_from(
                    select(document.c.id)
                    .where(document.c.register == register, document.c.state == state, part)
                    .limit(MOST)
                    .subquery()
                )
            ).scalar_one()
        )
        for state in states
    }


@query
def lines(tx: Tx, document_id: str) -> list[Line]:
    """With whom it lies and lay, in the order in which it came to them."""
    return lines_of(tx, [document_id]).get(document_id, [])


@query
def lines_of(tx: Tx, ids: Sequence[str]) -> dict[str, list[Line]]:
    """The same of several documents."""
    rows = tx.read(
        select(document_line)
        .where(document_line.c.root_id.in_(list(ids)))
        .order_by(document_line.c.root_id, document_line.c.since, document_line.c.id)
    ).all()
    units = agencies.names(tx, {row.agency for row in rows})
    people = officials.names(tx, {name for row in rows for name in (row.holder, row.closed_by) if name})
    found: dict[str, list[Line]] = {}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        line = Line(
            row.role,
            row.agency,
            units.get(row.agency, row.agency),
            people.get(row.holder or "", row.holder or ""),
            row.step,
            row.since,
            row.due,
            row.closed_at,
            people.get(row.closed_by or "", row.closed_by or ""),
            row.outcome,
        )
        listed = found.setdefault(row.root_id, [])
        place = seen.get((row.root_id, row.task_id))
        if place is None:  # a task that is given to several groups is one line for who reads
            seen[row.root_id, row.task_id] = len(listed)
            listed.append(line)
        elif line.person and not listed[place].person:
            listed[place] = replace(listed[place], person=line.person)
    return found


#: What is told of a document's log, in words.
_SAID: Mapping[str, tuple[str, str]] = {
    "document.arrived": ("Đến khay văn bản", "Came to the tray"),
    "document.registered": ("Đăng ký số đến", "Registered"),
    "document.returned": ("Trả lại nơi gửi", "Returned to the sender"),
    "document.begun": ("Bắt đầu", "Begun"),
    "document.invited": ("Gửi giấy mời", "Invitations sent"),
    "document.meeting": ("Đặt lịch họp", "Meeting arranged"),
    "document.copied": ("Cấp số, lập bản sao", "Copy numbered and made"),
    "document.drafted": ("Lập dự thảo", "Drafted"),
    "document.version": ("Có bản dự thảo mới", "Another version"),
    "document.approved": ("Duyệt ký", "Approved"),
    "document.signed": ("Ký số", "Signed digitally"),
    "document.sealed": ("Ký số của cơ quan", "Signed by the agency"),
    "document.numbered": ("Cấp số", "Numbered"),
    "document.number_freed": ("Hủy số", "Number taken back"),
    "document.dispatched": ("Phát hành", "Dispatched"),
    "document.recalled": ("Thu hồi", "Recalled"),
    "document.corrected": ("Được đính chính", "Corrected"),
    "document.remarked": ("Nhận xét dự thảo", "Remark on the draft"),
    "document.answered": ("Trả lời nhận xét", "Remark answered"),
    "document.remark_resolved": ("Xử lý xong nhận xét", "Remark resolved"),
    "document.renewed": ("Gửi cập nhật", "Update sent"),
    "axis.asked": ("Nơi gửi có yêu cầu", "The sender asks for something"),
    "axis.answered": ("Trả lời yêu cầu của nơi gửi", "The sender's request is answered"),
    "axis.updated": ("Thay bằng nội dung cập nhật của nơi gửi", "Taken over from the sender's update"),
    "document.ended": ("Kết thúc", "Ended"),
    "claim": ("Nhận việc", "Claimed"),
    "release": ("Trả việc về nhóm", "Released"),
    "reassign": ("Chuyển người xử lý", "Reassigned"),
    "back": ("Chuyển trả bước trước", "Handed back"),
    "complete": ("Hoàn thành bước", "Step completed"),
    "step.escalation": ("Báo quá hạn lên cấp trên", "Escalated"),
    "step.reminder": ("Nhắc sắp đến hạn", "Reminded"),
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that happened: when, who, what in both languages, and what more there is to say."""

    at: datetime
    who: str
    vi: str
    en: str
    note: str


@query
def history(tx: Tx, document_id: str) -> list[HistoryLine]:
    """What happened to a document, for people, the newest first."""
    told = [one for one in audit.history(tx, document_id) if one.kind in _SAID]
    ended = {(one.at, one.data.get("task")) for one in told if one.kind in ("complete", "back")}
    # who does the work of a free task takes it with the same press: one line tells both
    events = [one for one in told if one.kind != "claim" or (one.at, one.data.get("task")) not in ended]
    register = tx.read(select(document.c.register).where(document.c.id == document_id)).scalar()
    matter = register in BEGUN
    names = officials.names(tx, {one.who for one in events if one.who})
    steps = {
        row.task_id: row.step
        for row in tx.read(
            select(document_line.c.task_id, document_line.c.step).where(document_line.c.root_id == document_id)
        )
    }
    found = []
    for one in events:
        step = steps.get(str(one.data.get("task", "")), "")
        brought = one.data.get("variables") or {}
        reason = str(one.data.get("reason") or brought.get("ly_do") or "")
        if matter and not reason:  # what was reported, said or decided at the step
            reason = ". ".join(one for one in brought.values() if isinstance(one, str) and " " in one)[:1000]
        note = ": ".join(part for part in (step, reason) if part)
        found.append(HistoryLine(one.at, names.get(one.who or "", one.who or ""), *_SAID[one.kind], note))
    return found[::-1]
