"""What a message of the axis changes here, in one transaction: a document in a tray, a receipt, a request. In whatever
order messages come, and however often, what they leave behind is the same: each is known by its content, an update
counts by when it was said, and what is about a document that is not here yet waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, or_, select, update

from engine import audit, commands
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command
from procedures import agencies, files
from procedures.actor import SYSTEM, Actor
from procedures.documents import incoming
from procedures.documents.queries import locked
from procedures.documents.values import Incoming
from procedures.dossiers import log
from procedures.exchange.axis import outbox
from procedures.exchange.axis.client import Listed
from procedures.exchange.axis.composing import organ as our_organ
from procedures.exchange.edxml.fields import STATUSES
from procedures.search import fold
from procedures.store.axis import axis_document, axis_file, axis_receipt, axis_request
from procedures.store.documents import document
from procedures.store.places import agency as agency_table
from procedures.vocabulary.documents import (
    BOTH,
    ELECTRONIC,
    INCOMING,
    KINDS,
    LETTER,
    ON_ROUTE,
    OUTGOING,
    RECALLED,
    RETURNED,
)

State = Literal["taken", "duplicate", "refused", "waiting"]
RECALL, UPDATE, REPLACE = "recall", "update", "replace"
_BUSINESS = {"1": RECALL, "2": UPDATE, "3": REPLACE}
#: The years that a message may speak of: what lies outside is a mistake, and no moment that could be kept.
YEARS = range(1900, 2201)
#: What is found in the signature of a message that is not what its sender signed: nothing of it is done (NĐ
#: 30/2020/NĐ-CP, Điều 21: what is wrong goes back to its sender, with the reason).
FORGED = frozenset({"altered", "broken"})
#: The status by which some systems recall what they have sent, in place of a message of their own.
TAKEN_BACK = "13"


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: taken into the store, or why not."""

    name: str
    type: str
    size: int
    sha256: str | None = None
    fault: str = ""
    judged: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was read. judged: its signature. text: the words of its first paper. kept: whether it lies in the
    store; one that carries a state secret does not, and its text is that of the paper with the stamp."""

    listed: Listed
    sha256: str
    said: Mapping[str, Any]
    judged: Mapping[str, Any] | None
    files: Sequence[File] = field(default=())
    text: str = ""
    kept: bool = True

    @property
    def header(self) -> Mapping[str, Any]:
        return dict(self.said["MessageHeader"])

    @property
    def organ(self) -> str:
        return str((self.header.get("From") or {}).get("OrganId", ""))[:64]

    @property
    def organ_name(self) -> str:
        return str((self.header.get("From") or {}).get("OrganName", "") or self.organ)[:500]

    @property
    def business(self) -> Mapping[str, Any]:
        return dict((self.said.get("TraceHeaderList") or {}).get("Bussiness") or {})

    @property
    def kind(self) -> str:
        """`status`, `document`, `recall`, `update` or `replace`."""
        if self.said["kind"] == "status":
            return "status"
        return _BUSINESS.get(str(self.business.get("BussinessDocType", "0")), "document")

    @property
    def notation(self) -> str:
        code = self.header.get("Code") or {}
        return "/".join(filter(None, (code.get("CodeNumber", ""), code.get("CodeNotation", ""))))

    @property
    def issued_on(self) -> date | None:
        return day_of((self.header.get("PromulgationInfo") or {}).get("PromulgationDate", ""))

    @property
    def document_id(self) -> str:
        said = str(self.header.get("DocumentId", "") or self.business.get("DocumentId", ""))
        return said[:500] or f"{self.organ},{self.issued_on or ''},{self.notation}"

    @property
    def about(self) -> list[str]:
        """Ids and notations of the documents that it speaks of: what it waits for where they are not here yet."""
        told = (self.business.get("ReplacementInfoList") or {}).get("ReplacementInfo") or []
        of = [(one.get("DocumentId"), one.get("Code")) for one in self.header.get("ResponseFor") or []]
        named = [self.document_id, self.business.get("DocumentId"), self.notation[:30]]
        named += [one.get("DocumentId") for one in told] + [text for pair in of for text in pair]
        return list(dict.fromkeys(str(one)[:500] for one in named if one and "\n" not in str(one)))[:50]

    @property
    def forged(self) -> tuple[str, str] | None:
        """Why it is not what its sender signed (vi, en); None where that cannot be said."""
        signatures = self.judged["signatures"] if self.judged is not None else ()
        reasons = [each for one in signatures for each in one["reasons"] if each["code"] in FORGED]
        return (reasons[0]["vi"], reasons[0]["en"]) if reasons else None

    def said_at(self, else_at: datetime) -> datetime:
        """When the sender says that it was said: the first of its traces."""
        traces = (self.said.get("TraceHeaderList") or {}).get("TraceHeader") or []
        return next((at for one in traces if (at := moment_of(one.get("Timestamp", "")))), else_at)

    @property
    def title(self) -> str:
        if self.kind == "status":
            about = (self.header.get("ResponseFor") or [{}])[0]
            return f"{self.header.get('StatusCode', '')} {about.get('Code', '') or about.get('DocumentId', '')}"[:500]
        return " – ".join(filter(None, (self.notation, str(self.header.get("Subject", "")))))[:500]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, in both languages."""

    state: State
    vi: str
    en: str


