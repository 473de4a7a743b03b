"""What was said of a document at its steps: the leader's directive, how a unit assigned it, opinions, results, and why
it was handed back. Read from the log, in the words of the forms that it was said in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import audit
from engine.store import Tx
from engine.store.joining import query
from procedures import bundles, officials
from procedures.forms.form import Form
from procedures.store.documents import document, document_line

_WRITTEN = ("textarea", "textfield")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a person said at a step. said: label and words; a label that the step's form does not have is empty.
    back: the work was handed back with it."""

    at: datetime
    who: str
    step: str
    said: tuple[tuple[str, str], ...]
    back: bool


@query
def opinions(tx: Tx, document_id: str) -> list[Opinion]:
    """What was said of it, in the order in which it was said."""
    version = tx.read(select(document.c.route_version).where(document.c.id == document_id)).scalar()
    if version is None:
        return []
    labels = _labels(tx, version)
    steps = {
        row.task_id: row.step
        for row in tx.read(
            select(document_line.c.task_id, document_line.c.step).where(document_line.c.root_id == document_id)
        )
    }
    events = [one for one in audit.history(tx, document_id) if one.kind in ("complete", "back")]
    names = officials.names(tx, {one.who for one in events if one.who})
    found = []
    for one in events:
        said = _said(one.kind, one.data, labels)
        if said:
            step = steps.get(str(one.data.get("task", "")), "")
            back = any(not label for label, _ in said)
            found.append(Opinion(one.at, names.get(one.who or "", one.who or ""), step, said, back))
    return found


def _said(kind: str, data: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    brought = data.get("variables") or {}
    said = [
        (label, str(brought[key]).strip())
        for key, label in labels.items()
        if isinstance(brought.get(key), str) and brought[key].strip()
    ]
    reason = data.get("reason") if kind == "back" else brought.get("ly_do")
    if reason and "ly_do" not in labels:
        said.append(("", str(reason).strip()))
    return tuple(said)


def _labels(tx: Tx, version: str) -> dict[str, str]:
    """Key → label of every field of prose in the forms of the steps; what the document was begun with is none of it."""
    begun = bundles.any_version(tx, version).form_key
    found: dict[str, str] = {}
    for key in bundles.form_keys(tx, version):
        form: Form | None = bundles.form(tx, version, key) if key != begun else None
        for entry in form.inputs() if form is not None else ():
            if entry.kind in _WRITTEN and not entry.read_only:
                found.setdefault(entry.key, entry.label)
    return found
