"""Programs that call the API: what they may do, whom they act as, and their secrets."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from marshmallow import fields

from engine.refusal import Refusal
from procedures import clients, officials
from web.admin.asking import asked
from web.admin.room import blueprint
from web.forms import Form, posted_count, read, text
from web.house import database
from web.i18n import pick
from web.permissions import allowed
from web.refusals import beside

#: What the commands call the fields of these forms.
FIELDS = {
    "id": "ma",
    "name": "ten",
    "official": "can_bo",
    "scopes": "pham_vi",
    "acts_for": "lam_thay",
    "hourly": "han_muc",
}


class ClientForm(Form):
    """A new program."""

    ma = text(_l("Nhập mã ứng dụng"), longest=100)
    ten = text(_l("Nhập tên ứng dụng"), longest=200)
    can_bo = text(_l("Nhập tên đăng nhập của cán bộ mà ứng dụng nhân danh"), longest=100)
    pham_vi = fields.List(fields.String(), load_default=list)
    lam_thay = text(longest=4000)


class QuotaForm(Form):
    """How often a program may call."""

    han_muc = text(longest=9)


class ActsForForm(Form):
    """As whom a program may act."""

    lam_thay = text(longest=4000)


@blueprint.get("/quan-tri/ung-dung")
@allowed("quan_tri")
def clients_list() -> Any:
    """All programs."""
    return _page({}, {})


@blueprint.post("/quan-tri/ung-dung")
@allowed("quan_tri")
def client_new() -> Any:
    """A new program; its secret is shown this once."""
    values, errors = read(ClientForm, request.form)
    if not errors and not values["pham_vi"]:
        errors = {"pham_vi": _("Chọn ít nhất một phạm vi")}
    if not errors:
        try:
            secret = clients.create(
                database(),
                values["ma"],
                values["ten"],
                scopes=values["pham_vi"],
                official=values["can_bo"],
                acts_for=_names(values["lam_thay"]),
                by=current_user.username,
            )
        except Refusal as refused:
            errors = beside(refused, FIELDS)
        else:
            return render_template("admin/secret.html", id=values["ma"], secret=secret)
    return _page(values, errors), 422


def _known(id: str) -> clients.Client:
    return next((one for one in clients.listing(database()) if one.id == id), None) or abort(404)


@blueprint.route("/quan-tri/ung-dung/<id>/khoa-moi", methods=["GET", "POST"])
@allowed("quan_tri")
def client_secret(id: str) -> Any:
    """Another secret, shown this once, after being asked and with a reason; the old one ends at once."""
    program = _known(id)
    return asked(
        _("Cấp khóa mới cho “%(name)s”?", name=program.name),
        _(
            "Khóa đang dùng và mọi phiên của ứng dụng hết hiệu lực ngay: ứng dụng ngừng kết nối cho đến khi được cài "
            "khóa mới. Khóa mới chỉ hiện một lần."
        ),
        _("Cấp khóa mới"),
        lambda reason: clients.new_secret(database(), id, by=current_user.username, reason=reason),
        back=url_for("admin.clients_list"),
        whose=program.name,
        shown=lambda secret: render_template("admin/secret.html", id=id, secret=secret),
    )


@blueprint.route("/quan-tri/ung-dung/<id>/lam-thay", methods=["GET", "POST"])
@allowed("quan_tri")
def client_acts_for(id: str) -> Any:
    """As which officials a program may act: those listed and nobody else, never administrators."""
    program = _known(id)
    values: dict[str, Any] = {"lam_thay": "\n".join(sorted(program.acts_for))}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(ActsForForm, request.form)
        if not errors:
            try:
                clients.set_acts_for(database(), id, _names(values["lam_thay"]), by=current_user.username)
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                flash(_("Đã lưu danh sách cán bộ được làm thay."), "success")
                return redirect(url_for("admin.clients_list"))
    page = render_template("admin/client_acts_for.html", program=program, values=values, errors=errors)
    return (page, 422) if errors else page


@blueprint.route("/quan-tri/ung-dung/<id>/han-muc", methods=["GET", "POST"])
@allowed("quan_tri")
def client_quota(id: str) -> Any:
    """How many calls a program may make in an hour."""
    program = _known(id)
    values: dict[str, Any] = {"han_muc": str(program.hourly or "")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(QuotaForm, request.form)
        hourly = posted_count(values["han_muc"], most=1_000_000)
        if not errors and hourly is None:
            errors = {"han_muc": _("Nhập số nguyên từ 1 đến 1.000.000, hoặc để trống.")}
        if not errors:
            clients.set_quota(database(), id, hourly or None, by=current_user.username)
            flash(_("Đã lưu giới hạn lượt gọi."), "success")
            return redirect(url_for("admin.clients_list"))
    page = render_template("admin/client_quota.html", program=program, values=values, errors=errors)
    return (page, 422) if errors else page


def _names(typed: str) -> list[str]:
    """Usernames as they are typed: apart by commas, spaces or lines."""
    return typed.replace(",", " ").split()


@blueprint.route("/quan-tri/ung-dung/<id>/trang-thai", methods=["GET", "POST"])
@allowed("quan_tri")
def client_state(id: str) -> Any:
    """Shut a program, or open it again: what the page asked for, so that the same answer twice changes it once."""
    program = _known(id)
    opened = request.values.get("mo", "0" if program.active else "1") == "1"
    if opened == program.active:
        return redirect(url_for("admin.clients_list"))
    return asked(
        _("Mở lại “%(name)s”?", name=program.name) if opened else _("Ngừng “%(name)s”?", name=program.name),
        _("Ứng dụng kết nối lại được bằng khóa đang có.")
        if opened
        else _("Ứng dụng mất kết nối ngay. Có thể mở lại ở trang này; khóa và các phạm vi giữ nguyên."),
        _("Mở lại ứng dụng") if opened else _("Ngừng ứng dụng"),
        lambda reason: clients.set_active(database(), id, opened, by=current_user.username, reason=reason),
        back=url_for("admin.clients_list"),
        whose=program.name,
        done=_("Ứng dụng đã hoạt động lại.") if opened else _("Đã ngừng ứng dụng."),
        more={"mo": "1" if opened else "0"},
    )


def _page(values: dict[str, Any], errors: dict[str, str]) -> str:
    with database().begin() as tx:
        programs = clients.listing(tx)
        names = officials.names(tx, [one.official for one in programs])
        calls = clients.calls_of(tx)
    return render_template(
        "admin/clients.html",
        programs=programs,
        names=names,
        calls=calls,
        values=values,
        errors=errors,
        scopes=[(key, pick(*words)) for key, words in clients.SCOPES.items()],
    )
