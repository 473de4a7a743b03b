"""The national portal for administrators: the two lists of dossiers compared, what could not be taken, the catalogue
beside ours, and by which system each procedure is handled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from engine.refusal import Refusal
from procedures import reading
from procedures.exchange.connectors import arriving, catalogue_sync, comparing, lines, portal, routes
from procedures.exchange.connectors.configured import PORTAL
from procedures.vocabulary.statuses import STATUSES
from web.account.people import actor
from web.admin.room import blueprint
from web.forms import Form, asked_period, day, read, text
from web.house import database, now
from web.once import once
from web.permissions import allowed
from web.refusals import beside, sentence


@blueprint.get("/quan-tri/cong-quoc-gia")
@allowed("quan_tri")
def portal_dossiers() -> Any:
    """The dossiers of a period on both sides, where one is asked for; and what the portal holds for us."""
    return _dossiers(_compared() if request.args.get("tu-ngay") else None)


def _period() -> tuple[Any, Any]:
    today = now().date()
    return asked_period(today - timedelta(days=6), lambda _first: today)


def _compared() -> tuple[comparing.Compared | None, str]:
    try:
        line = lines.require(database(), PORTAL)
        found = comparing.compare(database(), line, *_period())
    except Refusal as refused:
        return None, sentence(refused)
    reading.shown(*found.to_send)
    return found, ""


def _dossiers(compared: tuple[comparing.Compared | None, str] | None) -> str:
    found, wrong = compared or (None, "")
    return render_template(
        "admin/portal_dossiers.html",
        period=_period(),
        found=found,
        wrong=wrong,
        waiting=arriving.waiting(database()),
        statuses=STATUSES,
        read_moment=portal.read_moment,
    )


@blueprint.post("/quan-tri/cong-quoc-gia/gui-lai")
@allowed("quan_tri")
@once
def portal_tell_again() -> Any:
    """Compares the same period once more, and orders that the portal is told of what it lacks or has otherwise."""
    first, last = _period()
    back = url_for("admin.portal_dossiers", **{"tu-ngay": first.isoformat(), "den-ngay": last.isoformat()})
    found, wrong = _compared()
    if found is None:
        flash(wrong, "error")
        return redirect(url_for("admin.portal_dossiers"))
    many = comparing.send_again(database(), found.to_send, current_user.username)
    flash(ngettext("Đã đặt lệnh gửi lại %(num)d hồ sơ.", "Đã đặt lệnh gửi lại %(num)d hồ sơ.", many), "success")
    return redirect(back)


@blueprint.get("/quan-tri/cong-quoc-gia/danh-muc")
@allowed("quan_tri")
def portal_catalogue() -> Any:
    """What the portal's catalogue says otherwise."""
    return render_template(
        "admin/portal_catalogue.html", differences=catalogue_sync.differences(database()), kinds=catalogue_sync.KINDS
    )


@blueprint.post("/quan-tri/cong-quoc-gia/danh-muc/so-sanh")
@allowed("quan_tri")
def portal_catalogue_compare() -> Any:
    """Orders a comparison."""
    try:
        lines.require(database(), PORTAL)
    except Refusal as refused:
        flash(sentence(refused), "error")
    else:
        catalogue_sync.order(database())
        flash(_("Đang tải danh mục từ Cổng. Tải lại trang sau ít phút để xem kết quả."), "success")
    return redirect(url_for("admin.portal_catalogue"))


@blueprint.post("/quan-tri/cong-quoc-gia/danh-muc/cap-nhat")
@allowed("quan_tri")
@once
def portal_catalogue_take() -> Any:
    """Takes the chosen records over."""
    try:
        many = catalogue_sync.take_over(database(), request.form.getlist("thu_tuc"), actor())
    except Refusal as refused:
        flash(sentence(refused), "error")
    else:
        flash(ngettext("Đã cập nhật %(num)d thủ tục.", "Đã cập nhật %(num)d thủ tục.", many), "success")
    return redirect(url_for("admin.portal_catalogue"))


class RouteForm(Form):
    """A procedure's route from a day on."""

    ma = text(_l("Nhập mã thủ tục"), longest=64)
    tu_ngay = day(_l("Nhập ngày bắt đầu"))
    tuyen = text(_l("Chọn tuyến xử lý"), longest=16)
    can_cu = text(_l("Nhập căn cứ"), longest=500)


@blueprint.route("/quan-tri/cong-quoc-gia/tuyen", methods=["GET", "POST"])
@allowed("quan_tri")
@once
def portal_routes() -> Any:
    """By which system each procedure is handled; a new one."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(RouteForm, request.form)
        if not errors:
            fields = {"code": "ma", "since": "tu_ngay", "route": "tuyen", "basis": "can_cu"}
            try:
                routes.put(
                    database(),
                    values["ma"],
                    values["tu_ngay"],
                    values["tuyen"],
                    values["can_cu"],
                    by=current_user.username,
                )
            except Refusal as refused:
                errors = beside(refused, fields)
            else:
                flash(_("Đã lưu tuyến xử lý."), "success")
                return redirect(url_for("admin.portal_routes"))
    page = render_template(
        "admin/portal_routes.html",
        routes=routes.listing(database()),
        words=routes.ROUTES,
        values=values,
        errors=errors,
    )
    return (page, 422) if errors else page
