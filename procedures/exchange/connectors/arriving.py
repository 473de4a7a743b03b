"""What was handed in on the national portal comes here: each dossier once, by the portal's code, however often it is
told of. What a ministry's system handles is mirrored: to be looked at, in a table of its own that no figure counts.

The portal is asked every five minutes for the dossiers of the last days. What cannot be taken (a procedure that is not
in force here, an agency that nobody knows) is kept with its reason, shown to administrators, and tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

from sqlalchemy import case, delete, func, or_, select, update

from engine import jobs
from engine.jobs import Handler, Job
from engine.refusal import Later, Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import agencies, bundles, files, forms, settings
from procedures.actor import SYSTEM
from procedures.dossiers import Applicant, Intake, Tick, log, register_arrived
from procedures.dossiers.counted import Period
from procedures.exchange.connectors import portal, routes
from procedures.exchange.connectors.calling import Answer, Asked, Turned, call, last_done
from procedures.exchange.connectors.configured import PORTAL, Connector
from procedures.search import fold
from procedures.store.connectors import mirrored_dossier, portal_arrival, portal_dossier
from procedures.store.dossier import dossier
from procedures.vocabulary.channels import ARRIVED, ONLINE
from procedures.vocabulary.statuses import DONE, STATUSES

logger = logging.getLogger("motcua.portal")
JOB = "portal-arrivals"
EVERY = timedelta(minutes=5)
BACK = timedelta(days=7)  # how far back the portal is asked each time, and the most of one question
FARTHEST = timedelta(days=90)  # for what could not be taken, and after a time in which the portal could not be asked
CODE_MOST = 64  # letters of the portal's code
_SAFE = "/%:@!$&'()*+,;=~"  # what stands in an address as it is; what is escaped already stays so
LOG = routes.LOG
REGISTERED = "1"


def due(where: Database) -> None:
    """Sees to it that the portal is asked, where there is one."""
    if PORTAL in settings.current(where).connectors:
        where.run(lambda tx: _again(tx, timedelta()))


def _again(tx: Tx, after: timedelta) -> None:
    jobs.add(tx, LOG, JOB, tx.now + after, {}, dedupe_key=JOB)


# -- what the portal has ----------------------------------------------------------------------------------------------


def ask(where: Database, line: Connector, first: datetime, last: datetime) -> list[dict[str, Any]]:
    """The portal's dossiers of a time, by when they were handed in."""
    more = {"TuNgay": portal.moment(first), "DenNgay": portal.moment(last)}
    return portal.rows(portal.ask(where, line, portal.LOOK_UP, more), "MaHoSo", "MaTTHC", "TrangThaiHoSo")


def _poll(_job: Job, database: Database) -> int:
    line = portal.configured(database)
    if line is None:
        return 0
    return sum(
        _one(database, line, row) for first, last in _asked(database) for row in ask(database, line, first, last)
    )


