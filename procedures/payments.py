"""Fees paid through a payment gateway.

The gateway is told an amount and an id, and says what became of it by a signed call, as often and as late as it likes:
each payment is settled once. What it says that does not fit (another amount, a fee that the desk has taken meanwhile, a
dossier that was refused) is no payment of the fee: it is given back. Where no call comes, the gateway is asked.

Both sides sign with HMAC-SHA256 under one secret: the query of the address to which the citizen goes, and the body of
every call (`docs/reference/payments.md`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select, update

from engine import jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from procedures import fees, settings
from procedures.actor import SYSTEM
from procedures.dossiers import log
from procedures.store.dossier import dossier
from procedures.store.papers import payment
from procedures.vocabulary.payments import ONLINE
from procedures.vocabulary.words import Word

OPEN, PAID, FAILED, LAPSED, RETURNING, RETURNED = "open", "paid", "failed", "lapsed", "returning", "returned"
STATES: Mapping[str, Word] = {
    OPEN: Word("Đang chờ cổng thanh toán xác nhận", "Waits for the gateway"),
    PAID: Word("Đã thanh toán", "Paid"),
    FAILED: Word("Không thành công", "Not paid"),
    LAPSED: Word("Hết hạn, chưa thanh toán", "Lapsed"),
    RETURNING: Word("Đang hoàn tiền", "Being given back"),
    RETURNED: Word("Đã hoàn tiền", "Given back"),
}
SAME = timedelta(minutes=15)  # a payment that was begun so lately is gone on with
#: After how long without a call the gateway is asked, try by try; then the payment has lapsed.
ASK = tuple(timedelta(minutes=one) for one in (2, 5, 15, 60, 240, 1440))
PATIENCE = 20


class Forged(Refusal):
    """A call that the secret does not vouch for."""


class Unknown(Refusal):
    """A payment that nobody here has begun."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment. receipt: token of the receipt, once it is settled."""

    id: str
    dossier: str
    code: str
    amount: int
    state: str
    begun_at: datetime
    settled_at: datetime | None
    receipt: str | None
    said_amount: int | None
    reference: str | None
    reason: str | None


def offered(where: Database | Tx) -> bool:
    """Whether a gateway is configured."""
    found = settings.current(where).payments
    return bool(found.url and found.secret)


def signature(secret: str, text: bytes) -> str:
    """Under which both sides vouch for what they send."""
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _vouched(secret: str, text: bytes, mark: str) -> bool:
    return hmac.compare_digest(
        signature(secret, text).encode(), mark.encode()
    )  # as bytes: a stranger's mark is any text


@command
def begin(tx: Tx, dossier_id: str) -> str:
    """Begins to pay all that is owed; the payment's id. One that was begun a moment ago for the same is gone on with,
    so that a second click pays nothing twice. Refuses where nothing is owed, or no gateway is configured."""
    tx.actor = tx.actor or SYSTEM
    row = log.locked(tx, dossier_id)
    if not offered(tx):
        raise Refusal("Hiện chỉ nộp phí tại quầy một cửa.", "Fees are paid at the desk now.")
    owed = fees.owed(tx, dossier_id)
    if not owed or row.closed_at is not None:
        raise Refusal(f"Hồ sơ {row.code} không còn khoản nào phải nộp.", f"Nothing is owed for dossier {row.code}.")
    there = tx.execute(
        select(payment.c.id).where(
            payment.c.dossier_id == dossier_id,
            payment.c.state == OPEN,
            payment.c.amount == owed,
            payment.c.begun_at > tx.now - SAME,
        )
    ).scalar()
    if there is not None:
        return str(there)
    id = tx.database.new_id()
    tx.execute(
        payment.insert().values(
            dossier_id=dossier_id,
            id=id,
            amount=owed,
            state=OPEN,
            said_amount=None,
            reference=None,
            begun_at=tx.now,
            settled_at=None,
            receipt=None,
            reason=None,
        )
    )
    log.record(tx, dossier_id, "dossier.payment_begun", {"payment": id, "amount": owed})
    _ask_later(tx, dossier_id, id, 0)
    return id


