"""A draft is played by hand: received at an invented desk, worked on as each role with the real forms, the clock moved
on, its letters read. Nothing of it becomes a dossier; it may become a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine import scenario
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Tx
from engine.yaml import Unreadable, loads
from procedures import authoring, forms, settings
from procedures.letters.rendering import LetterError
from procedures.proving import kept, playing, scenarios, writing
from procedures.proving.playing import Theatre
from procedures.vocabulary.channels import CHANNELS
from procedures.vocabulary.messages import AGREES, WRONG
from procedures.vocabulary.outcomes import affirmative
from procedures.vocabulary.roles import ROLES
from web import model_form
from web.account.people import actor
from web.desk import apart
from web.files import send_pdf
from web.forms import posted_day
from web.house import database, now
from web.i18n import language, pick
from web.once import once
from web.permissions import allowed
from web.present import number
from web.refusals import sentence, told
from web.work.lacking import lacks_posted
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import draft_of
from web.workbench.logged import lines

#: How the clock is moved on, in words.
SPANS = {"gio": timedelta(hours=1), "ngay": timedelta(days=1), "tuan": timedelta(days=7)}
_LONGEST_DATA = 20_000


def _files(tx: Tx, draft: str) -> tuple[authoring.Draft, dict[str, str], playing.House]:
    found = draft_of(tx, draft)
    files = authoring.files_of(tx, draft)
    return found, files, playing.house(tx, files, settings.current(tx))


def _intake_form(files: Mapping[str, str]) -> forms.Form | None:
    key = authoring.bundle_of(files).description.get("form")
    source = files.get(f"forms/{key}.form")
    return forms.read(source.encode(), str(key)) if source is not None else None


@blueprint.get("/soan-thao/<draft>/choi")
@allowed(*KEEPERS)
def draft_stage(draft: str) -> str:
    """Where a play begins: what the desk would type, or a scenario that is there."""
    return _stage(draft)


def _stage(draft: str, errors: Mapping[str, Any] | None = None) -> str:
    with database().begin() as tx:
        found = draft_of(tx, draft)
        files = authoring.files_of(tx, draft)
        form, wrong = None, ""
        description: Mapping[str, Any] = {}
        offered: forms.Choices = {}
        try:
            house = playing.house(tx, files, settings.current(tx))
            description = authoring.bundle_of(files).description
            form = apart.shown(_intake_form(files))
            offered = forms.offered(tx, form, house.places[0].code)
        except (Refusal, forms.FormError) as refusal:
            wrong = sentence(refusal) if isinstance(refusal, Refusal) else str(refusal)
        plays = kept.of(tx, draft, "play")
    try:
        names = list(scenarios.written(files))
    except scenario.ScenarioError:
        names = []
    posted = model_form.posted_values() if errors else {}
    return render_template(
        "workbench/draft/stage.html",
        draft=found,
        wrong=wrong,
        form=form,
        pickers=offered,
        procedure=description.get("kind") == "procedure",
        channels=[(key, pick(CHANNELS[key])) for key in description.get("channels") or () if key in CHANNELS],
        cases=[(one["code"], one["name"]) for one in description.get("cases") or ()],
        scenario_names=[(name, name) for name in names],
        plays=plays,
        errors=errors or {},
        values={**model_form.shown_again(form, posted), **posted},
        today=now().astimezone(VIETNAM),
    )


@blueprint.post("/soan-thao/<draft>/choi")
@allowed(*KEEPERS)
@once
def draft_stage_begin(draft: str) -> Any:
    """Begins a play."""
    try:
        with database().begin() as tx:
            found, files, house = _files(tx, draft)
            said = _begun(tx, files, house)
        playing.played(files, said, house, language(), lambda _theatre: None)
    except (forms.Invalid, Refusal) as wrong:
        return _stage(draft, told(wrong))
    id = kept.add(database(), draft, "play", found.head, said, actor(), result={})
    return redirect(url_for("workbench.draft_scene", draft=draft, trial=id))


def _begun(tx: Tx, files: Mapping[str, str], house: playing.House) -> dict[str, Any]:
    """The scenario that is played on from: one that is there, or a new one of what was typed."""
    name = request.form.get("kich_ban", "")
    if name:
        try:
            written = scenarios.written(files)
        except scenario.ScenarioError as error:
            raise Refusal(error.vi, error.en) from error
        if name not in written:
            raise Refusal("Gói không còn kịch bản này.", "The bundle has no such scenario any more.", about="kich_ban")
        return playing.only_acts(written[name])
    at = _moment(request.form.get("luc", ""))
    errors: dict[str, list[str]] = {}
    if at is None:
        errors["luc"] = [_("Nhập lúc nhận, ví dụ 22/11/2026 14:05.")]
    description = authoring.bundle_of(files).description
    if description["kind"] != "procedure" and at is not None:
        return playing.begun_alone(str(description["process"]), at, _brought())
    form = _intake_form(files)
    values: dict[str, Any] = {}
    if form is not None:
        offered = forms.offered(tx, form, house.places[0].code)
        try:
            values = form.validate(apart.posted(request.form, form), offered=offered, now=tx.now)
        except forms.Invalid as wrong:
            errors |= apart.names(wrong.errors)
    person = request.form.get("ho_ten", "").strip()
    if not person:
        errors["ho_ten"] = [_("Nhập họ tên người nộp hồ sơ.")]
    if errors or at is None:
        raise forms.Invalid(errors)
    channel, case = request.form.get("kenh", "truc_tiep"), request.form.get("truong_hop") or None
    return playing.begun(files, house, at, {"ho_ten": person}, values, channel, case)


def _moment(text: str) -> datetime | None:
    """A day and a time of day as people write them, within what a play can count; None for anything else."""
    day, _space, time = text.strip().partition(" ")
    found = posted_day(day)
    if found is None or found.year not in playing.YEARS:
        return None
    try:
        hour, _colon, minute = (time.strip() or "08:00").partition(":")
        return datetime(found.year, found.month, found.day, int(hour), int(minute or 0), tzinfo=VIETNAM)
    except (ValueError, OverflowError):
        return None


def _trial(tx: Tx, draft: str, id: str) -> kept.Trial:
    try:
        found = kept.get(tx, id)
    except LookupError:
        abort(404)
    if found.draft != draft or found.kind != "play":
        abort(404)
    return found


@blueprint.get("/soan-thao/<draft>/choi/<trial>")
@allowed(*KEEPERS)
def draft_scene(draft: str, trial: str) -> str:
    """Where a play stands: who has what to do, the clock, the letters, the log, the token on the drawing."""
    return _scene(draft, trial)


def _scene(draft: str, trial: str, errors: Mapping[str, Any] | None = None) -> str:
    with database().begin() as tx:
        one = _trial(tx, draft, trial)
        found = draft_of(tx, draft)
        wrong, scene, svgs, log = "", None, [], []
        try:
            _draft, files, house = _files(tx, draft)
            scene = playing.watched(files, one.asked, house, language())
            svgs = playing.drawn(files, scene.marks)
            log = lines(tx, [one for one in scene.events if one.kind != "rows"], scene.names, data=True)
        except Refusal as refusal:
            wrong = sentence(refusal)
    waiting = list(scene.waiting) if scene else []
    role = request.args.get("vai", "")
    shown = [each for each in waiting if not role or role in each.roles]
    wanted = request.args.get("buoc", "")
    opened = next((each for each in shown if each.task.item.element == wanted), next(iter(shown), None))
    typed = model_form.posted_values() if errors else {}
    return render_template(
        "workbench/draft/scene.html",
        draft=found,
        trial=one,
        scene=scene,
        wrong=wrong,
        waiting=shown,
        opened=opened,
        first=affirmative(opened.task.node) if opened else None,
        values={**opened.values, **model_form.shown_again(opened.task.form, typed), **typed} if opened else {},
        ticked=model_form.values_of(typed, "thieu"),
        typed=typed,
        chosen=typed.get("hanh_dong", ""),
        role=role,
        roles=[(key, pick(ROLES[key])) for key in dict.fromkeys(r for w in waiting for r in w.roles) if key in ROLES],
        role_words={key: pick(word) for key, word in ROLES.items()},
        steps=len(one.asked.get("steps") or ()),
        svgs=svgs,
        log=log,
        stale=one.save != found.head,
        errors=errors or {},
        agrees=AGREES,
        wrong_field=WRONG,
    )


@blueprint.post("/soan-thao/<draft>/choi/<trial>")
@allowed(*KEEPERS)
@once
def draft_scene_act(draft: str, trial: str) -> Any:
    """What is done in a play: `lam` in the address says what."""
    with database().begin() as tx:
        one = _trial(tx, draft, trial)
        found, files, house = _files(tx, draft)
    act = request.args.get("lam", "")
    back = url_for("workbench.draft_scene", draft=draft, trial=trial, vai=request.args.get("vai") or None)
    try:
        if act == "luu":
            return _recorded(found, files, house, one)
        if act == "lui":
            said = {**one.asked, "steps": list(one.asked["steps"])[:-1]}
        else:
            step = playing.played(files, one.asked, house, language(), lambda theatre: _step(theatre, act))
            said = playing.added(one.asked, step)
        kept.moved(database(), one, said, found.head)
    except (forms.Invalid, Refusal) as wrong:
        return _scene(draft, trial, told(wrong))
    return redirect(back)


def _step(theatre: Theatre, act: str) -> dict[str, Any]:
    """The step of the scenario that was asked for."""
    if act == "hoan-thanh":
        return _completed(theatre)
    if act == "dong-ho":
        span = request.form.get("khoang", "")
        if span in SPANS:
            return playing.waited(SPANS[span])
        following = theatre.scene().following
        if following is None:
            raise Refusal("Không có mốc hẹn giờ nào đang chờ.", "No clock is waiting.")
        return playing.waited(following - theatre.world.now)
    if act not in ("message", "signal"):
        abort(400)
    step: dict[str, Any] = {act: request.args.get("ten", "")}
    if act == "message" and request.args.get("khoa"):
        step["correlation"] = request.args["khoa"]
    said = _brought()
    return {**step, **({"variables": said} if said else {})}


def _completed(theatre: Theatre) -> dict[str, Any]:
    typed_day = request.form.get("han_bo_sung", "").strip()
    until = posted_day(typed_day)
    if typed_day and until is None:
        raise forms.Invalid({"han_bo_sung": [_("Nhập ngày như 22/11/2026.")]})
    fields = MultiDict(
        (name, value) for name, value in request.form.items(multi=True) if name not in ("thieu", "han_bo_sung")
    )
    return theatre.completed(
        request.args.get("buoc", ""),
        request.form.get("hanh_dong") or None,
        fields,
        request.form.get("ly_do", "").strip(),
        lacks_posted() or None,
        until,
    )


def _brought() -> dict[str, Any]:
    """What comes with a message: the citizen's answer, or data that the analyst writes."""
    said: dict[str, Any] = {}
    if AGREES in request.form:
        said[AGREES] = request.form[AGREES] == "1"
        if request.form.get(WRONG, "").strip():
            said[WRONG] = request.form[WRONG].strip()
    text = request.form.get("du_lieu", "").strip()
    if len(text) > _LONGEST_DATA:
        raise forms.Invalid({"du_lieu": [_("Dữ liệu dài hơn %(n)s ký tự: viết ngắn lại.", n=number(_LONGEST_DATA))]})
    if text:
        try:
            more = loads(text)
        except Unreadable as error:
            raise forms.Invalid(
                {
                    "du_lieu": [
                        _(
                            "Không đọc được ở dòng %(line)s: viết mỗi dòng một biến, ví dụ “so_tien: 8000”.",
                            line=error.line,
                        )
                    ]
                }
            ) from error
        if not isinstance(more, dict):
            raise forms.Invalid({"du_lieu": [_("Viết mỗi dòng một biến, ví dụ “so_tien: 8000”.")]})
        said |= more
    return said


