"""Control sheet (Mẫu 06) and register (Mẫu 07): on screen, in print, as a file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request

from procedures import dossiers
from web.account.people import actor
from web.files import send_pdf
from web.forms import posted_day
from web.house import database, now
from web.permissions import allowed
from web.work import OFFICIALS, blueprint
from web.work.dossier import seen

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _as_file(sheet: Any, kind: str, name: str) -> Response:
    if kind == "pdf":
        return send_pdf(sheet.pdf(), f"{name}.pdf")
    answer = Response(sheet.xlsx(), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
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
    """The register of the person's agency for a period, this month unless the address says another."""
    today = now().date()
    first = posted_day(request.args.get("tu-ngay")) or today.replace(day=1)
    last = posted_day(request.args.get("den-ngay")) or _month_end(first)
    with database().begin() as tx:
        sheet = dossiers.register(tx, actor(), from_=first, to=last)
        kind = request.args.get("dang", "")
        if kind in ("pdf", "xlsx"):
            return _as_file(sheet, kind, f"so-theo-doi-{first}-{last}")
    return render_template("work/sheet.html", sheet=sheet, dossier=None, period=(first, last))


def _month_end(day: date) -> date:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)