@command
def enter(tx: Tx, message: Message, came_at: datetime) -> Outcome:
    """Does what a message says. came_at: when the axis first listed it."""
    log.act(tx, SYSTEM)
    forged = message.forged
    if message.kind == "status":
        return Outcome("refused", *forged) if forged else _status(tx, message, came_at)
    places, strange = _ours(tx, message)
    if not places:
        return _refused(tx, message, strange)
    if forged:
        for place in places:
            outbox.refuse(tx, _answer(tx, message, place, outbox.REFUSED, forged[0]), forged[0])
        return Outcome("refused", *forged)
    try:
        incoming.refuse_secret(stamped=message.text)
    except Refusal as refusal:
        for place in places:
            outbox.refuse(tx, _answer(tx, message, place, outbox.REFUSED, refusal.vi), refusal.vi)
        return Outcome("refused", refusal.vi, refusal.en)
    each = [_for(tx, message, place, came_at) for place in places]
    return next((one for wanted in ("waiting", "taken", "refused") for one in each if one.state == wanted), each[0])


def _for(tx: Tx, message: Message, agency: str, came_at: datetime) -> Outcome:
    if message.kind in ("document", REPLACE):
        entered = _document(tx, message, agency)
        if message.kind == REPLACE and entered.state != "refused":
            waits = _replacement(tx, message, agency, came_at)
            return waits or entered
        return entered
    row = _about(tx, message, agency, [message.document_id, str(message.business.get("DocumentId", ""))])
    if row is None:
        return Outcome(
            "waiting",
            "Nói về một văn bản chưa đến đây; hệ thống giữ lại, chờ văn bản đó đến.",
            "It is about a document that has not come yet; it is kept and waits for it.",
        )
    reason = str(message.business.get("BussinessDocReason", ""))
    return _asked(tx, row, message, message.kind, reason, message.said_at(came_at), came_at)


# -- a document -------------------------------------------------------------------------------------------------------


def _document(tx: Tx, message: Message, agency: str) -> Outcome:
    same = _same(tx, message, agency)
    if same is not None:
        return Outcome(
            "duplicate",
            f"Trùng với văn bản đã đến ({same}): cùng mã, hoặc cùng nơi gửi, số ký hiệu và ngày. Không nhận lần nữa.",
            f"The same as a document that is here ({same}), by id or by sender, notation and date: not taken again.",
        )
    try:
        said = fields_of(message)
        paper = next((one for one in message.files if one.sha256), None)
        scan = files.Stored(paper.sha256, paper.type, paper.size, paper.name) if paper and paper.sha256 else None
        made = incoming.put_in_tray(tx, agency, said, scan, message.text, SYSTEM)
    except Refusal as refusal:
        outbox.refuse(tx, _answer(tx, message, agency, outbox.REFUSED, refusal.vi), refusal.vi)
        return Outcome("refused", refusal.vi, refusal.en)
    tx.execute(
        axis_document.insert().values(
            root_id=made.id,
            document_id=message.document_id,
            organ=message.organ,
            organ_name=message.organ_name,
            said_at=message.said_at(tx.now),
            message=message.sha256,
            judged=message.judged,
        )
    )
    _put_files(tx, made.id, message.files)
    outbox.told(tx, made.id, outbox.ARRIVED)
    return Outcome("taken", f"Đã vào khay văn bản đến ({made.code}).", f"In the tray ({made.code}).")


