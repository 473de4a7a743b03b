"""Many tasks at once: taken, given back, handed on. Each goes by itself and has its own result; a trial run says what
would happen and does nothing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from engine import commands
from engine import worklist as open_work
from engine.refusal import Refusal
from web.house import database
from web.people import groups_of_me, officials_for
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint

MOST = 200  # tasks in one request
ACTS = ("nhan", "tra-lai", "chuyen")


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
def task_bulk() -> str | Response:
    """Claim, give back or hand on the chosen tasks; ``thu``: only say what would happen."""
    chosen, act, tab = request.form.getlist("viec"), request.form.get("lam", ""), request.form.get("muc", "cua-toi")
    trial = act.startswith("thu-")
    act = act.removeprefix("thu-")
    user, reason = request.form.get("nguoi", ""), request.form.get("ly_do", "").strip()
    missing = ""
    if not chosen or act not in ACTS:
        missing = _("Hãy đánh dấu ít nhất một việc rồi chọn cách xử lý.")
    elif act == "chuyen" and not (user and reason):
        missing = _("Hãy chọn người nhận việc và ghi lý do chuyển.")
    if missing:
        flash(missing, "warning")
        return redirect(url_for("work.task_list", muc=tab))
    lines = [_one(task, act, user, reason, trial) for task in chosen[:MOST]]
    done = sum(line.done for line in lines)
    if done == len(lines) and not trial:
        flash(ngettext("Đã xử lý %(num)d việc.", "Đã xử lý %(num)d việc.", done), "success")
        return redirect(url_for("work.task_list", muc="cua-toi"))
    return render_template(
        "work/bulk.html", lines=lines, done=done, muc=tab, trial=trial, act=act, user=user, reason=reason
    )


def _one(task: str, act: str, user: str, reason: str, trial: bool) -> Line:
    me = current_user.username
    with database().begin() as tx:
        found = open_work.task(tx, task, who=me, groups=groups_of_me())
        colleagues = dict(officials_for(tx, found.groups)) if found is not None else {}
    if found is None:
        return Line(
            task, _("Việc đã xong hoặc đã có người khác nhận"), "", False, _("Không còn trong danh sách của bạn.")
        )
    line = _may(found, act, user, colleagues)
    if trial or not line.done:
        return line
    try:
        if act == "nhan":
            commands.claim(database(), task, me, by=me)
        elif act == "tra-lai":
            commands.release(database(), task, by=me)
        else:
            commands.reassign(database(), task, user, by=me, reason=reason)
    except Refusal as refusal:
        return Line(task, found.name, found.business_key or "", False, sentence(refusal))
    return line


def _may(item: open_work.WorkItem, act: str, user: str, colleagues: dict[str, str]) -> Line:
    """What would become of the task, without doing it."""
    me = current_user.username
    held = item.assignee == me
    if act == "nhan":
        done = item.assignee in (None, me)
        said = _("Bạn giữ việc này.") if done else _("Đã có người khác nhận.")
    elif not held:
        done, said = False, _("Bạn không giữ việc này.")
    elif act == "tra-lai":
        done, said = True, _("Về danh sách chung của đơn vị.")
    else:
        done = user in colleagues
        said = (
            _("Chuyển cho %(name)s.", name=colleagues[user])
            if done
            else _("Người được chọn không thuộc vị trí làm việc này.")
        )
    return Line(item.id, item.name, item.business_key or "", done, said)
