"""The forms of a draft: what their editor may offer, and how the product shows them to citizens and to officials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from engine.store import Tx
from procedures import authoring, forms
from procedures.citizens.pages import of_form
from procedures.forms.kinds import KINDS
from procedures.vocabulary.agencies import TIERS
from web.house import database, now
from web.i18n import pick
from web.permissions import allowed
from web.refusals import sentence
from web.security import relax
from web.workbench import KEEPERS, blueprint, drafted
from web.workbench.drafting import Opened, draft_of, shows

#: Who looks at a form, and how wide: the names of the views, and the width in pixels.
VIEWS = {
    "cong-dan": (_l("Công dân, máy tính"), 1280),
    "cong-dan-hep": (_l("Công dân, điện thoại"), 390),
    "can-bo": (_l("Cán bộ, máy tính"), 1280),
    "can-bo-hep": (_l("Cán bộ, điện thoại"), 390),
}


@shows("bieu-mau")
def _form(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    view = request.args.get("xem", "")
    view = view if view in VIEWS else "cong-dan"
    here: dict[str, Any] = {"draft": opened.draft.id, "tep": opened.file}
    return {
        "pickers": drafted.pickers() | _offered(),
        "view": VIEWS[view],
        "shown": url_for("workbench.draft_form", ai=view, **here),
        "views": [
            (name, url_for("workbench.draft_page", phan="bieu-mau", xem=key, **here), None, key == view)
            for key, (name, _width) in VIEWS.items()
        ],
    }


def _offered() -> dict[str, Any]:
    """What a form may be made of: the components, and of each the rules that are obeyed."""
    kinds = {name: {"role": kind.role, "rules": sorted(kind.rules)} for name, kind in KINDS.items()}
    return {"kinds": kinds, "tiers": {key: pick(word) for key, word in TIERS.items()}}


@blueprint.get("/soan-thao/<draft>/xem-bieu-mau")
@allowed(*KEEPERS)
def draft_form(draft: str) -> str:
    """A form as the product shows it, within the page on which it is made."""
    with database().begin() as tx:
        draft_of(tx, draft)
        text = authoring.files_of(tx, draft).get(request.args.get("tep", ""))
    if text is None:
        abort(404)
    form, wrong = None, ""
    try:
        form = forms.read(text, request.args["tep"])
    except forms.FormError as error:
        wrong = sentence(error)
    relax(frame_ancestors="'self'")
    citizen = request.args.get("ai", "").startswith("cong-dan")
    hidden = form.hidden({}, now()) if form is not None else set()
    return render_template(
        "workbench/draft/form_shown.html",
        form=form,
        wrong=wrong,
        pages=of_form(form, hidden) if citizen else [],
        citizen=citizen,
        hidden=hidden,
    )
