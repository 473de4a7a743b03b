"""Terms of steps (`mc:term`): a task's own due date in working time, a reminder before it, an escalation after it.

What the model does not draw the procedure's defaults give. When the legal clock has stood still or was extended, the
open steps move with it, and the log says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from engine import audit, durations, feel, iso8601, jobs
from engine import calendar as clock
from engine.audit.waiting import moved
from engine.commands import set_due
from engine.jobs import Handler, Job
from engine.model.definition import Extension
from engine.refusal import Refusal
from engine.run.changes import OpenTask, Step
from engine.store import Tx, raw
from engine.store.tables import event, job, work_item
from procedures import bundles, officials, working_time
from procedures.actor import acting
from procedures.dossiers import log
from procedures.store.clock import clock_pause, step_term


def opened(tx: Tx, root_id: str, task: OpenTask) -> OpenTask | None:
    """A task has opened: gives it its due date, and sets reminder and escalation."""
    found = extension(task, "term")
    home = log.home(tx, root_id)
    if home is None:
        return None
    log.hold(tx, root_id)
    agency = next((group.partition("@")[2] for group in task.candidate_groups if "@" in group), "") or home.agency
    known = tx.execute(
        select(step_term.c.task_id).where(step_term.c.root_id == root_id, step_term.c.task_id == task.id)
    ).first()
    defaults = bundles.of_version(tx, home.version).steps
    value, unit, due = "", "", task.due
    if found is not None:
        value = _number(tx, root_id, task, found.attributes.get("value", ""))
        unit = found.attributes.get("unit", "WORKING_HOUR")
        try:
            due = clock.step_due(working_time.calendar_for(tx, agency), task.opened_at, clock.Term.of(value, unit))
        except clock.ClockError as error:
            raise Refusal(f"Bước “{task.name}”: {error.vi}", f"Step '{task.name}': {error.en}") from None
    said = found.attributes if found is not None else {}
    reminder = said.get("reminder") or defaults.get("reminder")
    values = {
        "element": task.element,
        "name": task.name,
        "agency": agency,
        "value": value,
        "unit": unit,
        "opened_at": task.opened_at,
        "due": due,
        "reminder": reminder,
        "escalate_to": said.get("escalateTo") or defaults.get("escalate_to"),
    }
    if known is None:
        tx.execute(step_term.insert().values(root_id=root_id, task_id=task.id, **values))
    if due is None:
        return None
    _schedule(tx, root_id, task.id, due, reminder)
    return replace(task, due=due)


def closed(tx: Tx, root_id: str, step: Step) -> None:
    """A step has ended: its term is kept for the control sheet, its jobs have nothing more to say."""
    if step.event == "entered" or not step.token or step.type not in ("userTask", "manualTask", "task"):
        return
    if log.home(tx, root_id) is None:
        return
    log.hold(tx, root_id)
    by = acting(tx).who
    changed = tx.execute(
        update(step_term)
        .where(step_term.c.root_id == root_id, step_term.c.task_id == step.token, step_term.c.closed_at.is_(None))
        .values(closed_at=tx.now, closed_by=by)
    )
    if changed.rowcount:
        for kind in ("reminder", "escalation"):
            jobs.remove(tx, root_id, f"{kind}:{step.token}")


def extension(task: OpenTask, name: str) -> Extension | None:
    """An `mc:` element of the task's node."""
    return next((e for e in (task.node.extensions if task.node else ()) if e.name == name), None)


def move(tx: Tx, root_id: str) -> None:
    """The legal clock has stood still: open steps get that working time back."""
    pauses = _pauses(tx, root_id)
    for row in _open(tx, root_id):
        if row.value:
            calendar = working_time.calendar_for(tx, row.agency)
            due = clock.step_due(calendar, row.opened_at, clock.Term.of(row.value, row.unit), pauses)
            _set(tx, row, due, "Đồng hồ pháp lý chạy lại")


