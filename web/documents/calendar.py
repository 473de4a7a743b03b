"""The week of a person: meetings, and the tasks that fall due."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request
from flask_babel import gettext as _

from engine import worklist as open_work
from engine.calendar import VIETNAM
from procedures.documents import meetings, queries
from procedures.rights import Unseen
from web.account.people import actor
from web.documents import READERS, blueprint
from web.forms import posted_day
from web.house import database, now
from web.people import groups_of_me
from web.permissions import allowed


@blueprint.get("/lich")
@allowed(*READERS)
def calendar_page() -> str:
    """A week from Monday on, the present one unless the address names a day of another (``tuan``)."""
    day = posted_day(request.args.get("tuan")) or now().date()
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    with database().begin() as tx:
        me = actor()
        due: dict[date, list[dict[str, str]]] = {}
        for item in open_work.open_tasks(tx, who=me.username, groups=groups_of_me()).items:
            if item.due is not None and first <= item.due.astimezone(VIETNAM).date() <= last:
                said = {"id": item.id, "name": item.name, "code": item.business_key or ""}
                due.setdefault(item.due.astimezone(VIETNAM).date(), []).append(said)
        held: dict[date, list[dict[str, object]]] = {}
        for one in meetings.of_person(tx, me.username, first, last):
            starts, ends = one.starts.astimezone(VIETNAM), one.ends.astimezone(VIETNAM)
            try:
                readable = bool(queries.find(tx, one.code, me))
            except Unseen:
                readable = False  # a guest knows when and where; the matter behind it is not theirs
            held.setdefault(max(starts.date(), first), []).append(
                {
                    "when": f"{starts:%H:%M}–{ends:%H:%M}",
                    "subject": one.subject,
                    "code": one.code,
                    "where": meetings.where(one),
                    "link": one.link,
                    "readable": readable,
                }
            )
    days = [(one, held.get(one, []), due.get(one, [])) for one in (first + timedelta(days=n) for n in range(7))]
    return render_template(
        "documents/calendar.html",
        days=days,
        any_day=bool(held or due),
        first=first,
        last=last,
        before=(first - timedelta(days=7)).isoformat(),
        after=(first + timedelta(days=7)).isoformat(),
        weekdays=[_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")],
    )
