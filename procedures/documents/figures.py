"""Figures of documents for a period: how electronic the exchange is, how many signatures they bear, what was
acknowledged and done in time. Each figure is a condition, by which its documents are found again, exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, cast, exists, func, literal_column, not_, or_, select, true

from engine.calendar import VIETNAM
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import event
from procedures import agencies, reading
from procedures.actor import Actor
from procedures.documents.queries import Page, sees_all
from procedures.documents.values import document_of
from procedures.dossiers.sheets import Sheet
from procedures.store.documents import document, document_line
from procedures.vocabulary.documents import BOTH, ELECTRONIC, INCOMING, LEAD, OUTGOING, PAPER
from procedures.vocabulary.words import Word

#: What the province is asked for: more than 98 % fully electronic, less than 2 % with paper beside it.
WANTED_ELECTRONIC, WANTED_WITH_PAPER = 98, 2
Condition = Callable[[Tx], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. register: of which documents. holds: its condition."""

    register: str
    word: Word
    holds: Condition


def _all(_tx: Tx) -> ColumnElement[bool]:
    return true()


def _by(medium: str) -> Condition:
    if medium == ELECTRONIC:  # as an older row says by saying nothing
        return lambda _tx: or_(document.c.medium == ELECTRONIC, document.c.medium.is_(None))
    return lambda _tx: document.c.medium == medium


def _logged(kind: str) -> ColumnElement[bool]:
    return exists(select(event.c.seq).where(event.c.root_id == document.c.id, event.c.kind == kind))


_SIGNED, _SEALED = "document.signed", "document.sealed"


def _once(_tx: Tx) -> ColumnElement[bool]:
    return and_(or_(_logged(_SIGNED), _logged(_SEALED)), not_(and_(_logged(_SIGNED), _logged(_SEALED))))


def _twice(_tx: Tx) -> ColumnElement[bool]:
    return and_(_logged(_SIGNED), _logged(_SEALED))


def _day(tx: Tx, moment: ColumnElement[datetime]) -> ColumnElement[Any]:
    """The day of a moment in Vietnam."""
    if tx.database.sqlite:
        return func.date(moment, literal_column("'+7 hours'"))
    return cast(func.timezone(literal_column("'Asia/Ho_Chi_Minh'"), moment), Date)


def _same_day(tx: Tx) -> ColumnElement[bool]:
    return _day(tx, document.c.acknowledged_at) == _day(tx, document.c.received_at)


