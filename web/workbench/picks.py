"""What the panel beside a drawing offers to pick from, in words: what administration knows, and what the draft has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from flask_babel import gettext as _

from engine import dmn, model
from engine.store import Tx
from procedures import agencies, forms
from procedures.bundle_check.files import HEADS
from procedures.letters import NATIONAL
from procedures.vocabulary.documents import RECEIPTS
from procedures.vocabulary.elements.clock import PAUSES
from procedures.vocabulary.elements.document import ACTS
from procedures.vocabulary.elements.result import LEVELS
from procedures.vocabulary.elements.task import ACTIONS
from procedures.vocabulary.messages import AWAITED, MESSAGES
from procedures.vocabulary.roles import ROLES, WATCHING
from procedures.vocabulary.statuses import STATUSES
from procedures.vocabulary.units import UNITS
from procedures.vocabulary.words import Word
from web.i18n import language, pick

_TITLE = re.compile(r"^// *(.+)")
#: National papers that a step makes; the others are made by the desk or are registers.
_OF_STEPS = ("mau-01", "mau-02", "mau-03", "mau-04", "mau-05")


def offered(tx: Tx, files: Mapping[str, str]) -> dict[str, Any]:
    """The choices by kind, each a list of what is written in the model and how it is called. `fields` are those of the
    forms whose value is an agency or an official; `variables` all that an expression may name."""
    read, called = dict(_forms(files)), _forms_called(files)
    route = "route.yaml" in files
    said: dict[str, Mapping[str, Word]] = {
        "roles": {key: word for key, word in ROLES.items() if key not in WATCHING},
        "pauses": PAUSES,
        "units": UNITS,
        "levels": LEVELS,
        "actions": ACTIONS,
        "receipts": RECEIPTS if route else {},
        "acts": ACTS if route else {},
        "awaited": AWAITED,
    }
    return {
        **{kind: [(key, _first_large(pick(word))) for key, word in words.items()] for kind, words in said.items()},
        "statuses": [(str(code), f"{code}. {pick(status)}") for code, status in STATUSES.items()],
        "messages": dict(MESSAGES),
        "agencies": [(one.code, one.name) for one in agencies.listing(tx)],
        "forms": [(name, called.get(name, name)) for name in read],
        "letters": [*_letters(files), *((name, NATIONAL[name][language()]) for name in _OF_STEPS)],
        "results": list(_results(files)),
        "decisions": list(_decisions(files)),
        "services": sorted(set(_services(files))),
        "processes": list(_processes(files)),
        "fields": {kind: list(_picked(read, kind)) for kind in ("agency", "official")}
        | {"day": list(_days(files, read))},
        "variables": [{"name": key, "info": label} for key, label in _variables(read)],
    }


def titles(files: Mapping[str, str]) -> dict[str, str]:
    """What the files of a draft are called, by their paths; those that say nothing of it are left out."""
    forms_called = _forms_called(files)
    found = dict(_letters(files))
    for path, text in files.items():
        stem = path.rpartition("/")[2].rpartition(".")[0]
        if path.endswith(".form"):
            found |= {path: forms_called[stem]} if stem in forms_called else {}
        elif path.endswith((".dmn", ".bpmn")):
            names = [name for _, name in (_decisions if path.endswith(".dmn") else _processes)({path: text})]
            found |= {path: "; ".join(names)} if names else {}
    return {path: name for path, name in found.items() if name != path.rpartition("/")[2]}


def _forms_called(files: Mapping[str, str]) -> dict[str, str]:
    """Forms by what they say they are, or by the steps at which they are filled in."""
    used: dict[str, list[str]] = {}
    for path, text in files.items():
        if path.endswith(".bpmn"):
            try:
                read = model.read(text.encode(), path, bundled=True)
            except model.ModelError:
                continue  # the check says so
            for process in read.processes.values():
                for node in process.scope.walk():
                    if node.form and node.name:
                        used.setdefault(node.form, []).append(f"“{' '.join(node.name.split())}”")
    declared = _value_of(files.get(HEADS[0], ""), "form")
    found = {}
    for name, form in _forms(files):
        steps = list(dict.fromkeys(used.get(name, ())))
        if form.title:
            found[name] = form.title
        elif name == declared:
            found[name] = _("Tờ khai")
        elif steps:
            found[name] = _("Biểu mẫu của %(steps)s", steps=", ".join(steps))
    return found


def _value_of(text: str, key: str) -> str:
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        return ""  # the check says so
    return str(read.get(key) or "") if isinstance(read, dict) else ""


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _forms(files: Mapping[str, str]) -> Iterator[tuple[str, forms.Form]]:
    for path, text in files.items():
        if path.endswith(".form"):
            try:
                yield path.rpartition("/")[2].removesuffix(".form"), forms.read(text, path)
            except forms.FormError:
                continue  # the check says so


def _letters(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in files.items():
        if path.endswith(".typ"):
            title = _TITLE.match(text)
            yield path, title[1].strip() if title else path.rpartition("/")[2]


def _results(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    try:
        record = yaml.safe_load(files.get("procedure.yaml", ""))
    except yaml.YAMLError:
        return  # the check says so
    listed = record.get("results") if isinstance(record, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("code"):
            name = one.get("name")
            words = Word(str(name.get("vi", "")), str(name.get("en", ""))) if isinstance(name, dict) else None
            yield str(one["code"]), (pick(words) if words else str(name or "")) or str(one["code"])


def _decisions(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in files.items():
        if path.endswith(".dmn"):
            try:
                yield from dmn.parse(text.encode()).callable
            except dmn.DmnError:
                continue  # the check says so


def _processes(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in files.items():
        if path.endswith(".bpmn"):
            try:
                read = model.read(text.encode(), path, bundled=True)
            except model.ModelError:
                continue  # the check says so
            yield from ((one.id, one.name or one.id) for one in read.processes.values())


def _picked(read: Mapping[str, forms.Form], kind: str) -> Iterator[tuple[str, str]]:
    """The fields in which somebody picks an agency, or an official."""
    for form in read.values():
        for one in form.inputs():
            if one.properties.get("mc") == kind:
                yield one.key, one.label or one.key


def _days(files: Mapping[str, str], read: Mapping[str, forms.Form]) -> Iterator[tuple[str, str]]:
    """What expressions call the fields in which somebody gives a day: those of the declaration stand within it."""
    declared = _value_of(files.get(HEADS[0], ""), "form")
    for name, form in read.items():
        for one in form.inputs():
            if one.kind == "datetime" and one.subtype == "date":
                yield f"to_khai.{one.key}" if name == declared else one.key, one.label or one.key


def _services(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The services that the draft's own drawings call."""
    for path, text in files.items():
        if path.endswith(".bpmn"):
            try:
                read = model.read(text.encode(), path, bundled=True)
            except model.ModelError:
                continue  # the check says so
            nodes = (node for process in read.processes.values() for node in process.scope.walk())
            yield from ((one.connector, one.connector) for one in nodes if isinstance(one.connector, str))


def _variables(read: Mapping[str, forms.Form]) -> Iterator[tuple[str, str]]:
    seen = set()
    for form in read.values():
        for one in form.inputs():
            if one.key not in seen:
                seen.add(one.key)
                yield one.key, one.label or one.key