@query
def get(tx: Tx, id: str, dossier_id: str | None = None) -> Payment | None:
    """A payment by its id, of that dossier where one is named."""
    statement = select(payment, dossier.c.code).join(dossier, dossier.c.id == payment.c.dossier_id)
    statement = statement.where(payment.c.id == id)
    if dossier_id is not None:
        statement = statement.where(payment.c.dossier_id == dossier_id)
    row = tx.read(statement).first()
    return None if row is None else _payment(row)


@query
def of(tx: Tx, dossier_id: str) -> list[Payment]:
    """The payments of a dossier, in the order in which they were begun."""
    rows = tx.read(
        select(payment, dossier.c.code)
        .join(dossier, dossier.c.id == payment.c.dossier_id)
        .where(payment.c.dossier_id == dossier_id)
        .order_by(payment.c.begun_at, payment.c.id)
    )
    return [_payment(row) for row in rows]


def address(where: Database | Tx, one: Payment, back: str) -> str:
    """Where the citizen pays at the gateway; `back` is where they come back to."""
    found = settings.current(where)
    said = {
        "id": one.id,
        "code": one.code,
        "amount": str(one.amount),
        "callback": f"{found.public_url}/thanh-toan/goi-lai",
        "return": back,
    }
    text = urlencode(said)
    return f"{found.payments.url}/pay?{text}&signature={signature(found.payments.secret, text.encode())}"


# -- what the gateway says -------------------------------------------------------------------------------------------


def called_back(where: Database, body: bytes, signed: str) -> str:
    """The gateway says what became of a payment; its state then. The same said again changes nothing. Raises Forged,
    Unknown, and Refusal for what cannot be read or cannot be settled now (it calls again)."""
    if not _vouched(settings.current(where).payments.secret, body, signed):
        raise Forged("Chữ ký của cổng thanh toán không đúng.", "The gateway's signature is wrong.")
    try:
        said = json.loads(body)
        id, state, amount = str(said["id"]), str(said["state"]), int(said["amount"])
    except (ValueError, KeyError, TypeError):
        raise Refusal("Không đọc được nội dung gọi lại.", "The call cannot be read.") from None
    return settle(where, id, state, amount, str(said.get("reference") or "")[:255])


@command
def settle(tx: Tx, id: str, state: str, amount: int, reference: str) -> str:
    """What the gateway says of a payment, taken over once."""
    log.act(tx, SYSTEM)
    dossier_id = tx.read(select(payment.c.dossier_id).where(payment.c.id == id)).scalar()
    if dossier_id is None:
        raise Unknown("Không có giao dịch này.", "There is no such payment.")
    row = log.locked(tx, dossier_id)
    one = tx.execute(select(payment).where(_one(dossier_id, id)).with_for_update()).one()
    if state not in (PAID, FAILED) or one.state in (PAID, RETURNING, RETURNED):
        return str(one.state)
    if state == FAILED:
        if one.state != FAILED:
            _change(tx, dossier_id, id, FAILED, reference=reference)
        return FAILED
    why = _misfit(tx, row, one, amount)
    if why:
        _change(tx, dossier_id, id, RETURNING, reference=reference, said_amount=amount, reason=why)
        _give_back(tx, dossier_id, id, amount)
        return RETURNING
    receipt = fees.settle(tx, dossier_id, SYSTEM, ONLINE)
    _change(tx, dossier_id, id, PAID, reference=reference, receipt=receipt)
    return PAID


def _misfit(tx: Tx, row: Any, one: Any, amount: int) -> str:
    """Why what was paid is no payment of the fee; empty where it is."""
    owed = fees.owed(tx, row.id)
    if amount != one.amount:
        return f"Số tiền đã nhận ({amount} đồng) khác số tiền phải nộp ({one.amount} đồng)"
    if row.closed_at is not None:
        return "Hồ sơ đã kết thúc trước khi tiền đến"
    if owed != one.amount:
        return "Phí, lệ phí đã được nộp bằng cách khác hoặc đã thay đổi"
    return ""


