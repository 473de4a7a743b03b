"""The progress table and the indicators of service as sheets: for print and as spreadsheets, the same numbers as on the
page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.store import Tx
from engine.store.joining import query
from procedures.actor import Actor
from procedures.dossiers.board import Figures, Group, progress_table, total_of
from procedures.dossiers.serving import Line, Share, lines, rules
from procedures.dossiers.sheets import Sheet
from procedures.letters.issuing import heading
from procedures.vocabulary.progress import FIGURES, SERVING
from procedures.vocabulary.words import Word

GROUPS: dict[Group, Word] = {
    "agency": Word("Cơ quan", "Agency"),
    "field": Word("Lĩnh vực", "Field"),
    "procedure": Word("Thủ tục", "Procedure"),
}
#: The columns of the progress table, in three parts: what there was, what was done, what is left.
PROGRESS_COLUMNS: dict[str, Word] = {
    "carried": Word("Kỳ trước chuyển", "Carried over"),
    "online": Word("Nhận trực tuyến", "Received online"),
    "direct": Word("Nhận trực tiếp", "At the desk"),
    "post": Word("Nhận bưu chính", "By post"),
    "early": Word("Xong trước hạn", "Done early"),
    "on_time": Word("Xong đúng hạn", "Done on time"),
    "late": Word("Xong muộn", "Done late"),
    "withdrawn": Word("Rút hồ sơ", "Withdrawn"),
    "open": Word("Đang xử lý", "In progress"),
    "over": Word("Trong đó quá hạn", "Of them overdue"),
    "paused": Word("Tạm dừng", "Paused"),
    "paused_over": Word("Trong đó quá hạn đầu", "Of them past the first date"),
}


@query
def progress_sheet(tx: Tx, by: Actor, first: date, last: date, group: Group, agency: str | None) -> Sheet:
    """The progress table of a period by units, fields or procedures, with its total."""
    total = total_of(tx, by, first, last, agency)
    found = [*progress_table(tx, by, first, last, group, agency), total]
    columns = (GROUPS[group].vi, *(word.vi for word in PROGRESS_COLUMNS.values()), "Tỷ lệ đúng hạn (%)")
    rows = tuple(_progress_row(one, "Tổng cộng" if one is total else one.name) for one in found)
    notes = ["Đang xử lý, tạm dừng: tính đến lúc lập bảng. Tỷ lệ đúng hạn: đúng và trước hạn trên số đã giải quyết."]
    return _sheet(tx, by, "Bảng tiến độ giải quyết hồ sơ", (first, last), columns, rows, agency, notes)


def _progress_row(one: Figures, name: str) -> tuple[str, ...]:
    return (name, *(str(getattr(one, figure)) for figure in PROGRESS_COLUMNS), _decimal(one.rate))


@query
def points_sheet(tx: Tx, by: Actor, first: date, last: date, agency: str | None) -> Sheet:
    """The six groups with their points."""
    line = lines(tx, by, first, last, "agency", agency)[-1]
    said = rules()
    rows = [
        row
        for ring in said.rings
        for n, share in enumerate(ring.shares)
        for row in [
            (
                ring.name.vi if n == 0 else "",
                word_of(share).vi,
                str(line.counts[share.part]),
                str(line.counts[share.whole]),
                _decimal(line.rate(share)),
                _decimal(line.points(ring)) if n == 0 else "",
                str(ring.points) if n == 0 else "",
            )
        ]
    ]
    points, most = score(line)
    rows.append(("Tổng cộng", "", "", "", "", _decimal(points), str(most)))
    columns = ("Nhóm", "Chỉ tiêu", "Đạt", "Trên tổng số", "Tỷ lệ (%)", "Điểm", "Tối đa")
    notes = [f"Căn cứ: {said.basis}. {HOW.vi}"]
    return _sheet(
        tx, by, "Chỉ số phục vụ người dân, doanh nghiệp", (first, last), columns, tuple(rows), agency, notes, 2
    )


#: How points come about, in words.
HOW = Word(
    "Điểm của nhóm bằng điểm tối đa nhân tỷ lệ đạt; nhóm có nhiều chỉ tiêu thì lấy trung bình. "
    "Nhóm chưa có số liệu không tính vào tổng điểm tối đa.",
    "The points of a group are its most times the share reached, the mean where it has several. "
    "A group without figures counts neither in the points nor in the most.",
)


@query
def service_sheet(tx: Tx, by: Actor, first: date, last: date, group: Group, agency: str | None) -> Sheet:
    """The indicators of each unit, field or procedure."""
    said = rules()
    columns = (
        GROUPS[group].vi,
        *(f"{one.name.vi} (%)" for one in said.service if one.name),
        "Thời gian giữa (ngày)",
        "9 trên 10 hồ sơ (ngày)",
    )
    rows = tuple(
        (
            one.name or "Tổng cộng",
            *(_part(one, share) for share in said.service),
            _decimal(one.days),
            _decimal(one.most_days),
        )
        for one in lines(tx, by, first, last, group, agency)
    )
    notes = [f"Căn cứ: {said.service_basis}. Thời gian tính từ khi tiếp nhận đến khi giải quyết xong, theo ngày lịch."]
    return _sheet(tx, by, "Chỉ tiêu của dịch vụ công", (first, last), columns, rows, agency, notes)


def score(line: Line) -> tuple[float | None, int]:
    """The points of all groups together, and the most that those with figures could have; None where none has."""
    known = [(points, ring.points) for ring in rules().rings if (points := line.points(ring)) is not None]
    return (round(sum(points for points, _ in known), 1) if known else None, sum(most for _, most in known))


def word_of(share: Share) -> Word:
    """What a share is called: its own name, or that of what it counts."""
    return share.name or (SERVING[share.part] if share.part in SERVING else FIGURES[share.part])


def _part(line: Line, share: Share) -> str:
    rate = line.rate(share)
    return "" if rate is None else f"{_decimal(rate)} ({line.counts[share.part]}/{line.counts[share.whole]})"


def _decimal(number: float | None) -> str:
    return "" if number is None else f"{number:.1f}".replace(".", ",")


def _sheet(
    tx: Tx,
    by: Actor,
    title: str,
    period: tuple[date, date],
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    agency: str | None,
    notes: Sequence[str],
    numbers_from: int = 1,
) -> Sheet:
    first, last = period
    when = f"Từ ngày {first:%d/%m/%Y} đến ngày {last:%d/%m/%Y}"
    data = {
        **heading(tx, agency or by.agency),
        "tieu_de": title,
        "ky": when,
        "dau": list(columns),
        "dong": [list(row) for row in rows],
        "so_tu": numbers_from,
        "chu_thich": list(notes),
        "nguoi_ky": by.name,
    }
    return Sheet("bang-so-lieu", f"{title}. {when}", columns, tuple(rows), tx.now, data, len(rows))
