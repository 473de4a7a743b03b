"""The report of a shift at the desk: a clerk's own, or of everybody for who heads the agency."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_login import current_user

from procedures import agencies, shifts
from web.account.people import actor
from web.desk import CLERK, blueprint
from web.forms import asked_period
from web.house import database, now
from web.i18n import pick
from web.permissions import allowed
from web.sheets import as_file

HEADS = ("truong_don_vi", "lanh_dao")


@blueprint.get("/mot-cua/bao-cao-ca")
@allowed(CLERK, *HEADS)
def shift() -> str | Response:
    """Today's unless the address says other days, at one agency of this person."""
    today = now().date()
    first, last = asked_period(today, lambda begin: max(begin, today))
    places = current_user.agencies(CLERK, *HEADS)
    place = request.args.get("co-quan", "")
    place = place if place in places else sorted(places)[0]
    clerk = None if place in current_user.agencies(*HEADS) else current_user.username
    with database().begin() as tx:
        if (kind := request.args.get("dang")) in ("pdf", "xlsx"):
            return as_file(shifts.sheet(tx, actor(), place, first, last, clerk), kind, f"bao-cao-ca-{first}-{last}")
        rows = shifts.of_period(tx, place, first, last, clerk)
        names = agencies.names(tx, places)
    return render_template(
        "desk/shift.html",
        rows=rows,
        columns=[(name, pick(word)) for name, word in shifts.COLUMNS.items()],
        money=shifts.MONEY,
        period=(first, last),
        agencies=sorted(names.items(), key=lambda pair: pair[1]),
        chosen=place,
    )