def _put_files(tx: Tx, root_id: str, found: Sequence[File]) -> None:
    for position, one in enumerate(found, 1):
        tx.execute(
            axis_file.insert().values(
                root_id=root_id,
                position=position,
                sha256=one.sha256,
                name=one.name,
                type=one.type[:255],
                size=one.size,
                fault=one.fault or None,
                judged=one.judged,
            )
        )


def _same(tx: Tx, message: Message, agency: str) -> str | None:
    """The code of a document that is here already: of the same id, or the same sender, notation and date. One that was
    returned may come again, mended: with another content."""
    day = message.issued_on
    rows = tx.execute(
        select(document.c.code, document.c.state, axis_document)
        .join(axis_document, axis_document.c.root_id == document.c.id)
        .where(document.c.agency == agency, document.c.register == INCOMING, axis_document.c.organ == message.organ)
        .where(
            (axis_document.c.document_id == message.document_id)
            | (
                (document.c.notation == message.notation[:30])
                & (document.c.notation != "")
                & (document.c.issued_on == day)
            )
        )
    ).all()
    for row in rows:
        if row.message == message.sha256 or row.state != RETURNED:
            return str(row.code)
    return None


def fields_of(message: Message) -> Incoming:
    """What a message says its document is, as the clerk finds it in the entry form."""
    header = message.header
    kind = str((header.get("DocumentType") or {}).get("TypeName", ""))
    other, signer = header.get("OtherInfo") or {}, header.get("SignerInfo") or {}
    return Incoming(
        message.notation,
        message.organ_name,
        str(header.get("Subject", "") or header.get("Content", "")),
        next((code for code, word in KINDS.items() if fold(word.vi) == fold(kind)), LETTER),
        message.issued_on,
        _number(other.get("Priority"), 4) or 0,
        medium=BOTH if message.business.get("Paper") == "1" else ELECTRONIC,
        signer=str(signer.get("FullName", "")),
        position=" ".join(filter(None, (signer.get("Competence", ""), signer.get("Position", "")))),
        pages=_number(other.get("PageAmount"), 9999),
        copies=_number(other.get("PromulgationAmount"), 9999),
        due=day_of(header.get("DueDate", "")),
    )


# -- what is asked of a document that is here -------------------------------------------------------------------------


def _asked(
    tx: Tx, row: Any, message: Message, kind: str, reason: str, said_at: datetime, came_at: datetime, by: str = ""
) -> Outcome:
    """A request of the sender, once. Where nothing has been done with the document yet, it is done at once; else the
    registry decides."""
    log.hold(tx, row.id)
    id = message.sha256[:36]
    known = axis_request.c.root_id == row.id, axis_request.c.id == id
    if tx.execute(select(axis_request.c.id).where(*known)).first() is not None:
        return Outcome("duplicate", "Yêu cầu này đã nhận trước đó.", "This request is known already.")
    tx.execute(
        axis_request.insert().values(
            root_id=row.id,
            id=id,
            kind=kind,
            text=reason[:1000],
            said_at=said_at,
            came_at=came_at,
            message=message.sha256,
            content=_content(message) if kind == UPDATE else None,
            by=by or None,
        )
    )
    audit.append(tx, row.id, "axis.asked", None, {"kind": kind, "reason": reason[:1000]})
    row = tx.execute(select(document).where(document.c.id == row.id).with_for_update()).one()
    if row.number is None:
        _do(tx, row, id, SYSTEM)
        return Outcome("taken", "Đã thực hiện yêu cầu của nơi gửi.", "What the sender asks is done.")
    return Outcome("taken", "Văn thư xem xét yêu cầu của nơi gửi.", "The registry decides what the sender asks.")


@command
def answer(tx: Tx, code: str, request: str, agreed: bool, text: str, by: Actor) -> None:
    """The registry agrees to what the sender asks (15), or refuses it with a reason (16), once."""
    log.act(tx, by)
    row = locked(tx, code, by, "answer_sender")
    known = axis_request.c.root_id == row.id, axis_request.c.id == request
    asked = tx.execute(select(axis_request).where(*known)).first()
    if asked is None or asked.answer is not None:
        raise Refusal("Yêu cầu này đã được trả lời.", "This request has been answered already.")
    text = text.strip()[:1000]
    if agreed:
        _do(tx, row, request, by, text)
        return
    if not text:
        raise Refusal("Ghi lý do từ chối; nơi gửi đọc nguyên văn.", "Say why: the sender reads it.", "reason")
    _answered(tx, row.id, request, outbox.DECLINED, text, by)


