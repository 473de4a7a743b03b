"""What goes out: its list, a new draft, its versions, its number, its recall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import agencies, files
from procedures.actor import Actor
from procedures.documents import numbering, outgoing, queries, sending, versions
from procedures.documents.outgoing import Draft
from procedures.documents.values import Document
from procedures.exchange.axis import outbox
from procedures.rights import NotAllowed, Unseen
from procedures.rights import documents as rights
from procedures.vocabulary.documents import (
    APPROVED,
    DISPATCHED,
    DRAFT,
    KINDS,
    LETTER,
    MEDIA,
    NUMBERED,
    OUTGOING,
    SUBMITTED,
    URGENCIES,
)
from web.account.people import actor
from web.account.typed import typed_before
from web.documents import READERS, blueprint
from web.documents.document import document_view
from web.documents.incoming import CLERK, SIZE, chosen_agency
from web.documents.shown import asked_filter, mine_of, named, narrowed, urgencies, words_of_documents
from web.files import receive_upload
from web.forms import Form, choice, posted_count, read, text
from web.house import database
from web.once import once
from web.paging import number_of, within
from web.permissions import allowed
from web.refusals import beside, sentence

TABS: dict[str, tuple[str, ...]] = {
    "du-thao": (DRAFT,),
    "dang-trinh": (SUBMITTED,),
    "cho-cap-so": (APPROVED,),
    "da-cap-so": (NUMBERED,),
    "da-phat-hanh": (DISPATCHED,),
    "tat-ca": (),
}
NAMES = {
    "du-thao": _l("Dự thảo"),
    "dang-trinh": _l("Đang trình"),
    "cho-cap-so": _l("Chờ cấp số"),
    "da-cap-so": _l("Đã cấp số"),
    "da-phat-hanh": _l("Đã phát hành"),
    "tat-ca": _l("Tất cả"),
}


@blueprint.get("/van-ban/di")
@allowed(*READERS, "quan_tri")
def outgoing_list() -> str:
    """What goes out: for registry and leaders all of their agency, for others what they draft and initial."""
    args = request.args
    with database().begin() as tx:
        me = actor()
        agency, choices = chosen_agency(tx)
        clerk = agency in rights.registries(tx, me)
        tab = args.get("muc", "")
        tab = tab if tab in TABS else "cho-cap-so" if clerk else "tat-ca"
        wanted = asked_filter(TABS[tab])
        page = queries.listing(
            tx, me, OUTGOING, agency=agency, wanted=wanted, page=number_of(args.get("trang")), size=SIZE
        )
        pages = max(1, -(-page.total // SIZE))
        within(page.number, pages)
        mine = mine_of(tx, page.rows)
        counts = queries.counts(tx, me, OUTGOING, agency, [states[0] for states in TABS.values() if states])
    return render_template(
        "documents/outgoing.html",
        page=page,
        pages=pages,
        tab=tab,
        tabs=[(NAMES[one], one, counts.get(TABS[one][0]) if TABS[one] else None) for one in TABS],
        agency=agency,
        agencies=choices,
        mine=mine,
        filtered=bool(args.get("tim")) or narrowed(),
        narrowed=narrowed(),
        kind_choices=named(KINDS),
        urgency_choices=urgencies(),
        **words_of_documents(),
    )


def _named(tx: Tx, code: Any) -> Document | None:
    """A document that the address or the form names; None where it is not theirs to see."""
    try:
        return queries.find(tx, str(code), actor()) if code else None
    except Refusal:
        return None


class DraftForm(Form):
    """A draft."""

    loai = choice(KINDS, _l("Chọn tên loại văn bản."))
    trich_yeu = text(_l("Nhập trích yếu nội dung."), longest=500)
    do_khan = choice([str(n) for n in range(len(URGENCIES))], _l("Chọn độ khẩn."))
    don_vi = text(longest=15)
    noi_nhan_khac = text(longest=2000)
    hinh_thuc = choice(MEDIA, _l("Chọn hình thức gửi."))
    tra_loi = text(longest=64)
    thay_the = text(longest=64)
    dinh_chinh = text(longest=64)
    ghi_chu = text(longest=500)


FIELDS = {
    "kind": "loai",
    "subject": "trich_yeu",
    "urgency": "do_khan",
    "unit": "don_vi",
    "recipients": "noi_nhan",
    "medium": "hinh_thuc",
    "reason": "ly_do",
    "file": "tep",
    "others": "noi_nhan_khac",
    "so": "so",
    "pin": "ma_pin",
}


@blueprint.get("/van-ban/di/soan")
@allowed(*outgoing.DRAFTERS)
def draft_page() -> str:
    args = request.args
    fresh = {
        "hinh_thuc": "dien_tu",
        "do_khan": "0",
        "loai": args.get("loai", "CV"),
        "thay_the": args.get("thay-the", ""),
        "dinh_chinh": args.get("dinh-chinh", ""),
        "tra_loi": args.get("tra-loi", ""),
    }
    before = _as_before(fresh["thay_the"] or fresh["dinh_chinh"], fresh) or _in_answer(fresh["tra_loi"])
    return draft_view(typed_before() or {**fresh, **before})


def _in_answer(code: str) -> dict[str, Any]:
    """What an answer begins with: it goes to who asked, about what they asked."""
    with database().begin() as tx:
        came = _named(tx, code)
    if came is None or not came.incoming:
        return {}
    places = {"noi_nhan": [came.sender]} if came.sender else {"noi_nhan_khac": came.issuer}
    return {"trich_yeu": came.subject, "do_khan": str(came.urgency), **places}


def _as_before(code: str, fresh: Mapping[str, Any]) -> dict[str, Any]:
    """What a document that replaces or corrects another begins with: its recipients, and what it is about."""
    if not code:
        return {}
    with database().begin() as tx:
        old = _named(tx, code)
        sent = sending.recipients(tx, old.id) if old is not None else []
    if old is None:
        return {}
    kind = KINDS[old.kind].vi if old.kind in KINDS else old.kind
    corrects = {"loai": LETTER, "trich_yeu": f"Đính chính {kind} số {old.notation}"} if fresh["dinh_chinh"] else {}
    return {
        "trich_yeu": old.subject,
        "do_khan": str(old.urgency),
        "don_vi": old.unit,
        "hinh_thuc": old.medium,
        "noi_nhan": [one.agency for one in sent if one.agency],
        "noi_nhan_khac": "\n".join(one.name for one in sent if not one.agency),
        **corrects,
    }


def draft_view(values: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> str:
    """The page, fresh or with what was wrong in it."""
    with database().begin() as tx:
        places = drafts_for(tx, actor())
        known = [(one.code, one.name) for one in agencies.find(tx)]
        answered, replaced, corrected = (_named(tx, values.get(name)) for name in ("tra_loi", "thay_the", "dinh_chinh"))
        joined = outbox.offered(tx)
    return render_template(
        "documents/draft.html",
        values=values,
        errors=errors or {},
        places=places,
        units=known,
        answered=answered,
        replaced=replaced,
        corrected=corrected,
        joined=joined,
        kind_choices=named(KINDS),
        urgency_choices=urgencies(),
        medium_choices=named(MEDIA),
    )


def drafts_for(tx: Tx, me: Actor) -> list[tuple[str, str]]:
    """The agencies for which this person drafts, the home agency first."""
    codes = {agency for role, agency in rights.held(tx, me) if role in outgoing.DRAFTERS}
    names = agencies.names(tx, codes)
    return [(code, names.get(code, code)) for code in sorted(codes, key=lambda code: (code != me.agency, code))]


@blueprint.post("/van-ban/di/soan")
@allowed(*outgoing.DRAFTERS)
@once
def draft_post() -> str | Response:
    """Opens the draft; its route begins with its author."""
    values, errors = read(DraftForm, request.form)
    typed = {**request.form.to_dict(), "noi_nhan": request.form.getlist("noi_nhan")}
    if errors:
        return draft_view(typed, errors)
    said = Draft(
        request.form.get("co_quan", ""),
        values["loai"],
        values["trich_yeu"],
        int(values["do_khan"]),
        values["don_vi"],
        tuple(request.form.getlist("noi_nhan")),
        values["noi_nhan_khac"],
        values["hinh_thuc"],
        values["ghi_chu"],
        values["tra_loi"],
        values["thay_the"],
        values["dinh_chinh"],
    )
    try:
        outgoing.may_draft(database(), said, actor())  # nothing is kept of who may not, nor of what cannot become one
        made = outgoing.draft(database(), said, _stored(), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return draft_view(typed, beside(refusal, FIELDS))
    flash(_("Đã lập dự thảo."), "success")
    return redirect(url_for("documents.document_page", code=made.code))


def _stored() -> files.Stored | None:
    """The draft's file that came with the page; None where none did."""
    upload = request.files.get("tep")
    return receive_upload(upload, outgoing.DRAFTS) if upload and upload.filename else None


