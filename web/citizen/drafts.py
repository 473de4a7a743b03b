"""Handing in, one thing on a page. Each page is kept when it is left, whether it is right or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, bundles, citizens, dossiers, fees, files, letters, payments
from procedures.citizens import drafts, owned, pages, sending
from procedures.citizens.pages import Outline, Page
from procedures.exchange.connectors import population
from procedures.forms import Field, Invalid
from procedures.forms.naming import proper
from procedures.vocabulary.assurance import ACTING, COMPANY, SELF
from web.citizen.room import blueprint, citizen_keeping, citizen_only, me
from web.files import FROM_CITIZENS, letter_file, receive_upload, send, send_pdf
from web.house import database, house
from web.i18n import pick
from web.model_form import shown
from web.once import once
from web.portal.following import follow
from web.present import day
from web.refusals import sentence

POPULATION = "dan-cu"  # the button that fetches one's own data
LATER = "luu"  # the button that keeps and leaves
MORE, DROP = "them", "bo-"  # of a paper: add what was chosen, take one out
AGAIN = "dung-lai-"  # before the code of a paper: the field that names an earlier one
BACK = "ve"  # where a page that is mended leads: to the check


@dataclass(frozen=True)
class Open:
    """A draft that stands open, with its pages."""

    draft: drafts.Draft
    shape: Outline


def opened(tx: Tx, citizen_id: str, id: str) -> Open:
    """The draft of that citizen; 404 for another's."""
    draft = drafts.get(tx, citizen_id, id)
    if draft is None:
        abort(404)
    procedure = bundles.procedure(tx, draft.procedure)
    return Open(draft, sending.shaped(tx, procedure, draft))


@blueprint.route("/thu-tuc/<code>/nop", methods=["GET", "POST"])
@citizen_only
@once
def begin(code: str) -> Any:
    """Before one begins: what it takes, and drafts of the same that are unfinished."""
    with database().begin() as tx:
        try:
            procedure = bundles.procedure(tx, code)
        except Refusal:
            abort(404)
        begun = [one for one in drafts.of(tx, me().citizen) if one.procedure == code]
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            id = drafts.begin(database(), me().citizen, code, _about(procedure, request.args.get("ho-so", "")))
        except Refusal as refused:
            errors = {"": sentence(refused)}
        else:
            return redirect(url_for("citizen.page", id=id, name=pages.PLACE))
    page = render_template(
        "citizen/begin.html",
        procedure=procedure,
        papers=pages.papers(procedure, {}),
        begun=begun,
        enough=me().level >= procedure.assurance,
        offered=pages.offers(procedure),
        errors=errors,
    )
    return (page, 422) if errors else page


def _about(procedure: bundles.Procedure, code: str) -> dict[str, Any]:
    """The dossier that a suggestion or complaint is about, as its form asks for it."""
    said = code.strip()[:60]
    return {"to_khai": {"ma_ho_so": said}} if said and procedure.purpose else {}


@blueprint.get("/nop-ho-so/<id>")
@citizen_only
def go_on(id: str) -> Any:
    """Back to where one was."""
    with database().begin() as tx:
        here = opened(tx, me().citizen, id)
    if here.draft.dossier is not None:
        return redirect(url_for("citizen.sent", id=id))
    known = here.shape.page(here.draft.place)
    return redirect(url_for("citizen.page", id=id, name=known.name if known is not None else pages.PLACE))


def keep_typed(citizen_id: str, id: str, name: str) -> bool:
    """Keeps what a page was sent with, for who owns the draft."""
    with database().begin() as tx:
        if drafts.get(tx, citizen_id, id) is None:
            return False
        here = opened(tx, citizen_id, id)
    page = here.shape.page(name)
    return page is not None and drafts.keep(database(), citizen_id, id, _said(here.shape, page), name)


