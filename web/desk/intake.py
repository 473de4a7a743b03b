"""Intake: the form, the papers ticked, the fee, and what comes of it: a receipt, a supplement slip, or a refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Tx
from procedures import agencies, bundles, citizen_card, dossiers, drafts, fees, forms, officials
from procedures.dossiers.values import Applicant, Intake, Lack, Tick
from procedures.exchange.connectors import population
from procedures.vocabulary.channels import CHANNELS, DESK
from web import model_form
from web.account.people import actor
from web.account.typed import typed_before
from web.desk import CLERK, apart, blueprint
from web.desk.finding import person_of
from web.desk.uploads import kept, scans
from web.forms import posted_count
from web.house import database
from web.i18n import pick
from web.model_form import posted_values
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.security import FORM_MARKS
from web.work.confirming import ask, went_back

#: What the session keeps until the page of the dossier opens: whose receipt is printed by one key then.
PRINT = "in_giay_tiep_nhan"
#: Fields of the page that belong to the slip and not to the intake that goes on later.
NOT_AGAIN = (*FORM_MARKS, "lam", "ly_do", "can_them", "can_cu", "khong_trung")


def intake_view(
    code: str,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    doubles: Any = (),
    correcting: Any = None,
    quotes: Any = None,
    restored: bool = False,
    registered: Mapping[str, Any] | None = None,
) -> str:
    """The intake page, fresh or with what was wrong in it. registered: what the population database says besides."""
    with database().begin() as tx:
        me = actor()
        procedure = bundles.of_version(tx, correcting.version) if correcting else bundles.procedure(tx, code)
        form = bundles.form(tx, procedure.version, procedure.form_key)
        known = agencies.names(tx)
        places = [(a, known.get(a, a)) for a in receiving(tx, procedure, me)]
        chosen_case = (values or {}).get("truong_hop") or (correcting.case if correcting else None) or None
        return render_template(
            "desk/intake.html",
            procedure=procedure,
            form=apart.shown(form),
            values=model_form.shown_again(apart.shown(form), values or {})
            if request.method == "POST"
            else values or {},
            errors=dict(errors or {}),
            pickers=apart.names(forms.offered(tx, form, me.agency)),
            channels={one: pick(CHANNELS[one]) for one in _channels(procedure, correcting)},
            components=_components(procedure),
            agency=places[0][0] if places else me.agency,
            places=places,
            doubles=doubles,
            correcting=correcting,
            amounts=fees.asked(procedure, form),
            case=chosen_case,
            kept=kept(),
            quotes=quotes,
            restored=restored,
            registered=registered,
            looks_up=population.offered(tx),
            hidden=_hidden(form) if errors else set(),
        )


def _channels(procedure: Any, correcting: Any = None) -> tuple[str, ...]:
    """The ways of handing in that the page offers, and takes: those of the procedure at the desk; a correction changes
    none."""
    return (correcting.channel,) if correcting is not None else procedure.desk_channels


def _hidden(form: forms.Form | None) -> set[str]:
    """The fields that what was typed hides."""
    if form is None:
        return set()
    said = apart.posted(request.form, form)
    return set(apart.names(dict.fromkeys(form.hidden(model_form.as_far_as_filled(form, said)))))


def receiving(tx: Tx, procedure: Any, me: Any) -> list[str]:
    """Agencies for which this clerk receives the procedure: of its level, where somebody will work on it."""
    mine = [code for role, code in current_user.roles if role == CLERK]
    fitting = [code for code in mine if dossiers.receives(tx, procedure, code)]
    staffed = [code for code in fitting if officials.officials_in(tx, f"chuyen_vien@{code}")]
    return sorted(staffed or fitting, key=lambda code: (code != me.agency, code))


def _components(procedure: Any) -> list[Mapping[str, Any]]:
    """Every component of every case once; the case it belongs to stands with it."""
    seen: dict[str, Mapping[str, Any]] = {}
    for case in (None, *(c["code"] for c in procedure.cases)):
        for component in procedure.components(case):
            seen.setdefault(component["code"], component)
    return list(seen.values())


@blueprint.get("/mot-cua/tiep-nhan/<code>")
@allowed(CLERK)
def intake_new(code: str) -> str | Response:
    """A fresh intake; for the applicant of an earlier dossier where the address names one (``?nguoi=<code>``), with
    what was typed before a Mẫu 02 was made (``?phieu=<its code>``), the session ended or the tab was closed
    (``?moi=1``: without that, which is forgotten)."""
    if request.args.get("moi"):
        drafts.open_again(database(), current_user.username, request.path)
        return redirect(url_for("desk.intake_new", code=code))
    values: dict[str, Any] = typed_before()
    restored = bool(values)
    if request.args.get("phieu"):
        with database().begin() as tx:
            kept_typed = dossiers.typed_at_intake(tx, request.args["phieu"], actor())
        if kept_typed is None or kept_typed["thu_tuc"] != code:
            abort(404)
        values = {name: value for name, value in kept_typed.items() if name != "thu_tuc"}
    if request.args.get("nguoi"):
        with database().begin() as tx:
            values = person_of(tx, request.args["nguoi"])
    return intake_view(code, values=values, restored=restored)


@blueprint.post("/mot-cua/tiep-nhan/<code>")
@allowed(CLERK)
@once
def intake_post(code: str) -> str | Response:
    """Receive, ask for more, or refuse, as the clerk decided; nothing typed is lost when something is wrong."""
    what = request.form.get("lam", "tiep-nhan")
    if what == "tim-nguoi":
        return _find_applicant(code)
    if what == "tra-dan-cu":
        return _from_population(code)
    strict = what == "tiep-nhan"
    intake, errors = read_intake(code, strict=strict)
    values = posted_values()
    if went_back():
        return intake_view(code, values=values)
    if what == "tinh-phi":
        return _quote(code, intake, values)
    if what == "du-giay-to":
        return intake_view(code, values=values | _all_required(code, intake.case))
    reason = request.form.get("ly_do", "").strip()
    if not strict and not reason:
        errors["ly_do"] = _("Ghi rõ lý do; công dân sẽ đọc nguyên văn.")
    if strict and "truong_hop" not in errors and (missing := _missing(intake)):
        errors["thanh-phan"] = _(
            "Còn thiếu: %(names)s. Nhận đủ rồi tiếp nhận, hoặc lập phiếu yêu cầu bổ sung.", names="; ".join(missing)
        )
    if errors:
        return intake_view(code, values=values, errors=errors)
    try:
        with database().begin() as tx:
            me = actor()
            doubles = dossiers.doubles(tx, intake, me) if strict else []
        if doubles and not request.form.get("khong_trung"):
            return intake_view(code, values=values, doubles=doubles)
        if what == "bo-sung":
            typed = {name: value for name, value in values.items() if name not in NOT_AGAIN}
            token = dossiers.ask_at_desk(database(), intake, _lacks(code, intake), me, note=reason, typed=typed)
            return redirect(url_for("desk.paper_made", token=token))
        if what == "tu-choi":
            asked = ask(
                _("Từ chối tiếp nhận hồ sơ của %(name)s?", name=intake.applicant.name),
                [
                    _(
                        "Phiếu từ chối (Mẫu 03) được cấp số và giao cho người nộp với lý do: “%(reason)s”",
                        reason=reason,
                    ),
                    _("Không có hồ sơ nào được lập. Người nộp có thể nộp lại khi đủ điều kiện."),
                ],
                _("Từ chối và lập phiếu"),
            )
            if asked is not None:
                return asked
            token = dossiers.refuse_intake(database(), intake, reason, request.form.get("can_cu", "").strip(), me)
            return redirect(url_for("desk.paper_made", token=token))
        received = dossiers.receive(database(), intake, me)
    except forms.Invalid as wrong:
        return intake_view(code, values=values, errors={k: said[0] for k, said in wrong.errors.items()})
    except Refusal as refusal:
        return intake_view(code, values=values, errors={"": sentence(refusal)})
    drafts.open_again(database(), current_user.username, request.path)  # what was typed is a dossier now
    session[PRINT] = received.code
    flash(_("Đã tiếp nhận hồ sơ %(code)s.", code=received.code), "success")
    return redirect(url_for("desk.dossier_page", code=received.code))


def _find_applicant(code: str) -> str:
    """The page again with the applicant filled in from an earlier dossier, by the number typed, else the phone."""
    values = posted_values()
    read_intake(code, strict=False)  # keeps the scans that were chosen
    with database().begin() as tx:
        numbers = [text.strip() for text in (values.get("so_dinh_danh", ""), values.get("dien_thoai", ""))]
        known = next((found for text in numbers if text and (found := person_of(tx, text))), {})
    if not known:
        return intake_view(
            code,
            values=values,
            errors={"so_dinh_danh": _("Chưa có hồ sơ nào mang số này tại cơ quan bạn; hãy nhập thông tin người nộp.")},
        )
    return intake_view(code, values=values | known)


def _from_population(code: str) -> str:
    """The page again beside what the population database says: what was left empty is filled and said, what was typed
    otherwise stays and is shown beside what is there."""
    values = posted_values()
    read_intake(code, strict=False)  # keeps the scans that were chosen
    number, name = str(values.get("so_dinh_danh", "")), str(values.get("ho_ten", ""))
    try:
        found = population.look_up(
            database(), number, name, None, population.Ground.DESK, who=current_user.username, at_desk=True
        )
    except Refusal as refused:
        return intake_view(code, values=values, errors={refused.about or "so_dinh_danh": sentence(refused)})
    if found is None:
        wrong = _("Dữ liệu dân cư không có người mang số định danh và họ tên này: kiểm tra lại hai mục.")
        return intake_view(code, values=values, errors={"so_dinh_danh": wrong})
    said = population.beside(found, {key: str(values.get(key, "")) for key in ("ho_ten", "dia_chi")})
    registered = {"filled": list(said.filled), "differing": said.differing, "test": population.is_test(database())}
    return intake_view(code, values=values | dict(said.filled), registered=registered)


def _all_required(code: str, case: str | None) -> dict[str, str]:
    """The boxes of the papers that the case asks for, ticked."""
    with database().begin() as tx:
        procedure = bundles.procedure(tx, code)
    return {f"co_{one['code']}": "1" for one in procedure.components(case) if one.get("required")}


def _quote(code: str, intake: Intake, values: dict[str, Any]) -> str:
    """The page again with what the fee will be."""
    with database().begin() as tx:
        procedure = bundles.procedure(tx, code)
    try:
        quotes = fees.quote(procedure, fees.counted(intake.form, intake.amounts), intake.channel, intake.case)
    except Refusal as refusal:
        return intake_view(code, values=values, errors={"": sentence(refusal)})
    return intake_view(code, values=values, quotes=quotes)


def read_intake(code: str, *, strict: bool = True, correcting: Any = None) -> tuple[Intake, dict[str, str]]:
    """What the page posted, and what is wrong with it by field; correcting: the dossier that it is taken down for
    again."""
    posted, errors = request.form, {}
    with database().begin() as tx:
        me = actor()
        procedure = bundles.of_version(tx, correcting.version) if correcting else bundles.procedure(tx, code)
        form = bundles.form(tx, procedure.version, procedure.form_key)
        places = receiving(tx, procedure, me)
        agency = posted.get("co_quan", "")
        if agency and agency not in places:
            errors["co_quan"] = _("Bạn không tiếp nhận thủ tục này tại cơ quan đã chọn: chọn lại nơi tiếp nhận.")
        if agency not in places:
            agency = places[0] if places else me.agency
        choices = forms.offered(tx, form, agency)
    name = posted.get("ho_ten", "").strip()
    if not name:
        errors["ho_ten"] = _("Nhập họ tên người nộp hoặc tên tổ chức.")
    phone, number = posted.get("dien_thoai", "").strip(), posted.get("so_dinh_danh", "").strip()
    card = citizen_card.read(number)  # a scanner typed the whole of it
    number = card.number if card is not None else number
    if strict and not phone and not number:
        errors["dien_thoai"] = _("Nhập số điện thoại hoặc số định danh: công dân cần một trong hai để tra cứu.")
    applicant = Applicant(
        name,
        number,
        phone,
        posted.get("thu_dien_tu", "").strip(),
        posted.get("dia_chi", "").strip(),
    )
    filled: dict[str, Any] = {}
    if form is not None:
        people = dossiers.people(Intake("", "", applicant))
        declared = forms.filled(form, apart.posted(posted, form), people)
        try:
            filled = (
                form.validate(declared, offered=choices)
                if strict
                else model_form.as_far_as_filled(form, declared, choices)
            )
        except forms.Invalid as wrong:
            errors |= apart.names(wrong.first)
    offered = _channels(procedure, correcting)
    channel = posted.get("kenh", next(iter(offered), DESK))
    if channel not in offered:
        errors["kenh"] = _("Hình thức nộp không có trong danh sách: chọn lại hình thức nộp.")
    case = posted.get("truong_hop") or None
    if strict and procedure.cases and case is None and len(procedure.cases) > 1:
        errors["truong_hop"] = _("Chọn trường hợp của hồ sơ: thời hạn và giấy tờ tính theo đó.")
    intake = Intake(
        procedure=code,
        agency=agency,
        applicant=applicant,
        channel=channel if channel in offered else DESK,
        case=case,
        form=filled,
        components=tuple(_ticks(procedure, case, errors)),
        request=posted.get("noi_dung", "").strip(),
        amounts={
            name: counted(name, errors, {"so_ban": _("Số bản"), "so_trang": _("Số trang mỗi bản")}[name], most=9999)
            for name in fees.asked(procedure, form)
            if posted.get(name)
        },
        return_place=posted.get("noi_tra", "").strip(),
        outage=posted.get("su_co", "").strip(),
    )
    try:
        dossiers.plausible(intake)
    except forms.Invalid as wrong:
        errors |= {key: said for key, said in wrong.first.items() if key not in errors}
    return intake, errors


def _ticks(procedure: Any, case: str | None, errors: dict[str, str]) -> list[Tick]:
    """The papers of the case that were handed in; a ticked paper without counts counts as the procedure asks for it."""
    wanted = {one["code"]: one for one in procedure.components(case)}
    scans([one["code"] for one in _components(procedure)], errors)  # of every case: the choice may yet change
    counted = {one.code: one for one in posted_ticks({key: one["name"] for key, one in wanted.items()}, errors)}
    ticks = []
    for code, component in wanted.items():
        tick = counted.get(code, Tick(code))
        if request.form.get(f"co_{code}") and not tick.originals and not tick.copies:
            originals = max(1, int(component.get("originals") or 0)) if component.get("originals") else 0
            copies = int(component.get("copies") or 0) or (0 if originals else 1)
            tick = replace(tick, originals=originals, copies=copies)
        if tick.originals or tick.copies or tick.files:
            ticks.append(tick)
    return ticks


def posted_ticks(papers: Mapping[str, str], errors: dict[str, str]) -> tuple[Tick, ...]:
    """Counts and scans of these papers (code → name), as far as any came; what is no count is said in `errors`, with
    the paper's name."""
    ticks = []
    scanned = scans(list(papers), errors)
    for code, name in papers.items():
        originals = counted(f"chinh_{code}", errors, _("Số bản chính của “%(name)s”", name=name))
        copies = counted(f"sao_{code}", errors, _("Số bản sao của “%(name)s”", name=name))
        if originals or copies or scanned.get(code):
            ticks.append(Tick(code, originals, copies, tuple(scanned.get(code, ()))))
    return tuple(ticks)


