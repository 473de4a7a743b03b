"""An official completes a task: the outcome, its reason, the form and what lacks, all checked once before it moves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from engine import commands
from engine.model.definition import Outcome
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import absences, citizen_terms, forms
from procedures.actor import Actor
from procedures.dossiers import log, result, supplements
from procedures.dossiers.answers import ABSENT_ACCEPTED, absent_papers
from procedures.dossiers.nodes import node_at
from procedures.dossiers.values import Lack
from procedures.letters.drafting import lacks_of
from procedures.tasks import opening
from procedures.tasks.opening import Task
from procedures.vocabulary.outcomes import affirms, asks_supplement

#: What an outcome may say beside the fields of the step's form: what lacks and until when, where it asks the citizen
#: for more; how much longer the term becomes, where it extends it. No other outcome may.
SUPPLEMENT = ("thieu", "han_bo_sung")
EXTENSION = ("gia_han_so", "gia_han_don_vi")


class UnknownOutcome(Refusal):
    """The task does not end like that; `known` are its outcomes."""

    def __init__(self, task: Task, asked: str) -> None:
        self.known = [one.id for one in task.outcomes]
        super().__init__(
            f"Việc “{task.name}” không có cách kết thúc “{asked}”.", f"Task '{task.name}' has no outcome '{asked}'."
        )


@command
def complete(
    tx: Tx,
    task_id: str,
    outcome: str | None,
    posted: Mapping[str, Any],
    by: Actor,
    *,
    reason: str = "",
    lacks: Sequence[Lack] | None = None,
    until: date | None = None,
    shown: Collection[str] | None = None,
    absent_accepted: str = "",
    digital: Mapping[str, str] | None = None,
    trial: bool = False,
) -> Task:
    """Completes a task that this person holds, or a free one that is offered to them, with what they decided.

    posted: the fields of the step's form, as a mapping or as a web form sends them; only the affirmative outcome wants
    the whole of it. lacks, until: what the citizen is asked to supplement, each with its reason (None: as
    ``thieu`` among the fields, or by the reason alone), and by when (the last day, to its end at 24:00).
    shown: SHA-256 of the results that the person was shown: only those are signed (None: a program, which shows none).
    absent_accepted: why the work is affirmed though papers that were asked for have not been brought; it is logged.
    digital: the digital signatures of who signs, made before (`result.seal`); trial: it is tried out only. Raises
    `forms.Invalid` for what does not fit, by field; `UnknownOutcome`; a `Refusal` for lacks that the dossier does not
    have; and what `Task.require` raises.
    """
    log.act(tx, by)
    task = opening.find(tx, task_id, by)
    task.require("complete")
    chosen = outcome_of(task, outcome)
    if task.hands_over_by(chosen.id if chosen else None):
        raise opening.at_the_desk()
    absent = _absent(tx, task, chosen)
    why = absent_accepted.strip()
    said = brought(tx, task, chosen, posted, reason.strip(), lacks, until, [] if why else absent)
    if task.signs and affirms(task.node, chosen.id if chosen else None):
        result.seal(tx, task.item.root_id, by, opening.variables(tx, task), shown, digital, trial=trial)
    opening.take(tx, task, by)
    behalf = absences.behalf(tx, task.item.groups, task.item.users, by) if task.of_dossier else None
    if behalf is not None:
        log.record(tx, task.item.root_id, absences.ON_BEHALF, {"task": task_id, **absences.told(tx, behalf)})
    if absent:
        log.record(tx, task.item.root_id, ABSENT_ACCEPTED, {"task": task_id, "papers": absent, "reason": why})
    commands.complete(tx, task_id, said, chosen.id if chosen else outcome, by.username)
    return task


def _absent(tx: Tx, task: Task, outcome: Outcome | None) -> list[str]:
    """The names of the papers without which this outcome would affirm the work."""
    if task.home is None or not task.home.asked or not affirms(task.node, outcome.id if outcome else None):
        return []
    return [one.name for one in absent_papers(tx, task.item.root_id)]


@command
def send_back(tx: Tx, task_id: str, reason: str, by: Actor, to: str = "") -> Task:
    """Hands a task back to a step before that its model names, with a reason. to: which of them, where it names
    several; the first, where nothing is said."""
    log.act(tx, by)
    task = opening.find(tx, task_id, by)
    task.require("send_back")
    opening.take(tx, task, by)
    commands.back(tx, task_id, by.username, reason.strip(), to or None)
    return task


@query
def ways_back(tx: Tx, task: Task) -> list[tuple[str, str]]:
    """The steps that a task may be handed back to, by id and name, in the order of its model."""
    wanted = [e.attributes.get("to", "") for e in (task.node.extensions if task.node else ()) if e.name == "back"]
    found = [(id, node_at(tx, task.version, id)[1]) for id in wanted]
    return [(id, node.name if node is not None else id) for id, node in found]


def outcome_of(task: Task, asked: str | None) -> Outcome | None:
    """The outcome that is meant; raises UnknownOutcome."""
    known = {one.id: one for one in task.outcomes}
    if asked is None and len(known) == 1:
        return next(iter(known.values()))
    if asked not in known and (known or asked):
        raise UnknownOutcome(task, asked or "")
    return known.get(asked or "")


def brought(
    tx: Tx,
    task: Task,
    outcome: Outcome | None,
    posted: Mapping[str, Any],
    reason: str,
    lacks: Sequence[Lack] | None,
    until: date | None,
    absent: Sequence[str] = (),
) -> dict[str, Any]:
    """The variables that the completion brings; raises `forms.Invalid` with everything that is wrong."""
    errors: dict[str, list[str]] = {}
    beside = _beside(task, outcome)
    said = {key: posted.get(key) for key in beside}  # what is not said is null: an earlier round's is none of this one
    try:
        said |= _fields(tx, task, outcome, posted, beside)
    except forms.Invalid as wrong:
        errors |= wrong.errors
    if "thieu" in beside:
        reason = _supplement(tx, task, said, reason, lacks, until, errors)
    elif lacks:  # what is asked for is never lost to another outcome, chosen by a slip
        errors["thieu"] = ["Đã đánh dấu mục cần bổ sung: chọn cách xử lý yêu cầu bổ sung, hoặc bỏ đánh dấu."]
    if absent:
        named = "; ".join(f"“{one}”" for one in absent)
        errors["absent_accepted"] = [
            f"Công dân chưa nộp {named}: đánh dấu “Vẫn giải quyết” và ghi lý do, hoặc yêu cầu bổ sung lại."
        ]
    if outcome is not None and outcome.reason and not reason:
        errors["ly_do"] = ["Phải nêu lý do cho quyết định này."]
    if errors:
        raise forms.Invalid(errors)
    if reason:
        said["ly_do"] = reason
    elif outcome is not None:
        said.setdefault("ly_do", None)  # the reason of an earlier decision is none of this one
    return said


def _beside(task: Task, outcome: Outcome | None) -> tuple[str, ...]:
    """What may be said beside the form where the task ends so."""
    asks = outcome is not None and task.of_dossier and asks_supplement(task.node, outcome.id)
    extends = task.of_dossier and task.says("extension") and affirms(task.node, outcome.id if outcome else None)
    return (SUPPLEMENT if asks else ()) + (EXTENSION if extends else ())


def _supplement(
    tx: Tx,
    task: Task,
    said: dict[str, Any],
    reason: str,
    lacks: Sequence[Lack] | None,
    until: date | None,
    errors: dict[str, list[str]],
) -> str:
    """What the citizen is asked for and by when goes to `said`, what is wrong with it to the errors; the reason."""
    listed = said["thieu"]
    if lacks is None and listed:
        if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
            errors["thieu"] = ["Mục cần bổ sung phải là danh sách, mỗi mục có mã và lý do."]
            return reason
        lacks = lacks_of(said)
    if lacks is not None or not reason:
        asked = _lacks(tx, task, lacks or (), errors)
        said["thieu"] = [one.variables() for one in asked]
        reason = reason or "; ".join(one.reason for one in asked)
    wanted = until.isoformat() if until is not None else said["han_bo_sung"] or None
    last, by_law = citizen_terms.day_of(wanted), supplements.last_day(tx, task.item.root_id)
    earliest = supplements.earliest_day(tx, task.item.root_id)
    if wanted is None:
        last = by_law
    elif last is None:
        errors["han_bo_sung"] = ["Ngày bổ sung phải là một ngày, ví dụ 2026-11-22."]
    elif by_law is not None and last != by_law:
        errors["han_bo_sung"] = [f"Theo quy định của thủ tục, công dân bổ sung đến hết ngày {by_law:%d/%m/%Y}."]
    elif by_law is None and last < earliest:
        said_so = "không tính ngày yêu cầu, và công dân phải có ít nhất một ngày làm việc để bổ sung"
        errors["han_bo_sung"] = [f"Ngày bổ sung sớm nhất là {earliest:%d/%m/%Y}: {said_so}."]
    said["han_bo_sung"] = last.isoformat() if last is not None else None  # models count by its day, whoever says it
    return reason


def _lacks(tx: Tx, task: Task, lacks: Sequence[Lack], errors: dict[str, list[str]]) -> list[Lack]:
    """What lacks, by the names that the dossier gives it; what is wrong with it goes to the errors."""
    if not lacks:
        errors["thieu"] = ["Đánh dấu ít nhất một giấy tờ hoặc mục kê khai cần bổ sung và ghi rõ lý do."]
        return []
    papers, fields = supplements.parts(tx, task.item.root_id)
    for one in lacks:
        name = (papers if one.kind == "component" else fields).get(one.code)
        if name is not None and not one.reason.strip():
            errors[f"thieu_ly_do_{one.mark}"] = [f"Ghi rõ vì sao cần bổ sung “{name}”."]
    return [] if errors else supplements.check_lacks(lacks, papers, fields)


def _fields(
    tx: Tx, task: Task, outcome: Outcome | None, posted: Mapping[str, Any], beside: Collection[str]
) -> dict[str, Any]:
    """What was posted for the step's form, checked, with what its pickers offer; only where the task is affirmed must
    all of it be filled. Raises `forms.Invalid`, also for what neither the form nor this outcome has (a web form has
    fields of its own: of it only what another outcome says)."""
    form = task.form
    known = {entry.key for entry in form.inputs()} if form is not None else set()
    errors: dict[str, list[str]] = {}
    for key in posted:
        if key in known or key in beside:
            continue
        if key in SUPPLEMENT:
            errors[key] = ["Chỉ cách xử lý yêu cầu công dân bổ sung mới có mục này."]
        elif key in EXTENSION:
            errors[key] = ["Chỉ cách xử lý gia hạn thời hạn giải quyết mới có mục này."]
        elif not hasattr(posted, "getlist"):
            errors[key] = ["Bước này không có mục này trong biểu mẫu."]
    if errors:
        raise forms.Invalid(errors)
    if form is None:
        return {}
    partial = not affirms(task.node, outcome.id if outcome else None)
    return form.validate(posted, partial=partial, offered=forms.offered(tx, form, task.agency, task.unit), now=tx.now)
