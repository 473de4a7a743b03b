"""Tracking without an account: a dossier by its code and a second fact that only its owner knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.refusal import Refusal
from procedures import agencies, bundles, dossiers, fees, forms, letters, payments
from procedures.actor import CITIZEN
from procedures.dossiers import rating
from procedures.dossiers.values import Lack, NextStep, Tick
from procedures.vocabulary.channels import CHANNELS, ONLINE
from procedures.vocabulary.statuses import REGISTERED, STATUSES
from web.files import receive_upload, send, send_pdf
from web.forms import Form, choice, read, text
from web.house import database
from web.i18n import pick
from web.model_form import cannot_bring, posted_values, shown, unprefixed
from web.once import once
from web.permissions import public
from web.portal.following import CODE, follow, followed, forget, tracking
from web.portal.room import blueprint
from web.present import moment, noted
from web.refusals import sentence
from web.security import FORM_MARKS

#: Where a slip's QR code leads on: straight to what it asks for.
SUPPLEMENT = "bo-sung"


class Lookup(Form):
    """The code of the slip, and a fact that is on no slip's QR."""

    ma = text(_l("Nhập mã hồ sơ"), longest=60)
    xac_nhan = text(_l("Nhập số điện thoại hoặc số định danh đã khai trong hồ sơ"), longest=60)


class Answer(Form):
    """What one says to a draft."""

    tra_loi = choice(("dong_y", "can_sua"), _l("Chọn đúng hay cần sửa"))
    gop_y = text(longest=2000)


class Reason(Form):
    """Why a dossier is taken back."""

    ly_do = text(_l("Nhập lý do rút hồ sơ"), longest=1000)


@blueprint.route("/tra-cuu", methods=["GET", "POST"])
@public
def track() -> Any:
    """Ask for code and fact; one answer for whatever is wrong, so that nobody learns which codes exist."""
    onward = SUPPLEMENT if request.values.get("toi") == SUPPLEMENT else ""
    if request.method == "GET":
        return _track_page({"ma": request.args.get("ma", "")}, onward=onward)
    values, errors = read(Lookup, request.form)
    if not errors:
        try:
            found = dossiers.track(database(), values["ma"], values["xac_nhan"], request.remote_addr or "")
        except dossiers.TrackingRefused as refused:
            errors = {"ma": sentence(refused)}
        else:
            follow(found.dossier.id)
            step = next((step for step in found.next_steps if step.action == "supplement"), None)
            typed = _carried()
            if onward and step is not None and typed:  # where one was when the time was over
                flash(_("Nội dung bạn đã nhập được khôi phục dưới đây; riêng tệp thì phải chọn lại."), "success")
                return _supplement_page(found.dossier.id, step, typed)
            return redirect(url_for("portal.tracked_supplement" if onward and step is not None else "portal.tracked"))
    return _track_page(values, errors, onward, _carried()), 422


#: Before the names of fields that wait on the look-up page until one is known again.
CARRIED = "giu_"


def _carried() -> dict[str, str]:
    return dict(unprefixed(request.form, CARRIED))


def _track_page(
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
    onward: str = "",
    carried: dict[str, str] | None = None,
) -> str:
    """The look-up. carried: what was typed on the page that one comes from, which goes on with it."""
    return render_template(
        "portal/track.html",
        values=values,
        errors=errors or {},
        onward=onward,
        carried={CARRIED + name: value for name, value in (carried or {}).items()},
    )


View = Callable[..., Any]
SPOKEN = ("dossier.status", "dossier.opened")  # lines whose note says it all
WITHDRAWABLE = (1, 2, 4, 5, 6)  # national statuses in which a dossier may still be taken back


