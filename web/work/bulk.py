"""Many tasks at once: taken, given back, handed on. Each goes by itself and has its own result; a trial run says what
would happen and does nothing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Database
from procedures import officials, tasks
from web.account.people import actor
from web.house import database
from web.model_form import posted_values
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint
from web.work.confirming import BACK, went_back
from web.work.worklist import list_view

MOST = 200  # tasks in one request
ACTS = {"nhan": "claim", "tra-lai": "release", "chuyen": "reassign"}


@dataclass(frozen=True)
class Line:
    """What became of one task, or would."""

    task: str
    name: str
    code: str
    done: bool
    said: str


@blueprint.post("/cong-viec/hang-loat")
@allowed(*OFFICIALS)
@once
def task_bulk() -> str | Response:
    """Claim, give back or hand on the chosen tasks; ``thu``: only say what would happen."""
    chosen, act = request.form.getlist("viec"), request.form.get("lam", "")
    if went_back():
        chosen += request.form.getlist("khong_duoc")
        return list_view({**posted_values(), "viec": chosen})
    trial = act.startswith("thu-")
    act = act.removeprefix("thu-")
    user, reason = request.form.get("nguoi", ""), request.form.get("ly_do", "").strip()
    missing = ""
    if not chosen or act not in ACTS:
        missing = _("Hãy đánh dấu ít nhất một việc rồi chọn cách xử lý.")
    elif len(chosen) > MOST:
        missing = _("Mỗi lần xử lý nhiều nhất %(most)d việc; bạn đã chọn %(n)d.", most=MOST, n=len(chosen))
    elif act == "chuyen" and not (user and reason):
        missing = _("Hãy chọn người nhận việc và ghi lý do chuyển.")
    if missing:
        return list_view(posted_values(), missing)
    lines = [_one(task, act, user, reason, trial) for task in chosen]
    done = sum(line.done for line in lines)
    if done == len(lines) and not trial:
        flash(ngettext("Đã xử lý %(num)d việc.", "Đã xử lý %(num)d việc.", done), "success")
        return redirect(url_for("work.task_list", muc="cua-toi"))
    return render_template(
        "work/bulk.html",
        lines=lines,
        done=done,
        trial=trial,
        act=act,
        user=user,
        reason=reason,
        tab=request.args.get("muc", "cua-toi"),
        query=request.query_string.decode("ascii", "replace"),
        back_name=BACK,
    )


def _one(task: str, act: str, user: str, reason: str, trial: bool) -> Line:
    """What became of one task, or would: the trial asks the very function that the act asks before it writes."""
    me, db = actor(), database()
    try:
        found = tasks.trial(db, ACTS[act], task, me, to=user, reason=reason)
    except Refusal as refusal:
        return Line(task, *_named(task), False, sentence(refusal))
    line = Line(task, found.name, found.item.business_key or "", True, _said(db, act, user))
    if trial:
        return line
    try:
        if act == "nhan":
            tasks.claim(db, task, me)
        elif act == "tra-lai":
            tasks.release(db, task, me, reason=reason)
        else:
            tasks.reassign(db, task, user, reason, me)
    except Refusal as refusal:
        return Line(task, found.name, line.code, False, sentence(refusal))
    return line


def _named(task: str) -> tuple[str, str]:
    """Name and code of a task that the person may see; else only that it is gone."""
    try:
        found = tasks.find(database(), task, actor())
    except Refusal:
        return _("Việc đã xong hoặc không thuộc phạm vi của bạn"), ""
    return found.name, found.item.business_key or ""


def _said(db: Database, act: str, user: str) -> str:
    if act == "nhan":
        return _("Bạn giữ việc này.")
    if act == "tra-lai":
        return _("Về danh sách chung của đơn vị.")
    return _("Chuyển cho %(name)s.", name=officials.names(db, [user]).get(user, user))
