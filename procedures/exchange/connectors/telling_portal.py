"""The national portal is told of each dossier and each of its statuses, through the outbox: in their order, at least
once, and so that what is said twice is said of the same dossier (`MaHoSo`) and the same moment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select, update

from engine import jobs
from engine.jobs import Handler, Job
from engine.store import Database, Tx
from procedures import agencies, fees, officials, settings
from procedures.actor import SYSTEM
from procedures.dossiers import log
from procedures.exchange.connectors import portal
from procedures.exchange.connectors.calling import Turned
from procedures.exchange.connectors.configured import PORTAL, Connector
from procedures.store.connectors import portal_dossier
from procedures.store.dossier import component, dossier, dossier_state, dossier_status, supplement_item
from procedures.store.papers import result
from procedures.vocabulary.channels import DESK, HERE, ONLINE, POST
from procedures.vocabulary.statuses import STATUSES

JOB = "portal-dossier"
#: What of the log the portal has to hear of.
EVENTS = frozenset({"dossier.opened", "dossier.status", "dossier.clock"})
HOW = {DESK: "0", ONLINE: "1", POST: "2"}  # HinhThuc
COMPANY_DIGITS = (10, 13)  # of a tax code; a person's number has 9 or 12


def happened(tx: Tx, dossier_id: str, kind: str, _data: Mapping[str, Any]) -> None:
    """A dossier's log has grown: where a portal is configured, it is told of what it has to know."""
    if kind in EVENTS and PORTAL in settings.current(tx).connectors:
        tell(tx, dossier_id)


def tell(tx: Tx, dossier_id: str, *, again: bool = False) -> None:
    """Orders that the portal is told how a dossier stands. again: also of what it was told before."""
    jobs.add(tx, dossier_id, JOB, payload={"again": again}, retries=12)


@dataclass(frozen=True, slots=True)
class Message:
    """What the portal is to hear of a dossier. told: the number of the last status in it."""

    record: Mapping[str, Any]
    progress: Sequence[Mapping[str, Any]]
    told: int
    known: bool

    @property
    def hash(self) -> str:
        """Of the record, to tell whether anything has changed."""
        return hashlib.sha256(orjson.dumps(self.record, option=orjson.OPT_SORT_KEYS)).hexdigest()


def message(tx: Tx, dossier_id: str, *, again: bool = False) -> Message | None:
    """What the portal does not know yet; None where it knows all, or there is no such dossier."""
    row = tx.read(
        select(dossier, dossier_state.c.status, dossier_state.c.due, dossier_state.c.finished_at,
               dossier_state.c.returned_at)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
    ).first()  # fmt: skip
    if row is None:
        return None
    known = tx.read(select(portal_dossier).where(portal_dossier.c.dossier_id == dossier_id)).first()
    before = 0 if known is None or again else known.told
    lines = tx.read(
        select(dossier_status)
        .where(dossier_status.c.dossier_id == dossier_id, dossier_status.c.seq > before)
        .order_by(dossier_status.c.seq)
    ).all()
    code = known.code if known is not None else row.code
    unit = agencies.names(tx, [row.agency]).get(row.agency, row.agency)
    names = officials.names(tx, [one.who for one in lines if one.who])
    made = Message(
        _record(tx, row, code, unit),
        [_progress(row, code, unit, one, names) for one in lines],
        max([before, *(one.seq for one in lines)]),
        known is not None and known.told_at is not None,
    )
    if known is not None and not lines and not again and known.hash == made.hash:
        return None
    return made


def _record(tx: Tx, row: Any, code: str, unit: str) -> dict[str, Any]:
    company = len(row.applicant_id_number.replace("-", "")) in COMPANY_DIGITS
    return {
        "MaHoSo": code,
        "MaTTHC": row.procedure,
        "TenTTHC": row.procedure_name,
        "MaLinhVuc": row.field,
        "TenLinhVuc": _field_name(tx, row),
        "ChuHoSo": row.applicant_name,
        "LoaiDoiTuong": "2" if company else "1",
        "MaDoiTuong": row.applicant_id_number,
        "Email": row.applicant_email,
        "SoDienThoai": row.applicant_phone,
        "TrichYeuHoSo": row.request,
        "NgayTiepNhan": portal.moment(row.received_at or row.registered_at),
        "NgayHenTra": portal.moment(row.due),
        "TrangThaiHoSo": str(row.status),
        "NgayTra": portal.moment(row.returned_at),
        "HinhThuc": HOW.get(row.channel, "0"),
        "NgayKetThucXuLy": portal.moment(row.finished_at),
        "DonViXuLy": unit,
        "GhiChu": "",
        "TaiLieuNop": _papers(tx, row.id),
        "DanhSachLePhi": [
            {"TenPhiLePhi": one.name, "MucPhi": str(one.amount), "DaNop": "1" if one.paid_at else "0"}
            for one in fees.assessed(tx, row.id)
        ],
        "DanhSachHoSoBoSung": _supplements(tx, row.id),
        "DanhSachGiayToKetQua": _results(tx, row.id),
    }


