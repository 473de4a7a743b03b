"""Tracking without an account: a dossier by its code and a second fact that only its owner knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.run.refusal import Refusal
from procedures import dossiers, files, letters
from procedures.dossiers.values import Tick
from web.files import FileRefused, receive_upload, send_pdf
from web.forms import Form, read, text
from web.house import database
from web.i18n import pick
from web.permissions import public
from web.portal.following import follow, followed, forget
from web.portal.room import blueprint


class Lookup(Form):
    """The code of the slip, and a fact that is on no slip's QR."""

    ma = text(_l("Nhập mã hồ sơ"), longest=60)
    xac_nhan = text(_l("Nhập số điện thoại hoặc số định danh đã khai trong hồ sơ"), longest=60)


class Reason(Form):
    """Why a dossier is taken back."""

    ly_do = text(_l("Nhập lý do rút hồ sơ"), longest=1000)


@blueprint.route("/tra-cuu", methods=["GET", "POST"])
@public
def track() -> Any:
    """Ask for code and fact; one answer for whatever is wrong, so that nobody learns which codes exist."""
    if request.method == "GET":
        return render_template("portal/track.html", values={"ma": request.args.get("ma", "")}, errors={})
    values, errors = read(Lookup, request.form)
    if not errors:
        try:
            found = dossiers.track(database(), values["ma"], values["xac_nhan"], request.remote_addr or "")
        except dossiers.TrackingRefused as refused:
            errors = {"ma": pick(refused.vi, refused.en)}
        else:
            follow(found.dossier.id)
            return redirect(url_for("portal.tracked"))
    return render_template("portal/track.html", values=values, errors=errors), 422


View = Callable[..., Any]


def followed_only(view: View) -> View:
    """Hands the followed dossier's id to the view; without one, back to the look-up."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        dossier_id = followed()
        if dossier_id is None:
            flash(_("Nhập mã hồ sơ và thông tin xác nhận để xem hồ sơ."), "warning")
            return redirect(url_for("portal.track"))
        return view(dossier_id, *args, **kwargs)

    return guarded


@blueprint.get("/tra-cuu/ho-so")
@public
@followed_only
def tracked(dossier_id: str) -> Any:
    """Where it is, since when, until when and why, and what one must do now."""
    return render_template("portal/tracked.html", t=dossiers.tracking(database(), dossier_id))


@blueprint.route("/tra-cuu/ho-so/xac-nhan", methods=["GET", "POST"])
@public
@followed_only
def tracked_confirm(dossier_id: str) -> Any:
    """Do what the model waits for from the citizen: confirm a draft, say that the fee is paid."""
    wanted = request.values.get("buoc", "")
    followed_dossier = dossiers.tracking(database(), dossier_id)
    step = next((s for s in followed_dossier.next_steps if s.message == wanted), None)
    if step is None:
        flash(_("Việc này đã được thực hiện hoặc không còn cần nữa."), "warning")
        return redirect(url_for("portal.tracked"))
    if request.method == "POST":
        dossiers.confirm(database(), dossier_id, step.message)
        flash(_("Đã ghi nhận xác nhận của bạn."), "success")
        return redirect(url_for("portal.tracked"))
    return render_template("portal/confirm.html", t=followed_dossier, step=step)


@blueprint.route("/tra-cuu/ho-so/bo-sung", methods=["GET", "POST"])
@public
@followed_only
def tracked_supplement(dossier_id: str) -> Any:
    """Hand in what was asked for; only that, the rest is locked."""
    t = dossiers.tracking(database(), dossier_id)
    step = next((s for s in t.next_steps if s.action == "supplement"), None)
    if step is None:
        flash(_("Hồ sơ không cần bổ sung."), "warning")
        return redirect(url_for("portal.tracked"))
    errors: dict[str, str] = {}
    if request.method == "POST":
        ticks = _uploaded(step.lacks, errors)
        if not errors and not ticks:
            errors[""] = _("Chọn ít nhất một tệp để nộp bổ sung")
        if not errors:
            dossiers.bring_supplement(database(), dossier_id, ticks)
            flash(_("Đã nhận giấy tờ bổ sung. Cán bộ sẽ tiếp tục xử lý hồ sơ."), "success")
            return redirect(url_for("portal.tracked"))
    page = render_template("portal/supplement.html", t=t, step=step, errors=errors)
    return (page, 422) if errors else page


def _uploaded(lacks: Any, errors: dict[str, str]) -> list[Tick]:
    """The papers that came, by component; a paper that cannot be taken is named in `errors`."""
    ticks = []
    for lack in lacks:
        kept = []
        for upload in request.files.getlist(f"tep-{lack.code}"):
            if upload.filename:
                try:
                    kept.append(receive_upload(upload).sha256)
                except FileRefused as refused:
                    errors[f"tep-{lack.code}"] = str(refused)
        if kept:
            ticks.append(Tick(code=lack.code, copies=1, files=tuple(kept)))
    return ticks


@blueprint.route("/tra-cuu/ho-so/rut", methods=["GET", "POST"])
@public
@followed_only
def tracked_withdraw(dossier_id: str) -> Any:
    """Take the dossier back, with a reason, after being asked once more."""
    t = dossiers.tracking(database(), dossier_id)
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values, errors = read(Reason, request.form)
        if not errors:
            try:
                dossiers.withdraw(database(), dossier_id, values["ly_do"])
            except Refusal as refused:
                errors = {"": pick(refused.vi, refused.en)}
            else:
                flash(_("Đã ghi nhận yêu cầu rút hồ sơ."), "success")
                return redirect(url_for("portal.tracked"))
    page = render_template("portal/withdraw.html", t=t, values=values, errors=errors)
    return (page, 422) if errors else page


@blueprint.get("/tra-cuu/ho-so/giay-to/<token>")
@public
@followed_only
def tracked_letter(dossier_id: str, token: str) -> Any:
    """A letter of the followed dossier, as PDF; of no other."""
    t = dossiers.tracking(database(), dossier_id)
    letter = next((one for one in t.letters if one["token"] == token), None)
    if letter is None:
        abort(404)
    return send_pdf(letters.pdf(database(), token), f"{t.dossier.code}-{letter['template']}.pdf")


@blueprint.get("/tra-cuu/ho-so/ket-qua/<sha256>")
@public
@followed_only
def tracked_result(dossier_id: str, sha256: str) -> Any:
    """A result of the followed dossier, as PDF."""
    t = dossiers.tracking(database(), dossier_id)
    if not any(result.get("sha256") == sha256 for result in t.results):
        abort(404)
    return send_pdf(files.open(database(), sha256), f"{t.dossier.code}-ket-qua.pdf")


@blueprint.post("/tra-cuu/dong")
@public
def track_close() -> Any:
    """Forget the dossier in this browser."""
    forget()
    flash(_("Đã đóng hồ sơ trên thiết bị này."), "success")
    return redirect(url_for("portal.track"))
