"""Dates and money as Vietnamese letters write them."""

from __future__ import annotations

from datetime import date, datetime

from engine.calendar import VIETNAM

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ")


def moment(at: datetime | None) -> str:
    """``17 giờ 00 phút, ngày 24 tháng 02 năm 2026``: as forms write it."""
    if at is None:
        return ""
    local = at.astimezone(VIETNAM)
    return f"{local:%H} giờ {local:%M} phút, {date_of(local)}"


def date_of(day: date) -> str:
    """``ngày 24 tháng 02 năm 2026``."""
    return f"ngày {day:%d} tháng {day:%m} năm {day:%Y}"


def short(at: datetime | None) -> str:
    """``24/02/2026 17:00``: as screens and tables write it."""
    return "" if at is None else f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def day(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(VIETNAM):%d/%m/%Y}"


def sentences(*parts: str) -> str:
    """Sentences one after the other, each with its full stop and its capital letter; empty ones left out."""
    said = [part.strip() for part in parts if part and part.strip()]
    return " ".join(f"{one[:1].upper()}{one[1:]}" + ("" if one[-1] in ".!?…;:" else ".") for one in said)


def money(amount: int) -> str:
    """``24.000``."""
    return f"{amount:,}".replace(",", ".")


def spelled(amount: int) -> str:
    """An amount in words, for a receipt: 24000 → "Hai mươi bốn nghìn đồng". Up to 10^18."""
    if amount == 0:
        return "Không đồng"
    groups: list[int] = []
    rest = amount
    while rest:
        rest, group = divmod(rest, 1000)
        groups.append(group)
    said = [
        f"{_three(group, full=i < len(groups) - 1)} {_GROUPS[i]}".strip()
        for i, group in reversed(list(enumerate(groups)))
        if group
    ]
    text = " ".join(said) + " đồng"
    return text[0].upper() + text[1:]


def _three(number: int, *, full: bool) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words: list[str] = []
    if hundreds or full:
        words += [_DIGITS[hundreds], "trăm"]
    if tens == 0 and ones and (hundreds or full):
        words.append("lẻ")
    if tens == 1:
        words.append("mười")
    elif tens > 1:
        words += [_DIGITS[tens], "mươi"]
    if ones == 1 and tens > 1:
        words.append("mốt")
    elif ones == 5 and tens:
        words.append("lăm")
    elif ones:
        words.append(_DIGITS[ones])
    return " ".join(words)
