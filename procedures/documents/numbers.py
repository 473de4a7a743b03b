"""Numbers of what goes out: given, reserved, freed and filled again (cấp bù), each with its reason; and the check.

A number is taken with the series' lock held, in the transaction of what it is given to, so that none is skipped and
none given twice, whoever counts at once. What bears no document is explained in `document_number`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine import audit
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import agencies, numbering, officials
from procedures.actor import Actor
from procedures.dossiers import log
from procedures.rights import documents as rights
from procedures.store.documents import document, document_number
from procedures.store.dossier import counter
from procedures.vocabulary.documents import FILLED, OUTGOING, RESERVED, VOID

LOG = "administration/document_numbers"
MOST_RESERVED = 20  # at once


@dataclass(frozen=True, slots=True)
class Spare:
    """A number that no document bears: reserved, or freed (void)."""

    series: str
    number: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a series found: numbers that nothing explains, and numbers of several documents."""

    series: str
    last: int
    gaps: tuple[int, ...]
    doubles: tuple[int, ...]


def take(tx: Tx, agency: str, series: str, year: int, document_id: str, wanted: int | None, by: Actor) -> int:
    """The next number of a series for a document, or a spare one that is wanted. Refuses one that is not spare."""
    if wanted is None:
        return numbering.take(tx, numbering.document_series(OUTGOING, series), agency, f"{year}")
    filled = tx.execute(
        update(document_number)
        .where(*_key(agency, series, year, wanted), document_number.c.state.in_((RESERVED, VOID)))
        .values(state=FILLED, filled_by=document_id, filled_at=tx.now)
    )
    if filled.rowcount == 0:
        raise Refusal(
            f"Số {wanted:02d} không phải số giữ trước hay số đã hủy của năm nay: bỏ trống để lấy số tiếp theo.",
            f"Number {wanted} is neither reserved nor freed this year: leave it empty for the next one.",
            "so",
        )
    _log(tx, "number_filled", by, agency, series, year, wanted, document=document_id)
    return wanted


@command
def reserve(tx: Tx, agency: str, series: str, count: int, reason: str, by: Actor) -> list[int]:
    """Keeps the next numbers of a series back, with a reason."""
    log.act(tx, by)
    rights.require_registry(tx, agency, by)
    if not 1 <= count <= MOST_RESERVED:
        raise Refusal(
            f"Mỗi lần giữ từ 1 đến {MOST_RESERVED} số.", f"Between 1 and {MOST_RESERVED} numbers at once.", "count"
        )
    if not reason.strip():
        raise Refusal("Ghi lý do giữ số.", "Say why the numbers are kept back.", "reason")
    year = agencies.today(tx).year
    kept = []
    for _ in range(count):
        number = numbering.take(tx, numbering.document_series(OUTGOING, series), agency, f"{year}")
        _spare(tx, agency, series, year, number, RESERVED, reason, by)
        kept.append(number)
    return kept


def free(tx: Tx, row: Any, reason: str, by: Actor) -> None:
    """The number of a document is no longer its own: it may be filled again, or stays void with its reason."""
    gone = document_number.delete().where(*_key(row.agency, row.series, row.year, row.number))
    tx.execute(gone)  # it had been spare before
    _spare(tx, row.agency, row.series, row.year, row.number, VOID, reason, by)


@query
def spare(tx: Tx, agency: str, series: str, year: int) -> list[Spare]:
    """The numbers of a series that may be filled, the lowest first."""
    rows = tx.read(
        select(document_number)
        .where(
            document_number.c.agency == agency,
            document_number.c.register == OUTGOING,
            document_number.c.series == series,
            document_number.c.year == year,
            document_number.c.state.in_((RESERVED, VOID)),
        )
        .order_by(document_number.c.number)
    )
    return [Spare(row.series, row.number, row.state, row.reason) for row in rows]


@dataclass(frozen=True, slots=True)
class Explained:
    """A number that was kept back, taken back or filled again: why, by whom; filled_by: the code of the document that
    bears it now."""

    series: str
    number: int
    state: str
    reason: str
    at: datetime
    who: str
    filled_by: str


