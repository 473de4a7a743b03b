"""Anyone may check a paper by its QR: what it is, whether it is valid, and by whom it was issued."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from procedures import letters
from web.forms import Form, read, text
from web.house import database, house
from web.permissions import public
from web.portal.room import blueprint
from web.portal.tracking import SUPPLEMENT
from web.present import moment


class PaperCode(Form):
    """The code below the QR."""

    ma = text(_l("Nhập mã kiểm tra in dưới mã QR"), longest=200)


def verify_page(values: dict[str, Any], errors: dict[str, str]) -> str:
    """The two ways to check: the code of a paper of ours, and any signed file."""
    limit = house().config.upload_megabytes
    return render_template("portal/verify_form.html", values=values, errors=errors, limit=limit)


@blueprint.get("/xac-minh", strict_slashes=False)
@public
def verify_form() -> Any:
    """For who cannot scan: type the code that stands below the QR."""
    if "ma" not in request.args:
        return verify_page({}, {})
    values, errors = read(PaperCode, request.args)
    if errors:
        return verify_page(values, errors), 422
    token = values["ma"].rstrip("/").rsplit("/", 1)[-1]
    return redirect(url_for("portal.verify", token=token))


@blueprint.get("/xac-minh/<token>")
@public
def verify(token: str) -> Any:
    """What the paper with this code is; 404 where no such paper was issued."""
    found = letters.verify(database(), letters.token_as_typed(token))
    if found is None:
        return render_template("portal/verify.html", paper=None), 404
    reason = {
        "replaced": _("Đã có bản khác thay thế giấy tờ này."),
        "draft": _("Đây mới là bản dự thảo, chưa được người có thẩm quyền duyệt."),
        "old_draft": _("Đây là bản dự thảo cũ, chưa từng được duyệt; đã có bản khác thay thế."),
    }.get(found.state, "")
    draft = found.state in ("draft", "old_draft")
    facts = [
        (_("Loại giấy tờ"), found.title),
        (_("Số"), found.number),
        (_("Thuộc hồ sơ"), found.code),
        (_("Cơ quan lập") if draft else _("Cơ quan cấp"), found.agency),
        (_("Lập lúc") if draft else _("Cấp lúc"), moment(found.issued_at)),
        (_("Người duyệt, ký"), found.signer),
        (_("Mã kiểm tra"), found.token),
        (_("Mã băm của tệp (SHA-256)"), found.sha256),
    ]
    onward = None
    if found.code and found.kind == "letter":
        mend = SUPPLEMENT if found.template == "mau-02" and found.valid else None
        onward = url_for("portal.track", ma=found.code, toi=mend)
    return render_template("portal/verify.html", paper=found, draft=draft, facts=facts, reason=reason, onward=onward)
