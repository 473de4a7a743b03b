"""The worklist: what I hold, what my unit may take, what waits for somebody else, what I have done."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from engine import commands
from engine.run.refusal import Refusal
from procedures import worklist as work
from web.house import database
from web.people import groups_of_me, names_of, remaining_minutes
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint

TABS = {"cua-toi": "mine", "don-vi": "unit", "dang-cho": "waiting", "da-xong": "done"}
PROGRESS = {"qua-han": "over", "sap-den-han": "near", "buoc-qua-han": "step"}


def tab_names() -> dict[str, str]:
    return {"cua-toi": _("Của tôi"), "don-vi": _("Đơn vị chưa nhận"), "dang-cho": _("Đang chờ"),
            "da-xong": _("Đã xong")}


def progress_names() -> list[tuple[str, str]]:
    return [("qua-han", _("Quá hạn trả")), ("sap-den-han", _("Còn dưới hai ngày")),
            ("buoc-qua-han", _("Bước đã quá hạn"))]


@blueprint.get("/cong-viec")
@allowed(*OFFICIALS)
def task_list() -> str:
    """One tab of the list; the filters stand in the address, so that a view can be kept and shared."""
    tab = request.args.get("muc", "cua-toi")
    tab = tab if tab in TABS else "cua-toi"
    me, groups = current_user.username, groups_of_me()
    with database().begin() as tx:
        page = work.listing(
            tx, me, groups, TABS[tab], text=request.args.get("tim", ""), procedure=request.args.get("thu-tuc", ""),
            progress=PROGRESS.get(request.args.get("tien-do", ""), ""), order=request.args.get("xep", "due"),
            page=max(1, request.args.get("trang", 1, type=int)))
        counts = work.counts(tx, me, groups)
        choices = work.procedures_of(tx, me, groups)
        minutes = {row.dossier: remaining_minutes(tx, row.agency, row.due) for row in page.rows
                   if row.due and not row.paused}
        names = names_of(tx, [row.assignee for row in page.rows])
    return render_template(
        "work/worklist.html", tab=tab, tabs=tab_names(), keys=TABS, counts=counts, page=page, choices=choices,
        minutes=minutes, names=names, progress=progress_names(), filtered=_filtered())


def _filtered() -> bool:
    return any(request.args.get(name) for name in ("tim", "thu-tuc", "tien-do"))


@blueprint.post("/cong-viec/hang-loat")
@allowed(*OFFICIALS)
def task_bulk() -> str | Response:
    """Claim or give back many tasks: each by itself, with a result for each; `thu` only says what would happen."""
    chosen = request.form.getlist("viec")
    act = request.form.get("lam", "")
    if not chosen:
        flash(_("Hãy đánh dấu ít nhất một việc rồi chọn cách xử lý."), "warning")
        return redirect(url_for("work.task_list", muc=request.form.get("muc", "cua-toi")))
    results: list[dict[str, Any]] = []
    for task in chosen[:200]:
        results.append(_one(task, act))
    done = sum(1 for r in results if r["done"])
    if done == len(results):
        flash(ngettext("Đã xử lý %(num)d việc.", "Đã xử lý %(num)d việc.", done), "success")
        return redirect(url_for("work.task_list", muc="cua-toi"))
    return render_template("work/bulk.html", results=results, done=done, muc=request.form.get("muc", "cua-toi"))


def _one(task: str, act: str) -> dict[str, Any]:
    me, groups = current_user.username, groups_of_me()
    with database().begin() as tx:
        from engine import worklist as open_work
        found = open_work.task(tx, task, who=me, groups=groups)
    if found is None:
        return {"name": _("Việc đã xong hoặc đã có người khác nhận"), "code": "", "done": False,
                "said": _("Không còn trong danh sách của bạn.")}
    line = {"name": found.name, "code": found.business_key, "done": True, "said": _("Đã nhận việc.")}
    try:
        if act == "tra-lai":
            commands.release(database(), task, by=me)
            line["said"] = _("Đã trả về đơn vị.")
        else:
            commands.claim(database(), task, me, by=me)
    except Refusal as refusal:
        line |= {"done": False, "said": sentence(refusal)}
    return line
