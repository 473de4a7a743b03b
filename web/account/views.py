"""Sign-in, sign-out, profile and passwords."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from marshmallow import ValidationError, validates_schema

from engine.refusal import Refusal
from procedures import accounts, certificate_requests, certificates
from procedures.documents import matters
from web.account import devices, people
from web.account.typed import bring
from web.forms import Form, read, text
from web.house import database
from web.i18n import pick
from web.navigation import items_for
from web.permissions import public, signed_in
from web.refusals import sentence
from web.security import safe_return

blueprint = Blueprint("account", __name__)


class SignIn(Form):
    """Name and password."""

    ten_dang_nhap = text(_l("Nhập tên đăng nhập"), longest=100)
    mat_khau = text(_l("Nhập mật khẩu"))


class NewPassword(Form):
    """A new password, typed twice."""

    mat_khau_moi = text(_l("Nhập mật khẩu mới"))
    nhap_lai = text(_l("Nhập lại mật khẩu mới"))

    @validates_schema(skip_on_field_errors=True)
    def same(self, data: dict[str, Any], **_more: Any) -> None:
        """Both must be one; whether it is strong enough is said below, where it is set."""
        if data["mat_khau_moi"] != data["nhap_lai"]:
            raise ValidationError([_("Hai lần nhập mật khẩu không giống nhau")], "nhap_lai")


class ChangePassword(NewPassword):
    """The same, with the present one."""

    mat_khau_cu = text(_l("Nhập mật khẩu đang dùng"))


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Sign in; afterwards to where one was going."""
    onward = safe_return(request.values.get("tiep"))
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(onward or url_for("account.start"))
        return _sign_in_page({}, {}, onward)
    values, errors = read(SignIn, request.form)
    if errors:
        return _sign_in_page(values, errors, onward), 422
    done, refusal = people.sign_in(
        values["ten_dang_nhap"],
        values["mat_khau"],
        request.remote_addr or "",
        request.user_agent.string,
        devices.known(values["ten_dang_nhap"]),
    )
    person = people.find(done.username, done.token) if done.ok else None
    if person is None:
        return _sign_in_page(values, {"ten_dang_nhap": refusal}, onward), 422
    _fresh_session()
    session["ticket"] = done.token
    login_user(person)
    bring(done.username, onward, request.form.get("da_nhap", ""))
    return devices.remember(redirect(onward or url_for("account.start")), done.username)


def _fresh_session() -> None:
    """Nothing of the session before survives but the language: no fixation, nothing left of another person."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language


def _sign_in_page(values: dict[str, Any], errors: dict[str, str], onward: str | None) -> str:
    return render_template(
        "account/sign_in.html",
        values=values,
        errors=errors,
        onward=onward,
        carried=request.form.get("da_nhap", ""),
        ended=request.values.get("phien", ""),
        first_use=people.nobody_yet(),
    )


@blueprint.post("/tai-khoan/nhap-tiep")
@signed_in
def go_on_typing() -> Any:
    """Back to a page whose time had run out, with what was typed on it."""
    place = bring(current_user.username, safe_return(request.form.get("tiep")), request.form.get("da_nhap", ""))
    return redirect(place or url_for("account.start"))


@blueprint.post("/dang-xuat")
@public
def sign_out() -> Any:
    """End the session."""
    accounts.sign_out(database(), session.get("ticket", ""))
    logout_user()
    _fresh_session()
    flash(_("Bạn đã đăng xuất."), "success")
    return redirect(url_for("account.sign_in"))


@blueprint.get("/bat-dau")
@signed_in
def start() -> Any:
    """To the first page of one's own work."""
    items = items_for(current_user, people.navigation())
    return redirect(items[0].address if items else url_for("account.profile"))


@blueprint.get("/tai-khoan")
@signed_in
def profile() -> str:
    """Who I am here: name, roles and where I hold them."""
    return render_template("account/profile.html", positions=people.positions(current_user))


@blueprint.get("/tai-khoan/chung-thu")
@signed_in
def own_certificates() -> str:
    """One's own certificates, and the routes by which one asks for another, its renewal or its revocation."""
    now = datetime.now(UTC)
    with database().begin() as tx:
        found = certificates.listing(tx, certificates.OFFICIAL, current_user.username)
        offered = [route for route, _places in matters.offered(tx, people.actor())
                   if matters.concerns(route) == certificates.ROUTE]  # fmt: skip
        lines, asked = certificates.lines(tx, found, now), certificate_requests.listing(tx, current_user.username)
    return render_template(
        "account/certificates.html",
        lines=lines,
        states=certificates.STATES,
        sources=certificates.SOURCES,
        requests=asked,
        wishes=certificate_requests.WISHES,
        request_states=certificate_requests.STATES,
        offered=[(route.code, pick(route.name)) for route in offered],
    )


@blueprint.route("/tai-khoan/doi-mat-khau", methods=["GET", "POST"])
@signed_in
def change_password() -> Any:
    """Change one's own password; other sessions end."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(ChangePassword, request.form)
        if not errors:
            done, errors = people.change_password(current_user.username, values["mat_khau_cu"], values["mat_khau_moi"])
            if done is not None:
                _fresh_session()
                flash(_("Đã đổi mật khẩu. Đăng nhập lại bằng mật khẩu mới."), "success")
                logout_user()
                return redirect(url_for("account.sign_in"))
    page = render_template("account/change_password.html", errors=errors)
    return (page, 422) if errors else page


@blueprint.route("/dat-lai-mat-khau/<token>", methods=["GET", "POST"])
@public
def reset_password(token: str) -> Any:
    """Set a new password with the link that the administrator gave; it works once."""
    username = accounts.owner_of_reset(database(), token)
    if username is None:
        return render_template("account/reset_expired.html"), 404
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(NewPassword, request.form)
        if not errors:
            try:
                accounts.finish_reset(database(), token, values["mat_khau_moi"])
            except Refusal as refused:
                errors = {"mat_khau_moi": sentence(refused)}
            else:
                flash(_("Đã đặt mật khẩu mới. Đăng nhập bằng mật khẩu này."), "success")
                return redirect(url_for("account.sign_in"))
    page = render_template("account/reset_password.html", errors=errors, username=username)
    return (page, 422) if errors else page
