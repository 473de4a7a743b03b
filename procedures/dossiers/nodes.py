"""The model behind a dossier: its processes, those that they call, and their nodes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from engine.commands import definitions
from engine.model.definition import Node, Process
from engine.store import Tx
from engine.store.joining import query
from engine.store.tables import instance


def processes_of(tx: Tx, version: str) -> Iterator[tuple[str, Process]]:
    """The processes of a deployment, then those that it calls from others, each with its deployment."""
    seen: set[str] = set()
    waiting = [version]
    while waiting:
        here = waiting.pop(0)
        if here in seen:
            continue
        seen.add(here)
        found = definitions.deployed(tx, here).processes
        for process in found.values():
            yield here, process
        for process in found.values():
            for node in process.scope.walk():
                name = node.called_element
                if node.kind == "callActivity" and isinstance(name, str) and name not in found:
                    waiting += [other for other in [definitions.current(tx, name)] if other]


def node_at(tx: Tx, version: str, element: str) -> tuple[str, Node | None]:
    """The node of that id among the processes of a deployment and those that they call, and the deployment that has it
    (a process called from another bundle runs on the one of its own in effect)."""
    for found, process in processes_of(tx, version):
        node = process.node(element)
        if node is not None:
            return found, node
    return version, None


def timers_beside(process: Process, node: Node) -> list[Node]:
    """Timers that end the same wait: boundary events of the task, or the other events after the same gateway."""
    found = [one for one in process.scope.walk() if one.attached_to == node.id and one.event("timer")]
    for scope in [process.scope, *(n.scope for n in process.scope.walk() if n.scope is not None)]:
        gateways = {
            flow.source
            for flow in scope.flows.values()
            if flow.target == node.id
            and scope.nodes.get(flow.source) is not None
            and scope.nodes[flow.source].kind == "eventBasedGateway"
        }
        found += [
            scope.nodes[flow.target]
            for flow in scope.flows.values()
            if flow.source in gateways and flow.target != node.id and scope.nodes[flow.target].event("timer")
        ]
    return found


def gateway_before(tx: Tx, version: str, node: Node) -> Node | None:
    """The event gateway that a catch event stands behind, None where it stands by itself."""
    for _, process in processes_of(tx, version):
        for scope in [process.scope, *(one.scope for one in process.scope.walk() if one.scope is not None)]:
            if scope.nodes.get(node.id) is node:
                sources = (scope.nodes.get(flow.source) for flow in scope.flows.values() if flow.target == node.id)
                return next((one for one in sources if one is not None and one.kind == "eventBasedGateway"), None)
    return None


@query
def node_of(tx: Tx, root_id: str, element: str) -> Node | None:
    """A node of the model, at the version that a root runs."""
    own: str | None = tx.read(select(instance.c.deployment).where(instance.c.root_id == root_id)).scalar()
    return node_at(tx, own, element)[1] if own is not None else None


def deployment_of(tx: Tx, root_id: str) -> str:
    """The deployment that a root runs, also while it is being started."""
    family = tx.families.get(root_id)
    if family is not None:
        return str(family.deployment)
    return str(tx.read(select(instance.c.deployment).where(instance.c.root_id == root_id)).scalar_one())


def after(tx: Tx, root_id: str, element: str) -> list[Node]:
    """The nodes right after an element, by its outgoing flows."""
    family = tx.families.get(root_id)
    if family is None:
        return []
    for _, process in processes_of(tx, family.deployment):
        scopes = [process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)]
        for scope in scopes:
            if element in scope.nodes:
                return [scope.nodes[flow.target] for flow in scope.flows.values() if flow.source == element]
    return []
