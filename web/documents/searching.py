"""The search of documents: every field and what they say, chosen columns, kept under a name, as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, views
from procedures.documents import queries
from procedures.documents.queries import Filter, Page
from procedures.documents.values import Document
from procedures.dossiers.sheets import Sheet
from procedures.vocabulary.documents import COPY, INCOMING, KINDS, MATTER, MEDIA, OUTGOING, STATES_IN, STATES_OUT
from web.account.people import actor
from web.documents import READERS, blueprint
from web.documents.incoming import chosen_agency
from web.documents.shown import asked_filter, named, urgencies, words_of_documents
from web.forms import posted_count, posted_day
from web.house import database
from web.once import once
from web.paging import number_of, within
from web.permissions import allowed
from web.present import day, moment
from web.refusals import sentence
from web.sheets import as_file

SIZE = 25
REGISTERS = {
    INCOMING: _l("Văn bản đến"),
    OUTGOING: _l("Văn bản đi"),
    MATTER: _l("Trình, giao việc"),
    COPY: _l("Bản sao"),
}
#: Column → its name; which of them are there where nobody has chosen.
COLUMNS = {
    "so": _l("Số"),
    "ky-hieu": _l("Số, ký hiệu"),
    "ngay": _l("Ngày văn bản"),
    "trich-yeu": _l("Trích yếu"),
    "ten-loai": _l("Tên loại"),
    "co-quan-ban-hanh": _l("Cơ quan ban hành"),
    "nguoi-ky": _l("Người ký"),
    "chuc-vu": _l("Chức vụ"),
    "noi-nhan": _l("Nơi nhận"),
    "khan": _l("Độ khẩn"),
    "gui-nhan": _l("Hình thức"),
    "tinh-trang": _l("Tình trạng"),
    "luc": _l("Đến, soạn lúc"),
    "vao-so": _l("Vào sổ lúc"),
    "han": _l("Hạn trả lời"),
    "don-vi": _l("Đơn vị xử lý"),
    "so-trang": _l("Số trang"),
    "ghi-chu": _l("Ghi chú"),
}
USUAL = ("so", "ky-hieu", "ngay", "trich-yeu", "co-quan-ban-hanh", "don-vi", "tinh-trang")
FIELDS = ("ky-hieu", "co-quan-ban-hanh", "trich-yeu", "nguoi-ky", "noi-nhan")
#: What of an address a kept search has.
KEPT = (*("so-sach", "tim", "loai", "do-khan", "hinh-thuc", "tinh-trang", "so"), *FIELDS)
KEPT_DAYS = ("tu-ngay", "den-ngay", "ky-tu-ngay", "ky-den-ngay")


def _asked() -> tuple[str, Filter]:
    """The register and what the address asks for in it."""
    args = request.args
    register = args.get("so-sach", "") if args.get("so-sach") in REGISTERS else INCOMING
    states = STATES_IN if register == INCOMING else STATES_OUT
    wanted = asked_filter((args["tinh-trang"],) if args.get("tinh-trang") in states else ())
    return register, replace(
        wanted,
        number=posted_count(args.get("so"), most=99999) or None,
        issued_first=posted_day(args.get("ky-tu-ngay")),
        issued_last=posted_day(args.get("ky-den-ngay")),
        notation=args.get("ky-hieu", "")[:200],
        subject=args.get("trich-yeu", "")[:200],
        issuer=args.get("co-quan-ban-hanh", "")[:200],
        signer=args.get("nguoi-ky", "")[:200],
        recipients=args.get("noi-nhan", "")[:200],
    )


def _columns() -> list[str]:
    asked = set(request.args.getlist("cot"))
    chosen = [one for one in COLUMNS if one in asked]
    return ["ky-hieu", "trich-yeu"] if chosen and not {"ky-hieu", "trich-yeu"} & asked else chosen or list(USUAL)


def _cells(one: Document, units: str, words: Mapping[str, Any]) -> dict[str, str]:
    return {
        "so": one.shown_number,
        "ky-hieu": one.notation,
        "ngay": day(one.issued_on) if one.issued_on else "",
        "trich-yeu": one.subject or one.file_name or one.code,
        "ten-loai": words["kinds"].get(one.kind, one.kind),
        "co-quan-ban-hanh": one.issuer,
        "nguoi-ky": one.signer,
        "chuc-vu": one.position,
        "noi-nhan": one.recipients.replace("\n", "; "),
        "khan": words["urgency_names"][one.urgency],
        "gui-nhan": words["media"].get(one.medium, one.medium),
        "tinh-trang": words["states"].get(one.state, one.state),
        "luc": moment(one.received_at),
        "vao-so": moment(one.numbered_at) if one.numbered_at else "",
        "han": day(one.due) if one.due else "",
        "don-vi": units,
        "so-trang": str(one.pages or ""),
        "ghi-chu": one.note,
    }


def _rows(tx: Tx, found: Page) -> list[tuple[Document, dict[str, str]]]:
    lines = queries.lines_of(tx, [one.id for one in found.rows])
    words = words_of_documents()
    units = {id: "; ".join(dict.fromkeys(line.unit for line in many if line.role)) for id, many in lines.items()}
    return [(one, _cells(one, units.get(one.id, ""), words)) for one in found.rows]


@blueprint.get("/van-ban/tim-kiem")
@allowed(*READERS, "quan_tri")
def search_page() -> str | Response:
    """What the address asks for; nothing is searched before something is asked for."""
    return search_view()


def search_view(wrong: str = "", name: str = "") -> str | Response:
    """The page. wrong: why the search was not kept under that name."""
    register, wanted = _asked()
    columns = _columns()
    asked = any(request.args.get(one) for one in (*KEPT, *KEPT_DAYS))
    as_sheet = request.args.get("dang") == "xlsx"
    with database().begin() as tx:
        me = actor()
        agency, choices = chosen_agency(tx)
        page, size = (1, queries.MOST) if as_sheet else (number_of(request.args.get("trang")), SIZE)
        found = queries.listing(tx, me, register, agency=agency, wanted=wanted, page=page, size=size) if asked else None
        rows = _rows(tx, found) if found is not None else []
        kept = views.searches(tx, current_user.username)
        place = agencies.names(tx, [agency]).get(agency, "") if agency else ""
        at = tx.now
    if as_sheet and found is not None:
        heads = tuple(str(COLUMNS[one]) for one in columns)
        title = " – ".join(filter(None, (str(REGISTERS[register]), place)))
        lines = tuple(tuple(cells[one] for one in columns) for _one, cells in rows)
        return as_file(Sheet("so-van-ban", title, heads, lines, at), "xlsx", f"tim-van-ban-{at:%Y-%m-%d}")
    pages = max(1, -(-found.total // SIZE)) if found is not None else 1
    within(found.number if found is not None else 1, pages)
    return render_template(
        "documents/search.html",
        asked=asked,
        page=found,
        pages=pages,
        rows=rows,
        register=register,
        registers=list(REGISTERS.items()),
        heads=[(one, str(COLUMNS[one])) for one in columns],
        columns=list(COLUMNS.items()),
        agency=agency,
        agencies=choices,
        kept=kept,
        wrong=wrong,
        name=name,
        further=any(request.args.get(one) for one in (*KEPT[2:], *KEPT_DAYS)),
        states_choices=named(STATES_IN if register == INCOMING else STATES_OUT),
        kind_choices=named(KINDS),
        urgency_choices=urgencies(),
        medium_choices=named(MEDIA),
        **words_of_documents(),
    )


@blueprint.post("/van-ban/tim-kiem")
@allowed(*READERS, "quan_tri")
@once
def search_keep() -> str | Answer:
    """Keeps the search that the address names."""
    pairs = [(name, one) for name, many in request.args.lists() for one in many if one]
    asked = urlencode([(name, one) for name, one in pairs if name in (*KEPT, *KEPT_DAYS, "cot", "co-quan")])
    name = request.form.get("ten", "")
    try:
        views.save(database(), name, asked, current_user.username, current_user.roles, scope=views.SEARCH)
    except Refusal as refusal:
        return search_view(sentence(refusal), name)
    flash(_("Đã lưu tìm kiếm “%(name)s”.", name=" ".join(name.split())), "success")
    return redirect(f"{url_for('documents.search_page')}?{asked}")


@blueprint.post("/van-ban/tim-kiem/<id>/xoa")
@allowed(*READERS, "quan_tri")
@once
def search_drop(id: str) -> Answer:
    """Takes a kept search away."""
    views.remove(database(), id, current_user.username, current_user.roles)
    flash(_("Đã xóa tìm kiếm đã lưu."), "success")
    return redirect(url_for("documents.search_page"))
