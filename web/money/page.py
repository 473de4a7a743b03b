"""What was taken in a period; the cashier's own drawer; what waits for the head."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engine.refusal import Refusal
from procedures import agencies, closings, officials, refunds, takings
from procedures.rights import Unseen
from procedures.vocabulary.payments import PAYMENTS
from web.account.people import actor
from web.forms import asked_period
from web.house import database, now
from web.i18n import pick
from web.model_form import posted_values
from web.money import KEEPERS, blueprint
from web.money.amounts import posted_amount
from web.once import once
from web.paging import number_of, shown_at
from web.permissions import allowed
from web.refusals import sentence
from web.sheets import PER_PAGE, as_file, made_as_file, pages_of


@blueprint.get("/phi-le-phi")
@allowed(*KEEPERS)
def page() -> str | Response:
    """One agency's takings, today's unless the address says another period."""
    return show({})


def show(errors: dict[str, str]) -> str | Response:
    """The page, with what is wrong in what was posted from it."""
    shown_at("money.page")
    today = now().date()
    first, last = asked_period(today, lambda begin: max(begin, today))
    kind, number = request.args.get("dang", ""), number_of(request.args.get("trang"))
    with database().begin() as tx:
        me = actor()
        known = agencies.names(tx, me.visible)
        place = request.args.get("co-quan", "")
        place = place if place in known else next(iter(current_user.agencies(*KEEPERS)), me.agency)
        method = request.args.get("hinh-thuc", "")
        method = method if method in PAYMENTS else ""
        found = takings.of_period(tx, me, place, first, last, method)
        if made_as_file(found.sheet, kind):
            return as_file(found.sheet, kind, f"thu-phi-{place}-{first}-{last}")
        waiting, made = refunds.waiting(tx, me), closings.listing(tx, me)
        values: dict[str, Any] = {
            "drawers": closings.drawers(tx, me),
            "waiting": waiting,
            "closings": made,
            "decidable": {one.id for one in made if closings.may_decide(tx, one, me)},
            "names": officials.names(tx, {one.asked_by for one in waiting}),
            "places": agencies.names(tx, {one.agency for one in made} | set(known)),
        }
    pages = pages_of(found.sheet, kind, number)
    rows = found.sheet.rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    return render_template(
        "money/page.html",
        takings=found,
        rows=rows,
        codes=found.codes[(number - 1) * PER_PAGE : number * PER_PAGE],
        page=number,
        pages=pages,
        period=(first, last),
        agencies=sorted(known.items(), key=lambda pair: pair[1]),
        chosen=place,
        methods={code: pick(one) for code, one in PAYMENTS.items()},
        method=method,
        states=closings.STATES,
        errors=errors,
        typed=posted_values() if errors else {},
        **values,
    )


@blueprint.post("/phi-le-phi/chot")
@allowed(*KEEPERS)
@once
def close() -> str | Response | Answer:
    """The cashier closes the drawer of one agency."""
    agency = request.form.get("co_quan", "")
    counted, seen = posted_amount(request.form.get("thuc_dem")), posted_amount(request.form.get("so_chung_tu"))
    if counted is None:
        wrong = _("Nhập số tiền mặt thực đếm bằng đồng, ví dụ 120.000; không có tiền thì nhập 0.")
        return show({"thuc_dem": wrong})
    try:
        id = closings.close(database(), agency, counted, request.form.get("ly_do", ""), actor(), seen)
    except Refusal as refused:
        return show({"ly_do" if counted is not None else "thuc_dem": sentence(refused)})
    flash(_("Đã chốt quỹ; trưởng đơn vị hoặc lãnh đạo xác nhận."), "success")
    return redirect(url_for("money.closing_page", id=id))


@blueprint.post("/phi-le-phi/hoan/<id>")
@allowed(*KEEPERS)
@once
def refund_decide(id: str) -> str | Response | Answer:
    """Head or leader decides a refund."""
    approved = request.form.get("quyet_dinh") == "dong_y"
    try:
        refunds.decide(database(), id, approved, request.form.get("tra_loi", ""), actor())
    except Unseen:
        abort(404)
    except Refusal as refused:
        return show({f"tra_loi-{id}": sentence(refused)})
    flash(_("Đã duyệt hoàn phí.") if approved else _("Đã trả lời không duyệt hoàn phí."), "success")
    return redirect(url_for("money.page"))
