"""Calendar arithmetic on whole numbers, for every year: the proleptic Gregorian calendar with a year 0.

Days count from 1970-01-01, nanoseconds from its midnight.
"""

from __future__ import annotations

#: Years that a date may have, either side of 0 (XML Schema's processors; DMN 10.3.2.3.4).
MAX_YEAR = 999_999_999
SECOND = 1_000_000_000
DAY = 86_400 * SECOND
#: Magnitude of a days-and-time duration: 2^63 seconds.
MAX_DURATION = (1 << 63) * SECOND
#: Magnitude of a years-and-months duration, in months.
MAX_MONTHS = 12 * (1 << 33)


def days_of(year: int, month: int, day: int) -> int:
    """The number of a date's day."""
    year -= month <= 2
    era = year // 400
    in_era = year - era * 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + in_era * 365 + in_era // 4 - in_era // 100 + of_year - 719_468


def date_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day's number."""
    days += 719_468
    era = days // 146_097
    of_era = days - era * 146_097
    in_era = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * in_era + in_era // 4 - in_era // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return in_era + era * 400 + (month <= 2), month, day


def is_leap(year: int) -> bool:
    """Whether a year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """The number of days in a month."""
    if month == 2:
        return 29 if is_leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def weekday_of(days: int) -> int:
    """1 for Monday to 7 for Sunday."""
    return (days + 3) % 7 + 1


def year_text(year: int) -> str:
    """A year with at least four digits and its sign."""
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def fraction_text(nanos: int) -> str:
    """The fraction of a second, with its point, or nothing."""
    return f".{nanos:09d}".rstrip("0") if nanos else ""


def days_text(nanos: int) -> str:
    """A days-and-time duration as ISO 8601."""
    sign = "-" if nanos < 0 else ""
    seconds, fraction = divmod(abs(nanos), SECOND)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    text = f"{sign}P" + (f"{day}D" if day else "")
    if hour or minute or second or fraction or not day:
        text += "T"
        text += f"{hour}H" if hour else ""
        text += f"{minute}M" if minute else ""
        if second or fraction or not (hour or minute or day):
            text += f"{second}{fraction_text(fraction)}S"
    return text


def months_text(months: int) -> str:
    """A years-and-months duration as ISO 8601."""
    sign = "-" if months < 0 else ""
    year, month = divmod(abs(months), 12)
    if not year and not month:
        return "P0M"
    return f"{sign}P" + (f"{year}Y" if year else "") + (f"{month}M" if month else "")