def followed_only(view: View) -> View:
    """Hands the followed dossier's id to the view; without one, back to the look-up."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        dossier_id = followed()
        if dossier_id is None:
            flash(_("Nhập mã hồ sơ và thông tin xác nhận để xem hồ sơ."), "warning")
            if request.method == "POST" and request.endpoint == "portal.tracked_supplement":
                typed = {name: value for name, value in request.form.items() if name not in FORM_MARKS}
                return _track_page({CODE: request.args.get(CODE, "")}, onward=SUPPLEMENT, carried=typed)
            return redirect(url_for("portal.track", ma=request.args.get(CODE)))
        return view(dossier_id, *args, **kwargs)

    guarded.followed = True  # type: ignore[attr-defined]
    return guarded


@blueprint.get("/tra-cuu/ho-so")
@public
@followed_only
def tracked(dossier_id: str) -> Any:
    """Where it is, since when, until when and why, and what one must do now."""
    t = tracking(dossier_id)
    asked = next(iter(t.next_steps), None)
    holder, stage = (t.holder, t.stage) if asked is None else ("", pick(asked.label))
    return render_template(
        "portal/tracked.html",
        t=t,
        history=_history(t),
        facts=_facts(t),
        name=_name(t),
        holder=holder,
        waits_for_you=asked is not None,
        stage=stage,
        letter_title=letter_title,
        pays_online=payments.offered(database()),
        owes=fees.owed(database(), dossier_id) if t.dossier.closed_at is None else 0,
        can_withdraw=t.dossier.status in WITHDRAWABLE,
        may_rate=rating.may_rate(database(), dossier_id),
    )


def _name(t: Any) -> str:
    """The procedure's name in the page's language, at the version that the dossier runs on."""
    return pick(bundles.of_version(database(), t.dossier.version).name)


def letter_title(letter: Any) -> str:
    """What a letter is called in the page's language; a bundle's own letter as it calls itself."""
    return pick(letters.NATIONAL.get(letter["template"]) or letter["title"])


def _history(t: Any) -> list[dict[str, Any]]:
    """The timeline, the latest first; the first line is where it is now."""
    items: list[dict[str, Any]] = []
    for line in reversed(t.history):
        title = _told(line, t.dossier.channel)
        if items and items[-1]["title"] == title and line.kind == "dossier.status":
            items.pop()  # the same state once more says nothing new; it began with the earlier one
        note = "" if line.kind in SPOKEN else noted(line).rstrip(".")
        items.append({"title": title, "note": note, "meta": moment(line.at), "state": "done"})
    if items and t.dossier.closed_at is None:
        items[0]["state"] = "paused" if t.dossier.paused else "now"
    return items


#: What a citizen has done, or had done for them, in words to them.
TOLD = {
    "dossier.supplemented": _l("Bạn đã bổ sung hồ sơ"),
    "dossier.confirmed": _l("Bạn đã trả lời"),
    "dossier.silence": _l("Đã hết thời gian để bạn trả lời"),
    "dossier.fee_taken": _l("Bạn đã nộp phí, lệ phí"),
    "dossier.mended": _l("Tờ khai đã được sửa như bạn đề nghị"),
    "dossier.returned": _l("Đã trả kết quả"),
    "dossier.proactive": _l("Hồ sơ được soạn và nộp thay bạn, theo dịch vụ chủ động bạn đã bật"),
}


def _told(line: Any, channel: str) -> str:
    """One thing that happened, as the citizen would tell it."""
    if line.kind == "dossier.opened":
        return _("Bạn đã gửi hồ sơ trực tuyến") if channel == ONLINE else _("Hồ sơ đã được nộp")
    if line.kind == "dossier.letter":
        made = pick(line.what).removeprefix("Lập ").removeprefix("Issued: ")
        return _("Bạn nhận được: %(letter)s", letter=made)
    if line.kind in TOLD:
        return str(TOLD[line.kind])
    if line.kind == "dossier.status" and line.note == STATUSES[REGISTERED].vi:  # again, after a supplement
        return _("Chờ cơ quan tiếp nhận")
    return noted(line).rstrip(".") if line.kind in SPOKEN and line.note else pick(line.what)


def _facts(t: Any) -> list[tuple[str, str]]:
    d = t.dossier
    people = dossiers.people_of(database(), d)
    return [
        (_("Mã hồ sơ"), d.code),
        (_("Người nộp"), people.submitter.name + (f" ({people.relation.lower()})" if people.relation else "")),
        (_("Nộp cho"), people.about),
        (_("Nội dung"), d.request if d.request != d.procedure_name else ""),
        (_("Nơi tiếp nhận"), t.agency_name),
        (_("Nộp lúc"), moment(d.registered_at)),
        (_("Tiếp nhận lúc"), moment(d.received_at)),
        (_("Hình thức nộp"), pick(CHANNELS[d.channel]) if d.channel in CHANNELS else ""),
        (_("Nơi trả kết quả"), d.return_place or t.agency_name),
    ]


def _declared(t: Any) -> list[tuple[str, str]]:
    """What was declared, by the form's labels."""
    with database().begin() as tx:
        procedure = bundles.of_version(tx, t.dossier.version)
        form = bundles.form(tx, procedure.version, procedure.form_key)
        names = agencies.names(tx)
    if form is None:
        return []
    rows = [(field.label, shown(field, t.dossier.form.get(field.key))) for field in form.inputs()]
    return [(label, names.get(value, value)) for label, value in rows if value]


