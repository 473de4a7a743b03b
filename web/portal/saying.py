"""What people have to say of how they were served: a rating, a suggestion, a complaint, each by its own path."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.refusal import Refusal
from procedures import bundles
from procedures.actor import CITIZEN
from procedures.dossiers import rating
from procedures.vocabulary.purposes import COMPLAINT, SUGGESTION
from web.forms import Form, choice, read, text
from web.house import database
from web.i18n import pick
from web.once import once
from web.permissions import public
from web.portal.following import tracking
from web.portal.room import blueprint
from web.portal.tracking import followed_only
from web.refusals import sentence

MARKS = tuple(str(mark) for mark in rating.MARKS)


class Opinion(Form):
    """The marks and the words."""

    dich_vu = choice(MARKS, _l("Chọn mức hài lòng của bạn"))
    can_bo = text(longest=1)
    gop_y = text(longest=rating.LONGEST)


@blueprint.get("/gop-y")
@public
def say() -> Any:
    """Which path leads where; ``?ho-so=`` names the dossier that it is about."""
    with database().begin() as tx:
        known = {one.purpose: one for one in bundles.published(tx) if one.purpose}
    about = request.args.get("ho-so", "").strip()[:60]
    return render_template(
        "portal/say.html", complaint=known.get(COMPLAINT), suggestion=known.get(SUGGESTION), about=about
    )


@blueprint.route("/tra-cuu/ho-so/danh-gia", methods=["GET", "POST"])
@public
@followed_only
@once
def tracked_rate(dossier_id: str) -> Any:
    """Rate how one was served, once, when it is over."""
    if not rating.may_rate(database(), dossier_id):
        flash(_("Hồ sơ này đã được đánh giá, hoặc chưa đến lúc đánh giá."), "warning")
        return redirect(url_for("portal.tracked"))
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(Opinion, request.form)
        if not errors:
            people = int(values["can_bo"]) if values["can_bo"] in MARKS else None
            try:
                rating.rate(database(), dossier_id, int(values["dich_vu"]), people, values["gop_y"], CITIZEN)
            except Refusal as refused:
                errors = {"": sentence(refused)}
            else:
                flash(_("Cảm ơn bạn đã đánh giá."), "success")
                return redirect(url_for("portal.tracked"))
    page = render_template(
        "portal/rate.html",
        t=tracking(dossier_id),
        marks=[(str(mark), pick(word)) for mark, word in rating.MARKS.items()],
        values=values,
        errors=errors,
    )
    return (page, 422) if errors else page