def counted(name: str, errors: dict[str, str], what: str, *, most: int = 999) -> int:
    """A count that was typed, 0 for none; what is no count is said in `errors`. what: the thing that is counted."""
    count = posted_count(request.form.get(name), most=most)
    if count is None:
        errors[name] = _("%(what)s phải là số nguyên từ 0 đến %(most)s.", what=what, most=most)
    return count or 0


def _missing(intake: Intake) -> list[str]:
    handed = {tick.code for tick in intake.components}
    procedure = bundles.procedure(database(), intake.procedure)
    return [str(c["name"]) for c in procedure.components(intake.case) if c.get("required") and c["code"] not in handed]


def _lack(paper: Mapping[str, Any], handed: Collection[str]) -> Lack:
    """A paper of Mẫu 02 with the reason that the clerk gave for it alone, else with what is plain from the intake."""
    code = paper["code"]
    plain = "Chưa đạt yêu cầu" if code in handed else "Chưa có trong hồ sơ nộp"
    why, how = (request.form.get(f"{part}_{code}", "").strip() for part in ("vi_sao", "khac_phuc"))
    return Lack(code, str(paper["name"]), why or plain, how or "Nộp bổ sung giấy tờ này")


def _lacks(code: str, intake: Intake) -> list[Lack]:
    """Mẫu 02: the papers that the clerk named, else the required ones that are not ticked, else what is empty or wrong
    in the form. Refuses where nothing lacks."""
    with database().begin() as tx:
        procedure = bundles.procedure(tx, code)
        form = bundles.form(tx, procedure.version, procedure.form_key)
    named, handed = set(request.form.getlist("can_them")), {tick.code for tick in intake.components}
    known = procedure.components(intake.case)
    if named - {c["code"] for c in known}:
        raise Refusal(
            "Có giấy tờ được đánh dấu không thuộc thành phần của hồ sơ này: bỏ đánh dấu, hoặc chọn lại trường hợp.",
            "A paper that was ticked is none of this dossier: untick it, or choose the case again.",
        )
    papers = [c for c in known if (c["code"] in named if named else c.get("required") and c["code"] not in handed)]
    if papers:
        return [_lack(c, handed) for c in papers]
    try:
        if form is not None:
            form.validate(apart.posted(request.form, form))
    except forms.Invalid as wrong:
        labels = form.labels() if form is not None else {}
        return [Lack(key, labels[key], said[0], "", "field") for key, said in wrong.errors.items() if key in labels]
    raise Refusal(
        "Giấy tờ bắt buộc đã đủ: hãy đánh dấu giấy tờ cần bổ sung thêm.",
        "The required papers are all there: tick the papers that are needed besides.",
    )
