"""A draft is composed in the browser, or its Word template is filled to be written in Word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from engine.refusal import Refusal
from engine.store import Tx
from procedures import files
from procedures.documents import capacity, drafting, outgoing, queries
from procedures.documents.composing import kinds
from procedures.documents.composing.content import Content, lines_of
from procedures.documents.values import Document
from procedures.rights import NotAllowed, Unseen
from procedures.vocabulary.documents import CAPACITIES, DIRECT, DRAFT, KINDS
from web.account.people import actor
from web.account.typed import typed_before
from web.documents import blueprint
from web.documents.shown import named, words_of_documents
from web.files import send
from web.house import database
from web.once import once
from web.permissions import allowed
from web.refusals import beside

FIELDS = {
    "subject": "noi_dung",
    "body": "noi_dung",
    "addressees": "kinh_gui",
    "bases": "can_cu",
    "recipients": "noi_nhan",
    "signer": "nguoi_ky",
    "file": "noi_dung",
    "template": "noi_dung",
    "": "noi_dung",
}
#: Fields whose lines each stand for themselves.
LINES = {"kinh_gui": "addressees", "can_cu": "bases", "noi_nhan": "recipients"}


def draft_of(tx: Tx, code: str) -> Document:
    """The draft of that code, which this person may write; 404 where the document is no draft any more."""
    row = queries.row_of(tx, code, actor(), "write")
    if row.state != DRAFT:
        abort(404)
    return queries.find(tx, code, actor())


@blueprint.get("/van-ban/<code>/soan")
@allowed(*outgoing.DRAFTERS)
def compose_page(code: str) -> str:
    """The parts of the draft, as they are or as its kind begins."""
    return compose_view(code, typed_before() or {})


def compose_view(code: str, typed: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> str:
    """The page, fresh or with what was wrong in it."""
    with database().begin() as tx:
        found = draft_of(tx, code)
        said = drafting.begun(tx, found)
        people = drafting.signers(tx, found.agency)
    chosen = next((one for one in people if one.name == said.signer), people[0] if people else None)
    title = chosen.title if chosen is not None else ""
    same = chosen is not None and chosen.name == said.signer
    values = {
        "noi_dung": said.body,
        "tham_quyen": said.authority,
        "luu": said.kept,
        "nguoi_ky": chosen.username if chosen is not None else "",
        "quyen_han": _capacity(said) if same else capacity.proposed(title, said.issuer, None),
        "nguoi_ky_khac": said.second,
        "quyen_han_khac": "\n".join(said.second_block),
        **{name: "\n".join(getattr(said, field)) for name, field in LINES.items()},
        **typed,
    }
    return render_template(
        "documents/compose.html",
        document=found,
        said=said,
        form=kinds.FORMS[found.kind],
        values=values,
        errors=errors or {},
        signers=[(one.username, f"{one.name}, {one.title}" if one.title else one.name) for one in people],
        capacities=named(CAPACITIES),
        **words_of_documents(),
    )


def _capacity(said: Content) -> str:
    """The capacity that stands above the signer's name."""
    begin = said.block[0].partition(".")[0] if said.block else ""
    return begin if begin in CAPACITIES else DIRECT


@blueprint.post("/van-ban/<code>/soan")
@allowed(*outgoing.DRAFTERS)
@once
def compose_post(code: str) -> str | Answer:
    """Makes another version of the draft, as .docx and PDF."""
    form = request.form.to_dict()
    try:
        with database().begin() as tx:
            found = draft_of(tx, code)
            said = _said(tx, found, form)
        number = drafting.compose(database(), code, said, form.get("noi_dung_sua", ""), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return compose_view(code, form, beside(refusal, FIELDS))
    flash(_("Đã lập bản dự thảo số %(n)s (Word và PDF).", n=number), "success")
    return redirect(url_for("documents.document_page", code=code))


def _said(tx: Tx, found: Document, form: Mapping[str, str]) -> Content:
    """The parts as they were typed; the signer's lines follow from who signs and in which capacity."""
    before = drafting.begun(tx, found)
    people = {one.username: one for one in drafting.signers(tx, found.agency)}
    signer = people.get(form.get("nguoi_ky", ""))
    asked = form.get("quyen_han", "")
    if signer is not None and asked not in CAPACITIES:
        raise Refusal("Chọn thẩm quyền ký trong danh sách.", "Choose the capacity of the signer.", "signer")
    return Content(
        kind=found.kind,
        superior=before.superior,
        issuer=before.issuer,
        place=before.place,
        mark=before.mark,
        subject=found.subject,
        urgency=before.urgency,
        body=form.get("noi_dung", "").strip(),
        authority=form.get("tham_quyen", "").strip()[:300],
        kept=form.get("luu", "").strip()[:100],
        signer=signer.name if signer is not None else "",
        block=capacity.lines(asked, signer.title, before.issuer) if signer is not None else (),
        second=form.get("nguoi_ky_khac", "").strip()[:100],
        second_block=lines_of(form.get("quyen_han_khac", "")[:300]),
        addressees=lines_of(form.get("kinh_gui", "")),
        bases=lines_of(form.get("can_cu", "")),
        recipients=lines_of(form.get("noi_nhan", "")),
    )


@blueprint.get("/van-ban/<code>/mau-word")
@allowed(*outgoing.DRAFTERS)
def draft_word(code: str) -> Response:
    """The Word template of its kind, filled with what is known of the draft."""
    with database().begin() as tx:
        found = draft_of(tx, code)
    return send(drafting.as_word(database(), code, actor()), files.DOCX, f"{KINDS[found.kind].vi} {code}")
