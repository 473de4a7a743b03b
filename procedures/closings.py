"""The day's closing: what a cashier took and gave back since the last one, what was counted, the difference with its
reason; the head confirms it or sends it back to be counted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import refunds, words
from procedures.actor import Actor, Kind
from procedures.dossiers import log
from procedures.rights import NotAllowed, Unseen
from procedures.rights.documents import held
from procedures.rights.tasks import HEADS
from procedures.store.dossier import dossier
from procedures.store.money import closing, closing_line, refund
from procedures.store.papers import fee, letter
from procedures.store.people import official
from procedures.vocabulary.payments import CASH, PAYMENTS
from procedures.vocabulary.words import Word

FORM = "phieu-chot"
OPEN, BACK, CONFIRMED = "open", "back", "confirmed"
STATES = {
    OPEN: Word("Chờ xác nhận", "Waits to be confirmed"),
    BACK: Word("Trả lại, đếm lại", "Sent back, to be counted again"),
    CONFIRMED: Word("Đã xác nhận", "Confirmed"),
}
#: What was taken in a transaction that began before the last closing and ended after it is of the next one.
MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A receipt, or a slip by which money was given back (amount below zero), in đồng."""

    paper: str
    number: str
    code: str
    method: str
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Drawer:
    """What a cashier has taken at an agency and not closed."""

    agency: str
    lines: tuple[Line, ...]

    @property
    def cash(self) -> int:
        """What should be in the drawer, in đồng."""
        return sum(one.amount for one in self.lines if one.method == CASH)

    @property
    def transfers(self) -> int:
        """What came by bank, in đồng."""
        return sum(one.amount for one in self.lines if one.method != CASH)


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing; amounts in đồng. paper: token of the signed record, once it is confirmed."""

    id: str
    agency: str
    cashier: str
    cashier_name: str
    at: datetime
    cash: int
    transfers: int
    counted: int
    reason: str
    state: str
    decided_at: datetime | None
    head_name: str
    answer: str
    paper: str | None

    @property
    def difference(self) -> int:
        """What was counted beyond what should be there; below zero: what lacks."""
        return self.counted - self.cash


@query
def drawers(tx: Tx, by: Actor) -> list[Drawer]:
    """What this cashier has taken or given back and not closed, agency by agency."""
    own = closing.c.cashier == by.username
    latest = select(closing.c.agency, func.max(closing.c.at).label("at")).where(own).group_by(closing.c.agency)
    since = {row.agency: row.at - MARGIN for row in tx.read(latest)}
    found: dict[str, list[Line]] = {}
    taken = (
        select(
            fee.c.receipt.label("paper"),
            letter.c.number,
            dossier.c.code,
            dossier.c.agency,
            fee.c.method,
            func.sum(fee.c.amount).label("amount"),
            fee.c.paid_at.label("at"),
        )
        .join(dossier, dossier.c.id == fee.c.dossier_id)
        .join(letter, letter.c.token == fee.c.receipt)
        .where(fee.c.paid_by == by.username, _after(since, dossier.c.agency, fee.c.paid_at))
        .group_by(fee.c.receipt, letter.c.number, dossier.c.code, dossier.c.agency, fee.c.method, fee.c.paid_at)
    )
    given = refunds.paid_out(tx, by.username, _after(since, dossier.c.agency, refund.c.paid_at))
    rows = [*tx.read(taken), *given]
    closed = set(
        tx.read(
            select(closing_line.c.paper)
            .join(closing, closing.c.id == closing_line.c.closing)
            .where(own, _after(since, closing.c.agency, closing_line.c.at))
        ).scalars()
    )
    for row in sorted(rows, key=lambda one: (one.at, one.number)):
        if row.paper not in closed:
            line = Line(row.paper, row.number, row.code, row.method, int(row.amount), row.at)
            found.setdefault(row.agency, []).append(line)
    return [Drawer(agency, tuple(lines)) for agency, lines in sorted(found.items())]


def _after(since: Mapping[str, datetime], agency: Any, at: Any) -> ColumnElement[bool]:
    """What came at an agency after this day's closing there; where none was made, whatever came."""
    later = (and_(agency == code, at > moment) for code, moment in since.items())
    return or_(agency.not_in(sorted(since)), *later)


