"""The week of a person: meetings, and the tasks that fall due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from flask import render_template, request
from flask_babel import gettext as _

from engine import worklist as open_work
from engine.calendar import VIETNAM
from engine.store import Tx
from procedures import reading
from procedures.documents import meetings, queries
from procedures.rights import Unseen
from procedures.rights import documents as rights
from web.account.people import actor
from web.documents import READERS, blueprint
from web.forms import posted_day
from web.house import database, now
from web.people import groups_of_me
from web.permissions import allowed

#: Tasks that are looked at for a week, and of one query.
MOST, SIZE = 2000, 500


def _tasks(tx: Tx, who: str, last: date) -> Iterable[open_work.WorkItem]:
    """The open tasks of this person that are due by the end of a day, the longest due first; all of them, by pages."""
    end = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    for number in range(1, MOST // SIZE + 1):
        found = open_work.open_tasks(
            tx, who=who, groups=groups_of_me(), due_before=end, order="due", page=number, per_page=SIZE
        )
        yield from found.items
        if len(found.items) < SIZE:
            return


@blueprint.get("/lich")
@allowed(*READERS)
def calendar_page() -> str:
    """A week from Monday on, the present one unless the address names a day of another (``tuan``)."""
    day = posted_day(request.args.get("tuan")) or now().date()
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    with database().begin() as tx:
        me = actor()
        agency = next(iter(rights.registries(tx, me)), "")
        due: dict[date, list[dict[str, str]]] = {}
        for item in _tasks(tx, me.username, last):
            if item.due is not None and first <= item.due.astimezone(VIETNAM).date() <= last:
                reading.shown(item.root_id)
                about = queries.of_root(tx, item.root_id)
                said = {"id": item.id, "name": item.name, "code": item.business_key or ""}
                if about is not None:
                    said["code"] = ": ".join(filter(None, (about.notation or about.code, about.subject)))
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
        agency=agency,
        any_day=bool(held or due),
        first=first,
        last=last,
        before=(first - timedelta(days=7)).isoformat(),
        after=(first + timedelta(days=7)).isoformat(),
        weekdays=[_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")],
    )
