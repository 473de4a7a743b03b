"""What the `mc:` elements of a model mean: each is a function the engine calls when a token enters or leaves the node.

They run inside the command's transaction, so a dossier and its process agree or neither has moved. An instance behind
which no dossier stands (a benchmark, a document route) passes them by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

import engine.hooks
from engine.hooks import Hooks
from engine.model.definition import Extension
from engine.refusal import Refusal
from engine.run.changes import Occurrence, OpenTask, Step
from engine.store import Tx
from procedures import deadlines, migrating, officials, step_terms
from procedures.dossiers import log, status, supplements
from procedures.dossiers import result as results
from procedures.store.dossier import dossier_party, handover


def hooks(*, rehearsal: bool) -> Hooks:
    """All of them. rehearsal: for scenarios, which have no papers: results and hand-overs are taken as given where a
    model asks for them."""
    return Hooks(
        elements={name: [_element(name, function, rehearsal)] for name, function in _ELEMENTS.items()},
        steps=[step_terms.closed, _waits_for_citizen],
        tasks=[_assigned, step_terms.opened],
        groups=[_groups],
        followers={"procedures": migrating.FOLLOWER},
    )


Element = Callable[[Tx, str, Occurrence, Extension, bool], Mapping[str, Any] | None]


def _element(name: str, function: Element, rehearsal: bool) -> engine.hooks.Element:
    def occurred(tx: Tx, root_id: str, occurrence: Occurrence) -> Mapping[str, Any] | None:
        if not log.known(tx, root_id):
            return None
        log.hold(tx, root_id)
        written: dict[str, Any] = {}
        for extension in occurrence.extensions:
            if extension.name == name:
                written.update(function(tx, root_id, occurrence, extension, rehearsal) or {})
        return written or None

    return occurred


def _on(occurrence: Occurrence, extension: Extension) -> bool:
    """Whether this is the moment that ``on`` names: "enter" (default) or "complete"."""
    wanted = "completed" if extension.attributes.get("on", "enter") == "complete" else "entered"
    return occurrence.event == wanted


def _place(occurrence: Occurrence) -> str:
    return deadlines.place(occurrence.node.id, occurrence.token)


def _approves(occurrence: Occurrence) -> bool:
    """Whether the node was completed with its affirmative outcome: the primary one, or the first."""
    outcomes = occurrence.node.outcomes
    if not outcomes or occurrence.outcome is None:
        return True
    yes = next((o.id for o in outcomes if o.tone == "primary"), outcomes[0].id)
    return occurrence.outcome == yes


def _status(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if _on(occurrence, extension):
        code = extension.attributes.get("code", "")
        if not code.isdigit():
            raise Refusal(
                f"Bước “{occurrence.node.name}” ghi trạng thái “{code}” không phải là số.",
                f"Step '{occurrence.node.name}' names the status '{code}', which is no number.",
            )
        # A stop with an open pause is a suspension; without one it ends the clock (Mẫu 05).
        suspended = any(e.name == "pause" for e in occurrence.extensions)
        status.set_status(
            tx, id, int(code), str(occurrence.variables.get("ly_do") or ""), final=code == "8" and not suspended
        )


def _pause(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "entered":
        kind = extension.attributes.get("kind", "legal")
        if kind == "supplement":
            supplements.asked(tx, id, occurrence.variables)
        deadlines.pause(tx, id, kind, _place(occurrence))
    else:
        deadlines.resume(tx, id, _place(occurrence))


def _letter(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if _on(occurrence, extension) and not rehearsal:
        from procedures.letters import drafting

        drafting.issue(tx, extension.attributes.get("template", ""), id, occurrence.variables, occurrence.node)


def _finish(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "completed" and _approves(occurrence):
        if not rehearsal:
            results.require_approved(tx, id)
        status.set_status(tx, id, 9)


def _return(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "completed" and _approves(occurrence):
        given = tx.execute(select(handover.c.at).where(handover.c.dossier_id == id)).first()
        if given is None and not rehearsal:
            raise Refusal(
                "Chưa ghi người nhận kết quả: hãy trả kết quả tại quầy và lấy chữ ký.",
                "Nobody has been recorded as having taken the result: hand it over at the desk first.",
            )
        status.set_status(tx, id, 10)


def _result(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "completed" and _approves(occurrence) and not rehearsal:
        results.complete(tx, id, extension.attributes.get("code", ""), occurrence.variables)


def _signature(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event != "completed" or rehearsal:
        return
    if _approves(occurrence):
        results.approve(tx, id, extension.attributes.get("level", "leader"), occurrence.variables)
    else:
        results.sent_back(tx, id)


def _extension(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "completed" and _approves(occurrence):
        from procedures.dossiers import extensions

        said = occurrence.variables
        named = extension.attributes.get("reason")
        reason = next(
            (str(said[name]) for name in ([named] if named else ["ly_do", *_reasons(said)]) if said.get(name)), ""
        )
        extensions.extended(
            tx,
            id,
            str(said.get("gia_han_so") or ""),
            str(said.get("gia_han_don_vi") or "WORKING_DAY"),
            reason,
            letter=not rehearsal,
        )


def _reasons(variables: Mapping[str, Any]) -> list[str]:
    """Variables whose name says that they are a reason (``ly_do_keo_dai``)."""
    return [name for name in variables if name.startswith("ly_do_")]


def _silence(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "entered":
        log.record(tx, id, "dossier.silence", {"element": occurrence.node.id, "reason": extension.text.strip()})


_ELEMENTS: dict[str, Element] = {
    "pause": _pause,
    "status": _status,
    "letter": _letter,
    "extension": _extension,
    "result": _result,
    "signature": _signature,
    "finish": _finish,
    "return": _return,
    "silence": _silence,
}


def _waits_for_citizen(tx: Tx, root_id: str, step: Step) -> None:
    """The process now waits for the citizen at an event gateway (a draft to confirm): they are told. A wait of its own
    node changes the status, and that is told already."""
    if step.event != "entered" or step.type != "eventBasedGateway" or not log.known(tx, root_id):
        return
    from procedures import notices
    from procedures.dossiers.deciding import after

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
    """A task given to somebody who is no longer in office goes to the group instead of lying with nobody."""
    if task.assignee is None or not task.candidate_groups or log.home(tx, root_id) is None:
        return None
    person = officials.get(tx, task.assignee)
    today = tx.now.date()
    if person is not None and person.valid_to is not None and person.valid_to <= today:
        return replace(task, assignee=None)
    return None