@command
def give_back(tx: Tx, dossier_id: str, reason: str) -> int:
    """Orders that all that was paid online for a dossier is given back; how many payments."""
    paid = tx.execute(
        select(payment.c.id, payment.c.amount).where(payment.c.dossier_id == dossier_id, payment.c.state == PAID)
    ).all()
    for one in paid:
        _change(tx, dossier_id, one.id, RETURNING, reason=reason)
        _give_back(tx, dossier_id, one.id, one.amount)
    return len(paid)


@command
def give_back_receipt(tx: Tx, dossier_id: str, receipt: str, reason: str) -> None:
    """Orders that the payment of one receipt is given back. Refuses where it has been, or is none of the gateway's."""
    one = tx.execute(
        select(payment.c.id, payment.c.amount).where(
            payment.c.dossier_id == dossier_id, payment.c.receipt == receipt, payment.c.state == PAID
        )
    ).first()
    if one is None:
        raise Refusal("Khoản nộp trực tuyến này đã được hoàn.", "This online payment has been given back.")
    _change(tx, dossier_id, one.id, RETURNING, reason=reason)
    _give_back(tx, dossier_id, one.id, one.amount)


def _change(tx: Tx, dossier_id: str, id: str, state: str, **more: Any) -> None:
    values = {"state": state, "settled_at": tx.now, **more}
    tx.execute(update(payment).where(_one(dossier_id, id)).values(values))
    said = {"payment": id, "state": state, **({"reason": more["reason"]} if more.get("reason") else {})}
    log.record(tx, dossier_id, "dossier.payment", said)


def _one(dossier_id: str, id: str) -> Any:
    return (payment.c.dossier_id == dossier_id) & (payment.c.id == id)


def _payment(row: Any) -> Payment:
    return Payment(
        row.id,
        row.dossier_id,
        row.code,
        row.amount,
        row.state,
        row.begun_at.astimezone(VIETNAM),
        row.settled_at,
        row.receipt,
        row.said_amount,
        row.reference,
        row.reason,
    )


# -- what the gateway is asked ---------------------------------------------------------------------------------------


def _ask_later(tx: Tx, dossier_id: str, id: str, turn: int) -> None:
    jobs.add(tx, dossier_id, "payment-ask", tx.now + ASK[turn], {"id": id, "turn": turn}, retries=6)


def _give_back(tx: Tx, dossier_id: str, id: str, amount: int) -> None:
    jobs.add(tx, dossier_id, "payment-return", payload={"id": id, "amount": amount}, retries=12)


