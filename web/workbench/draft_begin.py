"""The list of drafts, and how a draft begins."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine.refusal import Refusal
from engine.store import Tx
from procedures import authoring, bundles, catalogue, from_record
from web.account.people import actor
from web.house import database, now
from web.i18n import pick
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import people_of


@blueprint.get("/soan-thao")
@allowed(*KEEPERS)
def drafts() -> str:
    return _list()


def _list(errors: dict[str, str] | None = None) -> str:
    with database().begin() as tx:
        found, published = authoring.drafts(tx), bundles.published(tx, kind=None)
        people = people_of(tx, {one.created_by for one in found})
    return render_template(
        "workbench/drafts.html",
        drafts=found,
        chosen=[(one.version, f"{pick(one.name)} ({one.code})") for one in published],
        people=people,
        errors=errors or {},
        typed=request.form,
    )


@blueprint.post("/soan-thao")
@allowed(*KEEPERS)
@once
def draft_begin() -> Any:
    """A new draft: from a record of the national catalogue, the ZIP archive of a bundle, or a version in force."""
    version, name = request.form.get("tu_thu_tuc", ""), request.form.get("ten", "")
    code = request.form.get("ma", "").strip()
    upload = request.files.get("goi")
    try:
        with database().begin() as tx:
            if upload is not None and upload.filename:
                files, source = authoring.unpacked(upload.read()), ""
            elif code:
                files, source = _recorded(tx, code), code
            else:
                files, source = _copied(tx, version)
            id = authoring.begin(tx, name, files, source, by=actor())
    except Refusal as refusal:
        return _list({refusal.about if refusal.about in ("ten", "ma") else "goi": sentence(refusal)})
    flash(_("Đã tạo bản nháp."), "success")
    return redirect(url_for("workbench.draft_page", draft=id))


def _recorded(tx: Tx, code: str) -> dict[str, str]:
    record = catalogue.procedure(tx, code)
    if record is None:
        raise Refusal(
            f"Danh mục không có thủ tục mã {code}.", f"The catalogue has no procedure with the code {code}.", about="ma"
        )
    return from_record.files_of(record, now().date())


def _copied(tx: Tx, version: str) -> tuple[dict[str, str], str]:
    try:
        procedure = bundles.any_version(tx, version)
    except LookupError:
        raise Refusal(
            "Chọn một thủ tục đang áp dụng, nhập mã của một bản ghi quốc gia, hoặc tải lên một gói.",
            "Choose a procedure in force, give the code of a national record, or upload a bundle.",
        ) from None
    return authoring.texts(bundles.files_of(tx, version)), procedure.code
