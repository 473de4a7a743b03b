"""Of one dossier at the counter: fees reduced by a rule, given back; the label under which its result is posted."""

from __future__ import annotations

from flask import Response as Answer
from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from procedures import dossiers, fees, refunds
from web.desk import CLERK, blueprint
from web.desk.counter import at_counter, do, dossier_again
from web.files import send_pdf
from web.house import database
from web.money.amounts import posted_amount
from web.once import once
from web.permissions import allowed


@blueprint.get("/mot-cua/ho-so/<code>/nhan-gui")
@allowed(CLERK)
def dossier_label(code: str) -> Answer:
    """The label under which the result is posted."""
    with database().begin() as tx:
        return send_pdf(dossiers.postal_label(tx, at_counter(tx, code).id), f"nhan-gui-{code}")


@blueprint.post("/mot-cua/ho-so/<code>/mien-giam")
@allowed(CLERK)
@once
def dossier_reduce(code: str) -> str | Response:
    """A fee is reduced, or asked in full again (0 percent)."""
    typed = request.form.get("phan_tram", "").strip().removesuffix("%").strip()
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 3 or int(typed) > 100:
        return dossier_again(code, {"phan_tram": _("Mức giảm là số nguyên từ 0 đến 100; 100 là miễn, 0 là bỏ giảm.")})
    fee, basis = request.form.get("khoan", ""), request.form.get("can_cu_giam", "")
    return do(
        code,
        _("Đã ghi mức miễn, giảm và căn cứ."),
        lambda tx, d, me: fees.reduce(tx, d.id, fee, int(typed), basis, me),
        where="can_cu_giam",
    )


@blueprint.post("/mot-cua/ho-so/<code>/hoan-phi")
@allowed(CLERK)
@once
def dossier_refund(code: str) -> str | Response:
    """A refund is proposed; head or leader decides."""
    amount = posted_amount(request.form.get("so_tien_hoan"))
    if amount is None:
        return dossier_again(code, {"so_tien_hoan": _("Nhập số tiền hoàn bằng đồng, ví dụ 20.000.")})
    receipt, reason, basis = (request.form.get(name, "") for name in ("bien_lai", "ly_do_hoan", "can_cu_hoan"))
    return do(
        code,
        _("Đã gửi đề nghị hoàn phí; trưởng đơn vị hoặc lãnh đạo quyết định."),
        lambda tx, d, me: refunds.propose(tx, d.id, receipt, amount, reason, basis, me),
        where="ly_do_hoan",
    )


@blueprint.post("/mot-cua/ho-so/<code>/chi-hoan")
@allowed(CLERK)
@once
def dossier_refund_paid(code: str) -> str | Response:
    """What was approved is given back, with a slip."""
    id = request.form.get("hoan", "")
    return do(
        code,
        _("Đã chi hoàn; phiếu chi ở mục giấy tờ đã phát hành."),
        lambda tx, d, me: refunds.pay(tx, id, me),
        where="hoan",
    )
