"""The clerk's first page: find a dossier, start an intake, and what waits at the counter."""

from __future__ import annotations

from flask import render_template, request
from flask_login import current_user

from procedures import bundles, dossiers
from procedures import worklist as work
from procedures.search import abbreviation, begun, fold, fold_all, initials
from web.account.people import actor
from web.desk import CLERK, blueprint
from web.house import database
from web.people import groups_of_me, remaining_minutes
from web.permissions import allowed

TABS: tuple[work.Tab, ...] = ("mine", "unit")


@blueprint.get("/mot-cua")
@allowed(CLERK)
def home() -> str:
    """Results ready to be returned and dossiers waiting for the citizen come first: somebody may stand at the desk."""
    text = request.args.get("tim", "").strip()
    with database().begin() as tx:
        me = actor()
        found = dossiers.find(tx, me, text, size=20) if text else None
        finished = dossiers.listing(tx, me, status=9, size=8)
        lacking = dossiers.listing(tx, me, status=5, size=8)
        online = dossiers.listing(tx, me, status=1, size=8)
        counts = work.counts(tx, current_user.username, groups_of_me())
        tabs = [work.listing(tx, current_user.username, groups_of_me(), tab, size=12) for tab in TABS]
        waiting = [row for page in tabs for row in page.rows if row.status != 9][:8]  # 9: it stands among the results
        shown = [*(found.rows if found else ()), *finished.rows, *lacking.rows, *online.rows]
        minutes = {row.id: remaining_minutes(tx, row.agency, row.due) for row in shown if row.due and not row.paused}
    return render_template(
        "desk/home.html",
        text=text,
        found=found,
        finished=finished,
        lacking=lacking,
        online=online,
        counts=counts,
        minutes=minutes,
        waiting=waiting,
    )


@blueprint.get("/mot-cua/tiep-nhan")
@allowed(CLERK)
def choose() -> str:
    """The procedure, by three letters of its name or its code: names with a word that begins so come first. What its
    papers are called counts where nothing else does."""
    text = request.args.get("tim", "").strip()
    words = fold(text).split()
    with database().begin() as tx:
        every = bundles.published(tx)
        ended = [p for p in bundles.ended_by_law(tx) if words and all(_names(p, word) for word in words)]
    named = [p for p in every if all(_names(p, word) for word in words)]
    matching = sorted(named, key=lambda p: not begun(words, fold(p.name["vi"]))) or [
        p for p in every if begun(words, fold_all(one["name"] for one in p.components()))
    ]
    return render_template(
        "desk/choose.html",
        text=text,
        procedures=matching,
        ended=ended,
        total=len(every),
        applicant=request.args.get("nguoi", "").strip()[:64],
    )


def _names(procedure: bundles.Procedure, word: str) -> bool:
    """Whether a folded word stands in the code, name or field of a procedure, or abbreviates its name."""
    told = fold(f"{procedure.code} {procedure.name['vi']} {procedure.field.get('name', '')}")
    return word in told or (abbreviation(word) and word in initials(fold(procedure.name["vi"])))
