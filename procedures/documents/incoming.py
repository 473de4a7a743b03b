"""What comes to an agency: the tray, doubles, the door against secrets, the register, and back to the sender.

A document comes into the tray (uploaded, or sent by another agency of this system), and there it is entered in the
register: it gets its số đến, one series a year from 1 January for paper and electronic together, without gaps (NĐ
30/2020/NĐ-CP, Điều 22), and its route begins, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from engine import audit, commands
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, bundles, files, numbering, working_time
from procedures.actor import Actor
from procedures.documents import replies, suggesting, words
from procedures.documents.notation import issuer_key, notation_key
from procedures.documents.queries import locked
from procedures.documents.values import Document, Incoming, document_of
from procedures.dossiers import log
from procedures.exchange.axis import outbox
from procedures.rights import documents as rights
from procedures.search import fold, fold_all
from procedures.store.documents import document
from procedures.store.tray import tray_file
from procedures.vocabulary.documents import (
    AXIS,
    ELECTRONIC,
    GENERAL,
    INCOMING,
    KINDS,
    LETTER,
    MAIL,
    MEDIA,
    ON_ROUTE,
    PAPER,
    RETURNED,
    SECRET,
    SYSTEM,
    UPLOAD,
    URGENCIES,
    WAITING,
)

#: The longest that a field may be (NĐ 30/2020/NĐ-CP, Phụ lục VI).
LENGTHS = {"notation": 30, "issuer": 200, "subject": 500, "signer": 50, "position": 100, "note": 500}
_NAMES = {
    "notation": ("số, ký hiệu", "notation"),
    "issuer": ("cơ quan ban hành", "issuer"),
    "subject": ("trích yếu", "subject"),
    "signer": ("người ký", "signer"),
    "position": ("chức vụ người ký", "position of the signer"),
    "note": ("ghi chú", "note"),
}
ASKED = ("notation", "issuer", "subject")
WORKING_DAYS = 60  # how far ahead a route is told of the working days
SCANS = (files.PDF, files.DOCX, *files.IMAGES, files.TIFF)


class Double(Refusal):
    """The same sender, notation and date stand in the register already. `documents`: where."""

    def __init__(self, found: Sequence[Document]) -> None:
        first = found[0]
        where = f"số đến {first.shown_number}" if first.number is not None else "trong khay văn bản đến"
        place = f"number {first.shown_number}" if first.number is not None else "in the tray"
        super().__init__(
            f"Văn bản {first.notation} của {first.issuer} đã có ({where}, ngày {_day(first.received_at)}). Kiểm tra "
            "lại; nếu vẫn cần đăng ký thì ghi lý do.",
            f"Document {first.notation} of {first.issuer} is there already ({place}, {_day(first.received_at)}). Look "
            "again, or say why it is registered all the same.",
        )
        self.documents = tuple(found)


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read before it was taken: its words, by what they were read (`text`, `ocr`; empty: it has none
    that can be read), what was said of its signatures, its pages."""

    text: str = ""
    by: str = ""
    judged: Mapping[str, Any] | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A file that came beside the paper; without `stored` it could not be taken, which `fault` says."""

    name: str
    type: str
    size: int
    stored: files.Stored | None = None
    fault: str = ""
    judged: Mapping[str, Any] | None = None


@command
def arrive(
    tx: Tx,
    agency: str,
    scan: files.Stored | None,
    by: Actor,
    *,
    paper: bool = False,
    read: Read | None = None,
    channel: str = UPLOAD,
    item: str | None = None,
    subject: str = "",
    beside: Sequence[Beside] = (),
) -> Document:
    """Puts what came into the tray of an agency, with what its own words say its fields are. scan: a file that is
    stored; None for a document on paper that nobody scanned. read: where it was read already. item: the mail or scan
    that it came by. subject: of the mail, for where the words say none. beside: files that came with it.

    Refuses who is no registry clerk there (the system itself is none, and may), and a file that shows a stamp of
    secrecy."""
    log.act(tx, by)
    if by.who is not None:
        rights.require_registry(tx, agency, by)
    if read is None:
        text = words.text_of(files.read(tx, scan.sha256), scan.type) if scan is not None else ""
        read = Read(text, "text" if text.strip() else "")
    refuse_secret(stamped=read.text)
    said = suggesting.suggested(read.text)
    sources = dict.fromkeys(said.said, read.by or "text")
    if not said.subject and subject:
        sources["subject"] = MAIL
    if read.pages:
        sources["pages"] = "file"
    incoming = Incoming(
        said.notation,
        _as_known(tx, said.issuer),
        said.subject or subject,
        said.kind or LETTER,
        said.issued_on if said.issued_on is None or said.issued_on <= agencies.today(tx) else None,
        said.urgency,
        medium=PAPER if paper else ELECTRONIC,
        signer=said.signer,
        position=said.position,
        pages=read.pages,
        due=said.due,
    )
    made = put_in_tray(tx, agency, incoming, scan, read.text, by, channel=channel, item=item, suggested=sources or None)
    if beside or (read.judged is not None and scan is not None):
        paper_file = Beside(scan.name, scan.type, scan.size, scan, judged=read.judged) if scan is not None else None
        _put_beside(tx, made.id, [*([paper_file] if paper_file else []), *beside])
    return made


def _put_beside(tx: Tx, root_id: str, found: Sequence[Beside]) -> None:
    for position, one in enumerate(found):
        tx.execute(
            tray_file.insert().values(
                root_id=root_id,
                position=position,
                sha256=one.stored.sha256 if one.stored is not None else None,
                name=one.name,
                type=one.type[:255],
                size=one.size,
                fault=one.fault or None,
                judged=one.judged,
            )
        )


def put_in_tray(
    tx: Tx,
    agency: str,
    incoming: Incoming,
    scan: files.Stored | None,
    text: str,
    by: Actor,
    *,
    sender: str | None = None,
    source: str | None = None,
    channel: str = AXIS,
    item: str | None = None,
    suggested: Mapping[str, str] | None = None,
) -> Document:
    """The row of what came. sender, source: the agency of this system that sent it, and its document. channel: of
    `vocabulary.documents.CHANNELS`. suggested: fields that only its words say, and by what they were read."""
    route = route_of(tx, agency, INCOMING)
    id, code = tx.database.new_id(), new_code(tx, agency, INCOMING)
    tx.execute(
        document.insert().values(
            id=id,
            code=code,
            route=route.code,
            route_version=route.version,
            agency=agency,
            register=INCOMING,
            state=WAITING,
            **columns_of(incoming),
            sender=sender,
            source=source,
            channel=SYSTEM if sender else channel,
            item=item,
            suggested=suggested,
            folded=folded(code, incoming.notation, incoming.issuer, incoming.subject, incoming.signer, text),
            sha256=scan.sha256 if scan is not None else None,
            file_name=scan.name if scan is not None else None,
            received_at=tx.now,
            received_by=by.who,
        )
    )
    said = {"code": code, "agency": agency, "sender": sender, **({"suggested": dict(suggested)} if suggested else {})}
    audit.append(tx, id, "document.arrived", by.who, said)
    return document_of(tx.execute(select(document).where(document.c.id == id)).one())


@command
def register(tx: Tx, code: str, incoming: Incoming, by: Actor, *, no_double: str = "") -> Document:
    """Enters what lies in the tray into the register: số đến, fields, acknowledged, its route begun. no_double: why it
    is registered though one that seems the same is there: the clerk has looked.

    Refuses a state secret, what a field may not say, a double (`Double`), and what is registered or returned already.
    """
    log.act(tx, by)
    row = locked(tx, code, by, "register")
    if row.state != WAITING:
        raise Refusal(
            f"Văn bản này đã được xử lý ở khay (số đến {row.number}).", "This document has left the tray already."
        )
    _check(tx, row, incoming)
    same = doubles(tx, row.agency, incoming, besides=row.id)
    no_double = no_double.strip()[:500] if same else ""
    if same and not no_double:
        raise Double(same)
    route = route_of(tx, row.agency, INCOMING)
    year = agencies.today(tx).year
    number = numbering.take(tx, numbering.document_series(INCOMING, GENERAL), row.agency, f"{year}")
    columns = columns_of(incoming)
    tx.execute(
        update(document)
        .where(document.c.id == row.id)
        .values(
            **columns,
            route=route.code,
            route_version=route.version,
            state=ON_ROUTE,
            series=GENERAL,
            year=year,
            number=number,
            numbered_at=tx.now,
            numbered_by=by.username,
            acknowledged_at=row.acknowledged_at or tx.now,
            suggested=None,
            double_reason=no_double or None,
            folded=_refolded(row.folded, incoming),
        )
    )
    log.forget(tx, row.id)  # its route's version may be another by now
    said = {"code": code, "number": number, "register": INCOMING, **_looked_over(row, columns)}
    if no_double:
        said |= {"reason": no_double, "double_of": [one.code for one in same]}
    audit.append(tx, row.id, "document.registered", by.username, said)
    outbox.told(tx, row.id, outbox.RECEIVED)
    replies.acknowledged(tx, row.id)
    commands.start(
        tx,
        route.process,
        {"van_ban": _variables(tx, row, incoming, number)},
        business_key=code,
        by=by.username,
        root_id=row.id,
        deployment=route.version,
    )
    return document_of(tx.execute(select(document).where(document.c.id == row.id)).one())


def _looked_over(row: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """What became of the suggestions, for the log: which the clerk changed."""
    if not row.suggested:
        return {}
    return {
        "suggested": row.suggested,
        "changed": [name for name in row.suggested if columns[name] != getattr(row, name)],
    }


def _refolded(before: str, incoming: Incoming) -> str:
    """What a search looks in: the fields as they are now, and what the document says, which was read when it came."""
    fields = (incoming.notation, incoming.issuer, incoming.subject, incoming.signer, incoming.note)
    return f"{folded(*fields)} {before}"[: words.MOST_LETTERS]


@command
def give_back(tx: Tx, code: str, reason: str, by: Actor) -> Document:
    """Returns what lies in the tray to its sender, with the reason, which the sender reads on this system; one that
    came another way is marked so, and goes back as it came. It takes no number."""
    log.act(tx, by)
    row = locked(tx, code, by, "give_back")
    if row.state != WAITING:
        raise Refusal(
            "Chỉ trả lại được văn bản chưa đăng ký: văn bản đã có số đến thì lãnh đạo quyết định trong luồng xử lý.",
            "Only what is not registered yet is returned: later the leader decides on its route.",
        )
    reason = reason.strip()
    if not reason:
        raise Refusal("Ghi rõ lý do trả lại; nơi gửi sẽ đọc nguyên văn.", "Say why: the sender reads it.", "reason")
    tx.execute(
        update(document)
        .where(document.c.id == row.id)
        .values(state=RETURNED, reason=reason[:1000], ended_at=tx.now, acknowledged_at=row.acknowledged_at or tx.now)
    )
    audit.append(tx, row.id, "document.returned", by.username, {"code": code, "reason": reason[:1000]})
    outbox.told(tx, row.id, outbox.REFUSED, reason)
    replies.returned(tx, row.id, reason)
    return document_of(tx.execute(select(document).where(document.c.id == row.id)).one())


@query
def doubles(tx: Tx, agency: str, incoming: Incoming, besides: str = "") -> list[Document]:
    """Documents of the agency from the same sender with the same notation and date (one date unknown matches any), but
    those that were returned; the newest first. Capitals, marks, spaces and hyphens make no difference."""
    key = notation_key(incoming.notation)
    if not key:
        return []
    rows = tx.read(
        select(document)
        .where(
            document.c.agency == agency,
            document.c.notation_key == key,
            document.c.register == INCOMING,
            document.c.id != besides,
            or_(document.c.state.is_(None), document.c.state != RETURNED),
            _same_day(incoming.issued_on),
        )
        .order_by(document.c.received_at.desc())
        .limit(50)
    )
    issuer = issuer_key(incoming.issuer)
    return [document_of(row) for row in rows if issuer_key(row.issuer) == issuer]


def _same_day(day: date | None) -> ColumnElement[bool]:
    if day is None:
        return document.c.id.is_not(None)
    return or_(document.c.issued_on == day, document.c.issued_on.is_(None))


@query
def late_acknowledgements(tx: Tx, agency: str) -> int:
    """How many lie in the tray since before today: what comes is acknowledged or returned the same day (Điều 21)."""
    today = datetime.combine(agencies.today(tx), time(), VIETNAM)
    rows = tx.read(
        select(document.c.id)
        .where(
            document.c.agency == agency,
            document.c.register == INCOMING,
            document.c.state == WAITING,
            document.c.received_at < today,
        )
        .limit(1000)
    )
    return len(rows.all())


def route_of(tx: Tx, agency: str, register: str) -> bundles.Procedure:
    """The route in force for a register of an agency: that of its level, where there are several. Refuses where none is
    deployed."""
    place = agencies.last_known(tx, agency)
    level = place.level if place is not None else ""
    fitting = [
        one
        for one in bundles.published(tx, kind="route")
        if (one.data.get("register") or {}).get("kind") == register and (not one.agencies or level in one.agencies)
    ]
    if not fitting:
        raise Refusal(
            "Chưa có luồng văn bản nào được triển khai cho sổ này: báo quản trị hệ thống.",
            "No document route is deployed for this register: tell the administrator.",
        )
    return fitting[0]


def has_route(tx: Tx, agency: str) -> bool:
    """Whether what comes to an agency can be registered: a route is deployed for it."""
    try:
        route_of(tx, agency, INCOMING)
    except Refusal:
        return False
    return True


def new_code(tx: Tx, agency: str, register: str) -> str:
    """What a document is called in the system from its first moment on, before and beside any number of a register."""
    year = agencies.today(tx).year
    number = numbering.take(tx, numbering.CODES[register], agency, f"{year}")
    return f"{agency}-{numbering.CODE_MARKS[register]}-{year}-{number:05d}"


def folded(*texts: str) -> str:
    """What a search of documents looks in."""
    return fold_all(texts)[: words.MOST_LETTERS]


def refuse_secret(*, secrecy: str = "", stamped: str = "") -> None:
    """Raises a Refusal for a state secret. secrecy: what was said of it. stamped: its text, where a stamp stands as a
    line of its own."""
    lines = {fold(line) for line in stamped.split("\n")[:80]} if stamped else set()
    if fold(secrecy) in SECRET or any(mark in lines for mark in SECRET):
        raise Refusal(
            "Văn bản có độ mật không được đưa vào hệ thống này: không lưu, không quét, không đăng ký tại đây. Hãy xử "
            "lý theo quy định về bảo vệ bí mật nhà nước.",
            "A classified document must not enter this system: it is not kept, scanned or registered here.",
            "secrecy",
        )


def _check(tx: Tx, row: Any, incoming: Incoming) -> None:
    refuse_secret(secrecy=incoming.secrecy)
    for name in ASKED:
        if not getattr(incoming, name).strip():
            vi, en = _NAMES[name]
            raise Refusal(f"Nhập {vi} của văn bản.", f"The document has no {en}.", name)
    for name, most in LENGTHS.items():
        if len(getattr(incoming, name).strip()) > most:
            vi, en = _NAMES[name]
            raise Refusal(f"{vi.capitalize()} dài quá {most} ký tự.", f"The {en} is longer than {most} letters.", name)
    if not 0 <= incoming.urgency < len(URGENCIES):
        raise Refusal("Chọn độ khẩn trong danh sách.", "Unknown urgency.", "urgency")
    if incoming.kind not in KINDS:
        raise Refusal("Chọn tên loại văn bản trong danh sách.", "Unknown kind of document.", "kind")
    if incoming.medium not in MEDIA:
        raise Refusal("Chọn hình thức nhận trong danh sách.", "Unknown medium.", "medium")
    today = agencies.today(tx)
    if incoming.issued_on is not None and incoming.issued_on > today:
        raise Refusal(
            f"Ngày văn bản {incoming.issued_on:%d/%m/%Y} ở sau hôm nay.", "The document is of a later day.", "issued_on"
        )
    if row.sha256 is None and incoming.medium != PAPER:
        raise Refusal("Văn bản điện tử phải có tệp kèm theo.", "An electronic document has a file.", "medium")


def columns_of(incoming: Incoming) -> dict[str, Any]:
    """The fields as columns of the table, cut to what they may hold."""
    texts = {name: getattr(incoming, name).strip()[:most] for name, most in LENGTHS.items()}
    return {
        **texts,
        "notation_key": notation_key(texts["notation"]) or None,
        "signer": texts["signer"] or None,
        "position": texts["position"] or None,
        "note": texts["note"] or None,
        "issued_on": incoming.issued_on,
        "kind": incoming.kind,
        "urgency": incoming.urgency,
        "medium": incoming.medium,
        "pages": incoming.pages,
        "copies": incoming.copies,
        "due": incoming.due,
    }


def _variables(tx: Tx, row: Any, incoming: Incoming, number: int) -> dict[str, Any]:
    """What the route begins with. ngay_lam_viec: the working days to come, for terms by the legal clock."""
    days = working_time.working_days(tx, row.agency, agencies.today(tx), WORKING_DAYS)
    return {
        "ma": row.code,
        "so_den": number,
        "so_ky_hieu": incoming.notation.strip(),
        "co_quan_ban_hanh": incoming.issuer.strip(),
        "ngay_ban_hanh": incoming.issued_on,
        "loai": incoming.kind,
        "trich_yeu": incoming.subject.strip(),
        "do_khan": str(incoming.urgency),
        "co_quan": row.agency,
        "han_tra_loi": incoming.due.isoformat() if incoming.due is not None else None,
        "ngay_lam_viec": [day.isoformat() for day in days],
        **(incoming.more or {}),
    }


def _as_known(tx: Tx, heading: str) -> str:
    """The name of the issuer as this system writes it, where the heading ends with one (the longest that does): a
    document has it in capitals, under the name of who stands above it."""
    wanted = fold(heading)
    names = [one.name for one in agencies.listing(tx)] if wanted else []
    return max((name for name in names if f" {wanted}".endswith(f" {fold(name)}")), key=len, default=heading)


def _day(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y}"


def acknowledge_by(at: datetime) -> datetime:
    """When what came at that moment has to be acknowledged or returned: the end of the same day."""
    day = at.astimezone(VIETNAM).date() + timedelta(days=1)
    return datetime.combine(day, time(), VIETNAM)