def _draft(t: Any) -> Any:
    """The newest paper of the procedure's own that was made for the citizen: what they are asked about; None where
    there is none."""
    own = [one for one in t.letters if one["template"].startswith("letters/")]
    return max(own, key=lambda one: one["issued_at"], default=None)


@blueprint.route("/tra-cuu/ho-so/xac-nhan", methods=["GET", "POST"])
@public
@followed_only
@once
def tracked_confirm(dossier_id: str) -> Any:
    """Do what the model waits for from the citizen: confirm a draft, say that the fee is paid."""
    wanted = request.values.get("buoc", "")
    t = tracking(dossier_id)
    step = next((s for s in t.next_steps if s.message == wanted and s.action == "confirm"), None)
    if step is None:
        flash(_("Việc này đã được thực hiện hoặc không còn cần nữa."), "warning")
        return redirect(url_for("portal.tracked"))
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(Answer, request.form)
        agrees = values.get("tra_loi") != "can_sua"
        if not errors and not agrees and not values["gop_y"]:
            errors = {"gop_y": _("Cho biết chỗ cần sửa")}
        if not errors:
            said = {"dong_y": True} if agrees else {"dong_y": False, "gop_y": values["gop_y"]}
            try:
                dossiers.confirm(database(), dossier_id, step.message, said, by=CITIZEN)
            except forms.Invalid as wrong:
                errors = {key: str(sentences[0]) for key, sentences in wrong.errors.items()}
            except Refusal as refused:
                errors = {"": sentence(refused)}
            else:
                flash(
                    _("Đã ghi nhận xác nhận của bạn.") if agrees else _("Đã gửi nội dung cần sửa đến cán bộ thụ lý."),
                    "success",
                )
                return redirect(url_for("portal.tracked"))
    draft = _draft(t)
    body = dossiers.file_for_citizen(database(), dossier_id, draft["token"]) if draft is not None else None
    page = render_template(
        "portal/confirm.html",
        t=t,
        step=step,
        declared=_declared(t),
        draft=draft,
        pages=letters.page_count(body) if body is not None else 0,
        letter_title=letter_title,
        values=values,
        errors=errors,
    )
    return (page, 422) if errors else page


