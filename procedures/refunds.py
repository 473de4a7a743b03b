"""Fees given back: the desk proposes with the reason, another person of the agency decides, and the money goes back as
it came: in cash or by transfer at the desk, with a slip of its own series, or by the gateway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import fees, officials, reading, words
from procedures.actor import Actor, Kind
from procedures.dossiers import log
from procedures.rights import dossiers as rights
from procedures.rights.documents import held
from procedures.rights.tasks import HEADS
from procedures.store.dossier import dossier
from procedures.store.money import refund
from procedures.store.papers import letter, payment
from procedures.vocabulary.payments import ONLINE, PAYMENTS
from procedures.vocabulary.words import Word

SLIP = "phieu-hoan"
ASKED, APPROVED, REFUSED, PAID = "asked", "approved", "refused", "paid"
STATES = {
    ASKED: Word("Chờ duyệt", "Waits for the decision"),
    APPROVED: Word("Đã duyệt, chờ chi", "Approved, to be paid out"),
    REFUSED: Word("Không duyệt", "Refused"),
    PAID: Word("Đã hoàn", "Given back"),
}


@dataclass(frozen=True, slots=True)
class Refund:
    """What is to be given back of a receipt, in đồng. paper: token of the slip."""

    id: str
    dossier: str
    code: str
    applicant: str
    agency: str
    receipt: str
    receipt_number: str
    amount: int
    method: str
    reason: str
    basis: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str | None
    approved: bool | None
    answer: str
    paid_at: datetime | None
    paper: str | None

    @property
    def state(self) -> str:
        """Of `STATES`."""
        if self.paid_at is not None:
            return PAID
        return ASKED if self.approved is None else APPROVED if self.approved else REFUSED


@dataclass(frozen=True, slots=True)
class Paid:
    """A receipt of a dossier: what was paid by it, and what of that may still be given back, in đồng."""

    receipt: str
    number: str
    amount: int
    method: str
    left: int


@query
def receipts(tx: Tx, dossier_id: str) -> list[Paid]:
    """The receipts of a dossier, with what was not given back yet nor is proposed to be."""
    given: dict[str, int] = {}
    for one in of(tx, dossier_id):
        if one.state != REFUSED:
            given[one.receipt] = given.get(one.receipt, 0) + one.amount
    paid: dict[str, list[fees.Fee]] = {}
    for fee in fees.assessed(tx, dossier_id):
        if fee.receipt is not None:
            paid.setdefault(fee.receipt, []).append(fee)
    gone = set(  # what the gateway was told to give back by itself
        tx.read(
            select(payment.c.receipt).where(
                payment.c.dossier_id == dossier_id, payment.c.state.in_(("returning", "returned"))
            )
        ).scalars()
    )
    numbers = _numbers(tx, paid)
    found = []
    for token, ones in paid.items():
        amount = sum(one.amount for one in ones)
        left = 0 if token in gone else amount - given.get(token, 0)
        found.append(Paid(token, numbers.get(token, ""), amount, ones[0].method or "", left))
    return found


@query
def of(tx: Tx, dossier_id: str) -> list[Refund]:
    """The refunds of a dossier, the oldest first."""
    return _read(tx, refund.c.dossier_id == dossier_id)


@query
def get(tx: Tx, id: str) -> Refund | None:
    """A refund by its id."""
    return next(iter(_read(tx, refund.c.id == id)), None)


@query
def waiting(tx: Tx, by: Actor, size: int = 50) -> list[Refund]:
    """What waits for the decision of this person: of the agencies whose head or leader they are."""
    places = {agency for role, agency in held(tx, by) if role in HEADS}
    if not places:
        return []
    return _read(tx, refund.c.decided_at.is_(None) & dossier.c.agency.in_(sorted(places)), size)


@command
def propose(tx: Tx, dossier_id: str, receipt: str, amount: int, reason: str, basis: str, by: Actor) -> str:
    """The desk proposes to give back part or all of what a receipt says was paid; the refund's id. What was paid online
    goes back whole. Refuses more than what is left of the receipt, and without a reason."""
    log.act(tx, by)
    rights.require(tx, "propose_refund", dossier_id, by)
    row = log.locked(tx, dossier_id)
    one = next((one for one in receipts(tx, dossier_id) if one.receipt == receipt), None)
    if one is None:
        raise Refusal(f"Hồ sơ {row.code} không có biên lai này.", f"Dossier {row.code} has no such receipt.")
    if not 0 < amount <= one.left:
        raise Refusal(
            f"Biên lai {one.number} chỉ còn {words.money(one.left)} đồng có thể hoàn: nhập số tiền từ 1 đến số đó.",
            f"Only {words.money(one.left)} VND of receipt {one.number} can be given back.",
        )
    if one.method == ONLINE and amount != one.amount:
        raise Refusal(
            f"Khoản nộp trực tuyến được hoàn toàn bộ: {words.money(one.amount)} đồng.",
            f"What was paid online goes back whole: {words.money(one.amount)} VND.",
        )
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal("Ghi lý do hoàn phí.", "Say why it is given back.")
    id = tx.database.new_id()
    tx.execute(
        refund.insert().values(
            dossier_id=dossier_id,
            id=id,
            receipt=receipt,
            amount=amount,
            method=one.method,
            reason=reason[:1000],
            basis=" ".join(basis.split())[:500],
            asked_at=tx.now,
            asked_by=by.username,
            answer="",
        )
    )
    log.record(tx, dossier_id, "dossier.refund_proposed", {"refund": id, "amount": amount, "reason": reason[:1000]})
    return id


@command
def decide(tx: Tx, id: str, approved: bool, answer: str, by: Actor) -> None:
    """Head or leader approves or refuses, never who proposed it. What was paid online is given back by the gateway from
    here on. Refuses a refusal without a reason, and twice."""
    log.act(tx, by)
    one = _locked(tx, id, "decide_refund", by)
    if one.approved is not None:
        raise Refusal("Đề nghị hoàn phí này đã được quyết định.", "This refund has been decided.")
    if by.username == one.asked_by or by.kind is not Kind.OFFICIAL:
        raise Refusal(
            "Người đề nghị hoàn phí không tự duyệt: người có thẩm quyền khác của cơ quan quyết định.",
            "Who proposes a refund does not approve it: another person decides.",
        )
    answer = " ".join(answer.split())[:1000]
    if not approved and not answer:
        raise Refusal("Ghi lý do không duyệt.", "Say why it is refused.")
    values: dict[str, Any] = {"decided_at": tx.now, "decided_by": by.username, "approved": approved, "answer": answer}
    tx.execute(update(refund).where(_one(one)).values(values))
    said = {"refund": id, "approved": approved, "amount": one.amount, "reason": answer}
    log.record(tx, one.dossier, "dossier.refund_decided", said)
    if approved and one.method == ONLINE:
        from procedures import payments  # which knows fees

        payments.give_back_receipt(tx, one.dossier, one.receipt, one.reason)
        tx.execute(update(refund).where(_one(one)).values(paid_at=tx.now, paid_by=by.username))


@command
def pay(tx: Tx, id: str, by: Actor) -> str:
    """The desk gives the money back that was approved; the token of the slip, numbered without gaps."""
    from procedures import letters

    log.act(tx, by)
    one = _locked(tx, id, "pay_refund", by)
    if one.state != APPROVED:
        raise Refusal("Chỉ chi khoản hoàn đã duyệt và chưa chi.", "Only what is approved and not yet paid is paid out.")
    names = officials.names(tx, [one.decided_by or ""])
    token = letters.issue(
        tx,
        SLIP,
        one.dossier,
        data={
            "bien_lai": one.receipt_number,
            "so_tien": words.money(one.amount),
            "bang_chu": words.spelled(one.amount),
            "ly_do": one.reason,
            "can_cu": one.basis,
            "hinh_thuc": PAYMENTS[one.method].vi.lower(),
            "nguoi_duyet": names.get(one.decided_by or "", ""),
            "duyet_luc": words.moment(one.decided_at),
            "chi_luc": words.moment(tx.now),
        },
    )
    tx.execute(update(refund).where(_one(one)).values(paid_at=tx.now, paid_by=by.username, paper=token))
    log.record(tx, one.dossier, "dossier.refund_paid", {"refund": id, "amount": one.amount, "paper": token})
    return token


def _locked(tx: Tx, id: str, act: str, by: Actor) -> Refund:
    where = tx.execute(select(refund.c.dossier_id).where(refund.c.id == id)).scalar()
    if where is None:
        raise rights.unseen()
    rights.require(tx, act, where, by)
    log.locked(tx, where)
    return next(one for one in of(tx, where) if one.id == id)


def _one(one: Refund) -> Any:
    return (refund.c.dossier_id == one.dossier) & (refund.c.id == one.id)


def _numbers(tx: Tx, tokens: Any) -> dict[str, str]:
    rows = tx.read(select(letter.c.token, letter.c.number).where(letter.c.token.in_(list(tokens))))
    return {row.token: row.number for row in rows}


def _read(tx: Tx, where: Any, size: int | None = None) -> list[Refund]:
    asked = (
        select(refund, dossier.c.code, dossier.c.applicant_name, dossier.c.agency)
        .join(dossier, dossier.c.id == refund.c.dossier_id)
        .where(where)
        .order_by(refund.c.asked_at, refund.c.id)
        .limit(size)
    )
    rows = tx.read(asked).all()
    reading.shown(*{row.dossier_id for row in rows})
    numbers = _numbers(tx, {row.receipt for row in rows})
    return [
        Refund(
            row.id,
            row.dossier_id,
            row.code,
            row.applicant_name,
            row.agency,
            row.receipt,
            numbers.get(row.receipt, ""),
            row.amount,
            row.method,
            row.reason,
            row.basis,
            row.asked_at,
            row.asked_by,
            row.decided_at,
            row.decided_by,
            row.approved,
            row.answer,
            row.paid_at,
            row.paper,
        )
        for row in rows
    ]


def paid_out(tx: Tx, cashier: str, *more: Any) -> list[Any]:
    """Slips by which this cashier gave money back: token, number, code, method, amount (below zero), at."""
    return list(
        tx.read(
            select(
                refund.c.paper.label("paper"),
                letter.c.number,
                dossier.c.code,
                dossier.c.agency,
                refund.c.method,
                (-refund.c.amount).label("amount"),
                func.coalesce(refund.c.paid_at, refund.c.asked_at).label("at"),
            )
            .join(dossier, dossier.c.id == refund.c.dossier_id)
            .join(letter, letter.c.token == refund.c.paper)
            .where(refund.c.paid_by == cashier, refund.c.paper.is_not(None), *more)
        )
    )