def _said(shape: Outline, page: Page) -> dict[str, Any]:
    """What a page posted, under the names of the answers."""
    posted = request.form

    def of(*names: str) -> dict[str, str]:
        return {name: posted.get(name, "").strip()[:2000] for name in names}

    if page.kind == "place":
        return of("co_quan", *(["truong_hop"] if len(shape.procedure.cases) > 1 else []), *shape.asked_amounts())
    if page.kind == "whose":
        return of("cho_ai", "can_cu")
    if page.kind in ("mine", "theirs"):
        return {"nguoi_nop" if page.kind == "mine" else "chu_ho_so": {**of(*sending.PERSON), **_rewritten(shape, page)}}
    if page.kind == "form" and shape.form is not None:
        said = {one.key: _typed(one) for one in shape.form.inputs() if one.key in page.keys}
        return {"to_khai": {**said, **_rewritten(shape, page)}}
    return {}


def _rewritten(shape: Outline, page: Page) -> dict[str, str]:
    """The names of people on a page that were typed without their capitals, as they are kept."""
    if page.kind == "form" and shape.form is not None:
        named = [one.key for one in shape.form.inputs() if one.key in page.keys and one.properties.get("mc:name")]
    else:
        named = ["ho_ten"] if page.kind in ("mine", "theirs") and shape.acting != COMPANY else []
    typed = {key: request.form.get(key, "").strip()[:2000] for key in named}
    return {key: proper(text) for key, text in typed.items() if proper(text) != text}


def _typed(field: Field) -> Any:
    values = request.form.getlist(field.key)
    if field.kind in ("checklist", "taglist"):
        return values
    return values[0].strip() if values else ""


@blueprint.route("/nop-ho-so/<id>/<name>", methods=["GET", "POST"])
@citizen_keeping(keep_typed)
@once
def page(id: str, name: str) -> Any:
    """One page of a draft."""
    with database().begin() as tx:
        here = opened(tx, me().citizen, id)
    found = here.shape.page(name)
    if here.draft.dossier is not None:
        return redirect(url_for("citizen.sent", id=id))
    if found is None:
        return redirect(url_for("citizen.go_on", id=id))
    if found.kind == "check":
        return _check(here)
    if request.method == "GET":
        return _shown(here, found, {})
    return _posted(here, found)


@blueprint.post("/nop-ho-so/<id>/<name>/luu")
@citizen_keeping(keep_typed)
def keep(id: str, name: str) -> Any:
    """Keeps what a page has so far, for a script, and says what is wrong with it: nothing else happens."""
    with database().begin() as tx:
        here = opened(tx, me().citizen, id)
    found = here.shape.page(name)
    if found is None or found.kind in ("check", "paper") or here.draft.dossier is not None:
        abort(404)
    try:
        drafts.keep(database(), me().citizen, id, _said(here.shape, found), name)
    except Refusal as refused:
        return {"errors": {"": sentence(refused)}}
    with database().begin() as tx:
        here = opened(tx, me().citizen, id)
        return {"errors": sending.page_faults(tx, here.shape, here.shape.page(name) or found, here.draft)}


def _posted(here: Open, found: Page) -> Any:
    """Kept first; then either on to the next page, or what is wrong with this one."""
    id, citizen_id = here.draft.id, me().citizen
    errors: dict[str, str] = {}
    for one in found.components:
        _take_files(id, str(one["code"]), errors)
    try:
        drafts.keep(database(), citizen_id, id, _said(here.shape, found), found.name)
    except Refusal as refused:
        errors = {"": sentence(refused)}
    pressed = request.form.get("lam", "")
    for one in found.components:
        _attach_again(id, str(one["code"]), errors)
    if pressed.startswith(DROP):
        drafts.drop_paper(database(), citizen_id, id, pressed.removeprefix(DROP))
    if pressed == LATER and not errors:
        flash(_("Đã lưu. Bạn có thể quay lại bất cứ lúc nào, trên bất kỳ thiết bị nào."), "success")
        return redirect(url_for("citizen.mine"))
    if pressed == POPULATION and found.kind == "mine" and not errors:
        return _from_population(here, found)
    with database().begin() as tx:
        here = opened(tx, citizen_id, id)
        found = here.shape.page(found.name) or found
        if (pressed == MORE or pressed.startswith(DROP)) and not errors:
            return redirect(url_for("citizen.page", id=id, name=found.name, ve=request.args.get(BACK)))
        errors = errors or sending.page_faults(tx, here.shape, found, here.draft)
    if errors:
        return _shown(here, found, errors), 422
    for name in _rewritten(here.shape, found).values():
        flash(_("Họ tên được viết lại theo chính tả: %(name)s. Chưa đúng thì bấm “Trang trước” để sửa.", name=name))
    if request.args.get(BACK) == pages.CHECK:
        return redirect(url_for("citizen.page", id=id, name=pages.CHECK))
    return redirect(url_for("citizen.page", id=id, name=here.shape.after(found.name).name))


