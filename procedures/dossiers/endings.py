"""What ends a dossier: the statuses and letters that do, and the places of a model that lead to one by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from engine.model.definition import Node, Process, Scope
from engine.store import Tx
from engine.store.joining import query
from procedures.dossiers.nodes import processes_of
from procedures.store.dossier import dossier_state
from procedures.store.papers import letter, result
from procedures.vocabulary.statuses import DONE, HANDLED, REFUSED, STOPPED

#: Letters that tell the citizen that nothing more is done: not received, and stopped.
LETTERS = ("mau-03", "mau-05")
_CODES = frozenset(map(str, (REFUSED, STOPPED, *DONE)))
#: Nodes at which a token waits for somebody or something.
_WAITS = frozenset(("userTask", "manualTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a dossier has come to its end: its status, whether its clock has ended otherwise than by a result that
    somebody has signed, how many letters have said so."""

    status: int
    closed: bool
    letters: int

    def ended_since(self, before: Standing) -> bool:
        """Whether the dossier was ended, or a letter says so, since it stood as before."""
        again = self.status != before.status and str(self.status) in _CODES
        return (self.closed and (not before.closed or again)) or self.letters > before.letters


@query
def standing(tx: Tx, dossier_id: str) -> Standing:
    """How a dossier stands now."""
    tx.flush()
    state = tx.execute(select(dossier_state).where(dossier_state.c.dossier_id == dossier_id)).one()
    count = tx.execute(
        select(func.count()).where(letter.c.root_id == dossier_id, letter.c.template.in_(LETTERS))
    ).scalar_one()
    signed = tx.execute(
        select(result.c.token).where(
            result.c.dossier_id == dossier_id, result.c.current, result.c.approved_at.is_not(None)
        )
    ).first()
    decided = state.status == HANDLED and signed is not None
    return Standing(state.status, state.closed_at is not None and not decided, count)


@query
def leads_to_end(tx: Tx, version: str, element: str) -> bool:
    """Whether a token that goes on from an element may end the dossier before anybody else has a say."""
    return any(
        process.node(element) is not None and _leads(process, element) for _, process in processes_of(tx, version)
    )


def _leads(process: Process, element: str) -> bool:
    inside: dict[str, Scope] = dict.fromkeys(process.scope.nodes, process.scope)
    around: dict[str, Node] = {}
    for node in process.scope.walk():
        for id in node.scope.nodes if node.scope is not None else ():
            inside[id], around[id] = node.scope, node  # type: ignore[assignment]
    seen, waiting = {element}, [element]
    while waiting:
        here = waiting.pop()
        node = inside[here].nodes[here]
        if _ends(node):
            return True
        if here != element and (node.kind in _WAITS or (node.kind == "subProcess" and _stops(node, seen))):
            continue
        near = [flow.target for flow in inside[here].flows.values() if flow.source == here]
        if not near and here in around:
            near = [around[here].id, *around[here].boundaries]
        waiting += [id for id in near if id not in seen]
        seen.update(near)
    return False


def _stops(node: Node, seen: set[str]) -> bool:
    """Whether a subprocess is entered here, and not left: within it others have a say, as a rule."""
    return not any(id in seen for id in (node.scope.nodes if node.scope is not None else ()))


def _ends(node: Node) -> bool:
    said = {one.name: one.attributes for one in node.extensions}
    stands = "pause" in said
    return (said.get("status", {}).get("code") in _CODES and not stands) or said.get("letter", {}).get(
        "template"
    ) in LETTERS