def _field_name(tx: Tx, row: Any) -> str:
    from procedures import bundles

    return str(bundles.of_version(tx, row.procedure_version).field.get("name", ""))


def _papers(tx: Tx, dossier_id: str) -> list[dict[str, str]]:
    rows = tx.read(select(component).where(component.c.dossier_id == dossier_id).order_by(component.c.position))
    return [
        {"MaGiayTo": one.code, "TenGiayTo": one.name, "BanChinh": str(one.originals), "BanSao": str(one.copies)}
        for one in rows
        if one.originals or one.copies
    ]


def _supplements(tx: Tx, dossier_id: str) -> list[dict[str, str]]:
    rows = tx.read(
        select(supplement_item)
        .where(supplement_item.c.dossier_id == dossier_id)
        .order_by(supplement_item.c.round, supplement_item.c.position)
    )
    return [
        {
            "LanBoSung": str(one.round),
            "TenGiayTo": one.name,
            "LyDo": one.reason,
            "NgayYeuCau": portal.moment(one.asked_at),
            "NgayBoSung": portal.moment(one.brought_at),
        }
        for one in rows
    ]


def _results(tx: Tx, dossier_id: str) -> list[dict[str, str]]:
    home = settings.current(tx).public_url
    rows = tx.read(
        select(result).where(
            result.c.dossier_id == dossier_id, result.c.current.is_(True), result.c.approved_at.is_not(None)
        )
    )
    return [{"TenGiayTo": one.name, "MaKetQua": one.code, "DuongDan": f"{home}/xac-minh/{one.token}"} for one in rows]


def _progress(row: Any, code: str, unit: str, one: Any, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "MaHoSo": code,
        "NguoiXuLy": names.get(one.who, "") if one.who else "",
        "ChucDanh": "",
        "ThoiDiemXuLy": portal.moment(one.at),
        "PhongBanXuLy": unit,
        "NoiDungXuLy": one.reason or STATUSES[one.status].vi,
        "TrangThai": str(one.status),
        "NgayBatDau": portal.moment(one.at),
        "NgayKetThucTheoQuyDinh": portal.moment(row.due),
    }


def send(where: Database, line: Connector, said: Message, about: str) -> None:
    """Tells the portal: the dossier first, then what happened to it. Where it knows the dossier although we do not
    know that it does (an answer was lost), or has lost it, it is told the other way: as a change, as a new one."""
    data = {"data": [said.record]}
    try:
        portal.ask(where, line, portal.DOSSIERS, {"isUpdating": said.known, **data}, about=about)
    except Turned as no:
        if no.said != (portal.UNKNOWN if said.known else portal.KNOWN):
            raise
        portal.ask(where, line, portal.DOSSIERS, {"isUpdating": not said.known, **data}, about=about)
    if said.progress:
        portal.ask(where, line, portal.PROGRESS, {"data": list(said.progress)}, about=about)


def _send(job: Job, database: Database) -> Message | None:
    line = portal.configured(database)
    if line is None:
        return None
    with database.begin() as tx:
        said = message(tx, job.root_id, again=bool(job.payload["again"]))
    if said is not None:
        send(database, line, said, job.root_id)
    return said


def _sent(tx: Tx, job: Job, said: Message | None) -> None:
    if said is None:
        return
    tx.actor = tx.actor or SYSTEM
    log.hold(tx, job.root_id)
    values = {"told": said.told, "told_at": tx.now, "hash": said.hash}
    mine = portal_dossier.c.dossier_id == job.root_id
    if tx.execute(update(portal_dossier).where(mine).values(**values)).rowcount == 0:
        tx.execute(
            portal_dossier.insert().values(dossier_id=job.root_id, code=said.record["MaHoSo"], origin=HERE, **values)
        )


HANDLERS = {JOB: Handler(outside=_send, done=_sent, opens=True)}
