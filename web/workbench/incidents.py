"""Incidents: branches that stopped on an error, retried one or many at a time after the cause is mended."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from engine import commands
from web.house import database
from web.permissions import allowed
from web.workbench import KEEPERS, blueprint

KINDS = {"expression": "Biểu thức", "condition": "Điều kiện", "no_flow": "Không có nhánh để đi",
         "call": "Lời gọi dịch vụ", "mapping": "Ánh xạ dữ liệu", "decision": "Quyết định", "limit": "Vượt giới hạn"}


@blueprint.get("/su-co")
@allowed(*KEEPERS)
def incidents() -> str:
    page = max(1, request.args.get("trang", 1, type=int))
    found = commands.incidents(database(), page=page, per_page=51)
    return render_template("workbench/incidents.html", incidents=found[:50], more=len(found) > 50, page=page,
                           kinds=KINDS)


@blueprint.post("/su-co/chay-lai")
@allowed(*KEEPERS)
def incidents_retry() -> Any:
    """Each in its own transaction; what stops again says why."""
    chosen = request.form.getlist("su_co")
    if not chosen:
        flash(_("Hãy đánh dấu ít nhất một sự cố."), "warning")
        return redirect(url_for("workbench.incidents"))
    answers = commands.retry_incidents(database(), chosen[:500], by=current_user.username)
    went = sum(1 for said in answers.values() if said is None)
    if went:
        flash(ngettext("%(num)d sự cố đã chạy tiếp.", "%(num)d sự cố đã chạy tiếp.", went), "success")
    for said in list(dict.fromkeys(s for s in answers.values() if s is not None))[:5]:
        flash(said, "error")
    return redirect(url_for("workbench.incidents"))
