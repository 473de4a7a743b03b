"""Outgoing documents are signed on their page: by a token at once, by a telephone in a run of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flask import abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Database
from procedures import dossiers, files
from procedures.actor import Actor
from procedures.documents import queries, signing
from procedures.rights import NotAllowed, Unseen
from procedures.signatures.keys import HERE, PHONE
from procedures.tasks import signing_runs
from web.account.people import actor
from web.documents import blueprint
from web.documents.document import document_view
from web.documents.outgoing import FIELDS, act_on
from web.files import send
from web.house import database
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.security import PIN
from web.work import signing as key_pages

if TYPE_CHECKING:
    from procedures.signatures.signing import Pen


@blueprint.post("/van-ban/<code>/ky-so")
@allowed("lanh_dao")
@once
def document_sign(code: str) -> str | Response:
    """Puts the leader's signature under what the page showed: at once by a token, in a run by a telephone."""
    shown, where, me = request.form.get("da_xem", ""), database(), actor()

    def each(pen: Pen) -> Iterator[signing_runs.Became]:
        try:
            signing.sign(where, code, shown, me, pen)
        except Refusal as refusal:
            yield signing_runs.Became(code, False, refusal.vi, refusal.en)
        else:
            yield signing_runs.Became(code, True, "Đã ký số", "Signed")

    def by_token(where: Database, me: Actor) -> None:
        signing.ready(where, code, shown, me)
        with dossiers.pen(where, me, request.form.get(PIN, ""), HERE) as pen:
            signing.sign(where, code, shown, me, pen)

    if key_pages.chosen_way() != PHONE:
        return act_on(code, _("Đã ký số."), by_token)
    try:
        row = signing.ready(where, code, shown, me)
        return key_pages.run([signing_runs.Item(code, row.notation or code, row.subject, document=True)], each)
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return document_view(code, {FIELDS.get(refusal.about, ""): sentence(refusal)}, request.form.to_dict())


@blueprint.get("/van-ban/<code>/chu-ky.png")
@allowed("lanh_dao")
def document_signature(code: str) -> Response:
    """Where the signatures will stand on the document, and how they will look; 404 where nothing will be seen."""
    with database().begin() as tx:
        found = queries.find(tx, code, actor())
        body = files.read(tx, found.sha256) if found.sha256 and signing.asked_of(tx, found, actor()) else None
    image = dossiers.seen(database(), actor(), found.agency, body) if body is not None else None
    if image is None:
        abort(404)
    return send(image, "image/png", f"{code}.png")