def _recorded(found: authoring.Draft, files: dict[str, str], house: playing.House, one: kept.Trial) -> Any:
    """What was played becomes a scenario of the draft."""
    name = request.form.get("ten", "")
    said = playing.recorded(files, one.asked, house, language())
    text = writing.put(files.get(scenarios.FILE, ""), name, said)
    done = authoring.save(database(), found.id, found.head, {scenarios.FILE: text}, by=actor())
    if done.beside:
        flash(_("Người khác vừa sửa tệp này. Bản của bạn được giữ riêng: hãy chọn bản dùng."), "warning")
        return redirect(url_for("workbench.draft_page", draft=found.id, phan="lich-su"))
    flash(_("Đã lưu kịch bản “%(name)s”.", name=" ".join(name.split())), "success")
    return redirect(url_for("workbench.draft_page", draft=found.id, phan="kich-ban"))


@blueprint.get("/soan-thao/<draft>/choi/<trial>/van-ban/<int:number>")
@allowed(*KEEPERS)
def draft_scene_letter(draft: str, trial: str, number: int) -> Response:
    """A letter of the play as a PDF, as it would be at that moment; 404 where there is none."""
    with database().begin() as tx:
        one = _trial(tx, draft, trial)
        _found, files, house = _files(tx, draft)
    try:
        made = playing.played(files, one.asked, house, language(), lambda theatre: list(theatre.stage.made))
        if not 1 <= number <= len(made) or made[number - 1].wrong:
            abort(404)
        return send_pdf(made[number - 1].pdf(), f"van-ban-{number}.pdf")
    except LetterError as error:
        return Response(f"{sentence(error)}\n{error.why}", 409, content_type="text/plain; charset=utf-8")
    except Refusal as refusal:
        return Response(sentence(refusal), 409, content_type="text/plain; charset=utf-8")