def _from_population(here: Open, found: Page) -> Any:
    """The citizen's own data from the population database, who has agreed to it on this page: an empty address is
    filled; what was typed stays, and they are told what is there."""
    said: dict[str, Any] = _said(here.shape, found)
    with database().begin() as tx:
        here = opened(tx, me().citizen, here.draft.id)
        person = sending.mine(tx, here.draft)
    consent = bool(request.form.get("dong_y"))
    try:
        known = population.look_up(
            database(),
            person.id_number,
            person.name,
            None,
            population.Ground.OWN,
            who=None,
            level=me().level,
            consent=consent,
        )
    except Refusal as refused:
        return _shown(here, found, {refused.about if consent else "dong_y": sentence(refused)}), 422
    if known is None:
        flash(_("Dữ liệu dân cư không có số định danh và họ tên này. Bạn tự điền tiếp."), "warning")
        return redirect(url_for("citizen.page", id=here.draft.id, name=found.name))
    beside = population.beside(known, said["nguoi_nop"])
    if beside.filled:
        said["nguoi_nop"] |= dict(beside.filled)
        drafts.keep(database(), me().citizen, here.draft.id, said, found.name)
        flash(_("Đã điền theo dữ liệu dân cư. Kiểm tra lại trước khi tiếp tục."), "success")
    for _typed_one, there in beside.differing.values():
        flash(_("Dữ liệu dân cư ghi “%(there)s”. Nội dung bạn nhập được giữ nguyên.", there=there), "warning")
    if not beside.filled and not beside.differing:
        flash(_("Nội dung bạn nhập khớp với dữ liệu dân cư."), "success")
    return redirect(url_for("citizen.page", id=here.draft.id, name=found.name))


def _take_files(id: str, component: str, errors: dict[str, str]) -> None:
    """The files that came with a page; what cannot be taken is said, the others stay."""
    for upload in request.files.getlist(sending.FILE + component):
        if upload.filename:
            try:
                drafts.add_paper(database(), me().citizen, id, component, receive_upload(upload, FROM_CITIZENS))
            except Refusal as refused:
                errors[sending.FILE + component] = sentence(refused)


def _attach_again(id: str, component: str, errors: dict[str, str]) -> None:
    """A paper that this citizen handed in before, or a result of theirs; nobody else's is found."""
    wanted = request.form.get(AGAIN + component, "")
    if not wanted:
        return
    with database().begin() as tx:
        known = next((one for one in owned.earlier(tx, me().citizen) if one.sha256 == wanted), None)
        stored = files.info(tx, wanted) if known is not None else None
    if known is None or stored is None:
        errors[AGAIN + component] = _("Chọn giấy tờ muốn dùng lại.")
        return
    try:
        drafts.add_paper(database(), me().citizen, id, component, replace(stored, name=known.name))
    except Refusal as refused:
        errors[AGAIN + component] = sentence(refused)


def _locked(field: Field, same: Mapping[str, str]) -> Field:
    """A field of the form as it is read where what it asks is known already."""
    inside = tuple(_locked(one, same) for one in field.children)
    return replace(field, children=inside, read_only=field.read_only or field.key in same)


