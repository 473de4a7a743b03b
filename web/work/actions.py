"""What can be done to an open task: take it, give it back, hand it on, complete it, send it one step back, comment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engine import commands
from engine.refusal import Refusal
from procedures import bundles, dossiers, files, forms
from procedures.dossiers.values import Lack
from web import model_form
from web.account.people import actor
from web.forms import posted_day
from web.house import database
from web.people import officials_for
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint
from web.work.task import FIELD, Desk, open_task, task_view


def _act(task: str, done: str, do: Callable[[Any], Any]) -> Response:
    """Runs one command and comes back to the task with its result in a sentence."""
    try:
        do(database())
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(done, "success")
    return redirect(url_for("work.task_page", task=task))


def _may_act(task: str) -> Desk:
    with database().begin() as tx:
        return open_task(tx, task)


@blueprint.post("/cong-viec/<task>/nhan")
@allowed(*OFFICIALS)
def task_claim(task: str) -> Response:
    desk, me = _may_act(task), current_user.username
    if not desk.offered:
        flash(_("Việc này giao cho vị trí khác; bạn xem được, không nhận được."), "error")
        return redirect(url_for("work.task_page", task=task))
    return _act(task, _("Bạn đã nhận việc này."), lambda db: commands.claim(db, task, me, by=me))


@blueprint.post("/cong-viec/<task>/tra-ve-don-vi")
@allowed(*OFFICIALS)
def task_release(task: str) -> Response:
    desk = _may_act(task)
    if not (desk.held or desk.leads):
        flash(_("Chỉ người đang giữ việc hoặc lãnh đạo đơn vị trả được việc về đơn vị."), "error")
        return redirect(url_for("work.task_page", task=task))
    reason = request.form.get("ly_do", "").strip() or None
    return _act(
        task,
        _("Việc đã về danh sách chung của đơn vị."),
        lambda db: commands.release(db, task, by=current_user.username, reason=reason),
    )


@blueprint.post("/cong-viec/<task>/chuyen-nguoi")
@allowed(*OFFICIALS)
def task_reassign(task: str) -> Response:
    """Hand the task to a colleague of the same group, with a reason that stays in the log."""
    desk = _may_act(task)
    user, reason = request.form.get("nguoi", ""), request.form.get("ly_do", "").strip()
    with database().begin() as tx:
        known = dict(officials_for(tx, desk.item.groups))
    if not (desk.held or desk.leads):
        flash(_("Chỉ người đang giữ việc hoặc lãnh đạo đơn vị chuyển được việc."), "error")
    elif user not in known:
        flash(_("Hãy chọn người nhận việc trong danh sách."), "error")
    elif not reason:
        flash(_("Hãy ghi lý do chuyển việc, ví dụ: nghỉ phép, quá tải."), "error")
    else:
        response = _act(
            task,
            _("Đã chuyển việc cho %(name)s.", name=known[user]),
            lambda db: commands.reassign(db, task, user, by=current_user.username, reason=reason),
        )
        return redirect(url_for("work.task_list")) if user != current_user.username else response
    return redirect(url_for("work.task_page", task=task))


@blueprint.post("/cong-viec/<task>/tra-buoc-truoc")
@allowed(*OFFICIALS)
def task_back(task: str) -> Response:
    """Back to the step before, where the model allows it."""
    desk = _may_act(task)
    reason = request.form.get("ly_do", "").strip()
    if not desk.held:
        flash(_("Hãy nhận việc trước khi trả lại bước trước."), "error")
        return redirect(url_for("work.task_page", task=task))
    try:
        database().run(lambda tx: commands.back(tx, task, by=current_user.username, reason=reason), actor())
    except Refusal as refusal:
        flash(sentence(refusal), "error")
        return redirect(url_for("work.task_page", task=task))
    flash(_("Đã trả hồ sơ về bước trước."), "success")
    return redirect(url_for("work.task_list"))


@blueprint.post("/cong-viec/<task>/y-kien")
@allowed(*OFFICIALS)
def task_comment(task: str) -> Response:
    desk = _may_act(task)
    if desk.dossier is None:  # comments belong to dossiers
        abort(404)
    text = request.form.get("y_kien", "").strip()
    if not text:
        flash(_("Ý kiến chưa có nội dung."), "warning")
        return redirect(url_for("work.task_page", task=task) + "#y-kien")
    with database().begin() as tx:
        dossiers.comment(tx, desk.item.root_id, text, actor())
    return redirect(url_for("work.task_page", task=task) + "#y-kien")


@blueprint.post("/cong-viec/<task>/ket-qua")
@allowed(*OFFICIALS)
def task_result(task: str) -> Response:
    """Attach the result paper as a file, or have it made from the bundle's template."""
    desk = _may_act(task)
    code = request.form.get("ma_ket_qua", "") or desk.result_asked

    def attach(db: Any) -> None:
        with db.begin() as tx:
            me = actor()
            if request.form.get("lam") == "lap":
                dossiers.produce_result(tx, desk.item.root_id, code, me)
                return
            uploaded = request.files.get("tep")
            if uploaded is None or not uploaded.filename:
                raise forms.Invalid({"tep": [_("Hãy chọn tệp PDF của kết quả.")]})
            stored = files.put(tx, uploaded.stream, uploaded.filename)
            dossiers.attach_result(tx, desk.item.root_id, code, stored.sha256, me)

    try:
        return _act(task, _("Đã có giấy tờ kết quả."), attach)
    except forms.Invalid as wrong:
        flash("; ".join(said for many in wrong.errors.values() for said in many), "error")
        return redirect(url_for("work.task_page", task=task))


