"""What can be done to an open task: take it, give it back, hand it on, complete it, send it one step back, comment.

Each view reads what was posted, calls one command of `procedures.tasks`, and says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import dossiers, files, forms, officials, tasks
from procedures import worklist as work
from procedures.actor import Actor
from procedures.rights import Unseen
from procedures.signatures.keys import PHONE
from procedures.tasks import Decision, signing_runs
from web import model_form
from web.account.people import actor
from web.files import receive_upload
from web.forms import posted_day
from web.house import database
from web.once import once
from web.permissions import allowed
from web.refusals import beside, sentence, told
from web.security import FORM_MARKS, PIN
from web.work import OFFICIALS, blueprint, signing
from web.work.lacking import lacks_posted
from web.work.phrases import said_reason
from web.work.task import over, task_view

Act = Callable[[Database, Actor], Any]
#: The box by which who completes a task goes on to the next one of theirs.
GO_ON = "mo_tiep"


def _act(task: str, done: str, do: Act, *, after: str = "", anchor: str = "") -> str | Response:
    """Runs one command and comes back to the task (or to `after`) with its result in a sentence; what is refused is
    said on the page, which shows what was typed again."""
    try:
        do(database(), actor())
    except Unseen as unseen:
        return over(task, unseen)
    except (forms.Invalid, Refusal) as wrong:
        return _refused(task, {"": _all_of(wrong)})
    if done:
        flash(done, "success")
    return redirect(after or url_for("work.task_page", task=task) + anchor)


def _refused(task: str, errors: dict[str, str]) -> str:
    """The page with what one of the forms beside the step's said, and what was typed in it."""
    with database().begin() as tx:
        return task_view(tx, tasks.find(tx, task, actor()), errors=errors, said=model_form.posted_values())


def _all_of(wrong: forms.Invalid | Refusal) -> str:
    """What is wrong in one sentence, also where it names several fields."""
    if isinstance(wrong, Refusal):
        return sentence(wrong)
    return "; ".join(said for many in wrong.errors.values() for said in many)


@blueprint.post("/cong-viec/<task>/nhan")
@allowed(*OFFICIALS)
@once
def task_claim(task: str) -> str | Response:
    """Take the task. Where the button stands among fields, what was typed in them comes back with the page."""
    return _beside(task, _("Bạn đã nhận việc này."), lambda db, me: tasks.claim(db, task, me))


def _beside(task: str, done: str, do: Act) -> str | Response:
    """What a button among the step's fields does; the page comes back with all that was typed in them."""
    errors: dict[str, str] = {}
    try:
        do(database(), actor())
    except Unseen as unseen:
        return over(task, unseen)
    except (forms.Invalid, Refusal) as wrong:
        errors = told(wrong)
    else:
        flash(done, "success")
    left_out = (*FORM_MARKS, PIN, "da_xem", "lam")
    typed = any(value.strip() for name, value in request.form.items(multi=True) if name not in left_out)
    return _again(task, errors) if typed or errors else redirect(url_for("work.task_page", task=task))


@blueprint.post("/cong-viec/<task>/tra-ve-don-vi")
@allowed(*OFFICIALS)
@once
def task_release(task: str) -> str | Response:
    reason = request.form.get("ly_do", "")
    return _act(
        task, _("Việc đã về danh sách chung của đơn vị."), lambda db, me: tasks.release(db, task, me, reason=reason)
    )


@blueprint.post("/cong-viec/<task>/chuyen-nguoi")
@allowed(*OFFICIALS)
@once
def task_reassign(task: str) -> str | Response:
    """Hand the task to a colleague of the same group, with a reason that stays in the log."""
    to, reason = request.form.get("nguoi", ""), request.form.get("ly_do", "")
    after = "" if to == actor().username else url_for("work.task_list")
    done = _("Đã chuyển việc cho %(name)s.", name=officials.names(database(), [to]).get(to, to))
    return _act(task, done, lambda db, me: tasks.reassign(db, task, to, reason, me), after=after)


@blueprint.post("/cong-viec/<task>/tra-buoc-truoc")
@allowed(*OFFICIALS)
@once
def task_back(task: str) -> str | Response:
    """Back to the step before, where the model allows it."""
    reason, to = request.form.get("ly_do", ""), request.form.get("ve_buoc", "")
    return _act(
        task,
        _("Đã trả lại bước trước."),
        lambda db, me: tasks.send_back(db, task, reason, me, to),
        after=url_for("work.task_list"),
    )


@blueprint.post("/cong-viec/<task>/y-kien")
@allowed(*OFFICIALS)
@once
def task_comment(task: str) -> str | Response:
    text = request.form.get("y_kien", "")
    return _act(task, "", lambda db, me: tasks.comment(db, task, text, me), anchor="#y-kien")


