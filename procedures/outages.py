"""Outages: a planned one is told at least seven working days ahead, with the time of return (NĐ 224/2026, Đ.13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, working_time
from procedures.store.outage import outage

AHEAD = 7  # working days


@dataclass(frozen=True, slots=True)
class Outage:
    """One that is told. what: cannot be used; instead: what people do meanwhile; urgent: why at short notice."""

    id: str
    begins_at: datetime
    ends_at: datetime
    what: str
    instead: str
    urgent: str


@query
def coming(tx: Tx) -> list[Outage]:
    """Those that are not over, the next first."""
    rows = tx.read(
        select(outage).where(outage.c.ends_at > tx.now, outage.c.withdrawn_at.is_(None)).order_by(outage.c.begins_at)
    )
    return [Outage(row.id, row.begins_at, row.ends_at, row.what, row.instead, row.urgent) for row in rows]


@query
def earliest(tx: Tx) -> date:
    """The first day on which an outage that is told today may begin."""
    top = agencies.children(tx, None)
    today = agencies.today(tx)
    return working_time.working_days(tx, top[0].code, today, AHEAD)[-1] if top else today


@command
def announce(tx: Tx, begins: datetime, ends: datetime, what: str, instead: str, by: str, *, urgent: str = "") -> str:
    """Puts an outage on every page; its id. Refuses one that ends before it begins, or is over, and one within seven
    working days for which nobody says why it could not be told earlier."""
    if ends <= begins:
        raise Refusal("Giờ trở lại phải sau giờ bắt đầu.", "It must be back after it begins.", about="ket_thuc")
    if ends <= tx.now:
        raise Refusal("Lần ngừng này đã qua.", "That outage is over.", about="ket_thuc")
    first = earliest(tx)
    if begins.date() < first and not urgent.strip():
        raise Refusal(
            f"Ngừng theo kế hoạch phải báo trước ít nhất {AHEAD} ngày làm việc: sớm nhất ngày {first:%d/%m/%Y}. "
            "Ngừng đột xuất thì ghi lý do.",
            f"A planned outage is told at least {AHEAD} working days ahead: on {first:%d/%m/%Y} at the earliest. "
            "For an unforeseen one, say why.",
            about="dot_xuat",
        )
    id = tx.database.new_id()
    told = {"begins": begins.isoformat(), "ends": ends.isoformat(), "what": what.strip(), "urgent": urgent.strip()}
    tx.execute(
        outage.insert().values(
            id=id,
            begins_at=begins,
            ends_at=ends,
            what=what.strip(),
            instead=instead.strip(),
            urgent=urgent.strip(),
            told_at=tx.now,
            told_by=by,
            withdrawn_at=None,
        )
    )
    audit.append(tx, id, "outage.told", by, told)
    return id


@command
def withdraw(tx: Tx, id: str, by: str) -> bool:
    """Takes it off the pages; whether it was there."""
    there = (outage.c.id == id) & outage.c.withdrawn_at.is_(None)
    if not tx.execute(update(outage).where(there).values(withdrawn_at=tx.now)).rowcount:
        return False
    audit.append(tx, id, "outage.withdrawn", by, {})
    return True
