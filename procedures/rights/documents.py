"""Who may do what to a document, and who sees it. The only place that says so: the commands of `procedures.documents`
ask it before they write, and the pages offer what it allows (`docs/reference/authority.md`). What is done to the tasks
of a document's route stands in `rights.tasks`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, false, literal_column, or_, select, union

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from procedures import officials
from procedures.actor import Actor
from procedures.rights import NotAllowed, Unseen
from procedures.rights.table import Table
from procedures.store.documents import document, document_line
from procedures.store.work_files import work_file_item, work_file_loan
from procedures.vocabulary.documents import BEGUN, OUTGOING


class Stand(Enum):
    """How somebody stands to a document."""

    REGISTRY = "van_thu"  # registry clerk of the document's agency
    LEADER = "lanh_dao"  # of the document's agency
    HANDS = "hands"  # a step of its route was given to them or to a group they are in
    AUTHOR = "author"  # who drafted it
    BORROWER = "borrower"  # has been lent a work file that it lies in
    OVERSEER = "overseer"  # administrator


#: Act → who may. What a role does at another agency than the document's own is what its steps give it, and no more.
ACTS: Mapping[str, frozenset[Stand]] = {
    "look": frozenset(Stand),
    "register": frozenset({Stand.REGISTRY}),
    "give_back": frozenset({Stand.REGISTRY}),
    "slip": frozenset({Stand.REGISTRY, Stand.LEADER, Stand.HANDS}),
    "write": frozenset({Stand.AUTHOR}),
    "remark": frozenset({Stand.AUTHOR, Stand.HANDS, Stand.LEADER, Stand.REGISTRY}),
    "sign": frozenset({Stand.LEADER}),
    "number": frozenset({Stand.REGISTRY}),
    "recall": frozenset({Stand.REGISTRY}),
    "renew": frozenset({Stand.REGISTRY}),
    "answer_sender": frozenset({Stand.REGISTRY}),
    "resend": frozenset({Stand.REGISTRY}),
    "attach": frozenset({Stand.AUTHOR, Stand.HANDS}),
    "meet": frozenset({Stand.AUTHOR}),
}
_SAID = {
    "look": ("xem văn bản này", "see this document"),
    "register": ("đăng ký văn bản này", "register this document"),
    "give_back": ("trả lại văn bản này", "return this document"),
    "write": ("thay dự thảo này", "change this draft"),
    "remark": ("nhận xét dự thảo này", "remark upon this draft"),
    "sign": ("ký số văn bản này", "sign this document"),
    "number": ("hủy số của văn bản này", "take back the number of this document"),
    "recall": ("thu hồi văn bản này", "recall this document"),
    "renew": ("gửi cập nhật của văn bản này", "send an update of this document"),
    "resend": ("gửi lại qua trục liên thông", "send it again over the axis"),
    "answer_sender": ("trả lời yêu cầu của nơi gửi", "answer what the sender asks"),
    "attach": ("đưa tệp vào công việc này", "add a file to this matter"),
    "meet": ("đặt lịch họp của công việc này", "arrange the meeting of this matter"),
    "slip": ("in phiếu giải quyết văn bản này", "print the slip of this document"),
}
_WHOSE = {
    Stand.REGISTRY: ("văn thư của chính cơ quan", "the registry clerk of its own agency"),
    Stand.LEADER: ("lãnh đạo của chính cơ quan", "a leader of its own agency"),
    Stand.HANDS: ("người được giao xử lý", "who was given a step of it"),
    Stand.AUTHOR: ("người soạn thảo", "who drafted it"),
}


def unseen() -> Unseen:
    """There is no such document for this person."""
    return Unseen(
        "Không có văn bản này, hoặc văn bản không thuộc phạm vi được xem.",
        "There is no such document, or it is not yours to see.",
    )


_TABLE = Table(ACTS, _SAID, _WHOSE, unseen)
#: Who drafts for an agency: whoever works there.
DRAFTERS = ("chuyen_vien", "truong_don_vi", "van_thu", "lanh_dao", "mot_cua")
SEE_ALL = ("van_thu", "lanh_dao")  # of the agency's documents


def held(tx: Tx, by: Actor) -> frozenset[tuple[str, str]]:
    """The roles of this person, as pairs with their agencies."""
    return frozenset(officials.roles_of(tx, by.username)) if by.has_account else frozenset()


def given(tx: Tx, by: Actor) -> ColumnElement[bool]:
    """What a step of its route gave to this person or to a group of theirs, and what they drafted: one set of ids, each
    part of which is found by an index of its own."""
    roles = held(tx, by)
    if not roles:
        return false()
    groups = sorted(f"{role}@{agency}" for role, agency in roles)
    drafts = document.alias("drafts")  # a set of its own, not asked anew for each row
    # written out, as the index of authors has it
    goes_out = drafts.c.register.in_([literal_column(f"'{one}'") for one in (OUTGOING, *BEGUN)])
    theirs = union(
        select(document_line.c.root_id).where(document_line.c.holder_group.in_(groups)),
        select(document_line.c.root_id).where(document_line.c.holder == by.username),
        select(drafts.c.id).where(drafts.c.received_by == by.username, goes_out),
        _lent(tx, by),
    )
    return document.c.id.in_(theirs)


def seen(tx: Tx, by: Actor) -> ColumnElement[bool]:
    """All documents that this person may see: those of the agencies whose registry or leader they are, and what is
    theirs at others."""
    whole = sorted({agency for role, agency in held(tx, by) if role in SEE_ALL})
    return or_(document.c.agency.in_(whole), given(tx, by)) if whole else given(tx, by)


@query
def acts(tx: Tx, row: Any, by: Actor) -> frozenset[str]:
    """What this person may do to the document of that row, whatever its state."""
    return _TABLE.allowed(stands(tx, row, by))


@query
def require(tx: Tx, act: str, row: Any, by: Actor) -> None:
    """Raises `NotAllowed` where this person may not do that to that document, `Unseen` where it is not theirs to see
    (or there is none: `row` is None)."""
    _TABLE.require(act, stands(tx, row, by) if row is not None else frozenset())


@query
def require_registry(tx: Tx, agency: str, by: Actor) -> None:
    """Raises `NotAllowed` for who is no registry clerk of that agency: only they keep its registers."""
    if ("van_thu", agency) not in held(tx, by):
        raise NotAllowed(
            "Chỉ văn thư của chính cơ quan tiếp nhận, đăng ký văn bản và giữ sổ.",
            "Only the registry clerk of the agency receives, registers and keeps its books.",
        )


@query
def require_drafter(tx: Tx, agency: str, by: Actor) -> None:
    """Raises `NotAllowed` for who does not work at that agency: nobody else drafts its documents."""
    if not any(place == agency and role in DRAFTERS for role, place in held(tx, by)):
        raise NotAllowed(
            "Chỉ người công tác tại cơ quan soạn thảo được văn bản của cơ quan.",
            "Only who works at the agency drafts its documents.",
        )


@query
def require_books(tx: Tx, agency: str, by: Actor) -> None:
    """Raises `NotAllowed` for who is neither registry nor leader of that agency, nor administrator: the books show all
    its documents."""
    if by.everything or any((role, agency) in held(tx, by) for role in SEE_ALL):
        return
    raise NotAllowed(
        "Chỉ văn thư và lãnh đạo của chính cơ quan xem được sổ văn bản.",
        "Only registry and leaders of the agency itself read its books.",
    )


def registries(tx: Tx, by: Actor) -> list[str]:
    """The agencies whose registry this person keeps, the home agency first."""
    found = {agency for role, agency in held(tx, by) if role == "van_thu"}
    return sorted(found, key=lambda code: (code != by.agency, code))


def _lent(tx: Tx, by: Actor) -> Select[tuple[str]]:
    """What lies in work files that this person has on loan now."""
    return (
        select(work_file_item.c.root_id)
        .join(work_file_loan, work_file_loan.c.file_id == work_file_item.c.file_id)
        .where(
            work_file_loan.c.borrower == by.username,
            work_file_loan.c.granted == 1,
            work_file_loan.c.returned_at.is_(None),
            work_file_loan.c.until >= tx.now.astimezone(VIETNAM).date(),
        )
    )


def stands(tx: Tx, row: Any, by: Actor) -> frozenset[Stand]:
    """How this person stands to the document of that row."""
    roles = held(tx, by)
    found = set()
    if ("van_thu", row.agency) in roles:
        found.add(Stand.REGISTRY)
    if ("lanh_dao", row.agency) in roles:
        found.add(Stand.LEADER)
    if any(role == "quan_tri" for role, _ in roles):
        found.add(Stand.OVERSEER)
    if by.has_account and row.received_by == by.username and row.register in (OUTGOING, *BEGUN):
        found.add(Stand.AUTHOR)
    groups = [f"{role}@{agency}" for role, agency in roles]
    given = select(document_line.c.id).where(
        document_line.c.root_id == row.id,
        or_(document_line.c.holder_group.in_(groups), document_line.c.holder == by.username),
    )
    if by.has_account and tx.read(given.limit(1)).first() is not None:
        found.add(Stand.HANDS)
    if by.has_account and tx.read(_lent(tx, by).where(work_file_item.c.root_id == row.id).limit(1)).first() is not None:
        found.add(Stand.BORROWER)
    return frozenset(found)
