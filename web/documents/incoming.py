"""The tray and the list of what comes, and its entry in the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import fields
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, files
from procedures.documents import incoming, looking, queries, tray
from procedures.documents.values import Document, Incoming
from procedures.letters.rendering import national, render
from procedures.rights import NotAllowed, Unseen
from procedures.rights import documents as rights
from procedures.vocabulary.documents import (
    CHANNELS,
    DONE,
    INCOMING,
    KINDS,
    MEDIA,
    ON_ROUTE,
    RETURNED,
    URGENCIES,
    WAITING,
)
from web.account.people import actor
from web.account.typed import typed_before
from web.documents import READERS, blueprint, exchanged
from web.documents.shown import asked_filter, mine_of, named, narrowed, urgencies, words_of_documents
from web.files import send_pdf
from web.forms import Form, choice, day, posted_count, posted_day, read, text
from web.house import database
from web.i18n import pick
from web.once import once
from web.paging import number_of, within
from web.permissions import allowed
from web.refusals import beside, sentence

SIZE = 25
CLERK = "van_thu"
#: Tab of the page → the states that it shows.
TABS: dict[str, tuple[str, ...]] = {
    "khay": (WAITING,),
    "dang-xu-ly": (ON_ROUTE,),
    "hoan-thanh": (DONE,),
    "tra-lai": (RETURNED,),
    "tat-ca": (),
}
NAMES = {
    "khay": _l("Khay chờ đăng ký"),
    "dang-xu-ly": _l("Đang xử lý"),
    "hoan-thanh": _l("Hoàn thành"),
    "tra-lai": _l("Đã trả lại"),
    "tat-ca": _l("Tất cả"),
}


def chosen_agency(tx: Tx) -> tuple[str, list[tuple[str, str]]]:
    """The agency whose documents are shown, and those to choose from: where this person sees all of them."""
    codes = queries.sees_all(tx, actor())
    asked = request.args.get("co-quan", "")
    names = agencies.names(tx, codes)
    return (asked if asked in codes else codes[0] if codes else ""), [(code, names.get(code, code)) for code in codes]


@blueprint.get("/van-ban/den")
@allowed(*READERS, "quan_tri")
def incoming_list() -> str:
    """What came: for registry and leaders all of their agency, for others what was given to them."""
    return list_view()


def list_view(errors: Mapping[str, str] | None = None) -> str:
    """The page, fresh or with what was wrong with an upload."""
    args = request.args
    with database().begin() as tx:
        me = actor()
        agency, choices = chosen_agency(tx)
        clerk = agency in rights.registries(tx, me)
        tabs = [tab for tab in TABS if agency or me.everything or tab not in ("khay", "tra-lai")]
        tab = args.get("muc", "")
        tab = tab if tab in tabs else "khay" if clerk else "dang-xu-ly"
        wanted = asked_filter(TABS[tab])
        page = queries.listing(
            tx, me, INCOMING, agency=agency, wanted=wanted, page=number_of(args.get("trang")), size=SIZE
        )
        pages = max(1, -(-page.total // SIZE))
        within(page.number, pages)
        counts = queries.counts(tx, me, INCOMING, agency, [TABS[one][0] for one in tabs if TABS[one]])
        lines = queries.lines_of(tx, [row.id for row in page.rows])
        unsound = exchanged.unsound(tx, [row.id for row in page.rows])
        mine = mine_of(tx, page.rows)
        late = incoming.late_acknowledgements(tx, agency) if clerk else 0
        aside = tray.not_taken(tx, agency, me) if clerk and tab == "khay" else []
        sources = [one for one in looking.health(tx) if one.agency == agency] if clerk else []
        being_read = looking.being_read(tx, agency) if clerk else 0
    return render_template(
        "documents/incoming.html",
        page=page,
        pages=pages,
        tab=tab,
        tabs=[(NAMES[one], one, counts.get(TABS[one][0]) if TABS[one] else None) for one in tabs],
        lines=lines,
        unsound=unsound,
        agency=agency,
        agencies=choices,
        mine=mine,
        clerk=clerk,
        late=late,
        aside=aside,
        sources=sources,
        being_read=being_read,
        channels={code: pick(*word) for code, word in CHANNELS.items()},
        errors=errors or {},
        filtered=bool(args.get("tim")) or narrowed(),
        narrowed=narrowed(),
        kind_choices=named(KINDS),
        urgency_choices=urgencies(),
        medium_choices=named(MEDIA),
        **words_of_documents(),
    )


@blueprint.post("/van-ban/den/tai-len")
@allowed(CLERK)
@once
def incoming_upload() -> str | Response:
    """Scans and electronic documents come into the tray, each file a document; or one on paper without a scan."""
    uploads = [one for one in request.files.getlist("tep") if one and one.filename]
    paper = bool(request.form.get("ban_giay"))
    if not uploads and not paper:
        return list_view({"tep": _("Chọn tệp văn bản, hoặc đánh dấu văn bản giấy không quét.")})
    agency = request.form.get("co_quan", "")
    rights.require_registry(database(), agency, actor())  # nothing is kept of who has no tray there
    made: list[Document | None] = []
    errors: list[str] = []
    if not uploads:
        made.append(incoming.arrive(database(), agency, None, actor(), paper=True))
    for upload in uploads:
        try:
            made.append(
                looking.uploaded(
                    *(database(), agency, upload.stream, upload.filename or "", actor()),
                    paper=paper,
                    wait=len(uploads) == 1,
                )
            )
        except NotAllowed:
            raise
        except Refusal as refused:
            errors.append(f"{upload.filename}: {sentence(refused)}")
    later = sum(one is None for one in made)
    if errors:
        said = [_("%(num)d tệp khác đã vào khay.", num=len(made))] if made else []
        return list_view({"tep": " ".join([*errors, *said])})
    if len(made) == 1 and made[0] is not None:
        return redirect(url_for("documents.register_page", code=made[0].code))
    if len(made) > later:
        flash(_("Đã đưa %(num)d văn bản vào khay.", num=len(made) - later), "success")
    if later:
        flash(_("%(num)d bản quét đang được nhận dạng chữ, vào khay sau ít phút.", num=later), "success")
    return redirect(url_for("documents.incoming_list", muc="khay"))


@blueprint.post("/van-ban/khay/<agency>/<item>/da-xem")
@allowed(CLERK)
@once
def tray_seen(agency: str, item: str) -> Response:
    """What is no document leaves the tray."""
    tray.seen(database(), agency, item, actor())
    said: dict[str, Any] = {"muc": "khay", "co-quan": agency}
    return redirect(url_for("documents.incoming_list", **said))


@blueprint.get("/van-ban/to-ngan")
@allowed(CLERK)
def separator() -> Response:
    """The sheet that stands between documents in a scanner's feeder, to be printed."""
    with database().begin() as tx:
        made = render(national("to-ngan"), {}, at=tx.now)
    return send_pdf(made, "to-ngan-van-ban")


