"""One closing: its papers, the difference, and the head's word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from procedures import agencies, closings
from procedures.rights import Unseen
from procedures.vocabulary.payments import PAYMENTS
from web.account.people import actor
from web.house import database
from web.i18n import pick
from web.model_form import posted_values
from web.money import KEEPERS, blueprint
from web.money.amounts import posted_amount
from web.once import once
from web.permissions import allowed
from web.refusals import sentence


@blueprint.get("/phi-le-phi/chot/<id>")
@allowed(*KEEPERS)
def closing_page(id: str) -> str:
    """What was counted, paper by paper."""
    return _page(id, {})


def _page(id: str, errors: dict[str, str]) -> str:
    with database().begin() as tx:
        me = actor()
        try:
            one = closings.get(tx, id, me)
        except Unseen:
            abort(404)
        return render_template(
            "money/closing.html",
            closing=one,
            lines=closings.lines(tx, id),
            place=agencies.name(tx, one.agency),
            decides=closings.may_decide(tx, one, me),
            mine=one.cashier == me.username,
            methods={code: pick(method) for code, method in PAYMENTS.items()},
            state=pick(closings.STATES[one.state]),
            signed=closings.signed,
            errors=errors,
            typed=posted_values() if errors else {},
        )


def _do(id: str, done: str, field: str, work: Callable[[Any], Any]) -> str | Response:
    try:
        work(actor())
    except Unseen:
        abort(404)
    except Refusal as refused:
        return _page(id, {field: sentence(refused)})
    flash(done, "success")
    return redirect(url_for("money.closing_page", id=id))


@blueprint.post("/phi-le-phi/chot/<id>/xac-nhan")
@allowed(*KEEPERS)
@once
def closing_confirm(id: str) -> str | Response:
    return _do(id, _("Đã xác nhận; biên bản có tên hai bên."), "", lambda me: closings.confirm(database(), id, me))


@blueprint.post("/phi-le-phi/chot/<id>/tra-lai")
@allowed(*KEEPERS)
@once
def closing_back(id: str) -> str | Response:
    answer = request.form.get("tra_loi", "")
    return _do(id, _("Đã trả lại để đếm lại."), "tra_loi", lambda me: closings.send_back(database(), id, answer, me))


@blueprint.post("/phi-le-phi/chot/<id>/dem-lai")
@allowed(*KEEPERS)
@once
def closing_again(id: str) -> str | Response:
    counted = posted_amount(request.form.get("thuc_dem"))
    if counted is None:
        wrong = _("Nhập số tiền mặt thực đếm bằng đồng, ví dụ 120.000; không có tiền thì nhập 0.")
        return _page(id, {"thuc_dem": wrong})
    reason = request.form.get("ly_do", "")
    return _do(
        id,
        _("Đã ghi số đếm lại; chờ xác nhận."),
        "ly_do",
        lambda me: closings.count_again(database(), id, counted, reason, me),
    )
