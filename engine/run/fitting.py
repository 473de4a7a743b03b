"""Whether tokens of one version of a process can stand in another: node by node, scope by scope.

What is said here counts for a plan of migration as a whole and for each instance that is migrated by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.model.definition import EventDefinition, Flow, Loop, Message, Node, Process, Scope
from engine.model.words.difference import without_lines
from engine.refusal import Refusal
from engine.run.arming import WAITING_KINDS

#: Tasks that a person does: one may become another.
HUMAN = frozenset({"userTask", "manualTask", "task", "globalUserTask", "globalManualTask", "globalTask"})
#: Scopes that tokens may be taken out of or into when they were removed or added.
PLAIN = "subProcess"
JOINS = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be migrated: the element of the version before that it is about, and the sentence."""

    element: str
    vi: str
    en: str


class Unfit(Refusal):
    """An instance cannot be migrated by this plan; nothing has changed. `reasons` are all that were found."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(" ".join(one.vi for one in reasons), " ".join(one.en for one in reasons))
        self.reasons = tuple(reasons)


class Route:
    """How one process of the version before becomes one of the version after.

    nodes: id before → id after, of every node that has a counterpart; flows the same, where joins hold tokens by them.
    """

    def __init__(
        self, source: Process, target: Process, nodes: Mapping[str, str], flows: Mapping[str, str] | None = None
    ) -> None:
        self.source, self.target = source, target
        self.before, self.after = places(source), places(target)
        self.nodes = {a: b for a, b in nodes.items() if a in self.before and b in self.after}
        self.made = frozenset(self.nodes.values())
        self._flows = dict(flows or {})
        self._flows_before, self._flows_after = flows_of(source), flows_of(target)

    def flow(self, id: str) -> str | None:
        """The flow into its target's counterpart: by hand, by the same id, the only one between the same nodes, or the
        one that is left when all others of both gateways have found one another."""
        found, before = self._flow(id), self._flows_before.get(id)
        if found is not None or before is None:
            return found
        into = self.nodes.get(before.target)
        pairs = {flow.id: self._flow(flow.id) for flow in self._flows_before.values() if flow.target == before.target}
        free = [flow.id for flow in self._flows_after.values() if flow.target == into and flow.id not in pairs.values()]
        return free[0] if len(free) == 1 and list(pairs.values()).count(None) == 1 else None

    def same_way(self, before: str, after: str) -> bool:
        """Whether both flows come from the same step."""
        return self.nodes.get(self._flows_before[before].source) == self._flows_after[after].source

    def _flow(self, id: str) -> str | None:
        before = self._flows_before.get(id)
        if before is None:
            return None
        into = self.nodes.get(before.target)
        for named in (self._flows.get(id), id):
            if named is not None and named in self._flows_after and self._flows_after[named].target == into:
                return named
        found = [
            flow.id
            for flow in self._flows_after.values()
            if flow.target == into and flow.source == self.nodes.get(before.source)
        ]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Place:
    """A node and the subprocesses around it, outermost first."""

    node: Node
    owners: tuple[str, ...]


def places(process: Process) -> dict[str, Place]:
    """Every node of a process with its place."""
    found: dict[str, Place] = {}

    def walk(scope: Scope, owners: tuple[str, ...]) -> None:
        for node in scope.nodes.values():
            found[node.id] = Place(node, owners)
            if node.scope is not None:
                walk(node.scope, (*owners, node.id))

    walk(process.scope, ())
    return found


def flows_of(process: Process) -> dict[str, Flow]:
    found = dict(process.scope.flows)
    for node in process.scope.walk():
        if node.scope is not None:
            found |= node.scope.flows
    return found


def called(node: Node) -> str:
    return node.name or node.id


# -- one node as another ----------------------------------------------------------------------------------------------


def misfits(a: Node, b: Node) -> Iterator[Reason]:
    """Why tokens of `a` cannot stand at `b`, whatever is around them."""
    if a.kind != b.kind and not {a.kind, b.kind} <= HUMAN:
        yield Reason(
            a.id,
            f"«{called(a)}» là {a.kind}, còn «{called(b)}» là {b.kind}: không thay được cho nhau.",
            f"'{called(a)}' is a {a.kind} and '{called(b)}' a {b.kind}: one cannot stand in for the other.",
        )
        return
    if a.triggered_by_event != b.triggered_by_event:
        yield Reason(
            a.id,
            f"«{called(a)}» và «{called(b)}»: chỉ một bên được sự kiện kích hoạt.",
            f"'{called(a)}' and '{called(b)}': only one of them is triggered by an event.",
        )
    if kinds(a) != kinds(b) or all_of(a) != all_of(b):
        yield Reason(
            a.id,
            f"«{called(a)}» và «{called(b)}» chờ những loại sự kiện khác nhau.",
            f"'{called(a)}' and '{called(b)}' wait for events of different kinds.",
        )
    if a.kind == "eventBasedGateway" and a.event_gateway_type != b.event_gateway_type:
        yield Reason(
            a.id,
            f"Cổng sự kiện «{called(a)}» đổi kiểu thành {b.event_gateway_type}.",
            f"The event gateway '{called(a)}' becomes {b.event_gateway_type}.",
        )
    if a.kind == "adHocSubProcess" and a.ordering != b.ordering:
        yield Reason(
            a.id,
            f"Tiểu quy trình tùy biến «{called(a)}» đổi thứ tự thực hiện.",
            f"The ad-hoc subprocess '{called(a)}' changes its ordering.",
        )
    if a.kind == "businessRuleTask" and (a.decision is None) != (b.decision is None):
        yield Reason(
            a.id,
            f"«{called(a)}»: một bên gọi ra ngoài, một bên tự ra quyết định.",
            f"'{called(a)}': one side calls out, the other decides by itself.",
        )
    if a.start_quantity != b.start_quantity:
        yield Reason(
            a.id,
            f"«{called(a)}» đổi số lượt cần để bắt đầu từ {a.start_quantity} sang {b.start_quantity}.",
            f"'{called(a)}' changes the tokens it starts with from {a.start_quantity} to {b.start_quantity}.",
        )
    yield from _loops(a, b)


def kinds(node: Node) -> frozenset[str]:
    """The kinds of events that a catching node waits for; nothing for what only throws."""
    if node.kind in ("intermediateCatchEvent", "boundaryEvent", "startEvent"):
        return frozenset(event.kind for event in node.events)
    return frozenset()


def all_of(node: Node) -> list[str]:
    """The events that must all happen, of a node that waits for all of its events."""
    return [event.kind for event in node.events] if node.parallel_multiple else []


def _loops(a: Node, b: Node) -> Iterator[Reason]:
    x, y = a.loop, b.loop
    if x is None and y is None:
        return
    if x is None or y is None or x.kind != y.kind:
        said = {
            None: ("không lặp", "does not repeat"),
            "standard": ("vòng lặp", "a loop"),
            "parallel": ("đa thể hiện song song", "parallel multi-instance"),
            "sequential": ("đa thể hiện tuần tự", "sequential multi-instance"),
        }
        p, q = said[x.kind if x else None], said[y.kind if y else None]
        yield Reason(
            a.id,
            f"«{called(a)}» đổi cách lặp: trước là {p[0]}, nay là {q[0]}.",
            f"'{called(a)}' repeats in another way: it was {p[1]}, now {q[1]}.",
        )
    elif x.kind != "standard" and _shape(x) != _shape(y):
        yield Reason(
            a.id,
            f"Hoạt động đa thể hiện «{called(a)}» lấy phần tử hoặc gom kết quả theo cách khác.",
            f"The multi-instance activity '{called(a)}' takes its elements or gathers results in another way.",
        )


def _shape(loop: Loop) -> tuple[bool, str | None, str | None, str | None]:
    """What running instances rely on: elements or a number, the element's name, the list that is gathered and the
    variable of their own that goes into it."""
    made = loop.output_element
    own = made.text if made is not None and made.text.isidentifier() else None
    return loop.collection is not None, loop.element_variable, loop.output_collection, own


def meets_once(node: Node) -> bool:
    """Whether two of the version before must not become this one: what gathers tokens, and what is armed once."""
    return (
        node.kind in JOINS
        or node.kind in ("boundaryEvent", "startEvent", "eventBasedGateway")
        or node.start_quantity > 1
        or node.triggered_by_event
    )


# -- the scopes around it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """How a token gets from its scopes to those of its counterpart: subprocesses to leave, and to open."""

    leaves: tuple[str, ...]
    opens: tuple[str, ...]


def passage(route: Route, id: str) -> Passage | Reason:
    """The passage of one node's tokens, or why there is none that is certain."""
    a, b = route.before[id], route.after[route.nodes[id]]
    kept = [route.nodes[owner] for owner in a.owners if owner in route.nodes]
    leaves = tuple(owner for owner in a.owners if owner not in route.nodes)
    opens = tuple(owner for owner in b.owners if owner not in kept)
    if [owner for owner in b.owners if owner in kept] != kept or any(owner in route.made for owner in opens):
        return Reason(
            id,
            f"«{called(a.node)}» chuyển sang một phạm vi khác của quy trình ({_inside(route.after, b)}): "
            "không chắc chắn chuyển được các lượt đang chạy.",
            f"'{called(a.node)}' moves to another scope of the process ({_within(route.after, b)}): "
            "its tokens cannot be moved with certainty.",
        )
    if a.node.triggered_by_event and (leaves or opens):
        return Reason(
            id,
            f"Tiểu quy trình sự kiện «{called(a.node)}» chuyển sang một phạm vi khác.",
            f"The event subprocess '{called(a.node)}' moves to another scope.",
        )
    for places_, owners in ((route.before, leaves), (route.after, opens)):
        for owner in owners:
            why = not_plain(places_[owner].node)
            if why:
                return Reason(
                    id,
                    f"«{called(a.node)}» chuyển ra hoặc vào «{called(places_[owner].node)}», {why[0]}.",
                    f"'{called(a.node)}' moves out of or into '{called(places_[owner].node)}', {why[1]}.",
                )
    return Passage(leaves, opens)