def _do(tx: Tx, row: Any, request: str, by: Actor, text: str = "") -> None:
    asked = tx.execute(select(axis_request).where(axis_request.c.root_id == row.id, axis_request.c.id == request)).one()
    if asked.kind == UPDATE:
        code, why = _renew(tx, row, asked)
    else:
        said = asked.text or (f"Được thay thế bởi văn bản {asked.by}" if asked.by else "Nơi gửi thu hồi")
        code, why = outbox.AGREED, _take_out(tx, row, said, by)
    _answered(tx, row.id, request, code, "; ".join(filter(None, (why, text))), by)


def _take_out(tx: Tx, row: Any, why: str, by: Actor) -> str:
    """Out of the tray; on its route, its recall begins there; what is done with is marked. What else the sender has to
    know of it."""
    if row.state in (RETURNED, RECALLED):
        return "Văn bản đã được trả lại nơi gửi trước đó" if row.state == RETURNED else "Văn bản đã thu hồi trước đó"
    if row.state == ON_ROUTE:
        commands.message(tx, "thu_hoi_van_ban", row.code, {"ly_do_thu_hoi": why}, by=by.username)
        return ""
    values = {"state": RECALLED, "ended_at": row.ended_at or tx.now, "reason": why[:1000]}
    tx.execute(update(document).where(document.c.id == row.id).values(**values))
    audit.append(tx, row.id, "document.recalled", by.who, {"reason": why[:1000]})
    return ""


def _renew(tx: Tx, row: Any, asked: Any) -> tuple[str, str]:
    """The content of an update in the place of what is there, unless that was said later. The answer to the sender, and
    what else they have to know: whatever the order in which updates come, it is the same."""
    known = tx.execute(select(axis_document).where(axis_document.c.root_id == row.id)).one()
    renewed = tx.execute(
        select(axis_request.c.id).where(axis_request.c.root_id == row.id, axis_request.c.message == known.message)
    ).first()
    in_force = (known.said_at, renewed is not None, known.message)
    if row.state == RETURNED:
        return outbox.DECLINED, "Văn bản đã được trả lại nơi gửi nên không cập nhật: gửi lại văn bản đã sửa"
    if in_force >= (asked.said_at, True, asked.message):
        return outbox.AGREED, "Nội dung đang có được gửi sau bản cập nhật này nên giữ nguyên"
    said, found = asked.content["fields"], asked.content["files"]
    values = {name: said[name] for name in ("subject", "notation", "kind", "urgency", "signer", "position")}
    values |= {name: day_of(said[name] or "") for name in ("issued_on", "due")}
    if found:
        tx.execute(axis_file.delete().where(axis_file.c.root_id == row.id))
        _put_files(tx, row.id, [File(**one) for one in found])
        paper = next((one for one in found if one["sha256"]), None)
        if paper is not None:
            values |= {"sha256": paper["sha256"], "file_name": paper["name"]}
    texts = (row.code, values["notation"], row.issuer, values["subject"], values["signer"], asked.content["text"])
    values["folded"] = incoming.folded(*(one or "" for one in texts))
    tx.execute(update(document).where(document.c.id == row.id).values(**values))
    tx.execute(
        update(axis_document)
        .where(axis_document.c.root_id == row.id)
        .values(said_at=asked.said_at, message=asked.message, judged=asked.content["judged"])
    )
    audit.append(tx, row.id, "axis.updated", None, {"reason": asked.text})
    return outbox.AGREED, ""


def _content(message: Message) -> dict[str, Any]:
    """What an update brings, as JSON."""
    said = incoming.columns_of(fields_of(message))
    plain = {name: f"{value:%Y/%m/%d}" if isinstance(value, date) else value for name, value in said.items()}
    each = ("name", "type", "size", "sha256", "fault", "judged")
    return {
        "fields": plain,
        "files": [{name: getattr(one, name) for name in each} for one in message.files],
        "judged": message.judged,
        "text": message.text[:20_000],
    }


def _answered(tx: Tx, root_id: str, request: str, code: str, text: str, by: Actor) -> None:
    tx.execute(
        update(axis_request)
        .where(axis_request.c.root_id == root_id, axis_request.c.id == request)
        .values(answer=code, answer_text=text or None, answered_at=tx.now, answered_by=by.who)
    )
    audit.append(tx, root_id, "axis.answered", by.who, {"request": request, "code": code, "reason": text})
    if outbox.offered(tx):
        outbox.order(tx, root_id, outbox.STATUS, text, code=code, request=request)


