"""Disposal: files whose term is over are destroyed after two approvals by two leaders, and a certificate says what was.

What is destroyed is the content: files in the store, their words in the search. What the registers say (number, date,
subject) stays, as the law keeps the registers themselves. What lies in another file that is kept, or is named by
something else, is not destroyed, and the certificate says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, files, numbering, officials, words
from procedures.actor import Actor
from procedures.documents import incoming
from procedures.dossiers import log
from procedures.letters.issuing import heading
from procedures.letters.rendering import national, render
from procedures.rights import NotAllowed
from procedures.rights import documents as document_rights
from procedures.rights import work_files as rights
from procedures.store.documents import document, document_version
from procedures.store.papers import file as stored_file
from procedures.store.work_files import LOG, destroyed_content, disposal, disposal_file, work_file, work_file_item
from procedures.vocabulary.retention import (
    APPROVED,
    ARCHIVED,
    CLOSED,
    DESTROYED,
    DOCUMENT,
    DONE,
    FOR_EVER,
    PROPOSED,
    REFUSED,
    RETENTION,
)
from procedures.work_files import keeping
from procedures.work_files.values import Item, WorkFile, file_of

SERIES = "tieu_huy"


@dataclass(frozen=True, slots=True)
class Disposal:
    """A disposal: of which files, who proposed and approved it, and the certificate when it is done."""

    id: str
    agency: str
    year: int
    number: int
    reason: str
    state: str
    proposed_at: datetime
    proposed_by: str
    first_by: str
    first_at: datetime | None
    second_by: str
    second_at: datetime | None
    answer: str
    certificate: str
    files: tuple[WorkFile, ...]


@query
def ripe(tx: Tx, agency: str) -> list[WorkFile]:
    """Files of an agency whose term is over, that are not held, and that no disposal names."""
    named = (
        select(disposal_file.c.file_id)
        .join(disposal, disposal.c.id == disposal_file.c.disposal_id)
        .where(disposal.c.state != REFUSED)
    )
    rows = tx.read(
        select(work_file)
        .where(
            work_file.c.agency == agency,
            work_file.c.state.in_((CLOSED, ARCHIVED)),
            work_file.c.kept_until < agencies.today(tx),
            work_file.c.held_at.is_(None),
            work_file.c.id.not_in(named),
        )
        .order_by(work_file.c.kept_until, work_file.c.notation)
        .limit(keeping.MOST)
    )
    return [file_of(row) for row in rows]


@command
def propose(tx: Tx, agency: str, ids: Sequence[str], reason: str, by: Actor) -> str:
    """Proposes to destroy files whose term is over; the id of the disposal."""
    log.act(tx, by)
    document_rights.require_registry(tx, agency, by)
    if not reason.strip():
        raise Refusal("Ghi căn cứ, lý do tiêu hủy.", "Say why they are destroyed.", "reason")
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Refusal("Chọn ít nhất một hồ sơ.", "Choose at least one file.", "files")
    known = {one.id for one in ripe(tx, agency)}
    if not set(wanted) <= known:
        raise Refusal(
            "Có hồ sơ chưa hết thời hạn bảo quản, đang bị giữ, hoặc đã có trong đề nghị khác: tải lại trang.",
            "A file is still to be kept, is held, or stands in another disposal.",
            "files",
        )
    year = agencies.today(tx).year
    id = tx.database.new_id()
    tx.execute(
        disposal.insert().values(
            id=id,
            agency=agency,
            year=year,
            number=numbering.take(tx, SERIES, agency, f"{year}"),
            reason=reason.strip()[:1000],
            state=PROPOSED,
            proposed_at=tx.now,
            proposed_by=by.username,
        )
    )
    for one in wanted:
        tx.execute(disposal_file.insert().values(disposal_id=id, file_id=one))
    audit.append(tx, LOG, "disposal_proposed", by.who, {"id": id, "files": wanted})
    return id


@command
def approve(tx: Tx, id: str, by: Actor) -> None:
    """One of the two approvals. By two different leaders, of the agency or of one above it, neither of whom proposed
    it; with the second one it is carried out."""
    row = _asked(tx, id, by)
    if by.username in (row.proposed_by, row.first_by):
        raise Refusal(
            "Người đề nghị và hai người duyệt phải là ba người khác nhau.",
            "Who proposes and the two who approve are three people.",
        )
    _still_ripe(tx, row)
    if row.state == PROPOSED:
        _set(tx, id, state=APPROVED, first_at=tx.now, first_by=by.username)
        audit.append(tx, LOG, "disposal_approved", by.who, {"id": id, "approval": 1})
        return
    _set(tx, id, second_at=tx.now, second_by=by.username)
    audit.append(tx, LOG, "disposal_approved", by.who, {"id": id, "approval": 2})
    _carry_out(tx, tx.execute(select(disposal).where(disposal.c.id == id)).one())


@command
def refuse(tx: Tx, id: str, reason: str, by: Actor) -> None:
    """The files are kept; with a reason."""
    _asked(tx, id, by)
    if not reason.strip():
        raise Refusal("Ghi lý do không tiêu hủy.", "Say why not.", "reason")
    _set(tx, id, state=REFUSED, answer=reason.strip()[:1000])
    audit.append(tx, LOG, "disposal_refused", by.who, {"id": id, "reason": reason.strip()[:500]})


def _asked(tx: Tx, id: str, by: Actor) -> Any:
    log.act(tx, by)
    row = tx.execute(select(disposal).where(disposal.c.id == id).with_for_update()).first()
    _may_see(tx, row, by)
    assert row is not None  # else it was not to be seen
    leads = any(role == "lanh_dao" and row.agency in agencies.subtree(tx, place) for role, place in _held(tx, by))
    if not leads:
        raise NotAllowed(
            "Chỉ lãnh đạo của cơ quan hoặc của cơ quan cấp trên duyệt tiêu hủy.",
            "Only leaders of the agency or of one above it approve a disposal.",
        )
    if row.state not in (PROPOSED, APPROVED):
        raise Refusal("Đề nghị này đã xong.", "It is settled.")
    return row


def _held(tx: Tx, by: Actor) -> frozenset[tuple[str, str]]:
    return document_rights.held(tx, by)


def _may_see(tx: Tx, row: Any, by: Actor) -> None:
    if row is not None and by.everything:
        return
    if row is None or not any(
        (role == "van_thu" and place == row.agency)
        or (role == "lanh_dao" and row.agency in agencies.subtree(tx, place))
        for role, place in _held(tx, by)
    ):
        raise rights.unseen()


def _still_ripe(tx: Tx, row: Any) -> None:
    today = agencies.today(tx)
    for one in _files(tx, row.id, lock=True):
        if one.held_at is not None or one.retention == FOR_EVER:
            raise Refusal(
                f"Hồ sơ {one.notation} đang bị giữ hoặc được bảo quản vĩnh viễn: chưa tiêu hủy được.",
                f"File {one.notation} is held, or kept for ever.",
            )
        if one.state not in (CLOSED, ARCHIVED) or one.kept_until is None or one.kept_until >= today:
            raise Refusal(
                f"Hồ sơ {one.notation} đã đổi từ khi đề nghị (mở lại, đang nộp lưu, đã hủy, hoặc còn thời hạn): "
                "không duyệt đề nghị này, ghi lý do.",
                f"File {one.notation} has changed since: refuse this disposal.",
            )


def _files(tx: Tx, id: str, *, lock: bool = False) -> list[WorkFile]:
    asked = (
        select(work_file)
        .join(disposal_file, disposal_file.c.file_id == work_file.c.id)
        .where(disposal_file.c.disposal_id == id)
        .order_by(work_file.c.year, work_file.c.notation)
    )
    return [file_of(row) for row in tx.execute(asked.with_for_update() if lock else asked)]


def _carry_out(tx: Tx, row: Any) -> None:
    lines: list[list[str]] = []
    gone: list[str] = []
    for one in _files(tx, row.id):
        for item in keeping.items(tx, one.id):
            kept = _also_kept(tx, item, one.id)
            contents = [] if kept else _contents(tx, item)
            done = [sha256 for sha256, name in contents if _destroy(tx, row.id, item, sha256, name)]
            gone += done
            lines.append(_line(one, item, kept, done, len(contents)))
        if one.package and _destroy_package(tx, row.id, one):
            gone.append(one.package)
        tx.execute(
            update(work_file).where(work_file.c.id == one.id).values(state=DESTROYED, destroyed_at=tx.now, package=None)
        )
    body = _certificate(tx, row, lines, len(gone))
    stored = files.put(tx, body, f"tieu-huy-{row.number:02d}-{row.year}.pdf")
    _set(tx, row.id, state=DONE, certificate=stored.sha256)
    audit.append(tx, LOG, "disposal_done", None, {"id": row.id, "contents": gone, "certificate": stored.sha256})
    paths = [files.place(tx, sha256) for sha256 in gone]
    tx.after_commit(lambda: _unlink(paths))


def _unlink(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _also_kept(tx: Tx, item: Item, file_id: str) -> str:
    """The notation of another file in which it lies and that is not destroyed; empty where there is none."""
    found = tx.read(
        select(work_file.c.notation)
        .join(work_file_item, work_file_item.c.file_id == work_file.c.id)
        .where(work_file_item.c.root_id == item.root_id, work_file.c.id != file_id, work_file.c.state != DESTROYED)
        .limit(1)
    ).scalar()
    return str(found or "")


def _contents(tx: Tx, item: Item) -> list[tuple[str, str]]:
    """Every content of a document or dossier: that in force, and the versions before it."""
    found = dict(item.files)
    if item.kind == DOCUMENT:
        for row in tx.read(select(document_version).where(document_version.c.root_id == item.root_id)):
            found.setdefault(row.sha256, row.name)
    return list(found.items())


def _destroy(tx: Tx, disposal_id: str, item: Item, sha256: str, name: str) -> bool:
    known = files.info(tx, sha256)
    if known is None or any(root != item.root_id for root in files.roots_of(tx, sha256)):
        return False
    tx.execute(
        destroyed_content.insert().values(
            sha256=sha256, disposal_id=disposal_id, root_id=item.root_id, name=name, size=known.size, at=tx.now
        )
    )
    tx.execute(stored_file.delete().where(stored_file.c.sha256 == sha256))
    if item.kind == DOCUMENT:
        tx.execute(update(document_version).where(document_version.c.root_id == item.root_id).values(words=""))
        plain = incoming.folded(item.code, item.notation, item.subject, item.issuer)
        tx.execute(update(document).where(document.c.id == item.root_id).values(folded=plain))
    return True


def _destroy_package(tx: Tx, disposal_id: str, one: WorkFile) -> bool:
    known = files.info(tx, one.package or "")
    if known is None:
        return False
    said = {"root_id": one.id, "name": f"{one.notation}.zip", "size": known.size, "at": tx.now}
    tx.execute(destroyed_content.insert().values(sha256=one.package, disposal_id=disposal_id, **said))
    tx.execute(stored_file.delete().where(stored_file.c.sha256 == one.package))
    return True


def _line(one: WorkFile, item: Item, kept: str, done: Sequence[str], contents: int) -> list[str]:
    fate = f"Không hủy: còn trong hồ sơ {kept}" if kept else f"{len(done)} tệp"
    if contents > len(done):
        fate += f"; {contents - len(done)} tệp còn là của văn bản khác nên giữ lại"
    day = f"{item.day:%d/%m/%Y}" if item.day else ""
    prints = " ".join(sha256[:16] for sha256 in done) or "–"
    return [f"{one.notation}/{one.year}", item.notation, day, item.subject, fate, prints]


def _certificate(tx: Tx, row: Any, lines: list[list[str]], contents: int) -> bytes:
    names = officials.names(tx, {row.proposed_by, row.first_by, row.second_by})
    titles = [
        f"{one.notation} năm {one.year}: {one.title} ({RETENTION[one.retention].vi})" for one in _files(tx, row.id)
    ]
    data: dict[str, Any] = {
        **heading(tx, row.agency),
        "tieu_de": "Biên bản tiêu hủy tài liệu hết giá trị",
        "ky": f"Số {row.number:02d}/{row.year}",
        "can_cu": [
            f"Căn cứ, lý do: {row.reason}",
            f"Người đề nghị: {names.get(row.proposed_by, row.proposed_by)}, {words.moment(row.proposed_at)}.",
            "Hồ sơ: " + "; ".join(titles) + ".",
        ],
        "cot": ["Hồ sơ", "Số, ký hiệu", "Ngày tháng", "Trích yếu nội dung", "Đã hủy", "Mã băm (16 ký tự đầu)"],
        "rong": [22, 36, 22, 0, 34, 40],
        "dong": lines,
        "ket": [
            f"Đã hủy nội dung của {contents} tệp khỏi kho lưu trữ lúc {words.moment(tx.now)}.",
            "Thông tin đăng ký trong sổ được giữ lại. Mã băm SHA-256 đầy đủ nằm trong nhật ký hệ thống.",
        ],
        "hai_nguoi": [
            ["Người duyệt thứ nhất", names.get(row.first_by, row.first_by)],
            ["Người duyệt thứ hai", names.get(row.second_by, row.second_by)],
        ],
    }
    return render(national("bang-ke"), data, at=tx.now)


def _set(tx: Tx, id: str, **values: Any) -> None:
    tx.execute(update(disposal).where(disposal.c.id == id).values(**values))


@query
def find(tx: Tx, id: str, by: Actor) -> Disposal:
    """A disposal with its files. Raises `Unseen` for who may not see it."""
    row = tx.read(select(disposal).where(disposal.c.id == id)).first()
    _may_see(tx, row, by)
    return _whole(tx, [row])[0]


@query
def listing(tx: Tx, agency: str, by: Actor) -> list[Disposal]:
    """The disposals of an agency, the newest first; those to see of this person."""
    rows = tx.read(
        select(disposal).where(disposal.c.agency == agency).order_by(disposal.c.proposed_at.desc()).limit(keeping.MOST)
    ).all()
    if rows:
        _may_see(tx, rows[0], by)
    return _whole(tx, rows)


@query
def waiting(tx: Tx, by: Actor) -> list[Disposal]:
    """Disposals that wait for the approval of this leader."""
    places: set[str] = set()
    for role, place in _held(tx, by):
        if role == "lanh_dao":
            places |= set(agencies.subtree(tx, place))
    rows = tx.read(
        select(disposal)
        .where(disposal.c.agency.in_(sorted(places)), disposal.c.state.in_((PROPOSED, APPROVED)))
        .order_by(disposal.c.proposed_at)
        .limit(keeping.MOST)
    ).all()
    return _whole(tx, [row for row in rows if by.username not in (row.proposed_by, row.first_by)])


def _whole(tx: Tx, rows: Sequence[Any]) -> list[Disposal]:
    names = officials.names(tx, {n for row in rows for n in (row.proposed_by, row.first_by, row.second_by) if n})
    return [
        Disposal(
            row.id,
            row.agency,
            row.year,
            row.number,
            row.reason,
            row.state,
            row.proposed_at,
            names.get(row.proposed_by, row.proposed_by),
            names.get(row.first_by or "", row.first_by or ""),
            row.first_at,
            names.get(row.second_by or "", row.second_by or ""),
            row.second_at,
            row.answer or "",
            row.certificate or "",
            tuple(_files(tx, row.id)),
        )
        for row in rows
    ]
