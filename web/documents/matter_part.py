"""What the page of a document shows of matters: form, meeting, what it is about, the work files that it lies in."""

from __future__ import annotations

from typing import Any

from engine.store import Tx
from procedures import bundles, forms
from procedures.actor import Actor
from procedures.documents import matters, meetings
from procedures.documents.values import Document
from procedures.vocabulary.documents import BEGUN
from procedures.work_files import keeping
from web.account.people import actor
from web.i18n import pick
from web.model_form import shown


def matter_part(tx: Tx, found: Document, me: Actor) -> dict[str, Any]:
    """begun: whether it is a matter. fields: label and value of what was entered. meeting: None where there is none."""
    about, of_it = matters.linked(tx, found.id, me)
    part: dict[str, Any] = {
        "begun": found.register in BEGUN,
        "about": about,
        "of_it": of_it,
        "files": keeping.files_of(tx, found.id, me),
        "fields": [],
        "meeting": None,
        "meets": False,
    }
    if not part["begun"]:
        return part
    route = bundles.of_version(tx, matters.version_of(tx, found.id))
    form, said = matters.form_of(tx, route), matters.fields_of(tx, found.id)
    pickers = forms.offered(tx, form, found.agency)
    part["fields"] = [
        (entry.label, shown(entry, said.get(entry.key), pickers))
        for entry in (form.inputs() if form is not None else ())
        if entry.key not in ("trich_yeu", "do_khan")
    ]
    part["meets"] = matters.meets(route)
    part["meeting"] = meetings.get(tx, found.id)
    part["where"] = meetings.where(part["meeting"]) if part["meeting"] else ""
    return part


def begun_about(tx: Tx) -> list[tuple[str, str, str]]:
    """The routes that this person may begin about a document: code, name, and what they have to be about."""
    return [
        (route.code, pick(route.name["vi"], route.name["en"]), matters.about_of(route))
        for route, _places in matters.offered(tx, actor())
    ]