@command
def close(tx: Tx, agency: str, counted: int, reason: str, by: Actor, seen: int | None = None) -> str:
    """Closes what this cashier has taken at an agency; the closing's id. seen: how many papers the cashier was shown:
    where there are others by now the closing is refused, so that nobody signs for what they have not counted. Refuses
    an empty drawer, and a difference without its reason."""
    log.act(tx, by)
    if by.kind is not Kind.OFFICIAL:
        raise NotAllowed("Người thu tự chốt quỹ của mình.", "Cashiers close their own drawer.")
    tx.execute(select(official.c.username).where(official.c.username == by.username).with_for_update())
    drawer = next((one for one in drawers(tx, by) if one.agency == agency), None)
    if drawer is None:
        raise Refusal("Không có khoản nào để chốt.", "There is nothing to close.")
    if seen is not None and seen != len(drawer.lines):
        raise Refusal(
            "Vừa có khoản thu hoặc chi mới: xem lại danh sách, đếm lại tiền rồi chốt.",
            "Something has been taken or given back meanwhile: look again, count again, then close.",
        )
    reason = _reason(counted, drawer.cash, reason)
    id = tx.database.new_id()
    tx.execute(
        closing.insert().values(
            id=id,
            agency=agency,
            cashier=by.username,
            cashier_name=by.name,
            at=tx.now,
            cash=drawer.cash,
            transfers=drawer.transfers,
            counted=counted,
            reason=reason,
            state=OPEN,
            head_name="",
            answer="",
        )
    )
    for one in drawer.lines:
        tx.execute(
            closing_line.insert().values(
                closing=id,
                paper=one.paper,
                number=one.number,
                dossier_code=one.code,
                method=one.method,
                amount=one.amount,
                at=one.at,
            )
        )
    said = {"agency": agency, "cash": drawer.cash, "counted": counted, "papers": len(drawer.lines), "reason": reason}
    audit.append(tx, id, "closing.made", by.username, said)
    return id


@command
def count_again(tx: Tx, id: str, counted: int, reason: str, by: Actor) -> None:
    """The cashier counts again what the head sent back."""
    log.act(tx, by)
    row = _locked(tx, id)
    if row.cashier != by.username or by.kind is not Kind.OFFICIAL:
        raise NotAllowed("Chỉ người thu đếm lại quỹ của mình.", "Only the cashier counts the drawer again.")
    if row.state != BACK:
        raise _not_now()
    reason = _reason(counted, row.cash, reason)
    tx.execute(update(closing).where(closing.c.id == id).values(counted=counted, reason=reason, state=OPEN))
    audit.append(tx, id, "closing.counted_again", by.username, {"counted": counted, "reason": reason})


@command
def confirm(tx: Tx, id: str, by: Actor) -> str:
    """Head or leader confirms a closing, never the cashier; the token of the record with both names."""
    log.act(tx, by)
    row = _decidable(tx, id, by)
    token = _record(tx, row, by)
    _decided(tx, id, by, CONFIRMED, "", token)
    return token


@command
def send_back(tx: Tx, id: str, answer: str, by: Actor) -> None:
    """Head or leader does not confirm: it is counted again. Refuses without a reason."""
    log.act(tx, by)
    _decidable(tx, id, by)
    answer = " ".join(answer.split())[:1000]
    if not answer:
        raise Refusal("Ghi lý do trả lại.", "Say why it is sent back.")
    _decided(tx, id, by, BACK, answer, None)


@query
def get(tx: Tx, id: str, by: Actor) -> Closing:
    """A closing that this person may see: the cashier's own, or of an agency whose head or leader they are. Raises
    `Unseen` else."""
    row = tx.read(select(closing).where(closing.c.id == id)).first()
    if row is None or not (row.cashier == by.username or row.agency in _headed(tx, by)):
        raise _unseen()
    return _closing(row)


@query
def lines(tx: Tx, id: str) -> list[Line]:
    """What a closing counts, in the order in which it was taken."""
    asked = select(closing_line).where(closing_line.c.closing == id).order_by(closing_line.c.at, closing_line.c.number)
    return [Line(r.paper, r.number, r.dossier_code, r.method, r.amount, r.at) for r in tx.read(asked)]


@query
def listing(tx: Tx, by: Actor, size: int = 30) -> list[Closing]:
    """The closings that this person may see: those that wait first, then the newest."""
    places = _headed(tx, by)
    mine = (closing.c.cashier == by.username) | closing.c.agency.in_(sorted(places))
    asked = select(closing).where(mine).order_by(closing.c.state == CONFIRMED, closing.c.at.desc()).limit(size)
    return [_closing(row) for row in tx.read(asked)]


@query
def may_decide(tx: Tx, one: Closing, by: Actor) -> bool:
    """Whether this person confirms that closing: a head or leader of its agency, and not its cashier."""
    return one.state == OPEN and one.cashier != by.username and one.agency in _headed(tx, by)


