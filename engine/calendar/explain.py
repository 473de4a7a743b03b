"""Why a date is what it is: one reason for each rule applied, as data, with its sentence and its basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.calendar.terms import Term, number_text

CIVIL_CODE_START = "Điều 147 Bộ luật Dân sự 2015"
CIVIL_CODE_END = "Điều 148 Bộ luật Dân sự 2015"
LABOUR_CODE = "Điều 112 Bộ luật Lao động 2019"
ONE_STOP = "Nghị định 118/2025/NĐ-CP"
FORM_04 = "Mẫu 04, Thông tư 03/2025/TT-VPCP"
WORKING_HOURS = "Chính sách tính giờ của thủ tục; 8 giờ làm việc một ngày"
PROVINCE = "Bảng ngày nghỉ, ngày làm bù của tỉnh"

# rule → (Vietnamese, English, basis); the names are explained in docs/reference/clock.md
RULES: dict[str, tuple[str, str, str]] = {
    "received_in_hours": (
        "Nhận lúc {start}, trong giờ làm việc.",
        "Received at {start}, within working hours.",
        ONE_STOP,
    ),
    "received_out_of_hours": (
        "Nhận lúc {start}, ngoài giờ làm việc: tính là nhận lúc mở cửa kế tiếp, {end}.",
        ("Received at {start}, outside working hours: taken as received at the next opening, {end}."),
        ONE_STOP,
    ),
    "restart": (
        "Được bổ sung lúc {end}: thời hạn tính lại từ đầu, phần trước đó không tính.",
        "Supplemented at {end}: the term starts anew, what was before is forgotten.",
        ONE_STOP,
    ),
    "pause_without_effect": (
        "Lần chờ từ {start} đến {end} không làm thay đổi thời hạn.",
        "The wait from {start} to {end} leaves the term as it is.",
        ONE_STOP,
    ),
    "pause_open": (
        "Đang tạm dừng từ {start}: chưa có ngày hẹn trả cho đến khi hết tạm dừng.",
        "Paused since {start}: no due date until the pause ends.",
        ONE_STOP,
    ),
    "same_day": (
        "Trả kết quả trong ngày: hạn là giờ đóng cửa, {end}.",
        "Same-day procedure: due at closing time, {end}.",
        ONE_STOP,
    ),
    "cutoff": (
        "Nhận từ {cutoff} trở đi: chuyển sang ngày làm việc kế tiếp, {end}.",
        "Received at or after {cutoff}: moves to the next working day, {end}.",
        ONE_STOP,
    ),
    "first_day_not_counted": (
        "Không tính ngày {start_day}, ngày bắt đầu của thời hạn.",
        "{start_day}, the day the term begins on, is not counted.",
        CIVIL_CODE_START,
    ),
    "working_days": (
        "Đếm {number_vi} ngày làm việc sau ngày {start_day} ({days}): hạn là {end}.",
        "Counting {number} working days after {start_day} ({days}): due {end}.",
        CIVIL_CODE_END,
    ),
    "fraction_of_day": (
        "Phần lẻ {number_vi} ngày tính theo số phút làm việc của ngày {end_day}, từ lúc mở cửa: {end}.",
        ("The fraction {number} of a day is that share of the working minutes of {end_day}, from opening: {end}."),
        CIVIL_CODE_END,
    ),
    "calendar_days": (
        "Đếm {number_vi} ngày theo lịch sau ngày {start_day}: ngày cuối là {end_day}.",
        "Counting {number} calendar days after {start_day}: the last is {end_day}.",
        CIVIL_CODE_END,
    ),
    "fraction_rounded_up": (
        "Phần lẻ của ngày theo lịch được làm tròn lên: {number_vi} ngày.",
        "A fraction of a calendar day rounds up: {number} days.",
        CIVIL_CODE_END,
    ),
    "months": (
        "{number_vi} tháng sau ngày {start_day}: ngày cuối là {end_day}.",
        "{number} months after {start_day}: the last day is {end_day}.",
        CIVIL_CODE_END,
    ),
    "month_end": (
        "Tháng cuối không có ngày tương ứng: lấy ngày cuối tháng, {end_day}.",
        "The last month has no such day: its last day is taken, {end_day}.",
        CIVIL_CODE_END,
    ),
    "last_day_off": (
        "Ngày cuối {start_day} là ngày nghỉ: chuyển sang ngày làm việc kế tiếp, {end_day}.",
        "The last day {start_day} is a day off: moves to the next working day, {end_day}.",
        CIVIL_CODE_END,
    ),
    "closing_time": ("Thời hạn kết thúc lúc đóng cửa: {end}.", "The term ends at closing time: {end}.", CIVIL_CODE_END),
    "working_hours": (
        "Đếm {minutes} phút làm việc ({number_vi} {unit_vi}) từ {start}: hạn là {end}.",
        "Counting {minutes} working minutes ({number} {unit_en}) from {start}: due {end}.",
        CIVIL_CODE_START,
    ),
    "rounded_up": (
        "Phần lẻ của phút được làm tròn lên: {end}.",
        "A fraction of a minute rounds up: {end}.",
        WORKING_HOURS,
    ),
    "pause_days": (
        "Tạm dừng từ {start} đến {end}: các ngày sau ngày {start_day} đến hết ngày {end_day} không tính.",
        "Paused from {start} to {end}: the days after {start_day} up to and with {end_day} do not count.",
        ONE_STOP,
    ),
    "pause_minutes": (
        "Tạm dừng từ {start} đến {end}: {minutes} phút làm việc trong đó không tính.",
        "Paused from {start} to {end}: its {minutes} working minutes do not count.",
        ONE_STOP,
    ),
    "pause_moves": (
        "Thời hạn lùi thêm {number_vi} {unit_vi} do tạm dừng: {end_day}.",
        "The pause moves the term by {number} {unit_en}: {end_day}.",
        ONE_STOP,
    ),
    "due_in_pause": (
        ("Hạn {start} rơi vào lúc tạm dừng: chuyển đến giờ đóng cửa của ngày làm việc đầu tiên sau đó, {end}."),
        ("Due {start} falls inside the pause: moves to closing time of the first working day after it, {end}."),
        ONE_STOP,
    ),
    "extension": (
        "Gia hạn thêm {number_vi} {unit_vi}, tính từ hạn {start}: hạn mới là {end}.",
        "Extended by {number} {unit_en}, counted from {start}: the new due date is {end}.",
        FORM_04,
    ),
    "holiday": (
        "{start_day}–{end_day}: {name_vi}, không phải ngày làm việc.",
        "{start_day}–{end_day}: {name_en}, not working days.",
        LABOUR_CODE,
    ),
    "swap": (
        "{start_day}: {name_vi}, làm việc theo giờ ngày thứ Hai.",
        "{start_day}: {name_en}, worked with Monday's hours.",
        LABOUR_CODE,
    ),
    "override": ("{start_day}–{end_day}: {name_vi}.", "{start_day}–{end_day}: {name_en}.", PROVINCE),
}

UNIT_NAMES = {
    "WORKING_DAY": ("ngày làm việc", "working days"),
    "DAY": ("ngày", "calendar days"),
    "WORKING_HOUR": ("giờ làm việc", "working hours"),
    "MONTH": ("tháng", "months"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule applied. `start` and `end` are the dates it speaks of; `vi` and `en` say it; `basis` is the law."""

    rule: str
    start: datetime | date | None
    end: datetime | date | None
    vi: str
    en: str
    basis: str

    def as_json(self) -> dict[str, Any]:
        """The shape of `motcua clock`."""
        return {
            "rule": self.rule,
            "from": _iso(self.start),
            "to": _iso(self.end),
            "text": {"vi": self.vi, "en": self.en},
            "basis": self.basis,
        }