@blueprint.post("/cong-viec/<task>/hoan-thanh")
@allowed(*OFFICIALS)
def task_complete(task: str) -> str | Response:
    """Complete the task by one of its outcomes. What does not fit comes back on the page, with all that was typed."""
    chosen = request.form.get("hanh_dong", "")
    desk = _may_act(task)
    if not desk.held:
        flash(_("Hãy nhận việc trước khi xử lý."), "error")
        return redirect(url_for("work.task_page", task=task))
    if request.form.get("lam") == "lap":
        return _preview(desk)
    errors: dict[str, Any] = {}
    try:
        values = desk.form.validate(request.form, offered=desk.choices) if desk.form is not None else {}
        me = actor()
        reason = request.form.get("ly_do", "").strip()
        if desk.asks_supplement(chosen):
            lacks, typed_day = _lacks(desk, errors), request.form.get("han_bo_sung", "").strip()
            until = posted_day(typed_day)
            if typed_day and until is None:
                errors["han_bo_sung"] = _("Ngày phải có dạng ngày/tháng/năm, ví dụ 22/11/2026.")
            if not errors:
                dossiers.request_supplement(database(), task, chosen, lacks, until, me, reason=reason)
        else:
            dossiers.decide(database(), task, chosen or None, values, me, reason=reason)
    except forms.Invalid as wrong:
        errors |= {key: said[0] for key, said in wrong.errors.items()}
    except Refusal as refusal:
        errors[""] = sentence(refusal)
    if errors:
        with database().begin() as tx:
            return task_view(tx, open_task(tx, task), errors=errors, typed=model_form.posted_values(), chosen=chosen)
    flash(_("Đã xử lý xong bước “%(name)s”.", name=desk.item.name), "success")
    return redirect(url_for("work.task_list"))


def _preview(desk: Desk) -> str:
    """The result made from the template with what is typed so far; the page comes back with all of it."""
    filled = model_form.as_far_as_filled(desk.form, request.form, desk.choices) if desk.form is not None else {}
    errors: dict[str, Any] = {}
    try:
        with database().begin() as tx:
            dossiers.produce_result(tx, desk.item.root_id, desk.result_asked, actor(), filled)
    except Refusal as refusal:
        errors[""] = sentence(refusal)
    else:
        flash(_("Đã có giấy tờ kết quả."), "success")
    with database().begin() as tx:
        return task_view(tx, open_task(tx, desk.item.id), errors=errors, typed=model_form.posted_values())


def _lacks(desk: Desk, errors: dict[str, Any]) -> list[Lack]:
    """The components and fields ticked as lacking, each with why and how to mend it."""
    with database().begin() as tx:
        names = {
            one["code"]: (one["code"], one["name"], "component") for one in dossiers.components(tx, desk.item.root_id)
        }
        if desk.dossier is not None:
            form = bundles.form(tx, desk.dossier.version, bundles.of_version(tx, desk.dossier.version).form_key)
            names |= {FIELD + key: (key, label, "field") for key, label in (form.labels() if form else {}).items()}
    lacks = []
    for code in request.form.getlist("thieu"):
        if code not in names:
            continue
        key, name, kind = names[code]
        why = request.form.get(f"thieu_ly_do_{code}", "").strip()
        if not why:
            errors[f"thieu_ly_do_{code}"] = _("Ghi rõ vì sao cần bổ sung “%(name)s”.", name=name)
            continue
        lacks.append(Lack(key, name, why, request.form.get(f"thieu_cach_{code}", "").strip(), kind))
    if not lacks and not errors:
        errors["thieu"] = _("Đánh dấu ít nhất một giấy tờ hoặc mục kê khai cần bổ sung và ghi rõ lý do.")
    return lacks
