"""Outages that are told on every page, ahead of time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from procedures import outages
from web.admin.room import blueprint
from web.forms import Form, read, text
from web.house import database
from web.once import once
from web.outages import forget
from web.permissions import allowed
from web.refusals import sentence

WRITTEN = ("%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M", "%H:%M %d/%m/%Y")


class OutageForm(Form):
    """When, what, and what people do meanwhile."""

    bat_dau = text(_l("Nhập ngày, giờ bắt đầu"), longest=40)
    ket_thuc = text(_l("Nhập ngày, giờ trở lại"), longest=40)
    noi_dung = text(_l("Nhập dịch vụ bị ngừng"), longest=300)
    thay_the = text(_l("Nhập cách làm trong lúc ngừng"), longest=300)
    dot_xuat = text(longest=300)


def _moment(said: str) -> datetime | None:
    for form in WRITTEN:
        try:
            return datetime.strptime(said.strip(), form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    return None


@blueprint.route("/quan-tri/ngung-dich-vu", methods=["GET", "POST"])
@allowed("quan_tri")
@once
def outages_list() -> Any:
    """What is told now, and a form for another."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(OutageForm, request.form)
        begins, ends = _moment(values.get("bat_dau", "")), _moment(values.get("ket_thuc", ""))
        for name, found in (("bat_dau", begins), ("ket_thuc", ends)):
            if found is None:
                errors.setdefault(name, _("Ghi ngày và giờ, ví dụ 22/11/2026 22:00"))
        if not errors and begins is not None and ends is not None:
            try:
                outages.announce(
                    database(),
                    begins,
                    ends,
                    values["noi_dung"],
                    values["thay_the"],
                    current_user.username,
                    urgent=values["dot_xuat"],
                )
            except Refusal as refused:
                errors = {refused.about or "": sentence(refused)}
            else:
                forget()
                flash(_("Đã đăng thông báo lên mọi trang."), "success")
                return redirect(url_for("admin.outages_list"))
    page = render_template(
        "admin/outages.html",
        told=outages.coming(database()),
        earliest=outages.earliest(database()),
        values=values,
        errors=errors,
    )
    return (page, 422) if errors else page


@blueprint.post("/quan-tri/ngung-dich-vu/<id>/bo")
@allowed("quan_tri")
@once
def outage_withdraw(id: str) -> Any:
    """Takes one off the pages."""
    if outages.withdraw(database(), id, current_user.username):
        forget()
        flash(_("Đã gỡ thông báo."), "success")
    return redirect(url_for("admin.outages_list"))
