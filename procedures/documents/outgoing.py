"""What goes out from an agency: drafted in versions, approved, numbered, dispatched, followed, recalled (NĐ
30/2020/NĐ-CP, Điều 10–19).

The order of the steps is the route's (`bpmn/routes`); what a step does to the document stands here, called by
`mc:document`. A version may change while the document is with its author; what was approved may not, unless it goes
back to the author and is approved again.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine import audit, commands, worklist
from engine.refusal import Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, bundles, files, officials
from procedures.actor import Actor, acting
from procedures.documents import incoming, notation, numbers, signing, words
from procedures.documents.queries import locked
from procedures.documents.values import Document, Incoming, document_of
from procedures.dossiers import log
from procedures.dossiers.nodes import node_of
from procedures.exchange.axis import outbox, reached
from procedures.rights import NotAllowed
from procedures.rights import documents as rights
from procedures.store.documents import document, document_recipient, document_version
from procedures.vocabulary.documents import (
    APPROVED,
    BOTH,
    CAPACITIES,
    DIRECT,
    DISPATCHED,
    DRAFT,
    DROPPED,
    ELECTRONIC,
    GENERAL,
    KINDS,
    LETTER,
    NUMBERED,
    OUTGOING,
    PAPER,
    RECALLED,
    SUBMITTED,
    URGENCIES,
    WAITING,
    WITH_BASIS,
)

DRAFTS = (files.DOCX, files.PDF)
#: Who drafts for an agency: whoever works there.
DRAFTERS = ("chuyen_vien", "truong_don_vi", "van_thu", "lanh_dao", "mot_cua")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the author says of a document to be. unit: the notation of the drafting unit, in that of a công văn.
    recipients: agencies of this system by their codes; others: names of who stands outside it, one a line; who is
    reached by the axis goes by code or name. answers: code of the incoming document that it answers. replaces: code of
    the outgoing one whose place it takes."""

    agency: str
    kind: str
    subject: str
    urgency: int = 0
    unit: str = ""
    recipients: Sequence[str] = ()
    others: str = ""
    medium: str = ELECTRONIC
    note: str = ""
    answers: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a draft: its file, by whom and when, and what its author said of it."""

    number: int
    sha256: str
    name: str
    type: str
    note: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a document goes to, and how far it is there. state: of the document that it became there, empty before it is
    sent and outside this system."""

    position: int
    agency: str | None
    name: str
    sent_at: datetime | None
    state: str = ""
    acknowledged_at: datetime | None = None
    number: int | None = None
    reason: str = ""


@command
def draft(tx: Tx, said: Draft, file: files.Stored | None, by: Actor) -> Document:
    """Opens a draft, with its first version where there is one, and its route, which begins with the author."""
    log.act(tx, by)
    if not any(agency == said.agency and role in DRAFTERS for role, agency in rights.held(tx, by)):
        raise NotAllowed(
            "Chỉ người công tác tại cơ quan soạn thảo được văn bản của cơ quan.",
            "Only who works at the agency drafts its documents.",
        )
    _check(tx, said)
    text = _text(tx, file) if file is not None else ""  # before the series is locked
    route = incoming.route_of(tx, said.agency, OUTGOING)
    id, code = tx.database.new_id(), incoming.new_code(tx, said.agency, OUTGOING)
    names = _recipients(tx, said)
    place = agencies.last_known(tx, said.agency)
    issuer = place.name if place is not None else said.agency
    source, replaced = _answered(tx, said, by), _replaced(tx, said, by)
    tx.execute(
        document.insert().values(
            id=id,
            code=code,
            route=route.code,
            route_version=route.version,
            agency=said.agency,
            register=OUTGOING,
            state=DRAFT,
            notation="",
            issuer=issuer,
            kind=said.kind,
            subject=said.subject.strip(),
            urgency=said.urgency,
            medium=said.medium,
            unit=said.unit.strip() or None,
            recipients="\n".join(name for _agency, name in names) or None,
            note=said.note.strip() or None,
            answers=source,
            replaces=replaced,
            folded=incoming.folded(code, said.subject, issuer, *(name for _agency, name in names)),
            received_at=tx.now,
            received_by=by.username,
        )
    )
    for position, (agency, name) in enumerate(names, 1):
        tx.execute(document_recipient.insert().values(root_id=id, position=position, agency=agency, name=name))
        if agency is None:
            reached.note(tx, id, position, name)
    audit.append(tx, id, "document.drafted", by.username, {"code": code, "kind": said.kind})
    if file is not None:
        _add_version(tx, id, file, text, "", by)
    commands.start(
        tx,
        route.process,
        {
            "van_ban": {
                "ma": code,
                "loai": said.kind,
                "trich_yeu": said.subject.strip(),
                "do_khan": str(said.urgency),
                "co_quan": said.agency,
                "nguoi_soan": by.username,
                "don_vi_soan": _unit_of(tx, said.agency, by),
            }
        },
        business_key=code,
        by=by.username,
        root_id=id,
        deployment=route.version,
    )
    return document_of(tx.execute(select(document).where(document.c.id == id)).one())


