"""One document: its fields, with whom it lies, what happened; its file; its slip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, render_template

from engine import worklist as open_work
from procedures import agencies, drawings, files
from procedures.documents import comments, numbering, opinions, queries, sending, signing, tray, versions
from procedures.exchange.axis import tracked
from procedures.vocabulary.documents import APPROVED
from web.account.people import actor
from web.documents import READERS, blueprint, exchanged
from web.documents.matter_part import begun_about, matter_part
from web.documents.shown import words_of_documents
from web.files import send_stored
from web.house import database
from web.people import groups_of_me
from web.permissions import allowed
from web.work import signing as key_pages


@blueprint.get("/van-ban/<code>")
@allowed(*READERS, "quan_tri")
def document_page(code: str) -> str:
    """The document with everything that is known of it."""
    return document_view(code)


def document_view(code: str, errors: Mapping[str, str] | None = None, typed: Mapping[str, Any] | None = None) -> str:
    """The page, fresh or with what was wrong with what was posted from it."""
    with database().begin() as tx:
        me = actor()
        found = queries.find(tx, code, me)
        stored = files.info(tx, found.sha256) if found.sha256 else None
        mine = {
            item.id for item in open_work.open_tasks(tx, who=me.username, groups=groups_of_me(), root_id=found.id).items
        }
        acts = queries.acts(tx, found, me)
        made = [] if found.incoming else versions.versions(tx, found.id)
        return render_template(
            "documents/document.html",
            document=found,
            acts=acts,
            errors=errors or {},
            typed=typed or {},
            media_type=stored.type if stored is not None else "",
            lines=queries.lines(tx, found.id),
            opinions=opinions.opinions(tx, found.id),
            answered=queries.seen_of_root(tx, found.answers, me) if found.answers else None,
            replies=queries.replies(tx, found.id, me) if found.incoming else [],
            history=queries.history(tx, found.id),
            open_now=[item for item in open_work.of_instance(tx, found.id) if item.id in mine],
            names=agencies.names(tx, [one for one in (found.agency, found.sender) if one]),
            versions=made,
            recipients=[] if found.incoming else sending.recipients(tx, found.id),
            renumbers="number" in acts and found.state == APPROVED and not numbering.at_step(tx, found.id, "number"),
            drawing=drawings.of_dossier(tx, found.id),
            matter=matter_part(tx, found, me),
            begins=begun_about(tx),
            exchange=exchanged.shown(tx, found),
            beside=tray.files_of(tx, found.id) if found.incoming else [],
            verdict=exchanged.verdict,
            signs=(signs := not found.incoming and signing.asked_of(tx, found, me)),
            on_paper="" if found.incoming or found.state != APPROVED else signing.on_paper_of(tx, found.id),
            **key_pages.asked(tx, signs),
            unresolved=comments.unresolved(tx, found.id) if made else 0,
            dispatch_by=sending.dispatch_by(tx, found),
            corrected=queries.of_root(tx, found.corrects) if found.corrects else None,
            corrections=sending.corrections(tx, found) if not found.incoming else [],
            replaced=queries.of_root(tx, found.replaces) if found.replaces else None,
            **words_of_documents(),
        )


@blueprint.get("/van-ban/<code>/tep/<sha256>")
@allowed(*READERS, "quan_tri")
def document_file(code: str, sha256: str) -> Response:
    """A file of the document, shown in place or saved."""
    with database().begin() as tx:
        found = queries.find(tx, code, actor())
        came = tracked.names_of(tx, found.id)
        came |= {one.sha256: one.name for one in tray.files_of(tx, found.id) if one.sha256}
        made = versions.versions(tx, found.id)
        known = {found.sha256, *came, *(hash for one in made for hash in (one.sha256, one.word))}
        stored = files.info(tx, sha256) if sha256 in known else None
        if stored is None:
            abort(404)
    name = came.get(sha256) or found.file_name or found.notation or code
    return send_stored(files.checked(database(), sha256), stored.type, name)
