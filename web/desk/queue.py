"""The caller of the hall: who waits, who is next, who is at which counter, and whom the desk expects today."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from procedures import agencies, bundles
from procedures.queue import appointments, tickets
from web.account.people import actor
from web.desk import CLERK, blueprint
from web.house import database
from web.once import once
from web.permissions import allowed
from web.portal.hall import key_of
from web.refusals import sentence

COUNTER = "quay"  # of the session: at which counter this browser stands


def _hall() -> str:
    """The hall that is meant: one of the clerk's own."""
    mine: list[str] = current_user.agencies(CLERK)
    wanted = request.values.get("co-quan", "")
    return wanted if wanted in mine else current_user.agency if current_user.agency in mine else mine[0]


@blueprint.get("/mot-cua/hang-doi")
@allowed(CLERK)
def queue() -> Any:
    """Everything that the clerk needs to call."""
    agency = _hall()
    with database().begin() as tx:
        names = agencies.names(tx, current_user.agencies(CLERK))
        procedures = {one.code: one.name for one in bundles.published(tx)}
        state = tickets.hall(tx, agency)
        today = tx.now.astimezone(VIETNAM).date()
        expected = appointments.of_day(tx, agency, today)
        now = tx.now
    counter = str(session.get(COUNTER, ""))
    return render_template(
        "desk/queue.html",
        agency=agency,
        halls=sorted(names.items(), key=lambda pair: pair[1]),
        hall=state,
        counter=counter,
        here=state.at(counter) if counter else None,
        missed=[one for one in state.called if one.state == tickets.MISSED][:8],
        expected=expected,
        procedures=procedures,
        now=now,
        key=key_of(agency),
    )


@blueprint.post("/mot-cua/hang-doi")
@allowed(CLERK)
@once
def queue_call() -> Any:
    """Call the next one, one once more, or let one go who does not come."""
    agency, act = _hall(), request.form.get("lam", "")
    counter = request.form.get("quay", "").strip()[:32]
    session[COUNTER] = counter
    number = request.form.get("so", "")
    chosen = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 0
    try:
        if act == "goi-lai":
            tickets.again(database(), agency, chosen, counter, actor())
        elif act == "khong-den":
            tickets.miss(database(), agency, chosen, actor())
        elif tickets.call(database(), agency, counter, actor()) is None:
            flash(_("Không còn ai chờ."), "success")
    except Refusal as refused:
        flash(sentence(refused), "error")
    return redirect(f"{url_for('desk.queue')}?{urlencode({'co-quan': agency})}")
