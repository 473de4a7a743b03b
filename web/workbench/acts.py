"""Steering one instance: what will happen is told first, a reason is always asked for, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import commands
from engine.model.definition import Node
from engine.refusal import Refusal
from engine.run.standing import Catcher, Place
from engine.store import Tx
from procedures import steering
from procedures.actor import Actor
from web.account.people import actor
from web.house import database
from web.permissions import allowed
from web.refusals import sentence
from web.security import FORM_MARKS
from web.work.confirming import BACK, SURE
from web.workbench import STEERERS, blueprint
from web.workbench.foreseen import foreseen
from web.workbench.hints import hint_of, kind_of
from web.workbench.running import View, view_of
from web.workbench.words import kind_words

#: Posted with what was shown: the number of the log's last line then. Where it is another now, it is shown again.
SEEN = "da_xem"

Work = Callable[[Tx, str, Actor], Any]


@dataclass(frozen=True)
class Act:
    """What is about to be done. key: of `procedures.steering.ACTS`; says: what holds whatever the state is."""

    key: str
    title: str
    button: str
    done: str
    says: tuple[str, ...] = ()
    tone: str = "warning"
    hint: str = ""  # beside the reason, where it is read by others than who reads the log


def conduct(
    view: View,
    act: Act,
    work: Work | None,
    *,
    errors: Mapping[str, str] | None = None,
    two_steps: bool = False,
    told: bool = True,
    template: str = "workbench/act.html",
    **context: Any,
) -> str | Response:
    """The page of an act, or its doing. work: None while something typed is missing or wrong (`errors`).

    An act that asks for more than a reason is told in a second step, when it is known what was typed; the others at
    once. told: whether it can be tried beforehand without leaving anything behind."""
    root, me = view.found.root_id, actor()
    wrong = dict(errors or {})
    reason = request.form.get("ly_do", "").strip()
    if request.method == "POST" and not reason:
        wrong["ly_do"] = _("Ghi lý do; lý do được lưu trong nhật ký cùng tên bạn.")
    elif len(reason) > 1000:
        wrong["ly_do"] = _("Lý do dài quá 1000 ký tự.")
    expected: list[str] | None = None
    if act.key not in view.acts:
        wrong.setdefault("", _("Phiên chạy đang ở trạng thái không cho phép thao tác này."))
    elif work is not None and told and not wrong and (request.method == "POST" or not two_steps):
        try:
            expected = foreseen(root, view.steps, lambda tx: work(tx, reason or _("chạy thử"), me))
        except Refusal as refusal:
            wrong[""] = sentence(refusal)
    asked = bool(request.form.get(SURE)) if two_steps else request.method == "POST"
    changed = asked and request.form.get(SEEN, str(view.seq)) != str(view.seq)
    if asked and not changed and work is not None and not wrong:
        try:
            went = database().run(lambda tx: work(tx, reason, me))
        except Refusal as refusal:
            wrong[""] = sentence(refusal)
        else:
            if went is False:
                flash(_("Đã thử lại nhưng vẫn dừng vì sự cố; xem nguyên nhân bên dưới."), "warning")
            else:
                flash(act.done, "success")
            return redirect(url_for("workbench.running_page", root=root))
    confirming = (
        two_steps and request.method == "POST" and not wrong and work is not None and not request.form.get(BACK)
    )
    return render_template(
        "workbench/sure.html" if confirming else template,
        view=view,
        act=act,
        errors=wrong,
        expected=expected,
        typed=request.form,
        two_steps=two_steps,
        sure=SURE,
        back_name=BACK,
        here_again=request.path,
        posted=_posted() if confirming else (),
        seen_name=SEEN,
        changed=view.latest if changed else None,
        **context,
    )


def _posted() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.form.lists()
        if name not in (*FORM_MARKS, SURE, BACK, SEEN)
        for value in values
    ]


def standing(view: View, token: str) -> Place | None:
    """The place of a token of the instance; None where it has gone on meanwhile."""
    return next((one.place for one in view.branches if one.place is not None and one.place.token == token), None)


def gone(view: View) -> Response:
    """Back to the instance: what the person wanted to act on is not there any more."""
    flash(_("Nhánh này không còn ở đó: phiên chạy đã đi tiếp."), "warning")
    return redirect(url_for("workbench.running_page", root=view.found.root_id))


def seen(root: str, act: str) -> View:
    """The instance, for who may do that to it; NotAllowed for others."""
    with database().begin() as tx:
        view = view_of(tx, root)
        steering.require(tx, act, root, actor())
        return view


@blueprint.route("/phien-chay/<root>/tam-ngung", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_suspend(root: str) -> str | Response:
    view = seen(root, "suspend")
    says = [
        _(
            "Không việc nào của phiên chạy hoàn thành được, không thông điệp nào đến được, không hẹn giờ nào tới, "
            "cho đến khi cho đi tiếp."
        )
    ]
    if view.dossier is not None:
        says.append(
            _(
                "Hạn trả kết quả vẫn tính: tạm ngừng trong hệ thống không dừng thời hạn theo luật, và người nộp "
                "không được báo tin. Muốn dừng hạn thì yêu cầu bổ sung hoặc gia hạn theo quy định."
            )
        )
    return conduct(
        view,
        Act("suspend", _("Tạm ngừng phiên chạy"), _("Tạm ngừng"), _("Đã tạm ngừng phiên chạy."), tuple(says)),
        lambda tx, reason, me: steering.suspend(tx, root, reason, me),
        told=False,
    )


@blueprint.route("/phien-chay/<root>/di-tiep", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_resume(root: str) -> str | Response:
    view = seen(root, "resume")
    return conduct(
        view,
        Act(
            "resume",
            _("Cho phiên chạy đi tiếp"),
            _("Cho đi tiếp"),
            _("Phiên chạy đã đi tiếp."),
            (
                _("Các việc đang mở xử lý được trở lại."),
                _("Hẹn giờ đã đến trong thời gian tạm ngừng sẽ tới ngay sau đó."),
            ),
            "primary",
        ),
        lambda tx, reason, me: steering.resume(tx, root, reason, me),
        told=False,
    )


@blueprint.route("/phien-chay/<root>/huy", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_cancel(root: str) -> str | Response:
    """A dossier is stopped by its leader's decision; any other process is ended where it stands."""
    view = seen(root, "cancel")
    if view.dossier is not None:
        act = Act(
            "cancel",
            _("Dừng giải quyết hồ sơ"),
            _("Dừng giải quyết hồ sơ"),
            _("Đã dừng giải quyết hồ sơ."),
            (
                _("Mọi việc đang mở của hồ sơ bị hủy; thời hạn giải quyết kết thúc."),
                _(
                    "Hồ sơ chuyển sang “Dừng xử lý”, Thông báo dừng giải quyết (Mẫu 05) được lập với lý do dưới đây, "
                    "và người nộp được báo tin."
                ),
                _("Hồ sơ đã dừng không mở lại được; người nộp phải nộp hồ sơ mới."),
            ),
            hint=_("Ghi như trong Thông báo dừng giải quyết; người nộp đọc được lý do này."),
        )
        return conduct(view, act, lambda tx, reason, me: steering.cancel(tx, root, reason, me), told=False)
    act = Act(
        "cancel",
        _("Hủy phiên chạy"),
        _("Hủy phiên chạy"),
        _("Đã hủy phiên chạy."),
        (_("Phiên chạy kết thúc tại chỗ và không chạy lại được."),),
    )
    return conduct(view, act, lambda tx, reason, me: steering.cancel(tx, root, reason, me))


