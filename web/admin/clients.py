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
from web.admin.room import blueprint
from web.forms import Form, read, text
from web.house import database
from web.i18n import pick
from web.permissions import allowed
from web.refusals import sentence


class ClientForm(Form):
    """A new program."""

    ma = text(_l("Nhập mã ứng dụng"), longest=100)
    ten = text(_l("Nhập tên ứng dụng"), longest=200)
    can_bo = text(_l("Nhập tên đăng nhập của cán bộ mà ứng dụng nhân danh"), longest=100)
    pham_vi = fields.List(fields.String(), load_default=list)
    lam_thay = text(longest=4000)


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
            errors = {"ma": sentence(refused)}
        else:
            return render_template("admin/secret.html", id=values["ma"], secret=secret)
    return _page({**values, "pham_vi": request.form.getlist("pham_vi")}, errors), 422


@blueprint.post("/quan-tri/ung-dung/<id>/khoa-moi")
@allowed("quan_tri")
def client_secret(id: str) -> Any:
    """Another secret; the old one ends at once."""
    return render_template(
        "admin/secret.html", id=id, secret=clients.new_secret(database(), id, by=current_user.username)
    )


@blueprint.route("/quan-tri/ung-dung/<id>/lam-thay", methods=["GET", "POST"])
@allowed("quan_tri")
def client_acts_for(id: str) -> Any:
    """As which officials a program may act: those listed and nobody else, never administrators."""
    program = next((one for one in clients.listing(database()) if one.id == id), None) or abort(404)
    values: dict[str, Any] = {"lam_thay": "\n".join(sorted(program.acts_for))}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(ActsForForm, request.form)
        if not errors:
            try:
                clients.set_acts_for(database(), id, _names(values["lam_thay"]), by=current_user.username)
            except Refusal as refused:
                errors = {"lam_thay": sentence(refused)}
            else:
                flash(_("Đã lưu danh sách cán bộ được làm thay."), "success")
                return redirect(url_for("admin.clients_list"))
    page = render_template("admin/client_acts_for.html", program=program, values=values, errors=errors)
    return (page, 422) if errors else page


def _names(typed: str) -> list[str]:
    """Usernames as they are typed: apart by commas, spaces or lines."""
    return typed.replace(",", " ").split()


@blueprint.post("/quan-tri/ung-dung/<id>/trang-thai")
@allowed("quan_tri")
def client_state(id: str) -> Any:
    """Shut a program, or open it again."""
    if id not in {one.id for one in clients.listing(database())}:
        abort(404)
    clients.set_active(database(), id, request.form.get("mo") == "1", by=current_user.username)
    flash(_("Đã lưu trạng thái ứng dụng."), "success")
    return redirect(url_for("admin.clients_list"))


def _page(values: dict[str, Any], errors: dict[str, str]) -> str:
    with database().begin() as tx:
        programs = clients.listing(tx)
        names = officials.names(tx, [one.official for one in programs])
    return render_template(
        "admin/clients.html",
        programs=programs,
        names=names,
        values=values,
        errors=errors,
        scopes=[(key, pick(*words)) for key, words in clients.SCOPES.items()],
    )
