"""Mending an instance by hand: the date of a timer, and its data, each value of a kind that the person chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import commands
from procedures import steering
from web.house import database
from web.permissions import allowed
from web.present import local
from web.workbench import STEERERS, blueprint
from web.workbench.acts import Act, conduct, gone, seen, standing
from web.workbench.running import View
from web.workbench.typed import KINDS, Unread, kind_of, moment, read, shown, written


@blueprint.route("/phien-chay/<root>/hen-gio/<timer>", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_timer(root: str, timer: str) -> str | Response:
    """Another date for a timer that waits."""
    view = seen(root, "set_timer")
    with commands.run_of(database(), root) as run:
        found = next((one for one in run.timers if one.id == timer), None)
    if found is None:
        return gone(view)
    name = view.step(found.element)
    errors: dict[str, str] = {}
    due = None
    if request.method == "POST":
        try:
            due = moment(request.form.get("luc", ""))
        except Unread as unread:
            errors["luc"] = str(unread)
    act = Act(
        "set_timer",
        _("Đổi hẹn giờ “%(name)s”", name=name),
        _("Đổi hẹn giờ"),
        _("Đã đổi hẹn giờ “%(name)s”.", name=name),
        (_("Khi đến ngày giờ mới, phiên chạy đi tiếp như mô hình đã vẽ. Ngày giờ đã qua thì hẹn giờ tới ngay."),),
    )
    return conduct(
        view,
        act,
        (lambda tx, reason, me: steering.set_timer(tx, root, timer, due, reason, me)) if due is not None else None,
        errors=errors,
        two_steps=True,
        template="workbench/timer.html",
        due=found.due,
        value=request.form.get("luc") or local(found.due).strftime("%d/%m/%Y %H:%M"),
    )


@dataclass(frozen=True)
class Row:
    """One variable in the form: as it was when the form was made, and as it is typed now."""

    number: int
    name: str
    was: str
    kind: str
    text: str
    new: bool = False
    error: str = ""
    name_error: str = ""


@blueprint.route("/phien-chay/<root>/du-lieu", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_data(root: str) -> str | Response:
    """The data of the process as a whole."""
    view = seen(root, "set_variables")
    with commands.run_of(database(), root) as run:
        known = dict(run.variables)
    return _data(view, known, None, _("Sửa dữ liệu của phiên chạy"))


@blueprint.route("/phien-chay/<root>/nhanh/<token>/du-lieu", methods=["GET", "POST"])
@allowed(*STEERERS)
def running_branch_data(root: str, token: str) -> str | Response:
    """The data that a branch sees: of its loop, its subprocess, the process that was called."""
    view = seen(root, "set_variables")
    place = standing(view, token)
    if place is None:
        return gone(view)
    with commands.run_of(database(), root) as run:
        known = dict(run.variables_of(token))
    return _data(view, known, token, _("Sửa dữ liệu ở “%(name)s”", name=view.step(place.node.id)))


def _data(view: View, known: Mapping[str, Any], token: str | None, title: str) -> str | Response:
    root = view.found.root_id
    rows, changed, errors = _posted(known) if request.method == "POST" else (_fresh(known), {}, {})
    says: tuple[str, ...] = (
        _("Chỉ những giá trị được sửa mới ghi lại; giá trị cũ và mới nằm trong nhật ký."),
        _("Sự kiện điều kiện của mô hình xem lại dữ liệu ngay; sự cố không tự chạy lại, hãy cho chạy lại sau khi sửa."),
    )
    if view.dossier is not None:
        says += (
            _(
                "Đây là dữ liệu của quy trình. Nội dung tờ khai và giấy tờ của hồ sơ không đổi theo; muốn sửa thì "
                "sửa tiếp nhận tại một cửa."
            ),
        )
    act = Act("set_variables", title, _("Ghi dữ liệu"), _("Đã ghi dữ liệu."), says)
    changes = [
        (name, shown(known[name]) if name in known else _("chưa có"), shown(value)) for name, value in changed.items()
    ]
    return conduct(
        view,
        act,
        (lambda tx, reason, me: steering.set_variables(tx, root, changed, reason, me, token)) if changed else None,
        errors=errors,
        two_steps=True,
        template="workbench/data.html",
        rows=rows,
        kinds=[(key, str(words)) for key, words in KINDS.items()],
        changes=changes,
    )


def _fresh(known: Mapping[str, Any]) -> list[Row]:
    rows = [
        Row(n, name, written(value), kind_of(value), written(value))
        for n, (name, value) in enumerate(sorted(known.items()))
    ]
    return [*rows, Row(len(rows), "", "", "text", "", new=True)]


def _posted(known: Mapping[str, Any]) -> tuple[list[Row], dict[str, Any], dict[str, str]]:
    """The rows as typed, what changes by them, and what is wrong by field."""
    rows: list[Row] = []
    changed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    n = 0
    while f"ten-{n}" in request.form and n < 2000:
        row = Row(
            n,
            request.form[f"ten-{n}"].strip(),
            _lines(request.form.get(f"goc-{n}", "")),
            request.form.get(f"kieu-{n}", "text"),
            _lines(request.form.get(f"gia-tri-{n}", "")),
            new=bool(request.form.get(f"moi-{n}")),
        )
        row = _new(row, known, changed) if row.new else _kept(row, known, changed)
        if row.error:
            errors[f"gia-tri-{n}"] = _("%(name)s: %(why)s", name=row.name or _("Biến mới"), why=row.error)
        if row.name_error:
            errors[f"ten-{n}"] = row.name_error
        rows.append(row)
        n += 1
    if not changed and not errors:
        errors[""] = _("Chưa có giá trị nào thay đổi.")
    return rows, changed, errors


def _kept(row: Row, known: Mapping[str, Any], changed: dict[str, Any]) -> Row:
    """A variable that was there: written where its text or kind is another than the form began with."""
    if row.name not in known:
        return row if row.text == row.was else replace(row, error=_("biến này không còn; mở lại trang."))
    value = known[row.name]
    if row.text == row.was and row.kind == kind_of(value):
        return row
    if written(value) != row.was:
        return replace(
            row,
            error=_("vừa được thay đổi thành “%(now)s”; xem lại rồi sửa.", now=shown(value)[:80]),
            was=written(value),
        )
    return _read(row, changed)


def _new(row: Row, known: Mapping[str, Any], changed: dict[str, Any]) -> Row:
    if not row.name:
        if row.text and row.kind != "empty":
            return replace(row, name_error=_("Ghi tên của biến mới."))
        return row
    if row.name in known:
        return replace(row, name_error=_("Đã có biến tên “%(name)s”: sửa ở dòng của nó.", name=row.name))
    if len(row.name) > 200 or row.name[0].isdigit() or any(sign in row.name for sign in "\"'`;(){}[]<>=,"):
        return replace(row, name_error=_("Tên biến chỉ gồm chữ, số, dấu gạch dưới và không bắt đầu bằng số."))
    return _read(row, changed)


def _read(row: Row, changed: dict[str, Any]) -> Row:
    try:
        changed[row.name] = read(row.kind, row.text)
    except Unread as unread:
        return replace(row, error=str(unread))
    return row


def _lines(text: str) -> str:
    """Text as a browser sends it, with the ends of its lines as they were."""
    return text.replace("\r\n", "\n")
