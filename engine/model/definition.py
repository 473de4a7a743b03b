"""What a BPMN model means to the engine: plain, immutable values without XML and without run-time state.

`engine.model.read` makes them from XML, `engine.run` executes them, nothing else knows both sides.
Names are those of BPMN 2.0.2; a clause number refers to that specification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Expression:
    """FEEL text without its leading ``=``; `line` is that of the element it stands in, for messages."""

    text: str
    line: int = 0


#: What stands where a literal or an expression may stand: text as it is, FEEL to evaluate, or nothing.
Value = str | Expression | None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is None where it has none."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: Expression | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A message (8.4.11). `correlation_key` is `zeebe:subscription`; `properties` are BPMN correlation properties
    retrieved from this message: name → expression over the message's own variables; for a throw over the thrower's."""

    id: str
    name: str
    correlation_key: Expression | None = None
    properties: Mapping[str, Expression] = field(default_factory=dict)
    name_expression: Expression | None = None  # evaluated when it is waited for or thrown; `name` is then its text


EventKind = Literal[
    "message", "signal", "timer", "error", "escalation", "conditional", "compensate", "cancel", "terminate", "link"
]


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """One event definition of an event. Which fields count depends on `kind`.

    name: the message's, signal's or link's name (its id where it has none).
    code: the error's or escalation's code; None on a catch takes every code.
    timer: ``date``, ``duration`` or ``cycle`` with `value` (ISO 8601 literal, or FEEL).
    activity: what a compensation throw names, or None for the whole scope.
    """

    kind: EventKind
    id: str = ""
    name: str = ""
    code: str | None = None
    message: Message | None = None
    timer: Literal["date", "duration", "cycle"] | None = None
    value: Value = None
    condition: Expression | None = None
    activity: str | None = None
    wait_for_completion: bool = True
    error_variable: str | None = None
    code_variable: str | None = None
    line: int = 0
    name_expression: Expression | None = None  # of a message or signal whose name is evaluated
    #: how far a terminate reaches: its scope (13.5.6), the multi-instance activity around it, or the whole family
    reach: Literal["scope", "instances", "family"] = "scope"
    within: bool = False  # a signal that stays in the process instance that throws it (Flowable)


@dataclass(frozen=True, slots=True)
class Assign:
    """`zeebe:input` / `zeebe:output` or a BPMN data association: `source` is evaluated and written to `target`,
    a name or a path of names (``a.b``)."""

    source: Expression
    target: str


