"""What was done at a desk over some days, by clerk: taken in, asked for, refused, handed over, and the money taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engine.store import Tx
from engine.store.joining import query
from procedures import agencies, officials, words
from procedures.actor import Actor
from procedures.dossiers.counted import Period
from procedures.dossiers.sheets import Sheet
from procedures.letters.issuing import heading
from procedures.store.dossier import desk_paper, dossier, handover
from procedures.store.handing import slip
from procedures.store.money import refund
from procedures.store.papers import fee
from procedures.vocabulary.channels import DESK, ONLINE, POST
from procedures.vocabulary.payments import CASH, TRANSFER
from procedures.vocabulary.words import Word

#: The columns, in their order; those of money are in đồng.
COLUMNS: dict[str, Word] = {
    DESK: Word("Nhận tại quầy", "Received at the desk"),
    POST: Word("Nhận qua bưu chính", "Received by post"),
    ONLINE: Word("Nhận trực tuyến", "Received online"),
    "supplement": Word("Yêu cầu bổ sung (Mẫu 02)", "Asked for more (Mẫu 02)"),
    "refusal": Word("Từ chối (Mẫu 03)", "Refused (Mẫu 03)"),
    "returned": Word("Trả kết quả", "Results handed over"),
    "slips": Word("Phiếu giao hồ sơ giấy", "Slips of papers"),
    CASH: Word("Thu tiền mặt", "Cash taken"),
    TRANSFER: Word("Thu chuyển khoản", "By bank transfer"),
    "refunded": Word("Chi hoàn", "Given back"),
}
MONEY = (CASH, TRANSFER, "refunded")
Counts = dict[str, int]


@query
def of_period(tx: Tx, agency: str, first: date, last: date, clerk: str | None = None) -> list[tuple[str, Counts]]:
    """Name of each clerk who did anything at an agency from `first` to `last`, both included, with what it came to; of
    all at the end where there are several. clerk: that account alone."""
    begin, end = Period(first, last).bounds
    done: dict[str, Counts] = defaultdict(Counter)

    def add(who: Any, moment: Any, figure: Any, amount: Any, here: ColumnElement[bool], of: Any) -> None:
        """Sums of `amount` by who did it; figure: its name, or what it is named by."""
        named = [] if isinstance(figure, str) else [figure.label("figure")]
        asked = select(who.label("who"), amount.label("n"), *named).select_from(of)
        asked = asked.where(moment >= begin, moment < end, who.is_not(None), here)
        if clerk is not None:
            asked = asked.where(who == clerk)
        for row in tx.read(asked.group_by(who, *([figure] if named else []))):
            name = row.figure if named else figure
            if name in COLUMNS:
                done[row.who][name] += int(row.n or 0)

    here, papers = dossier.c.agency == agency, desk_paper.c.agency == agency
    add(dossier.c.received_by, dossier.c.received_at, dossier.c.channel, func.count(), here, dossier)
    add(desk_paper.c.who, desk_paper.c.at, desk_paper.c.kind, func.count(), papers, desk_paper)
    gone = handover.join(dossier, dossier.c.id == handover.c.dossier_id)
    add(handover.c.who, handover.c.at, "returned", func.count(), here, gone)
    add(slip.c.giver, slip.c.at, "slips", func.count(), slip.c.agency == agency, slip)
    paid = fee.join(dossier, dossier.c.id == fee.c.dossier_id)
    add(fee.c.paid_by, fee.c.paid_at, fee.c.method, func.sum(fee.c.amount), here, paid)
    back = refund.join(dossier, dossier.c.id == refund.c.dossier_id)
    add(refund.c.paid_by, refund.c.paid_at, "refunded", func.sum(refund.c.amount), here, back)
    names = officials.names(tx, set(done))
    rows = sorted((names.get(who, who), {name: counts[name] for name in COLUMNS}) for who, counts in done.items())
    if len(rows) > 1:
        rows.append(("", {name: sum(counts[name] for _who, counts in rows) for name in COLUMNS}))
    return rows


@query
def sheet(tx: Tx, by: Actor, agency: str, first: date, last: date, clerk: str | None = None) -> Sheet:
    """The same for print and as a spreadsheet."""
    columns = ("Cán bộ", *(word.vi for word in COLUMNS.values()))
    rows = tuple(
        (name or "Tổng cộng", *(words.money(n) if figure in MONEY else str(n) for figure, n in counts.items()))
        for name, counts in of_period(tx, agency, first, last, clerk)
    )
    when = f"Từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"
    data = {
        **heading(tx, agency),
        "tieu_de": "Báo cáo ca làm việc của Bộ phận Một cửa",
        "ky": when,
        "dau": list(columns),
        "dong": [list(row) for row in rows],
        "chu_thich": ["Tiền tính bằng đồng."],
        "nguoi_ky": by.name,
    }
    title = f"Báo cáo ca làm việc, {agencies.name(tx, agency)}. {when}"
    return Sheet("bang-so-lieu", title, columns, rows, tx.now, data, len(rows))
