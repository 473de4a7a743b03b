"""Papers of dossiers go from the desk to a unit and back in batches: a slip names them, and who takes them accepts each
or refuses it with the reason. What was accepted stands on the control sheet (Mẫu 06)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update

from engine import audit, worklist
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import officials, reading
from procedures.actor import Actor, Kind
from procedures.dossiers import log
from procedures.letters.issuing import issue, letter
from procedures.rights import NotAllowed, Unseen
from procedures.store.dossier import component, dossier, dossier_state
from procedures.store.handing import paper_place, slip, slip_row
from procedures.vocabulary.channels import ONLINE
from procedures.vocabulary.roles import ROLES
from procedures.vocabulary.statuses import OVER
from procedures.vocabulary.words import Word

FORM = "phieu-giao"
DESK = "mot_cua"
#: Who gives and takes papers.
HANDS = (DESK, "chuyen_vien", "truong_don_vi", "lanh_dao", "van_thu")
MOST = 200  # dossiers of one slip
GIVEN, ACCEPTED, REFUSED, TAKEN_BACK = "given", "accepted", "refused", "taken_back"
STATES: Mapping[str, Word] = {
    GIVEN: Word("Chờ nhận", "Waits to be taken"),
    ACCEPTED: Word("Đã nhận", "Taken"),
    REFUSED: Word("Không nhận", "Refused"),
    TAKEN_BACK: Word("Người giao đã rút", "Taken back by the giver"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A dossier whose papers lie with this person's role; step: what it waits for now."""

    id: str
    code: str
    applicant: str
    procedure: str
    agency: str
    role: str
    step: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip; waiting: how many of its rows nobody has decided."""

    id: str
    number: str
    agency: str
    from_role: str
    to_role: str
    giver: str
    giver_name: str
    at: datetime
    note: str
    paper: str
    rows: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Row:
    """A dossier on a slip."""

    dossier: str
    code: str
    applicant: str
    procedure: str
    state: str
    reason: str
    decided_at: datetime | None
    taker_name: str


@query
def held(tx: Tx, by: Actor, size: int = MOST) -> list[Held]:
    """The dossiers whose papers lie with a role of this person and stand on no slip that waits, the newest first."""
    return _held(tx, by, [], size)


@query
def listing(tx: Tx, by: Actor, size: int = 30) -> tuple[list[Slip], list[Slip]]:
    """Slips that wait to be taken by this person, and those that this person gave, the newest first."""
    mine = _roles(tx, by)
    if not mine:
        return [], []
    theirs = or_(*(and_(slip.c.agency == agency, slip.c.to_role == role) for role, agency in mine))
    waits = exists().where(slip_row.c.slip == slip.c.id, slip_row.c.state == GIVEN)
    here = slip.c.agency.in_(sorted({agency for _, agency in mine}))
    return (
        _slips(tx, theirs & waits & (slip.c.giver != by.username), size),
        _slips(tx, here & (slip.c.giver == by.username), size),
    )


@query
def get(tx: Tx, id: str, by: Actor) -> tuple[Slip, list[Row]]:
    """A slip with its rows. Raises `Unseen` for who neither gives nor takes nor leads at its agency."""
    found = _slips(tx, slip.c.id == id, 1)
    roles = _roles(tx, by)
    if not found or not any(
        agency == found[0].agency and role in (found[0].from_role, found[0].to_role, "truong_don_vi", "lanh_dao")
        for role, agency in roles
    ):
        raise Unseen("Không có phiếu này, hoặc phiếu không thuộc phạm vi được xem.", "There is no such slip for you.")
    asked = (
        select(slip_row, dossier.c.code, dossier.c.applicant_name, dossier.c.procedure_name)
        .join(dossier, dossier.c.id == slip_row.c.dossier_id)
        .where(slip_row.c.slip == id)
        .order_by(slip_row.c.position)
    )
    rows = tx.read(asked).all()
    reading.shown(*(row.dossier_id for row in rows))
    return found[0], [
        Row(
            row.dossier_id,
            row.code,
            row.applicant_name,
            row.procedure_name,
            row.state,
            row.reason,
            row.decided_at,
            row.taker_name,
        )
        for row in rows
    ]


@query
def takes(tx: Tx, one: Slip, by: Actor) -> bool:
    """Whether this person may accept or refuse its rows: of the role it goes to, and not who gave it."""
    return one.giver != by.username and (one.to_role, one.agency) in _roles(tx, by)


@command
def make(tx: Tx, dossiers: Collection[str], to_role: str, note: str, by: Actor) -> str:
    """Gives the papers of these dossiers to a role of their agency; the slip's id. Refuses an empty slip, dossiers of
    several agencies, and papers that do not lie with a role of this person, by their codes."""
    log.act(tx, by)
    wanted = sorted(set(dossiers))
    if not wanted:
        raise Refusal("Đánh dấu ít nhất một hồ sơ để giao.", "Tick at least one dossier.", about="ho_so")
    if len(wanted) > MOST:
        raise Refusal(f"Một phiếu giao tối đa {MOST} hồ sơ.", f"A slip holds {MOST} dossiers.", about="ho_so")
    for id in wanted:
        log.hold(tx, id)
    found = {one.id: one for one in _held(tx, by, wanted, len(wanted))}
    if absent := [id for id in wanted if id not in found]:
        raise Refusal(
            f"{len(absent)} hồ sơ không còn ở chỗ bạn hoặc đang trên phiếu khác: tải lại danh sách rồi chọn lại.",
            f"{len(absent)} dossiers do not lie with you, or stand on another slip: load the list again.",
            about="ho_so",
        )
    if len(places := {(one.agency, one.role) for one in found.values()}) > 1:
        raise Refusal(
            "Một phiếu chỉ giao hồ sơ của một cơ quan, từ một vai trò.",
            "A slip gives papers of one agency, from one role.",
            about="ho_so",
        )
    ((agency, role),) = places
    if to_role not in HANDS or to_role == role:
        raise Refusal(
            "Chọn nơi nhận khác nơi đang giữ hồ sơ.", "Choose another taker than who holds them.", about="den"
        )
    id, ordered = tx.database.new_id(), sorted(found.values(), key=lambda one: one.code)
    token = issue(tx, FORM, id, agency=agency, data=_data(ordered, role, to_role, note, by))
    made = letter(tx, token)
    number = made.number if made is not None else ""
    values = {"from_role": role, "to_role": to_role, "giver": by.username, "giver_name": by.name, "at": tx.now}
    note = " ".join(note.split())[:500]
    tx.execute(slip.insert().values(id=id, number=number, agency=agency, note=note, paper=token, **values))
    for position, one in enumerate(ordered, 1):
        tx.execute(
            slip_row.insert().values(
                dossier_id=one.id, slip=id, position=position, state=GIVEN, reason="", taker_name=""
            )
        )
        log.record(tx, one.id, "dossier.papers_given", {"slip": id, "number": number, "to": to_role})
    audit.append(tx, id, "slip.made", by.username, {"agency": agency, "to": to_role, "dossiers": len(ordered)})
    return id


@command
def decide(tx: Tx, id: str, accepted: Collection[str], refused: Mapping[str, str], by: Actor) -> None:
    """Takes these rows of a slip, and refuses those with their reasons; the others go on waiting. Refuses what nobody
    gave, what was decided, and a refusal without its reason."""
    log.act(tx, by)
    one, rows = get(tx, id, by)
    if not takes(tx, one, by) or by.kind is not Kind.OFFICIAL:
        raise NotAllowed(
            "Chỉ người ở nơi nhận, khác người giao, được nhận hoặc từ chối.", "Only who takes accepts or refuses."
        )
    if not accepted and not refused:
        raise Refusal("Đánh dấu hồ sơ nhận, hoặc ghi lý do không nhận.", "Tick what you take, or say why not.")
    waiting = {row.dossier: row for row in rows if row.state == GIVEN}
    if set(accepted) & set(refused) or not (set(accepted) | set(refused)) <= set(waiting):
        raise Refusal("Có hồ sơ đã được xử lý; tải lại phiếu.", "Something has been decided; load the slip again.")
    for dossier_id in sorted({*accepted, *refused}):
        log.hold(tx, dossier_id)
        takes_it = dossier_id in accepted
        reason = "" if takes_it else " ".join(refused[dossier_id].split())[:500]
        if not takes_it and not reason:
            code = waiting[dossier_id].code
            raise Refusal(f"Ghi lý do không nhận hồ sơ {code}.", f"Say why {code} is not taken.")
        _settle(tx, id, dossier_id, ACCEPTED if takes_it else REFUSED, reason, by)
        said = {"slip": id, "number": one.number, "accepted": takes_it, "reason": reason}
        log.record(tx, dossier_id, "dossier.papers_taken", said)
        if takes_it:
            tx.execute(delete(paper_place).where(paper_place.c.dossier_id == dossier_id))
            tx.execute(paper_place.insert().values(dossier_id=dossier_id, role=one.to_role, since=tx.now))


@command
def take_back(tx: Tx, id: str, by: Actor) -> None:
    """Who gave takes back what nobody has taken yet."""
    log.act(tx, by)
    one, rows = get(tx, id, by)
    if one.giver != by.username:
        raise NotAllowed("Chỉ người giao rút lại được phiếu.", "Only who gave takes it back.")
    waiting = sorted(row.dossier for row in rows if row.state == GIVEN)
    if not waiting:
        raise Refusal("Không còn hồ sơ nào chờ nhận trên phiếu.", "Nothing on the slip waits any more.")
    for dossier_id in waiting:
        log.hold(tx, dossier_id)
        _settle(tx, id, dossier_id, TAKEN_BACK, "", by)
        log.record(tx, dossier_id, "dossier.papers_back", {"slip": id, "number": one.number})


@query
def handed(tx: Tx, dossier_id: str) -> list[tuple[Slip, Row]]:
    """How the papers of a dossier went, in order: what was accepted or refused."""
    asked = (
        select(slip_row, slip.c.number, slip.c.giver_name, slip.c.at, slip.c.to_role)
        .join(slip, slip.c.id == slip_row.c.slip)
        .where(slip_row.c.dossier_id == dossier_id, slip_row.c.state.in_((ACCEPTED, REFUSED)))
        .order_by(slip.c.at)
    )
    return [
        (
            Slip("", row.number, "", "", row.to_role, "", row.giver_name, row.at, "", "", 0, 0),
            Row(dossier_id, "", "", "", row.state, row.reason, row.decided_at, row.taker_name),
        )
        for row in tx.read(asked)
    ]


def _settle(tx: Tx, id: str, dossier_id: str, state: str, reason: str, by: Actor) -> None:
    done = tx.execute(
        update(slip_row)
        .where(slip_row.c.dossier_id == dossier_id, slip_row.c.slip == id, slip_row.c.state == GIVEN)
        .values(state=state, reason=reason, decided_at=tx.now, taker=by.username, taker_name=by.name)
    )
    if done.rowcount != 1:
        raise Refusal("Có hồ sơ đã được xử lý; tải lại phiếu.", "Something has been decided; load the slip again.")


def _roles(tx: Tx, by: Actor) -> list[tuple[str, str]]:
    return [one for one in officials.roles_of(tx, by.username) if one[0] in HANDS] if by.has_account else []


def _held(tx: Tx, by: Actor, only: Sequence[str], size: int) -> list[Held]:
    mine = _roles(tx, by)
    if not mine:
        return []
    place = func.coalesce(paper_place.c.role, DESK)
    waits = exists().where(slip_row.c.dossier_id == dossier.c.id, slip_row.c.state == GIVEN)
    # who sends it online brings papers only where the desk noted that they came
    on_paper = exists().where(component.c.dossier_id == dossier.c.id, component.c.originals + component.c.copies > 0)
    asked = (
        select(
            dossier.c.id,
            dossier.c.code,
            dossier.c.applicant_name,
            dossier.c.procedure_name,
            dossier.c.agency,
            place.label("role"),
        )
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .join(paper_place, paper_place.c.dossier_id == dossier.c.id, isouter=True)
        .where(
            or_(*(and_(dossier.c.agency == agency, place == role) for role, agency in mine)),
            dossier.c.received_at.is_not(None),
            dossier_state.c.status.not_in(OVER),
            ~waits,
            or_(dossier.c.channel != ONLINE, paper_place.c.role.is_not(None), on_paper),
            *([dossier.c.id.in_(only)] if only else []),
        )
        .order_by(dossier.c.received_at.desc(), dossier.c.id)
        .limit(size)
    )
    rows = tx.read(asked).all()
    reading.shown(*(row.id for row in rows))
    steps = worklist.steps_of(tx, [row.id for row in rows])
    return [
        Held(
            row.id,
            row.code,
            row.applicant_name,
            row.procedure_name,
            row.agency,
            row.role,
            steps.get(row.id, [""])[-1],
        )
        for row in rows
    ]


def _slips(tx: Tx, where: Any, size: int) -> list[Slip]:
    rows = select(func.count()).select_from(slip_row).where(slip_row.c.slip == slip.c.id)
    waiting = rows.where(slip_row.c.state == GIVEN)
    asked = (
        select(slip, rows.scalar_subquery().label("rows"), waiting.scalar_subquery().label("waiting"))
        .where(where)
        .order_by(slip.c.at.desc())
        .limit(size)
    )
    return [
        Slip(
            row.id,
            row.number,
            row.agency,
            row.from_role,
            row.to_role,
            row.giver,
            row.giver_name,
            row.at,
            row.note,
            row.paper,
            row.rows,
            row.waiting,
        )
        for row in tx.read(asked)
    ]


def _data(ordered: Sequence[Held], role: str, to_role: str, note: str, by: Actor) -> dict[str, Any]:
    return {
        "ben_giao": ROLES[role].vi,
        "ben_nhan": ROLES[to_role].vi,
        "nguoi_giao": by.name,
        "ghi_chu": " ".join(note.split())[:500],
        "dong": [
            {"ma": one.code, "ho_ten": one.applicant, "thu_tuc": one.procedure, "buoc": one.step} for one in ordered
        ],
        "tong_so": f"{len(ordered)} hồ sơ",
    }
