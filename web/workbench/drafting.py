"""A bundle that is written in the browser: its drawing, forms, decisions, letters, scenarios and record, each on a tab.
Every file can be written as text: without scripts nothing is missing.

What a tab shows beside the file is told by the module of the tab (`shows`), in a template of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from engine.model.definition import Finding
from engine.refusal import Refusal
from engine.store import Tx
from procedures import authoring, beginnings, bundles, draft_files, officials
from web.account.people import actor
from web.files import disposition
from web.house import ZONE, database
from web.paging import row_number
from web.permissions import allowed
from web.refusals import sentence
from web.security import relax
from web.workbench import KEEPERS, blueprint, drafted, help, picks


@dataclass(frozen=True)
class Tab:
    """A tab of a draft. ends: how the names of the files end that are written in it. policy: what its editor needs of
    the content policy beyond that of other pages."""

    name: Any
    template: str
    ends: tuple[str, ...] = ()
    policy: Mapping[str, str] = field(default_factory=dict)


#: Drawings of diagrams set what they draw in attributes; fields for FEEL bring a style sheet of their own.
_DRAWN = {"style_src_attr": "'unsafe-inline'"}
_FIELDS = {**_DRAWN, "style_src_elem": "'self' 'unsafe-inline'"}


TABS = {
    "so-do": Tab(_l("Sơ đồ"), "drawing", (".bpmn",), _FIELDS),
    "bieu-mau": Tab(_l("Biểu mẫu"), "form", (".form",), _FIELDS),
    "quyet-dinh": Tab(_l("Quyết định"), "decision", (".dmn",), _FIELDS),
    "giay-to": Tab(_l("Giấy tờ"), "letter", (".typ",)),
    "kich-ban": Tab(_l("Kịch bản"), "scenarios", ("scenarios.yaml",)),
    "ban-ghi": Tab(_l("Bản ghi"), "record", ("procedure.yaml", "route.yaml", ".md", ".json", ".yml")),
    "khac-biet": Tab(_l("Khác biệt"), "difference"),
    "kiem-tra": Tab(_l("Kiểm tra"), "check"),
    "lich-su": Tab(_l("Lịch sử"), "history"),
}


#: What a new file of a tab is (`draft_files.begun`).
KINDS = {"so-do": "drawing", "bieu-mau": "form", "quyet-dinh": "decision", "giay-to": "letter"}


@dataclass(frozen=True)
class Page:
    """What a draft's page shows: a tab, the file that is open in it, what was typed there and not saved, the save that
    its author had before him, and what else its template wants. Where the tab has no such file, what was typed is that
    of a new one."""

    tab: str = ""
    file: str = ""
    typed: str | None = None
    base: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """A draft that a tab is asked of. text: of the open file, as it was typed."""

    draft: authoring.Draft
    files: dict[str, str]
    file: str
    text: str


#: What a tab's template wants beside what every tab has, by tab.
_SHOWS: dict[str, Callable[[Tx, Opened], Mapping[str, Any]]] = {}
Shows = Callable[[Tx, Opened], Mapping[str, Any]]


def shows(tab: str) -> Callable[[Shows], Shows]:
    """Says what the template of a tab is given besides what every tab has."""

    def note(told: Shows) -> Shows:
        _SHOWS[tab] = told
        return told

    return note


Tells = Callable[[authoring.Save, str, dict[str, str], str], Mapping[str, Any]]
#: What the page is told besides after it saved a file by itself: of the save, the draft, its files, the file's name.
_TELLS: dict[str, Tells] = {}


def tells(tab: str) -> Callable[[Tells], Tells]:
    """Says what a tab's script is told after a save, besides what every tab is."""

    def note(told: Tells) -> Tells:
        _TELLS[tab] = told
        return told

    return note


def people_of(tx: Tx, names: set[str]) -> dict[str, str]:
    """Account names → the names of the officials."""
    known = {name: officials.get(tx, name) for name in names}
    return {name: one.name if one is not None else name for name, one in known.items()}


def draft_of(tx: Tx, id: str) -> authoring.Draft:
    """A draft; 404 where there is none."""
    try:
        return authoring.draft(tx, id)
    except LookupError:
        abort(404)