def _asked(where: Database) -> Iterator[tuple[datetime, datetime]]:
    """The times that the portal is asked for, the earliest first: as far back as it has not been asked, or as something
    may have been handed in that could not be taken yet; then the last days."""
    with where.begin() as tx:
        now = tx.now
        oldest = tx.read(
            select(func.min(portal_arrival.c.at)).where(
                portal_arrival.c.dossier.is_(None), portal_arrival.c.at > now - FARTHEST
            )
        ).scalar()
        asked = last_done(tx, PORTAL, portal.LOOK_UP)
    far = min([now - BACK, *([oldest - BACK] if oldest else []), *([asked] if asked else [])])
    times = -((max(far, now - FARTHEST - BACK) - now) // BACK)
    for back in range(times, 0, -1):
        yield now - BACK * back, now - BACK * (back - 1)


def _polled(tx: Tx, _job: Job, _taken: int) -> None:
    if PORTAL in settings.current(tx).connectors:
        _again(tx, EVERY)


def _failed(tx: Tx, _job: Job, _message: str) -> None:
    _again(tx, EVERY)


HANDLERS = {JOB: Handler(outside=_poll, done=_polled, exhausted=_failed, opens=True)}


def _one(where: Database, line: Connector, row: Mapping[str, Any]) -> int:
    """What becomes of one dossier of the portal's; 1 where it was taken. Raises Later where no more can be taken now:
    the line rests, or the scanner is away."""
    try:
        return _become(where, line, row)
    except Later:
        raise
    except forms.Invalid as invalid:
        not_taken(where, row, "; ".join(invalid.first.values()))
    except Refusal as refused:
        not_taken(where, row, refused.vi)
    except LookupError:
        not_taken(where, row, "Thủ tục này chưa áp dụng tại hệ thống của tỉnh.")
    except Exception as error:
        logger.error("a dossier of the portal could not be taken: %s", type(error).__name__)
        not_taken(where, row, "Dữ liệu của hồ sơ trên Cổng Dịch vụ công quốc gia không đúng dạng đã thỏa thuận.")
    return 0


def _become(where: Database, line: Connector, row: Mapping[str, Any]) -> int:
    code, procedure = str(row["MaHoSo"]), str(row["MaTTHC"])
    if len(code) > CODE_MOST:
        raise Refusal(f"Mã hồ sơ dài quá {CODE_MOST} ký tự.", f"The dossier's code is longer than {CODE_MOST} letters.")
    with where.begin() as tx:
        if known(tx, [code]):
            return 0
        handed_in = portal.read_moment(row.get("NgayTiepNhan")) or tx.now
        route = routes.of(tx, procedure, handed_in.date())
    if route == routes.MINISTRY:
        mirror(where, row)
        return 0
    if str(row["TrangThaiHoSo"]) != REGISTERED:
        return 0  # handled elsewhere and not by us: reconciliation shows it
    if route == routes.LOCAL:
        raise Refusal("Thủ tục này chỉ tiếp nhận trên hệ thống của tỉnh.", "This procedure is handed in here only.")
    with where.begin() as tx:
        _intake(tx, bundles.procedure(tx, procedure), row, ())  # before its papers are fetched for nothing
    take(where, row, _papers(where, line, row))
    return 1


def known(tx: Tx, codes: Sequence[str]) -> set[str]:
    """Those of the portal's codes that are dossiers here, whichever side they were handed in on."""
    found: set[str] = set()
    for start in range(0, len(codes), 500):
        some = codes[start : start + 500]
        found |= set(tx.read(select(dossier.c.code).where(dossier.c.code.in_(some))).scalars())
        found |= set(
            tx.read(
                select(portal_arrival.c.code).where(
                    portal_arrival.c.code.in_(some), portal_arrival.c.dossier.is_not(None)
                )
            ).scalars()
        )
    return found


# -- taken ------------------------------------------------------------------------------------------------------------


def _papers(where: Database, line: Connector, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The files of a dossier, fetched, looked at by the malware scanner and kept: (component's code or name, SHA-256).
    Only what lies at the portal's own address is fetched: no other machine is asked because a message says so."""
    found: list[tuple[str, str]] = []
    own = urlsplit(line.url)
    for one in row.get("TaiLieuNop") or ():
        place = urlsplit(str(one.get("DuongDan") or ""))
        if not place.path or (place.netloc and (place.scheme, place.netloc) != (own.scheme, own.netloc)):
            continue
        path = quote(place.path.removeprefix(own.path) + (f"?{place.query}" if place.query else ""), safe=f"{_SAFE}?")
        head = {"session": str(line.kept.get("session") or "")}
        most = settings.current(where).max_file_bytes
        wanted = Asked(portal.FILE, path, "GET", headers=head, answered=frozenset({401, 403}), most=most)
        body = call(where, line, wanted, partial(_whole, line))
        kept = files.receive(where, BytesIO(body), str(one.get("TenTep") or ""))
        found.append((str(one.get("MaGiayTo") or one.get("TenGiayTo") or ""), kept.sha256))
    return found


def _whole(line: Connector, answer: Answer) -> bytes:
    """The file that was asked for. That there is none is no failure of the line."""
    if answer.status != 200 or not answer.body:
        why = f"mã {answer.status}" if answer.status != 200 else "tệp không có nội dung"
        raise Turned(line, f"không tải được tệp ({why})", answer.status)
    return answer.body


@command
def take(tx: Tx, row: Mapping[str, Any], papers: Sequence[tuple[str, str]] = ()) -> str:
    """Makes a dossier of what the portal tells of, once; its id. Refuses what nobody here can receive."""
    tx.actor = tx.actor or SYSTEM
    code = str(row["MaHoSo"])
    there = tx.execute(select(portal_arrival).where(portal_arrival.c.code == code).with_for_update()).first()
    if there is not None and there.dossier is not None:
        return str(there.dossier)
    procedure = bundles.procedure(tx, str(row["MaTTHC"]))
    made = register_arrived(tx, _intake(tx, procedure, row, papers), SYSTEM)
    said = {"dossier": made.id, "procedure": procedure.code, "at": tx.now, "reason": ""}
    if there is None:
        tx.execute(portal_arrival.insert().values(code=code, **said))  # the second of two is undone by the key
    else:
        tx.execute(update(portal_arrival).where(portal_arrival.c.code == code).values(**said))
    tx.execute(
        portal_dossier.insert().values(dossier_id=made.id, code=code, origin=ARRIVED, told=0, told_at=tx.now, hash="")
    )
    log.record(tx, made.id, "dossier.arrived", {"code": code})
    return made.id


def _intake(tx: Tx, procedure: bundles.Procedure, row: Mapping[str, Any], papers: Sequence[tuple[str, str]]) -> Intake:
    agency = _agency(tx, str(row.get("DonViXuLy") or ""))
    person = Applicant(
        str(row.get("ChuHoSo") or "").strip(),
        str(row.get("MaDoiTuong") or "").strip(),
        str(row.get("SoDienThoai") or "").strip(),
        str(row.get("Email") or "").strip(),
        str(row.get("DiaChi") or "").strip(),
    )
    return Intake(
        procedure=procedure.code,
        agency=agency,
        applicant=person,
        channel=ONLINE,
        case=procedure.cases[0]["code"] if len(procedure.cases) == 1 else None,
        form=_declared(tx, procedure, agency, row.get("ThongTinKhai")),
        components=_ticks(procedure, papers),
        request=str(row.get("TrichYeuHoSo") or ""),
    )


def _agency(tx: Tx, said: str) -> str:
    """The agency that the portal means, by its code or its name."""
    folded = fold(said)
    for one in agencies.listing(tx):
        if said == one.code or (folded and fold(one.name) == folded):
            return one.code
    raise Refusal(f"Không có cơ quan “{said}”.", f"There is no agency '{said}'.")


def _declared(tx: Tx, procedure: bundles.Procedure, agency: str, said: Any) -> dict[str, Any]:
    """What came of the declaration, as far as our form takes it."""
    form = bundles.form(tx, procedure.version, procedure.form_key)
    if form is None or not isinstance(said, Mapping):
        return {}
    keys = {one.key for one in form.inputs()}
    posted = {key: value for key, value in said.items() if key in keys}
    while posted:
        try:
            form.validate(posted, partial=True, offered=forms.offered(tx, form, agency), now=tx.now)
        except forms.Invalid as invalid:
            wrong = invalid.first.keys() & posted.keys()
            if not wrong:
                return {}
            posted = {key: value for key, value in posted.items() if key not in wrong}
        else:
            return posted
    return {}


def _ticks(procedure: bundles.Procedure, papers: Sequence[tuple[str, str]]) -> tuple[Tick, ...]:
    """The files by the component that they are of; what fits none stands with the last."""
    parts = procedure.components(None)
    by_part: dict[str, list[str]] = {}
    for which, sha256 in papers:
        part = next((one["code"] for one in parts if which == one["code"] or fold(which) == fold(one["name"])), "")
        part = part or (parts[-1]["code"] if parts else "")
        if part:
            by_part.setdefault(part, []).append(sha256)
    return tuple(Tick(code, copies=1, files=tuple(several)) for code, several in by_part.items())


@command
def not_taken(tx: Tx, row: Mapping[str, Any], reason: str) -> None:
    """Keeps that a dossier of the portal's could not be taken, and why."""
    said = {"procedure": str(row["MaTTHC"])[:64], "reason": reason[:2000]}
    code = str(row["MaHoSo"])[:CODE_MOST]
    there = tx.execute(select(portal_arrival.c.reason).where(portal_arrival.c.code == code)).first()
    if there is None:
        tx.execute(portal_arrival.insert().values(code=code, dossier=None, at=tx.now, **said))
    elif there.reason != said["reason"]:
        tx.execute(update(portal_arrival).where(portal_arrival.c.code == code).values(**said))


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A dossier of the portal's that is not here yet, since when, and why."""

    code: str
    procedure: str
    at: datetime
    reason: str


@query
def waiting(tx: Tx) -> list[NotTaken]:
    """What the portal holds for us and could not be taken, the oldest first."""
    rows = tx.read(
        select(portal_arrival).where(portal_arrival.c.dossier.is_(None)).order_by(portal_arrival.c.at).limit(200)
    )
    return [NotTaken(row.code, row.procedure, row.at, row.reason) for row in rows]


# -- mirrored ---------------------------------------------------------------------------------------------------------


@command
def mirror(tx: Tx, row: Mapping[str, Any]) -> None:
    """Keeps how a ministry's dossier stands; nothing of whose it is."""
    status = str(row["TrangThaiHoSo"])
    if not status.isdecimal() or int(status) not in STATUSES:
        return
    code = str(row["MaHoSo"])[:CODE_MOST]
    tx.execute(delete(mirrored_dossier).where(mirrored_dossier.c.code == code))
    tx.execute(
        mirrored_dossier.insert().values(
            code=code,
            procedure=str(row["MaTTHC"])[:64],
            procedure_name=str(row.get("TenTTHC") or row["MaTTHC"]),
            unit=str(row.get("DonViXuLy") or ""),
            status=int(status),
            received_at=portal.read_moment(row.get("NgayTiepNhan")),
            due=portal.read_moment(row.get("NgayHenTra")),
            finished_at=portal.read_moment(row.get("NgayKetThucXuLy")),
            seen_at=tx.now,
        )
    )


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A ministry's procedure in a period: how many came in, are done, are open, are over their date."""

    procedure: str
    name: str
    received: int
    done: int
    open: int
    over: int


@query
def mirrored(tx: Tx, first: date, last: date) -> list[Mirrored]:
    """What ministries' systems handle, by procedure: received within the period, or open now; in no figure of ours."""
    one = mirrored_dossier.c
    begin, end = Period(first, last).bounds
    within = (one.received_at >= begin) & (one.received_at < end)
    still = one.status.not_in(DONE)

    def count(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    rows = tx.read(
        select(
            one.procedure,
            func.max(one.procedure_name).label("name"),
            count(within).label("received"),
            count(within & ~still).label("done"),
            count(still).label("open"),
            count(still & (one.due < tx.now)).label("over"),
        )
        .where(or_(within, still))
        .group_by(one.procedure)
        .order_by(one.procedure)
    )
    return [Mirrored(row.procedure, row.name, row.received, row.done, row.open, row.over) for row in rows]