def _replacement(tx: Tx, message: Message, agency: str, came_at: datetime) -> Outcome | None:
    """The documents that a new one replaces; `waiting` where one of them is not here yet."""
    told = (message.business.get("ReplacementInfoList") or {}).get("ReplacementInfo") or []
    names, waits = set(organs(tx, agency)), None
    for one in told:
        to = set((one.get("OrganIdList") or {}).get("OrganId") or [])
        if to and not to & names:
            continue
        row = _about(tx, message, agency, [str(one.get("DocumentId", ""))], triple=False)
        if row is None:
            waits = Outcome(
                "waiting",
                "Văn bản mới đã vào khay; văn bản bị thay thế chưa đến đây, hệ thống chờ văn bản đó.",
                "The new document is in the tray; the one that it replaces has not come yet.",
            )
            continue
        reason = str(message.business.get("BussinessDocReason", ""))
        _asked(tx, row, message, REPLACE, reason, message.said_at(came_at), came_at, message.notation)
    return waits


def _about(tx: Tx, message: Message, agency: str, ids: Sequence[str], *, triple: bool = True) -> Any:
    """The document of that sender here that a message is about: nobody else's is touched by it."""
    wanted: ColumnElement[bool] = axis_document.c.document_id.in_([one for one in ids if one])
    if triple and message.notation:
        same = (document.c.notation == message.notation[:30]) & (document.c.issued_on == message.issued_on)
        wanted = or_(wanted, same)
    return tx.execute(
        select(document)
        .join(axis_document, axis_document.c.root_id == document.c.id)
        .where(document.c.agency == agency, document.c.register == INCOMING, axis_document.c.organ == message.organ)
        .where(wanted)
        .order_by(document.c.received_at.desc(), document.c.id)
        .limit(1)
    ).first()


# -- a status ---------------------------------------------------------------------------------------------------------


def _status(tx: Tx, message: Message, came_at: datetime) -> Outcome:
    code = str(message.header.get("StatusCode", "")).zfill(2)
    if code not in STATUSES:
        return Outcome(
            "refused", f"Trạng thái {code[:10]} không có trong quy chuẩn.", f"Status {code[:10]} is unknown."
        )
    found = [row for about in message.header.get("ResponseFor") or [] if (row := _ours_out(tx, about)) is not None]
    if not found and code == TAKEN_BACK:
        return _taken_back(tx, message, came_at)
    if not found:
        return Outcome(
            "waiting",
            "Nói về một văn bản mà hệ thống không thấy đã gửi; giữ lại để đối chiếu.",
            "It is about a document that was not sent from here as far as is known; it is kept.",
        )
    new = [_receipt(tx, row.id, message, code, came_at) for row in found]
    if not any(new):
        return Outcome("duplicate", "Trạng thái này đã nhận trước đó.", "This status is known already.")
    return Outcome("taken", f"Nơi nhận báo: {STATUSES[code][0]}.", f"The recipient says: {STATUSES[code][1]}.")


def _receipt(tx: Tx, root_id: str, message: Message, code: str, came_at: datetime) -> bool:
    """Notes what a recipient said, unless it is noted already."""
    log.hold(tx, root_id)
    said_at = moment_of(message.header.get("Timestamp", "")) or came_at
    rows = tx.execute(
        select(axis_receipt.c.id, axis_receipt.c.organ, axis_receipt.c.code, axis_receipt.c.said_at).where(
            axis_receipt.c.root_id == root_id
        )
    ).all()
    id = message.sha256[:36]
    if any(row.id == id or (row.organ, row.code, row.said_at) == (message.organ, code, said_at) for row in rows):
        return False
    tx.execute(
        axis_receipt.insert().values(
            root_id=root_id,
            id=id,
            organ=message.organ,
            organ_name=message.organ_name,
            code=code,
            text=str(message.header.get("Description", ""))[:1000],
            staff=str((message.header.get("StaffInfo") or {}).get("Staff", ""))[:200],
            said_at=said_at,
            came_at=came_at,
        )
    )
    audit.append(tx, root_id, "axis.receipt", None, {"organ": message.organ, "code": code})
    return True