@blueprint.route("/tra-cuu/ho-so/bo-sung", methods=["GET", "POST"])
@public
@followed_only
@once
def tracked_supplement(dossier_id: str) -> Any:
    """Hand in what was asked for; only that, the rest is locked."""
    t = tracking(dossier_id)
    step = next((s for s in t.next_steps if s.action == "supplement"), None)
    if step is None:
        flash(_("Hồ sơ không cần bổ sung."), "warning")
        return redirect(url_for("portal.tracked"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        mending = dossiers.correction(database(), dossier_id)
        ticks = _uploaded(_papers(dossier_id, step.lacks), errors)
        if not errors:
            try:
                dossiers.bring_supplement(
                    database(),
                    dossier_id,
                    ticks,
                    request.form if mending else None,
                    absent=cannot_bring(request.form),
                    by=CITIZEN,
                )
            except forms.Invalid as wrong:
                errors = wrong.first
            except Refusal as refused:
                errors = {"": sentence(refused)}
            else:
                flash(_("Đã nhận phần bổ sung. Cán bộ sẽ tiếp tục xử lý hồ sơ."), "success")
                return redirect(url_for("portal.tracked"))
        for tick in ticks:
            errors.setdefault(f"tep-{tick.code}", _("Chọn lại tệp này: các mục khác còn chỗ cần sửa."))
    page = _supplement_page(dossier_id, step, posted_values() if errors else {}, errors)
    return (page, 422) if errors else page


def _supplement_page(
    dossier_id: str, step: NextStep, typed: dict[str, Any], errors: dict[str, str] | None = None
) -> str:
    return render_template(
        "portal/supplement.html",
        t=tracking(dossier_id),
        step=step,
        mending=dossiers.correction(database(), dossier_id),
        papers=_papers(dossier_id, step.lacks),
        typed=typed,
        errors=errors or {},
        here=url_for("portal.tracked_supplement"),
    )


def _papers(dossier_id: str, lacks: Sequence[Lack]) -> list[Lack]:
    """The papers that are asked for; all of the dossier's where a reason was given without a place."""
    if all(lack.code for lack in lacks):
        return [lack for lack in lacks if lack.kind == "component"]
    return [Lack(one["code"], one["name"], "") for one in dossiers.components(database(), dossier_id)]


def _uploaded(lacks: Any, errors: dict[str, str]) -> list[Tick]:
    """The papers that came, by component; a paper that cannot be taken is named in `errors`."""
    ticks = []
    for lack in lacks:
        kept = []
        for upload in request.files.getlist(f"tep-{lack.code}"):
            if upload.filename:
                try:
                    kept.append(receive_upload(upload).sha256)
                except Refusal as refused:
                    errors[f"tep-{lack.code}"] = sentence(refused)
        if kept:
            ticks.append(Tick(code=lack.code, copies=1, files=tuple(kept)))
    return ticks


@blueprint.route("/tra-cuu/ho-so/rut", methods=["GET", "POST"])
@public
@followed_only
@once
def tracked_withdraw(dossier_id: str) -> Any:
    """Take the dossier back, with a reason, after being asked once more."""
    t = tracking(dossier_id)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(Reason, request.form)
        if not errors:
            try:
                dossiers.withdraw(database(), dossier_id, values["ly_do"], CITIZEN)
            except Refusal as refused:
                errors = {"": sentence(refused)}
            else:
                flash(_("Đã ghi nhận yêu cầu rút hồ sơ."), "success")
                return redirect(url_for("portal.tracked"))
    page = render_template("portal/withdraw.html", t=t, values=values, errors=errors)
    return (page, 422) if errors else page


@blueprint.get("/tra-cuu/ho-so/giay-to/<token>")
@public
@followed_only
def tracked_paper(dossier_id: str, token: str) -> Any:
    """A letter or an approved result of the followed dossier, as PDF; of no other. ``?trang=1``: that page of it as a
    picture, which a phone shows within a page."""
    body = dossiers.file_for_citizen(database(), dossier_id, token)
    if body is None:
        abort(404)
    wanted = request.args.get("trang", "")
    if wanted:
        try:
            return send(letters.png(body, int(wanted) - 1), "image/png", f"{token}-{wanted}.png")
        except (ValueError, IndexError):
            abort(404)
    t = tracking(dossier_id)
    names = {one["token"]: f"{letter_title(one)} {one['number'] or ''}" for one in t.letters}
    names |= {one["token"]: str(one["name"]) for one in t.results}
    return send_pdf(body, f"{names.get(token, token)} {t.dossier.code}")


@blueprint.post("/tra-cuu/dong")
@public
def track_close() -> Any:
    """Forget the dossier in this browser."""
    forget()
    flash(_("Đã thoát tra cứu trên thiết bị này. Hồ sơ vẫn được giải quyết như cũ."), "success")
    return redirect(url_for("portal.track"))