def _shown(here: Open, found: Page, errors: Mapping[str, str]) -> str:
    answers = here.draft.answers
    with database().begin() as tx:
        account = citizens.get(tx, me().citizen)
        there = drafts.papers(tx, me().citizen, here.draft.id)
        again = owned.earlier(tx, me().citizen) if found.kind == "paper" else []
        places = pages.places(tx, here.shape.procedure) if found.kind == "place" else ()
        looks_up = found.kind == "mine" and population.own_offered(tx, me().level)
        mine = sending.mine(tx, here.draft)
    person = answers.get("chu_ho_so") if found.kind == "theirs" else answers.get("nguoi_nop")
    if found.kind == "mine" and not person and account is not None:
        person = sending.fields_of(account.person)
    elif found.kind == "mine":
        person = sending.fields_of(mine)
    number, count = here.shape.step(found)
    return render_template(
        "citizen/page.html",
        draft=here.draft,
        procedure=here.shape.procedure,
        page=found,
        answers=answers,
        person=person or {},
        typed=here.shape.typed,
        fields=[_locked(one, here.shape.same) for one in found.fields],
        repeats=bool(found.keys & here.shape.same.keys()),
        errors=dict(errors),
        form=here.shape.form,
        hidden=here.shape.hidden,
        offered=here.shape.offered,
        places=places,
        looks_up=looks_up,
        stand_in=looks_up and population.is_test(database()),
        cases=[(one["code"], one["name"]) for one in here.shape.procedure.cases],
        amounts=here.shape.asked_amounts(),
        acting=[(key, pick(word)) for key, word in ACTING.items()],
        papers=[
            (one["code"], pick(pages.called(one)), one, [file for file in there if file.component == one["code"]])
            for one in found.components
        ],
        earlier=[(one.sha256, f"{one.name} ({one.code}, {day(one.at)})") for one in again],
        largest=house().config.upload_megabytes * 1024 * 1024,
        before=here.shape.before(found.name),
        stage=pick(pages.STAGES[found.stage]),
        number=number,
        count=count,
        back=request.args.get(BACK),
    )


# -- the check, and after --------------------------------------------------------------------------------------------


def _check(here: Open) -> Any:
    """Every answer once more, each with the way to mend it; then the statement that it is true."""
    errors: dict[str, str] = {}
    with database().begin() as tx:
        wrong = sending.faults(tx, here.shape, here.draft)
        there = drafts.papers(tx, me().citizen, here.draft.id)
        names = agencies.names(tx)
        mine = sending.fields_of(sending.mine(tx, here.draft))
    if request.method == "POST":
        if request.form.get("lam") == LATER:
            return redirect(url_for("citizen.mine"))
        try:
            sending.send(database(), me().citizen, here.draft.id, me().level, true=bool(request.form.get("cam_doan")))
        except Refusal as refused:
            errors = {"cam_doan" if not wrong and not request.form.get("cam_doan") else "": sentence(refused)}
        except Invalid as invalid:
            errors = {"": " ".join(dict.fromkeys(invalid.first.values()))}
        else:
            return redirect(url_for("citizen.sent", id=here.draft.id))
    rows = [(one, _told(here, one, names, mine)) for one in here.shape.pages if one.kind not in ("paper", "check")]
    page = render_template(
        "citizen/check.html",
        draft=here.draft,
        procedure=here.shape.procedure,
        rows=rows,
        papers=[
            (one, pick(pages.called(paper)), [file for file in there if file.component == paper["code"]])
            for one in here.shape.pages
            for paper in one.components
        ],
        wrong=wrong,
        stage=pick(pages.STAGES["check"]),
        number=here.shape.step(here.shape.pages[-1])[0],
        count=here.shape.step(here.shape.pages[-1])[1],
        quotes=sending.quote(here.shape, here.draft.answers),
        enough=me().level >= here.shape.procedure.assurance,
        before=here.shape.before(pages.CHECK),
        errors=errors,
    )
    return (page, 422) if errors else page


def person_labels() -> dict[str, str]:
    """What the fields of a person are called."""
    return {
        "ho_ten": _("Họ và tên"),
        "so_dinh_danh": _("Số định danh cá nhân"),
        "dien_thoai": _("Số điện thoại"),
        "thu_dien_tu": _("Thư điện tử"),
        "dia_chi": _("Địa chỉ"),
    }


