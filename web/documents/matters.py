"""Matters: the list of them, what may be begun, the form of a route, its files; meetings, rooms and bridge points."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine import worklist
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, bundles, files, forms
from procedures.documents import matters, meetings, queries
from procedures.documents.meetings import Guest, Plan
from procedures.rights import NotAllowed, Unseen
from procedures.rights import documents as rights
from procedures.vocabulary.documents import COPY, DONE, DRAFT, DROPPED, MATTER, ON_ROUTE, SUBMITTED
from procedures.work_files import keeping
from web.account.people import actor
from web.account.typed import typed_before
from web.documents import READERS, blueprint
from web.documents.incoming import CLERK, SIZE, chosen_agency
from web.documents.shown import asked_filter, words_of_documents
from web.files import receive_upload
from web.forms import posted_count, posted_day
from web.house import database
from web.i18n import pick
from web.model_form import named
from web.once import once
from web.paging import number_of, within
from web.permissions import allowed
from web.refusals import beside, sentence

TABS: dict[str, tuple[str, ...]] = {
    "dang-lam": (DRAFT, SUBMITTED, ON_ROUTE),
    "xong": (DONE,),
    "thoi": (DROPPED,),
    "tat-ca": (),
}
NAMES = {"dang-lam": _l("Đang làm"), "xong": _l("Đã xong"), "thoi": _l("Không thực hiện"), "tat-ca": _l("Tất cả")}
FIELDS = {
    "about": "",
    "file": "tep",
    "starts": "ngay",
    "ends": "ket_thuc",
    "resources": "phong",
    "place": "dia_diem",
    "guests": "khach_ngoai",
    "name": "ten",
    "kind": "loai",
}


@blueprint.get("/van-ban/cong-viec")
@allowed(*READERS, "quan_tri")
def matter_list() -> str:
    """The matters of this person, or all of the agency for its registry and leaders; and what they may begin."""
    args = request.args
    with database().begin() as tx:
        me = actor()
        agency, choices = chosen_agency(tx)
        tab = args.get("muc", "") if args.get("muc", "") in TABS else "dang-lam"
        register = COPY if args.get("loai-viec") == COPY else MATTER
        wanted = asked_filter(TABS[tab])
        page = queries.listing(
            tx, me, register, agency=agency, wanted=wanted, page=number_of(args.get("trang")), size=SIZE
        )
        pages = max(1, -(-page.total // SIZE))
        within(page.number, pages)
        routes = {one.code: pick(one.name["vi"], one.name["en"]) for one in bundles.published(tx, kind="route")}
        ids = [row.id for row in page.rows]
        codes = {id: routes.get(code, "") for id, code in matters.route_codes(tx, ids).items()}
        offered = [(route.code, pick(route.name["vi"], route.name["en"])) for route, _places in matters.offered(tx, me)
                   if not matters.about_of(route)]  # fmt: skip
        steps = worklist.steps_of(tx, ids)
    return render_template(
        "documents/matters.html",
        page=page,
        pages=pages,
        tab=tab,
        tabs=[(NAMES[one], one) for one in TABS],
        register=register,
        agency=agency,
        agencies=choices,
        offered=offered,
        routes=codes,
        steps=steps,
        filtered=bool(args.get("tim")),
        **words_of_documents(),
    )


@blueprint.get("/van-ban/cong-viec/moi/<route>")
@allowed(*READERS)
def matter_begin(route: str) -> str:
    """The form by which a route is begun. ``ve`` in the address: the document that it is about."""
    return begin_view(route, typed_before() or {"ve": request.args.get("ve", "")})


def begin_view(route: str, typed: Mapping[str, Any], errors: Mapping[str, Any] | None = None) -> str:
    """The page, fresh or with what was wrong in it."""
    with database().begin() as tx:
        me = actor()
        found = next(((one, places) for one, places in matters.offered(tx, me) if one.code == route), None)
        if found is None:
            abort(404)
        one, places = found
        agency = str(typed.get("co_quan_mo") or places[0])
        form = matters.form_of(tx, one)
        about = queries.find(tx, str(typed["ve"]), me) if typed.get("ve") else None
        return render_template(
            "documents/matter_begin.html",
            route=one,
            title=pick(one.name["vi"], one.name["en"]),
            form=form,
            values=typed,
            errors=errors or {},
            said=named(errors or {}, form),
            pickers=forms.offered(tx, form, agency if agency in places else places[0]),
            about=about,
            wants_about=matters.about_of(one),
            takes_file=not matters.about_of(one),
            places=[(code, agencies.names(tx, places).get(code, code)) for code in places],
            agency=agency,
        )


@blueprint.post("/van-ban/cong-viec/moi/<route>")
@allowed(*READERS)
@once
def matter_begin_post(route: str) -> str | Response:
    """Begins it."""
    posted = request.form
    typed = {name: values if len(values) > 1 else values[0] for name, values in posted.lists()}
    agency, about = posted.get("co_quan_mo", ""), posted.get("ve", "")
    try:
        matters.route_for(database(), route, agency, actor())  # nothing is kept of who may not
        made = matters.begin(database(), route, agency, posted, _stored(), actor(), about=about)
    except forms.Invalid as wrong:
        return begin_view(route, typed, wrong.errors)
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return begin_view(route, typed, beside(refusal, FIELDS))
    flash(_("Đã mở công việc."), "success")
    with database().begin() as tx:
        meets = matters.meets(bundles.of_version(tx, matters.version_of(tx, made.id)))
    return redirect(url_for("documents.meeting_page" if meets else "documents.document_page", code=made.code))


def _stored() -> files.Stored | None:
    upload = request.files.get("tep")
    return receive_upload(upload, matters.PAPERS) if upload and upload.filename else None


@blueprint.post("/van-ban/<code>/tep-cong-viec")
@allowed(*READERS)
@once
def matter_attach(code: str) -> str | Response:
    """Adds a file to a matter."""
    from web.documents.document import document_view

    try:
        queries.row_of(database(), code, actor(), "attach")  # nothing is kept of who may not
        stored = _stored()
        if stored is None:
            raise Refusal("Chọn tệp cần thêm.", "Choose the file.", "file")
        matters.attach(database(), code, stored, request.form.get("noi_dung_sua", ""), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return document_view(code, beside(refusal, FIELDS), request.form.to_dict())
    flash(_("Đã thêm tệp."), "success")
    return redirect(url_for("documents.document_page", code=code))


# -- meetings ---------------------------------------------------------------------------------------------------------


@blueprint.get("/van-ban/<code>/lich-hop")
@allowed(*READERS)
def meeting_page(code: str) -> str:
    """When and where a meeting is held, and who is invited."""
    return meeting_view(code, {})


def meeting_view(
    code: str,
    errors: Mapping[str, str],
    typed: Mapping[str, Any] | None = None,
    conflicts: list[meetings.Conflict] | None = None,
) -> str:
    """The page, fresh, or with what is wrong or in conflict."""
    with database().begin() as tx:
        me = actor()
        row = queries.row_of(tx, code, me, "meet")
        found = meetings.get(tx, row.id)
        values = dict(typed) if typed is not None else _values(found)
        people = keeping.keepers(tx, row.agency)
        return render_template(
            "documents/meeting.html",
            document=queries.find(tx, code, me),
            meeting=found,
            values=values,
            errors=errors,
            conflicts=conflicts or [],
            people=people,
            rooms=[_choice(one) for one in meetings.resources(tx, row.agency) if one.kind == meetings.ROOM],
            bridges=[_choice(one) for one in meetings.resources(tx, row.agency) if one.kind == meetings.BRIDGE],
        )


def _choice(one: meetings.Resource) -> tuple[str, str]:
    return one.id, one.name + (" (" + _("%(n)s chỗ", n=one.seats) + ")" if one.seats else "")


def _values(found: meetings.Meeting | None) -> dict[str, Any]:
    if found is None:
        return {"truc_tuyen": False, "phong": [], "diem_cau": [], "khach": []}
    starts, ends = found.starts.astimezone(VIETNAM), found.ends.astimezone(VIETNAM)
    ids = [one.id for one in found.resources]
    return {
        "ngay": f"{starts:%d/%m/%Y}",
        "bat_dau": f"{starts:%H:%M}",
        "ket_thuc": f"{ends:%H:%M}",
        "chu_tri": found.chair or "",
        "dia_diem": found.place,
        "truc_tuyen": bool(found.link),
        "phong": ids,
        "diem_cau": ids,
        "khach": [one.username for one in found.guests if one.username],
        "khach_ngoai": "\n".join(f"{one.name} <{one.email}>" for one in found.guests if not one.username),
    }


@blueprint.post("/van-ban/<code>/lich-hop")
@allowed(*READERS)
@once
def meeting_post(code: str) -> str | Response:
    """Arranges it; conflicts are shown first."""
    form = request.form
    typed = {**form.to_dict(), **{name: form.getlist(name) for name in ("phong", "diem_cau", "khach")}}
    try:
        queries.row_of(database(), code, actor(), "meet")
        with database().begin() as tx:
            plan = _plan(tx, typed)
        found = meetings.arrange(database(), code, plan, actor(), accepted=bool(form.get("van_dat")))
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return meeting_view(code, beside(refusal, FIELDS), typed)
    if found:
        return meeting_view(code, {}, typed, found)
    flash(_("Đã đặt lịch họp."), "success")
    return redirect(url_for("documents.document_page", code=code))


def _plan(tx: Tx, typed: Mapping[str, Any]) -> Plan:
    day = posted_day(typed.get("ngay"))
    begin, end = _time(typed.get("bat_dau")), _time(typed.get("ket_thuc"))
    if day is None:
        raise Refusal("Nhập ngày họp, ví dụ 22/11/2026.", "Give the day, such as 22/11/2026.", "starts")
    if begin is None or end is None:
        raise Refusal("Nhập giờ bắt đầu và kết thúc, ví dụ 14:00.", "Give the times, such as 14:00.", "ends")
    from procedures import officials

    names = officials.names(tx, typed["khach"])
    guests = [Guest(names[one], "", one) for one in typed["khach"] if one in names]
    for line in filter(None, (one.strip() for one in str(typed.get("khach_ngoai") or "").splitlines())):
        name, _lt, address = line.partition("<")
        guests.append(Guest(name.strip() or address.rstrip("> "), address.strip().rstrip(">").strip()))
    chair = str(typed.get("chu_tri") or "")
    return Plan(
        datetime.combine(day, begin, VIETNAM),
        datetime.combine(day, end, VIETNAM),
        chair if chair in officials.names(tx, [chair]) else "",
        str(typed.get("dia_diem") or ""),
        bool(typed.get("truc_tuyen")),
        tuple(dict.fromkeys([*typed["phong"], *typed["diem_cau"]])),
        tuple(guests),
    )


def _time(text: Any) -> time | None:
    try:
        return time.fromisoformat(str(text or "").strip().replace("h", ":").replace("g", ":"))
    except ValueError:
        return None


@blueprint.get("/van-ban/phong-hop")
@allowed(CLERK)
def room_list() -> str:
    """Rooms and bridge points of an agency."""
    return room_view({}, {})


def room_view(errors: Mapping[str, str], typed: Mapping[str, Any]) -> str:
    """The page, fresh or with what was wrong in it."""
    with database().begin() as tx:
        codes = rights.registries(tx, actor())
        agency = request.values.get("co-quan", "")
        agency = agency if agency in codes else codes[0]
        names = agencies.names(tx, codes)
        return render_template(
            "documents/rooms.html",
            rooms=[one for one in meetings.resources(tx, agency) if one.agency == agency],
            agency=agency,
            agencies=[(code, names.get(code, code)) for code in codes],
            errors=errors,
            values=typed,
        )


@blueprint.post("/van-ban/phong-hop")
@allowed(CLERK)
@once
def room_add() -> str | Response:
    """Another room or bridge point."""
    form = request.form
    seats = posted_count(form.get("so_cho"))
    try:
        agency = form.get("co-quan", "")
        rights.require_registry(database(), agency, actor())
        if seats is None:
            return room_view({"so_cho": _("Nhập một số nguyên.")}, form.to_dict())
        meetings.add_resource(database(), agency, form.get("loai", ""), form.get("ten", ""), seats, actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return room_view(beside(refusal, FIELDS), form.to_dict())
    flash(_("Đã thêm."), "success")
    asked: dict[str, Any] = {"co-quan": agency}
    return redirect(url_for("documents.room_list", **asked))


@blueprint.post("/van-ban/phong-hop/<id>/ngung")
@allowed(CLERK)
@once
def room_close(id: str) -> Response:
    """It is no longer booked."""
    try:
        meetings.close_resource(database(), id, actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    return redirect(url_for("documents.room_list"))