@blueprint.get("/soan-thao/<draft>")
@allowed(*KEEPERS)
def draft_page(draft: str) -> str:
    return page(draft, Page(request.args.get("phan", ""), request.args.get("tep", "")))


def page(id: str, page: Page, errors: dict[str, str] | None = None) -> str:
    """The page of a draft."""
    tab = page.tab if page.tab in TABS else "so-do"
    with database().begin() as tx:
        found = draft_of(tx, id)
        others = authoring.visit(tx, id, by=actor())
        files, saves = authoring.files_of(tx, id), authoring.saves(tx, id)
        people = people_of(tx, {one.by for one in saves} | set(others) | set(found.authors))
        version = bundles.any_version(tx, found.version) if found.version else None
        mine = [name for name in files if belongs(name, tab)]
        file = page.file if page.file in mine else next(iter(mine), "")
        added = page.typed if page.file not in mine else None
        text = page.typed if page.typed is not None and added is None else files.get(file, "")
        more = _SHOWS[tab](tx, Opened(found, files, file, text)) if tab in _SHOWS else {}
        findings = drafted.findings(tx, files)
    relax(**TABS[tab].policy)
    given: dict[str, Any] = {
        "draft": found,
        "tab": tab,
        "bar": _bar(found.id, tab, files, findings),
        "files": mine,
        "titles": picks.titles(files),
        "file": file,
        "text": text,
        "base": page.base or found.head,
        "added": {"name": page.file, "text": added} if added is not None else {},
        "findings": findings,
        "here": [one for one in findings if one.file == file],
        "saves": saves,
        "waiting": [one for one in saves if one.beside],
        "people": people,
        "others": [people[name] for name in others],
        "version": version,
        "own": current_user.username in found.authors | {found.submitted_by},
        "pickers": drafted.pickers(),
        "marks": drafted.marks(findings, file),
        "places": drafted.places(files),
        "errors": errors or {},
        "begins": tab in KINDS,
        "help": (help.AT[tab], help.PAGES[help.AT[tab]][1]),
    }
    return render_template(f"workbench/draft/{TABS[tab].template}.html", **given | dict(more) | dict(page.more))


def _bar(id: str, tab: str, files: dict[str, str], findings: tuple[Finding, ...]) -> list[tuple[Any, ...]]:
    """The tabs: of each its address, and how much there is to mend in it."""
    counts = {each: sum(1 for one in findings if belongs(one.file, each)) or None for each in TABS}
    counts["kiem-tra"] = len(findings)
    return [
        (TABS[each].name, url_for("workbench.draft_page", draft=id, phan=each), counts[each], each == tab)
        for each in TABS
    ]


def belongs(name: str, tab: str) -> bool:
    """Whether a file is written in a tab; the scenarios are no part of the record."""
    ends = TABS[tab].ends
    if not ends or not name.endswith(ends):
        return False
    return tab == "kich-ban" or name != "scenarios.yaml"


