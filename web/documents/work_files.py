"""Pages of work files: the yearly list, the files, loans, hand-over, disposal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import files, officials
from procedures.actor import Actor
from procedures.rights import NotAllowed, Unseen
from procedures.rights import documents as document_rights
from procedures.rights import work_files as rights
from procedures.vocabulary import retention as words
from procedures.work_files import disposing, keeping, lending, packaging, printing
from procedures.work_files.values import Heading, WorkFile
from web.account.people import actor
from web.documents import READERS, blueprint
from web.documents.incoming import CLERK, SIZE
from web.files import disposition, send_pdf
from web.forms import posted_count, posted_day
from web.house import database, now
from web.i18n import pick
from web.once import once
from web.paging import number_of, within
from web.permissions import allowed
from web.refusals import beside, sentence

FIELDS = {
    "notation": "ky_hieu",
    "title": "tieu_de",
    "retention": "thoi_han",
    "rights": "su_dung",
    "keeper": "nguoi_giu",
    "code": "ma",
    "purpose": "muc_dich",
    "until": "han_tra",
    "files": "ho_so",
    "reason": "ly_do",
}
ZIP = "application/zip"


def _words() -> dict[str, Any]:
    return {
        "states": {code: pick(*word) for code, word in words.STATES.items()},
        "retention": {code: pick(*word) for code, word in words.RETENTION.items()},
        "rights": {code: pick(*word) for code, word in words.RIGHTS.items()},
        "my_roles": {role for role, _ in current_user.roles},
    }


def _home(tx: Tx, me: Actor) -> str:
    """The agency whose files somebody opens and borrows: where they keep the registry or lead, else where they work."""
    held = document_rights.held(tx, me)
    whole = sorted(agency for role, agency in held if role in document_rights.SEE_ALL)
    return me.agency if me.agency in whole or not whole else whole[0]


def _do(act: Callable[[Database, Actor], Any], done: str, back: Callable[[Mapping[str, str]], str], to: str) -> Any:
    """Runs one command; what is refused is told on the page that it came from."""
    try:
        act(database(), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return back(beside(refusal, FIELDS))
    flash(done, "success")
    return redirect(to)


@blueprint.get("/ho-so-cong-viec")
@allowed(*READERS, "quan_tri")
def work_file_list() -> str:
    """The work files that this person sees."""
    return list_view({})


def list_view(errors: Mapping[str, str], form: str = "") -> str:
    """The page, fresh or with what was wrong in one of its forms."""
    args = request.args
    with database().begin() as tx:
        me = actor()
        tab = args.get("muc", "")
        tab = tab if tab in words.STATES or tab == "tat-ca" else words.OPEN
        number = number_of(args.get("trang"))
        states = () if tab == "tat-ca" else (tab,)
        rows, total = keeping.listing(tx, me, states=states, text=args.get("tim", "")[:200], page=number, size=SIZE)
        pages = max(1, -(-total // SIZE))
        within(number, pages)
        return render_template(
            "documents/work_files.html",
            rows=rows,
            total=total,
            page=number,
            pages=pages,
            tab=tab,
            people=officials.names(tx, {one.keeper for one in rows}),
            soon=keeping.due_for_archive(tx, me, words.NOTICE_DAYS),
            loans=lending.of_person(tx, me),
            home=_home(tx, me),
            agency=next(iter(document_rights.registries(tx, me)), ""),
            errors=errors,
            form=form,
            values=request.form.to_dict(),
            this_year=now().year,
            **_words(),
        )


@blueprint.post("/ho-so-cong-viec")
@allowed(*READERS)
@once
def work_file_open() -> str | Response:
    """Opens a file: by a line of the approved list, or beside it."""
    form, agency = request.form, request.form.get("co_quan", "")
    said = Heading(form.get("ky_hieu", ""), form.get("tieu_de", ""), form.get("thoi_han", ""), actor().username)
    made: list[WorkFile] = []

    def act(db: Database, me: Actor) -> None:
        listed = keeping.headings(db, agency, now().year) if form.get("theo_danh_muc") else []
        heading = next((one for one in listed if one.notation == form.get("theo_danh_muc")), said)
        made.append(keeping.open_file(db, agency, heading, me, free=form.get("su_dung", words.LIMITED)))

    answer = _do(act, _("Đã mở hồ sơ."), lambda wrong: list_view(wrong, "mo"), "")
    return redirect(url_for("documents.work_file_page", id=made[0].id)) if made else answer


@blueprint.get("/ho-so-cong-viec/<id>")
@allowed(*READERS, "quan_tri")
def work_file_page(id: str) -> str:
    """A work file with what lies in it."""
    return file_view(id, {})


def file_view(id: str, errors: Mapping[str, str], lacks: list[str] | None = None) -> str:
    """The page, fresh or with what was wrong."""
    with database().begin() as tx:
        me = actor()
        found = keeping.find(tx, id, me)
        acts = rights.acts(tx, found, me)
        filling = "fill" in acts and found.state == words.OPEN
        return render_template(
            "documents/work_file.html",
            file=found,
            acts=acts,
            items=keeping.items(tx, id, me),
            lacks=lacks or [],
            suggested=keeping.suggestions(tx, found.agency, found.title, me) if filling else [],
            loans=lending.of_file(tx, id) if acts & {"lend", "close"} else [],
            people=officials.names(tx, {found.keeper}),
            errors=errors,
            typed=request.form.to_dict(),
            **_words(),
        )


def _on_file(id: str, done: str, act: Callable[[Database, Actor], Any], field: str = "ly_do") -> str | Response:
    """`field`: the id of the reason on the page, which has several."""

    def back(wrong: Mapping[str, str]) -> str:
        return file_view(id, {field if key == "ly_do" else key: said for key, said in wrong.items()})

    answer: str | Response = _do(act, done, back, url_for("documents.work_file_page", id=id))
    return answer


@blueprint.post("/ho-so-cong-viec/<id>/dua-vao")
@allowed(*READERS)
@once
def work_file_put(id: str) -> str | Response:
    """Puts a document or dossier into it."""
    code = request.form.get("ma", "")
    return _on_file(id, _("Đã đưa vào hồ sơ."), lambda db, me: keeping.put(db, id, code, me))


@blueprint.post("/ho-so-cong-viec/<id>/dua-ra")
@allowed(*READERS)
@once
def work_file_take_out(id: str) -> str | Response:
    """Takes something out."""
    root, reason = request.form.get("goc", ""), request.form.get("ly_do", "")
    return _on_file(
        id, _("Đã đưa ra khỏi hồ sơ."), lambda db, me: keeping.take_out(db, id, root, reason, me), f"dua-ra-{root}"
    )


@blueprint.post("/ho-so-cong-viec/<id>/dong")
@allowed(*READERS)
@once
def work_file_close(id: str) -> str | Response:
    """Closes it; what lacks is told first."""
    lacks: list[str] = []

    def act(db: Database, me: Actor) -> None:
        lacks.extend(keeping.close(db, id, me, accepted=bool(request.form.get("van_dong"))))

    try:
        act(database(), actor())
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return file_view(id, beside(refusal, FIELDS))
    if lacks:
        return file_view(id, {}, lacks)
    flash(_("Đã đóng hồ sơ."), "success")
    return redirect(url_for("documents.work_file_page", id=id))


@blueprint.post("/ho-so-cong-viec/<id>/mo-lai")
@allowed(CLERK)
@once
def work_file_reopen(id: str) -> str | Response:
    """Opens it again."""
    reason = request.form.get("ly_do", "")
    return _on_file(id, _("Đã mở lại hồ sơ."), lambda db, me: keeping.reopen(db, id, reason, me), "ly-do-mo")


@blueprint.post("/ho-so-cong-viec/<id>/nop-luu")
@allowed(*READERS)
@once
def work_file_offer(id: str) -> str | Response:
    """Hands it over."""
    return _on_file(id, _("Đã nộp lưu, chờ lưu trữ nhận."), lambda db, me: keeping.offer(db, id, me))


@blueprint.post("/ho-so-cong-viec/<id>/nhan")
@allowed(CLERK)
@once
def work_file_accept(id: str) -> str | Response:
    """The archive takes it, or gives it back with a reason."""
    back, reason = request.form.get("lam") == "tra", request.form.get("ly_do", "").strip()
    if back and not reason:
        return file_view(id, {"ly-do-nhan": _("Ghi lý do trả lại người nộp.")})
    said = reason if back else ""
    return _on_file(
        id,
        _("Đã trả lại người nộp.") if back else _("Đã nhận vào lưu trữ."),
        lambda db, me: keeping.accept(db, id, me, refused=said),
        "ly-do-nhan",
    )


@blueprint.post("/ho-so-cong-viec/<id>/giu")
@allowed(CLERK, "lanh_dao")
@once
def work_file_hold(id: str) -> str | Response:
    """Holds it back from disposal, or releases it."""
    reason, release = request.form.get("ly_do", ""), bool(request.form.get("bo"))
    return _on_file(id, _("Đã ghi."), lambda db, me: keeping.hold(db, id, reason, me, release=release), "ly-do-giu")


@blueprint.get("/ho-so-cong-viec/<id>/goi")
@allowed(*READERS)
def work_file_package(id: str) -> FlaskResponse:
    """The archive package: the one that the archive took, or one made now."""
    with database().begin() as tx:
        me = actor()
        found = keeping.find(tx, id, me)
        rights.require(tx, "package", found, me)
        body = packaging.of(tx, found)
    answer = FlaskResponse(body, content_type=ZIP)
    answer.headers["Content-Disposition"] = disposition("attachment", f"ho-so-{found.notation}-{found.year}.zip")
    return answer


@blueprint.get("/ho-so-cong-viec/<id>/muc-luc")
@allowed(*READERS, "quan_tri")
def work_file_index(id: str) -> FlaskResponse:
    """What lies in it, printed."""
    with database().begin() as tx:
        me = actor()
        found = keeping.find(tx, id, me)
        return send_pdf(packaging.index_pdf(tx, found, keeping.items(tx, id, me)), f"muc-luc-{found.notation}")


@blueprint.get("/ho-so-cong-viec/<id>/bien-ban")
@allowed(*READERS, "quan_tri")
def work_file_handover(id: str) -> FlaskResponse:
    """The record of its hand-over, printed."""
    with database().begin() as tx:
        me = actor()
        found = keeping.find(tx, id, me)
        return send_pdf(printing.handover(tx, found, me), f"bien-ban-giao-nhan-{found.notation}")


# -- loans ------------------------------------------------------------------------------------------------------------


@blueprint.post("/ho-so-cong-viec/muon")
@allowed(*READERS)
@once
def loan_ask() -> str | Response:
    """Asks for a file."""
    form = request.form
    year = posted_count(form.get("nam")) or 0

    def act(db: Database, me: Actor) -> None:
        until = posted_day(form.get("han_tra"))
        lending.ask(
            db, form.get("co_quan", ""), form.get("ky_hieu_muon", ""), year, form.get("muc_dich", ""), until, me
        )

    def back(wrong: Mapping[str, str]) -> str:
        return list_view({"ky_hieu_muon" if key == "ky_hieu" else key: said for key, said in wrong.items()}, "muon")

    answer: str | Response = _do(act, _("Đã gửi đề nghị mượn."), back, url_for("documents.work_file_list"))
    return answer


@blueprint.post("/ho-so-cong-viec/<id>/cho-muon")
@allowed(CLERK, "lanh_dao")
@once
def loan_decide(id: str) -> str | Response:
    """Grants or refuses a loan."""
    form = request.form
    loan, yes, why = form.get("muon", ""), form.get("lam") == "cho", form.get("ly_do", "")
    return _on_file(
        id,
        _("Đã trả lời đề nghị mượn."),
        lambda db, me: lending.decide(db, id, loan, yes, why, me),
        f"ly-do-muon-{loan}",
    )


@blueprint.post("/ho-so-cong-viec/<id>/tra")
@allowed(*READERS)
@once
def loan_return(id: str) -> str | Response:
    """Records that it was returned."""
    loan = request.form.get("muon", "")
    to = url_for("documents.work_file_list")
    answer: str | Response = _do(
        lambda db, me: lending.give_back(db, id, loan, me), _("Đã ghi trả."), lambda wrong: list_view(wrong), to
    )
    return answer


# -- the yearly list --------------------------------------------------------------------------------------------------


@blueprint.get("/ho-so-cong-viec/danh-muc")
@allowed(*READERS, "quan_tri")
def file_list_page() -> str | FlaskResponse:
    """The yearly list of an agency."""
    if request.args.get("dang") == "pdf":
        with database().begin() as tx:
            agency, year = _home(tx, actor()), now().year
            return send_pdf(printing.yearly_list(tx, agency, year, actor()), f"danh-muc-ho-so-{agency}-{year}")
    return plan_view({})


def plan_view(errors: Mapping[str, str]) -> str:
    """The page, fresh or with what was wrong."""
    with database().begin() as tx:
        me = actor()
        agency, year = _home(tx, me), now().year
        listed = keeping.headings(tx, agency, year)
        held = document_rights.held(tx, me)
        return render_template(
            "documents/file_list.html",
            headings=listed,
            agency=agency,
            year=year,
            approved=keeping.approved(tx, agency, year),
            clerk=(CLERK, agency) in held,
            leader=("lanh_dao", agency) in held,
            me=me.username,
            keepers=keeping.keepers(tx, agency),
            people=officials.names(tx, {one.keeper for one in listed}),
            errors=errors,
            values=request.form.to_dict(),
            **_words(),
        )


def _on_list(done: str, act: Callable[[Database, Actor, str, int], Any]) -> str | Response:
    agency, year = request.form.get("co_quan", ""), posted_count(request.form.get("nam")) or now().year
    to = url_for("documents.file_list_page")
    answer: str | Response = _do(lambda db, me: act(db, me, agency, year), done, plan_view, to)
    return answer


@blueprint.post("/ho-so-cong-viec/danh-muc")
@allowed(CLERK)
@once
def file_list_add() -> str | Response:
    """Another line."""
    form = request.form
    said = Heading(
        form.get("ky_hieu", ""), form.get("tieu_de", ""), form.get("thoi_han", ""), form.get("nguoi_giu", "")
    )
    return _on_list(_("Đã thêm."), lambda db, me, agency, year: keeping.plan(db, agency, year, said, me))


@blueprint.post("/ho-so-cong-viec/danh-muc/bo")
@allowed(CLERK)
@once
def file_list_drop() -> str | Response:
    """Takes a line out."""
    gone = request.form.get("ky_hieu", "")
    return _on_list(_("Đã bỏ."), lambda db, me, agency, year: keeping.unplan(db, agency, year, gone, me))


@blueprint.post("/ho-so-cong-viec/danh-muc/duyet")
@allowed("lanh_dao")
@once
def file_list_approve() -> str | Response:
    """Approves the list."""
    return _on_list(
        _("Đã phê duyệt danh mục."), lambda db, me, agency, year: keeping.approve_list(db, agency, year, me)
    )


# -- disposal ---------------------------------------------------------------------------------------------------------


@blueprint.get("/ho-so-cong-viec/tieu-huy")
@allowed(CLERK, "lanh_dao")
def disposal_list() -> str:
    """Disposals of the agency, and those that wait for this leader."""
    return disposal_view({})


def disposal_view(errors: Mapping[str, str]) -> str:
    """The page, fresh or with what was wrong."""
    with database().begin() as tx:
        me = actor()
        agency = _home(tx, me)
        waiting = disposing.waiting(tx, me)
        ids = {one.id for one in waiting}
        others = [one for one in disposing.listing(tx, agency, me) if one.id not in ids]
        clerk = (CLERK, agency) in document_rights.held(tx, me)
        return render_template(
            "documents/disposals.html",
            disposals=[*waiting, *others],
            mine=ids,
            states={code: pick(*word) for code, word in words.DISPOSALS.items()},
            ripe=[(f.id, f"{f.notation}/{f.year} {f.title}") for f in disposing.ripe(tx, agency)] if clerk else [],
            clerk=clerk,
            agency=agency,
            errors=errors,
            values={**request.form.to_dict(), "ho_so": request.form.getlist("ho_so")},
        )


@blueprint.post("/ho-so-cong-viec/tieu-huy")
@allowed(CLERK)
@once
def disposal_propose() -> str | Response:
    """Proposes to destroy files whose term is over."""
    form = request.form
    answer: str | Response = _do(
        lambda db, me: disposing.propose(db, form.get("co_quan", ""), form.getlist("ho_so"), form.get("ly_do", ""), me),
        _("Đã đề nghị tiêu hủy."),
        disposal_view,
        url_for("documents.disposal_list"),
    )
    return answer


@blueprint.post("/ho-so-cong-viec/tieu-huy/<id>")
@allowed("lanh_dao")
@once
def disposal_decide(id: str) -> str | Response:
    """One of the two approvals, or a refusal; a reason that is not taken stays where it was typed."""
    try:
        if request.form.get("lam") == "duyet":
            disposing.approve(database(), id, actor())
        else:
            disposing.refuse(database(), id, request.form.get("ly_do", ""), actor())
        flash(_("Đã ghi."), "success")
    except (NotAllowed, Unseen):
        raise
    except Refusal as refusal:
        return disposal_view({f"ly-do-{id}": sentence(refusal)})
    return redirect(url_for("documents.disposal_list"))


@blueprint.get("/ho-so-cong-viec/tieu-huy/<id>/bien-ban")
@allowed(CLERK, "lanh_dao")
def disposal_certificate(id: str) -> FlaskResponse:
    """The certificate of a disposal."""
    with database().begin() as tx:
        found = disposing.find(tx, id, actor())
        if not found.certificate:
            raise rights.unseen()
        return send_pdf(files.read(tx, found.certificate), f"bien-ban-tieu-huy-{found.number:02d}-{found.year}")
