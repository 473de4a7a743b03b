"""Control sheet (Mẫu 06) and register (Mẫu 07): on screen, in print, as a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, flash, render_template, request
from flask_babel import gettext as _

from procedures import agencies, dossiers
from web.account.people import actor
from web.files import disposition, file_name, send_pdf
from web.forms import asked_period
from web.house import database, now, reports
from web.paging import number_of, within
from web.permissions import allowed
from web.work import OFFICIALS, blueprint
from web.work.dossier import seen

PER_PAGE = 200
MOST_PRINTED = 2000  # lines of one PDF: it is made in the server's memory
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _as_file(sheet: Any, kind: str, name: str) -> Response:
    if kind == "pdf":
        return send_pdf(sheet.pdf(), name)
    answer = Response(sheet.xlsx(), content_type=XLSX)
    answer.headers["Content-Disposition"] = disposition("attachment", file_name(name, XLSX))
    return answer


@blueprint.get("/ho-so/<code>/phieu-kiem-soat")
@allowed(*OFFICIALS, "quan_tri")
def dossier_control_sheet(code: str) -> str | Response:
    with database().begin() as tx:
        dossier = seen(tx, code)
        sheet = dossiers.control_sheet(tx, dossier.id)
        kind = request.args.get("dang", "")
        if kind in ("pdf", "xlsx"):
            return _as_file(sheet, kind, f"phieu-kiem-soat-{code}")
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
        if kind == "xlsx" or (kind == "pdf" and sheet.total <= MOST_PRINTED):
            whole = dossiers.register(tx, me, place, first, last)
            return _as_file(whole, kind, f"so-theo-doi-{place}-{first}-{last}")
    pages = max(1, -(-sheet.total // PER_PAGE))
    within(page, pages)
    if kind == "pdf":
        flash(
            _(
                "Sổ của kỳ này có %(total)d dòng, in được tối đa %(most)d dòng một lần. "
                "Hãy chọn kỳ ngắn hơn, hoặc tải bảng tính.",
                total=sheet.total,
                most=MOST_PRINTED,
            ),
            "warning",
        )
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
