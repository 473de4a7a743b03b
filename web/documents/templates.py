"""The templates of an agency's documents: the shipped ones and its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, files
from procedures.documents import outgoing, templates
from procedures.rights import NotAllowed, Unseen
from procedures.rights import documents as rights
from procedures.vocabulary.documents import KINDS
from web.account.people import actor
from web.documents import blueprint
from web.documents.incoming import CLERK
from web.documents.shown import named
from web.files import send
from web.house import database
from web.once import once
from web.permissions import allowed
from web.refusals import sentence


def _agency(tx: Tx, asked: str) -> tuple[str, list[tuple[str, str]]]:
    """The agency whose templates are shown, and those for which this person drafts."""
    me = actor()
    codes = {agency for role, agency in rights.held(tx, me) if role in outgoing.DRAFTERS}
    ordered = sorted(codes, key=lambda code: (code != me.agency, code))
    names = agencies.names(tx, codes)
    return asked if asked in codes else ordered[0] if ordered else "", [
        (code, names.get(code, code)) for code in ordered
    ]


@blueprint.get("/van-ban/mau")
@allowed(*outgoing.DRAFTERS)
def templates_page() -> str:
    """The templates of the 29 kinds."""
    return templates_view(request.args.get("co-quan", ""))


def templates_view(asked: str, errors: Mapping[str, str] | None = None) -> str:
    """The page, fresh or with what was wrong with an upload."""
    with database().begin() as tx:
        agency, choices = _agency(tx, asked)
        own = templates.own(tx, agency)
        clerk = agency in rights.registries(tx, actor())
    return render_template(
        "documents/templates.html",
        agency=agency,
        agencies=choices,
        own=own,
        kinds=named(KINDS),
        clerk=clerk,
        errors=errors or {},
    )


@blueprint.get("/van-ban/mau/<kind>")
@allowed(*outgoing.DRAFTERS)
def template_file(kind: str) -> Response:
    """The template in force, to be opened in Word."""
    if kind not in KINDS:
        abort(404)
    with database().begin() as tx:
        agency, _choices = _agency(tx, request.args.get("co-quan", ""))
        body = templates.shown(tx, agency, kind, actor())
    return send(body, files.DOCX, f"Mẫu {KINDS[kind].vi}")


@blueprint.post("/van-ban/mau")
@allowed(CLERK)
@once
def template_post() -> str | Response | Answer:
    """Tries an uploaded template; takes it as the agency's own, or gives what it makes of a sample."""
    agency, kind = request.form.get("co_quan", ""), request.form.get("loai", "")
    upload = request.files.get("tep")
    body = upload.stream.read(templates.MOST_BYTES + 1) if upload and upload.filename else b""
    try:
        made = templates.tried(database(), agency, kind, body, actor())
        if request.form.get("viec") == "thu":
            return send(made, files.DOCX, f"Bản thử {KINDS[kind].vi}")
        name = upload.filename or "" if upload else ""
        stored = files.put(database(), body, name, (files.DOCX,))
        templates.put(database(), agency, kind, stored, actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return templates_view(agency, {"loai" if refusal.about == "kind" else "tep": sentence(refusal)})
    asked: dict[str, Any] = {"co-quan": agency}
    flash(_("Từ nay văn bản loại này theo mẫu của cơ quan."), "success")
    return redirect(url_for("documents.templates_page", **asked))


@blueprint.post("/van-ban/mau/bo")
@allowed(CLERK)
@once
def template_back() -> Answer:
    """The shipped template serves again."""
    agency, kind = request.form.get("co_quan", ""), request.form.get("loai", "")
    templates.back_to_shipped(database(), agency, kind, actor())
    asked: dict[str, Any] = {"co-quan": agency}
    flash(_("Đã trở lại mẫu có sẵn của hệ thống."), "success")
    return redirect(url_for("documents.templates_page", **asked))
