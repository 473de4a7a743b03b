"""The task page: everything a person needs to decide, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, render_template, request
from flask_login import current_user

from engine import commands, values
from engine import worklist as open_work
from engine.model.definition import Node
from engine.refusal import Refusal
from engine.worklist import WorkItem
from procedures import bundles, deadlines, dossiers, drawings, fees, forms, letters
from procedures import worklist as work
from procedures.dossiers.result import template_of
from procedures.dossiers.values import Dossier
from procedures.vocabulary import outcomes
from web.account.people import LEADING, actor
from web.account.typed import typed_before
from web.house import database
from web.people import groups_of_me, keepers, names_of, officials_for, remaining_minutes
from web.permissions import allowed
from web.work import OFFICIALS, blueprint
from web.work.shown import history_items, result_items

#: Stands before the key of a field of the form among the codes of what lacks.
FIELD = "muc."


@dataclass(frozen=True)
class Desk:
    """An open task with what belongs to it."""

    item: WorkItem
    node: Node | None
    dossier: Dossier | None
    form: forms.Form | None
    offered: bool = False  # whether the person is among those who may take it
    choices: forms.Choices = field(default_factory=dict)  # people and agencies that the form's fields offer

    @property
    def leads(self) -> bool:
        """Whether the person heads the agency whose dossier it is, and so may hand its tasks on."""
        agency = self.dossier.agency if self.dossier is not None else ""
        groups = {group.partition("@")[2] for group in self.item.groups} | {agency}
        return any(role in LEADING and code in groups for role, code in current_user.roles)

    @property
    def held(self) -> bool:
        """Whether the person at the screen holds it, and so may complete it."""
        return bool(self.item.assignee == current_user.username)

    def asks_supplement(self, outcome: str) -> bool:
        """Whether this outcome asks the citizen for more: then what lacks is filled in first."""
        return self.dossier is not None and outcomes.asks_supplement(self.node, outcome)

    @property
    def result_asked(self) -> str:
        """Code of the result paper that is made at this task, empty where none is."""
        for extension in self.node.extensions if self.node and self.dossier else ():
            if extension.name == "result":
                return extension.attributes.get("code", "")
        return ""

    @property
    def signs(self) -> bool:
        """Whether completing it signs the results: they are read here first."""
        return self._says("signature")

    @property
    def hands_over(self) -> bool:
        """Whether it hands the result to the citizen: the counter's page does that, with the recipient's signature."""
        return self._says("return") and self.dossier is not None and self.dossier.status == 9

    def _says(self, name: str) -> bool:
        return any(extension.name == name for extension in self.node.extensions) if self.node else False


def open_task(tx: Any, task: str) -> Desk:
    """The open task, if the person may see it; 404 else."""
    item = open_work.task(tx, task, who=current_user.username, groups=groups_of_me())
    offered = item is not None
    if item is None:
        item = open_work.task(tx, task, everything=True)
        if item is None or not (current_user.has("quan_tri") or dossiers.may_see(tx, item.root_id, actor())):
            abort(404)
    try:
        dossier = dossiers.get(tx, item.root_id)
    except Refusal:  # a process of its own, without a dossier
        dossier = None
    form = dossiers.task_form(tx, task)
    choices = forms.offered(tx, form, dossier.agency if dossier is not None else "")
    return Desk(item, dossiers.node_of(tx, item.root_id, item.element), dossier, form, offered, choices)


def task_view(
    tx: Any,
    desk: Desk,
    *,
    errors: Mapping[str, Any] | None = None,
    typed: Mapping[str, Any] | None = None,
    chosen: str = "",
) -> str:
    """The page, fresh or with what was wrong in it."""
    item, dossier = desk.item, desk.dossier
    previous, following = work.neighbours(tx, current_user.username, groups_of_me(), item.id)
    agency = dossier.agency if dossier is not None else ""
    intake = bundles.form(tx, dossier.version, bundles.of_version(tx, dossier.version).form_key) if dossier else None
    ticked = request.form.getlist("thieu")
    clock = deadlines.of(tx, item.root_id) if dossier else None
    filled = {**(dict(dossier.form) if dossier is not None else {}), **_variables(tx, item), **dict(typed or {})}
    return render_template(
        "work/task.html",
        desk=desk,
        item=item,
        dossier=dossier,
        outcomes=drawings.outcomes(desk.node),
        back=drawings.way_back(desk.node),
        form=desk.form,
        values=filled,
        errors=errors or {},
        chosen=chosen,
        pickers=desk.choices,
        intake=intake,
        changed=dossiers.changed_fields(tx, item.root_id) if dossier else {},
        components=dossiers.components(tx, item.root_id) if dossier else [],
        history=history_items(dossiers.history(tx, item.root_id)) if dossier else [],
        comments=dossiers.comments(tx, item.root_id) if dossier else [],
        letters=letters.issued(tx, item.root_id) if dossier else [],
        results=result_items(dossiers.results(tx, item.root_id), dossier.code) if dossier else [],
        fees=fees.assessed(tx, item.root_id) if dossier else [],
        templated=bool(dossier and desk.result_asked and template_of(tx, dossier.version, desk.result_asked)),
        previewed=request.form.get("lam") == "lap",
        clock=clock,
        field_mark=FIELD,
        ticked=ticked,
        fields_ticked=any(code.startswith(FIELD) for code in ticked),
        intake_pickers=forms.offered(tx, intake, agency),
        remaining=remaining_minutes(tx, agency, dossier.due) if dossier and not dossier.paused else None,
        stuck=keepers(tx) if dossier and commands.incidents(tx, root_id=item.root_id) else [],
        suspended=any(one.status == "suspended" for one in commands.find(tx, root_id=item.root_id)),
        process="" if dossier is not None else _process(tx, item),
        drawing=drawings.of_dossier(tx, item.root_id),
        previous=previous,
        following=following,
        names=names_of(tx, [item.assignee, *(change.who for change in (clock.changes if clock else ()))]),
        colleagues=officials_for(tx, item.groups),
    )


def _process(tx: Any, item: WorkItem) -> str:
    """The name of the process that a task without a dossier belongs to."""
    found = commands.process_of(tx, item.root_id)
    return found.name or found.id


def _variables(tx: Any, item: WorkItem) -> dict[str, Any]:
    """What the process knows by now, for the fields that show or continue it."""
    with commands.run_of(tx, item.root_id) as run:
        known: dict[str, Any] = values.plain(dict(run.variables_of(item.id)))
    return known


@blueprint.get("/cong-viec/<task>")
@allowed(*OFFICIALS, "quan_tri")
def task_page(task: str) -> str:
    typed = typed_before()
    with database().begin() as tx:
        desk = open_task(tx, task)
        page = task_view(tx, desk, typed=typed, chosen=str(typed.get("hanh_dong") or ""))
    if desk.item.assignee in (None, current_user.username):
        work.see(database(), desk.item.root_id, task, current_user.username)
    return page
