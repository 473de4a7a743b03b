"""How values read on a page: dates, money, sizes, statuses and the clock. Registered as Jinja filters and globals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from procedures import citizen_terms, dossiers
from procedures.dossiers.clock_words import CLOCK
from procedures.dossiers.values import Dossier, HistoryLine, Waiting
from procedures.vocabulary.statuses import STATUSES, clock_over, said
from web.house import ZONE, database, now
from web.i18n import language, pick


@dataclass(frozen=True)
class Tag:
    """A state in words, with the tone (info, kept, near, late, paused) and the icon that say the same."""

    text: str
    tone: str
    icon: str


def status_tag(code: Any, refused: bool = False) -> Tag:
    """The national status as a tag. refused: the result of the dossier is a refusal."""
    known = said(int(code), refused) if str(code).isdecimal() and int(code) in STATUSES else None
    return Tag(pick(known), known.tone, known.icon) if known is not None else Tag(str(code), "info", "play")


def local(value: datetime) -> datetime:
    """The same moment in the province's zone; a naive one is taken to be there already."""
    return value.replace(tzinfo=ZONE) if value.tzinfo is None else value.astimezone(ZONE)


def moment(value: datetime | str | None) -> str:
    """``22/11/2026 14:05``; empty for nothing."""
    value = parsed(value)
    return local(value).strftime("%d/%m/%Y %H:%M") if value else ""


def day(value: date | datetime | str | None) -> str:
    """``22/11/2026``; empty for nothing."""
    if isinstance(value, str):
        value = parsed(value)
    if isinstance(value, datetime):
        value = local(value)
    return value.strftime("%d/%m/%Y") if value else ""


def until(value: datetime | str | None) -> str:
    """To when a citizen may act: ``hết ngày 02/12/2026`` where it is the end of a day, else the moment."""
    at = parsed(value)
    last = citizen_terms.last_day(local(at)) if at else None
    return gettext("hết ngày %(day)s", day=day(last)) if last is not None else moment(at)


def parsed(value: Any) -> datetime | None:
    """A moment from ISO text or as it is."""
    return datetime.fromisoformat(value) if isinstance(value, str) and value else (value or None)


def money(value: Any) -> str:
    """``8.000 đ`` in Vietnamese, ``8,000 VND`` in English."""
    if value is None or value == "":
        return ""
    text = number(value)
    return f"{text} VND" if language() == "en" else f"{text} đ"


def number(value: Any) -> str:
    """Digits in groups, as the language writes them; a fraction only where there is one."""
    amount = Decimal(str(value))
    text = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount.normalize():,f}"
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def size(value: int) -> str:
    """A file's size: ``340 KB``, ``1,2 MB``."""
    if value < 1024 * 1024:
        return f"{max(1, round(value / 1024))} KB"
    return f"{number(round(Decimal(value) / (1024 * 1024), 1))} MB"


def minutes(value: int) -> str:
    """Working time in words, a working day being eight hours: ``2 ngày 3 giờ``, ``45 phút``."""
    value = abs(int(value))
    days, rest = divmod(value, 480)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%(num)d ngày", "%(num)d ngày", days))
    if hours:
        parts.append(ngettext("%(num)d giờ", "%(num)d giờ", hours))
    if (left and not days) or not parts:
        parts.append(ngettext("%(num)d phút", "%(num)d phút", left))
    return " ".join(parts)


def due_tag(
    due: datetime | None,
    *,
    remaining: int | None = None,
    paused: bool = False,
    finished: datetime | None = None,
    near: bool = False,
    status: int | None = None,
) -> Tag:
    """The clock in words. `status`: the national one; what was refused, withdrawn or stopped has no clock any more.
    `remaining` is working minutes from now to `due` (negative when past), `near` whether that is soon
    (`procedures.dossiers.pace`). A finished dossier reads early, on time or late by its dates."""
    if finished is not None and due is not None:
        if local(finished) > local(due):
            return Tag(str(_l("Trả muộn")), "late", "alert")
        early = local(finished).date() < local(due).date()
        return Tag(str(_l("Trước hạn") if early else _l("Đúng hạn")), "kept", "check")
    if clock_over(status, paused):
        return Tag(str(_l("Không còn tính hạn")), "paused", "stop")
    if paused:
        return Tag(str(_l("Tạm dừng tính hạn")), "paused", "pause")
    if due is None:
        return Tag(str(_l("Chưa có hạn")), "paused", "clock")
    if local(due) < now() or (remaining is not None and remaining < 0):
        text = _l("Quá hạn %(time)s", time=minutes(remaining)) if remaining else _l("Quá hạn")
        return Tag(str(text), "late", "alert")
    tone = "near" if near else "kept"
    if local(due).date() == now().date():
        return Tag(str(_l("Hạn hôm nay, %(time)s", time=local(due).strftime("%H:%M"))), tone, "clock")
    if remaining is None:
        return Tag(str(_l("Trong hạn")), tone, "clock")
    return Tag(str(_l("Còn %(time)s", time=minutes(remaining))), tone, "clock")


def waiting_tag(waiting: Waiting) -> Tag:
    """How the desk's answer to what came in online stands to its time."""
    return {
        "open": Tag(str(_l("Chờ tiếp nhận")), "info", "inbox"),
        "near": Tag(str(_l("Sắp hết giờ trả lời")), "near", "clock"),
        "past": Tag(str(_l("Quá giờ trả lời")), "late", "alert"),
    }[waiting.state]


def by(value: datetime | str | None) -> str:
    """``16:30 ngày 22/11/2026``: the hour before which something comes."""
    at = parsed(value)
    return gettext("%(hour)s ngày %(day)s", hour=f"{local(at):%H:%M}", day=day(at)) if at else ""


def _people_of(dossier: Dossier) -> dossiers.People:
    return dossiers.people_of(database(), dossier)


def past(moment: datetime) -> bool:
    """Whether it is over."""
    return local(moment) < now()


def noted(line: HistoryLine) -> str:
    """The note of a line, in the page's language as far as the house has written it."""
    return pick(line.note, line.note_en or line.note)


def clock_reason(reason: str) -> str:
    """Why the clock moved: in the page's language where the house says so, as it was written where a person does."""
    known = CLOCK.get(reason)
    return pick(known) if known is not None else reason


def sentence(text: str) -> str:
    """The same beginning with a capital letter."""
    return text[:1].upper() + text[1:]


#: Eight digits and more, as people type them: with points or spaces between; codes of dossiers have dashes.
_NUMBERS = re.compile(r"\d(?:[ .]?\d){7,}")


def masked(number: str | None) -> str:
    """A number of a person as lists show it, where nobody needs more than to tell two apart: its last three signs."""
    return f"•••{number[-3:]}" if number and len(number) > 3 else ("•••" if number else "")


def masked_within(text: str) -> str:
    """A text that somebody typed, with the numbers of people in it (identity, telephone) masked like `masked`."""
    return _NUMBERS.sub(lambda found: masked(found[0]), text)


def register(app: Flask) -> None:
    """Make them known to the templates."""
    app.jinja_env.filters.update(
        moment=moment,
        day=day,
        until=until,
        by=by,
        money=money,
        number=number,
        size=size,
        minutes=minutes,
        sentence=sentence,
        clock_reason=clock_reason,
        masked=masked,
        masked_within=masked_within,
    )
    app.jinja_env.globals.update(status_tag=status_tag, due_tag=due_tag, clock_over=clock_over, past=past, Tag=Tag)
    app.jinja_env.globals.update(waiting_tag=waiting_tag, people_of=_people_of)
