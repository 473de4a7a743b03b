"""Agencies: the tree, one agency with its dates and officials, its working hours."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from engine.calendar import DEFAULT_HOURS, ClockError
from engine.calendar.working import parse_hours
from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import agencies, dossiers, officials, working_time
from procedures.vocabulary.agencies import COMMITTEE, KINDS, TIERS
from web.account.people import actor
from web.admin.foreseen import moved_dates
from web.admin.room import blueprint
from web.forms import Form, choice, day, read, text
from web.house import database, now
from web.i18n import pick
from web.permissions import allowed
from web.refusals import beside, sentence
from web.work.confirming import ask, went_back

WEEK = {
    "mon": _l("Thứ Hai"),
    "tue": _l("Thứ Ba"),
    "wed": _l("Thứ Tư"),
    "thu": _l("Thứ Năm"),
    "fri": _l("Thứ Sáu"),
    "sat": _l("Thứ Bảy"),
    "sun": _l("Chủ Nhật"),
}
#: What the commands call the fields of these forms.
FIELDS = {
    "code": "ma",
    "name": "ten",
    "kind": "loai",
    "level": "cap",
    "parent": "cap_tren",
    "since": "tu_ngay",
    "on": "ngay",
}
SESSION = re.compile(r"^\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*$")


class AgencyForm(Form):
    """What an agency is; its code only when it is new."""

    ten = text(_l("Nhập tên cơ quan"), longest=300)
    ten_ngan = text(longest=120)
    cap = choice(tuple(TIERS), _l("Chọn cấp của cơ quan"))
    loai = choice(("", *KINDS), _l("Chọn loại cơ quan trong danh sách"))
    cap_tren = text(longest=64)
    dia_chi = text()
    dien_thoai = text(longest=40)
    thu_dien_tu = text(longest=200)
    tu_ngay = day()


class NewAgencyForm(AgencyForm):
    """The same, with the code that dossiers are numbered by."""

    ma = text(_l("Nhập mã cơ quan"), longest=64)


class CloseForm(Form):
    """The end of an agency."""

    ngay = day(_l("Nhập ngày cơ quan ngừng hoạt động"))
    ly_do = text(_l("Nhập căn cứ"))


@blueprint.get("/quan-tri/co-quan")
@allowed("quan_tri")
def agencies_list() -> Any:
    """The tree of today."""
    return render_template("admin/agencies.html", tree=agencies.tree(database()))


@blueprint.route("/quan-tri/co-quan/them", methods=["GET", "POST"])
@allowed("quan_tri")
def agency_new() -> Any:
    """A new agency."""
    values: dict[str, Any] = {"cap": "xa", "loai": COMMITTEE, "cap_tren": request.args.get("duoi", "")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(NewAgencyForm, request.form)
        if not errors:
            try:
                code = agencies.add(
                    database(),
                    values["ma"],
                    values["ten"],
                    level=values["cap"],
                    kind=values["loai"] or None,
                    parent=values["cap_tren"] or None,
                    since=values["tu_ngay"],
                    short_name=values["ten_ngan"],
                    address=values["dia_chi"] or None,
                    phone=values["dien_thoai"] or None,
                    email=values["thu_dien_tu"] or None,
                    by=current_user.username,
                )
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                flash(_("Đã thêm cơ quan."), "success")
                return redirect(url_for("admin.agency", code=code))
    return _form(None, values, errors)


@blueprint.get("/quan-tri/co-quan/<code>")
@allowed("quan_tri")
def agency(code: str) -> Any:
    """One agency: what it is, who works there, when it works."""
    with database().begin() as tx:
        unit = agencies.last_known(tx, code)
        if unit is None:
            abort(404)
        parent = agencies.last_known(tx, unit.parent) if unit.parent else None
        people = [one for one in officials.find(tx, agency=unit.code) if one.agency == unit.code]
        below, changes = agencies.children(tx, unit.code), agencies.changes(tx, unit.code)
        hours, names = working_time.hours_of(tx, unit.code), agencies.names(tx)
    return render_template(
        "admin/agency.html",
        unit=unit,
        parent=parent,
        people=people,
        below=below,
        names=names,
        changes=changes,
        hours=hours,
        week=WEEK,
        default_hours=DEFAULT_HOURS,
        levels=_levels(),
        kinds=_kinds(),
        written=written,
    )


@blueprint.route("/quan-tri/co-quan/<code>/sua", methods=["GET", "POST"])
@allowed("quan_tri")
def agency_edit(code: str) -> Any:
    """Another name, place in the tree or address, from a day on; before it stays as it was."""
    unit = agencies.get(database(), code) or abort(404)
    values: dict[str, Any] = {
        "ten": unit.name,
        "ten_ngan": unit.short_name,
        "cap": unit.level,
        "loai": unit.kind,
        "cap_tren": unit.parent or "",
        "dia_chi": unit.address,
        "dien_thoai": unit.phone,
        "thu_dien_tu": unit.email,
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(AgencyForm, request.form)
        if not errors:
            try:
                agencies.change(
                    database(),
                    code,
                    since=values["tu_ngay"],
                    by=current_user.username,
                    name=values["ten"],
                    short_name=values["ten_ngan"] or values["ten"],
                    level=values["cap"],
                    kind=values["loai"] or unit.kind,
                    parent=values["cap_tren"] or None,
                    address=values["dia_chi"] or None,
                    phone=values["dien_thoai"] or None,
                    email=values["thu_dien_tu"] or None,
                )
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                flash(_("Đã lưu thay đổi của cơ quan."), "success")
                return redirect(url_for("admin.agency", code=code))
    return _form(unit, values, errors)


@blueprint.route("/quan-tri/co-quan/<code>/ngung", methods=["GET", "POST"])
@allowed("quan_tri")
def agency_close(code: str) -> Any:
    """The agency ends on a day; its history stays."""
    unit = agencies.get(database(), code) or abort(404)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(CloseForm, request.form)
        if not errors and not went_back():
            try:
                agencies.may_close(database(), code, values["ngay"])  # refused before it is asked
                asked = ask(
                    _("Ngừng hoạt động %(name)s?", name=unit.name),
                    _closing(code, values["ngay"], values["ly_do"]),
                    _("Ngừng hoạt động"),
                )
                if asked is not None:
                    return asked
                agencies.close(database(), code, values["ngay"], by=current_user.username, reason=values["ly_do"])
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                flash(_("Đã ghi ngày ngừng hoạt động của cơ quan."), "success")
                return redirect(url_for("admin.agency", code=code))
    page = render_template("admin/agency_close.html", unit=unit, values=values, errors=errors)
    return (page, 422) if errors else page


def _closing(code: str, on: date, reason: str) -> list[str]:
    """What the end of an agency means."""
    with database().begin() as tx:
        people = [one for one in officials.find(tx, agency=code, at=on) if one.agency == code]
        running = sum(
            dossiers.listing(tx, actor(), agency=code, progress=one, size=1).total for one in ("running", "paused")
        )
        past = on < agencies.today(tx)
    day = f"{on:%d/%m/%Y}"
    return [
        *([_("Ngày %(on)s đã qua: cơ quan coi như đã ngừng từ ngày đó.", on=day)] if past else []),
        _("Từ %(on)s cơ quan không nhận hồ sơ mới và không ở trong danh sách chọn nữa.", on=day),
        ngettext(
            "%(num)d cán bộ đang công tác tại đây: chuyển họ sang cơ quan khác.",
            "%(num)d cán bộ đang công tác tại đây: chuyển họ sang cơ quan khác.",
            len(people),
        ),
        ngettext(
            "%(num)d hồ sơ đang giải quyết tại đây: vẫn ở cơ quan này cho đến khi xong hoặc được chuyển đi.",
            "%(num)d hồ sơ đang giải quyết tại đây: vẫn ở cơ quan này cho đến khi xong hoặc được chuyển đi.",
            running,
        )
        if running
        else _("Không có hồ sơ nào đang giải quyết tại đây."),
        _("Căn cứ: %(reason)s", reason=reason),
    ]


@blueprint.route("/quan-tri/co-quan/<code>/gio-lam-viec", methods=["GET", "POST"])
@allowed("quan_tri")
def agency_hours(code: str) -> Any:
    """The hours of a week, from a day on; open deadlines move with them."""
    with database().begin() as tx:
        unit = agencies.get(tx, code) or abort(404)
        entries = working_time.hours_of(tx, code)
    present = next((e.hours for e in reversed(entries) if e.since <= now().date()), DEFAULT_HOURS)
    values: dict[str, Any] = {name: written(present.get(name, [])) for name in WEEK}
    values["tu_ngay"] = now().date().isoformat()
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = {name: request.form.get(name, "") for name in (*WEEK, "tu_ngay", "ly_do")}
        since = read(HoursForm, request.form)
        errors = dict(since[1])
        week = {name: _sessions(name, values[name], errors) for name in WEEK}
        if not errors and not went_back():

            def change(where: Database | Tx) -> None:
                working_time.set_hours(
                    where,
                    code,
                    since[0]["tu_ngay"],
                    {k: v for k, v in week.items() if v},
                    by=current_user.username,
                    reason=since[0]["ly_do"],
                )

            try:
                asked = ask(
                    _("Đổi giờ làm việc của %(name)s?", name=unit.name),
                    moved_dates(change),
                    _("Đổi giờ làm việc"),
                    _("Việc này tính lại hạn trả của hồ sơ"),
                )
                if asked is not None:
                    return asked
                change(database())
            except Refusal as refused:
                errors = beside(refused, FIELDS)
            else:
                flash(_("Đã lưu giờ làm việc. Hạn của các hồ sơ đang mở được tính lại."), "success")
                return redirect(url_for("admin.agency", code=code))
    page = render_template("admin/agency_hours.html", unit=unit, values=values, errors=errors, week=WEEK)
    return (page, 422) if errors else page


class HoursForm(Form):
    """From when the hours hold, and why."""

    tu_ngay = day(_l("Nhập ngày bắt đầu áp dụng"))
    ly_do = text(_l("Nhập căn cứ"))


def written(sessions: Any) -> str:
    """``07:30–11:30, 13:00–17:00``; empty for a day off."""
    return ", ".join(f"{start}–{end}" for start, end in sessions)


def _sessions(name: str, typed: str, errors: dict[str, str]) -> list[list[str]]:
    sessions = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", typed))):
        found = SESSION.match(part)
        if found is None or int(found[1]) > 23 or int(found[3]) > 23:
            errors[name] = _("%(day)s: viết giờ dạng 07:30–11:30, 13:00–17:00; ngày nghỉ thì để trống", day=WEEK[name])
            break
        sessions.append([f"{int(found[1]):02}:{found[2]}", f"{int(found[3]):02}:{found[4]}"])
    if name not in errors:
        try:
            parse_hours({name: sessions})
        except ClockError as wrong:
            errors[name] = sentence(wrong)
    return sessions


def _levels() -> list[tuple[str, str]]:
    return [(key, pick(*names)) for key, names in TIERS.items()]


def _kinds() -> list[tuple[str, str]]:
    return [(key, pick(*names)) for key, names in KINDS.items()]


def _form(unit: Any, values: dict[str, Any], errors: dict[str, str]) -> Any:
    parents = [(one.code, one.name) for one in agencies.listing(database()) if unit is None or one.code != unit.code]
    top = not parents or (unit is not None and unit.parent is None)
    page = render_template(
        "admin/agency_form.html",
        unit=unit,
        values=values,
        errors=errors,
        parents=parents,
        levels=_levels(),
        kinds=_kinds(),
        top=top,
    )
    return (page, 422) if errors else page
