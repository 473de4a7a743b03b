"""Writing a bundle in the browser: its drawing, forms, decisions, letters, scenarios and record, checked and played as
it is written, approved by another person. Every file can be written as text: without scripts nothing is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from engine import model, scenario
from engine.model.definition import Finding
from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import authoring, bundles, catalogue, checked, from_record, officials
from procedures.bundle_check.errors import BundleError
from procedures.vocabulary.roles import ROLES, WATCHING
from procedures.vocabulary.statuses import STATUSES
from web.account.people import actor
from web.files import disposition
from web.house import ZONE, database, now
from web.i18n import language, pick
from web.once import once
from web.permissions import allowed
from web.refusals import sentence
from web.security import relax
from web.workbench import KEEPERS, blueprint

#: The tabs of a draft: address, name, and how the names of its files end.
TABS = {
    "so-do": (".bpmn",),
    "bieu-mau": (".form",),
    "quyet-dinh": (".dmn",),
    "giay-to": (".typ",),
    "kich-ban": ("scenarios.yaml",),
    "ban-ghi": ("procedure.yaml", "route.yaml", ".md", ".json", ".yml"),
    "kiem-tra": (),
    "lich-su": (),
}


@dataclass(frozen=True)
class Page:
    """What a draft's page shows: a tab, the file that is open in it, and what scenarios came to, where they were
    played just now."""

    tab: str = ""
    file: str = ""
    played: dict[str, Any] | None = None
    typed: str | None = None


def _names() -> dict[str, str]:
    return {
        "so-do": _("Sơ đồ"),
        "bieu-mau": _("Biểu mẫu"),
        "quyet-dinh": _("Quyết định"),
        "giay-to": _("Giấy tờ"),
        "kich-ban": _("Kịch bản"),
        "ban-ghi": _("Bản ghi"),
        "kiem-tra": _("Kiểm tra"),
        "lich-su": _("Lịch sử"),
    }


@blueprint.get("/soan-thao")
@allowed(*KEEPERS)
def drafts() -> str:
    return _list()


def _list(errors: dict[str, str] | None = None) -> str:
    with database().begin() as tx:
        found, published = authoring.drafts(tx), bundles.published(tx, kind=None)
        people = _people(tx, {one.created_by for one in found})
    return render_template(
        "workbench/drafts.html",
        drafts=found,
        chosen=[(one.version, f"{pick(one.name)} ({one.code})") for one in published],
        people=people,
        errors=errors or {},
        typed=request.form,
    )


def _people(tx: Tx, names: set[str]) -> dict[str, str]:
    """Account names → the names of the officials."""
    known = {name: officials.get(tx, name) for name in names}
    return {name: one.name if one is not None else name for name, one in known.items()}


@blueprint.post("/soan-thao")
@allowed(*KEEPERS)
@once
def draft_begin() -> Any:
    """A new draft: from a record of the national catalogue, the ZIP archive of a bundle, or a version in force."""
    version, name = request.form.get("tu_thu_tuc", ""), request.form.get("ten", "")
    code = request.form.get("ma", "").strip()
    upload = request.files.get("goi")
    try:
        with database().begin() as tx:
            if upload is not None and upload.filename:
                files, source = authoring.unpacked(upload.read()), ""
            elif code:
                files, source = _recorded(tx, code), code
            else:
                files, source = _copied(tx, version)
            id = authoring.begin(tx, name, files, source, by=actor())
    except Refusal as refusal:
        return _list({refusal.about if refusal.about in ("ten", "ma") else "goi": sentence(refusal)})
    flash(_("Đã tạo bản nháp."), "success")
    return redirect(url_for("workbench.draft_page", draft=id))


def _recorded(tx: Tx, code: str) -> dict[str, str]:
    record = catalogue.procedure(tx, code)
    if record is None:
        raise Refusal(
            f"Danh mục không có thủ tục mã {code}.", f"The catalogue has no procedure with the code {code}.", about="ma"
        )
    return from_record.files_of(record, now().date())


def _copied(tx: Tx, version: str) -> tuple[dict[str, str], str]:
    try:
        procedure = bundles.any_version(tx, version)
    except LookupError:
        raise Refusal(
            "Chọn một thủ tục đang áp dụng, nhập mã của một bản ghi quốc gia, hoặc tải lên một gói.",
            "Choose a procedure in force, give the code of a national record, or upload a bundle.",
        ) from None
    return authoring.texts(bundles.files_of(tx, version)), procedure.code


def _draft(tx: Tx, id: str) -> authoring.Draft:
    try:
        return authoring.draft(tx, id)
    except LookupError:
        abort(404)


@blueprint.get("/soan-thao/<draft>")
@allowed(*KEEPERS)
def draft_page(draft: str) -> str:
    return _page(draft, Page(request.args.get("phan", ""), request.args.get("tep", "")))


def _page(id: str, page: Page, errors: dict[str, str] | None = None) -> str:
    tab = page.tab if page.tab in TABS else "so-do"
    with database().begin() as tx:
        found = _draft(tx, id)
        others = authoring.visit(tx, id, by=actor())
        files, saves = authoring.files_of(tx, id), authoring.saves(tx, id)
        people = _people(tx, {one.by for one in saves} | set(others) | set(found.authors))
        version = bundles.any_version(tx, found.version) if found.version else None
        unmanned = authoring.unmanned(tx, files) if tab == "kiem-tra" else []
    findings = _findings(files)
    mine = [name for name in files if _belongs(name, tab)]
    file = page.file if page.file in mine else next(iter(mine), "")
    relax(style_src_attr="'unsafe-inline'")  # the drawing sets what it draws in attributes
    return render_template(
        "workbench/draft.html",
        draft=found,
        tab=tab,
        bar=_bar(found.id, tab, files, findings),
        files=mine,
        file=file,
        text=page.typed if page.typed is not None else files.get(file, ""),
        findings=findings,
        here=[one for one in findings if one.file == file],
        errors_left=[one for one in findings if one.severity == "error"],
        words=_words(file, files.get(file, "")),
        saves=saves,
        waiting=[one for one in saves if one.beside],
        changed=_changed(saves),
        people=people,
        others=[people[name] for name in others],
        played=page.played,
        version=version,
        own=current_user.username in found.authors | {found.submitted_by},
        pickers=_pickers(files),
        marks=_marks(findings, file),
        places=_places(files),
        unmanned=[(pick(ROLES[role]), names) for role, names in unmanned],
        errors=errors or {},
    )


def _bar(id: str, tab: str, files: dict[str, str], findings: tuple[Finding, ...]) -> list[tuple[Any, ...]]:
    """The tabs: of each its address, and how much there is to mend in it."""
    names = _names()
    counts = {each: sum(1 for one in findings if _belongs(one.file, each)) or None for each in names}
    counts["kiem-tra"] = len(findings)
    return [
        (names[each], url_for("workbench.draft_page", draft=id, phan=each), counts[each], each == tab) for each in names
    ]


def _files(id: str, number: int) -> dict[str, str]:
    with database().begin() as tx:
        return authoring.files_of(tx, id, number)


def _findings(files: dict[str, str]) -> tuple[Finding, ...]:
    """What the one check of a bundle says, errors first."""
    found = checked.of_files({name: body.encode() for name, body in files.items()}, language())
    return tuple(sorted(found, key=lambda one: one.severity != "error"))


def _places(files: dict[str, str]) -> dict[str, str]:
    """The names of what is drawn, by their ids: of steps as they are, of flows where they lead from and to."""
    found: dict[str, str] = {}
    for file, text in files.items():
        if file.endswith(".bpmn"):
            try:
                read = model.read(text.encode(), file, bundled=True)
            except model.ModelError:
                continue
            for process in read.processes.values():
                found[process.id] = process.name or process.id
                scopes = [process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)]
                for scope in scopes:
                    found |= {node.id: node.name or node.id for node in scope.nodes.values()}
                    for flow in scope.flows.values():
                        ends = {"a": found[flow.source], "b": found[flow.target]}
                        found[flow.id] = flow.name or _("Luồng từ “%(a)s” đến “%(b)s”", **ends)
    return found


def _belongs(name: str, tab: str) -> bool:
    """Whether a file is written in a tab; the scenarios are no part of the record."""
    if not name.endswith(TABS[tab]) or not TABS[tab]:
        return False
    return tab == "kich-ban" or name != "scenarios.yaml"


def _words(file: str, text: str) -> list[str]:
    if not file.endswith(".bpmn"):
        return []
    try:
        return list(model.describe(model.read(text.encode(), file, language(), bundled=True), language()))
    except model.ModelError:
        return []


def _pickers(files: dict[str, str]) -> dict[str, Any]:
    """What the drawing's panel offers to pick from."""
    return {
        "roles": {key: pick(word) for key, word in ROLES.items() if key not in WATCHING},
        "statuses": {str(code): pick(status) for code, status in STATUSES.items()},
        "forms": [PurePosixPath(name).stem for name in files if name.endswith(".form")],
        "letters": [PurePosixPath(name).stem for name in files if name.endswith(".typ")],
        "language": language(),
    }


