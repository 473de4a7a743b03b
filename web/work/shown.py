"""What the houses below tell, as the components of a page want it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engine.model.definition import Outcome
from engine.store import Tx
from procedures import officials
from procedures import worklist as work
from procedures.dossiers.result import ToSign
from procedures.dossiers.values import HistoryLine, Recipient
from procedures.vocabulary.returns import UNSIGNED, WAYS
from web.i18n import pick
from web.present import moment, noted

#: What moved the legal clock, in words.
CLOCK = {
    "received": _l("bắt đầu tính hạn"),
    "paused": _l("tạm dừng tính hạn"),
    "resumed": _l("tính hạn tiếp"),
    "extended": _l("gia hạn"),
    "recomputed": _l("tính lại theo lịch làm việc mới"),
    "ended": _l("thôi tính hạn"),
}
#: What kind of thing happened → how its mark looks.
STATES = {
    "step.escalation": "late",
    "dossier.silence": "late",
    "step.reminder": "paused",
    "back": "paused",
    "dossier.withdrawal": "paused",
    "dossier.corrected": "paused",
}


def clock_change(kind: str) -> str:
    """Why the clock moved."""
    return str(CLOCK.get(kind, kind))


def affirmative_first(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """What takes the dossier on stands before what sends it back or away."""
    return sorted(outcomes, key=lambda one: not one.affirmative)


def to_sign_items(task: str, papers: Iterable[ToSign]) -> list[dict[str, Any]]:
    """What waits for the signature at a task, each as it will be signed."""
    return [
        {
            "name": one.name,
            "about": _("chưa ký duyệt"),
            "type": "application/pdf",
            "address": url_for("work.task_to_sign", task=task, sha256=one.sha256),
        }
        for one in papers
    ]


def with_loads(tx: Tx, choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices that are officials, each with what they hold by now; other choices as they are."""
    pairs = list(choices)
    people = officials.names(tx, [value for value, _name in pairs])
    if not pairs or any(value not in people for value, _name in pairs):
        return pairs
    held = work.loads(tx, people)
    return [(value, _loaded(name, held[value])) for value, name in pairs]


def _loaded(name: str, load: work.Load) -> str:
    if load.late:
        return _("%(name)s – giữ %(n)s việc, %(late)s quá hạn", name=name, n=load.held, late=load.late)
    return _("%(name)s – giữ %(n)s việc", name=name, n=load.held)


def history_items(lines: Iterable[HistoryLine]) -> list[dict[str, Any]]:
    """The timeline, the latest first."""
    items = [
        {
            "title": pick(line.what),
            "meta": f"{moment(line.at)}{f' – {line.who}' if line.who else ''}",
            "note": noted(line),
            "state": STATES.get(line.kind, "done"),
        }
        for line in lines
    ]
    return items[::-1]


def scan_items(components: Iterable[Any], code: str) -> list[dict[str, Any]]:
    """The scans of a dossier's papers that can be shown in place, each under the name of its paper."""
    return [
        {
            "name": paper["name"] if len(paper["files"]) == 1 else f"{paper['name']} ({number})",
            "about": "",
            "type": file["type"],
            "address": url_for("work.dossier_file", code=code, sha256=file["sha256"]),
        }
        for paper in components
        for number, file in enumerate(paper["files"], 1)
        if file["type"] == "application/pdf" or file["type"].startswith("image/")
    ]


def returned_how(person: Recipient) -> list[tuple[str, str]]:
    """How a result was returned, what shows it, and why without a signature: as lines of a summary."""
    return [
        (_("Hình thức trả"), pick(WAYS[person.way]) if person.way in WAYS else ""),
        (_("Giấy ủy quyền hoặc số hiệu bưu gửi"), person.proof),
        (_("Không ký trên màn hình"), pick(UNSIGNED[person.unsigned]) if person.unsigned in UNSIGNED else ""),
    ]


def result_items(results: Iterable[Any], code: str) -> list[dict[str, Any]]:
    """Result papers in force as a list of files; who approved stands beside each."""
    return [
        {
            "name": result["name"],
            "about": result.get("approver") or _("chưa ký duyệt"),
            "kind": "PDF",
            "approved": bool(result.get("approved_at")),
            "type": "application/pdf",
            "address": url_for("work.dossier_file", code=code, sha256=result["sha256"]),
        }
        for result in results
        if result.get("current", True)
    ]
