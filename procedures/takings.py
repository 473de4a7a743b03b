"""What was taken and given back in a period, receipt by receipt: on screen, as PDF and as a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, literal, select

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, officials, reading, words
from procedures.actor import Actor
from procedures.closings import signed
from procedures.dossiers.sheets import Sheet
from procedures.letters.issuing import heading
from procedures.letters.rendering import NATIONAL
from procedures.rights.dossiers import scope
from procedures.store.dossier import dossier
from procedures.store.money import refund
from procedures.store.papers import fee, letter
from procedures.vocabulary.payments import PAYMENTS

COLUMNS = (
    "STT",
    "Số chứng từ",
    "Thời điểm",
    "Mã hồ sơ",
    "Nội dung",
    "Hình thức",
    "Người thu, chi",
    "Số tiền (đồng)",
    "Miễn, giảm",
)
GATEWAY = "Cổng thanh toán"


@dataclass(frozen=True, slots=True)
class Takings:
    """The lines of a period as a sheet; by_method: đồng by how it was paid; refunded and reduced in đồng; codes: the
    dossier of each line."""

    sheet: Sheet
    by_method: dict[str, int]
    refunded: int
    reduced: int
    codes: tuple[str, ...]

    @property
    def total(self) -> int:
        """What was taken, less what was given back."""
        return sum(self.by_method.values()) - self.refunded


@query
def of_period(tx: Tx, by: Actor, agency: str, first: date, last: date, method: str = "") -> Takings:
    """What an agency took from `first` to `last`, both included, as far as this person may see. method: of the
    vocabulary of payments, empty for all."""
    begin = datetime.combine(first, time(), VIETNAM)
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    found = [*_taken(tx, by, agency, begin, end), *_given_back(tx, by, agency, begin, end)]
    found = sorted((one for one in found if method in ("", one.method)), key=lambda one: (one.at, one.number))
    reading.shown(*{one.dossier_id for one in found})
    names = officials.names(tx, {one.who for one in found if one.who})
    rows = tuple(
        (
            str(n),
            one.number,
            words.short(one.at),
            one.code,
            one.name,
            PAYMENTS[one.method].vi,
            names.get(one.who, one.who) if one.who else GATEWAY,
            signed(one.amount),
            words.money(one.reduced) if one.reduced else "",
        )
        for n, one in enumerate(found, 1)
    )
    sums: dict[str, int] = {}
    for one in found:
        if one.amount > 0:
            sums[one.method] = sums.get(one.method, 0) + one.amount
    back = -sum(one.amount for one in found if one.amount < 0)
    less = sum(one.reduced for one in found)
    place = agencies.name(tx, agency)
    said = [(PAYMENTS[key].vi, words.money(sums[key])) for key in PAYMENTS if key in sums]
    said += [("Đã hoàn", words.money(back)), ("Miễn, giảm", words.money(less))]
    said.append(("Còn lại", signed(sum(sums.values()) - back)))
    data = {
        **heading(tx, agency),
        "tieu_de": NATIONAL["bang-thu"]["vi"],
        "ky": f"Từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}",
        "dong": [list(row) for row in rows],
        "tong_hop": [list(one) for one in said],
        "nguoi_ky": by.name,
    }
    sheet = Sheet("bang-thu", f"Thu phí, lệ phí, {place}", COLUMNS, rows, tx.now, data, len(rows))
    return Takings(sheet, sums, back, less, tuple(one.code for one in found))


def _taken(tx: Tx, by: Actor, agency: str, begin: datetime, end: datetime) -> list[Any]:
    """Receipts, and fees of which nothing was asked (without a number)."""
    number = func.coalesce(letter.c.number, "")
    reduced = func.sum(func.coalesce(fee.c.full, fee.c.amount) - fee.c.amount).label("reduced")
    return list(
        tx.read(
            select(
                dossier.c.id.label("dossier_id"),
                dossier.c.code,
                dossier.c.procedure_name.label("name"),
                number.label("number"),
                fee.c.method,
                fee.c.paid_by.label("who"),
                fee.c.paid_at.label("at"),
                func.sum(fee.c.amount).label("amount"),
                reduced,
            )
            .join(dossier, dossier.c.id == fee.c.dossier_id)
            .join(letter, letter.c.token == fee.c.receipt, isouter=True)
            .where(scope(by), dossier.c.agency == agency, fee.c.paid_at >= begin, fee.c.paid_at < end)
            .group_by(
                dossier.c.id,
                dossier.c.code,
                dossier.c.procedure_name,
                letter.c.number,
                fee.c.method,
                fee.c.paid_by,
                fee.c.paid_at,
            )
        )
    )


def _given_back(tx: Tx, by: Actor, agency: str, begin: datetime, end: datetime) -> list[Any]:
    return list(
        tx.read(
            select(
                dossier.c.id.label("dossier_id"),
                dossier.c.code,
                (literal("Hoàn: ") + refund.c.reason).label("name"),
                func.coalesce(letter.c.number, "").label("number"),
                refund.c.method,
                refund.c.paid_by.label("who"),
                refund.c.paid_at.label("at"),
                (-refund.c.amount).label("amount"),
                (refund.c.amount * 0).label("reduced"),
            )
            .join(dossier, dossier.c.id == refund.c.dossier_id)
            .join(letter, letter.c.token == refund.c.paper, isouter=True)
            .where(scope(by), dossier.c.agency == agency, refund.c.paid_at >= begin, refund.c.paid_at < end)
        )
    )