def not_plain(node: Node) -> tuple[str, str] | None:
    """Why a subprocess cannot be dissolved around its tokens or put around them: (Vietnamese, English), or None."""
    if node.kind != PLAIN or node.triggered_by_event or node.for_compensation:
        return "không phải là tiểu quy trình thường", "which is no plain subprocess"
    if node.loop is not None:
        return "là tiểu quy trình lặp lại", "which is a subprocess that repeats"
    if node.extensions:
        return "có tác dụng của ứng dụng khi vào hoặc ra", "which has effects of the application"
    if node.inputs or node.outputs:
        return "có ánh xạ dữ liệu riêng", "which has data mappings of its own"
    return None


def _inside(places_: Mapping[str, Place], place: Place) -> str:
    return f"trong «{called(places_[place.owners[-1]].node)}»" if place.owners else "ngay trong quy trình"


def _within(places_: Mapping[str, Place], place: Place) -> str:
    return f"inside '{called(places_[place.owners[-1]].node)}'" if place.owners else "of the process itself"


# -- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Awaited:
    """One event definition that a node waits for, at its place among the node's."""

    index: int
    kind: str
    event: EventDefinition | None  # None: a receive task's own message
    message: Message | None
    name: str

    @property
    def says(self) -> Any:
        """All that decides what is waited for, and until when."""
        event, message = self.event, self.message
        return without_lines(
            (
                self.kind,
                self.name,
                event and (event.timer, event.value, event.condition, event.name_expression),
                message and (message.correlation_key, message.properties, message.name_expression),
            )
        )


def awaited(node: Node) -> list[Awaited]:
    """What a node waits for, in the order in which it is armed."""
    found: list[Awaited] = []
    if node.kind == "receiveTask" and (node.message is not None or not node.events):
        name = node.message.name if node.message is not None else node.name or node.id
        found.append(Awaited(0, "message", None, node.message, name))
    for index, event in enumerate(node.events):
        if event.kind in WAITING_KINDS:
            name = event.name or (event.message.name if event.message is not None else "")
            found.append(Awaited(index, event.kind, event, event.message, name))
    return found


def same_event(a: Node, b: Node, index: int) -> int | None:
    """Which of b's events is a's with that index: the same place and kind, else the only one of that kind."""
    before = next((one for one in awaited(a) if one.index == index), None)
    if before is None:
        return None
    after = awaited(b)
    for one in after:
        if one.index == index and one.kind == before.kind:
            return one.index
    alike = [one.index for one in after if one.kind == before.kind]
    taken = [one for one in awaited(a) if one.kind == before.kind]
    return alike[0] if len(alike) == 1 and len(taken) == 1 else None