@command
def add_version(tx: Tx, code: str, file: files.Stored, note: str, by: Actor) -> int:
    """Another version of a draft; its number. Refuses who is not its author, and once it is submitted."""
    log.act(tx, by)
    row = locked(tx, code, by, "write")
    if row.state != DRAFT:
        raise Refusal(
            "Văn bản đã trình: người duyệt trả lại dự thảo rồi mới thay được bản khác.",
            "The document is submitted: it takes another version once it has been sent back to its author.",
        )
    if file.sha256 == row.sha256:
        raise Refusal("Tệp này giống hệt bản đang có.", "This file is the version that is there.", "file")
    return _add_version(tx, row.id, file, _text(tx, file), note, by)


def _text(tx: Tx, file: files.Stored) -> str:
    """What a draft says. Refuses one that bears a stamp of secrecy."""
    said = words.text_of(files.read(tx, file.sha256), file.type)
    incoming.refuse_secret(stamped=said)
    return said


def _add_version(tx: Tx, id: str, file: files.Stored, text: str, note: str, by: Actor) -> int:
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
        Version(row.number, row.sha256, row.name, row.type, row.note, row.at, names.get(row.who or "", row.who or ""))
        for row in rows
    ]


@query
def difference(tx: Tx, document_id: str, number: int) -> list[tuple[str, str]]:
    """What a version changed in the words of the one before it, line by line: ("+", "-" or " ", line); what stayed is
    cut to a line on each side."""
    rows = tx.read(
        select(document_version.c.number, document_version.c.words).where(
            document_version.c.root_id == document_id, document_version.c.number.in_((number - 1, number))
        )
    )
    found = {row.number: row.words.splitlines() for row in rows}
    lines = difflib.unified_diff(found.get(number - 1, []), found.get(number, []), lineterm="", n=1)
    return [(line[:1], line[1:]) for line in lines if line[:3] not in ("---", "+++") and line[:2] != "@@"]


@query
def recipients(tx: Tx, document_id: str) -> list[Recipient]:
    """Who it goes to, with what became of it there."""
    there = document.alias("there")
    rows = tx.read(
        select(
            document_recipient,
            there.c.state.label("there_state"),
            there.c.number.label("there_number"),
            there.c.acknowledged_at,
            there.c.reason.label("there_reason"),
        )
        .join(there, there.c.id == document_recipient.c.delivered, isouter=True)
        .where(document_recipient.c.root_id == document_id)
        .order_by(document_recipient.c.position)
    )
    return [
        Recipient(
            row.position,
            row.agency,
            row.name,
            row.sent_at,
            row.there_state or "",
            row.acknowledged_at,
            row.there_number,
            row.there_reason or "",
        )
        for row in rows
    ]


@command
def free_number(tx: Tx, code: str, reason: str, by: Actor) -> None:
    """Takes the number from a document that has not gone out: it may be filled again, and the document waits."""
    log.act(tx, by)
    row = locked(tx, code, by, "number")
    if row.state != NUMBERED:
        raise Refusal(
            "Chỉ hủy được số của văn bản đã cấp số mà chưa phát hành.",
            "Only the number of a document that has not gone out is taken back.",
        )
    if not reason.strip():
        raise Refusal("Ghi lý do hủy số.", "Say why the number is taken back.", "reason")
    numbers.free(tx, row, reason, by)
    audit.append(tx, row.id, "document.number_freed", by.username, {"number": row.number, "reason": reason.strip()})
    _set(tx, row.id, state=APPROVED, number=None, year=None, series=None, notation="", issued_on=None, numbered_at=None)


@command
def number_again(tx: Tx, code: str, wanted: int | None, by: Actor) -> None:
    """Gives a document whose number was taken back another one, or a spare one that is wanted."""
    log.act(tx, by)
    row = locked(tx, code, by, "number")
    if row.state != APPROVED or at_step(tx, row.id, "number"):
        raise Refusal("Văn bản này cấp số ở bước cấp số của luồng.", "Its route has a step that numbers it.")
    _number(tx, row.id, wanted)