@dataclass(frozen=True, slots=True)
class Loop:
    """Loop characteristics (13.3.6, 13.3.7).

    kind ``standard``: `condition` with `test_before`, at most `maximum` rounds.
    kind ``parallel`` / ``sequential``: `cardinality` or `collection` (with `element_variable`), `completion`
    condition, `output_collection` gathered from `output_element` of each instance.
    behavior: ``All | One | None | Complex`` with the events it throws.
    """

    kind: Literal["standard", "parallel", "sequential"]
    condition: Expression | None = None
    test_before: bool = False
    maximum: Expression | None = None
    cardinality: Expression | None = None
    collection: Expression | None = None
    element_variable: str | None = None
    completion: Expression | None = None
    output_collection: str | None = None
    output_element: Expression | None = None
    behavior: str = "All"
    one_behavior: EventDefinition | None = None
    none_behavior: EventDefinition | None = None
    complex_behavior: tuple[tuple[Expression, EventDefinition], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One of the ways a user task can end; the chosen id becomes the node's `outcome_variable`.

    affirmative: the work of the task is done by it, as far as the host's vocabulary says so. said: all its attributes,
    for the host.
    """

    id: str
    label: str
    label_en: str = ""
    reason: bool = False  # a reason is asked for
    tone: Literal["primary", "secondary", "warning"] = "secondary"
    affirmative: bool = False
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extension:
    """One element of a host's namespace on a node: its local name, attributes and text, handed to the host."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """`zeebe:assignmentDefinition` and `zeebe:taskSchedule`: who may do a user task, by when."""

    assignee: Value = None
    candidate_groups: Value = None
    candidate_users: Value = None
    due: Value = None
    follow_up: Value = None
    priority: Value = None


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node. `kind` is the element's local name in BPMN (``userTask``, ``exclusiveGateway``, …)."""

    id: str
    kind: str
    name: str = ""
    documentation: str = ""
    line: int = 0
    incoming: tuple[str, ...] = ()  # flow ids, in document order
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    lane: str = ""
    lane_path: tuple[str, ...] = ()

    # events
    events: tuple[EventDefinition, ...] = ()
    parallel_multiple: bool = False
    attached_to: str | None = None
    interrupting: bool = True  # cancelActivity of a boundary event, isInterrupting of an event subprocess's start

    # activities
    loop: Loop | None = None
    for_compensation: bool = False
    compensation_handler: str | None = None  # of a compensation boundary event: the activity its association names
    start_quantity: int = 1
    completion_quantity: int = 1
    inputs: tuple[Assign, ...] = ()
    outputs: tuple[Assign, ...] = ()
    beside: bool = False  # as other dialects map: beside all else that passes, not instead of it
    boundaries: tuple[str, ...] = ()  # ids of the boundary events attached to it

    # tasks
    name_expression: Expression | None = None  # of a user task of other dialects: its name as it opens
    assignment: Assignment = Assignment()
    form: str | None = None  # formId / formKey
    form_expression: Expression | None = None  # where the form is chosen as the task opens; `form` is then None
    outcomes: tuple[Outcome, ...] = ()
    outcome_variable: str = ""  # what the id of the chosen one becomes
    connector: Value = None  # zeebe:taskDefinition type
    headers: Mapping[str, str] = field(default_factory=dict)
    retries: Value = None
    script: Expression | None = None
    result_variable: str | None = None
    decision: Value = None  # zeebe:calledDecision
    message: Message | None = None  # send and receive tasks
    instantiate: bool = False  # receive tasks, event gateways
    event_gateway_type: str = "Exclusive"

    # gateways
    activation: Expression | None = None  # complex gateway's activationCondition

    # subprocesses and calls
    scope: Scope | None = None
    triggered_by_event: bool = False
    called_element: Value = None
    propagate_all_parent: bool = True
    propagate_all_child: bool = True
    completion_condition: Expression | None = None  # ad-hoc
    ordering: Literal["Parallel", "Sequential"] = "Parallel"
    cancel_remaining: bool = True

    extensions: tuple[Extension, ...] = ()

    @property
    def takes_one(self) -> bool:
        """Whether a token goes on along just one of its flows: an event gateway that is parallel lets all its events
        happen (10.6.6)."""
        if self.kind == "eventBasedGateway":
            return self.event_gateway_type != "Parallel"
        return self.kind == "exclusiveGateway"

    def event(self, kind: str) -> EventDefinition | None:
        """Its first event definition of that kind."""
        return next((e for e in self.events if e.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Scope:
    """The nodes and flows directly inside a process or a subprocess; boundary events and event subprocesses
    are among its nodes. Data objects and properties are names with an optional initial expression."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    data: Mapping[str, Expression | None] = field(default_factory=dict)

    def walk(self) -> Iterator[Node]:
        """Every node, subprocesses' own included, depth first in document order."""
        for node in self.nodes.values():
            yield node
            if node.scope is not None:
                yield from node.scope.walk()


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a file, or a global task wrapped as a process of that one task."""

    id: str
    name: str
    scope: Scope
    file: str = ""
    line: int = 0
    executable: bool = True
    lanes: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    #: `correlationSubscription`: correlation property → expression over the process's own data (8.4.2)
    correlation: Mapping[str, Expression] = field(default_factory=dict)
    version: str = ""  # which deployed version this is, where it is one: a run says it in its state

    def node(self, id: str) -> Node | None:
        return next((n for n in self.scope.walk() if n.id == id), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """What `models check` says of one place of a model (contracts.md §2)."""

    file: str
    line: int
    element: str
    rule: str
    severity: Literal["error", "warning"]
    message: str
    fix: str

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Model:
    """One BPMN file, read: its processes, and what reading it translated (dialect, element, from, to)."""

    file: str
    hash: str  # SHA-256 of the XML as it came
    processes: Mapping[str, Process]
    findings: tuple[Finding, ...] = ()
    translated: tuple[Mapping[str, str], ...] = ()

    @property
    def errors(self) -> list[Finding]:
        return [f for f in self.findings if f.severity == "error"]
