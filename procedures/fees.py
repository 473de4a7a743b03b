"""Fees: assessed by the procedure's rules, taken at the desk, each taking with its numbered receipt.

An amount that the record leaves to prose is "to be configured": it is shown as such and never taken for zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from sqlalchemy import delete, select, update

from engine import commands, feel
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, bundles, forms, numbering, words
from procedures.actor import Actor
from procedures.dossiers import log
from procedures.rights import dossiers as rights
from procedures.store.papers import fee
from procedures.vocabulary.payments import CASH, EXEMPT, PAYMENTS
from procedures.vocabulary.statuses import OVER

#: Counts that the desk takes for a fee: by the copy, by the page.
COUNTS = ("so_ban", "so_trang")
UNITS = {"copy": ("so_ban", "bản"), "page": ("so_trang", "trang")}


@dataclass(frozen=True, slots=True)
class Quote:
    """A fee as computed. amount: đồng, or None where it is to be configured. how: in words."""

    name: str
    amount: int | None
    how: str


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee of a dossier. `receipt` is the token of its receipt. Where it was reduced: `full` is what it was before
    (đồng), `percent` by how much it was reduced, `basis` by which rule and paper."""

    id: str
    name: str
    amount: int
    how: str
    paid_at: datetime | None
    paid_by: str | None
    method: str | None
    receipt: str | None
    full: int | None = None
    percent: int | None = None
    basis: str | None = None

    @property
    def exempt(self) -> bool:
        """Whether nothing at all is asked for it."""
        return self.method == EXEMPT


def counted(form: Mapping[str, Any], amounts: Mapping[str, Any]) -> dict[str, Any]:
    """What fees are computed from: the form, and the counts that it does not have itself."""
    return {**amounts, **{name: value for name, value in form.items() if value is not None}}


def asked(procedure: bundles.Procedure, form: forms.Form | None) -> list[str]:
    """The counts that a fee is computed from and that the form of the procedure does not ask for itself."""
    wanted: set[str] = set()
    for rule in procedure.fees:
        wanted |= {UNITS[rule["per"]][0]} if rule.get("per") in UNITS else set()
        if rule.get("formula"):
            wanted |= feel.names(str(rule["formula"]).lstrip("= "))
    own = {field.key for field in form.inputs()} if form is not None else set()
    return [one for one in COUNTS if one in wanted - own]


def quote(
    procedure: bundles.Procedure, amounts: Mapping[str, Any], channel: str = "truc_tiep", case: str | None = None
) -> list[Quote]:
    """What the rules ask for, with these numbers (``so_ban``, ``so_trang``, …). Refuses a formula without an answer."""
    answer: list[Quote] = []
    for rule in _rules(procedure, channel, case):
        if rule.get("formula"):
            answer.append(_by_formula(rule, {**amounts, "kenh": channel, "truong_hop": case}))
        elif rule.get("amount") is None:
            answer.append(_unknown(rule))
        elif rule.get("per") in UNITS:
            name, unit = UNITS[rule["per"]]
            count = _count(amounts.get(name))
            answer.append(
                Quote(rule["name"], rule["amount"] * count, f"{words.money(rule['amount'])} đ × {count} {unit}")
            )
        else:
            answer.append(Quote(rule["name"], rule["amount"], "một hồ sơ"))
    return answer


def unknown(procedure: bundles.Procedure, channel: str, case: str | None) -> list[Quote]:
    """The fees whose amount the procedure leaves to prose: they may be owed, nobody here knows how much."""
    rules = _rules(procedure, channel, case)
    return [_unknown(rule) for rule in rules if not rule.get("formula") and rule.get("amount") is None]


def _rules(procedure: bundles.Procedure, channel: str, case: str | None) -> list[Mapping[str, Any]]:
    """The rules for this channel and case."""
    return [
        rule
        for rule in procedure.fees
        if rule.get("channel") in (None, "", channel) and rule.get("case") in (None, "", case)
    ]


def _unknown(rule: Mapping[str, Any]) -> Quote:
    return Quote(rule["name"], None, rule.get("note") or "theo quy định")


def in_words(owed: int, open_ones: list[Quote]) -> str:
    """What Mẫu 01 says of the fees: the sum, what is to be told later, "Không" only where there is nothing at all."""
    said = [f"{words.money(owed)} đồng"] if owed else []
    said += [f"{one.name}: {one.how.rstrip('.')}" if owed else one.how.rstrip(".") for one in open_ones]
    text = "; ".join(dict.fromkeys(said)) or "Không"
    return text[:1].upper() + text[1:]