@shows("so-do")
def _drawing(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    pickers = drafted.pickers() | picks.offered(tx, opened.files)
    return {"words": drafted.words(opened.file, opened.files.get(opened.file, "")), "pickers": pickers}


@tells("so-do")
def _drawn(done: authoring.Save, draft: str, files: dict[str, str], name: str) -> Mapping[str, Any]:
    words = drafted.words(name, files.get(name, ""))
    return {"words": render_template("workbench/draft/words.html", words=words)}


@shows("kiem-tra")
def _check(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    waived = authoring.waived(tx, opened.draft.id) if opened.draft.state == "submitted" else ""
    return {"waived": waived}


@shows("lich-su")
def _history(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    return {"changed": drafted.changed(authoring.saves(tx, opened.draft.id))}


@blueprint.post("/soan-thao/<draft>/luu")
@allowed(*KEEPERS)
def draft_save(draft: str) -> Any:
    """Saves one file, or takes it out. A script that saves by itself asks for JSON."""
    form, automatic = request.form, request.accept_mimetypes.best == "application/json"
    name, tab = form.get("ten", "").strip(), form.get("phan", "")
    base = row_number(form.get("goc")) or 0
    text = None if form.get("bo") else form.get("noi_dung", "").replace("\r\n", "\n")
    try:
        with database().begin() as tx:
            draft_of(tx, draft)
            if text == "" and name not in authoring.files_of(tx, draft):
                text = beginnings.of(name)
            done = authoring.save(tx, draft, base, {name: text}, by=actor())
    except LookupError:
        abort(404)
    except Refusal as refusal:
        if automatic:
            return jsonify({"sentence": sentence(refusal)}), 409
        about = "ten-moi" if refusal.about == "ten" else "noi_dung"
        return page(draft, Page(tab, name, typed=text, base=base), {about: sentence(refusal)})
    if automatic:
        return jsonify(_told(draft, tab, name, done))
    if done.beside:
        flash(_("Người khác vừa sửa tệp này. Bản của bạn được giữ riêng: hãy chọn bản dùng."), "warning")
        return redirect(url_for("workbench.draft_page", draft=draft, phan="lich-su"))
    flash(_("Đã lưu."), "success")
    return redirect(url_for("workbench.draft_page", draft=draft, phan=tab, tep=name))


@blueprint.post("/soan-thao/<draft>/them")
@allowed(*KEEPERS)
def draft_add(draft: str) -> Any:
    """A new file of a tab, begun from its name in words, or brought along as a file."""
    tab, upload = request.form.get("phan", ""), request.files.get("tep")
    kind = KINDS.get(tab)
    if kind is None:
        abort(404)
    try:
        with database().begin() as tx:
            found = draft_of(tx, draft)
            files = authoring.files_of(tx, draft)
            name, text = draft_files.begun(kind, request.form.get("ten", ""), files)
            if upload is not None and upload.filename:
                text = draft_files.brought(upload.read(), upload.filename, name)
            authoring.save(tx, draft, found.head, {name: text}, by=actor())
    except Refusal as refusal:
        about = refusal.about if refusal.about in ("ten-loi", "tep") else "ten-loi"
        return page(draft, Page(tab), {about: sentence(refusal)})
    flash(_("Đã thêm %(file)s.", file=name), "success")
    return redirect(url_for("workbench.draft_page", draft=draft, phan=tab, tep=name))


@blueprint.get("/soan-thao/<draft>/tep")
@allowed(*KEEPERS)
def draft_file(draft: str) -> Response:
    """One file of the draft, to keep or to open in another tool."""
    with database().begin() as tx:
        draft_of(tx, draft)
        text = authoring.files_of(tx, draft).get(request.args.get("ten", ""))
    if text is None:
        abort(404)
    response = Response(text.encode(), content_type="application/octet-stream")
    name = request.args["ten"].rpartition("/")[2]
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def _told(draft: str, tab: str, name: str, done: authoring.Save) -> dict[str, Any]:
    """What the page is told of a save that it made by itself; who else is there, too."""
    said = _("Đã lưu lúc %(time)s.", time=done.at.astimezone(ZONE).strftime("%H:%M:%S"))
    if done.beside:
        said = _(
            "Người khác vừa sửa tệp này: bản của bạn được giữ riêng, hãy chọn ở mục Lịch sử. "
            "Trang này không tự lưu nữa cho đến khi mở lại."
        )
    with database().begin() as tx:
        found, files = draft_of(tx, draft), authoring.files_of(tx, draft, done.number)
        others = authoring.visit(tx, draft, by=actor())
        people = people_of(tx, set(others))
        findings = drafted.findings(tx, files)
    if others:
        names = ", ".join(people[one] for one in others)
        said = f"{said} {_('Cũng đang mở bản nháp này: %(names)s.', names=names)}"
    here = [one for one in findings if one.file == name]
    return {
        "number": done.number,
        "beside": done.beside,
        "sentence": said,
        "marks": drafted.marks(findings, name),
        "here": render_template("workbench/draft/here.html", here=here, places=drafted.places(files), draft=found),
        **(_TELLS[tab](done, draft, files, name) if tab in _TELLS else {}),
    }


@blueprint.get("/soan-thao/<draft>/goi")
@allowed(*KEEPERS)
def draft_archive(draft: str) -> Response:
    """The bundle as a ZIP archive, with the folder that `bpmn/` has."""
    with database().begin() as tx:
        found = draft_of(tx, draft)
        body = authoring.packed(authoring.files_of(tx, draft), "goi")
    response = Response(body, content_type="application/zip")
    response.headers["Content-Disposition"] = disposition("attachment", f"{found.name}.zip")
    return response
