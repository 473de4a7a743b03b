"""What the pages of a draft say of its files: what is wrong at which element, what it reads like, what there is to pick
from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine import model
from engine.model.definition import Finding, Process
from engine.store import Tx
from procedures import authoring, draft_letters, unmanned
from procedures.vocabulary.roles import ROLES, WATCHING
from web.i18n import language, pick
from web.workbench import mending
from web.workbench.words import unnamed, worded


def findings(tx: Tx, files: dict[str, str]) -> tuple[Finding, ...]:
    """What the one check of a bundle says, errors first; and the steps whose roles nobody holds today."""
    found = (*draft_letters.findings(files, language()), *unmanned.findings(tx, files, language()))
    if not found:
        return ()
    names, unnamed_there = places(files), called(files)
    return tuple(mending.told(one, names, unnamed_there) for one in found)


def _drawn(files: Mapping[str, str]) -> Iterator[Process]:
    """The processes of the drawings that can be read."""
    for file, text in files.items():
        if file.endswith(".bpmn"):
            try:
                yield from model.read(text.encode(), file, bundled=True).processes.values()
            except model.ModelError:
                continue


def called(files: Mapping[str, str]) -> dict[str, str]:
    """What is drawn without a name, by its id: what people call it."""
    return unnamed(_drawn(files))


def places(files: dict[str, str]) -> dict[str, str]:
    """The names of what is drawn, by their ids; what has none is called by where it stands."""
    drawn = list(_drawn(files))
    found = {one.id: one.name or one.id for one in drawn}
    for process in drawn:
        for scope in (process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)):
            found |= {one.id: one.name for one in scope.nodes.values()}
            found |= {one.id: one.name for one in scope.flows.values()}
    return found | unnamed(drawn)


def words(file: str, text: str) -> list[tuple[str, str]]:
    """A drawing in sentences, each with the element that it is about."""
    if not file.endswith(".bpmn"):
        return []
    try:
        read = model.read(text.encode(), file, language(), bundled=True)
    except model.ModelError:
        return []
    names = unnamed(read.processes.values())
    return [(element, worded(line, names)) for element, line in model.described(read, language())]


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
