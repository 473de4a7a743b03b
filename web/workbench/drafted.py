"""What the pages of a draft say of its files: what is wrong at which element, what it reads like, what there is to pick
from."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine import model
from engine.model.definition import Finding
from engine.store import Tx
from procedures import authoring, draft_letters, unmanned
from procedures.vocabulary.roles import ROLES, WATCHING
from web.i18n import language, pick


def findings(tx: Tx, files: dict[str, str]) -> tuple[Finding, ...]:
    """What the one check of a bundle says, errors first; and the steps whose roles nobody holds today."""
    return (*draft_letters.findings(files, language()), *unmanned.findings(tx, files, language()))


def places(files: dict[str, str]) -> dict[str, str]:
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


def words(file: str, text: str) -> list[tuple[str, str]]:
    """A drawing in sentences, each with the element that it is about."""
    if not file.endswith(".bpmn"):
        return []
    try:
        return model.described(model.read(text.encode(), file, language(), bundled=True), language())
    except model.ModelError:
        return []


def pickers() -> dict[str, Any]:
    """What an editor's panel offers to pick from."""
    return {
        "roles": {key: pick(word) for key, word in ROLES.items() if key not in WATCHING},
        "language": language(),
    }


def marks(findings: tuple[Finding, ...], file: str) -> dict[str, list[str]]:
    """What is wrong, at its elements of the drawing."""
    found: dict[str, list[str]] = {}
    for one in findings:
        if one.file == file and one.element:
            found.setdefault(one.element, []).append(f"{one.message} {one.fix}".strip())
    return found


def changed(saves: list[authoring.Save]) -> dict[int, list[str]]:
    """The files that each save changed of the one before it."""
    by_number = {one.number: one.files for one in saves}
    found = {}
    for one in saves:
        before = by_number.get(one.base, {})
        names = before.keys() | one.files.keys()
        found[one.number] = sorted(name for name in names if before.get(name) != one.files.get(name))
    return found
