"""Lines to systems of others: how each stands, its journal, and a button that tries it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from engine.refusal import Refusal
from procedures import reading
from procedures.dossiers import codes
from procedures.exchange.connectors import lines, webhooks
from procedures.exchange.connectors.configured import WEBHOOK
from web.admin.room import blueprint
from web.house import database
from web.once import once
from web.paging import number_of
from web.permissions import allowed
from web.refusals import sentence


@blueprint.get("/quan-tri/ket-noi")
@allowed("quan_tri")
def connectors_list() -> Any:
    """Every line."""
    return render_template("admin/connectors.html", lines=lines.listing(database()), stands=lines.STANDS)


@blueprint.get("/quan-tri/ket-noi/<name>")
@allowed("quan_tri")
def connector_journal(name: str) -> Any:
    """One line and its journal."""
    line = next((one for one in lines.listing(database()) if one.connector.name == name), None) or abort(404)
    failed, page = request.args.get("loi") == "1", number_of(request.args.get("trang"))
    calls, more = lines.journal(database(), name, failed=failed, page=page)
    named = codes(database(), {one.about for one in calls if one.about})
    reading.shown(*named)
    return render_template(
        "admin/connector.html",
        line=line,
        stands=lines.STANDS,
        calls=calls,
        codes=named,
        more=more,
        page=page,
        failed=failed,
        hook=line.connector.kind == WEBHOOK,
        deliveries=webhooks.deliveries(database(), name) if line.connector.kind == WEBHOOK else [],
        states=webhooks.STATES,
    )


@blueprint.post("/quan-tri/ket-noi/<name>/gui-lai")
@allowed("quan_tri")
@once
def connector_send_again(name: str) -> Any:
    """Sends one delivery of a webhook again, or lets a receiver go on that was stopped, with all that waits."""
    try:
        if lines.find(database(), name).kind != WEBHOOK:
            abort(404)
    except LookupError:
        abort(404)
    one = request.form.get("tin", "")
    if one:
        many = webhooks.send_again(database(), name, current_user.username, one)
    else:
        many = webhooks.let_go_on(database(), name, current_user.username)
    flash(ngettext("Đã đặt lệnh gửi lại %(num)d tin.", "Đã đặt lệnh gửi lại %(num)d tin.", many), "success")
    return redirect(url_for("admin.connector_journal", name=name))


@blueprint.post("/quan-tri/ket-noi/<name>/thu")
@allowed("quan_tri")
def connector_try(name: str) -> Any:
    """Calls a line now, and says how it went."""
    try:
        lines.try_out(database(), name, current_user.username)
    except LookupError:
        abort(404)
    except Refusal as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("Kết nối hoạt động: đã gọi thử và nhận được trả lời."), "success")
    return redirect(url_for("admin.connector_journal", name=name))