@blueprint.route("/phien-chay/<root>/nhanh/<token>/ket-thuc", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_terminate(root: str, token: str) -> str | Response:
    view = seen(root, "terminate")
    place = standing(view, token)
    if place is None:
        return gone(view)
    name = view.step(place.node.id)
    act = Act(
        "terminate",
        _("Kết thúc nhánh ở “%(name)s”", name=name),
        _("Kết thúc nhánh này"),
        _("Đã kết thúc nhánh ở “%(name)s”.", name=name),
        (
            _("Nhánh dừng tại đây và không đi tiếp; các nhánh khác không bị ảnh hưởng."),
            _(
                "Nếu phía sau có cổng chờ đủ các nhánh, cổng đó có thể chờ mãi: khi ấy hãy chuyển bước thay vì kết "
                "thúc nhánh."
            ),
        ),
    )
    return conduct(view, act, lambda tx, reason, me: steering.terminate(tx, root, token, reason, me))


@blueprint.route("/phien-chay/<root>/nhanh/<token>/chuyen-buoc", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_move(root: str, token: str) -> str | Response:
    """To another step of the same process, chosen by its name."""
    view = seen(root, "move")
    place = standing(view, token)
    if place is None:
        return gone(view)
    with commands.run_of(database(), root) as run:
        nodes = run.reachable(token)
    to, errors = request.form.get("den", ""), {}
    if request.method == "POST" and to not in {node.id for node in nodes}:
        errors["den"] = _("Chọn bước sẽ chuyển đến.")
    name = view.step(place.node.id)
    act = Act(
        "move",
        _("Chuyển bước từ “%(name)s”", name=name),
        _("Chuyển bước"),
        _("Đã chuyển bước từ “%(name)s”.", name=name),
        (_("Bước hiện tại bị hủy, bước được chọn bắt đầu lại từ đầu. Dữ liệu của phiên chạy giữ nguyên."),),
    )
    choices = sorted(((node.id, _choice(view, node)) for node in nodes), key=lambda one: _order(nodes, one[0]))
    return conduct(
        view,
        act,
        (lambda tx, reason, me: steering.move(tx, root, token, to, reason, me)) if to else None,
        errors=errors,
        two_steps=True,
        template="workbench/move.html",
        place=place,
        choices=choices,
    )


def _choice(view: View, node: Node) -> str:
    name = view.step(node.id)
    return f"{name} ({kind_words(node.kind)})" if node.name and not node.kind.lower().endswith("task") else name


def _order(nodes: list[Node], id: str) -> tuple[bool, int]:
    """Steps that people know first, then events and gateways; each in the order of the model."""
    place, node = next((n, one) for n, one in enumerate(nodes) if one.id == id)
    return node.kind.endswith(("Gateway", "Event")), place


@blueprint.route("/phien-chay/<root>/su-co/<incident>/chay-lai", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_retry(root: str, incident: str) -> str | Response:
    view = seen(root, "retry")
    stopped = next((one for one in view.incidents if one.id == incident), None)
    if stopped is None:
        return gone(view)
    step = view.step(stopped.element)
    act = Act(
        "retry",
        _("Cho chạy lại sự cố ở “%(name)s”", name=step),
        _("Cho chạy lại"),
        _("Đã cho chạy lại."),
        (_("Chỉ phần bị lỗi chạy lại; việc đã làm xong trước đó không làm lại."),),
        "primary",
    )

    return conduct(
        view,
        act,
        lambda tx, reason, me: steering.retry(tx, incident, reason, me),
        template="workbench/incident.html",
        incident=stopped,
        step=step,
        hint_of=hint_of,
        kind_of=kind_of,
    )


@blueprint.route("/phien-chay/<root>/su-co/<incident>/bao-loi", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_error(root: str, incident: str) -> str | Response:
    """A BPMN error in place of what failed, of a code that the model catches there."""
    view = seen(root, "throw_error")
    stopped = next((one for one in view.incidents if one.id == incident), None)
    if stopped is None or stopped.kind == "job":
        return gone(view)
    with commands.run_of(database(), root) as run:
        catchers: list[Catcher] = run.error_catchers(incident)
    code, errors = _code(catchers), {}
    if request.method == "POST" and code is None:
        errors["ma_loi"] = _("Chọn mã lỗi, hoặc ghi mã lỗi khác.")
    step = view.step(stopped.element)
    act = Act(
        "throw_error",
        _("Báo lỗi cho mô hình ở “%(name)s”", name=step),
        _("Báo lỗi cho mô hình"),
        _("Mô hình đã nhận lỗi và đi nhánh xử lý lỗi."),
        (
            _(
                "Bước bị sự cố kết thúc bằng một lỗi nghiệp vụ; phiên chạy đi theo sự kiện bắt lỗi đó trong mô "
                "hình, không làm lại bước này."
            ),
        ),
    )
    return conduct(
        view,
        act,
        (lambda tx, reason, me: steering.throw_error(tx, incident, code or "", reason, me))
        if code is not None
        else None,
        errors=errors,
        two_steps=True,
        template="workbench/throw.html",
        incident=stopped,
        step=step,
        catchers=catchers,
        hint_of=hint_of,
        kind_of=kind_of,
    )


def _code(catchers: list[Catcher]) -> str | None:
    """The code that was chosen, or typed where something catches every code."""
    chosen, typed = request.form.get("ma_loi", ""), request.form.get("ma_loi_khac", "").strip()
    if chosen in {one.code for one in catchers if one.code is not None}:
        return chosen
    return typed if chosen == "*" and typed and any(one.code is None for one in catchers) else None
