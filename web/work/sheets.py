"""Control sheet (Mẫu 06) and register (Mẫu 07): on screen, in print, as a file."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, render_template, request

from procedures import agencies, dossiers
from web.account.people import actor
from web.forms import asked_period
from web.house import database, now, reports
from web.paging import number_of
from web.permissions import allowed
from web.sheets import PER_PAGE, as_file, made_as_file, pages_of
from web.work import OFFICIALS, blueprint
from web.work.dossier import seen


@blueprint.get("/ho-so/<code>/phieu-kiem-soat")
@allowed(*OFFICIALS, "quan_tri")
def dossier_control_sheet(code: str) -> str | Response:
    with database().begin() as tx:
        dossier = seen(tx, code)
        sheet = dossiers.control_sheet(tx, dossier.id)
        kind = request.args.get("dang", "")
        if kind in ("pdf", "xlsx"):
            return as_file(sheet, kind, f"phieu-kiem-soat-{code}")
    return render_template("work/sheet.html", sheet=sheet, dossier=dossier, period=None)


@blueprint.get("/so-theo-doi")
@allowed(*OFFICIALS, "quan_tri")
def register() -> str | Response:
    """The register of one agency, the person's own unless the address says another that is in reach, for a period,
    this month unless it says another. Long ones are read by pages and printed by shorter periods."""
    today = now().date()
    first, last = asked_period(today.replace(day=1), _month_end)
    kind, page = request.args.get("dang", ""), number_of(request.args.get("trang"))
    with reports().begin() as tx:
        me = actor()
        known = agencies.names(tx) if me.everything else agencies.names(tx, me.visible)
        chosen = request.args.get("co-quan", "")
        place = chosen if chosen in known else dossiers.register_opens_on(tx, me)
        sheet = dossiers.register(tx, me, place, first, last, page=page, size=PER_PAGE)
        if made_as_file(sheet, kind):
            whole = dossiers.register(tx, me, place, first, last)
            return as_file(whole, kind, f"so-theo-doi-{place}-{first}-{last}")
    pages = pages_of(sheet, kind, page)
    return render_template(
        "work/sheet.html",
        sheet=sheet,
        dossier=None,
        period=(first, last),
        agencies=sorted(known.items(), key=lambda pair: pair[1]),
        chosen=place,
        page=page,
        pages=pages,
    )


def _month_end(day: date) -> date:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)
