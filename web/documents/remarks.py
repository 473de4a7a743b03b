"""A draft is read: its versions beside each other, what is said of its passages, its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import files
from procedures.actor import Actor
from procedures.documents import comments, judging, outgoing, queries, versions
from procedures.documents import format as formats
from procedures.documents.values import Document
from procedures.rights import NotAllowed, Unseen
from procedures.vocabulary.documents import DRAFT
from web.account.people import actor
from web.account.typed import typed_before
from web.documents import READERS, blueprint
from web.documents.shown import words_of_documents
from web.files import send
from web.house import database
from web.once import once
from web.paging import number_of
from web.permissions import allowed
from web.refusals import beside, sentence

FIELDS = {"doan": "doan", "y_kien": "y_kien", "": "y_kien"}


def read_draft(tx: Tx, code: str) -> Document:
    """An outgoing document that this person sees, with a version; 404 otherwise."""
    found = queries.find(tx, code, actor())
    if found.incoming or found.sha256 is None:
        abort(404)
    return found


@blueprint.get("/van-ban/<code>/so-sanh")
@allowed(*READERS, "quan_tri")
def versions_page(code: str) -> str:
    """Two versions beside each other: the last and the one before, unless the address says others."""
    with database().begin() as tx:
        found = read_draft(tx, code)
        made = versions.versions(tx, found.id)
        last = made[0].number
        newer = min(number_of(request.args.get("ban")) if request.args.get("ban") else last, last)
        older = number_of(request.args.get("voi")) if request.args.get("voi") else max(newer - 1, 1)
        older = min(older, last)
        old, new = (versions.words_of(tx, found.id, one) or "" for one in (older, newer))
    return render_template(
        "documents/versions.html",
        document=found,
        made=made,
        older=older,
        newer=newer,
        changes=versions.compare(old, new),
        **words_of_documents(),
    )


@blueprint.get("/van-ban/<code>/nhan-xet")
@allowed(*READERS)
def remarks_page(code: str) -> str:
    """The words of the draft, with what was said of its passages beside them."""
    return remarks_view(code, typed_before() or {"doan": request.args.get("doan", "")[:2000]})


def remarks_view(code: str, typed: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> str:
    """The page, fresh or with what was wrong in it."""
    with database().begin() as tx:
        me = actor()
        found = read_draft(tx, code)
        queries.row_of(tx, code, me, "remark")
        last = versions.versions(tx, found.id)[0]
        text = versions.words_of(tx, found.id, last.number) or ""
        remarks = comments.of(tx, found.id, text)
    return render_template(
        "documents/remarks.html",
        document=found,
        last=last,
        lines=[bare for line in text.splitlines() if (bare := " ".join(line.split()))],
        remarks=remarks,
        speaks=found.state in comments.OPEN_IN,
        author=found.received_by == me.username,
        me=me.username,
        typed=typed,
        errors=errors or {},
        **words_of_documents(),
    )


def _said(
    code: str, done: str, do: Callable[[Database, Actor], Any], fields: Mapping[str, str] = FIELDS
) -> str | Response:
    """Runs one command and comes back to the remarks; what is refused is told there."""
    try:
        do(database(), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return remarks_view(code, request.form.to_dict(), beside(refusal, fields))
    flash(done, "success")
    return redirect(url_for("documents.remarks_page", code=code))


@blueprint.post("/van-ban/<code>/nhan-xet")
@allowed(*READERS)
@once
def remark_post(code: str) -> str | Response:
    """Says something of a passage."""
    form = request.form
    version = number_of(form.get("ban"))
    return _said(
        code,
        _("Đã ghi nhận xét."),
        lambda db, me: comments.remark(db, code, version, form.get("doan", ""), form.get("y_kien", ""), me),
    )


@blueprint.post("/van-ban/<code>/nhan-xet/tra-loi")
@allowed(*READERS)
@once
def remark_answer(code: str) -> str | Response:
    """Answers a remark."""
    form = request.form
    remark = form.get("nhan_xet", "")
    return _said(
        code,
        _("Đã trả lời nhận xét."),
        lambda db, me: comments.answer(db, code, remark, form.get("tra_loi", ""), me),
        {"y_kien": f"tra-loi-{remark}"},
    )


@blueprint.post("/van-ban/<code>/nhan-xet/xong")
@allowed(*READERS)
@once
def remark_done(code: str) -> str | Response:
    """A remark is resolved."""
    remark = request.form.get("nhan_xet", "")
    return _said(code, _("Đã đánh dấu xử lý xong."), lambda db, me: comments.resolve(db, code, remark, me))


@blueprint.get("/van-ban/<code>/the-thuc")
@allowed(*READERS, "quan_tri")
def format_page(code: str) -> str:
    """What the check of the format finds in the version in force."""
    return format_view(code)


def format_view(code: str, error: str = "") -> str:
    """The page, fresh or with why nothing was mended."""
    with database().begin() as tx:
        found = read_draft(tx, code)
        judged = judging.of_version(tx, found.sha256)
        writes = "write" in queries.acts(tx, found, actor()) and found.state == DRAFT
    return render_template(
        "documents/format.html",
        document=found,
        judged=judged,
        mends=writes and judged is not None and judged.mends > 0,
        rules=formats.RULES,
        errors={"": error} if error else {},
        name=found.file_name,
        **words_of_documents(),
    )


@blueprint.post("/van-ban/<code>/the-thuc/sua")
@allowed(*outgoing.DRAFTERS)
@once
def format_mend(code: str) -> str | Response:
    """Another version in which what is certain is mended; the difference is shown."""
    try:
        judging.mend(database(), code, request.form.get("da_xem", ""), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return format_view(code, sentence(refusal))
    flash(_("Đã lập bản mới với những lỗi sửa được chắc chắn."), "success")
    return redirect(url_for("documents.format_page", code=code))


@blueprint.get("/van-ban/kiem-tra")
@allowed(*READERS)
def check_page() -> str:
    """The check of the format for any file, which is not kept."""
    return render_template("documents/format.html", document=None, judged=None, rules=formats.RULES, errors={}, name="")


@blueprint.post("/van-ban/kiem-tra")
@allowed(*READERS)
@once
def check_post() -> str | Response:
    """Judges an uploaded file, or gives it back mended."""
    upload = request.files.get("tep")
    body = upload.stream.read(formats.MAX_BYTES + 1) if upload and upload.filename else b""
    name = upload.filename or "" if upload else ""
    errors = {} if body else {"tep": _("Chọn tệp Word (.docx) hoặc PDF.")}
    judged = judging.judged(body) if body else None
    if judged is not None and judged.unreadable is None and request.form.get("viec") == "sua":
        if body[:2] == b"PK" and judged.mends:
            return send(formats.mend(body), files.DOCX, files.clean_name(name).removesuffix(".docx") + " da-sua")
        errors = {"tep": _("Trong tệp này không có lỗi nào sửa chắc chắn được.")}
    return render_template(
        "documents/format.html", document=None, judged=judged, rules=formats.RULES, errors=errors, name=name
    )
