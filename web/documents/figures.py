"""Figures of documents for a period; each opens the documents that it counts."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, abort, render_template, request

from procedures.documents import figures, queries
from web.account.people import actor
from web.documents import blueprint
from web.documents.incoming import CLERK
from web.documents.shown import words_of_documents
from web.forms import asked_period
from web.house import database, now, reports
from web.i18n import pick
from web.paging import number_of, within
from web.permissions import allowed
from web.sheets import as_file

READERS = (CLERK, "lanh_dao", "quan_tri")
SIZE = 50


def _period() -> tuple[date, date]:
    today = now().date()
    return asked_period(today - timedelta(days=30), lambda _first: today)


@blueprint.get("/van-ban/so-lieu")
@allowed(*READERS)
def figures_page() -> str | Response:
    """The last thirty days unless the address says another period."""
    first, last = _period()
    with reports().begin() as tx:
        chosen = request.args.get("co-quan", "")
        if request.args.get("dang") == "xlsx":
            return as_file(figures.sheet(tx, actor(), first, last, chosen), "xlsx", f"so-lieu-van-ban-{first}-{last}")
        rows = figures.figures(tx, actor(), first, last, chosen)
    return render_template(
        "documents/figures.html",
        rows=rows,
        agency=next(iter(queries.sees_all(database(), actor())), ""),
        names={name: pick(*one.word) for name, one in figures.FIGURES.items()},
        period=(first, last),
        wanted=(figures.WANTED_ELECTRONIC, figures.WANTED_WITH_PAPER),
    )


@blueprint.get("/van-ban/so-lieu/<figure>")
@allowed(*READERS)
def figure_documents(figure: str) -> str:
    """The documents that a figure counts."""
    if figure not in figures.FIGURES:
        abort(404)
    first, last = _period()
    number = number_of(request.args.get("trang"))
    with reports().begin() as tx:
        found = figures.documents(
            tx, actor(), figure, first, last, request.args.get("co-quan", ""), page=number, size=SIZE
        )
    pages = max(1, -(-found.total // SIZE))
    within(number, pages)
    return render_template(
        "documents/figure.html",
        page=found,
        pages=pages,
        name=pick(*figures.FIGURES[figure].word),
        period=(first, last),
        **words_of_documents(),
    )