def prolong(tx: Tx, root_id: str, term: clock.Term) -> None:
    """The legal term was extended: open steps get as much more working time."""
    for row in _open(tx, root_id):
        if row.due is not None and term.unit != "MONTH":
            unit = "WORKING_DAY" if term.unit == "DAY" else term.unit
            due = clock.step_due(working_time.calendar_for(tx, row.agency), row.due, clock.Term(term.value, unit))
            _set(tx, row, due, "Gia hạn thời gian giải quyết")


def renewed(tx: Tx, root_id: str, before: OpenTask, after: OpenTask) -> tuple[datetime | None, datetime | None] | None:
    """An open task is another step now, as another version has it: its term is that step's, counted from when the task
    opened. What the term was due and what it is, None where it is the same term."""
    row = tx.execute(select(step_term).where(step_term.c.root_id == root_id, step_term.c.task_id == after.id)).first()
    home = log.home(tx, root_id)
    if row is None or home is None:
        return None
    old, new = (
        dict(found.attributes) if found else {} for found in (extension(before, "term"), extension(after, "term"))
    )
    values: dict[str, Any] = {"element": after.element, "name": after.name}
    if old != new:
        defaults = bundles.of_version(tx, home.version).steps
        values |= {
            "value": _number(tx, root_id, after, new.get("value", "")),
            "unit": new.get("unit", "WORKING_HOUR") if new else "",
            "reminder": new.get("reminder") or defaults.get("reminder"),
            "escalate_to": new.get("escalateTo") or defaults.get("escalate_to"),
        }
    _update(tx, row, values)
    if old == new:
        return None
    row = tx.execute(select(step_term).where(step_term.c.root_id == root_id, step_term.c.task_id == after.id)).one()
    due = after.due
    if row.value:
        try:
            term = clock.Term.of(row.value, row.unit)
            due = clock.step_due(working_time.calendar_for(tx, row.agency), row.opened_at, term, _pauses(tx, root_id))
        except clock.ClockError as error:
            raise Refusal(f"Bước “{after.name}”: {error.vi}", f"Step '{after.name}': {error.en}") from None
    _due(tx, row, due, "Chuyển sang phiên bản khác")
    return row.due, due


#: What a step says of its term, besides when it is due.
_SAID = ("element", "name", "value", "unit", "reminder", "escalate_to")


def kept(tx: Tx, root_id: str) -> list[dict[str, Any]]:
    """The terms of the open steps as they stand, for `put_back`."""
    return [
        {
            "task_id": row.task_id,
            "due": row.due.isoformat() if row.due else None,
            **{name: getattr(row, name) for name in _SAID},
        }
        for row in _open(tx, root_id)
    ]


def put_back(tx: Tx, root_id: str, terms: list[dict[str, Any]]) -> None:
    """Gives the open steps the terms that were kept."""
    for term in terms:
        row = tx.execute(
            select(step_term).where(step_term.c.root_id == root_id, step_term.c.task_id == term["task_id"])
        ).one()
        _update(tx, row, {name: term[name] for name in _SAID})
        due = datetime.fromisoformat(term["due"]) if term["due"] else None
        item = tx.execute(
            select(work_item.c.due).where(work_item.c.root_id == root_id, work_item.c.id == term["task_id"])
        ).first()
        if row.due != due or (item is not None and item.due != due):
            row = tx.execute(
                select(step_term).where(step_term.c.root_id == root_id, step_term.c.task_id == term["task_id"])
            ).one()
            _due(tx, row, due, "Hoàn tác chuyển đổi phiên bản", item is None or item.due != due)


def _update(tx: Tx, row: Any, values: dict[str, Any]) -> None:
    tx.execute(
        update(step_term).where(step_term.c.root_id == row.root_id, step_term.c.task_id == row.task_id).values(**values)
    )


def _due(tx: Tx, row: Any, due: datetime | None, reason: str, item: bool = True) -> None:
    """Another due moment, or none, for a step and its task, with its jobs."""
    _update(tx, row, {"due": due})
    if item:
        by = acting(tx).who
        set_due(tx, row.task_id, due, by, reason)
    for kind in ("reminder", "escalation"):
        if due is None or (kind == "reminder" and not row.reminder):
            jobs.remove(tx, row.root_id, f"{kind}:{row.task_id}")
    if due is not None:
        _schedule(tx, row.root_id, row.task_id, due, row.reminder)


