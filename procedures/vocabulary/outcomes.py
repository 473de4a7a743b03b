"""What the outcomes of a task mean to the house: which one affirms, which one asks the citizen for more."""

from __future__ import annotations

from engine.model.definition import Node, Outcome


def _of(node: Node | None, id: str | None) -> Outcome | None:
    return next((one for one in node.outcomes if one.id == id), None) if node is not None and id is not None else None


def affirms(node: Node | None, id: str | None) -> bool:
    """Whether a task is affirmed by this outcome: its work is done, its form whole. One without outcomes always is."""
    if node is None or not node.outcomes or id is None:
        return True
    found = _of(node, id)
    return found is None or found.affirmative


def affirmative(node: Node | None) -> Outcome | None:
    """The outcome by which a task is affirmed, the first where the model names none; None where it has no outcomes."""
    outcomes = node.outcomes if node is not None else ()
    return next((one for one in outcomes if one.affirmative), outcomes[0] if outcomes else None)


def asks_supplement(node: Node | None, id: str | None) -> bool:
    """Whether this outcome asks the citizen for papers or corrections, which are then named one by one."""
    found = _of(node, id)
    return found is not None and found.said.get("supplement") == "true"