@blueprint.post("/cong-viec/<task>/ket-qua")
@allowed(*OFFICIALS)
@once
def task_result(task: str) -> str | Response:
    """Attach the result paper as a file."""

    def attach(db: Database, me: Actor) -> None:
        stored = _brought(db, task, me)
        if stored is None:
            raise forms.Invalid({"tep": [_("Hãy chọn tệp PDF của kết quả.")]})
        tasks.attach_result(db, task, stored.sha256, me)

    return _beside(task, _("Đã có giấy tờ kết quả."), attach)


def _chosen_file() -> FileStorage | None:
    """The file of the result that was chosen on the page."""
    uploaded = request.files.get("tep")
    return uploaded if uploaded is not None and uploaded.filename else None


def _brought(db: Database, task: str, me: Actor) -> files.Stored | None:
    """The file that was chosen on the page, kept for who may bring a result; None where none was."""
    tasks.find(db, task, me).require("result")
    uploaded = _chosen_file()
    return receive_upload(uploaded) if uploaded is not None else None


@blueprint.post("/cong-viec/<task>/hoan-thanh")
@allowed(*OFFICIALS)
@once
def task_complete(task: str) -> str | Response:
    """Complete the task by one of its outcomes. What does not fit comes back on the page, with all that was typed."""
    if request.form.get("lam") == "lap":
        return _preview(task)
    chosen, typed_day = request.form.get("hanh_dong", ""), request.form.get("han_bo_sung", "").strip()
    until = posted_day(typed_day)
    if typed_day and until is None:
        wrong_day = _("Ngày phải có dạng ngày/tháng/năm, ví dụ 22/11/2026.")
        return _again(task, {"han_bo_sung": wrong_day}, chosen)
    errors: dict[str, str] = {}
    brought = _chosen_file() is not None
    following = work.neighbours(database(), actor().username, task)[1] if request.form.get(GO_ON) else None

    more: dict[str, Any] = {
        "reason": said_reason("ly_do"),
        "lacks": lacks_posted(),
        "until": until,
        "absent_accepted": request.form.get("absent_accepted", "") if request.form.get("van_giai_quyet") else "",
    }
    decision = Decision(task, chosen or None, _fields(), tuple(request.form.getlist("da_xem")), more)

    def complete(where: Database | Tx) -> tasks.Task:
        return tasks.complete(where, task, decision.outcome, decision.fields, actor(), shown=decision.shown, **more)

    try:
        stored = _brought(database(), task, actor()) if brought else None
        if stored is not None:  # a file that was chosen and not yet brought counts
            with database().begin() as tx:
                tasks.attach_result(tx, task, stored.sha256, actor())
                done = complete(tx)
        elif dossiers.ways(database(), actor()) and tasks.by_key(
            database(), found := tasks.find(database(), task, actor()), decision.outcome, actor()
        ):
            if signing.chosen_way() == PHONE:
                item = signing_runs.Item(task, found.item.business_key or "", found.name)
                outcome = next((one for one in found.outcomes if one.id == chosen), None)
                return signing.begin([decision], [item], partial(signing.told, outcome=outcome))
            done = signing.complete(decision)
        else:
            done = complete(database())
    except Unseen as unseen:
        return over(task, unseen)
    except forms.Invalid as wrong:
        errors = told(wrong)
    except Refusal as refusal:
        errors = beside(refusal, {"pin": PIN})
    else:
        flash(_("Đã xử lý xong bước “%(name)s”.", name=done.name), "success")
        return redirect(url_for("work.task_page", task=following) if following else url_for("work.task_list"))
    if "absent_accepted" in errors and request.form.get("van_giai_quyet"):
        errors["absent_accepted"] = _("Ghi lý do vẫn giải quyết khi còn thiếu giấy tờ.")
    if brought:
        errors.setdefault("tep", _("Chọn lại tệp này: các mục khác còn chỗ cần sửa."))
    return _again(task, errors, chosen)


def _again(task: str, errors: dict[str, str], chosen: str = "") -> str:
    """The page once more with what was typed, and with what is wrong in it."""
    with database().begin() as tx:
        return task_view(
            tx, tasks.find(tx, task, actor()), errors=errors, typed=model_form.posted_values(), chosen=chosen
        )


def _preview(task: str) -> str:
    """The result made from the template with what is typed so far; the page comes back with all of it."""
    errors: dict[str, str] = {}
    try:
        with database().begin() as tx:
            found = tasks.find(tx, task, actor())
            offered = forms.offered(tx, found.form, found.agency, found.unit)
            filled = model_form.as_far_as_filled(found.form, request.form, offered) if found.form is not None else {}
            tasks.produce_result(tx, task, actor(), filled=filled)
    except Unseen as unseen:
        return over(task, unseen)
    except Refusal as refusal:
        errors[""] = sentence(refusal)
    else:
        flash(_("Đã có giấy tờ kết quả."), "success")
    return _again(task, errors)


def _fields() -> MultiDict[str, str]:
    """The fields of the step's form among what was posted: what lacks has fields of its own."""
    return MultiDict(
        (name, value) for name, value in request.form.items(multi=True) if name not in ("thieu", "han_bo_sung")
    )