def _call(known: settings.Settings, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """What the gateway answers. Raises Refusal where it does not, and for an answer it has not signed."""
    sent = json.dumps(body).encode() if body is not None else b""
    signed = signature(known.payments.secret, sent or path.encode())
    headers = {"Content-Type": "application/json", "X-Signature": signed}
    asked = urllib.request.Request(known.payments.url + path, sent or None, headers)
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            text, mark = answer.read(4 * 1024 * 1024), answer.headers.get("X-Signature", "")
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise _away(str(error.code)) from error
    except OSError as error:
        raise _away(type(error).__name__) from error
    if not _vouched(known.payments.secret, text, mark):
        raise Forged("Chữ ký của cổng thanh toán không đúng.", "The gateway's signature is wrong.")
    return json.loads(text)


def _call_about(known: settings.Settings, id: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    """The same of one payment. An answer about another one is none, however well it is signed: it may have been sent
    before, in answer to another question."""
    answer = _call(known, path, body)
    if answer is not None and str(answer.get("id")) != id:
        raise Forged("Cổng thanh toán trả lời về một giao dịch khác.", "The gateway answers about another payment.")
    return answer


def _away(why: str) -> Refusal:
    return Refusal(f"Cổng thanh toán chưa trả lời ({why}).", f"The gateway does not answer ({why}).")


def _ask(job: Job, database: Database) -> Any:
    id = str(job.payload["id"])
    return _call_about(settings.current(database), id, f"/api/payments/{id}")


def _asked(tx: Tx, job: Job, answer: Any) -> None:
    """What the gateway said when it was asked; where it knows of nothing, it is asked again, and at last no more."""
    id, turn = job.payload["id"], int(job.payload["turn"])
    if answer is not None and answer.get("state") in (PAID, FAILED):
        settle(tx, id, answer["state"], int(answer["amount"]), str(answer.get("reference") or "")[:255])
        return
    log.act(tx, SYSTEM)
    one = tx.read(select(payment.c.state).where(_one(job.root_id, id))).scalar()
    if one != OPEN:
        return
    if turn + 1 < len(ASK):
        _ask_later(tx, job.root_id, id, turn + 1)
    else:
        _change(tx, job.root_id, id, LAPSED)


def _return(job: Job, database: Database) -> Any:
    asked = {"id": job.payload["id"], "amount": int(job.payload["amount"])}
    return _call_about(settings.current(database), str(asked["id"]), "/api/refunds", asked)


def _returned(tx: Tx, job: Job, answer: Any) -> None:
    log.act(tx, SYSTEM)
    if answer is None or answer.get("state") != RETURNED:
        raise _away("404" if answer is None else str(answer.get("state"))[:40])
    state = tx.read(select(payment.c.state).where(_one(job.root_id, job.payload["id"]))).scalar()
    if state == RETURNING:
        _change(tx, job.root_id, job.payload["id"], RETURNED)


HANDLERS = {
    "payment-ask": Handler(outside=_ask, done=_asked, opens=True),
    "payment-return": Handler(outside=_return, done=_returned, opens=True),
}


# -- reconciliation --------------------------------------------------------------------------------------------------


def reconcile(where: Database, day: date) -> dict[str, list[dict[str, Any]]]:
    """Compares a day's payments with the gateway's own list, and settles what it says was paid and nobody has heard
    of: ``matched``, ``settled`` (now), ``missing`` there, ``unknown`` here, ``differing`` in amount or state."""
    theirs = {
        str(one["id"]): one for one in _call(settings.current(where), f"/api/payments?day={day.isoformat()}") or ()
    }
    ours = {one.id: one for one in _begun_on(where, day)}
    found: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("matched", "settled", "missing", "unknown", "differing")
    }
    for id, said in theirs.items():
        one = ours.get(id) or get(where, id)
        if one is None:
            found["unknown"].append({"id": id, "amount": said["amount"], "state": said["state"]})
            continue
        state = one.state
        if state in (OPEN, FAILED, LAPSED) and said["state"] == PAID:
            state = settle(where, id, PAID, int(said["amount"]), str(said.get("reference") or ""))
            found["settled"].append({"id": id, "code": one.code, "amount": said["amount"], "state": state})
        elif _agrees(one, said):
            found["matched"].append({"id": id, "code": one.code, "amount": one.amount, "state": state})
        else:
            found["differing"].append(
                {"id": id, "code": one.code, "amount": one.amount, "state": state, "said": dict(said)}
            )
    found["missing"] = [
        {"id": one.id, "code": one.code, "amount": one.amount, "state": one.state}
        for one in ours.values()
        if one.id not in theirs and one.state not in (OPEN, LAPSED)
    ]
    return found


def _agrees(one: Payment, said: Mapping[str, Any]) -> bool:
    paid = one.said_amount if one.said_amount is not None else one.amount
    states = {PAID: {PAID}, FAILED: {FAILED, OPEN}, RETURNING: {PAID, RETURNED}, RETURNED: {RETURNED}}
    return int(said["amount"]) == paid and said["state"] in states.get(one.state, {OPEN})


@query
def _begun_on(tx: Tx, day: date) -> list[Payment]:
    start = datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
    rows = tx.read(
        select(payment, dossier.c.code)
        .join(dossier, dossier.c.id == payment.c.dossier_id)
        .where(payment.c.begun_at >= start, payment.c.begun_at < start + timedelta(days=1))
    )
    return [_payment(row) for row in rows]
