"""The list of drafts, what a draft can be made from, and how it begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.refusal import Refusal
from engine.store import Tx
from procedures import authoring, bundles, catalogue, from_record
from procedures.catalogue.values import Procedure
from procedures.search import fold
from web.account.people import actor
from web.house import database, now
from web.i18n import language, pick
from web.once import once
from web.paging import number_of, within
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import people_of

PER_PAGE = 20
MOST_TOLD = 5  # records that were not taken, told one by one
#: The shapes in words: what is done in them, in which order.
SHAPES = {
    "tham-dinh": (
        _l("Thẩm định có bổ sung"),
        _l("Công chức thẩm định, yêu cầu bổ sung khi thiếu, từ chối khi không đủ điều kiện; lãnh đạo ký."),
    ),
    "mot-duong": (_l("Giải quyết thẳng"), _l("Công chức giải quyết, lãnh đạo ký, trả kết quả; không rẽ nhánh.")),
    "tai-quay": (
        _l("Giải quyết tại quầy"),
        _l("Đối chiếu giấy tờ, thu phí, lập kết quả ngay tại bộ phận một cửa; lãnh đạo ký."),
    ),
    "lay-y-kien": (
        _l("Lấy ý kiến cơ quan liên quan"),
        _l("Các cơ quan được hỏi cùng lúc; im lặng quá hạn thì hồ sơ vẫn đi tiếp; tổng hợp, ký."),
    ),
    "lien-thong": (
        _l("Liên thông nhiều cơ quan"),
        _l("Cơ quan chủ trì ký, hai cơ quan phối hợp giải quyết cùng lúc, mọi kết quả trả một lần."),
    ),
}
#: The fields of the page that a refusal may be about; any other is told at the archive.
FIELDS = ("ten", "ma", "ma_moi", "mau")


@blueprint.get("/soan-thao")
@allowed(*KEEPERS)
def drafts() -> str:
    with database().begin() as tx:
        found = authoring.drafts(tx)
        people = people_of(tx, {one.created_by for one in found})
    return render_template("workbench/drafts.html", drafts=found, people=people)


@blueprint.get("/soan-thao/tao")
@allowed(*KEEPERS)
def draft_new() -> str:
    """What a draft can be made from, by words; or, where one is chosen, what is to be said of the draft."""
    return _new({})


def _new(errors: Mapping[str, str]) -> str:
    said = request.values
    shape, version, code = (said.get(name, "").strip() for name in ("mau", "tu_thu_tuc", "ma"))
    if shape in SHAPES and not code and not version:
        return _form(errors, SHAPES[shape][0], "mau", shape)
    with database().begin() as tx:
        if version:
            try:
                found = bundles.any_version(tx, version)
            except LookupError:
                abort(404)
            return _form(errors, pick(found.name), "tu_thu_tuc", version, code=found.code)
        record = catalogue.procedure(tx, code) if code else None
        if record is not None:
            return _form(errors, record.name, "ma", code, code=code)
    return _choice(errors)


def _form(errors: Mapping[str, str], name: Any, kind: str, key: str, code: str = "") -> str:
    return render_template(
        "workbench/draft_new.html",
        of=str(name),
        kind=kind,
        key=key,
        code=code,
        shapes=[(one, name, text) for one, (name, text) in SHAPES.items()],
        errors=errors,
        typed=request.form,
    )


def _choice(errors: Mapping[str, str]) -> str:
    words = request.values.get("tim", "").strip()
    page = number_of(request.args.get("trang"))
    with database().begin() as tx:
        published = [one for one in bundles.published(tx, kind=None) if _meant(one, words)]
        records = catalogue.find(tx, words, page=page, size=PER_PAGE)
    within(page, records.pages)
    return render_template(
        "workbench/draft_choice.html",
        words=words,
        shapes=[(key, name, text) for key, (name, text) in SHAPES.items()],
        published=published,
        records=records,
        errors=errors,
        typed=request.form,
    )


def _meant(one: bundles.Procedure, words: str) -> bool:
    said = f"{fold(pick(one.name))} {one.code}"
    return all(word in said for word in fold(words).split())


@blueprint.post("/soan-thao")
@allowed(*KEEPERS)
@once
def draft_begin() -> Any:
    """A new draft: on a shape, from a record of the national catalogue, from a version in force (the same procedure, or
    a new one like it), or the ZIP archive of a bundle."""
    try:
        with database().begin() as tx:
            files, source = _files(tx)
            id = authoring.begin(tx, request.form.get("ten", ""), files, source, by=actor())
    except Refusal as refusal:
        return _new({refusal.about if refusal.about in FIELDS else "goi": sentence(refusal)})
    flash(_("Đã tạo bản nháp."), "success")
    return redirect(url_for("workbench.draft_page", draft=id))


@blueprint.post("/soan-thao/ban-ghi")
@allowed(*KEEPERS)
@once
def records_bring() -> Any:
    """Takes national records (JSON files, ZIP archives of them) into the catalogue, and shows them to begin from."""
    uploads = [one for one in request.files.getlist("ban_ghi") if one.filename]
    if not uploads:
        return _new({"ban_ghi": _("Chọn tệp bản ghi (JSON hoặc ZIP).")})
    sent = [(str(one.filename), one.read()) for one in uploads]
    try:
        with database().begin() as tx:
            done = catalogue.import_sent(tx, sent, lang=language(), by=actor())
    except Refusal as refusal:
        return _new({"ban_ghi": sentence(refusal)})
    wrong = "; ".join(f"{one['file']}: {one['reason']}" for one in done["rejected"][:MOST_TOLD])
    if not done["codes"]:
        return _new({"ban_ghi": wrong or _("Trong tệp nén không có tệp JSON nào.")})
    counts = {kind: done[kind] for kind in ("imported", "updated", "unchanged")}
    flash(_("Bản ghi quốc gia: %(imported)d mới, %(updated)d cập nhật, %(unchanged)d không đổi.", **counts), "success")
    if wrong:
        flash(_("Không đọc được: %(list)s", list=wrong), "warning")
    only = done["codes"][0] if len(done["codes"]) == 1 else None
    return redirect(url_for("workbench.draft_new", tim=only, _anchor="ban-ghi"))


def _files(tx: Tx) -> tuple[dict[str, str], str]:
    """What the draft begins with, and the code of the procedure that it is of, empty for an archive."""
    form, today = request.form, now().date()
    version, code, own = (form.get(name, "").strip() for name in ("tu_thu_tuc", "ma", "ma_moi"))
    shape = form.get("mau", "") or from_record.NAMES[0]
    upload = request.files.get("goi")
    if shape not in SHAPES:
        raise Refusal("Chọn một mẫu trong danh sách.", "Choose a shape of the list.", about="mau")
    if upload is not None and upload.filename:
        return authoring.unpacked(upload.read()), ""
    if code:
        return from_record.files_of(_record(tx, code), today, shape), code
    if version:
        files, source = _published(tx, version)
        return (from_record.copied(files, own, form.get("ten", ""), today), own) if own else (files, source)
    if form.get("mau"):
        return from_record.of_shape(shape, own, form.get("ten", ""), today), own
    raise Refusal(
        "Chọn một mẫu, một thủ tục đang áp dụng, một bản ghi quốc gia, hoặc tải lên một gói.",
        "Choose a shape, a procedure in force, a national record, or upload a bundle.",
    )


def _record(tx: Tx, code: str) -> Procedure:
    record = catalogue.procedure(tx, code)
    if record is None:
        raise Refusal(
            f"Danh mục không có thủ tục mã {code}.", f"The catalogue has no procedure with the code {code}.", about="ma"
        )
    return record


def _published(tx: Tx, version: str) -> tuple[dict[str, str], str]:
    try:
        procedure = bundles.any_version(tx, version)
    except LookupError:
        abort(404)
    return authoring.texts(bundles.files_of(tx, version)), procedure.code