def _leads(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    line = document_line.c
    return exists(select(line.id).where(line.root_id == document.c.id, line.role == LEAD, line.due.is_not(None), *more))


def _late(tx: Tx) -> ColumnElement[bool]:
    line = document_line.c
    return _leads(or_(line.closed_at > line.due, and_(line.closed_at.is_(None), line.due < tx.now)))


def _kept(tx: Tx) -> ColumnElement[bool]:
    return and_(_leads(), not_(_late(tx)), not_(_leads(document_line.c.closed_at.is_(None))))


#: By the name in addresses, in the order in which they are shown.
FIGURES: Mapping[str, Figure] = {
    "den": Figure(INCOMING, Word("Văn bản đến đã đăng ký", "Incoming, registered"), _all),
    "den-dien-tu": Figure(INCOMING, Word("Đến: điện tử hoàn toàn", "Incoming, fully electronic"), _by(ELECTRONIC)),
    "den-song-song": Figure(INCOMING, Word("Đến: điện tử kèm bản giấy", "Incoming, with paper"), _by(BOTH)),
    "den-giay": Figure(INCOMING, Word("Đến: chỉ bản giấy", "Incoming, paper alone"), _by(PAPER)),
    "trong-ngay": Figure(INCOMING, Word("Xác nhận ngay trong ngày", "Acknowledged the same day"), _same_day),
    "dung-han": Figure(INCOMING, Word("Giải quyết đúng hạn", "Handled in time"), _kept),
    "qua-han": Figure(INCOMING, Word("Giải quyết quá hạn", "Late"), _late),
    "di": Figure(OUTGOING, Word("Văn bản đi đã phát hành", "Outgoing, dispatched"), _all),
    "di-dien-tu": Figure(OUTGOING, Word("Đi: điện tử hoàn toàn", "Outgoing, fully electronic"), _by(ELECTRONIC)),
    "di-song-song": Figure(OUTGOING, Word("Đi: điện tử kèm bản giấy", "Outgoing, with paper"), _by(BOTH)),
    "di-giay": Figure(OUTGOING, Word("Đi: chỉ bản giấy", "Outgoing, paper alone"), _by(PAPER)),
    "ky-mot": Figure(OUTGOING, Word("Một chữ ký số", "Signed once"), _once),
    "ky-hai": Figure(OUTGOING, Word("Đủ hai chữ ký số", "Signed twice"), _twice),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of an agency, by their names; of all where `agency` is empty."""

    agency: str
    name: str
    counts: Mapping[str, int]

    @property
    def electronic(self) -> float | None:
        """Percent of documents sent and received that are fully electronic; None where there are none."""
        return self._share("den-dien-tu", "di-dien-tu")

    @property
    def with_paper(self) -> float | None:
        """Percent that went or came with paper beside the electronic one."""
        return self._share("den-song-song", "di-song-song")

    def _share(self, *names: str) -> float | None:
        total = self.counts["den"] + self.counts["di"]
        return 100 * sum(self.counts[name] for name in names) / total if total else None


@query
def scope(tx: Tx, by: Actor) -> list[str]:
    """The agencies whose figures this person reads: those of which they see every document; all for who oversees."""
    return sorted(agencies.names(tx)) if by.everything else sees_all(tx, by)


@query
def figures(tx: Tx, by: Actor, first: date, last: date, agency: str = "") -> list[Row]:
    """The figures of a period (both days included), by agency, and of all at the end. An incoming document counts on
    the day of its number, an outgoing one on that of its dispatch. agency: of that one alone."""
    codes = [code for code in scope(tx, by) if agency in ("", code)]
    counted: dict[str, dict[str, int]] = {code: dict.fromkeys(FIGURES, 0) for code in codes}
    for register in (INCOMING, OUTGOING):
        names = [name for name, one in FIGURES.items() if one.register == register]
        sums = [func.sum(case((FIGURES[name].holds(tx), 1), else_=0)).label(name) for name in names]
        asked = (
            select(document.c.agency, *sums)
            .where(document.c.agency.in_(codes), *_within(register, first, last))
            .group_by(document.c.agency)
        )
        for row in tx.read(asked).mappings():
            counted[row["agency"]] |= {name: int(row[name] or 0) for name in names}
    known = agencies.names(tx, codes)
    rows = [Row(code, known.get(code, code), said) for code, said in counted.items() if any(said.values())]
    total = {name: sum(row.counts[name] for row in rows) for name in FIGURES}
    return [*sorted(rows, key=lambda row: row.name), Row("", "", total)]


@query
def documents(
    tx: Tx, by: Actor, name: str, first: date, last: date, agency: str = "", *, page: int = 1, size: int = 50
) -> Page:
    """The documents that a figure counts. Raises KeyError for an unknown one."""
    one = FIGURES[name]
    codes = [code for code in scope(tx, by) if agency in ("", code)]
    wanted = (document.c.agency.in_(codes), *_within(one.register, first, last), one.holds(tx))
    total = tx.read(select(func.count()).select_from(document).where(*wanted)).scalar_one()
    rows = tx.read(
        select(document)
        .where(*wanted)
        .order_by(document.c.received_at.desc(), document.c.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    ).all()
    reading.shown(*(row.id for row in rows))
    return Page(tuple(document_of(row) for row in rows), total, max(page, 1), size)


def _within(register: str, first: date, last: date) -> Sequence[ColumnElement[bool]]:
    column = document.c.numbered_at if register == INCOMING else document.c.dispatched_at
    return (
        document.c.register == register,
        column >= datetime.combine(first, time(), VIETNAM),
        column < datetime.combine(last + timedelta(days=1), time(), VIETNAM),
    )


@query
def sheet(tx: Tx, by: Actor, first: date, last: date, agency: str = "") -> Sheet:
    """The figures as a table, for a spreadsheet and for print."""
    rows = figures(tx, by, first, last, agency)
    columns = ("Chỉ tiêu", *(row.name or "Tổng cộng" for row in rows))
    lines = [(one.word.vi, *(str(row.counts[name]) for row in rows)) for name, one in FIGURES.items()]
    lines.append(("Tỷ lệ điện tử hoàn toàn (%)", *(_percent(row.electronic) for row in rows)))
    lines.append(("Tỷ lệ kèm bản giấy (%)", *(_percent(row.with_paper) for row in rows)))
    title = f"Số liệu gửi, nhận văn bản từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}"
    return Sheet("", title, columns, tuple(lines), tx.now, {}, len(lines))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.2f}".replace(".", ",")