def act_on(code: str, done: str, do: Callable[[Database, Actor], Any]) -> str | Response:
    """Runs one command and comes back to the document; what is refused is told on its page."""
    try:
        do(database(), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return document_view(code, {FIELDS.get(refusal.about, ""): sentence(refusal)}, request.form.to_dict())
    flash(done, "success")
    return redirect(url_for("documents.document_page", code=code))


@blueprint.post("/van-ban/<code>/phien-ban")
@allowed(*outgoing.DRAFTERS)
@once
def version_post(code: str) -> str | Response:
    """Another version of the draft."""

    def add(db: Database, me: Actor) -> None:
        queries.row_of(db, code, me, "write")  # nothing is kept of who may not
        stored = _stored()
        if stored is None:
            raise Refusal("Chọn tệp dự thảo (.docx hoặc PDF).", "Choose the draft's file (.docx or PDF).", "file")
        versions.add_version(db, code, stored, request.form.get("noi_dung_sua", ""), me)

    return act_on(code, _("Đã có bản dự thảo mới."), add)


@blueprint.post("/van-ban/<code>/huy-so")
@allowed(CLERK)
@once
def number_free(code: str) -> str | Response:
    """Takes the number back from what has not gone out."""
    reason = request.form.get("ly_do", "")
    return act_on(code, _("Đã hủy số."), lambda db, me: numbering.free_number(db, code, reason, me))


@blueprint.post("/van-ban/<code>/cap-so-lai")
@allowed(CLERK)
@once
def number_again(code: str) -> str | Response:
    """Another number for one whose number was taken back."""
    wanted = posted_count(request.form.get("so"), most=99999)
    if wanted is None:
        return document_view(code, {"so": _("Nhập một số nguyên.")}, request.form.to_dict())
    return act_on(code, _("Đã cấp số."), lambda db, me: numbering.number_again(db, code, wanted or None, me))


@blueprint.post("/van-ban/<code>/thu-hoi")
@allowed(CLERK)
@once
def document_recall(code: str) -> str | Response:
    """Recalls what went out."""
    reason = request.form.get("ly_do", "")
    return act_on(code, _("Đã thu hồi văn bản."), lambda db, me: sending.recall(db, code, reason, me))
