"""A process compiled once: the spec of each of its nodes, connected."""

from __future__ import annotations

from collections import OrderedDict

from engine.model.definition import Node, Process, Scope
from engine.run.arming import WAITING_KINDS
from engine.run.events import BoundarySpec, CatchSpec, StartSpec, ThrowSpec
from engine.run.gateways import ComplexSpec, EventGatewaySpec, ExclusiveSpec, InclusiveSpec, ParallelSpec
from engine.run.loops import LoopSpec, MultiSpec
from engine.run.nodes import NodeSpec
from engine.run.progress import ControllerProgress
from engine.run.scopes import AdHocSpec, CallSpec, ProcessScope, SubprocessSpec
from engine.run.specs import Level, ProcessSpec, Spec
from engine.run.tasks import HumanSpec, ReceiveSpec, RuleSpec, ScriptSpec, ServiceSpec

SPECS: dict[str, type[NodeSpec]] = {
    "startEvent": StartSpec,
    "endEvent": ThrowSpec,
    "intermediateThrowEvent": ThrowSpec,
    "implicitThrowEvent": ThrowSpec,
    "intermediateCatchEvent": CatchSpec,
    "boundaryEvent": BoundarySpec,
    "userTask": HumanSpec,
    "manualTask": HumanSpec,
    "task": HumanSpec,
    "globalUserTask": HumanSpec,
    "globalManualTask": HumanSpec,
    "globalTask": HumanSpec,
    "serviceTask": ServiceSpec,
    "sendTask": ServiceSpec,
    "businessRuleTask": RuleSpec,
    "globalBusinessRuleTask": RuleSpec,
    "scriptTask": ScriptSpec,
    "globalScriptTask": ScriptSpec,
    "receiveTask": ReceiveSpec,
    "callActivity": CallSpec,
    "subProcess": SubprocessSpec,
    "transaction": SubprocessSpec,
    "adHocSubProcess": AdHocSpec,
    "exclusiveGateway": ExclusiveSpec,
    "parallelGateway": ParallelSpec,
    "inclusiveGateway": InclusiveSpec,
    "complexGateway": ComplexSpec,
    "eventBasedGateway": EventGatewaySpec,
}


CONTROLLER = "compensation controller"


class Controller(Spec):
    """Works off a plan of compensation (see `compensation`); it is no flow node and nobody sees it."""

    progress = ControllerProgress


