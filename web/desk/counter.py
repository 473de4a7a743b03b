"""One dossier at the counter: what the clerk does with it while the citizen stands there."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine import worklist as open_work
from engine.refusal import Refusal
from engine.store import Tx
from procedures import bundles, deadlines, dossiers, fees, files, forms, letters, notices, refunds, steering
from procedures.citizens import owned
from procedures.dossiers import supplements
from procedures.dossiers.values import FIELD_MARK, Dossier, Recipient
from procedures.rights import dossiers as rights
from procedures.vocabulary.assurance import ACTING, LEVELS
from procedures.vocabulary.payments import CASH, PAYMENTS
from procedures.vocabulary.returns import DESK, IN_BOOK, IN_PERSON, UNSIGNED, WAYS
from web.account.people import actor
from web.desk import CLERK, apart, blueprint
from web.desk.intake import PRINT, intake_view, posted_ticks, read_intake
from web.desk.uploads import kept
from web.files import letter_file, send_pdf
from web.house import database
from web.i18n import pick
from web.model_form import CANNOT, cannot_bring, posted_values, unprefixed, values_of
from web.once import once
from web.people import groups_of_me, keepers, names_of, remaining_minutes
from web.permissions import allowed
from web.refusals import sentence
from web.work.confirming import ask, went_back
from web.work.extension import extension_of, propose
from web.work.lacking import lacks_posted
from web.work.shown import history_items, result_items

#: Stands before the names of the declaration's fields, among those of the page.
MENDED = "muc_"
METHODS = {code: payment for code, payment in PAYMENTS.items() if payment.desk}


def at_counter(tx: Tx, code: str) -> Dossier:
    """The dossier, if the clerk may see it; 404 else."""
    try:
        return dossiers.by_code(tx, code, actor())
    except Refusal:
        abort(404)


@blueprint.get("/mot-cua/ho-so/<code>")
@allowed(CLERK)
def dossier_page(code: str) -> str:
    return _page(code)


def dossier_again(code: str, errors: dict[str, str]) -> str:
    """The page again with what is wrong, keeping what was typed."""
    return _page(code, errors)


def _page(code: str, errors: dict[str, str] | None = None) -> str:
    with database().begin() as tx:
        dossier = at_counter(tx, code)
        acts = rights.acts(tx, dossier.id, actor())
        handing = dossiers.return_task(tx, dossier.id) if dossier.status == 9 else None
        hindered = dossiers.unreturnable(tx, dossier.id) if dossier.status == 9 else None
        clock, issued = deadlines.of(tx, dossier.id), letters.issued(tx, dossier.id)
        open_now = open_work.open_tasks(tx, who=actor().username, groups=groups_of_me(), root_id=dossier.id).items
        return render_template(
            "desk/dossier.html",
            dossier=dossier,
            errors=errors or {},
            methods={code: pick(payment) for code, payment in METHODS.items()},
            acts=acts,
            extension=extension_of(tx, dossier, acts),
            kept=kept(),
            typed=posted_values() if errors or went_back() else {},
            parts=supplements.parts(tx, dossier.id) if dossier.status == 1 else ((), {}),
            ticked=values_of(posted_values(), "thieu") if errors else [],
            field_mark=FIELD_MARK,
            owner=owned.owner(tx, dossier.id),
            acting=ACTING,
            levels=LEVELS,
            mending=dossiers.correction(tx, dossier.id) if dossier.status == 5 else None,
            mended=dict(unprefixed(request.form, MENDED)) if errors else {},
            tasks=[item for item in open_now if handing is None or item.id != handing[0]],
            procedure=bundles.of_version(tx, dossier.version),
            components=dossiers.components(tx, dossier.id),
            letters=issued,
            to_print=next((one for one in issued[::-1] if one.template == "mau-01" and not one.replaced_by), None)
            if session.pop(PRINT, None) == code
            else None,
            fees=fees.assessed(tx, dossier.id),
            refunds=refunds.of(tx, dossier.id),
            receipts=[one for one in refunds.receipts(tx, dossier.id) if one.left],
            refund_states=refunds.STATES,
            unreturnable=hindered and sentence(hindered),
            results=result_items(dossiers.results(tx, dossier.id), code),
            recipient=dossiers.recipient(tx, dossier.id),
            ways={code: pick(way) for code, way in WAYS.items()},
            unsigned={code: pick(why) for code, why in UNSIGNED.items()},
            next_steps=dossiers.next_steps(tx, dossier.id),
            held=dossiers.held(tx, dossier.id),
            undelivered=notices.undelivered(tx, dossier.id),
            history=history_items(dossiers.history(tx, dossier.id)),
            clock=clock,
            names=names_of(tx, [change.who for change in clock.changes]),
            stuck=keepers(tx) if steering.incidents_of(tx, dossier.id) else [],
            remaining=None if dossier.paused else remaining_minutes(tx, dossier.agency, dossier.due),
        )


def do(code: str, done: str, work: Callable[[Any, Dossier, Any], Any], *, where: str = "") -> str | Response:
    """One thing done to the dossier in one transaction, and its result in a sentence; `where` on the page a refusal is
    said."""
    try:
        with database().begin() as tx:
            work(tx, at_counter(tx, code), actor())
    except forms.Invalid as wrong:
        return _page(code, wrong.first)
    except Refusal as refusal:
        return _page(code, {refusal.about or where: sentence(refusal)})
    flash(done, "success")
    return redirect(url_for("desk.dossier_page", code=code))


@blueprint.post("/mot-cua/ho-so/<code>/tiep-nhan-truc-tuyen")
@allowed(CLERK)
@once
def dossier_accept(code: str) -> str | Response:
    """An online submission is complete: the clock starts."""
    return do(code, _("Đã tiếp nhận hồ sơ trực tuyến."), lambda tx, d, me: dossiers.accept_online(tx, d.id, me))


@blueprint.post("/mot-cua/ho-so/<code>/hoi-them-truc-tuyen")
@allowed(CLERK)
@once
def dossier_ask_online(code: str) -> str | Response:
    """An online submission lacks something: Mẫu 02, before it is received."""
    asked = lacks_posted()
    if not asked:
        return _page(code, {"thieu": _("Đánh dấu ít nhất một giấy tờ hoặc mục cần bổ sung.")})
    return do(
        code,
        _("Đã gửi phiếu yêu cầu bổ sung (Mẫu 02) cho người nộp."),
        lambda tx, d, me: dossiers.ask_online(tx, d.id, asked, me),
        where="thieu",
    )


@blueprint.post("/mot-cua/ho-so/<code>/tu-choi-truc-tuyen")
@allowed(CLERK)
@once
def dossier_refuse_online(code: str) -> str | Response:
    """An online submission is not received: Mẫu 03; what was paid goes back."""
    reason = request.form.get("ly_do_tu_choi", "").strip()
    if not reason:
        return _page(code, {"ly_do_tu_choi": _("Ghi rõ lý do; công dân sẽ đọc nguyên văn.")})
    if went_back():
        return _page(code)
    asked = ask(
        _("Từ chối tiếp nhận hồ sơ %(code)s?", code=code),
        [
            _("Người nộp nhận phiếu từ chối (Mẫu 03) với lý do: “%(reason)s”", reason=reason),
            _("Hồ sơ kết thúc tại đây. Tiền đã nộp trực tuyến được hoàn lại."),
        ],
        _("Từ chối và lập phiếu"),
    )
    if asked is not None:
        return asked
    basis, guidance = (request.form.get(name, "").strip() for name in ("can_cu_tu_choi", "huong_dan_tu_choi"))
    return do(
        code,
        _("Đã từ chối tiếp nhận hồ sơ."),
        lambda tx, d, me: dossiers.refuse_online(tx, d.id, reason, basis, me, guidance),
    )


@blueprint.post("/mot-cua/ho-so/<code>/thu-phi")
@allowed(CLERK)
@once
def dossier_fee(code: str) -> str | Response:
    method = request.form.get("hinh_thuc", CASH)
    return do(
        code,
        _("Đã thu phí; biên lai ở mục giấy tờ đã phát hành."),
        lambda tx, d, me: fees.take(tx, d.id, me, method=method),
    )


@blueprint.post("/mot-cua/ho-so/<code>/bo-sung")
@allowed(CLERK)
@once
def dossier_supplement(code: str) -> str | Response:
    """The citizen brings what was asked for: papers, and fields of the declaration put right."""
    errors: dict[str, str] = {}
    with database().begin() as tx:
        papers = {one["code"]: one["name"] for one in dossiers.components(tx, at_counter(tx, code).id)}
    ticks = posted_ticks({key: papers.get(key, key) for key in request.form.getlist("ma")}, errors)
    if errors:
        return _page(code, errors)
    fields, absent = unprefixed(request.form, MENDED), cannot_bring(request.form)
    try:
        with database().begin() as tx:
            dossiers.bring_supplement(tx, at_counter(tx, code).id, ticks, fields or None, absent=absent, by=actor())
    except forms.Invalid as wrong:
        return _page(code, {key if CANNOT in key else MENDED + key: said for key, said in wrong.first.items()})
    except Refusal as refusal:
        return _page(code, {"": sentence(refusal)})
    flash(_("Đã nhận bổ sung; hồ sơ tiếp tục được giải quyết."), "success")
    return redirect(url_for("desk.dossier_page", code=code))


@blueprint.post("/mot-cua/ho-so/<code>/de-nghi-gia-han")
@allowed(CLERK)
@once
def dossier_extension(code: str) -> str | Response:
    """Ask the leader for more time."""
    return do(
        code,
        _("Đã gửi đề nghị gia hạn; lãnh đạo cơ quan quyết định."),
        lambda tx, d, me: propose(tx, d.id, me),
        where="gia-han",
    )


@blueprint.post("/mot-cua/ho-so/<code>/rut")
@allowed(CLERK)
@once
def dossier_withdraw(code: str) -> str | Response:
    reason = request.form.get("ly_do_rut", "").strip()
    if not reason:
        return _page(code, {"ly_do_rut": _("Ghi lý do công dân rút hồ sơ.")})
    if went_back():
        return _page(code)
    asked = ask(
        _("Ghi nhận công dân rút hồ sơ %(code)s?", code=code),
        [
            _("Hồ sơ dừng lại, không giải quyết tiếp; người nộp nhận lại giấy tờ cùng văn bản thông báo (Mẫu 05)."),
            _("Lý do ghi vào hồ sơ: “%(reason)s”", reason=reason),
        ],
        _("Ghi nhận rút hồ sơ"),
    )
    if asked is not None:
        return asked
    return do(code, _("Đã ghi nhận công dân rút hồ sơ."), lambda tx, d, me: dossiers.withdraw(tx, d.id, reason, by=me))


@blueprint.post("/mot-cua/ho-so/<code>/tra-ket-qua")
@allowed(CLERK)
@once
def dossier_return(code: str) -> str | Response:
    """Return the result to whoever signs for it."""
    name = request.form.get("nguoi_nhan", "").strip()
    if not name:
        return _page(code, {"nguoi_nhan": _("Nhập họ tên người nhận kết quả.")})

    def give(tx: Tx, dossier: Dossier, me: Any) -> None:
        drawn = _signature(request.form.get("chu_ky", ""))
        stored = files.put(tx, drawn, "chu-ky.png").sha256 if drawn else None
        dossiers.return_result(
            tx,
            dossier.id,
            Recipient(
                name,
                request.form.get("giay_to_nhan", "").strip(),
                request.form.get("quan_he", "").strip(),
                stored,
                request.form.get("ghi_chu", "").strip(),
                way := request.form.get("hinh_thuc_tra", DESK),
                request.form.get("chung_cu", "").strip(),
                request.form.get("khong_ky", IN_BOOK) if way in IN_PERSON and not stored else "",
            ),
            me,
        )

    return do(code, _("Đã trả kết quả."), give)


def _signature(data_url: str) -> bytes | None:
    """The picture drawn on the pad, None where nothing was drawn or the browser has no scripts."""
    head, _sep, body = data_url.partition(",")
    if head != "data:image/png;base64" or len(body) > 400_000:
        return None
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None


@blueprint.get("/mot-cua/ho-so/<code>/sua")
@allowed(CLERK)
def dossier_correct(code: str) -> str:
    """The intake again, filled with what was taken down."""
    with database().begin() as tx:
        dossier = at_counter(tx, code)
        rights.require(tx, "correct", dossier.id, actor())
        values = _as_posted(dossier, dossiers.components(tx, dossier.id))
    return intake_view(dossier.procedure, values=values, correcting=dossier)


@blueprint.post("/mot-cua/ho-so/<code>/sua")
@allowed(CLERK)
@once
def dossier_corrected(code: str) -> str | Response:
    """Mẫu 01 is issued anew; what was taken down before stays in the log."""
    with database().begin() as tx:
        dossier = at_counter(tx, code)
    intake, errors = read_intake(dossier.procedure, correcting=dossier)
    reason = request.form.get("ly_do", "").strip()
    if not reason:
        errors["ly_do"] = _("Ghi lý do sửa, ví dụ: gõ nhầm ngày sinh.")
    try:
        if not errors:
            dossiers.correct(database(), dossier.id, intake, reason, actor())
    except forms.Invalid as wrong:
        errors |= wrong.first
    except Refusal as refusal:
        errors[""] = sentence(refusal)
    if errors:
        return intake_view(dossier.procedure, values=posted_values(), errors=errors, correcting=dossier)
    session[PRINT] = code
    flash(_("Đã sửa thông tin; hãy in lại Giấy tiếp nhận."), "success")
    return redirect(url_for("desk.dossier_page", code=code))


def _as_posted(dossier: Dossier, components: list[dict[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {
        **apart.names(dossier.form),
        **dict(dossier.amounts),
        "ho_ten": dossier.applicant.name,
        "so_dinh_danh": dossier.applicant.id_number,
        "dien_thoai": dossier.applicant.phone,
        "thu_dien_tu": dossier.applicant.email,
        "dia_chi": dossier.applicant.address,
        "kenh": dossier.channel,
        "truong_hop": dossier.case,
        "noi_dung": dossier.request,
        "noi_tra": dossier.return_place,
    }
    for component in components:
        code, originals, copies = component["code"], component["originals"], component["copies"]
        values |= {f"chinh_{code}": originals, f"sao_{code}": copies, f"co_{code}": "1" if originals or copies else ""}
    return values


@blueprint.get("/mot-cua/phieu/<token>")
@allowed(CLERK)
def paper_made(token: str) -> str:
    """A slip that made no dossier: to print and to hand over."""
    with database().begin() as tx:
        found = _letter(tx, token)
        typed = dossiers.typed_at_intake(tx, token, actor())
    return render_template("desk/paper.html", letter=found, goes_on=typed["thu_tuc"] if typed else None)


def _letter(tx: Tx, token: str) -> Any:
    """The letter, if it belongs to a dossier or an agency that the clerk may see; 404 else."""
    found = letters.letter(tx, token)
    if found is None:
        abort(404)
    me = actor()
    if not (
        dossiers.may_see(tx, found.dossier_id, me) if found.dossier_id else me.everything or found.agency in me.visible
    ):
        abort(404)
    return found


@blueprint.get("/mot-cua/phieu/<token>/tep")
@allowed(CLERK)
def paper_file(token: str) -> Response:
    with database().begin() as tx:
        found = _letter(tx, token)
        return send_pdf(letters.pdf(tx, token), letter_file(found))