class Entry(Form):
    """The entry of an incoming document."""

    so_ky_hieu = text(_l("Nhập số, ký hiệu của văn bản."), longest=30)
    co_quan_ban_hanh = text(_l("Nhập cơ quan ban hành."), longest=200)
    trich_yeu = text(_l("Nhập trích yếu nội dung."), longest=500)
    loai = choice(KINDS, _l("Chọn tên loại văn bản."))
    ngay_van_ban = day(_l("Nhập ngày, tháng, năm của văn bản."))
    do_khan = choice([str(n) for n in range(len(URGENCIES))], _l("Chọn độ khẩn."))
    do_mat = text()
    hinh_thuc = choice(MEDIA, _l("Chọn hình thức nhận."))
    nguoi_ky = text(longest=50)
    chuc_vu = text(longest=100)
    han_tra_loi = day()
    ghi_chu = text(longest=500)
    so_trang = fields.String(load_default="")
    so_ban = fields.String(load_default="")
    khong_trung = text(longest=500)


#: Argument of the command → field of the page.
FIELDS = {
    "notation": "so_ky_hieu",
    "issuer": "co_quan_ban_hanh",
    "subject": "trich_yeu",
    "kind": "loai",
    "issued_on": "ngay_van_ban",
    "urgency": "do_khan",
    "secrecy": "do_mat",
    "medium": "hinh_thuc",
    "signer": "nguoi_ky",
    "position": "chuc_vu",
    "due": "han_tra_loi",
    "note": "ghi_chu",
    "reason": "ly_do",
    "pages": "so_trang",
}


def _typed_of(found: Document) -> dict[str, Any]:
    """The fields of the page as the tray has them: what the sender or the document's own words say."""
    return {
        "so_ky_hieu": found.notation,
        "co_quan_ban_hanh": found.issuer,
        "trich_yeu": found.subject,
        "loai": found.kind,
        "ngay_van_ban": found.issued_on or "",
        "do_khan": str(found.urgency),
        "hinh_thuc": found.medium,
        "nguoi_ky": found.signer,
        "chuc_vu": found.position,
        "han_tra_loi": found.due or "",
        "ghi_chu": found.note,
        "so_trang": found.pages or "",
        "so_ban": found.copies or "",
    }


