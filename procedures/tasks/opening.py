"""An open task with what belongs to it, loaded once, and what this person may do to it now.

Every command of this room begins here, and so does the page: `Task.acts` are the acts that `Task.require` lets pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from engine import commands, values, worklist
from engine.model.definition import Node, Outcome
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import instance, work_item
from engine.worklist import WorkItem
from procedures import bundles, officials
from procedures.actor import Actor, Kind
from procedures.dossiers import log
from procedures.dossiers.nodes import node_at
from procedures.forms import Form
from procedures.forms.conditions import Scope
from procedures.rights import NotAllowed, Unseen, no_program_signs
from procedures.rights import dossiers as dossier_rights
from procedures.rights import tasks as rights
from procedures.rights.tasks import Stand
from procedures.vocabulary.outcomes import affirms


class Taken(Refusal):
    """Somebody else holds the task."""


@dataclass(frozen=True, slots=True)
class Task:
    """An open task as one person stands to it. version: the deployment that has its step (that of a called process may
    be another than the instance's). home: the dossier or document behind it, None where there is none.
    program: a client asks, not the official's own hand."""

    item: WorkItem
    version: str
    node: Node | None
    form: Form | None
    home: log.Home | None
    suspended: bool
    stands: frozenset[Stand]
    program: bool = False
    withheld: frozenset[str] = frozenset()  # outcomes that what is known by now does not allow

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def held(self) -> bool:
        """Whether this person holds it."""
        return Stand.HOLDER in self.stands

    @property
    def of_dossier(self) -> bool:
        return self.home is not None and self.home.dossier

    @property
    def agency(self) -> str:
        """Code of the agency whose dossier or document it is; empty where nothing stands behind it."""
        return self.home.agency if self.home is not None else ""

    @property
    def unit(self) -> str:
        """Code of the agency whose officials the step was given to, where it is another than the document's own; empty
        for a dossier, whose pickers offer its own agency's."""
        if self.of_dossier:
            return ""
        return next((place for group in self.item.groups if (place := group.partition("@")[2])), "")

    # -- what the model says of the step ------------------------------------------------------------------------------

    def says(self, name: str) -> bool:
        """Whether the step has that `mc:` element."""
        return any(extension.name == name for extension in self.node.extensions) if self.node else False

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        found = self.node.outcomes if self.node is not None else ()
        return tuple(one for one in found if one.id not in self.withheld)

    @property
    def result_codes(self) -> tuple[str, ...]:
        """Codes of the result papers that are made at this step (`mc:result`)."""
        if self.node is None or not self.of_dossier:
            return ()
        return tuple(e.attributes.get("code", "") for e in self.node.extensions if e.name == "result")

    @property
    def signs(self) -> bool:
        """Whether completing it signs the results."""
        return self.of_dossier and self.says("signature")

    @property
    def barred(self) -> bool:
        """Whether it is a step that signs, and a program asks."""
        return self.program and self.signs

    @property
    def hands_over(self) -> bool:
        """Whether it gives the result to the citizen, which is done at the desk with the recipient's signature: the
        step is completed by that."""
        return self.of_dossier and self.says("return") and len(self.outcomes) < 2

    def hands_over_by(self, outcome: str | None) -> bool:
        """Whether ending it so gives the result to the citizen."""
        return self.of_dossier and self.says("return") and affirms(self.node, outcome)

    # -- what may be done ---------------------------------------------------------------------------------------------

    @property
    def acts(self) -> frozenset[str]:
        """What this person may do to it as it stands now: what a page offers."""
        return frozenset(act for act in rights.ACTS if self.refusal(act) is None)

    def require(self, act: str) -> None:
        """Raises why this person may not do that now: `NotAllowed` for who they are, `Taken`, or a `Refusal` for how
        the task stands."""
        refusal = self.refusal(act)
        if refusal is not None:
            raise refusal

    def refusal(self, act: str) -> Refusal | None:
        """Why not, None where nothing hinders it."""
        hindered = _STATE.get(act)
        if self.barred and act in _MOVES:
            return no_program_signs()
        if rights.allowed(act, self.stands):
            return hindered(self) if hindered is not None else None
        if self.item.assignee is not None and act in _TAKES and self.stands & {Stand.FELLOW, Stand.HEAD}:
            return Taken(
                f"Việc “{self.name}” đã có người khác nhận.", f"Task '{self.name}' has been taken by somebody else."
            )
        vi, en = _WHO[act]
        return NotAllowed(vi.format(self.name), en.format(self.name))


def _nobody_has_it(task: Task) -> Refusal | None:
    if task.item.assignee is not None:
        return None
    return Refusal(f"Việc “{task.name}” chưa có người nhận.", f"Nobody has taken task '{task.name}'.")


def _stands_still(task: Task) -> Refusal | None:
    if not task.suspended:
        return None
    code = task.item.business_key or task.item.root_id
    return Refusal(f"Phiên chạy “{code}” đang tạm ngừng.", f"Instance '{code}' is suspended.")


def at_the_desk() -> Refusal:
    """Why a step that returns the result does not end on its own page."""
    return Refusal(
        "Chưa ghi người nhận kết quả: hãy trả kết quả tại quầy và lấy chữ ký; việc này tự xong theo.",
        "Nobody has been recorded as having taken the result: hand it over at the desk, which completes this task.",
    )


def _at_the_desk(task: Task) -> Refusal | None:
    return at_the_desk() if task.hands_over else _stands_still(task)


def _has_a_way_back(task: Task) -> Refusal | None:
    if not task.says("back"):
        return Refusal(f"Việc “{task.name}” không được chuyển trả.", f"Task '{task.name}' may not be handed back.")
    return _stands_still(task)


def _makes_a_result(task: Task) -> Refusal | None:
    if task.result_codes:
        return None
    return Refusal(f"Bước “{task.name}” không lập kết quả.", f"Step '{task.name}' makes no result.")


def _has_a_dossier(task: Task) -> Refusal | None:
    if task.of_dossier:
        return None
    return Refusal("Việc này không thuộc hồ sơ nào.", "This task belongs to no dossier.")


#: Act → what the task itself must be for it.
_STATE: dict[str, Callable[[Task], Refusal | None]] = {
    "release": _nobody_has_it,
    "complete": _at_the_desk,
    "send_back": _has_a_way_back,
    "result": _makes_a_result,
    "comment": _has_a_dossier,
}
_MOVES = ("claim", "release", "reassign", "complete", "send_back")
_TAKES = ("claim", "complete", "result", "send_back")
_WHO = {
    "look": ("Việc “{}” không thuộc phạm vi được xem.", "Task '{}' is not yours to see."),
    "comment": ("Việc “{}” không thuộc phạm vi được ghi ý kiến.", "Task '{}' is not yours to comment on."),
    "claim": (
        "Việc “{}” giao cho vị trí khác; bạn xem được, không nhận được.",
        "Task '{}' is for another position: you may see it, not take it.",
    ),
    "release": (
        "Chỉ người đang giữ việc “{}” hoặc lãnh đạo đơn vị trả được việc về đơn vị.",
        "Only who holds task '{}' or heads the unit gives it back.",
    ),
    "reassign": (
        "Chỉ người đang giữ việc “{}” hoặc lãnh đạo đơn vị chuyển được việc.",
        "Only who holds task '{}' or heads the unit hands it on.",
    ),
    "complete": (
        "Việc “{}” giao cho vị trí khác; bạn xem được, không xử lý được.",
        "Task '{}' is for another position: you may see it, not complete it.",
    ),
    "result": (
        "Chỉ người đang giữ việc “{}” lập hoặc thay được kết quả.",
        "Only who holds task '{}' makes or replaces its result.",
    ),
    "send_back": (
        "Việc “{}” do người khác giữ hoặc giao cho vị trí khác; bạn xem được, không trả lại được.",
        "Task '{}' is held by somebody else or for another position: you may see it, not send it back.",
    ),
}


@query
def find(tx: Tx, task_id: str, by: Actor) -> Task:
    """The open task with what belongs to it, for this person. Raises `Unseen` for one that is not open, not there, or
    not theirs to see."""
    row = tx.read(
        select(work_item, instance.c.deployment, instance.c.status)
        .join(instance, instance.c.root_id == work_item.c.root_id)
        .where(work_item.c.id == task_id)
    ).one_or_none()
    if row is None:
        raise _unseen()
    item = worklist.item_of(row)
    home = log.home(tx, item.root_id)
    roles = officials.roles_of(tx, by.username)
    stands = rights.stands(item, home.agency if home is not None else "", roles, by)
    if home is not None and home.dossier and not stands - {Stand.OVERSEER} and _reads(tx, item.root_id, by):
        stands |= {Stand.READER}
    if not rights.allowed("look", stands):
        raise _unseen()
    version, node = node_at(tx, row.deployment, item.element)
    form = bundles.form(tx, version, item.form)
    found = Task(item, version, node, form, home, row.status == "suspended", stands, by.kind is Kind.CLIENT)
    return replace(found, withheld=_withheld(tx, found))


def _withheld(tx: Tx, task: Task) -> frozenset[str]:
    """The outcomes whose ``when`` is false now; one that cannot be told withholds nothing."""
    asked = {one.id: one.said["when"] for one in task.outcomes if one.said.get("when")}
    if not asked:
        return frozenset()
    scope = Scope(variables(tx, task), tx.now)
    return frozenset(id for id, text in asked.items() if scope.value(text) is False)


def _reads(tx: Tx, dossier_id: str, by: Actor) -> bool:
    """Whether they see the dossier; that an administrator sees every one makes no reader of them."""
    return dossier_rights.may_see(tx, dossier_id, replace(by, everything=False))


def take(tx: Tx, task: Task, by: Actor) -> None:
    """Who does the work of a free task has taken it: the log says so, and so do the lists of the others."""
    if task.item.assignee is None:
        commands.claim(tx, task.item.id, by.username, by.username)


@query
def variables(tx: Tx, task: Task) -> dict[str, Any]:
    """What the process knows by now at this task, for the fields that show or continue it."""
    with commands.run_of(tx, task.item.root_id) as run:
        known: dict[str, Any] = values.plain(dict(run.variables_of(task.item.id)))
    return known


@query
def process_name(tx: Tx, task: Task) -> str:
    """The name of the process that it belongs to."""
    found = commands.process_of(tx, task.item.root_id)
    return found.name or found.id


def _unseen() -> Unseen:
    return Unseen(
        "Không có việc này, việc không còn mở, hoặc không thuộc phạm vi được xem.",
        "There is no such task, it is not open any more, or it is not yours to see.",
    )