def _headed(tx: Tx, by: Actor) -> set[str]:
    return {agency for role, agency in held(tx, by) if role in HEADS}


def _locked(tx: Tx, id: str) -> Any:
    row = tx.execute(select(closing).where(closing.c.id == id).with_for_update()).first()
    if row is None:
        raise _unseen()
    return row


def _decidable(tx: Tx, id: str, by: Actor) -> Any:
    row = _locked(tx, id)
    if row.agency not in _headed(tx, by):
        raise NotAllowed(
            "Chỉ trưởng đơn vị hoặc lãnh đạo của cơ quan xác nhận chốt quỹ.",
            "Only a head or leader of the agency confirms a closing.",
        )
    if row.cashier == by.username or by.kind is not Kind.OFFICIAL:
        raise NotAllowed(
            "Người thu không tự xác nhận chốt quỹ của mình.", "A cashier does not confirm the own closing."
        )
    if row.state != OPEN:
        raise _not_now()
    return row


def _decided(tx: Tx, id: str, by: Actor, state: str, answer: str, token: str | None) -> None:
    values: dict[str, Any] = {
        "state": state,
        "decided_at": tx.now,
        "head": by.username,
        "head_name": by.name,
        "answer": answer,
        "paper": token,
    }
    tx.execute(update(closing).where(closing.c.id == id).values(values))
    audit.append(tx, id, f"closing.{state}", by.username, {"reason": answer} if answer else {})


def _record(tx: Tx, row: Any, by: Actor) -> str:
    from procedures import letters

    found = lines(tx, row.id)
    given = -sum(one.amount for one in found if one.amount < 0 and one.method == CASH)
    amounts: Sequence[tuple[str, int, bool]] = (
        ("Thu tiền mặt theo biên lai", row.cash + given, False),
        ("Chi hoàn tiền mặt", -given, False),
        ("Tiền mặt phải có", row.cash, True),
        ("Tiền mặt thực đếm", row.counted, True),
        ("Chênh lệch (thừa +, thiếu −)", row.counted - row.cash, False),
        ("Chuyển khoản (đối chiếu với ngân hàng)", row.transfers, False),
    )
    return letters.issue(
        tx,
        FORM,
        row.id,
        agency=row.agency,
        data={
            "nguoi_thu": row.cashier_name,
            "chot_luc": words.moment(row.at),
            "chung_tu": f"{len(found)} chứng từ, từ số {found[0].number} đến số {found[-1].number}" if found else "",
            "khoan": [{"ten": name, "so_tien": signed(amount), "dam": bold} for name, amount, bold in amounts],
            "bang_chu": words.spelled(row.counted),
            "ly_do": row.reason,
            "dong": [
                {
                    "so": one.number,
                    "ho_so": one.code,
                    "hinh_thuc": PAYMENTS[one.method].vi,
                    "so_tien": signed(one.amount),
                }
                for one in found
            ],
            "thu_ky": f"(Đã chốt {words.short(row.at)})",
            "nguoi_xac_nhan": by.name,
            "xac_nhan_ky": f"(Đã xác nhận {words.short(tx.now)})",
        },
    )


def signed(amount: int) -> str:
    """``-20.000``: an amount that may be below zero, with a minus that typesetters use."""
    return words.money(amount) if amount >= 0 else f"−{words.money(-amount)}"


def _reason(counted: int, cash: int, reason: str) -> str:
    if not 0 <= counted <= 10**12:
        raise Refusal("Số tiền đếm được phải là số nguyên đồng, không âm.", "What was counted is whole đồng.")
    reason = " ".join(reason.split())[:1000]
    if counted != cash and not reason:
        raise Refusal(
            f"Thực đếm chênh {signed(counted - cash)} đồng so với biên lai: ghi lý do chênh lệch.",
            f"What was counted differs by {signed(counted - cash)} VND: say why.",
        )
    return reason


def _not_now() -> Refusal:
    return Refusal("Phiếu chốt này đã được xử lý; tải lại trang.", "This closing has been dealt with; load it again.")


def _unseen() -> Unseen:
    return Unseen("Không có phiếu chốt này, hoặc không thuộc phạm vi được xem.", "There is no such closing for you.")


def _closing(row: Any) -> Closing:
    return Closing(
        row.id,
        row.agency,
        row.cashier,
        row.cashier_name,
        row.at,
        row.cash,
        row.transfers,
        row.counted,
        row.reason,
        row.state,
        row.decided_at,
        row.head_name,
        row.answer,
        row.paper,
    )
