"""Registers of documents: an incoming document gets its number and starts its route, in one transaction.

One series a year from 1 January for each register, without gaps (NĐ 30/2020/NĐ-CP, Điều 22). State secrets are refused:
they must not enter this system. No page leads here yet: the room of documents will be built on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine import audit, commands
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, bundles, files, numbering
from procedures.actor import Actor
from procedures.dossiers import log
from procedures.search import fold, fold_all
from procedures.store.documents import document

URGENCIES = ("Thường", "Khẩn", "Thượng khẩn", "Hỏa tốc", "Hỏa tốc hẹn giờ")
SECRET = ("mật", "tối mật", "tuyệt mật")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What the registry clerk enters. urgency: 0–4 (`URGENCIES`). secrecy: what the stamp says, empty without one.
    more: further variables of the route (under ``van_ban``)."""

    route: str
    agency: str
    notation: str
    issuer: str
    subject: str
    kind: str = "công văn"
    issued_on: date | None = None
    urgency: int = 0
    secrecy: str = ""
    scan: str | None = None
    more: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a register."""

    id: str
    code: str
    number: int
    year: int
    notation: str
    issuer: str
    issued_on: date | None
    subject: str
    urgency: int
    received_at: datetime


@command
def receive(tx: Tx, incoming: Incoming, by: Actor) -> Entry:
    """Enters an incoming document and starts its route. Refuses a state secret, an urgency that there is none, and a
    document without notation, issuer or subject."""
    log.act(tx, by)
    if incoming.secrecy.strip().lower() in SECRET:
        raise Refusal(
            "Văn bản có độ mật không được đưa vào hệ thống; xử lý theo chế độ bảo mật.",
            "A classified document must not enter this system.",
        )
    if not 0 <= incoming.urgency < len(URGENCIES):
        raise Refusal("Độ khẩn không rõ.", "Unknown urgency.")
    for value, vi, en in (
        (incoming.notation, "số, ký hiệu", "notation"),
        (incoming.issuer, "cơ quan ban hành", "issuer"),
        (incoming.subject, "trích yếu", "subject"),
    ):
        if not value.strip():
            raise Refusal(f"Văn bản thiếu {vi}.", f"The document has no {en}.")
    if incoming.scan is not None and files.info(tx, incoming.scan) is None:
        raise Refusal("Bản quét chưa được tải lên.", "The scan has not been uploaded.")
    route = bundles.procedure(tx, incoming.route)
    if route.kind != "route":
        raise Refusal(f"“{route.name['vi']}” không phải luồng văn bản.", f"'{route.name['en']}' is no document route.")
    said = route.data.get("register") or {}
    register, today, id = str(said.get("kind") or "den"), agencies.today(tx), tx.database.new_id()
    number = numbering.take(tx, f"so_van_ban:{register}", incoming.agency, f"{today.year}")
    code = f"{incoming.agency}-{register.upper()}-{today.year}-{number:05d}"
    tx.execute(
        document.insert().values(
            id=id,
            code=code,
            route=route.code,
            route_version=route.version,
            agency=incoming.agency,
            register=register,
            year=today.year,
            number=number,
            notation=incoming.notation.strip(),
            issuer=incoming.issuer.strip(),
            issued_on=incoming.issued_on,
            kind=incoming.kind,
            subject=incoming.subject.strip(),
            urgency=incoming.urgency,
            folded=fold_all([incoming.notation, incoming.issuer, incoming.subject, code]),
            sha256=incoming.scan,
            received_at=tx.now,
            received_by=by.username,
        )
    )
    audit.append(tx, id, "document.registered", by.username, {"code": code, "number": number, "register": register})
    commands.start(
        tx,
        route.process,
        {
            "van_ban": {
                "ma": code,
                "so_den": number,
                "so_ky_hieu": incoming.notation.strip(),
                "co_quan_ban_hanh": incoming.issuer.strip(),
                "ngay_ban_hanh": incoming.issued_on,
                "loai": incoming.kind,
                "trich_yeu": incoming.subject.strip(),
                "do_khan": str(incoming.urgency),
                "co_quan": incoming.agency,
                **(incoming.more or {}),
            }
        },
        business_key=code,
        by=by.username,
        root_id=id,
        deployment=route.version,
    )
    return _entry(tx.execute(select(document).where(document.c.id == id)).one())


@query
def entries(tx: Tx, by: Actor, register: str = "den", year: int | None = None, text: str = "") -> list[Entry]:
    """The lines of a register that this person may see, by number. `text` finds without diacritics."""
    wanted = [
        document.c.register == register,
        document.c.year == (year or agencies.today(tx).year),
        *(document.c.folded.like(f"%{word}%") for word in fold(text).split()),
    ]
    if not by.everything:
        wanted.append(document.c.agency.in_(sorted(by.visible)))
    return [
        _entry(row) for row in tx.read(select(document).where(*wanted).order_by(document.c.agency, document.c.number))
    ]


def _entry(row: Any) -> Entry:
    return Entry(
        row.id,
        row.code,
        row.number,
        row.year,
        row.notation,
        row.issuer,
        row.issued_on,
        row.subject,
        row.urgency,
        row.received_at,
    )
