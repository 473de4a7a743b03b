"""The numbers of what goes out: each series of a year with its gaps and doubles, what is kept back, void, filled."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from procedures.documents import numbers
from procedures.rights import NotAllowed, Unseen
from procedures.rights import documents as rights
from procedures.vocabulary.documents import GENERAL, KINDS, OUTGOING
from web.account.people import actor
from web.documents import blueprint
from web.documents.incoming import CLERK, chosen_agency
from web.documents.shown import named
from web.forms import posted_count
from web.house import database, now
from web.once import once
from web.permissions import allowed
from web.refusals import sentence

FIELDS = {"count": "so_luong", "reason": "ly_do"}


@blueprint.get("/van-ban/so-di")
@allowed(CLERK, "lanh_dao")
def numbers_page() -> str:
    """The check of all series of a year, and what every number without a document is explained by."""
    return numbers_view({})


def numbers_view(errors: dict[str, str]) -> str:
    """The page, fresh or with what was wrong in one of its forms."""
    asked = request.values.get("nam", "")
    with database().begin() as tx:
        agency, choices = chosen_agency(tx)
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else now().year
        rights.require_books(tx, agency, actor())
        checked = numbers.check(tx, agency, OUTGOING, year)
        explained = numbers.explained(tx, agency, year)
        clerk = agency in rights.registries(tx, actor())
    return render_template(
        "documents/numbers.html",
        agency=agency,
        agencies=choices,
        year=year,
        checked=checked,
        explained=explained,
        clerk=clerk,
        series_choices=[(GENERAL, _("Dãy chung")), *named(KINDS)],
        kinds=dict(named(KINDS)),
        errors=errors,
        typed=request.form.to_dict(),
    )


@blueprint.post("/van-ban/so/giu-so")
@allowed(CLERK)
@once
def number_reserve() -> str | Response:
    """Keeps numbers of a series back."""
    form = request.form
    agency, series = form.get("co_quan", ""), form.get("loai", "")
    try:
        if series not in KINDS and series != GENERAL:
            raise Refusal("Chọn tên loại văn bản trong danh sách.", "Choose the kind from the list.")
        count = posted_count(form.get("so_luong")) or 0
        kept = numbers.reserve(database(), agency, series, count, form.get("ly_do", ""), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return numbers_view({FIELDS.get(refusal.about, "loai"): sentence(refusal)})
    flash(_("Đã giữ các số: %(numbers)s.", numbers=", ".join(f"{one:02d}" for one in kept)), "success")
    return _back(agency)


@blueprint.post("/van-ban/so/bo-giu-so")
@allowed(CLERK)
@once
def number_void() -> str | Response:
    """A number that was kept back is not used: void, with its reason."""
    form = request.form
    agency = form.get("co_quan", "")
    number, year = posted_count(form.get("so"), most=99999) or 0, posted_count(form.get("nam")) or 0
    try:
        numbers.void(database(), agency, form.get("loai", ""), year, number, form.get("ly_do", ""), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return numbers_view({f"ly-do-{form.get('loai', '')}-{number}": sentence(refusal)})
    flash(_("Đã hủy số giữ trước."), "success")
    return _back(agency)


def _back(agency: str) -> Response:
    asked: dict[str, Any] = {"co-quan": agency}
    return redirect(url_for("documents.numbers_page", **asked))