def at_step(tx: Tx, root_id: str, act: str) -> bool:
    """Whether a step is open that does that to its document when it is completed."""
    nodes = (node_of(tx, root_id, item.element) for item in worklist.of_instance(tx, root_id))
    return any(
        one.name == "document" and one.attributes.get("act") == act
        for node in nodes
        if node is not None
        for one in node.extensions
    )


@command
def recall(tx: Tx, code: str, reason: str, by: Actor) -> None:
    """Recalls what went out: it is frozen, and each recipient of this system that has it is told; one that still lies
    in a tray there is taken out of it, one in work is recalled by its route."""
    log.act(tx, by)
    row = locked(tx, code, by, "recall")
    if row.state != DISPATCHED:
        raise Refusal("Chỉ thu hồi được văn bản đã phát hành.", "Only what has gone out is recalled.")
    if not reason.strip():
        raise Refusal("Ghi lý do thu hồi; nơi nhận sẽ đọc nguyên văn.", "Say why: the recipients read it.", "reason")
    _take_back(tx, row, reason.strip(), by)
    if outbox.is_out(tx, row.id):
        outbox.order(tx, row.id, "recall", reason.strip())


def _take_back(tx: Tx, row: Any, reason: str, by: Actor) -> None:
    """What went out is no longer in force, here and with the recipients of this system."""
    _set(tx, row.id, state=RECALLED, ended_at=tx.now, reason=reason[:1000])
    audit.append(tx, row.id, "document.recalled", by.username, {"reason": reason[:1000]})
    for there in tx.execute(select(document.c.id).where(document.c.source == row.id)).scalars().all():
        log.hold(tx, there)  # it may be registered at this very moment
        one = tx.execute(select(document).where(document.c.id == there).with_for_update()).one()
        if one.state == WAITING:
            _set(tx, one.id, state=RECALLED, ended_at=tx.now, reason=reason[:1000])
            audit.append(tx, one.id, "document.recalled", None, {"reason": reason[:1000]})
        elif one.ended_at is None:
            commands.message(tx, "thu_hoi_van_ban", one.code, {"ly_do_thu_hoi": reason}, by=by.username)


@command
def renew(tx: Tx, code: str, reason: str, by: Actor, *, subject: str = "") -> None:
    """Sends an update of what went out by the axis: its subject as it is to read, and the file in force. Recipients
    agree to it or refuse it."""
    log.act(tx, by)
    row = locked(tx, code, by, "renew")
    if row.state != DISPATCHED or not outbox.is_out(tx, row.id):
        raise Refusal(
            "Chỉ cập nhật được văn bản đã gửi qua trục liên thông.", "Only what went out by the axis is updated."
        )
    if not reason.strip():
        raise Refusal("Ghi lý do cập nhật; nơi nhận sẽ đọc nguyên văn.", "Say why: the recipients read it.", "reason")
    subject = subject.strip() or row.subject
    if len(subject) > incoming.LENGTHS["subject"]:
        raise Refusal("Trích yếu dài quá 500 ký tự.", "The subject is longer than 500 letters.", "subject")
    _set(tx, row.id, subject=subject)
    audit.append(tx, row.id, "document.renewed", by.username, {"reason": reason.strip()[:1000], "subject": subject})
    outbox.order(tx, row.id, "update", reason.strip())


# -- what the steps of a route do -------------------------------------------------------------------------------------


