"""One document: its fields, with whom it lies, what happened; its file; its slip."""

from __future__ import annotations

from flask import Response, abort, render_template

from engine import worklist as open_work
from procedures import agencies, drawings, files, officials
from procedures.documents import queries
from web.account.people import actor
from web.documents import READERS, blueprint
from web.documents.shown import words_of_documents
from web.files import send
from web.house import database
from web.people import groups_of_me
from web.permissions import allowed


@blueprint.get("/van-ban/<code>")
@allowed(*READERS, "quan_tri")
def document_page(code: str) -> str:
    """The document with everything that is known of it."""
    with database().begin() as tx:
        me = actor()
        found = queries.find(tx, code, me)
        stored = files.info(tx, found.sha256) if found.sha256 else None
        mine = {
            item.id for item in open_work.open_tasks(tx, who=me.username, groups=groups_of_me(), root_id=found.id).items
        }
        return render_template(
            "documents/document.html",
            document=found,
            acts=queries.acts(tx, found, me),
            media_type=stored.type if stored is not None else "",
            lines=queries.lines(tx, found.id),
            history=queries.history(tx, found.id),
            open_now=[item for item in open_work.of_instance(tx, found.id) if item.id in mine],
            names=agencies.names(tx, [one for one in (found.agency, found.sender) if one]),
            people=officials.names(tx, [one for one in (found.received_by, found.numbered_by) if one]),
            drawing=drawings.of_dossier(tx, found.id),
            **words_of_documents(),
        )


@blueprint.get("/van-ban/<code>/tep/<sha256>")
@allowed(*READERS, "quan_tri")
def document_file(code: str, sha256: str) -> Response:
    """A file of the document, shown in place or saved."""
    with database().begin() as tx:
        found = queries.find(tx, code, actor())
        stored = files.info(tx, sha256) if found.sha256 == sha256 else None
        if stored is None:
            abort(404)
        return send(files.read(tx, sha256), stored.type, found.file_name or found.notation or code)
