"""Slips of papers between desk and units: given in batches, taken row by row or refused with the reason."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from procedures import agencies, slips
from procedures.rights import Unseen
from procedures.vocabulary.roles import ROLES
from web.account.people import actor
from web.house import database
from web.i18n import pick
from web.model_form import posted_values
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint

_WHY = "ly_do-"  # stands before a dossier's id in the name of the reason for not taking it


@blueprint.get("/giao-nhan")
@allowed(*OFFICIALS)
def slips_page() -> str:
    """What waits to be taken, what lies here and can be given, what was given lately."""
    return _page({})


def _page(errors: dict[str, str]) -> str:
    with database().begin() as tx:
        me = actor()
        waiting, given = slips.listing(tx, me)
        held = slips.held(tx, me)
        return render_template(
            "work/slips.html",
            waiting=waiting,
            given=given,
            held=held,
            most=slips.MOST,
            roles=_roles(),
            places=agencies.names(tx, {one.agency for one in held} | {one.agency for one in (*waiting, *given)}),
            errors=errors,
            typed=posted_values() if errors else {},
            ticked=request.form.getlist("ho_so"),
        )


def _roles() -> dict[str, str]:
    return {role: pick(ROLES[role]) for role in slips.HANDS}


@blueprint.post("/giao-nhan")
@allowed(*OFFICIALS)
@once
def slip_make() -> str | Response:
    """Gives the papers that are ticked."""
    chosen, note = request.form.getlist("ho_so"), request.form.get("ghi_chu", "")
    try:
        id = slips.make(database(), chosen, request.form.get("den", ""), note, actor())
    except Refusal as refused:
        return _page({refused.about or "ho_so": sentence(refused)})
    flash(_("Đã lập phiếu giao; in phiếu và chuyển cùng hồ sơ giấy."), "success")
    return redirect(url_for("work.slip_page", id=id))


@blueprint.get("/giao-nhan/<id>")
@allowed(*OFFICIALS)
def slip_page(id: str) -> str:
    """A slip with what became of each row."""
    return _slip(id, {})


def _slip(id: str, errors: dict[str, str]) -> str:
    with database().begin() as tx:
        me = actor()
        try:
            one, rows = slips.get(tx, id, me)
        except Unseen:
            abort(404)
        return render_template(
            "work/slip.html",
            slip=one,
            rows=rows,
            takes=one.waiting and slips.takes(tx, one, me),
            mine=one.giver == me.username,
            place=agencies.name(tx, one.agency),
            roles=_roles(),
            states={state: pick(word) for state, word in slips.STATES.items()},
            errors=errors,
            typed=posted_values() if errors else {},
            ticked=request.form.getlist("nhan"),
        )


@blueprint.post("/giao-nhan/<id>")
@allowed(*OFFICIALS)
@once
def slip_decide(id: str) -> str | Response:
    """Takes what is ticked, refuses what a reason was written for."""
    said = {name.removeprefix(_WHY): text.strip() for name, text in request.form.items() if name.startswith(_WHY)}
    refused = {dossier: text for dossier, text in said.items() if text}
    both = [dossier for dossier in request.form.getlist("nhan") if dossier in refused]
    if both:
        wrong = _("Hồ sơ đã đánh dấu nhận thì không ghi lý do không nhận: bỏ dấu hoặc xóa lý do.")
        return _slip(id, {_WHY + both[0]: wrong})
    return _do(
        id,
        _("Đã ghi kết quả giao nhận."),
        lambda me: slips.decide(database(), id, request.form.getlist("nhan"), refused, me),
    )


@blueprint.post("/giao-nhan/<id>/rut")
@allowed(*OFFICIALS)
@once
def slip_back(id: str) -> str | Response:
    """Takes back what nobody has taken."""
    return _do(id, _("Đã rút lại hồ sơ chưa ai nhận."), lambda me: slips.take_back(database(), id, me))


def _do(id: str, done: str, work: Any) -> str | Response:
    try:
        work(actor())
    except Unseen:
        abort(404)
    except Refusal as refused:
        return _slip(id, {"": sentence(refused)})
    flash(done, "success")
    return redirect(url_for("work.slip_page", id=id))