def _marks(findings: tuple[Finding, ...], file: str) -> dict[str, list[str]]:
    """What is wrong, at its elements of the drawing."""
    found: dict[str, list[str]] = {}
    for one in findings:
        if one.file == file and one.element:
            found.setdefault(one.element, []).append(f"{one.message} {one.fix}".strip())
    return found


def _changed(saves: list[authoring.Save]) -> dict[int, list[str]]:
    """The files that each save changed of the one before it."""
    by_number = {one.number: one.files for one in saves}
    found = {}
    for one in saves:
        before = by_number.get(one.base, {})
        names = before.keys() | one.files.keys()
        found[one.number] = sorted(name for name in names if before.get(name) != one.files.get(name))
    return found


@blueprint.post("/soan-thao/<draft>/luu")
@allowed(*KEEPERS)
def draft_save(draft: str) -> Any:
    """Saves one file, or takes it out. A script that saves by itself asks for JSON."""
    form, automatic = request.form, request.accept_mimetypes.best == "application/json"
    name, tab = form.get("ten", "").strip(), form.get("phan", "")
    base = form.get("goc", "")
    text = None if form.get("bo") else form.get("noi_dung", "").replace("\r\n", "\n")
    try:
        with database().begin() as tx:
            _draft(tx, draft)
            done = authoring.save(tx, draft, int(base) if base.isdigit() else 0, {name: text}, by=actor())
    except LookupError:
        abort(404)
    except Refusal as refusal:
        if automatic:
            return jsonify({"sentence": sentence(refusal)}), 409
        return _page(draft, Page(tab, name, typed=text), {"noi_dung": sentence(refusal)})
    if automatic:
        said = _("Đã lưu lúc %(time)s.", time=done.at.astimezone(ZONE).strftime("%H:%M:%S"))
        if done.beside:
            said = _("Người khác vừa sửa tệp này: bản của bạn được giữ riêng, hãy chọn ở mục Lịch sử.")
        marks = _marks(_findings(_files(draft, done.number)), name)
        return jsonify({"number": done.number, "beside": done.beside, "sentence": said, "marks": marks})
    if done.beside:
        flash(_("Người khác vừa sửa tệp này. Bản của bạn được giữ riêng: hãy chọn bản dùng."), "warning")
        return redirect(url_for("workbench.draft_page", draft=draft, phan="lich-su"))
    flash(_("Đã lưu."), "success")
    return redirect(url_for("workbench.draft_page", draft=draft, phan=tab, tep=name))