@blueprint.get("/van-ban/<code>/dang-ky")
@allowed(CLERK)
def register_page(code: str) -> str | Response:
    typed = typed_before()
    return register_view(code, typed=typed or None)


def register_view(
    code: str,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    doubles: Any = None,
) -> str | Response:
    """The entry form beside the document, fresh or with what was wrong in it."""
    with database().begin() as tx:
        row = queries.row_of(tx, code, actor(), "register")
        found = queries.find(tx, code, actor())
        if found.state != WAITING:
            return redirect(url_for("documents.document_page", code=code))
        values = dict(typed) if typed is not None else _typed_of(found)
        if doubles is None and values.get("so_ky_hieu"):
            on = posted_day(str(values.get("ngay_van_ban", ""))) if typed is not None else found.issued_on
            said = Incoming(str(values["so_ky_hieu"]), str(values.get("co_quan_ban_hanh", "")), "", issued_on=on)
            doubles = incoming.doubles(tx, row.agency, said, besides=row.id)
        beside = tray.files_of(tx, found.id)
        mail = tray.mail_of(tx, found.id)
        following = tray.following(tx, row.agency, code, actor())
        mail_body = tray.said_in(tx, beside) if mail is not None else ""
        stored = files.info(tx, found.sha256) if found.sha256 else None
        names = agencies.names(tx, [one for one in (found.agency, found.sender) if one])
        exchange = exchanged.shown(tx, found)
    return render_template(
        "documents/register.html",
        exchange=exchange,
        document=found,
        suggested={FIELDS[name]: by for name, by in found.suggested.items() if name in FIELDS},
        beside=beside,
        following=following,
        mail=mail,
        mail_body=mail_body,
        verdict=exchanged.verdict,
        values=values,
        errors=errors or {},
        doubles=doubles or [],
        media_type=stored.type if stored is not None else "",
        names=names,
        acknowledge_by=incoming.acknowledge_by(found.received_at),
        kind_choices=named(KINDS),
        urgency_choices=urgencies(),
        medium_choices=named(MEDIA),
        **words_of_documents(),
    )


@blueprint.post("/van-ban/<code>/dang-ky")
@allowed(CLERK)
@once
def register_post(code: str) -> str | Response:
    """Enters the document; it has its number when this comes back."""
    values, errors = read(Entry, request.form)
    counted = {name: posted_count(request.form.get(name)) for name in ("so_trang", "so_ban")}
    for name, count in counted.items():
        if count is None:
            errors[name] = _("Nhập một số nguyên từ 0 đến 9999.")
    if errors:
        return register_view(code, typed=request.form.to_dict(), errors=errors)
    said = Incoming(
        values["so_ky_hieu"],
        values["co_quan_ban_hanh"],
        values["trich_yeu"],
        values["loai"],
        values["ngay_van_ban"],
        int(values["do_khan"]),
        values["do_mat"],
        values["hinh_thuc"],
        values["nguoi_ky"],
        values["chuc_vu"],
        counted["so_trang"] or None,
        counted["so_ban"] or None,
        values["han_tra_loi"],
        values["ghi_chu"],
    )
    try:
        made = incoming.register(database(), code, said, actor(), no_double=values["khong_trung"])
    except (NotAllowed, Unseen):
        raise
    except incoming.Double as double:
        return register_view(
            code, typed=request.form.to_dict(), errors={"khong_trung": sentence(double)}, doubles=double.documents
        )
    except Refusal as refusal:
        return register_view(code, typed=request.form.to_dict(), errors=beside(refusal, FIELDS))
    flash(_("Đã đăng ký. Số đến: %(number)s.", number=made.shown_number), "success")
    after = tray.following(database(), made.agency, code, actor()) if request.form.get("tiep") else None
    if after is not None:
        return redirect(url_for("documents.register_page", code=after.code))
    return redirect(url_for("documents.document_page", code=code))


@blueprint.post("/van-ban/<code>/tra-lai")
@allowed(CLERK)
@once
def give_back(code: str) -> str | Response:
    """Back to the sender, with the reason."""
    try:
        incoming.give_back(database(), code, request.form.get("ly_do", ""), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return register_view(code, errors=beside(refusal, FIELDS))
    flash(_("Đã trả lại văn bản cho nơi gửi."), "success")
    return redirect(url_for("documents.incoming_list", muc="khay"))
