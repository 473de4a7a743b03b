"""What the house does when a process moves: the effects of the `mc:` elements (their entries in the vocabulary say
which), the terms of steps, the groups of tasks, what goes with a migration.

They run inside the command's transaction, so a dossier and its process agree or neither has moved. An instance behind
which neither a dossier nor a document stands (a benchmark, a scenario) passes them by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

import engine.hooks
from engine.hooks import Hooks
from engine.run.changes import Occurrence, OpenTask, Step
from engine.store import Tx
from procedures import absences, migrating, officials, step_terms
from procedures.documents import lines
from procedures.dossiers import log
from procedures.store.clock import step_term
from procedures.store.dossier import dossier_party
from procedures.vocabulary import elements
from procedures.vocabulary.elements.entry import Effect


def hooks(*, rehearsal: bool) -> Hooks:
    """All of them. rehearsal: for scenarios, which have no papers: results and hand-overs are taken as given where a
    model asks for them."""
    return Hooks(
        elements={
            name: [_element(name, entry.effect, rehearsal, entry.of_document)]
            for name, entry in elements.ENTRIES.items()
            if entry.effect is not None
        },
        steps=[step_terms.closed, lines.closed, _waits_for_citizen],
        tasks=[_assigned, _again, step_terms.opened, lines.opened],
        groups=[_groups],
        followers={"procedures": migrating.FOLLOWER},
    )


def _element(name: str, function: Effect, rehearsal: bool, of_document: bool) -> engine.hooks.Element:
    def occurred(tx: Tx, root_id: str, occurrence: Occurrence) -> Mapping[str, Any] | None:
        home = log.home(tx, root_id)
        if home is None or home.dossier is of_document:
            return None
        log.hold(tx, root_id)
        written: dict[str, Any] = {}
        for extension in occurrence.extensions:
            if extension.name == name:
                written.update(function(tx, root_id, occurrence, extension, rehearsal) or {})
        return written or None

    return occurred


def _waits_for_citizen(tx: Tx, root_id: str, step: Step) -> None:
    """The process now waits for the citizen at an event gateway (a draft to confirm): they are told. A wait of its own
    node changes the status, and that is told already."""
    if step.event != "entered" or step.type != "eventBasedGateway" or not log.known(tx, root_id):
        return
    from procedures import notices
    from procedures.dossiers.nodes import after

    for node in after(tx, root_id, step.element):
        for said in (e.attributes for e in node.extensions if e.name == "citizen"):
            notices.to_do(tx, root_id, said.get("label") or node.name, said.get("labelEn") or "")


def _groups(tx: Tx, root_id: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    """A role means the role at the dossier's agency; other agencies named become parties that may see it."""
    home = log.home(tx, root_id)
    if home is None:
        return groups
    resolved = officials.resolve(groups, home.agency)
    if not home.dossier:
        return resolved
    for agency in {group.partition("@")[2] for group in resolved} - {home.agency, ""}:
        known = tx.execute(
            select(dossier_party.c.agency).where(
                dossier_party.c.dossier_id == root_id, dossier_party.c.agency == agency
            )
        ).first()
        if known is None:
            tx.execute(dossier_party.insert().values(dossier_id=root_id, agency=agency))
    return resolved


def _assigned(tx: Tx, root_id: str, task: OpenTask) -> OpenTask | None:
    """A task given to somebody who is no longer in office, or away, goes to the group instead of lying with nobody."""
    if task.assignee is None or not task.candidate_groups or log.home(tx, root_id) is None:
        return None
    person = officials.get(tx, task.assignee)
    today = tx.now.date()
    if person is not None and person.valid_to is not None and person.valid_to <= today:
        return replace(task, assignee=None)
    return replace(task, assignee=None) if absences.away(tx, [task.assignee]) else None


def _again(tx: Tx, root_id: str, task: OpenTask) -> OpenTask | None:
    """A step that comes again (sent back by the leader, supplemented by the citizen) comes to who did it before, where
    they still do that work, or to who stands in for them today; others of the unit see it as theirs."""
    repeats = task.node is None or task.node.loop is not None
    if task.assignee is not None or not task.candidate_groups or repeats or log.home(tx, root_id) is None:
        return None
    before = tx.execute(
        select(step_term.c.closed_by)
        .where(
            step_term.c.root_id == root_id,
            step_term.c.element == task.element,
            step_term.c.task_id != task.id,
            step_term.c.closed_by.is_not(None),
        )
        .order_by(step_term.c.closed_at.desc())
        .limit(1)
    ).scalar()
    if before is not None and (away := absences.away(tx, [before])):
        before = away[before].substitute
    if before is None or before not in dict(officials.among(tx, task.candidate_groups, task.candidate_users)):
        return None
    return replace(task, assignee=before)