@query
def explained(tx: Tx, agency: str, year: int) -> list[Explained]:
    """What stands about numbers of a year beside those given in their turn, by series and number."""
    rows = tx.read(
        select(document_number, document.c.code)
        .join(document, document.c.id == document_number.c.filled_by, isouter=True)
        .where(
            document_number.c.agency == agency,
            document_number.c.register == OUTGOING,
            document_number.c.year == year,
        )
        .order_by(document_number.c.series, document_number.c.number)
    ).all()
    names = officials.names(tx, {row.who for row in rows if row.who})
    return [
        Explained(row.series, row.number, row.state, row.reason, row.at, names.get(row.who or "", ""), row.code or "")
        for row in rows
    ]


@command
def void(tx: Tx, agency: str, series: str, year: int, number: int, reason: str, by: Actor) -> None:
    """A number that was kept back is not used after all; it may still be filled again."""
    log.act(tx, by)
    rights.require_registry(tx, agency, by)
    if not reason.strip():
        raise Refusal("Ghi lý do hủy số.", "Say why the number is not used.", "reason")
    changed = tx.execute(
        update(document_number)
        .where(*_key(agency, series, year, number), document_number.c.state == RESERVED)
        .values(state=VOID, reason=reason.strip()[:500], at=tx.now, who=by.who)
    )
    if changed.rowcount == 0:
        raise Refusal(f"Số {number:02d} không phải số giữ trước.", f"Number {number} is not kept back.", "so")
    _log(tx, "number_void", by, agency, series, year, number, reason=reason.strip()[:500])


@query
def following(tx: Tx, agency: str, series: str, year: int) -> int:
    """The number that comes next, as a suggestion: who numbers at the same time may take it first."""
    name = numbering.document_series(OUTGOING, series)
    last = tx.read(
        select(counter.c.value).where(
            counter.c.agency == agency, counter.c.series == name, counter.c.period == f"{year}"
        )
    ).scalar()
    return int(last or 0) + 1


@query
def check(tx: Tx, agency: str, register: str, year: int) -> list[Checked]:
    """Every series of a register in a year: is each number from 1 to the last at one document, or explained?"""
    begin = numbering.document_series(register, "")
    counters = tx.read(
        select(counter.c.series, counter.c.value).where(
            counter.c.agency == agency,
            counter.c.period == f"{year}",
            counter.c.series.like(f"{begin}%"),
        )
    ).all()
    found = []
    for row in sorted(counters, key=lambda one: str(one.series)):
        series = str(row.series).removeprefix(begin) if register == OUTGOING else None
        found.append(_checked(tx, agency, register, series, year, int(row.value)))
    return found


def _checked(tx: Tx, agency: str, register: str, series: str | None, year: int, last: int) -> Checked:
    of_series = [document.c.agency == agency, document.c.register == register, document.c.year == year]
    if series is not None:
        of_series.append(document.c.series == series)
    given = tx.read(select(document.c.number).where(*of_series, document.c.number.is_not(None))).scalars().all()
    explained = tx.read(
        select(document_number.c.number).where(
            document_number.c.agency == agency,
            document_number.c.register == register,
            document_number.c.series == (series or ""),
            document_number.c.year == year,
            document_number.c.state.in_((RESERVED, VOID)),
        )
    ).scalars()
    seen: set[int] = set()
    doubles = {number for number in given if number in seen or seen.add(number)}  # type: ignore[func-returns-value]
    missing = set(range(1, last + 1)) - seen - set(explained)
    return Checked(series or "", last, tuple(sorted(missing)), tuple(sorted(doubles)))


def _key(agency: str, series: str, year: int, number: int) -> tuple[Any, ...]:
    return (
        document_number.c.agency == agency,
        document_number.c.register == OUTGOING,
        document_number.c.series == series,
        document_number.c.year == year,
        document_number.c.number == number,
    )


def _spare(tx: Tx, agency: str, series: str, year: int, number: int, state: str, reason: str, by: Actor) -> None:
    tx.execute(
        document_number.insert().values(
            agency=agency,
            register=OUTGOING,
            series=series,
            year=year,
            number=number,
            state=state,
            reason=reason.strip()[:500],
            at=tx.now,
            who=by.who,
        )
    )
    _log(tx, f"number_{state}", by, agency, series, year, number, reason=reason.strip()[:500])


def _log(tx: Tx, kind: str, by: Actor, agency: str, series: str, year: int, number: int, **more: Any) -> None:
    said = {"agency": agency, "series": series, "year": year, "number": number, **more}
    audit.append(tx, LOG, kind, by.who, said)
