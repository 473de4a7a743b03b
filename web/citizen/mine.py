"""What is a citizen's: what they have begun, and their dossiers with what they must do next."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, url_for

from procedures import bundles, citizens
from procedures.citizens import drafts, owned, proactive
from web.citizen.room import blueprint, citizen_only, me
from web.house import database
from web.portal.following import follow


@blueprint.get("/cong-dan/ho-so")
@citizen_only
def mine() -> Any:
    """Drafts first, then dossiers, those that wait for the citizen on top."""
    with database().begin() as tx:
        names = {one.code: one.name for one in bundles.published(tx)}
        return render_template(
            "citizen/mine.html",
            person=citizens.get(tx, me().citizen),
            begun=[(one, names.get(one.procedure)) for one in drafts.of(tx, me().citizen)],
            dossiers=owned.listed(tx, me().citizen),
            offers=proactive.offers(tx, me().citizen, only_open=True),
        )


@blueprint.get("/cong-dan/ho-so/<code>")
@citizen_only
def dossier(code: str) -> Any:
    """Opens one of them where it is followed: the same page as after a look-up."""
    found = owned.id_of(database(), me().citizen, code)
    if found is None:
        abort(404)
    follow(found)
    return redirect(url_for("portal.tracked", ma=code))
