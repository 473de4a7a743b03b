"""What the citizen must do now, and the message that doing it sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from engine import commands
from engine.calendar import VIETNAM
from engine.model.definition import Node, Process
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import instance, job, subscription
from procedures import agencies, bundles, fees
from procedures.dossiers.nodes import processes_of, timers_beside
from procedures.dossiers.supplements import lacking
from procedures.dossiers.values import Lack, NextStep
from procedures.store.dossier import dossier, dossier_state, supplement_item
from procedures.vocabulary.messages import MESSAGES


@query
def next_steps(tx: Tx, dossier_id: str) -> list[NextStep]:
    """What the citizen must do now: the open waits of the process that `mc:citizen` says are theirs."""
    own = tx.read(select(instance.c.deployment).where(instance.c.root_id == dossier_id)).scalar()
    if own is None:
        return _before_it_is_received(tx, dossier_id)
    processes = [process for _, process in processes_of(tx, own)]
    answer: list[NextStep] = []
    for waiting in tx.read(
        select(subscription).where(subscription.c.root_id == dossier_id, subscription.c.kind == "message")
    ):
        for process in processes:
            node = process.node(waiting.element)
            said = next((e.attributes for e in node.extensions if e.name == "citizen"), None) if node else None
            if node is not None and said is not None:
                answer.append(_next(tx, dossier_id, waiting, process, node, said))
                break
    return answer


def _before_it_is_received(tx: Tx, dossier_id: str) -> list[NextStep]:
    """What the desk asked for before it received what came in online: no process waits for that."""
    own = dossier_state.c.dossier_id == dossier_id
    row = tx.read(select(dossier_state.c.status, dossier_state.c.since).where(own)).first()
    if row is None or row.status != 5:
        return []
    label = {"vi": "Bổ sung hồ sơ", "en": "Supplement the dossier"}
    return [
        NextStep(
            "supplement",
            MESSAGES["supplement"],
            label,
            lacks=_asked(tx, dossier_id),
            since=row.since.astimezone(VIETNAM),
        )
    ]


def _asked(tx: Tx, dossier_id: str) -> tuple[Lack, ...]:
    """What is asked for, each paper by what people call it."""
    version = tx.read(select(dossier.c.procedure_version).where(dossier.c.id == dossier_id)).scalar_one()
    shorter = {
        str(one["code"]): str(one["short"]["vi"])
        for one in bundles.of_version(tx, version).data.get("components") or ()
        if one.get("short")
    }
    return tuple(
        replace(one, name=shorter.get(one.code, one.name)) if one.kind == "component" else one
        for one in lacking(tx, dossier_id)
    )


def _next(tx: Tx, id: str, waiting: Any, process: Process, node: Node, said: Mapping[str, str]) -> NextStep:
    siblings = timers_beside(process, node)
    silence = next((e.text.strip() for one in siblings for e in one.extensions if e.name == "silence"), "")
    until = (
        tx.read(
            select(func.min(job.c.due_at)).where(
                job.c.root_id == id,
                job.c.kind == "timer",
                or_(*(job.c.payload.like(f'%"{one.id}"%') for one in siblings)),
            )
        ).scalar()
        if siblings
        else None
    )
    if said.get("action") == "supplement":
        asked = tx.read(
            select(func.max(supplement_item.c.until)).where(
                supplement_item.c.dossier_id == id, supplement_item.c.brought_at.is_(None)
            )
        ).scalar()
        until = asked or until
    if isinstance(until, str):
        until = datetime.fromisoformat(until)
    return NextStep(
        action=said.get("action", "confirm"),
        message=said.get("message") or waiting.name,
        label={"vi": said.get("label") or node.name, "en": said.get("labelEn") or said.get("label") or node.name},
        lacks=_asked(tx, id) if said.get("action") == "supplement" else (),
        until=until.astimezone(VIETNAM) if until else None,
        silence=silence,
        since=waiting.opened_at.astimezone(VIETNAM),
        note=str(commands.variables_of(tx, id).get(said["note"]) or "") if said.get("note") else "",
        amount=fees.owed(tx, id) if said.get("action") == "pay" else 0,
    )


def message_of(tx: Tx, dossier_id: str, action: str) -> str | None:
    """The message that the model waits for until the citizen has done this: the one that its `mc:citizen` names, else
    the reserved one, where a wait has no such element; None where nothing waits for it."""
    step = next((one for one in next_steps(tx, dossier_id) if one.action == action), None)
    if step is not None:
        return step.message
    name = MESSAGES[action]
    waiting = tx.read(
        select(subscription.c.id).where(subscription.c.root_id == dossier_id, subscription.c.name == name)
    ).first()
    return name if waiting is not None else None


@query
def held(tx: Tx, dossier_id: str) -> bool:
    """Whether the dossier's process has been suspended by hand: nothing that is sent to it arrives until it goes on."""
    return tx.read(select(instance.c.status).where(instance.c.root_id == dossier_id)).scalar() == "suspended"


@query
def require_not_held(tx: Tx, dossier_id: str) -> None:
    """Refuses what a citizen, or the desk for them, sends to a suspended process."""
    if not held(tx, dossier_id):
        return
    row = tx.read(select(dossier.c.code, dossier.c.agency).where(dossier.c.id == dossier_id)).one()
    agency = agencies.names(tx, [row.agency]).get(row.agency, row.agency)
    raise Refusal(
        f"Hồ sơ {row.code} đang tạm ngừng xử lý trên hệ thống nên chưa nhận được nội dung này. Hãy gửi lại sau; "
        f"cần gấp thì liên hệ {agency}.",
        f"Dossier {row.code} is suspended in the system and cannot take this now. Send it again later; if it is "
        f"urgent, contact {agency}.",
    )
