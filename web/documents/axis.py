"""The exchange with the national document axis: what came and was not understood, what has not gone, who is reached;
and on a document, what its sender asks and what is said over the axis."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from procedures import files
from procedures.documents import outgoing, queries, sending
from procedures.exchange.axis import entering, outbox, reached, tracked
from procedures.rights import NotAllowed, Unseen
from web.account.people import actor
from web.documents import blueprint
from web.documents.document import document_view
from web.documents.incoming import CLERK
from web.files import send_stored
from web.house import database
from web.i18n import pick
from web.once import once
from web.paging import number_of, within
from web.permissions import allowed
from web.refusals import sentence

#: Tab of the page → the states that it shows.
TABS: dict[str, tuple[str, ...]] = {
    "khong-hieu": ("unreadable", "refused"),
    "dang-cho": ("trying", "waiting"),
    "trung": ("duplicate",),
    "tat-ca": (),
}
FIELDS = {"reason": "ly_do", "subject": "trich_yeu"}


@blueprint.get("/van-ban/truc")
@allowed(CLERK, "quan_tri")
def axis_page() -> str:
    """What the axis has listed for this person's agencies, and how the exchange is."""
    tab = request.args.get("muc", "")
    tab = tab if tab in TABS else "khong-hieu"
    with database().begin() as tx:
        page = tracked.inbox(tx, actor(), TABS[tab], number_of(request.args.get("trang")))
        pages = max(1, -(-page.total // tracked.PAGE))
        within(page.number, pages)
        health = tracked.health(tx)
        joined = outbox.offered(tx)
        agency = next(iter(queries.sees_all(tx, actor())), "")
    names = {
        "khong-hieu": _("Không nhận được"),
        "dang-cho": _("Đang chờ"),
        "trung": _("Trùng"),
        "tat-ca": _("Tất cả"),
    }
    return render_template(
        "documents/axis.html",
        page=page,
        agency=agency,
        pages=pages,
        tab=tab,
        tabs=[(names[one], one) for one in TABS],
        states={code: (pick(vi, en), tone, icon) for code, (vi, en, tone, icon) in tracked.STATES.items()},
        health=health,
        joined=joined,
    )


@blueprint.get("/van-ban/truc/co-quan")
@allowed(*outgoing.DRAFTERS, "quan_tri")
def axis_agencies() -> str:
    """Who is reached by the axis, by name or code."""
    wanted = request.args.get("tim", "")[:200]
    with database().begin() as tx:
        found = reached.find(tx, wanted)
    return render_template("documents/axis_agencies.html", found=found, wanted=wanted)


@blueprint.get("/van-ban/truc/thong-diep/<axis_id>")
@allowed(CLERK, "quan_tri")
def axis_message(axis_id: str) -> Response:
    """A message as it came, to be saved."""
    with database().begin() as tx:
        row = tracked.message(tx, actor(), axis_id)
        if row is None or row.sha256 is None:
            abort(404)
    return send_stored(files.checked(database(), row.sha256), "application/octet-stream", f"{axis_id}.edxml")


@blueprint.post("/van-ban/<code>/yeu-cau")
@allowed(CLERK)
@once
def axis_answer(code: str) -> str | Response:
    """Agrees to what the sender asks, or refuses it."""
    form = request.form
    agreed = form.get("tra_loi") == "dong_y"
    return _act(
        code,
        _("Đã trả lời nơi gửi."),
        lambda: entering.answer(database(), code, form.get("yeu_cau", ""), agreed, form.get("ly_do", ""), actor()),
    )


@blueprint.post("/van-ban/<code>/cap-nhat")
@allowed(CLERK)
@once
def axis_renew(code: str) -> str | Response:
    """Sends an update of what went out."""
    form = request.form
    return _act(
        code,
        _("Đã gửi bản cập nhật."),
        lambda: sending.renew(database(), code, form.get("ly_do", ""), actor(), subject=form.get("trich_yeu", "")),
    )


@blueprint.post("/van-ban/<code>/gui-lai")
@allowed(CLERK)
@once
def axis_again(code: str) -> str | Response:
    """Tries again what had been given up."""
    return _act(code, _("Hệ thống đang gửi lại."), lambda: _again(code))


def _again(code: str) -> None:
    row = queries.row_of(database(), code, actor(), "resend")
    outbox.again(database(), row.id)


def _act(code: str, done: str, do: Any) -> str | Response:
    """Does it and comes back to the document; what is refused is told on its page."""
    try:
        do()
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return document_view(code, {FIELDS.get(refusal.about, ""): sentence(refusal)}, request.form.to_dict())
    flash(done, "success")
    return redirect(url_for("documents.document_page", code=code))
