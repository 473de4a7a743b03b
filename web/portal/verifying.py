"""Anyone may check a paper by its QR: what it is, whether it is valid, and by whom it was issued."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from procedures import letters
from web.forms import Form, read, text
from web.house import database
from web.permissions import public
from web.portal.room import blueprint


class PaperCode(Form):
    """The code below the QR."""

    ma = text(_l("Nhập mã kiểm tra in dưới mã QR"), longest=200)


@blueprint.get("/xac-minh")
@public
def verify_form() -> Any:
    """For who cannot scan: type the code that stands below the QR."""
    if "ma" not in request.args:
        return render_template("portal/verify_form.html", values={}, errors={})
    values, errors = read(PaperCode, request.args)
    if errors:
        return render_template("portal/verify_form.html", values=values, errors=errors), 422
    token = values["ma"].rstrip("/").rsplit("/", 1)[-1]
    return redirect(url_for("portal.verify", token=token))


@blueprint.get("/xac-minh/<token>")
@public
def verify(token: str) -> Any:
    """What the paper with this code is; 404 where no such paper was issued."""
    found = letters.verify(database(), token)
    return render_template("portal/verify.html", paper=found), 200 if found is not None else 404