class CompiledProcess(ProcessSpec):
    """A process, filled with the specs of its nodes."""

    def __init__(self, process: Process) -> None:
        super().__init__(process)
        inner = Level(None)
        self.scope = ProcessScope(self, f"process {process.id}", inner)
        self.controller = Controller(self, CONTROLLER, Node(id=CONTROLLER, kind=""))
        self.fill(inner, process.scope)
        self.start = self.scope

    def of(self, process: Process) -> ProcessSpec:
        return compiled(process)

    def fill(self, level: Level, scope: Scope) -> None:
        """Make the specs of one scope and of those inside it, and connect them."""
        outer: dict[str, Spec] = {}
        for node in scope.nodes.values():
            outer[node.id] = self.make(level, node)
        flows = scope.flows
        for node in scope.nodes.values():
            spec = outer[node.id]
            pairs = tuple(
                (flows[id], outer[flows[id].target])
                for id in node.outgoing
                if id in flows and flows[id].target in outer
            )
            spec.out = pairs
            spec.conditional = node.default is not None or any(flow.condition is not None for flow, _ in pairs)
            for _, target in pairs:
                spec.connect(target)
        for node in scope.nodes.values():
            self.attach(level, scope, outer, node)
        level.data = dict(scope.data)
        level.initial = [outer[node.id] for node in initial_nodes(scope)]
        for spec in outer.values():
            if isinstance(spec, InclusiveSpec):
                spec.upstream = {
                    flow: upstream(scope, flows[flow].source, spec.node.id)
                    for flow in spec.node.incoming
                    if flow in flows
                }
            spec.compensable = self.can_be_compensated(spec)
            if spec.body is None and isinstance(spec, LoopSpec | MultiSpec):
                spec.inner_spec.compensable = spec.compensable

    def make(self, level: Level, node: Node) -> NodeSpec:
        """The spec that tokens arrive at: the node's, or the body that repeats it."""
        spec = SPECS[node.kind](self, node, level)
        self.level_of[node.id] = level
        if isinstance(spec, SubprocessSpec):
            spec.inner = Level(spec)
            self.fill(spec.inner, node.scope or Scope())
        if node.loop is None:
            return spec
        return (LoopSpec if node.loop.kind == "standard" else MultiSpec)(self, node, level, spec)

    def attach(self, level: Level, scope: Scope, outer: dict[str, Spec], node: Node) -> None:
        """Boundary events, event subprocesses, links, compensation handlers."""
        spec = outer[node.id]
        if node.kind == "boundaryEvent" and node.attached_to in outer:
            host = outer[node.attached_to]
            if any(event.kind in WAITING_KINDS for event in node.events):
                host.armed += (spec,)
            host.catches += tuple(
                (event, spec) for event in node.events if event.kind in ("error", "escalation", "cancel")
            )
            if node.compensation_handler in outer:
                for each in {host, self.task_specs[node.attached_to]}:
                    each.handler = outer[node.compensation_handler]
                    each.compensation_boundary = spec
        elif node.kind == "intermediateCatchEvent":
            for event in node.events:
                if event.kind == "link":
                    level.links[event.name] = spec
        elif node.triggered_by_event and isinstance(spec, SubprocessSpec):
            for start in (node.scope or Scope()).nodes.values():
                if start.kind == "startEvent" and start.events:
                    self.attach_start(level, self.task_specs[start.id])

    def attach_start(self, level: Level, start: Spec) -> None:
        node = start.node
        if any(event.kind in WAITING_KINDS for event in node.events):
            level.starts.append(start)
            level.start_ids.add(node.id)
        level.start_catches += tuple((event, start) for event in node.events if event.kind in ("error", "escalation"))
        if node.event("compensate") is not None:
            level.compensation_start = start

    def can_be_compensated(self, spec: Spec) -> bool:
        """Whether its completion has to be remembered: it has a handler, or there may be one inside."""
        inner = spec.inner_spec if isinstance(spec, LoopSpec | MultiSpec) else spec
        if inner.handler is not None or inner.is_call:
            return True
        if isinstance(inner, SubprocessSpec) and not inner.node.triggered_by_event:
            return inner.inner.compensation_start is not None or any(
                self.task_specs[id].compensable for id in (inner.node.scope or Scope()).nodes
            )
        return False


def initial_nodes(scope: Scope) -> list[Node]:
    """Where tokens begin when a process or subprocess is begun plainly (13.3.4): at its plain start events; where
    there are no start events at all, at every activity, gateway and throw event without incoming flow."""
    starts = [node for node in scope.nodes.values() if node.kind == "startEvent"]
    if starts:
        return [node for node in starts if not node.events]
    begun = any(node.instantiate for node in scope.nodes.values())
    return [
        node
        for node in scope.nodes.values()
        if not node.incoming
        and node.kind != "boundaryEvent"
        and not node.for_compensation
        and not node.triggered_by_event
        and not node.instantiate
        and node.event("link") is None
        and not (begun and node.kind == "intermediateCatchEvent")
    ]


def upstream(scope: Scope, source: str, avoided: str) -> frozenset[str]:
    """The nodes from which a token can come to that source without visiting the avoided gateway, itself included."""
    before: dict[str, set[str]] = {}
    for flow in scope.flows.values():
        before.setdefault(flow.target, set()).add(flow.source)
    catches = {
        event.name: node.id
        for node in scope.nodes.values()
        if node.kind == "intermediateCatchEvent"
        for event in node.events
        if event.kind == "link"
    }
    for node in scope.nodes.values():
        link = node.event("link")
        if link is not None and node.id != catches.get(link.name) and link.name in catches:
            before.setdefault(catches[link.name], set()).add(node.id)
    found: set[str] = set()
    todo = [source]
    while todo:
        at = todo.pop()
        if at == avoided or at in found:
            continue
        found.add(at)
        todo.extend(before.get(at, ()))
    return frozenset(found)


_CACHE: OrderedDict[int, tuple[Process, ProcessSpec]] = OrderedDict()
_CACHED = 1_000


def compiled(process: Process) -> ProcessSpec:
    """The spec of a process, made once for each definition that is in memory."""
    key = id(process)
    found = _CACHE.get(key)
    if found is None:
        found = _CACHE[key] = (process, CompiledProcess(process))
        if len(_CACHE) > _CACHED:
            _CACHE.popitem(last=False)
    return found[1]
