"""What came of a request to supplement, item by item, for who decides upon it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from engine import audit
from engine.calendar import VIETNAM
from engine.refusal import Lang
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import event

#: The event of an official who goes on without papers that were asked for: ``{task, papers (their names), reason}``.
ABSENT_ACCEPTED = "dossier.absent_accepted"
SUPPLEMENTED = "dossier.supplemented"


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that was asked for. why_not: what the citizen said where it was not brought. at: when they answered.
    accepted: why an official goes on without it."""

    code: str
    name: str
    kind: str  # as of `Lack`
    brought: bool
    why_not: str
    at: datetime | None = None
    accepted: str = ""

    def logged(self) -> dict[str, Any]:
        """As the event of the supplement keeps it."""
        return {
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "brought": self.brought,
            "why_not": self.why_not,
        }


@query
def answers(tx: Tx, dossier_id: str) -> list[Answer]:
    """What came of the last request that the citizen answered; empty where none was."""
    said: list[Answer] = []
    for one in audit.history(tx, dossier_id):
        if one.kind == SUPPLEMENTED:
            said = [Answer(**answer, at=one.at.astimezone(VIETNAM)) for answer in one.data.get("answers", ())]
        elif one.kind == ABSENT_ACCEPTED:
            papers, why = one.data["papers"], one.data["reason"]
            said = [replace(each, accepted=why) if each.name in papers else each for each in said]
    return said


@query
def absent_papers(tx: Tx, dossier_id: str) -> list[Answer]:
    """The papers that were asked for and not brought, while nobody has decided to go on without them."""
    last = tx.read(
        select(event.c.kind, event.c.data)
        .where(event.c.root_id == dossier_id, event.c.kind.in_((SUPPLEMENTED, ABSENT_ACCEPTED)))
        .order_by(event.c.seq.desc())
        .limit(1)
    ).first()
    if last is None or last.kind == ABSENT_ACCEPTED:
        return []
    said = [Answer(**answer) for answer in orjson.loads(last.data).get("answers", ())]
    return [answer for answer in said if answer.kind == "component" and answer.code and not answer.brought]


def accepted_in_words(data: Mapping[str, Any], lang: Lang = "vi") -> str:
    """What was decided about papers that are not there, for the history and the control sheet."""
    if lang == "en":
        return f"Goes on although these lack: {'; '.join(data['papers'])}: {data['reason']}"
    return f"Vẫn giải quyết dù còn thiếu {'; '.join(data['papers'])}: {data['reason']}"


def in_words(said: list[dict[str, Any]], lang: Lang = "vi") -> str:
    """The same in one line, for the history."""
    came, stayed, why = (
        ("Brought", "Not brought", "reason") if lang == "en" else ("Đã bổ sung", "Chưa bổ sung", "lý do")
    )
    brought = "; ".join(one["name"] for one in said if one["brought"])
    lacking = "; ".join(f"{one['name']} ({why}: {one['why_not']})" for one in said if not one["brought"])
    parts = [f"{came}: {brought}" if brought else "", f"{stayed}: {lacking}" if lacking else ""]
    return ". ".join(part for part in parts if part)