def reason(
    rule: str,
    start: datetime | date | None = None,
    end: datetime | date | None = None,
    term: Term | None = None,
    **more: Any,
) -> Reason:
    """The reason of a rule, its sentence filled in."""
    values: dict[str, Any] = {
        "start": moment_text(start),
        "end": moment_text(end),
        "start_day": day_text(start),
        "end_day": day_text(end),
        **more,
    }
    if term is not None:
        values["number"], values["number_vi"] = number_text(term.value), number_text(term.value, comma=True)
        values["unit_vi"], values["unit_en"] = UNIT_NAMES[term.unit]
    vi, en, basis = RULES[rule]
    return Reason(rule, start, end, vi.format(**values), en.format(**values), basis)


def days_text(days: Sequence[date]) -> str:
    """The days counted, in short: "24/02, 25/02, 02/03"; of many only the ends."""
    shown = [f"{day:%d/%m}" for day in days]
    return ", ".join(shown) if len(shown) <= 10 else ", ".join([*shown[:3], "…", *shown[-2:]])


def moment_text(value: datetime | date | None) -> str:
    """`22/11/2026 14:05`, as screens and letters write it."""
    if value is None:
        return "…"
    return f"{value:%d/%m/%Y %H:%M}" if isinstance(value, datetime) else f"{value:%d/%m/%Y}"


def day_text(value: datetime | date | None) -> str:
    """`22/11/2026`."""
    return "…" if value is None else f"{value:%d/%m/%Y}"


def _iso(value: datetime | date | None) -> str | None:
    return None if value is None else value.isoformat()
