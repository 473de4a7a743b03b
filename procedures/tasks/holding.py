"""Who holds a task: taken, given back, handed on. Each is tried out by the function that does it (`trial`)."""

from __future__ import annotations

from engine import commands
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import absences, officials
from procedures.actor import Actor
from procedures.dossiers import log
from procedures.tasks import opening
from procedures.tasks.opening import Task


@command
def claim(tx: Tx, task_id: str, by: Actor) -> Task:
    """Makes a free task that is offered to them this person's own; one that they hold stays theirs."""
    task = _may(tx, "claim", task_id, by)
    commands.claim(tx, task_id, by.username, by.username)
    return task


@command
def release(tx: Tx, task_id: str, by: Actor, reason: str = "") -> Task:
    """Gives a held task back to those it is offered to."""
    task = _may(tx, "release", task_id, by)
    commands.release(tx, task_id, by.username, reason.strip() or None)
    return task


@command
def reassign(tx: Tx, task_id: str, to: str, reason: str, by: Actor) -> Task:
    """Gives a task to somebody else to whom it is offered, with a reason that stays in the log."""
    task = _may(tx, "reassign", task_id, by, to, reason)
    commands.reassign(tx, task_id, to, by.username, reason.strip())
    return task


@query
def trial(tx: Tx, act: str, task_id: str, by: Actor, *, to: str = "", reason: str = "") -> Task:
    """What `claim`, `release` or `reassign` would refuse is raised; nothing is done. Returns the task."""
    return _may(tx, act, task_id, by, to, reason)


@query
def colleagues(tx: Tx, task: Task) -> list[tuple[str, str]]:
    """(username, name) of those to whom a task can be handed, sorted by name."""
    return officials.among(tx, task.item.groups, task.item.users)


def _may(tx: Tx, act: str, task_id: str, by: Actor, to: str = "", reason: str = "") -> Task:
    log.act(tx, by)
    task = opening.find(tx, task_id, by)
    if act == "claim" and task.held and not task.barred:
        return task
    task.require(act)
    if act == "reassign":
        if to not in dict(colleagues(tx, task)):
            raise Refusal(
                "Người được chọn không thuộc vị trí làm việc này: hãy chọn người nhận việc trong danh sách.",
                "Who was chosen does not do this work: choose somebody from the list.",
            )
        away = absences.away(tx, [to]).get(to)
        if away is not None:
            names = officials.names(tx, [to, away.substitute])
            raise Refusal(
                f"{names[to]} vắng mặt đến hết {away.last:%d/%m/%Y}, {names[away.substitute]} làm thay: chọn người đó "
                "hoặc người khác.",
                f"{names[to]} is away until {away.last:%d/%m/%Y}, {names[away.substitute]} stands in: choose them, or "
                "somebody else.",
            )
        if not reason.strip():
            raise Refusal(
                "Hãy ghi lý do chuyển việc, ví dụ: nghỉ phép, quá tải.",
                "Say why the task is handed on: leave, too much to do.",
            )
    return task
