"""Signing in by a code, and out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.refusal import Refusal
from procedures import citizens
from procedures.citizens import signing_in as codes
from procedures.vocabulary.assurance import IDENTITY
from web.citizen.room import begin, blueprint, end, known
from web.forms import Form, read, text
from web.house import database, house
from web.permissions import public
from web.refusals import sentence
from web.security import safe_return

ASKED = "citizen_code"
SHOWN = "citizen_code_shown"  # a demonstration sends no message: its page shows the code


class Contact(Form):
    """Where the code is sent to."""

    lien_he = text(_l("Nhập số điện thoại di động hoặc địa chỉ thư điện tử"), longest=120)


class Code(Form):
    """The code that came."""

    ma = text(_l("Nhập mã 6 chữ số trong tin nhắn"), longest=20)


@blueprint.route("/cong-dan/dang-nhap", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Ask for a code; who is signed in goes on."""
    onward = safe_return(request.values.get("tiep"))
    here = known()
    if request.method == "GET":
        if here is not None and here.alive and not request.args.get("muc"):
            return redirect(onward or url_for("citizen.mine"))
        return _page({}, {}, onward)
    values, errors = read(Contact, request.form)
    if not errors:
        try:
            asked = citizens.ask_code(database(), values["lien_he"], request.remote_addr or "")
        except Refusal as refused:
            errors = {"lien_he": sentence(refused)}
        else:
            session[ASKED] = asked.id
            if house().config.demo:
                session[SHOWN] = asked.code
            return redirect(url_for("citizen.enter_code", tiep=onward))
    return _page(values, errors, onward), 422


def _page(values: dict[str, Any], errors: dict[str, str], onward: str | None) -> str:
    return render_template(
        "citizen/sign_in.html",
        values=values,
        errors=errors,
        onward=onward,
        identity=house().config.oidc_name if house().config.oidc_issuer else "",
        wanted=request.args.get("muc") == str(IDENTITY),
    )


@blueprint.route("/cong-dan/dang-nhap/ma", methods=["GET", "POST"])
@public
def enter_code() -> Any:
    """Enter the code; then back to where one was going."""
    onward = safe_return(request.values.get("tiep"))
    asked = session.get(ASKED)
    to = codes.shown(database(), asked) if isinstance(asked, str) else ""
    if not to:
        return redirect(url_for("citizen.sign_in", tiep=onward))
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(Code, request.form)
        if not errors:
            try:
                token, _session = citizens.enter_code(database(), str(asked), values["ma"], request.remote_addr or "")
            except Refusal as refused:
                errors = {"ma": sentence(refused)}
            else:
                session.pop(ASKED, None)
                session.pop(SHOWN, None)
                begin(token)
                return redirect(onward or url_for("citizen.mine"))
    page = render_template(
        "citizen/code.html", to=to, values=values, errors=errors, onward=onward, demo_code=session.get(SHOWN, "")
    )
    return (page, 422) if errors else page


@blueprint.post("/cong-dan/dang-xuat")
@public
def sign_out() -> Any:
    """End the session, and forget the dossier that stands open."""
    from web.portal.following import forget

    forget()
    end()
    flash(_("Bạn đã đăng xuất khỏi thiết bị này."), "success")
    return redirect(url_for("portal.home"))
