"""The log verified from a page: for auditors, who have no command line."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import audit
from engine.audit import verifier
from procedures import sealing
from web.admin.reads import AUDITORS
from web.admin.room import blueprint
from web.house import database
from web.i18n import language
from web.permissions import allowed
from web.present import moment

SHOWN = 100  # faults named on the page; the command line names more
LATEST = 10  # seals on the page
_running = threading.Lock()


@blueprint.get("/quan-tri/nhat-ky/kiem-tra")
@allowed(*AUDITORS)
def log_check() -> str:
    """The latest seals, to be compared with what was published, and the button that verifies."""
    return _page(None)


@blueprint.post("/quan-tri/nhat-ky/kiem-tra")
@allowed(*AUDITORS)
def log_check_now() -> str | Response:
    """Verifies all of the log; one at a time, since all of it is read."""
    if not _running.acquire(blocking=False):
        flash(_("Đang có một lần kiểm tra khác chạy. Chờ xong rồi thử lại."), "warning")
        return redirect(url_for("admin.log_check"))
    try:
        return _page(sealing.verify(database()))
    finally:
        _running.release()


def _page(report: dict[str, Any] | None) -> str:
    since = report["unsealed_since"] if report is not None else None
    return render_template(
        "admin/log_check.html",
        report=report,
        sentences=[verifier.sentence(one, language()) for one in report["broken"][:SHOWN]] if report else [],
        since=moment(datetime.fromisoformat(since)) if since else "",
        seals=audit.seals(database())[-LATEST:][::-1],
    )