def _pauses(tx: Tx, root_id: str) -> list[clock.Pause]:
    """When the legal clock has stood still."""
    return [
        clock.Pause(r.start, r.end, "pause")
        for r in tx.execute(
            select(clock_pause).where(
                clock_pause.c.dossier_id == root_id, clock_pause.c.end.is_not(None), clock_pause.c.effect != "none"
            )
        )
    ]


def _open(tx: Tx, root_id: str) -> Any:
    return tx.execute(select(step_term).where(step_term.c.root_id == root_id, step_term.c.closed_at.is_(None))).all()


def _set(tx: Tx, row: Any, due: datetime, reason: str) -> None:
    if due == row.due:  # its jobs may have fallen silent during the pause
        _schedule(tx, row.root_id, row.task_id, due, row.reminder)
        return
    tx.execute(
        update(step_term).where(step_term.c.root_id == row.root_id, step_term.c.task_id == row.task_id).values(due=due)
    )
    by = acting(tx).who
    if tx.execute(
        select(work_item.c.id).where(work_item.c.root_id == row.root_id, work_item.c.id == row.task_id)
    ).first():
        set_due(tx, row.task_id, due, by, reason)
    else:  # opened by this very command: its row is not written yet
        audit.append(
            tx,
            row.root_id,
            "step.due",
            by,
            {
                "task": row.task_id,
                "before": row.due.isoformat() if row.due else None,
                "due": due.isoformat(),
                "reason": reason,
            },
            row.element,
        )
    _schedule(tx, row.root_id, row.task_id, due, row.reminder)


def _schedule(tx: Tx, root_id: str, task_id: str, due: datetime, reminder: str | None) -> None:
    for kind, at in (("reminder", _before(due, reminder)), ("escalation", due)):
        key = f"{kind}:{task_id}"
        if at is not None and at > tx.now and not jobs.move(tx, root_id, key, at):
            jobs.add(tx, root_id, f"step.{kind}", at, {"task": task_id}, key)


def _before(due: datetime, reminder: str | None) -> datetime | None:
    """When to remind: that long before. A version that was deployed before its check knew durations may have a text
    that is none; its steps have no reminder, and the version's page tells it."""
    length = durations.parse(reminder.strip()) if reminder else None
    return iso8601.plus(due, length, -1) if length is not None and length.countable else None


def _number(tx: Tx, root_id: str, task: OpenTask, said: str) -> str:
    """The number of a term: as it stands, or what its FEEL makes of the data at hand."""
    if not said.startswith("="):
        return said
    run = tx.families[root_id].run
    found = feel.evaluate(said[1:].strip(), dict(run.variables_of(task.id)) if run is not None else {})
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise Refusal(
            f"Bước “{task.name}”: biểu thức thời hạn “{said}” không cho một số.",
            f"Step '{task.name}': the expression of its term '{said}' gives no number.",
        )
    return f"{Decimal(found):f}"


def remind(tx: Tx, job: Job) -> None:
    """The step is due soon: whoever has it (or may take it) is told."""
    _tell(tx, job, "reminder")


def escalate(tx: Tx, job: Job) -> None:
    """The step is past its due date: the one above is told, and the log has it."""
    _tell(tx, job, "escalation")