@blueprint.post("/soan-thao/<draft>/choi-kich-ban")
@allowed(*KEEPERS)
def draft_play(draft: str) -> Any:
    """Plays the scenarios of the draft; nothing is kept."""
    with database().begin() as tx:
        _draft(tx, draft)
        files = authoring.files_of(tx, draft)
    try:
        played = authoring.play(files, language())
    except scenario.ScenarioError as error:
        return _page(draft, Page("kich-ban"), {"noi_dung": sentence(error)})
    return _page(draft, Page("kich-ban", played=played))


@blueprint.post("/soan-thao/<draft>/viec")
@allowed(*KEEPERS)
@once
def draft_act(draft: str) -> Any:
    """What is done with a draft as a whole, by the button that was pressed."""
    act, by = request.form.get("viec", ""), actor()
    number = int(request.form["so"]) if request.form.get("so", "").isdigit() else 0
    acts: dict[str, tuple[Callable[[Database], Any], str]] = {
        "trinh": (lambda where: authoring.submit(where, draft, by), _("Đã trình duyệt. Một người khác sẽ duyệt.")),
        "tra-lai": (
            lambda where: authoring.send_back(where, draft, request.form.get("ly_do", ""), by),
            _("Đã trả lại người soạn."),
        ),
        "duyet": (lambda where: authoring.approve(where, draft, by), _("Đã ban hành.")),
        "dung-ban-nay": (
            lambda where: authoring.choose(where, draft, number, True, by),
            _("Đã dùng bản được giữ riêng."),
        ),
        "bo-ban-nay": (lambda where: authoring.choose(where, draft, number, False, by), _("Đã giữ bản đang có.")),
        "ve-ban-nay": (lambda where: authoring.go_back(where, draft, number, by), _("Đã trở về lần lưu này.")),
        "bo": (lambda where: authoring.drop(where, draft, by), _("Đã bỏ bản nháp.")),
    }
    if act not in acts:
        abort(400)
    work, said = acts[act]
    try:
        work(database())
    except LookupError:
        abort(404)
    except BundleError as error:
        return _page(draft, Page("kiem-tra"), {"": sentence(error)})
    except Refusal as refusal:
        tab = "kich-ban" if act == "trinh" else "lich-su" if number else "kiem-tra"
        return _page(draft, Page(tab), {refusal.about: sentence(refusal)})
    flash(said, "success")
    if act == "bo":
        return redirect(url_for("workbench.drafts"))
    return redirect(url_for("workbench.draft_page", draft=draft, phan="lich-su" if number else "kiem-tra"))


@blueprint.get("/soan-thao/<draft>/goi")
@allowed(*KEEPERS)
def draft_archive(draft: str) -> Response:
    """The bundle as a ZIP archive, with the folder that `bpmn/` has."""
    with database().begin() as tx:
        found = _draft(tx, draft)
        body = authoring.packed(authoring.files_of(tx, draft), "goi")
    response = Response(body, content_type="application/zip")
    response.headers["Content-Disposition"] = disposition("attachment", f"{found.name}.zip")
    return response
