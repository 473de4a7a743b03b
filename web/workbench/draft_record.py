"""The description of a draft as a form. What is wrong is saved, too, as in its text: the check says it at the field."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from engine import model
from engine.model.words import phrases
from engine.refusal import Refusal
from engine.store import Tx
from engine.yaml import Document, Unreadable
from procedures import authoring, record_form, record_text
from procedures.bundle_check.files import HEADS
from procedures.vocabulary.agencies import TIERS
from procedures.vocabulary.assurance import LEVELS
from procedures.vocabulary.channels import CHANNELS
from procedures.vocabulary.roles import ROLES, WATCHING
from procedures.vocabulary.units import UNITS
from web.account.people import actor
from web.house import database
from web.i18n import language, pick
from web.paging import row_number
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint, drafted, picks
from web.workbench.drafting import Opened, Page, draft_of, page, shows

_STARTS = {"statutory": _l("ngày làm việc tiếp theo"), "working_hours": _l("giờ tiếp nhận")}
_EFFECTS = {"pause": _l("tạm dừng"), "restart": _l("tính lại từ đầu"), "none": _l("vẫn chạy")}
_PER = {"dossier": _l("hồ sơ"), "copy": _l("bản"), "page": _l("trang")}


@shows("ban-ghi")
def _record(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    said = _said(opened.files.get(opened.file, "")) if opened.file in HEADS else None
    if said is None:
        return {"sections": ()}
    errors = {one.element: one.message for one in drafted.findings(tx, opened.files) if one.file == opened.file}
    return {
        "sections": record_form.SECTIONS,
        "said": said,
        "shown": _shown,
        "dropped": (),
        "name_of": record_form.name_of,
        "spare": record_form.SPARE,
        "offered": _offered(opened.files, said),
        "wrong": {name: text for name, text in errors.items() if name},
        "left": [key for key in said if key in ("record", "catalogue", "register", "letters")],
    }


def _shown(field: record_form.Field, name: str, said: Any) -> Any:
    """The value of a field as the description has it."""
    return record_form.shown(field, said)


def _typed(form: MultiDict[str, str], field: record_form.Field, name: str, said: Any) -> Any:
    """The value of a field as it was typed."""
    if field.kind == "picks":
        return form.getlist(name)
    return name in form if field.kind == "tick" else form.get(name, "")


def _said(text: str) -> dict[str, Any] | None:
    """What a description says; None where it cannot be read: then it is mended as text."""
    try:
        value = Document(text).value
    except Unreadable:
        return None
    return value if isinstance(value, dict) else None


#: How long before a step is due who does it is reminded.
_REMINDERS = ("PT15M", "PT30M", "PT1H", "PT2H", "PT4H", "P1D", "P2D", "P3D", "P5D")


def _offered(files: Mapping[str, str], said: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What there is to pick from, by the name of the choices."""
    titles = picks.titles(files)
    forms = [name.removeprefix("forms/").removesuffix(".form") for name in files if name.endswith(".form")]
    cases = [one for one in said.get("cases") or () if isinstance(one, dict)]
    units = [(key, pick(word)) for key, word in UNITS.items()]
    return {
        "tiers": [(key, pick(word)) for key, word in TIERS.items()],
        "channels": [(key, pick(word)) for key, word in CHANNELS.items()],
        "assurance": [(str(key), pick(word)) for key, word in LEVELS.items()],
        "roles": [(key, pick(word)) for key, word in ROLES.items() if key not in WATCHING],
        "units": units,
        "days": [one for one in units if one[0] in ("WORKING_DAY", "DAY")],
        "forms": [(one, titles.get(f"forms/{one}.form", one)) for one in forms],
        "cases": [(str(one.get("code")), str(one.get("name") or one.get("code"))) for one in cases],
        "processes": _processes(files),
        "reminders": [(one, phrases.duration(one, language())) for one in _REMINDERS],
        "starts": [(key, str(word)) for key, word in _STARTS.items()],
        "effects": [(key, str(word)) for key, word in _EFFECTS.items()],
        "per": [(key, str(word)) for key, word in _PER.items()],
    }


def _processes(files: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    for name, text in files.items():
        if name.endswith(".bpmn"):
            try:
                read = model.read(text.encode(), name, bundled=True)
            except model.ModelError:
                continue
            found += [(one.id, one.name or one.id) for one in read.processes.values()]
    return found


@blueprint.post("/soan-thao/<draft>/ban-ghi")
@allowed(*KEEPERS)
def draft_record(draft: str) -> Any:
    """Saves the description as it was typed in the form, its text changed where that says something else."""
    name, number = request.form.get("ten", ""), row_number(request.form.get("goc")) or 0
    try:
        with database().begin() as tx:
            draft_of(tx, draft)
            text = authoring.files_of(tx, draft, number).get(name) if name in HEADS else None
            said = _said(text) if text is not None else None
            if text is None or said is None:
                abort(404)
            many = {key: values for key, values in request.form.lists() if not key.startswith("csrf")}
            wanted = record_form.typed({key: values[-1] for key, values in many.items()}, many, said)
            done = authoring.save(tx, draft, number, {name: record_text.changed(text, wanted)}, by=actor())
    except LookupError:
        abort(404)
    except Refusal as refusal:
        more = {"said": said, "shown": partial(_typed, request.form), "dropped": request.form}
        return page(draft, Page("ban-ghi", name, base=number, more=more), {"": sentence(refusal)})
    if done.beside:
        flash(_("Người khác vừa sửa tệp này. Bản của bạn được giữ riêng: hãy chọn bản dùng."), "warning")
        return redirect(url_for("workbench.draft_page", draft=draft, phan="lich-su"))
    flash(_("Đã lưu."), "success")
    return redirect(url_for("workbench.draft_page", draft=draft, phan="ban-ghi", tep=name))
