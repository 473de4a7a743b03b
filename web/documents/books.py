"""The books of documents: on screen, in print, as a spreadsheet; the check of numbers; the slip."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, abort, render_template, request

from procedures.documents import books, numbers
from procedures.vocabulary.documents import INCOMING, OUTGOING
from web.account.people import actor
from web.documents import READERS, blueprint
from web.documents.incoming import CLERK, chosen_agency
from web.files import send_pdf
from web.forms import asked_period
from web.house import database, now
from web.paging import number_of
from web.permissions import allowed
from web.sheets import PER_PAGE, as_file, made_as_file, pages_of


@blueprint.get("/van-ban/so/<which>")
@allowed(CLERK, "lanh_dao")
def book_page(which: str) -> str | Response:
    """A book of one agency for a range of days, the last thirty unless the address says others."""
    if which not in books.BOOKS:
        abort(404)
    today = now().date()
    first, last = asked_period(today - timedelta(days=30), lambda _first: today)
    kind, page = request.args.get("dang", ""), number_of(request.args.get("trang"))
    with database().begin() as tx:
        me = actor()
        agency, choices = chosen_agency(tx)
        sheet = books.book(tx, me, which, agency, first, last, page=page, size=PER_PAGE)
        if made_as_file(sheet, kind):
            whole = books.book(tx, me, which, agency, first, last)
            return as_file(whole, kind, f"so-van-ban-{which}-{agency}-{first}-{last}")
        register = OUTGOING if which == OUTGOING else INCOMING
        checked = numbers.check(tx, agency, register, last.year)
        spare = [
            one
            for found in checked
            if register == OUTGOING
            for one in numbers.spare(tx, agency, found.series, last.year)
        ]
    pages = pages_of(sheet, kind, page)
    return render_template(
        "documents/book.html",
        sheet=sheet,
        which=which,
        books=[(key, title) for key, (title, _columns, _widths) in books.BOOKS.items()],
        period=(first, last),
        agency=agency,
        agencies=choices,
        page=page,
        pages=pages,
        checked=checked,
        spare=spare,
    )


@blueprint.get("/van-ban/<code>/phieu")
@allowed(*READERS)
def document_slip(code: str) -> Response:
    """Phiếu giải quyết văn bản đến, as PDF."""
    with database().begin() as tx:
        return send_pdf(books.slip(tx, code, actor()), f"phieu-giai-quyet-{code}")