def _ours_out(tx: Tx, about: Mapping[str, Any]) -> Any:
    """The document of ours that a status is about."""
    wanted: ColumnElement[bool] = axis_document.c.document_id == str(about.get("DocumentId", ""))
    organ, notation = str(about.get("OrganId", "")), str(about.get("Code", ""))
    if organ and notation:
        agency, day = agency_of(tx, organ), day_of(about.get("PromulgationDate", ""))
        same = (document.c.agency == agency) & (document.c.notation == notation) & (document.c.issued_on == day)
        wanted = or_(wanted, same)
    return tx.execute(
        select(document)
        .join(axis_document, axis_document.c.root_id == document.c.id)
        .where(document.c.register == OUTGOING, wanted)
        .limit(1)
    ).first()


def _taken_back(tx: Tx, message: Message, came_at: datetime) -> Outcome:
    """A sender recalls by a status what lies here."""
    found: list[Any] = []
    for about in message.header.get("ResponseFor") or []:
        found += tx.execute(
            select(document)
            .join(axis_document, axis_document.c.root_id == document.c.id)
            .where(document.c.register == INCOMING, axis_document.c.organ == message.organ)
            .where(axis_document.c.document_id == str(about.get("DocumentId", "")))
        ).all()
    if not found:
        return Outcome(
            "waiting",
            "Thu hồi một văn bản chưa đến đây; hệ thống giữ lại, chờ văn bản đó đến.",
            "It recalls a document that has not come yet; it is kept and waits for it.",
        )
    said_at = moment_of(message.header.get("Timestamp", "")) or came_at
    reason = str(message.header.get("Description", ""))
    each = [_asked(tx, row, message, RECALL, reason, said_at, came_at) for row in found]
    return next((one for one in each if one.state == "taken"), each[0])


# -- who is who, and when ---------------------------------------------------------------------------------------------


def _ours(tx: Tx, message: Message) -> tuple[list[str], list[str]]:
    """The agencies of ours that a message is for, and the receivers that are none of ours."""
    named = [str(one.get("OrganId", "")) for one in message.header.get("To") or []]
    wanted = [one for one in message.listed.receivers if not named or one in named] or named
    found = {one: agency_of(tx, one) for one in dict.fromkeys(wanted)}
    return (
        [agency for agency in dict.fromkeys(found.values()) if agency and incoming.has_route(tx, agency)],
        [one for one, agency in found.items() if not agency],
    )


def agency_of(tx: Tx, organ: str) -> str | None:
    """The agency of ours that goes by that OrganId, in its new shape or its old one."""
    wanted = (agency_table.c.code == organ) | (agency_table.c.old_code == organ)
    code = tx.read(select(agency_table.c.code).where(wanted).limit(1)).scalar() if organ else None
    return code if code is not None and agencies.get(tx, code) is not None else None


def organs(tx: Tx, agency: str) -> list[str]:
    """The OrganIds by which an agency of ours goes: its code, and its old one."""
    known = agencies.last_known(tx, agency)
    return [agency, known.old_code] if known is not None and known.old_code else [agency]


def _refused(tx: Tx, message: Message, strange: Sequence[str]) -> Outcome:
    named = ", ".join(strange[:3]) or "?"
    vi = f"Nơi nhận {named} không thuộc hệ thống này, hoặc chưa tiếp nhận văn bản điện tử."
    outbox.refuse(tx, _answer(tx, message, strange[0] if strange else "", outbox.REFUSED, vi), vi)
    return Outcome("refused", vi, f"The receiver {named} is none of this system, or takes no documents yet.")


def _answer(tx: Tx, message: Message, agency: str, code: str, text: str) -> dict[str, Any]:
    """The header of a status about what has not become a document here."""
    about = {
        "OrganId": message.organ,
        "Code": message.notation,
        "DocumentId": message.document_id,
        "PromulgationDate": f"{message.issued_on:%Y/%m/%d}" if message.issued_on else "",
    }
    return {
        "From": our_organ(tx, agency),
        "ResponseFor": [{name: value for name, value in about.items() if value}],
        "StatusCode": code,
        "Description": text,
        "Timestamp": f"{tx.now.astimezone(VIETNAM):%Y/%m/%d %H:%M:%S}",
    }


def day_of(text: str) -> date | None:
    """A day as messages write it, and as some do that should not."""
    found = moment_of(f"{text.strip()[:10]} 00:00:00")
    return None if found is None else found.date()


def moment_of(text: str) -> datetime | None:
    """A moment as messages write it, of Vietnam; None for what is none, or lies outside `YEARS`."""
    for pattern in ("%Y/%m/%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        try:
            found = datetime.strptime(text.strip(), pattern).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
        return found if found.year in YEARS else None
    return None


def _number(value: Any, most: int) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= most else None
