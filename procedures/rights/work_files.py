"""Who may do what to a work file, and who sees it. The only place that says so."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from procedures import agencies
from procedures.actor import Actor
from procedures.rights import Unseen
from procedures.rights.documents import held
from procedures.rights.table import Table
from procedures.store.work_files import work_file, work_file_loan
from procedures.vocabulary.retention import FREE


class Stand(Enum):
    """How somebody stands to a work file."""

    KEEPER = "keeper"
    REGISTRY = "van_thu"  # of the file's agency: keeps its archive
    LEADER = "lanh_dao"  # of the file's agency
    ABOVE = "above"  # leader of an agency above it
    COLLEAGUE = "colleague"  # works at the agency, and the file may be used widely
    BORROWER = "borrower"  # has it on loan
    OVERSEER = "overseer"  # administrator


ACTS: Mapping[str, frozenset[Stand]] = {
    "look": frozenset(Stand),
    "fill": frozenset({Stand.KEEPER, Stand.REGISTRY}),
    "close": frozenset({Stand.KEEPER, Stand.REGISTRY}),
    "reopen": frozenset({Stand.REGISTRY}),
    "offer": frozenset({Stand.KEEPER}),
    "accept": frozenset({Stand.REGISTRY}),
    "lend": frozenset({Stand.LEADER, Stand.REGISTRY}),
    "hold": frozenset({Stand.LEADER, Stand.REGISTRY}),
    "package": frozenset({Stand.KEEPER, Stand.REGISTRY, Stand.LEADER}),
    "dispose": frozenset({Stand.REGISTRY}),
    "approve_disposal": frozenset({Stand.LEADER, Stand.ABOVE}),
}
_SAID = {
    "look": ("xem hồ sơ này", "see this file"),
    "fill": ("đưa tài liệu vào hồ sơ này", "put papers into this file"),
    "close": ("đóng hồ sơ này", "close this file"),
    "reopen": ("mở lại hồ sơ này", "open this file again"),
    "offer": ("nộp lưu hồ sơ này", "hand this file over to the archive"),
    "accept": ("nhận hồ sơ này vào lưu trữ", "take this file into the archive"),
    "lend": ("cho mượn hồ sơ này", "lend this file"),
    "hold": ("giữ hồ sơ này khỏi tiêu hủy", "hold this file back from disposal"),
    "package": ("lập gói lưu trữ của hồ sơ này", "make the archive package of this file"),
    "dispose": ("đề nghị tiêu hủy hồ sơ này", "propose to destroy this file"),
    "approve_disposal": ("duyệt tiêu hủy hồ sơ này", "approve its disposal"),
}
_WHOSE = {
    Stand.KEEPER: ("người giữ hồ sơ", "who keeps it"),
    Stand.REGISTRY: ("văn thư, lưu trữ của cơ quan", "the agency's registry and archive"),
    Stand.LEADER: ("lãnh đạo của cơ quan", "the agency's leader"),
    Stand.ABOVE: ("lãnh đạo cơ quan cấp trên", "a leader of the agency above"),
}


def unseen() -> Unseen:
    """There is no such work file for this person."""
    return Unseen(
        "Không có hồ sơ này, hoặc hồ sơ không thuộc phạm vi được xem.",
        "There is no such file, or it is not yours to see.",
    )


_TABLE = Table(ACTS, _SAID, _WHOSE, unseen)


def stands(tx: Tx, row: Any, by: Actor) -> frozenset[Stand]:
    """How this person stands to the work file of that row."""
    roles = held(tx, by)
    found = set()
    if by.has_account and row.keeper == by.username:
        found.add(Stand.KEEPER)
    if ("van_thu", row.agency) in roles:
        found.add(Stand.REGISTRY)
    if ("lanh_dao", row.agency) in roles:
        found.add(Stand.LEADER)
    above = {agency for role, agency in roles if role == "lanh_dao"} - {row.agency}
    if any(row.agency in agencies.subtree(tx, agency) for agency in sorted(above)):
        found.add(Stand.ABOVE)
    if row.rights == FREE and any(agency == row.agency for _, agency in roles):
        found.add(Stand.COLLEAGUE)
    if by.has_account and tx.read(_loans(tx, by).where(work_file_loan.c.file_id == row.id).limit(1)).first():
        found.add(Stand.BORROWER)
    if any(role == "quan_tri" for role, _ in roles):
        found.add(Stand.OVERSEER)
    return frozenset(found)


def _loans(tx: Tx, by: Actor) -> Any:
    return select(work_file_loan.c.file_id).where(
        work_file_loan.c.borrower == by.username,
        work_file_loan.c.granted == 1,
        work_file_loan.c.returned_at.is_(None),
        work_file_loan.c.until >= tx.now.astimezone(VIETNAM).date(),
    )


def seen(tx: Tx, by: Actor) -> ColumnElement[bool]:
    """The work files that this person sees, as a condition of the query."""
    if by.everything:
        return true()
    roles = held(tx, by)
    whole = {agency for role, agency in roles if role in ("van_thu", "lanh_dao")}
    for role, agency in roles:
        if role == "lanh_dao":
            whole |= set(agencies.subtree(tx, agency))
    own = {agency for _, agency in roles}
    return or_(
        work_file.c.keeper == by.username,
        work_file.c.agency.in_(sorted(whole)),
        (work_file.c.agency.in_(sorted(own))) & (work_file.c.rights == FREE),
        work_file.c.id.in_(_loans(tx, by)),
    )


@query
def acts(tx: Tx, row: Any, by: Actor) -> frozenset[str]:
    """What this person may do to it, whatever its state."""
    return _TABLE.allowed(stands(tx, row, by))


@query
def require(tx: Tx, act: str, row: Any, by: Actor) -> None:
    """Raises `NotAllowed` where this person may not do that to that file, `Unseen` where it is not theirs to see."""
    _TABLE.require(act, stands(tx, row, by) if row is not None else frozenset())
