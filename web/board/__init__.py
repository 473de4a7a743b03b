"""The leaders' board: how much came in, is open, near and late, by unit, field, procedure and person."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _l

from procedures import agencies, dossiers
from procedures.documents import figures
from procedures.dossiers import rating
from procedures.exchange.connectors import arriving
from web.account.people import actor
from web.forms import asked_period
from web.house import now, reports
from web.navigation import Item
from web.permissions import allowed

blueprint = Blueprint("board", __name__)
LEADERS = ("lanh_dao", "truong_don_vi", "quan_tri")

NAVIGATION = [Item(_l("Bảng điều hành"), "board.board", LEADERS)]


@blueprint.get("/bang-dieu-hanh")
@allowed(*LEADERS)
def board() -> str:
    """One period, this month unless the address says another; every figure opens the list that it counts."""
    today = now().date()
    first, last = asked_period(today.replace(day=1), lambda _first: today)
    me = actor()
    with reports().begin() as tx:
        names = agencies.names(tx, me.visible) if not me.everything else agencies.names(tx)
        chosen = request.args.get("co-quan", "")
        chosen = chosen if chosen in names else ""  # the figures and the lists they lead to are of one agency
        shown = dossiers.board(tx, me, first, last, chosen or None)
        drawn = dossiers.trends(tx, me, first, last, chosen or None)
        earlier = first - (last - first) - timedelta(days=1), first - timedelta(days=1)
        before = dossiers.total_of(tx, me, *earlier, chosen or None)
        papers = figures.figures(tx, me, first, last, chosen)[-1]
        said = rating.opinions(tx, me, first, last, chosen or None)
        elsewhere = arriving.mirrored(tx, first, last) if not chosen else []
    return render_template(
        "board/board.html",
        board=shown,
        before=before,
        drawn=drawn,
        elsewhere=elsewhere,
        papers=papers,
        papers_wanted=(figures.WANTED_ELECTRONIC, figures.WANTED_WITH_PAPER),
        opinions=said,
        marks=rating.MARKS,
        period=(first, last),
        earlier=earlier,
        agencies=sorted(names.items(), key=lambda pair: pair[1]),
        chosen=chosen,
    )


from web.board import indicators  # noqa: E402, F401 - its views join the blueprint
