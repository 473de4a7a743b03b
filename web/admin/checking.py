"""The log verified from a page: for auditors, who have no command line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engine import audit
from engine.audit import verifier
from procedures import dossiers, files, officials, sealing
from web.admin.reads import AUDITORS
from web.admin.room import blueprint
from web.house import database
from web.i18n import language
from web.permissions import allowed
from web.present import moment, sentence

LATEST = 10  # seals on the page


@blueprint.get("/quan-tri/nhat-ky/kiem-tra")
@allowed(*AUDITORS)
def log_check() -> str:
    """What the last verification found, whether one runs, and the latest seals, to be compared with what was
    published."""
    with database().begin() as tx:
        last, running = sealing.verification(tx)
        names = officials.names(tx, [last.by]) if last is not None else {}
    report = last.report if last is not None else None
    since = report["unsealed_since"] if report is not None else None
    return render_template(
        "admin/log_check.html",
        last=last,
        by=names.get(last.by, last.by) if last is not None else "",
        running=running,
        report=report,
        sentences=[_said(one) for one in report["broken"]] if report is not None else [],
        since=moment(datetime.fromisoformat(since)) if since else "",
        seals=audit.seals(database())[-LATEST:][::-1],
    )


@blueprint.post("/quan-tri/nhat-ky/kiem-tra")
@allowed(*AUDITORS)
def log_check_now() -> Response:
    """Lets a worker verify all of the log, one at a time: all of it is read, which no request waits for."""
    if not sealing.ask_to_verify(database(), current_user.username):
        flash(_("Đang có một lần kiểm tra khác chạy. Chờ xong rồi thử lại."), "warning")
    return redirect(url_for("admin.log_check"))


def _said(fault: dict[str, Any]) -> str:
    """A fault as an auditor reads it: a stored file by its dossier and its paper, all else as the verifier says it."""
    if fault.get("table") == "file" and len(fault.get("key") or ()) == 1:
        (sha256,) = fault["key"]
        what = sentence(verifier.REASONS[fault["reason"]][language() == "en"])
        with database().begin() as tx:
            root, name = files.named(tx, sha256) or ("", "")
            code = dossiers.codes(tx, [root]).get(root, "") if root else ""
        told = [
            _("hồ sơ %(code)s", code=code) if code else "",
            _("giấy tờ “%(name)s”", name=name) if name else "",
            _("mã tệp %(start)s…", start=sha256[:12]),
        ]
        return f"{what}: {', '.join(part for part in told if part)}"
    return sentence(verifier.sentence(fault, language()))
