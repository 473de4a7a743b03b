"""By which system a procedure is handled, from which day on: ours; ours, handed in on the national portal; a
ministry's, which is looked at here and never counted among ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies
from procedures.store.connectors import procedure_route
from procedures.vocabulary.words import Word

LOG = "administration/connectors"
LOCAL, PORTAL, MINISTRY = "local", "portal", "ministry"
ROUTES: Mapping[str, Word] = {
    LOCAL: Word("Hệ thống của tỉnh", "The province's system"),
    PORTAL: Word("Cổng quốc gia chuyển về hệ thống của tỉnh", "National portal, then the province's system"),
    MINISTRY: Word("Hệ thống của bộ, ngành (chỉ xem)", "A ministry's system (looked at only)"),
}


@dataclass(frozen=True, slots=True)
class Route:
    """A procedure's route from a day on."""

    code: str
    since: date
    route: str
    basis: str


@query
def listing(tx: Tx) -> list[Route]:
    """Every route that somebody has set, by procedure and day."""
    rows = tx.read(select(procedure_route).order_by(procedure_route.c.code, procedure_route.c.since))
    return [Route(row.code, row.since, row.route, row.basis) for row in rows]


@query
def of(tx: Tx, code: str, on: date | None = None) -> str:
    """The route of a procedure on a day (today); the national portal's where nobody has set one: what is handed in
    here and there is handled here."""
    day = on or agencies.today(tx)
    found = tx.read(
        select(procedure_route.c.route)
        .where(procedure_route.c.code == code, procedure_route.c.since <= day)
        .order_by(procedure_route.c.since.desc())
        .limit(1)
    ).scalar()
    return str(found or PORTAL)


@command
def put(tx: Tx, code: str, since: date, route: str, basis: str, *, by: str) -> None:
    """Sets a procedure's route from a day on, in place of what was set for that day. Refuses an unknown route, a day
    before today, and one without its basis."""
    if not code.strip():
        raise Refusal("Nhập mã thủ tục.", "Type the procedure's code.", "code")
    if route not in ROUTES:
        raise Refusal("Chọn tuyến xử lý.", "Choose a route.", "route")
    if since < agencies.today(tx):
        raise Refusal(
            "Chọn từ hôm nay trở đi: hồ sơ đã nhận vẫn theo tuyến khi đó.",
            "Choose today or later: what was received goes on by the route of its day.",
            "since",
        )
    if not basis.strip():
        raise Refusal("Nhập căn cứ.", "Name the legal basis.", "basis")
    row = {"code": code.strip(), "since": since, "route": route, "basis": basis.strip()}
    tx.execute(delete(procedure_route).where(procedure_route.c.code == row["code"], procedure_route.c.since == since))
    tx.execute(procedure_route.insert().values(**row))
    audit.append(tx, LOG, "route_set", by, {**row, "since": since.isoformat()})


def require_ours(tx: Tx, code: str) -> None:
    """Refuses to receive a procedure that a ministry's system handles today."""
    if of(tx, code) == MINISTRY:
        raise Refusal(
            f"Thủ tục {code} hiện nộp và giải quyết trên hệ thống của bộ, ngành; tại đây chỉ xem được.",
            f"Procedure {code} is now handled by a ministry's system; here it can only be looked at.",
        )