def _count(value: Any) -> int:
    try:
        number = Decimal(str(value or 0))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number % 1:
        raise Refusal("Số bản, số trang phải là số nguyên.", "Copies and pages must be whole numbers.")
    return max(int(number), 0)


def _by_formula(rule: Mapping[str, Any], context: Mapping[str, Any]) -> Quote:
    for name in COUNTS:
        if name in feel.names(str(rule["formula"]).lstrip("= ")):
            _count(context.get(name))
    value = feel.evaluate(str(rule["formula"]).strip().removeprefix("="), dict(context))
    if not isinstance(value, Decimal) or value < 0:
        raise Refusal(
            f"Không tính được khoản “{rule['name']}” từ số liệu đã nhập.",
            f"The fee '{rule['name']}' cannot be computed from what was entered.",
        )
    counted = ", ".join(
        f"{context[name]} {unit}" for name, unit in UNITS.values() if context.get(name) and name in str(rule["formula"])
    )
    return Quote(
        rule["name"],
        int(value.to_integral_value(ROUND_HALF_UP)),
        counted or rule.get("note") or "theo biểu phí của thủ tục",
    )


def assess(tx: Tx, dossier_id: str, quotes: list[Quote]) -> None:
    """Writes what a dossier owes; what has been paid stays, and what was reduced stays reduced."""
    before = tx.execute(select(fee).where(fee.c.dossier_id == dossier_id)).all()
    unpaid = fee.c.paid_at.is_(None) | (fee.c.method == EXEMPT)
    tx.execute(delete(fee).where(fee.c.dossier_id == dossier_id, unpaid))
    paid = [row for row in before if row.paid_at is not None and row.method != EXEMPT]
    reduced = {row.name: row for row in before if row.percent}
    settled: dict[str, int] = {}
    for row in paid:
        settled[row.name] = settled.get(row.name, 0) + row.amount
    for position, one in enumerate(quotes, len(paid) + 1):
        less = reduced.get(one.name)
        full, percent = one.amount or 0, less.percent if less is not None else 0
        rest = _less(full, percent) - settled.get(one.name, 0)
        exempt = percent == 100 and full > 0 and one.name not in settled
        if rest > 0 or exempt:
            tx.execute(
                fee.insert().values(
                    dossier_id=dossier_id,
                    id=tx.database.new_id(),
                    position=position,
                    name=one.name,
                    how=one.how,
                    amount=rest,
                    paid_at=less.paid_at if exempt and less is not None else None,
                    paid_by=less.paid_by if exempt and less is not None else None,
                    method=EXEMPT if exempt else None,
                    receipt=None,
                    full=full if less is not None else None,
                    percent=percent or None,
                    basis=less.basis if less is not None else None,
                )
            )


def assess_anew(tx: Tx, dossier_id: str, counts: Mapping[str, Any]) -> None:
    """What is owed by the counts that the process has by now (copies, pages), where they are others than at intake."""
    from procedures import deadlines

    row = log.locked(tx, dossier_id)
    known = {name: counts[name] for name in COUNTS if counts.get(name) is not None}
    said = {**counted(row.form, row.amounts or {}), **known}
    if not known or said == counted(row.form, row.amounts or {}):
        return
    assess(tx, dossier_id, quote(deadlines.rules(tx, row), said, row.channel, row.case_code))


def _less(full: int, percent: int) -> int:
    """What is left of an amount that is reduced by so many percent, in whole đồng."""
    return int((Decimal(full) * (100 - percent) / 100).to_integral_value(ROUND_HALF_UP))


@command
def reduce(tx: Tx, dossier_id: str, fee_id: str, percent: int, basis: str, by: Actor) -> None:
    """Reduces a fee that has not been paid by 1 to 100 percent, by a rule and the paper that shows it; 0 takes that
    back. Where nothing is left to pay and the model waits for it, it goes on. Refuses without a basis, and for what was
    paid."""
    log.act(tx, by)
    rights.require(tx, "reduce_fee", dossier_id, by)
    row = log.locked(tx, dossier_id)
    one = next((one for one in assessed(tx, dossier_id) if one.id == fee_id), None)
    if one is None:
        raise Refusal("Hồ sơ không có khoản thu này.", "The dossier has no such fee.")
    if row.status in OVER or (one.paid_at is not None and not one.exempt):
        raise Refusal(
            f"Khoản “{one.name}” đã thu hoặc hồ sơ đã kết thúc: không miễn, giảm được nữa. Nếu thu thừa, đề nghị hoàn.",
            f"'{one.name}' has been paid or the dossier has ended: it cannot be reduced. Propose a refund instead.",
        )
    if not 0 <= percent <= 100:
        raise Refusal("Mức giảm là số nguyên từ 1 đến 100 phần trăm.", "A reduction is 1 to 100 percent.")
    basis = " ".join(basis.split())[:500] if percent else ""
    if percent and not basis:
        raise Refusal(
            "Ghi căn cứ miễn, giảm: đối tượng, giấy tờ chứng minh và văn bản quy định.",
            "Say by which rule and paper it is reduced.",
        )
    full = one.full if one.full is not None else one.amount
    exempt = percent == 100
    tx.execute(
        update(fee)
        .where(fee.c.dossier_id == dossier_id, fee.c.id == fee_id)
        .values(
            amount=_less(full, percent),
            full=full if percent else None,
            percent=percent or None,
            basis=basis or None,
            paid_at=tx.now if exempt else None,
            paid_by=by.who if exempt else None,
            method=EXEMPT if exempt else None,
        )
    )
    said = {"fee": one.name, "percent": percent, "full": full, "basis": basis}
    log.record(tx, dossier_id, "dossier.fee_reduced", said)
    if exempt and not owed(tx, dossier_id):
        _go_on(tx, row, 0, by)


