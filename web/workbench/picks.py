"""What the panel beside a drawing offers to pick from, in words: what administration knows, and what the draft has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from engine import dmn, model
from engine.store import Tx
from procedures import agencies, forms
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
    read = dict(_forms(files))
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
        "forms": [(name, form.title or name) for name, form in read.items()],
        "letters": [*_letters(files), *((name, NATIONAL[name][language()]) for name in _OF_STEPS)],
        "results": list(_results(files)),
        "decisions": list(_decisions(files)),
        "processes": list(_processes(files)),
        "fields": {kind: list(_picked(read, kind)) for kind in ("agency", "official")},
        "variables": [{"name": key, "info": label} for key, label in _variables(read)],
    }


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


def _variables(read: Mapping[str, forms.Form]) -> Iterator[tuple[str, str]]:
    seen = set()
    for form in read.values():
        for one in form.inputs():
            if one.key not in seen:
                seen.add(one.key)
                yield one.key, one.label or one.key