def drafting(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """It is with its author (again): what was approved before is no longer."""
    row = tx.execute(select(document).where(document.c.id == id)).one()
    if row.state == DRAFT:
        return
    if row.number is not None:
        raise Refusal(
            f"Văn bản đã có số {row.notation}: hủy số trước khi trả lại người soạn thảo.",
            f"The document bears number {row.notation}: take it back before the draft is sent back.",
        )
    _set(tx, id, state=DRAFT, approved_at=None, approved_by=None, signer=None, position=None, capacity=None)


def submitted(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The author has handed it in. Refuses a draft without a file."""
    row = tx.execute(select(document).where(document.c.id == id)).one()
    if row.sha256 is None:
        raise Refusal("Tải dự thảo lên trước khi trình.", "Upload the draft before submitting it.")
    _set(tx, id, state=SUBMITTED)


def approved(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The leader has approved the version in force, in a capacity: ``tham_quyen`` and, where that rests on a paper of
    its own, ``can_cu_tham_quyen``, of the step's form."""
    said = occurrence.variables
    capacity = str(said.get("tham_quyen") or "")
    basis = str(said.get("can_cu_tham_quyen") or "").strip()
    if capacity not in CAPACITIES:
        raise Refusal("Chọn thẩm quyền ký trong danh sách.", "Choose the capacity of the signer.")
    if capacity in WITH_BASIS and not basis:
        raise Refusal(
            f"Ký {capacity}. phải có văn bản giao quyền: ghi số, ký hiệu văn bản đó.",
            f"Signing {capacity}. rests on a paper: give its notation.",
        )
    by = acting(tx)
    head = "" if capacity == DIRECT else f"{capacity}. "
    _set(
        tx,
        id,
        state=APPROVED,
        approved_at=tx.now,
        approved_by=by.who,
        capacity=capacity,
        signer=by.signature or None,
        position=(head + by.title) or None,
    )
    row = tx.execute(select(document).where(document.c.id == id)).one()
    signing.require_signable(tx, row, by)
    said_so = {"sha256": row.sha256, "capacity": capacity, "basis": basis}
    audit.append(tx, id, "document.approved", by.who, said_so)


def numbered(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """The registry gives number and date: the next of its series, or a spare one (``so_cap_bu``)."""
    wanted = occurrence.variables.get("so_cap_bu")
    _number(tx, id, int(wanted) if wanted is not None else None)


def _number(tx: Tx, id: str, wanted: int | None) -> None:
    """The document is read again under its lock; what is not approved gets no number."""
    by = acting(tx)
    row = tx.execute(select(document).where(document.c.id == id).with_for_update()).one()
    if row.state != APPROVED:
        raise Refusal("Văn bản chưa được duyệt nên chưa cấp số.", "It is not approved, and gets no number yet.")
    signing.require(tx, row, "number")
    day = agencies.today(tx)
    series = series_of(tx, row)
    number = numbers.take(tx, row.agency, series, day.year, id, wanted, by)
    place = agencies.last_known(tx, row.agency)
    short = notation.abbreviation(place.name if place is not None else row.agency)
    whole = notation.notation(number, row.kind, short, row.unit or "")
    _set(
        tx,
        id,
        state=NUMBERED,
        series=series,
        year=day.year,
        number=number,
        notation=whole,
        issued_on=day,
        numbered_at=tx.now,
        numbered_by=by.who,
        folded=f"{row.folded} {incoming.folded(whole, row.signer or '')}",
    )
    said: dict[str, Any] = {"number": number, "series": series, "notation": whole}
    if why := signing.on_paper(tx, row):
        said["reason"] = f"Ký trên giấy: {why}"
    audit.append(tx, id, "document.numbered", by.who, said)
    signing.order_seal(tx, id)


def dispatched(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """It goes out: into the trays of the agencies of this system, at once; outside, by the hand of the clerk."""
    by = acting(tx)
    row = tx.execute(select(document).where(document.c.id == id)).one()
    if row.state != NUMBERED:
        raise Refusal("Văn bản chưa có số nên chưa phát hành.", "It has no number, and cannot go out.")
    signing.require(tx, row, "dispatch")
    scan = files.info(tx, row.sha256)
    stored = files.Stored(scan.sha256, scan.type, scan.size, _file_name(row)) if scan is not None else None
    text = words.text_of(files.read(tx, row.sha256), scan.type) if scan is not None else ""
    said = Incoming(
        row.notation,
        row.issuer,
        row.subject,
        row.kind,
        row.issued_on,
        row.urgency,
        medium=row.medium or ELECTRONIC,
        signer=row.signer or "",
        position=row.position or "",
        pages=row.pages,
    )
    for one in tx.execute(select(document_recipient).where(document_recipient.c.root_id == id)).all():
        came = None
        if one.agency is not None and row.medium != PAPER:
            came = incoming.put_in_tray(tx, one.agency, said, stored, text, by, sender=row.agency, source=id)
        tx.execute(
            update(document_recipient)
            .where(document_recipient.c.root_id == id, document_recipient.c.position == one.position)
            .values(sent_at=tx.now, delivered=came.id if came is not None else None)
        )
    outbox.dispatched(tx, row)
    if row.replaces is not None:
        log.hold(tx, row.replaces)
        old = tx.execute(select(document).where(document.c.id == row.replaces).with_for_update()).one()
        if old.state == DISPATCHED:
            _take_back(tx, old, f"Được thay thế bởi văn bản {row.notation}", by)
    _set(tx, id, state=DISPATCHED, dispatched_at=tx.now, dispatched_by=by.who)
    audit.append(tx, id, "document.dispatched", by.who, {"notation": row.notation})


def dropped(tx: Tx, id: str, occurrence: Occurrence) -> None:
    """It is not issued. Refuses one that bears a number."""
    row = tx.execute(select(document).where(document.c.id == id)).one()
    if row.number is not None:
        raise Refusal("Văn bản đã có số: hủy số trước.", "It bears a number: take that back first.")
    reason = str(occurrence.variables.get("ly_do") or "")
    _set(tx, id, state=DROPPED, ended_at=tx.now, reason=reason[:1000] or None)


def series_of(tx: Tx, row: Any) -> str:
    """The series of a document's number: its kind, or one for all where the route says ``series: chung``."""
    said = bundles.of_version(tx, row.route_version).data.get("register") or {}
    return GENERAL if said.get("series") == GENERAL else str(row.kind)


def _set(tx: Tx, id: str, **values: Any) -> None:
    tx.execute(update(document).where(document.c.id == id).values(**values))


def _file_name(row: Any) -> str:
    ending = "." + str(row.file_name).rpartition(".")[2] if "." in str(row.file_name or "") else ""
    return f"{row.notation.replace('/', '-')}{ending}"


def _check(tx: Tx, said: Draft) -> None:
    if said.kind not in KINDS:
        raise Refusal("Chọn tên loại văn bản trong danh sách.", "Unknown kind of document.", "kind")
    subject = said.subject.strip()
    if not subject:
        raise Refusal("Nhập trích yếu nội dung.", "The document has no subject.", "subject")
    if len(subject) > incoming.LENGTHS["subject"]:
        raise Refusal("Trích yếu dài quá 500 ký tự.", "The subject is longer than 500 letters.", "subject")
    if not 0 <= said.urgency < len(URGENCIES):
        raise Refusal("Chọn độ khẩn trong danh sách.", "Unknown urgency.", "urgency")
    if said.medium not in (ELECTRONIC, BOTH, PAPER):
        raise Refusal("Chọn hình thức gửi trong danh sách.", "Unknown medium.", "medium")
    if said.unit.strip() and not notation.is_unit(said.unit.strip()):
        raise Refusal(
            "Ký hiệu đơn vị soạn thảo viết liền, chữ in hoa đứng đầu, ví dụ NC, VP, KTHT.",
            "The notation of the unit is one word that begins with a capital, such as NC, VP.",
            "unit",
        )
    if said.kind == LETTER and not said.unit.strip():
        raise Refusal(
            "Công văn ghi ký hiệu đơn vị soạn thảo, ví dụ NC trong 45/UBND-NC.",
            "A công văn names its drafting unit, such as NC in 45/UBND-NC.",
            "unit",
        )


def _recipients(tx: Tx, said: Draft) -> list[tuple[str | None, str]]:
    """Agency (or None) and name of each recipient. Refuses an agency that there is none, and a draft without any."""
    found: list[tuple[str | None, str]] = []
    known = agencies.names(tx, said.recipients)
    for code in dict.fromkeys(said.recipients):
        if code not in known or code == said.agency:
            raise Refusal("Chọn nơi nhận trong danh sách.", "Choose the recipients from the list.", "recipients")
        found.append((code, known[code]))
    found += [(None, line.strip()[:200]) for line in said.others.splitlines() if line.strip()]
    return found


def _answered(tx: Tx, said: Draft, by: Actor) -> str | None:
    if not said.answers:
        return None
    row = tx.read(select(document).where(document.c.code == said.answers)).first()
    rights.require(tx, "look", row, by)
    return str(row.id) if row is not None else None


def _replaced(tx: Tx, said: Draft, by: Actor) -> str | None:
    """The document whose place a draft takes: of the same agency and kind, and out (NĐ 30/2020/NĐ-CP, Điều 18)."""
    if not said.replaces:
        return None
    row = tx.read(select(document).where(document.c.code == said.replaces)).first()
    rights.require(tx, "look", row, by)
    assert row is not None  # else it was refused
    if row.register != OUTGOING or row.state != DISPATCHED or row.agency != said.agency:
        raise Refusal(
            "Chỉ thay thế được văn bản đã phát hành của chính cơ quan.",
            "Only a document that the agency itself has sent out is replaced.",
        )
    if row.kind != said.kind:
        raise Refusal(
            f"Văn bản thay thế phải cùng tên loại với văn bản {row.notation}.",
            f"What replaces {row.notation} is of the same kind.",
            "kind",
        )
    return str(row.id)


def _unit_of(tx: Tx, agency: str, by: Actor) -> str:
    """The unit whose head initials: where the author works, as far as somebody heads it; else the agency."""
    below = agencies.subtree(tx, agency)
    home = by.agency if by.agency in below else agency
    return home if officials.officials_in(tx, f"truong_don_vi@{home}") else agency