def _tell(tx: Tx, job: Job, kind: str) -> None:
    from procedures import notices

    task_id = job.payload["task"]
    row = tx.execute(
        select(step_term).where(
            step_term.c.root_id == job.root_id, step_term.c.task_id == task_id, step_term.c.closed_at.is_(None)
        )
    ).first()
    item = tx.execute(select(work_item).where(work_item.c.root_id == job.root_id, work_item.c.id == task_id)).first()
    paused = tx.execute(
        select(clock_pause.c.seq).where(
            clock_pause.c.dossier_id == job.root_id, clock_pause.c.end.is_(None), clock_pause.c.effect != "none"
        )
    ).first()
    if row is None or item is None or paused or row.due is None:
        return
    if kind == "escalation" and row.due > tx.now:  # it has moved meanwhile
        _schedule(tx, job.root_id, task_id, row.due, row.reminder)
        return
    group = ""
    if kind == "escalation":
        group = row.escalate_to or officials.superior(tx, item.assignee or (item.groups or [""])[0]) or ""
        group = officials.resolve((group,), row.agency)[0] if group else ""
        tx.execute(
            update(step_term)
            .where(step_term.c.root_id == job.root_id, step_term.c.task_id == task_id)
            .values(escalated_at=tx.now)
        )
    audit.append(
        tx,
        job.root_id,
        f"step.{kind}",
        None,
        {"task": task_id, "to": group or item.assignee, "due": row.due.isoformat()},
        row.element,
    )
    people = (
        [officials.get(tx, item.assignee)]
        if item.assignee and kind == "reminder"
        else [one for name in ([group] if group else item.groups or ()) for one in officials.officials_in(tx, name)]
    )
    notices.step(tx, job.root_id, kind, row, [one.email for one in people if one is not None and one.email])


# -- held against the log ---------------------------------------------------------------------------------------------


def faults(tx: Tx) -> Iterator[dict[str, Any]]:
    """Reminders and escalations that were taken out or moved behind the log: what the terms of the open steps (which
    the log tells) ask for, and no job waits to do nor has done. `tx` is a snapshot."""
    with raw.lenient(tx):
        wanted = (step_term.c.closed_at.is_(None), step_term.c.due.is_not(None))
        page: list[Mapping[str, Any]] = []
        for row in raw.pages(tx, step_term, (step_term.c.root_id, step_term.c.task_id), *wanted):
            page.append(row)
            if len(page) == _PAGE:
                yield from _faults(tx, page)
                page = []
        yield from _faults(tx, page)


_PAGE = 500


def _faults(tx: Tx, rows: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    ids = {row["root_id"] for row in rows}
    kinds = job.c.kind.in_([f"step.{kind}" for kind in ("reminder", "escalation")])
    waiting = {
        (one["root_id"], one["dedupe_key"]): one
        for one in raw.pages(tx, job, (job.c.root_id, job.c.id), job.c.root_id.in_(ids), kinds)
    }
    for row in rows:
        if not isinstance(row["due"], datetime):
            continue  # garbled: a fault of its row
        for kind, at in (("reminder", _before(row["due"], row["reminder"])), ("escalation", row["due"])):
            key = f"{kind}:{row['task_id']}"
            said = {"root_id": row["root_id"], "seq": None, "table": job.name, "key": [f"step.{kind}", row["task_id"]]}
            found = waiting.get((row["root_id"], key))
            if at is None:
                continue
            if found is not None and at > tx.now and moved(found, at, tx.now):
                yield {**said, "reason": "row changed", "columns": ["due_at"]}
            elif found is None and (at > tx.now or (kind == "escalation" and _unheard(tx, row))):
                yield {**said, "reason": "row missing"}


def _unheard(tx: Tx, row: Mapping[str, Any]) -> bool:
    """Whether a step is past its due moment, which was to come when it was set, and nothing tells of the escalation:
    not where the clock stood still then, nor while an hour may still pass until a worker comes to it."""
    root, due = row["root_id"], row["due"]
    if due > tx.now - timedelta(hours=1) or (isinstance(row["escalated_at"], datetime) and row["escalated_at"] >= due):
        return False
    pauses = tx.read(select(clock_pause.c.end).where(clock_pause.c.dossier_id == root, clock_pause.c.effect != "none"))
    ends = pauses.scalars().all()
    set_at = [at for at in (row["opened_at"], *ends) if isinstance(at, datetime)]
    kinds = event.c.kind.in_(("set_due", "step.due", "migrate", "migrate_undo"))
    set_at += tx.read(select(event.c.at).where(event.c.root_id == root, kinds)).scalars()
    return None not in ends and max(set_at, default=due) < due


HANDLERS = {"step.reminder": Handler(inside=remind), "step.escalation": Handler(inside=escalate)}
