"""Fees paid online: from the followed dossier to the gateway and back, and what the gateway says itself."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.refusal import Refusal
from procedures import payments
from web.house import database
from web.i18n import pick
from web.once import once
from web.permissions import public
from web.portal.room import blueprint
from web.portal.tracking import followed_only
from web.refusals import sentence
from web.security import csrf


def setup(app: Flask) -> None:
    """The gateway has no page of ours that could give it a token: its signature vouches for it."""
    csrf.exempt(called_back)


@blueprint.post("/tra-cuu/ho-so/thanh-toan")
@public
@followed_only
@once
def pay(dossier_id: str) -> Any:
    """Begin to pay what is owed."""
    try:
        id = payments.begin(database(), dossier_id)
    except Refusal as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("portal.tracked"))
    return redirect(url_for("portal.payment", id=id))


@blueprint.get("/tra-cuu/ho-so/thanh-toan/<id>")
@public
@followed_only
def payment(dossier_id: str, id: str) -> Any:
    """On to the gateway; afterwards what became of it."""
    found = payments.get(database(), id, dossier_id)
    if found is None:
        abort(404)
    back = url_for("portal.payment", id=id, ve=1, _external=True)
    return render_template(
        "portal/payment.html",
        p=found,
        state=pick(payments.STATES[found.state]),
        onward=payments.address(database(), found, back) if found.state in (payments.OPEN, payments.FAILED) else "",
        came_back=bool(request.args.get("ve")),
    )


@blueprint.post("/thanh-toan/goi-lai")
@public
def called_back() -> Response:
    """The gateway says what became of a payment. A status that is no success makes it call again."""
    if not payments.offered(database()):
        return _said(404, _("Không có cổng thanh toán."))
    try:
        state = payments.called_back(database(), request.get_data(cache=False), request.headers.get("X-Signature", ""))
    except payments.Forged as refused:
        return _said(403, sentence(refused))
    except payments.Unknown as refused:
        return _said(404, sentence(refused))
    except Refusal as refused:
        return _said(409, sentence(refused))
    return _said(200, state)


def _said(status: int, text: str) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
