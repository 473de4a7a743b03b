"""The letters of a draft, each as it looks with sample data beside its text, and what the text may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, render_template, request, url_for

from engine.store import Tx
from procedures import authoring, draft_letters
from procedures.letters import png
from procedures.letters.rendering import pages
from web.files import disposition
from web.house import database
from web.i18n import language, pick
from web.paging import number_of, row_number
from web.permissions import allowed
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import Opened, draft_of, shows, tells

#: So many pages stand beside the text; the rest is in the PDF.
MOST_PAGES = 4


@shows("giay-to")
def _letter(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    groups = draft_letters.at_hand(opened.files, language())
    said = seen(opened.draft.id, opened.draft.head, opened.files, opened.file) if opened.file else {}
    return {"at_hand": [(pick(name), rows) for name, rows in groups if rows], **said}


@tells("giay-to")
def _after(done: authoring.Save, draft: str, files: dict[str, str], name: str) -> Mapping[str, Any]:
    if not name.endswith(".typ") or name not in files:
        return {}
    return {"seen": render_template("workbench/draft/letter_seen.html", **seen(draft, done.number, files, name))}


def seen(draft: str, number: int, files: Mapping[str, str], file: str) -> dict[str, Any]:
    """What stands beside a letter's text: the addresses of its pages as they are in a save, and where they cannot be
    made the line and the reason."""
    made = draft_letters.made(files, file)
    if made.why is not None:
        return {"pages": [], "line": made.line or 1, "why": made.why.vi if language() == "vi" else made.why.en}
    here: dict[str, Any] = {"draft": draft, "tep": file, "lan": number}
    count = min(pages(made.pdf), MOST_PAGES)
    shown = [url_for("workbench.draft_letter_png", trang=page, **here) for page in range(1, count + 1)]
    return {"pages": shown, "pdf": url_for("workbench.draft_letter", **here)}


@blueprint.get("/soan-thao/<draft>/xem-giay-to.pdf")
@allowed(*KEEPERS)
def draft_letter(draft: str) -> Response:
    """A letter of a draft, made with sample data."""
    response = Response(_made(draft), content_type="application/pdf")
    response.headers["Content-Disposition"] = disposition("inline", "thu.pdf")
    return response


@blueprint.get("/soan-thao/<draft>/xem-giay-to.png")
@allowed(*KEEPERS)
def draft_letter_png(draft: str) -> Response:
    """A page of it."""
    page = number_of(request.args.get("trang"))
    try:
        return Response(png(_made(draft), page - 1), content_type="image/png")
    except IndexError:
        abort(404)


def _made(draft: str) -> bytes:
    """The PDF of the letter that the address names, as one of the saves has it. 404 where there is none."""
    number = row_number(request.args.get("lan"))
    with database().begin() as tx:
        draft_of(tx, draft)
        try:
            files = authoring.files_of(tx, draft, number)
        except LookupError:
            abort(404)
    name = request.args.get("tep", "")
    made = draft_letters.made(files, name) if name.endswith(".typ") and name in files else None
    if made is None or made.why is not None:
        abort(404)
    return made.pdf
