"""Certificates of officials and agencies: which end when, read from the keys or entered from a file; counts as a
spreadsheet for the report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from engine.refusal import Refusal
from procedures import certificate_requests, certificates
from web.admin.room import blueprint
from web.files import disposition, file_name
from web.house import database
from web.i18n import pick
from web.permissions import allowed
from web.refusals import beside, sentence
from web.sheets import XLSX

#: Bytes of a certificate that is uploaded.
LONGEST = 64 * 1024


@blueprint.get("/quan-tri/chung-thu")
@allowed("quan_tri")
def certificates_list() -> Any:
    """All of them, on the page or (``kieu=xlsx``) as a spreadsheet."""
    if request.args.get("kieu") == "xlsx":
        answer = Response(certificates.workbook(database()), content_type=XLSX)
        answer.headers["Content-Disposition"] = disposition("attachment", file_name("chung-thu-so", XLSX))
        return answer
    return _page({}, {})


@blueprint.post("/quan-tri/chung-thu/doc")
@allowed("quan_tri")
def certificates_read() -> Any:
    """Reads the certificates of all configured keys again."""
    failed = certificates.collect(database(), current_user.username)
    for _kind, owner, refusal in failed:
        flash(f"{owner}: {sentence(refusal)}", "error")
    if not failed:
        flash(_("Đã đọc lại chứng thư của các khóa ký."), "success")
    return redirect(url_for("admin.certificates_list"))


@blueprint.post("/quan-tri/chung-thu")
@allowed("quan_tri")
def certificate_new() -> Any:
    """Enters a certificate from a file."""
    values = {"loai": request.form.get("loai", ""), "chu": request.form.get("chu", "").strip()}
    uploaded = request.files.get("tep")
    body = uploaded.stream.read(LONGEST) if uploaded is not None else b""
    try:
        certificates.upload(database(), values["loai"], values["chu"], body, current_user.username)
    except Refusal as refusal:
        return _page(values, beside(refusal, {"owner": "chu", "body": "tep"}))
    flash(_("Đã ghi chứng thư số."), "success")
    return redirect(url_for("admin.certificates_list"))


@blueprint.post("/quan-tri/chung-thu/de-nghi/<id>")
@allowed("quan_tri")
def certificate_answer(id: str) -> Any:
    """Sends a request on, ends it, or refuses it with a reason."""
    state, said = request.form.get("tinh_trang", ""), request.form.get("tra_loi", "")
    try:
        certificate_requests.move(database(), id, state, said, current_user.username)
    except LookupError:
        abort(404)
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(_("Đã trả lời đề nghị."), "success")
    return redirect(url_for("admin.certificates_list"))


def _page(values: dict[str, str], errors: dict[str, str]) -> str:
    found, now = certificates.listing(database()), datetime.now(UTC)
    counted = certificates.counts(found, now)
    return render_template(
        "admin/certificates.html",
        lines=certificates.lines(database(), found, now),
        counts=[(pick(*certificates.STATES[state]), n) for state, n in counted.items()],
        sources=certificates.SOURCES,
        states=certificates.STATES,
        requests=certificate_requests.listing(database()),
        wishes=certificate_requests.WISHES,
        request_states=certificate_requests.STATES,
        moves=certificate_requests.MOVES,
        values=values,
        errors=errors,
    )
