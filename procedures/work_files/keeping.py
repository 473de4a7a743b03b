"""The yearly list, and the life of a work file until it is in the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select, update

from engine import audit
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, files, officials, reading
from procedures.actor import Actor
from procedures.dossiers import log
from procedures.rights import NotAllowed
from procedures.rights import documents as document_rights
from procedures.rights import dossiers as dossier_rights
from procedures.rights import work_files as rights
from procedures.search import fold, fold_all
from procedures.store.documents import document
from procedures.store.dossier import dossier, dossier_state
from procedures.store.matters import document_link
from procedures.store.papers import dossier_file, result
from procedures.store.work_files import LOG, file_heading, file_list, work_file, work_file_item
from procedures.vocabulary.documents import DISPATCHED, KINDS, RETURNED
from procedures.vocabulary.retention import (
    ARCHIVED,
    CLOSED,
    DOCUMENT,
    DOSSIER,
    FOR_EVER,
    OFFERED,
    OPEN,
    RETENTION,
    RIGHTS,
    YEARS_TO_ARCHIVE,
)
from procedures.work_files.values import Heading, Item, WorkFile, file_of

MOST = 200


# -- the yearly list --------------------------------------------------------------------------------------------------


@command
def plan(tx: Tx, agency: str, year: int, heading: Heading, by: Actor) -> None:
    """Adds a line to the yearly list while it is drawn up. Refuses a notation that is there, and an approved list."""
    log.act(tx, by)
    document_rights.require_registry(tx, agency, by)
    _not_approved(tx, agency, year)
    notation = _check(tx, agency, heading)
    if tx.execute(select(file_heading.c.notation).where(*_heading(agency, year, notation))).first() is not None:
        raise Refusal(f"Danh mục đã có ký hiệu {notation}.", f"The list has {notation} already.", "notation")
    tx.execute(
        file_heading.insert().values(
            agency=agency,
            year=year,
            notation=notation,
            title=heading.title.strip(),
            retention=heading.retention,
            keeper=heading.keeper,
        )
    )
    audit.append(tx, LOG, "heading_planned", by.who, {"agency": agency, "year": year, "notation": notation})


@command
def unplan(tx: Tx, agency: str, year: int, notation: str, by: Actor) -> None:
    """Takes a line out of a list that is still drawn up."""
    log.act(tx, by)
    document_rights.require_registry(tx, agency, by)
    _not_approved(tx, agency, year)
    tx.execute(file_heading.delete().where(*_heading(agency, year, notation)))
    audit.append(tx, LOG, "heading_taken_out", by.who, {"agency": agency, "year": year, "notation": notation})


@command
def approve_list(tx: Tx, agency: str, year: int, by: Actor) -> None:
    """The leader approves the yearly list: files are opened by it from now on."""
    log.act(tx, by)
    if ("lanh_dao", agency) not in document_rights.held(tx, by):
        raise NotAllowed(
            "Chỉ lãnh đạo của chính cơ quan phê duyệt danh mục hồ sơ.", "Only a leader of the agency approves its list."
        )
    _not_approved(tx, agency, year)
    if tx.execute(select(file_heading.c.notation).where(*_heading(agency, year)).limit(1)).first() is None:
        raise Refusal("Danh mục chưa có hồ sơ nào.", "The list is empty.")
    tx.execute(file_list.insert().values(agency=agency, year=year, approved_at=tx.now, approved_by=by.who))
    audit.append(tx, LOG, "list_approved", by.who, {"agency": agency, "year": year})


def _heading(agency: str, year: int, notation: str | None = None) -> list[Any]:
    found = [file_heading.c.agency == agency, file_heading.c.year == year]
    return found if notation is None else [*found, file_heading.c.notation == notation]


def _not_approved(tx: Tx, agency: str, year: int) -> None:
    if approved(tx, agency, year) is not None:
        raise Refusal(
            "Danh mục hồ sơ năm này đã được phê duyệt; hồ sơ phát sinh thì mở bổ sung.",
            "The list of this year is approved; further files are opened beside it.",
        )


def _check(tx: Tx, agency: str, heading: Heading) -> str:
    notation = heading.notation.strip()
    if not notation or len(notation) > 20:
        raise Refusal("Nhập ký hiệu hồ sơ, không quá 20 ký tự.", "Give a notation of at most 20 letters.", "notation")
    if not heading.title.strip() or len(heading.title.strip()) > 500:
        raise Refusal("Nhập tiêu đề hồ sơ, không quá 500 ký tự.", "Give a title of at most 500 letters.", "title")
    if heading.retention not in RETENTION:
        raise Refusal("Chọn thời hạn bảo quản trong danh sách.", "Choose the retention from the list.", "retention")
    if heading.keeper not in dict(keepers(tx, agency)):
        raise Refusal("Chọn người giữ hồ sơ trong danh sách.", "Choose who keeps it from the list.", "keeper")
    return notation


@query
def approved(tx: Tx, agency: str, year: int) -> tuple[Any, str] | None:
    """When, and by whom, the list of a year was approved; None where it is still drawn up."""
    row = tx.read(select(file_list).where(file_list.c.agency == agency, file_list.c.year == year)).first()
    return None if row is None or row.approved_at is None else (row.approved_at, row.approved_by or "")


@query
def headings(tx: Tx, agency: str, year: int) -> list[Heading]:
    """The lines of the yearly list, in the order of their notations, each with the file that was opened under it."""
    opened = tx.read(
        select(work_file.c.notation, work_file.c.id).where(work_file.c.agency == agency, work_file.c.year == year)
    )
    by_notation = {row.notation: row.id for row in opened}
    rows = tx.read(select(file_heading).where(*_heading(agency, year)).order_by(file_heading.c.notation))
    return [
        Heading(row.notation, row.title, row.retention, row.keeper, by_notation.get(row.notation, "")) for row in rows
    ]


@query
def keepers(tx: Tx, agency: str) -> list[tuple[str, str]]:
    """Who may keep files of an agency: the officials who work there, and in the units below it."""
    places = agencies.subtree(tx, agency)
    found = {one.username: one.name for place in places for one in officials.find(tx, agency=place)}
    return sorted(found.items(), key=lambda one: one[1])


# -- a file -----------------------------------------------------------------------------------------------------------


@command
def open_file(tx: Tx, agency: str, heading: Heading, by: Actor, *, free: str = "han_che", note: str = "") -> WorkFile:
    """Opens a file: one of the approved list of this year, by who is to keep it; or one that came up beside it."""
    log.act(tx, by)
    roles = document_rights.held(tx, by)
    places = set(agencies.subtree(tx, agency))
    if not any(place in places for _, place in roles):
        raise NotAllowed(
            "Chỉ người công tác tại cơ quan mở được hồ sơ của cơ quan.", "Only who works at the agency opens its files."
        )
    if heading.keeper != by.username and ("van_thu", agency) not in roles:
        raise NotAllowed("Hồ sơ do người giữ hoặc văn thư mở.", "A file is opened by who keeps it, or by the registry.")
    year = agencies.today(tx).year
    notation = _check(tx, agency, heading)
    if free not in RIGHTS:
        raise Refusal("Chọn chế độ sử dụng trong danh sách.", "Choose how it may be used.", "rights")
    same = select(work_file.c.id).where(
        work_file.c.agency == agency, work_file.c.year == year, work_file.c.notation == notation
    )
    if tx.execute(same).first() is not None:
        raise Refusal(f"Hồ sơ {notation} năm {year} đã mở.", f"File {notation} of {year} is open already.", "notation")
    listed = tx.read(select(file_heading).where(*_heading(agency, year, notation))).first()
    if listed is not None and (listed.keeper, listed.title) != (heading.keeper, heading.title.strip()):
        raise Refusal(
            f"Ký hiệu {notation} thuộc danh mục năm {year} ({listed.title}): mở từ danh mục, hoặc ghi ký hiệu khác.",
            f"{notation} stands in the list of {year}: open it from the list, or choose another notation.",
            "notation",
        )
    id = tx.database.new_id()
    tx.execute(
        work_file.insert().values(
            id=id,
            agency=agency,
            year=year,
            notation=notation,
            title=heading.title.strip(),
            retention=heading.retention,
            keeper=heading.keeper,
            rights=free,
            description=note.strip()[:500] or None,
            state=OPEN,
            folded=fold_all((notation, heading.title)),
            opened_at=tx.now,
        )
    )
    audit.append(tx, LOG, "file_opened", by.who, {"id": id, "agency": agency, "notation": notation})
    return file_of(_row(tx, id))


def _row(tx: Tx, id: str) -> Any:
    return tx.execute(select(work_file).where(work_file.c.id == id)).first()


def locked(tx: Tx, id: str, by: Actor, act: str) -> Any:
    """The row of a work file, to be changed by this transaction; refused to who may not."""
    row = tx.execute(select(work_file).where(work_file.c.id == id).with_for_update()).first()
    rights.require(tx, act, row, by)
    return row


@query
def find(tx: Tx, id: str, by: Actor) -> WorkFile:
    """The work file of that id. Raises `Unseen` for one that is not there, or not theirs to see."""
    row = tx.read(select(work_file).where(work_file.c.id == id)).first()
    rights.require(tx, "look", row, by)
    return file_of(row)


@query
def listing(
    tx: Tx,
    by: Actor,
    *,
    agency: str = "",
    states: Sequence[str] = (),
    year: int | None = None,
    text: str = "",
    page: int = 1,
    size: int = 25,
) -> tuple[list[WorkFile], int]:
    """The work files that this person sees, the newest first; and how many there are."""
    wanted = [rights.seen(tx, by), *(work_file.c.folded.like(f"%{word}%") for word in fold(text).split())]
    if agency:
        wanted.append(work_file.c.agency == agency)
    if states:
        wanted.append(work_file.c.state.in_(states))
    if year is not None:
        wanted.append(work_file.c.year == year)
    total = tx.read(select(func.count()).select_from(work_file).where(*wanted)).scalar_one()
    rows = tx.read(
        select(work_file)
        .where(*wanted)
        .order_by(work_file.c.year.desc(), work_file.c.notation, work_file.c.id)
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return [file_of(row) for row in rows], int(total)


@query
def due_for_archive(tx: Tx, by: Actor, days: int) -> list[WorkFile]:
    """Closed files of this person that go to the archive within so many days, or ought to have gone."""
    last = date.fromordinal(agencies.today(tx).toordinal() + days)
    rows = tx.read(
        select(work_file)
        .where(work_file.c.keeper == by.username, work_file.c.state == CLOSED, work_file.c.archive_by <= last)
        .order_by(work_file.c.archive_by)
        .limit(MOST)
    )
    return [file_of(row) for row in rows]


@command
def put(tx: Tx, id: str, code: str, by: Actor) -> None:
    """Puts a document or dossier into a file, by its code; it may lie in several. What belongs to it comes with it."""
    log.act(tx, by)
    row = locked(tx, id, by, "fill")
    _is_open(row)
    code = code.strip()
    one = tx.read(select(document).where(document.c.code == code)).first()
    if one is not None:
        document_rights.require(tx, "look", one, by)
        if _add(tx, id, str(one.id), DOCUMENT, by.who):
            collect(tx, str(one.id))
        return
    found = tx.read(select(dossier.c.id).where(dossier.c.code == code)).scalar()
    if found is None or not dossier_rights.may_see(tx, found, by):
        raise Refusal(
            f"Không có văn bản hay hồ sơ mã {code[:64]}, hoặc không thuộc phạm vi được xem.",
            f"There is no document or dossier {code[:64]}, or it is not yours to see.",
            "code",
        )
    _add(tx, id, str(found), DOSSIER, by.who)


@command
def take_out(tx: Tx, id: str, root_id: str, reason: str, by: Actor) -> None:
    """Takes something out of an open file, with a reason; it stays where it is otherwise."""
    log.act(tx, by)
    _is_open(locked(tx, id, by, "fill"))
    if not reason.strip():
        raise Refusal("Ghi lý do đưa ra khỏi hồ sơ.", "Say why it is taken out.", "reason")
    gone = tx.execute(
        work_file_item.delete().where(work_file_item.c.file_id == id, work_file_item.c.root_id == root_id)
    )
    if gone.rowcount:
        audit.append(tx, LOG, "item_taken_out", by.who, {"file": id, "root": root_id, "reason": reason.strip()[:500]})


def _is_open(row: Any) -> None:
    if row.state != OPEN:
        raise Refusal("Hồ sơ đã đóng: không thêm, bớt tài liệu được nữa.", "The file is closed.")


def _add(tx: Tx, id: str, root_id: str, kind: str, who: str | None) -> bool:
    there = select(work_file_item.c.root_id).where(work_file_item.c.file_id == id, work_file_item.c.root_id == root_id)
    if tx.execute(there).first() is not None:
        return False
    tx.execute(work_file_item.insert().values(file_id=id, root_id=root_id, kind=kind, at=tx.now, who=who))
    audit.append(tx, LOG, "item_added", who, {"file": id, "root": root_id})
    return True


def filed(tx: Tx, root_id: str, said: Any) -> None:
    """A document is done with: it goes into the open file of its agency of which the step gave the notation or title,
    and into those in which what belongs to it lies."""
    home = log.home(tx, root_id)
    text = str(said or "").strip()
    if text and home is not None:
        id = tx.read(
            select(work_file.c.id)
            .where(
                work_file.c.agency == home.agency,
                work_file.c.state == OPEN,
                or_(work_file.c.notation == text, work_file.c.title == text),
            )
            .order_by(work_file.c.year.desc())
            .limit(1)
        ).scalar()
        if id is not None:
            _add(tx, str(id), root_id, DOCUMENT, None)
    collect(tx, root_id)


def collect(tx: Tx, root_id: str) -> None:
    """What belongs together lies together: a document joins the open files of its agency in which one lies that it
    answers, replaces, is about, or that is about it; and what belongs to it joins its own."""
    row = tx.read(select(document).where(document.c.id == root_id)).first()
    if row is None:
        return
    related = _related(tx, row)
    held = _files_with(tx, row.agency, [root_id, *related])
    for id, lying in held.items():
        for one in (root_id, *related) if root_id in lying else (root_id,):
            _add(tx, id, one, DOCUMENT, None)


def _related(tx: Tx, row: Any) -> list[str]:
    """The documents of the same agency that belong to one."""
    near = {row.answers, row.replaces} - {None}
    asked = (
        select(document_link.c.about).where(document_link.c.root_id == row.id),
        select(document_link.c.root_id).where(document_link.c.about == row.id),
        select(document.c.id).where(document.c.answers == row.id),
    )
    for one in asked:
        near |= set(tx.read(one.limit(MOST)).scalars())
    own = select(document.c.id).where(document.c.id.in_(near), document.c.agency == row.agency)
    return sorted(tx.read(own).scalars()) if near else []


def _files_with(tx: Tx, agency: str, roots: Sequence[str]) -> dict[str, set[str]]:
    rows = tx.read(
        select(work_file_item.c.file_id, work_file_item.c.root_id)
        .join(work_file, work_file.c.id == work_file_item.c.file_id)
        .where(work_file_item.c.root_id.in_(roots), work_file.c.agency == agency, work_file.c.state == OPEN)
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.file_id, set()).add(row.root_id)
    return found


@query
def suggestions(tx: Tx, agency: str, title: str, by: Actor) -> list[tuple[str, str, str]]:
    """Documents of the agency whose subjects share the most words with a title, and that lie in no file: code, notation
    and subject; those that this person sees."""
    wanted = [word for word in fold(title).split() if len(word) > 2][:8]
    if not wanted:
        return []
    seen = document.c.id.is_not(None) if by.everything else document_rights.seen(tx, by)
    lying = select(work_file_item.c.root_id)
    rows = tx.read(
        select(document)
        .where(
            document.c.agency == agency,
            seen,
            document.c.id.not_in(lying),
            or_(*(document.c.folded.like(f"%{word}%") for word in wanted)),
        )
        .order_by(document.c.received_at.desc())
        .limit(MOST)
    ).all()
    ranked = sorted(rows, key=lambda row: -sum(word in fold(row.subject) for word in wanted))
    least = min(2, len(wanted))
    fitting = [row for row in ranked if sum(word in fold(row.subject) for word in wanted) >= least]
    return [(row.code, row.notation or row.code, row.subject) for row in fitting[:5]]


@query
def files_of(tx: Tx, root_id: str, by: Actor) -> list[WorkFile]:
    """The work files in which a document or dossier lies, as far as this person sees them."""
    rows = tx.read(
        select(work_file)
        .join(work_file_item, work_file_item.c.file_id == work_file.c.id)
        .where(work_file_item.c.root_id == root_id, rights.seen(tx, by))
    )
    return [file_of(row) for row in rows]


@query
def items(tx: Tx, id: str, by: Actor | None = None) -> list[Item]:
    """What lies in a file, in order of time. by: for whom; they see of each whether they may open it, and of a dossier
    that they may not whose it is neither."""
    lying = {row.root_id: row for row in tx.read(select(work_file_item).where(work_file_item.c.file_id == id)).all()}
    seen = document_rights.seen(tx, by) if by is not None and not by.everything else None
    asked = select(document).where(document.c.id.in_(lying))
    rows = tx.read(asked).all()
    readable = (
        {row.id for row in rows}
        if seen is None
        else set(tx.read(asked.where(seen).with_only_columns(document.c.id)).scalars())
    )
    found = [_document_item(row, lying[row.id].who is None, row.id in readable) for row in rows]
    papers = _papers(tx, list(lying))
    for row in tx.read(
        select(dossier, dossier_state.c.closed_at)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id.in_(lying))
    ):
        may = by is None or dossier_rights.may_see(tx, row.id, by)
        found.append(_dossier_item(row, papers.get(row.id, []), may))
    reading.shown(*(one.root_id for one in found))
    return sorted(found, key=lambda one: (one.day or date.max, one.notation))


def _document_item(row: Any, by_itself: bool, readable: bool) -> Item:
    day = row.issued_on or row.received_at.astimezone(VIETNAM).date()
    kept = ((row.sha256, row.file_name or row.notation or row.code),) if row.sha256 else ()
    ended = row.ended_at is not None or row.state in (DISPATCHED, RETURNED)
    name = KINDS[row.kind].vi if row.kind in KINDS else row.kind
    return Item(
        row.id,
        DOCUMENT,
        row.code,
        row.notation or row.code,
        row.subject,
        row.issuer,
        day,
        name,
        row.pages,
        kept,
        ended,
        by_itself,
        readable,
    )


def _dossier_item(row: Any, papers: list[tuple[str, str]], readable: bool) -> Item:
    return Item(
        row.id,
        DOSSIER,
        row.code,
        row.code,
        f"{row.procedure_name}: {row.applicant_name}" if readable else row.procedure_name,
        row.applicant_name if readable else "",
        row.received_at.astimezone(VIETNAM).date() if row.received_at else None,
        "Hồ sơ thủ tục hành chính",
        None,
        tuple(papers),
        row.closed_at is not None,
        False,
        readable,
    )


def _papers(tx: Tx, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """The papers of dossiers: what was handed in, then the results."""
    found: dict[str, list[tuple[str, str]]] = {}
    asked = select(dossier_file).where(dossier_file.c.dossier_id.in_(ids))
    for row in tx.read(asked.order_by(dossier_file.c.added_at, dossier_file.c.id)):
        found.setdefault(row.dossier_id, []).append((row.sha256, row.name))
    for row in tx.read(select(result).where(result.c.dossier_id.in_(ids))):
        if row.sha256:
            found.setdefault(row.dossier_id, []).append((row.sha256, row.name))
    return found


@query
def missing(tx: Tx, id: str) -> list[str]:
    """What lacks before a file is whole, a sentence each: what is not ended, what has no file, nothing at all."""
    lying = items(tx, id)
    said = [] if lying else ["Hồ sơ chưa có tài liệu nào."]
    said += [f"{one.notation}: chưa giải quyết xong." for one in lying if not one.ended]
    said += [f"{one.notation}: không có tệp." for one in lying if not one.files]
    gone = [one for one in lying if any(not files.whole(tx, sha256) for sha256, _ in one.files)]
    return said + [f"{one.notation}: tệp không còn nguyên vẹn." for one in gone]


@command
def close(tx: Tx, id: str, by: Actor, *, accepted: bool = False) -> list[str]:
    """Closes a file. Where something lacks and that is not accepted, nothing changes: what lacks. The retention counts
    from the end of the year; to the archive it goes within a year (Luật Lưu trữ 33/2024/QH15)."""
    log.act(tx, by)
    row = locked(tx, id, by, "close")
    _is_open(row)
    lacks = missing(tx, id)
    if lacks and not accepted:
        return lacks
    today = agencies.today(tx)
    until = None if row.retention == FOR_EVER else date(today.year + int(row.retention), 12, 31)
    by_when = date(today.year + YEARS_TO_ARCHIVE, today.month, min(today.day, 28))
    _set(
        tx,
        id,
        state=CLOSED,
        closed_at=tx.now,
        closed_by=by.who,
        missing="\n".join(lacks)[:4000] or None,
        archive_by=by_when,
        kept_until=until,
    )
    audit.append(tx, LOG, "file_closed", by.who, {"id": id, "missing": lacks[:20]})
    from procedures.work_files import noticing

    noticing.plan(tx, id, by_when)
    return []


@command
def reopen(tx: Tx, id: str, reason: str, by: Actor) -> None:
    """Opens a closed file again that is not in the archive, with a reason."""
    log.act(tx, by)
    row = locked(tx, id, by, "reopen")
    if row.state != CLOSED:
        raise Refusal("Chỉ mở lại được hồ sơ đã đóng mà chưa nộp lưu.", "Only a closed file is opened again.")
    if not reason.strip():
        raise Refusal("Ghi lý do mở lại.", "Say why it is opened again.", "reason")
    _set(tx, id, state=OPEN, closed_at=None, closed_by=None, missing=None, archive_by=None, kept_until=None)
    audit.append(tx, LOG, "file_reopened", by.who, {"id": id, "reason": reason.strip()[:500]})


@command
def offer(tx: Tx, id: str, by: Actor) -> None:
    """Who keeps a closed file hands it over: it waits for the archive to take it."""
    log.act(tx, by)
    row = locked(tx, id, by, "offer")
    if row.state != CLOSED:
        raise Refusal("Đóng hồ sơ trước khi nộp lưu.", "Close the file before it is handed over.")
    _set(tx, id, state=OFFERED, offered_at=tx.now, offered_by=by.who)
    audit.append(tx, LOG, "file_offered", by.who, {"id": id})


@command
def accept(tx: Tx, id: str, by: Actor, *, refused: str = "") -> None:
    """The archive takes the file, whole and with its package; or gives it back with a reason (refused). Who hands over
    and who takes are two people."""
    from procedures.work_files import packaging

    log.act(tx, by)
    row = locked(tx, id, by, "accept")
    if row.state != OFFERED:
        raise Refusal("Hồ sơ này không chờ nộp lưu.", "The file is not handed over.")
    if refused.strip():
        _set(tx, id, state=CLOSED, offered_at=None, offered_by=None)
        audit.append(tx, LOG, "file_given_back", by.who, {"id": id, "reason": refused.strip()[:500]})
        return
    if row.offered_by == by.who:
        raise Refusal(
            "Người nộp và người nhận phải là hai người: người lưu trữ khác nhận hồ sơ này.",
            "Who hands over and who takes are two people.",
        )
    body = packaging.make(tx, file_of(row))
    package = files.put(tx, body, f"{row.notation}.zip", (files.type_of(body),), len(body)).sha256
    _set(tx, id, state=ARCHIVED, archived_at=tx.now, archived_by=by.who, package=package)
    audit.append(tx, LOG, "file_archived", by.who, {"id": id, "package": package})


@command
def hold(tx: Tx, id: str, reason: str, by: Actor, *, release: bool = False) -> None:
    """Nothing of a file is destroyed while it is held (a dispute, an inspection); released with a reason, too."""
    log.act(tx, by)
    row = locked(tx, id, by, "hold")
    if not reason.strip():
        raise Refusal("Ghi lý do, ví dụ đang có khiếu nại, tranh chấp, thanh tra.", "Say why.", "reason")
    if release == (row.held_at is None):
        raise Refusal("Trạng thái giữ của hồ sơ đã thay đổi: tải lại trang.", "It is so already.")
    said = {"held_at": None, "held_by": None, "hold_reason": None}
    if not release:
        said = {"held_at": tx.now, "held_by": by.who, "hold_reason": reason.strip()[:500]}  # type: ignore[dict-item]
    _set(tx, id, **said)
    audit.append(tx, LOG, "file_released" if release else "file_held", by.who, {"id": id, "reason": reason.strip()})


def _set(tx: Tx, id: str, **values: Any) -> None:
    tx.execute(update(work_file).where(work_file.c.id == id).values(**values))