def _told(here: Open, page: Page, names: Mapping[str, str], mine: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a page was answered with: label and text. What stands on another page and what was left out is not told."""
    answers, shape = here.draft.answers, here.shape
    if page.kind == "place":
        case = shape.procedure.case(answers.get("truong_hop"))
        rows = [(_("Nơi nhận hồ sơ"), names.get(str(answers.get("co_quan")), ""))]
        rows += [(_("Trường hợp"), str(case["name"]))] if case is not None else []
        said = {"so_ban": _("Số bản"), "so_trang": _("Số trang mỗi bản")}
        return [*rows, *((said[one], str(answers.get(one) or "")) for one in shape.asked_amounts())]
    if page.kind == "whose":
        acting = str(answers.get("cho_ai") or "")
        rows = [(_("Bạn nộp"), pick(ACTING[acting]) if acting in ACTING else "")]
        return rows + ([(_("Căn cứ nộp thay"), str(answers.get("can_cu") or ""))] if acting not in (SELF, "") else [])
    if page.kind in ("mine", "theirs"):
        person = mine if page.kind == "mine" else answers.get("chu_ho_so") or {}
        return [(label, str(person.get(name) or "")) for name, label in person_labels().items() if person.get(name)]
    fields = shape.form.inputs() if shape.form is not None else ()
    asked = [one for one in fields if one.key in page.keys and one.key not in shape.hidden | shape.same.keys()]
    told = [(one, shown(one, shape.known.get(one.key, shape.typed.get(one.key)), shape.offered)) for one in asked]
    return [(one.label, text) for one, text in told if text or one.required]


@blueprint.get("/nop-ho-so/<id>/da-nop")
@citizen_only
def sent(id: str) -> Any:
    """It is handed in: the code, the letter, and what comes next."""
    with database().begin() as tx:
        draft = drafts.get(tx, me().citizen, id)
        if draft is None or draft.dossier is None:
            abort(404)
        made = dossiers.get(tx, draft.dossier)
        letter = next((one for one in letters.issued(tx, made.id) if one.template == sending.RECEIPT), None)
        place = agencies.names(tx, [made.agency]).get(made.agency, made.agency)
        owed = fees.owed(tx, made.id)
    follow(made.id)
    return render_template(
        "citizen/sent.html",
        draft_id=id,
        d=made,
        letter=letter,
        place=place,
        owed=owed,
        pays_online=payments.offered(database()),
    )


@blueprint.get("/nop-ho-so/<id>/tep/<paper>")
@citizen_only
def file(id: str, paper: str) -> Response:
    """A file of one's draft, to look at what one has taken."""
    with database().begin() as tx:
        found = next((one for one in drafts.papers(tx, me().citizen, id) if one.id == paper), None)
        stored = files.info(tx, found.sha256) if found is not None else None
        if found is None or stored is None:
            abort(404)
        body = files.read(tx, found.sha256)
    return send(body, stored.type, found.name)


@blueprint.get("/nop-ho-so/<id>/xac-nhan-nop")
@citizen_only
def receipt(id: str) -> Response:
    """The letter as PDF."""
    with database().begin() as tx:
        draft = drafts.get(tx, me().citizen, id)
        if draft is None or draft.dossier is None:
            abort(404)
        letter = next((one for one in letters.issued(tx, draft.dossier) if one.template == sending.RECEIPT), None)
        if letter is None:
            abort(404)
        body = letters.pdf(tx, letter.token)
    return send_pdf(body, letter_file(letter))


@blueprint.route("/nop-ho-so/<id>/xoa", methods=["GET", "POST"])
@citizen_only
@once
def discard(id: str) -> Any:
    """Delete a draft, after being asked once more."""
    with database().begin() as tx:
        here = opened(tx, me().citizen, id)
    if here.draft.dossier is not None:
        abort(404)
    if request.method == "POST":
        drafts.discard(database(), me().citizen, id)
        flash(_("Đã xóa hồ sơ soạn dở."), "success")
        return redirect(url_for("citizen.mine"))
    return render_template("citizen/discard.html", draft=here.draft, procedure=here.shape.procedure)