@query
def assessed(tx: Tx, dossier_id: str) -> list[Fee]:
    """The fees of a dossier, paid and unpaid."""
    rows = tx.read(select(fee).where(fee.c.dossier_id == dossier_id).order_by(fee.c.position, fee.c.id))
    return [
        Fee(r.id, r.name, r.amount, r.how, r.paid_at, r.paid_by, r.method, r.receipt, r.full, r.percent, r.basis)
        for r in rows
    ]


@query
def owed(tx: Tx, dossier_id: str) -> int:
    """What is still to be paid, in đồng."""
    return sum(one.amount for one in assessed(tx, dossier_id) if one.paid_at is None)


@command
def take(tx: Tx, dossier_id: str, by: Actor, method: str = CASH) -> str:
    """Takes all that is owed and issues the receipt, numbered without gaps; its token. Refuses where nothing is owed,
    so that a second click takes nothing twice."""
    log.act(tx, by)
    rights.require(tx, "take_fee", dossier_id, by)
    if method not in PAYMENTS or not PAYMENTS[method].desk:
        raise Refusal("Quầy không thu được theo hình thức này.", "The desk cannot take a fee in this way.")
    return settle(tx, dossier_id, by, method)


def settle(tx: Tx, dossier_id: str, by: Actor, method: str) -> str:
    """All that is owed has been paid: its receipt, in the one series that desk and gateway share, and the model goes
    on where it waits for the fee; the receipt's token. Refuses where nothing is owed. Whoever calls has asked whether
    it may."""
    from procedures import letters

    row = log.locked(tx, dossier_id)
    open_fees = [one for one in assessed(tx, dossier_id) if one.paid_at is None]
    if not open_fees:
        raise Refusal(f"Hồ sơ {row.code} không còn khoản nào phải thu.", f"Nothing is owed for dossier {row.code}.")
    total = sum(one.amount for one in open_fees)
    year = f"{agencies.today(tx).year}"
    number = numbering.letter_number(numbering.take(tx, "bien_lai", row.agency, year), "BLP")
    token = letters.issue(
        tx,
        "bien-lai",
        row.id,
        number=number,
        data={
            "khoan": [
                {"ten": one.name, "cach_tinh": _how(one), "so_tien": words.money(one.amount)} for one in open_fees
            ],
            "tong": words.money(total),
            "bang_chu": words.spelled(total),
            "hinh_thuc": PAYMENTS[method].vi.lower(),
            "thu_luc": words.moment(tx.now),
        },
    )
    tx.execute(
        update(fee)
        .where(fee.c.dossier_id == dossier_id, fee.c.paid_at.is_(None))
        .values(paid_at=tx.now, paid_by=by.who, method=method, receipt=token)
    )
    log.record(tx, dossier_id, "dossier.fee_taken", {"amount": total, "method": method, "receipt": number})
    _go_on(tx, row, total, by)
    return token


def _how(one: Fee) -> str:
    """How a fee was computed, with what it was reduced by."""
    if not one.percent or one.full is None:
        return one.how
    return f"{one.how}; {words.money(one.full)} đồng giảm {one.percent}% ({one.basis})"


def _go_on(tx: Tx, row: Any, paid: int, by: Actor) -> None:
    """The model stands in status 6 until this is paid."""
    from procedures.dossiers.next_steps import message_of, require_not_held

    message = message_of(tx, row.id, "pay")
    if message is not None:
        require_not_held(tx, row.id)
        commands.message(tx, message, row.code, {"da_nop": paid}, by.who, root=row.id)
