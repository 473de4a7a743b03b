"""What a draft says otherwise than the version in force: on the drawing and in words, for who approves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine import model
from engine.refusal import Refusal
from engine.store import Tx
from procedures import authoring, bundles, differences, worklist
from procedures.bundle_check.errors import BundleError
from web.i18n import language
from web.workbench import drafted
from web.workbench.drafting import Opened, shows
from web.workbench.words import worded


@dataclass(frozen=True)
class Drawn:
    """A drawing with what became of its elements; `before`: what was, where something of it went."""

    now: str
    before: str
    marks: Mapping[str, str]


@shows("khac-biet")
def _difference(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    earlier = _earlier(tx, opened)
    before = authoring.texts(bundles.files_of(tx, earlier.version)) if earlier is not None else {}
    called = drafted.called(before) | drafted.called(opened.files)
    parts = [_worded(one, called) for one in differences.between(before, opened.files, language())]
    drawn = {one.file: _drawn(one, before, opened.files) for one in parts if one.kind == "drawing"}
    standing = worklist.standing(tx, earlier.version) if earlier is not None else []
    running = worklist.running(tx).get(earlier.version, 0) if earlier is not None else 0
    return {
        "earlier": earlier,
        "parts": parts if earlier is not None else (),
        "drawn": drawn,
        "standing": standing,
        "running": running,
    }


def _worded(part: differences.Part, called: Mapping[str, str]) -> differences.Part:
    """A part in which steps and flows without a name are called as people call them."""
    if part.kind != "drawing":
        return part
    words = (
        replace(one, what=worded(one.what, called), before=worded(one.before, called), after=worded(one.after, called))
        for one in part.changes
    )
    return replace(part, changes=tuple(words))


def _earlier(tx: Tx, opened: Opened) -> bundles.Procedure | None:
    """The version in force, or the one that was when the draft was published; None for a new procedure."""
    try:
        code = authoring.bundle_of(opened.files).code
    except (Refusal, BundleError, KeyError):
        return None
    if opened.draft.version is None:
        return next((one for one in bundles.published(tx, kind=None) if one.code == code), None)
    own = bundles.any_version(tx, opened.draft.version).number
    older = [one for one in bundles.versions(tx, code) if one.number < own]
    return max(older, key=lambda one: one.number, default=None)


def _drawn(part: differences.Part, before: Mapping[str, str], after: Mapping[str, str]) -> Drawn | None:
    if part.how != "changed":
        return None
    marks = differences.marks(part)
    gone = {id: how for id, how in marks.items() if how == "removed"}
    try:
        now = model.draw(after[part.file].encode(), marks)
        return Drawn(now, model.draw(before[part.file].encode(), gone) if gone else "", marks)
    except model.ModelError:
        return None
