"""A plan looked at before anything is migrated: which node becomes which, and what is wrong with that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.migration.values import Finding, Row
from engine.model.definition import Node, Process
from engine.run.arming import WAITING_KINDS
from engine.run.fitting import JOINS, Place, Reason, Route, called, meets_once, misfits, passage, places

How = Literal["id", "hand", "unmapped", "none"]
Rests = Literal["token", "event", "incident"]

#: Nodes at which tokens wait, whatever is drawn at them.
RESTING = frozenset(
    {
        "userTask",
        "manualTask",
        "task",
        "globalUserTask",
        "globalManualTask",
        "globalTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "eventBasedGateway",
    }
)


@dataclass(slots=True)
class Check:
    """Source and target, process by process; what was said by hand; and what comes of it."""

    before: Mapping[str, Process]
    after: Mapping[str, Process]
    by_hand: Mapping[str, str | None]
    processes: Mapping[str, str | None]
    flows: Mapping[str, str]
    standing: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    routes: dict[str, Route] = field(default_factory=dict)
    process_of: dict[str, str | None] = field(default_factory=dict)

    def all(self) -> Check:
        self._processes()
        hand = dict(self._hand())
        for id, process in self.before.items():
            target = self.after.get(self.process_of[id] or "")
            self._process(process, target, {key: to for (of, key), to in hand.items() if of == id})
        return self

    def say(self, severity: str, process: str, element: str, rule: str, vi: str, en: str) -> None:
        self.findings.append(Finding("error" if severity == "error" else "warning", process, element, rule, vi, en))

    # -- what was said by hand -----------------------------------------------------------------------------------------

    def _processes(self) -> None:
        for id, to in self.processes.items():
            if id not in self.before:
                self.say(
                    "error",
                    id,
                    "",
                    "unknown-process",
                    f"Phiên bản cũ không có quy trình «{id}».",
                    f"The version before has no process '{id}'.",
                )
            elif to is not None and to not in self.after:
                self.say(
                    "error",
                    id,
                    "",
                    "unknown-process",
                    f"Phiên bản mới không có quy trình «{to}».",
                    f"The version after has no process '{to}'.",
                )
        for id, process in self.before.items():
            to = self.processes.get(id, id)
            self.process_of[id] = to if to in self.after else None
            if self.process_of[id] is None:
                self.say(
                    "warning",
                    id,
                    "",
                    "process-removed",
                    f"Quy trình «{process.name or id}» không có ở phiên bản mới: phiên chạy đang ở trong đó không "
                    "chuyển được.",
                    f"The process '{process.name or id}' is not in the version after: instances in it cannot be "
                    "migrated.",
                )

    def _hand(self) -> Iterator[tuple[tuple[str, str], str | None]]:
        """What was mapped by hand, each key as (process, element)."""
        for key, to in self.by_hand.items():
            named, _, element = key.rpartition("/")
            homes = [id for id, process in self.before.items() if named in ("", id) and process.node(element)]
            if len(homes) == 1:
                yield (homes[0], element), to
            elif homes:
                self.say(
                    "error",
                    "",
                    element,
                    "ambiguous",
                    f"Bước «{key}» có trong nhiều quy trình; hãy ghi «quy_trình/bước».",
                    f"'{key}' is in several processes; write 'process/element'.",
                )
            else:
                self.say(
                    "error",
                    named,
                    element,
                    "unknown-element",
                    f"Phiên bản cũ không có bước «{key}».",
                    f"The version before has no element '{key}'.",
                )

    # -- one process ---------------------------------------------------------------------------------------------------

    def _process(self, process: Process, target: Process | None, hand: Mapping[str, str | None]) -> None:
        before = places(process)
        after = places(target) if target is not None else {}
        nodes: dict[str, str] = {}
        for id in [*[id for id in before if id in hand], *[id for id in before if id not in hand]]:
            to = self._counterpart(process, before[id], after, hand)
            if to is not None:
                nodes[id] = to
        for id in [id for id in before if id in nodes]:
            if not self._attached(process, before[id], after[nodes[id]], nodes, by_hand=id in hand):
                del nodes[id]
        if target is not None:
            self.routes[process.id] = Route(process, target, nodes, self.flows)
        self._meeting(process, nodes, before)
        for id, place in before.items():
            self._row(process, target, place, nodes.get(id), after, hand)

    def _counterpart(
        self, process: Process, place: Place, after: Mapping[str, Place], hand: Mapping[str, str | None]
    ) -> str | None:
        node = place.node
        to = hand.get(node.id, node.id)
        if to is None:
            return None
        if to not in after:
            if node.id in hand:
                self.say(
                    "error",
                    process.id,
                    node.id,
                    "unknown-target",
                    f"Phiên bản mới không có bước «{to}» để nhận «{called(node)}».",
                    f"The version after has no element '{to}' to take '{called(node)}'.",
                )
            return None
        for reason in misfits(node, after[to].node):
            self.say("error" if node.id in hand else "warning", process.id, node.id, "misfit", reason.vi, reason.en)
            return None
        return to

    def _attached(self, process: Process, a: Place, b: Place, nodes: Mapping[str, str], *, by_hand: bool) -> bool:
        """A boundary event goes with its activity, the start of an event subprocess with that."""
        x, y = a.node, b.node
        if x.attached_to is None or nodes.get(x.attached_to) == y.attached_to:
            return True
        self.say(
            "error" if by_hand else "warning",
            process.id,
            x.id,
            "attached-elsewhere",
            f"Sự kiện biên «{called(x)}» ở phiên bản mới gắn vào một bước khác.",
            f"The boundary event '{called(x)}' is attached to another activity in the version after.",
        )
        return False

    def _meeting(self, process: Process, nodes: Mapping[str, str], before: Mapping[str, Place]) -> None:
        for to, count in Counter(nodes.values()).items():
            both = [id for id, target in nodes.items() if target == to]
            if count > 1 and any(meets_once(before[id].node) for id in both):
                names = ", ".join(f"«{called(before[id].node)}»" for id in both)
                self.say(
                    "error",
                    process.id,
                    both[-1],
                    "two-into-one",
                    f"{names} không được cùng chuyển vào «{to}»: nơi này chỉ giữ được một lượt chờ.",
                    f"{names} must not all become '{to}', which can hold one only.",
                )

    def _row(
        self,
        process: Process,
        target: Process | None,
        place: Place,
        to: str | None,
        after: Mapping[str, Place],
        hand: Mapping[str, str | None],
    ) -> None:
        node = place.node
        rests, standing = rest_of(node), self.standing.get((process.id, node.id), 0)
        way = passage(self.routes[process.id], node.id) if to is not None else None
        changes = way is not None and (isinstance(way, Reason) or bool(way.leaves or way.opens))
        how: How = "none" if to is None else "hand" if node.id in hand else "id"
        if node.id in hand and hand[node.id] is None:
            how = "unmapped"
        if isinstance(way, Reason):
            self.say("error" if node.id in hand else "warning", process.id, node.id, "scope", way.vi, way.en)
        elif changes and rests == "token":
            self.say(
                "warning",
                process.id,
                node.id,
                "scope-changes",
                f"«{called(node)}» nằm trong tiểu quy trình khác trước.",
                f"'{called(node)}' lies in another subprocess than before.",
            )
        if to is None and (rests == "token" or standing):
            self.say(
                "warning",
                process.id,
                node.id,
                "removed",
                f"«{called(node)}» không có bước tương ứng; đang có {standing} lượt đứng ở đó.",
                f"'{called(node)}' has no counterpart; {standing} tokens stand there now.",
            )
        fitting = tuple((id, called(one.node)) for id, one in after.items() if not list(misfits(node, one.node)))
        self.rows.append(
            Row(
                process.id,
                node.id,
                node.name,
                node.kind,
                target.id if target is not None else None,
                to,
                after[to].node.name if to is not None else "",
                how,
                rests,
                standing,
                fitting,
                changes,
            )
        )


def rest_of(node: Node) -> Rests:
    """What can be at a node between two commands: ``token``, ``event`` (armed on something else), or ``incident``."""
    armed = any(event.kind in WAITING_KINDS for event in node.events)
    if node.kind == "boundaryEvent" or (node.kind == "startEvent" and armed):
        return "event"
    waits = (
        node.kind in RESTING
        or node.connector is not None
        or node.loop is not None
        or node.start_quantity > 1
        or (node.kind in JOINS and len(node.incoming) > 1)
        or (node.kind == "intermediateCatchEvent" and armed)
    )
    return "token" if waits else "incident"
