"""Days of the province's own: off or worked, over the national calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from engine.calendar.working import Override, national_days
from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import agencies, working_time
from web.admin.foreseen import moved_dates
from web.admin.room import blueprint
from web.forms import Form, choice, day, read, text
from web.house import database, now
from web.i18n import pick
from web.paging import number_of
from web.permissions import allowed
from web.refusals import beside
from web.work.confirming import ask, went_back

#: What the command calls the fields of this form.
FIELDS = {"day": "ngay", "what": "loai", "basis": "can_cu"}


class DayForm(Form):
    """A day that differs from the national calendar."""

    ngay = day(_l("Nhập ngày"))
    loai = choice(("off", "work"), _l("Chọn nghỉ hoặc làm việc"))
    can_cu = text(_l("Nhập căn cứ, ví dụ số và ngày của thông báo"))


def _province() -> str:
    top = agencies.children(database(), None)
    return top[0].code if top else abort(404)


@blueprint.route("/quan-tri/ngay-nghi", methods=["GET", "POST"])
@allowed("quan_tri")
def days() -> Any:
    """The year's days: those of the nation, and the province's own that win over them."""
    province = _province()
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(DayForm, request.form)
        if not errors and not went_back():
            try:
                asked = _change(province, values["ngay"], values["loai"], values["can_cu"])
                if asked is not None:
                    return asked
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                flash(_("Đã lưu. Hạn của các hồ sơ đang mở được tính lại."), "success")
                return redirect(url_for("admin.days", nam=values["ngay"].year))
    wanted = number_of(request.args.get("nam")) or (values["ngay"].year if went_back() and not errors else 0)
    year = wanted if 2000 <= wanted <= 2100 else now().year
    page = render_template(
        "admin/days.html",
        year=year,
        own=working_time.overrides(database(), province, year),
        national=national_days(year),
        values=values,
        errors=errors,
    )
    return (page, 422) if errors else page


@blueprint.post("/quan-tri/ngay-nghi/bo")
@allowed("quan_tri")
def day_remove() -> Any:
    """Give a day back to the national calendar."""
    values, errors = read(RemoveForm, request.form)
    if errors:
        abort(400)
    if went_back():
        return redirect(url_for("admin.days", nam=values["ngay"].year))
    asked = _change(_province(), values["ngay"], None, "")
    if asked is not None:
        return asked
    flash(_("Đã bỏ. Hạn của các hồ sơ đang mở được tính lại."), "success")
    return redirect(url_for("admin.days", nam=values["ngay"].year))


def _change(province: str, on: date, what: Override | None, basis: str) -> str | None:
    """Makes the change, once it was asked with all that it moves; until then the page that asks."""

    def change(where: Database | Tx) -> None:
        working_time.set_override(where, province, on, what, basis=basis, by=current_user.username, replace=True)

    known = working_time.override_on(database(), province, on)
    lines = moved_dates(change)
    if known is not None:
        said = {"day": f"{on:%d/%m/%Y}", "what": pick(*working_time.WHAT[known.what]), "basis": known.basis}
        lines.insert(0, _("Ngày %(day)s đang được ghi là %(what)s theo %(basis)s; điều đó không còn áp dụng.", **said))
    day = f"{on:%d/%m/%Y}"
    if what is None:
        lines.insert(0, _("Ngày %(day)s trở lại theo lịch chung cả nước.", day=day))
    else:
        becomes = pick(*working_time.WHAT[what])
        lines.insert(0, _("Ngày %(day)s thành %(what)s theo: %(basis)s", day=day, what=becomes, basis=basis))
    question = _("Đổi lịch làm việc của cả tỉnh, ngày %(day)s?", day=day)
    asked = ask(question, lines, _("Đổi lịch làm việc"), _("Việc này tính lại hạn trả của hồ sơ"))
    if asked is None:
        change(database())
    return asked


class RemoveForm(Form):
    """Which day."""

    ngay = day(_l("Nhập ngày"))
