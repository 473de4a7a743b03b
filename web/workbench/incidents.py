"""Incidents: branches that stopped on an error, retried one or many at a time after the cause is mended."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from engine import commands
from procedures import dossiers
from web.house import database
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint

KINDS = {"expression": _l("Biểu thức"), "condition": _l("Điều kiện"), "no_flow": _l("Không có nhánh để đi"),
         "call": _l("Lời gọi dịch vụ"), "mapping": _l("Ánh xạ dữ liệu"), "decision": _l("Quyết định"),
         "limit": _l("Vượt giới hạn"), "job": _l("Việc chạy nền"), "hook": _l("Tác vụ của hồ sơ")}
PER_PAGE = 50


@blueprint.get("/su-co")
@allowed(*KEEPERS)
def incidents() -> str:
    """What stands still, the oldest first, with the step's own name."""
    page = max(1, request.args.get("trang", 1, type=int))
    with database().begin() as tx:
        found = commands.incidents(tx, page=page, per_page=PER_PAGE + 1)
        steps = {one.id: node.name if (node := dossiers.node_of(tx, one.root_id, one.element)) and node.name
                 else one.element for one in found}
    return render_template("workbench/incidents.html", incidents=found[:PER_PAGE], more=len(found) > PER_PAGE,
                           page=page, kinds=KINDS, steps=steps)


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
    for said in list(dict.fromkeys(sentence(one) for one in answers.values() if one is not None))[:5]:
        flash(said, "error")
    return redirect(url_for("workbench.incidents"))
