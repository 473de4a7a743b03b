"""Officials: who they are, the roles they hold where and since when, and their accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import accounts, agencies, officials
from procedures import worklist as work
from procedures.rehearsal import rehearse
from procedures.vocabulary.roles import ROLES
from web.admin.asking import asked
from web.admin.room import blueprint
from web.forms import Form, choice, day, read, text
from web.house import database, house
from web.i18n import pick
from web.paging import slice_of
from web.permissions import allowed
from web.refusals import beside, sentence
from web.work.confirming import ask, went_back

#: What the commands call the fields of these forms.
FIELDS = {
    "username": "ten_dang_nhap",
    "name": "ho_ten",
    "agency": "co_quan",
    "role": "vai_tro",
    "since": "tu_ngay",
    "until": "den_ngay",
    "reason": "ly_do",
    "on": "ngay",
}


class OfficialForm(Form):
    """A person in office."""

    ho_ten = text(_l("Nhập họ tên"), longest=200)
    chuc_vu = text(longest=200)
    co_quan = text(_l("Chọn cơ quan công tác"), longest=64)
    thu_dien_tu = text(longest=200)
    dien_thoai = text(longest=40)


class NewOfficialForm(OfficialForm):
    """The same, with the name to sign in by."""

    ten_dang_nhap = text(_l("Nhập tên đăng nhập"), longest=100)


class GrantForm(Form):
    """A role at an agency."""

    vai_tro = choice(tuple(ROLES), _l("Chọn vai trò"))
    tai_co_quan = text(_l("Chọn cơ quan"), longest=64)
    tu_ngay = day()
    den_ngay = day()
    ly_do = text(_l("Nhập lý do giao vai trò"), longest=500)


class LeaveForm(Form):
    """The end of an office."""

    ngay = day(_l("Nhập ngày thôi công tác"))
    ly_do = text(_l("Nhập lý do"))


@blueprint.get("/quan-tri/can-bo")
@allowed("quan_tri")
def officials_list() -> Any:
    """Found by words, agency and role."""
    asked = {name: request.args.get(name, "").strip() for name in ("tim", "co_quan", "vai_tro")}
    with database().begin() as tx:
        people = officials.find(
            tx,
            asked["tim"],
            agency=asked["co_quan"] or None,
            role=asked["vai_tro"] if asked["vai_tro"] in ROLES else None,
        )
        part = slice_of(people, request.args.get("trang"), 30)
        names = agencies.names(tx)
        roles = {one.username: officials.roles_of(tx, one.username) for one in part.rows}
        units = [(unit.code, unit.name) for unit in agencies.listing(tx)]
    return render_template(
        "admin/officials.html", part=part, asked=asked, names=names, roles=roles, units=units, role_names=_role_names()
    )


@blueprint.route("/quan-tri/can-bo/them", methods=["GET", "POST"])
@allowed("quan_tri")
def official_new() -> Any:
    """A new official with an account; the link to set the first password is shown once."""
    values: dict[str, Any] = {"co_quan": request.args.get("co_quan", "")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(NewOfficialForm, request.form)
        errors = _faults(values) | errors  # an empty field's own sentence goes first
        if not errors:
            try:
                with database().begin() as tx:
                    username = officials.add(
                        tx,
                        values["ten_dang_nhap"],
                        values["ho_ten"],
                        agency=values["co_quan"],
                        title=values["chuc_vu"],
                        email=values["thu_dien_tu"] or None,
                        phone=values["dien_thoai"] or None,
                        by=current_user.username,
                    )
                    accounts.create(tx, username, by=current_user.username)
                    token = accounts.begin_reset(tx, username, by=current_user.username)
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                return _link_page(username, token)
    return _form(None, values, errors)


def _faults(values: dict[str, Any]) -> dict[str, str]:
    """What the house below would refuse, each beside its field, so that all is said at once."""
    found = officials.faults(database(), values["ten_dang_nhap"], values["ho_ten"], agency=values["co_quan"])
    return {FIELDS[about]: sentence(refusal) for about, refusal in found.items()}


@blueprint.get("/quan-tri/can-bo/<username>")
@allowed("quan_tri")
def official(username: str) -> Any:
    """One official."""
    return _official_page(username, {}, {})


@blueprint.route("/quan-tri/can-bo/<username>/sua", methods=["GET", "POST"])
@allowed("quan_tri")
def official_edit(username: str) -> Any:
    """Another name, title, home agency or address."""
    person = officials.get(database(), username) or abort(404)
    values: dict[str, Any] = {
        "ho_ten": person.name,
        "chuc_vu": person.title,
        "co_quan": person.agency,
        "thu_dien_tu": person.email,
        "dien_thoai": person.phone,
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(OfficialForm, request.form)
        if not errors:
            try:
                officials.change(
                    database(),
                    username,
                    by=current_user.username,
                    name=values["ho_ten"],
                    title=values["chuc_vu"],
                    agency=values["co_quan"],
                    email=values["thu_dien_tu"] or None,
                    phone=values["dien_thoai"] or None,
                )
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                flash(_("Đã lưu thông tin cán bộ."), "success")
                return redirect(url_for("admin.official", username=username))
    return _form(person, values, errors)


@blueprint.post("/quan-tri/can-bo/<username>/vai-tro")
@allowed("quan_tri")
def official_grant(username: str) -> Any:
    """Give a role."""
    values, errors = read(GrantForm, request.form)
    if not errors:
        try:
            officials.grant(
                database(),
                username,
                values["vai_tro"],
                values["tai_co_quan"],
                since=values["tu_ngay"],
                until=values["den_ngay"],
                by=current_user.username,
                reason=values["ly_do"],
            )
        except Refusal as refused:
            errors = beside(refused, FIELDS | {"agency": "tai_co_quan"})
        else:
            flash(_("Đã giao vai trò."), "success")
            return redirect(url_for("admin.official", username=username))
    return _official_page(username, values, errors), 422


@blueprint.route("/quan-tri/can-bo/<username>/vai-tro/<grant_id>/thu-hoi", methods=["GET", "POST"])
@allowed("quan_tri")
def official_revoke(username: str, grant_id: str) -> Any:
    """Take a role away from today on, after being asked and with a reason."""
    grant = _grant(username, grant_id)
    return _asked(
        username,
        _("Thu hồi vai trò “%(role)s”?", role=_role_names()[grant.role]),
        _("Vai trò hết hiệu lực từ hôm nay tại %(place)s. Có thể giao lại ở trang của cán bộ.", place=_place(grant)),
        _("Thu hồi vai trò"),
        lambda reason: officials.revoke(database(), grant_id, by=current_user.username, reason=reason),
        _("Đã thu hồi vai trò từ hôm nay."),
    )


@blueprint.route("/quan-tri/can-bo/<username>/vai-tro/<grant_id>/giao-lai", methods=["GET", "POST"])
@allowed("quan_tri")
def official_give_back(username: str, grant_id: str) -> Any:
    """The way back: a role that was taken away is held again from today on."""
    grant = _grant(username, grant_id)
    return _asked(
        username,
        _("Giao lại vai trò “%(role)s”?", role=_role_names()[grant.role]),
        _("Vai trò có hiệu lực lại từ hôm nay tại %(place)s.", place=_place(grant)),
        _("Giao lại vai trò"),
        lambda reason: officials.give_back(database(), grant_id, by=current_user.username, reason=reason),
        _("Đã giao lại vai trò."),
    )


def _grant(username: str, grant_id: str) -> officials.Grant:
    found = next((one for one in officials.all_grants(database(), username) if one.id == grant_id), None)
    return found or abort(404)


def _place(grant: officials.Grant) -> str:
    return agencies.names(database(), [grant.agency]).get(grant.agency, grant.agency)


def _asked(
    username: str,
    heading: str,
    lead: str,
    label: str,
    act: Callable[[str], object],
    done: str = "",
    more: Mapping[str, str] | None = None,
    shown: Callable[[Any], Any] | None = None,
) -> Any:
    """The question about an act on this official."""
    person = officials.get(database(), username) or abort(404)
    back = url_for("admin.official", username=username)
    return asked(heading, lead, label, act, back=back, whose=person.name, done=done, more=more, shown=shown)


@blueprint.route("/quan-tri/can-bo/<username>/dat-lai-mat-khau", methods=["GET", "POST"])
@allowed("quan_tri")
def official_reset(username: str) -> Any:
    """A link with which the person sets a new password; shown this once. Makes the account where there is none."""

    def begin(reason: str) -> str:
        with database().begin() as tx:
            if accounts.get(tx, username) is None:
                accounts.create(tx, username, by=current_user.username)
            return accounts.begin_reset(tx, username, by=current_user.username, reason=reason)

    return _asked(
        username,
        _("Tạo đường dẫn đặt mật khẩu cho %(name)s?", name=username),
        _(
            "Đường dẫn hiện một lần, dùng được một lần trong 24 giờ; các đường dẫn trước hết hiệu lực. Ai có đường dẫn "
            "đều đặt được mật khẩu: đưa tận tay người này. Khi mật khẩu mới được đặt, mọi phiên đăng nhập kết thúc."
        ),
        _("Tạo đường dẫn"),
        begin,
        shown=lambda token: _link_page(username, token),
    )


@blueprint.post("/quan-tri/can-bo/<username>/mo-khoa")
@allowed("quan_tri")
def official_unlock(username: str) -> Any:
    """Forget the wrong passwords: nobody has to wait any more."""
    accounts.unlock(database(), username, by=current_user.username)
    flash(_("Không còn ai phải chờ ở tài khoản này."), "success")
    return redirect(url_for("admin.official", username=username))


@blueprint.route("/quan-tri/can-bo/<username>/tai-khoan", methods=["GET", "POST"])
@allowed("quan_tri")
def official_account(username: str) -> Any:
    """Shut the account, or open it again: what the page asked for, so that the same answer twice changes it once."""
    account = accounts.get(database(), username) or abort(404)
    opened = request.values.get("mo", "0" if account.active else "1") == "1"
    if username == current_user.username and not opened:
        flash(_("Không thể ngừng tài khoản của chính mình."), "error")
        return redirect(url_for("admin.official", username=username))
    if opened == account.active:
        return redirect(url_for("admin.official", username=username))
    return _asked(
        username,
        _("Cho tài khoản %(name)s hoạt động lại?", name=username)
        if opened
        else _("Ngừng tài khoản %(name)s?", name=username),
        _("Người này đăng nhập lại được bằng mật khẩu đang có.")
        if opened
        else _("Các phiên đăng nhập kết thúc ngay. Việc đang giữ vẫn ở người này: chuyển cho người khác nếu cần."),
        _("Cho hoạt động lại") if opened else _("Ngừng tài khoản"),
        lambda reason: accounts.set_active(database(), username, opened, by=current_user.username, reason=reason),
        _("Tài khoản đã hoạt động lại.") if opened else _("Đã ngừng tài khoản; các phiên đăng nhập kết thúc."),
        {"mo": "1" if opened else "0"},
    )


@blueprint.route("/quan-tri/can-bo/<username>/thoi-cong-tac", methods=["GET", "POST"])
@allowed("quan_tri")
def official_leave(username: str) -> Any:
    """Out of office from a day on."""
    person = officials.get(database(), username) or abort(404)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(LeaveForm, request.form)
        if not errors and not went_back():

            def leave(where: Database | Tx) -> None:
                officials.leave(where, username, values["ngay"], by=current_user.username, reason=values["ly_do"])

            try:
                rehearse(database(), leave, lambda _tx: None)  # what is refused is told before it is asked
                asked = ask(
                    _("Ghi %(name)s thôi công tác?", name=person.name),
                    _leaving(username, values["ngay"], values["ly_do"]),
                    _("Ghi thôi công tác"),
                    _("Việc này dừng quyền làm việc của một người"),
                )
                if asked is not None:
                    return asked
                leave(database())
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                flash(_("Đã ghi ngày thôi công tác; mọi vai trò kết thúc từ ngày đó."), "success")
                return redirect(url_for("admin.official", username=username))
    held = work.loads(database(), [username])[username].held
    page = render_template("admin/official_leave.html", person=person, held=held, values=values, errors=errors)
    return (page, 422) if errors else page


def _leaving(username: str, on: date, reason: str) -> list[str]:
    """What the end of an office means."""
    with database().begin() as tx:
        held, until = work.loads(tx, [username])[username].held, {one.id for one in officials.grants(tx, username, on)}
    day = f"{on:%d/%m/%Y}"
    return [
        ngettext(
            "%(num)d vai trò kết thúc từ ngày %(on)s.", "%(num)d vai trò kết thúc từ ngày %(on)s.", len(until), on=day
        ),
        ngettext(
            "Người này đang giữ %(num)d việc chưa xong: chuyển cho người khác trước ngày đó.",
            "Người này đang giữ %(num)d việc chưa xong: chuyển cho người khác trước ngày đó.",
            held,
        )
        if held
        else _("Người này không giữ việc nào."),
        _("Lý do: %(reason)s", reason=reason),
        _("Ghi nhầm thì bỏ được ở trang của cán bộ, các vai trò có lại như trước."),
    ]


@blueprint.route("/quan-tri/can-bo/<username>/tiep-tuc-cong-tac", methods=["GET", "POST"])
@allowed("quan_tri")
def official_stay(username: str) -> Any:
    """The way back: the end of an office was written by mistake, or has changed."""
    return _asked(
        username,
        _("Bỏ ngày thôi công tác?"),
        _("Người này công tác tiếp từ hôm nay; các vai trò đã kết thúc theo ngày đó có lại như trước."),
        _("Bỏ ngày thôi công tác"),
        lambda reason: officials.stay(database(), username, by=current_user.username, reason=reason),
        _("Đã bỏ ngày thôi công tác; các vai trò có lại như trước."),
    )


def _official_page(username: str, values: dict[str, Any], errors: dict[str, str]) -> str:
    with database().begin() as tx:
        person = officials.get(tx, username) or abort(404)
        return render_template(
            "admin/official.html",
            person=person,
            account=accounts.get(tx, username),
            names=agencies.names(tx),
            grants=officials.grants(tx, username),
            past=officials.all_grants(tx, username),
            sessions=accounts.sessions(tx, username),
            today=agencies.today(tx),
            role_names=_role_names(),
            units=[(unit.code, unit.name) for unit in agencies.listing(tx)],
            values=values,
            errors=errors,
        )


def _form(person: Any, values: dict[str, Any], errors: dict[str, str]) -> Any:
    units = [(unit.code, unit.name) for unit in agencies.listing(database())]
    page = render_template("admin/official_form.html", person=person, values=values, errors=errors, units=units)
    return (page, 422) if errors else page


def _link_page(username: str, token: str) -> str:
    address = house().config.base_url + url_for("account.reset_password", token=token)
    return render_template("admin/reset_link.html", person=officials.get(database(), username), address=address)


def _role_names() -> dict[str, str]:
    return {role: pick(*names) for role, names in ROLES.items()}
