"""The live tree of a family over the specs of another version: the same tokens, at other nodes.

Ids of tokens stay. What is not certain is refused, with every reason at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.model.definition import Node
from engine.run import changes as told_by
from engine.run.changes import Host, Step
from engine.run.codec import restore_marks
from engine.run.compiled import compiled
from engine.run.fitting import Passage, Reason, Route, called, misfits, not_plain, passage
from engine.run.lines import Line
from engine.run.machine import ERROR, STARTED, WAITING, Machine, Token
from engine.run.progress import ARMED, ControllerProgress, Progress, ThrowProgress, copied, kept_by


class Tree:
    """The tree of a family, built anew. `reasons` says why it cannot be."""

    def __init__(self, old: Machine, routes: Mapping[str, Route], host: Host) -> None:
        self.old, self.routes = old, routes
        self.made: dict[str, Token] = {}  # token before, by id → token after
        self.pairs: list[tuple[Token, Token, Route | None]] = []
        self.dissolved: dict[str, Token] = {}  # a subprocess that is gone → the scope its tokens went to
        self.opened: dict[tuple[str, str], Token] = {}  # (scope, subprocess) → the token made for it
        self.guests: dict[str, list[str]] = {}  # a subprocess made → the nodes of the tokens put into it
        self.reasons: list[Reason] = []
        self.lines: list[Line] = []
        self.moved: list[tuple[str, str, str]] = []
        self.specs: dict[str, Any] = {}  # each process compiled: the same objects all along
        route = self.route(old.root)
        spec = self.spec(route) if route is not None else old.spec
        self.machine = Machine(spec, host)
        self.machine.count, self.machine.suspended = old.count, old.suspended

    def refuse(self, element: str, vi: str, en: str) -> None:
        reason = Reason(element, vi, en)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def spec(self, route: Route) -> Any:
        """The process that a route leads to, compiled."""
        return self.specs.setdefault(route.target.id, compiled(route.target))

    def route(self, token: Token) -> Route | None:
        """The route of the process a token belongs to; None for one of another deployment, which stays as it is."""
        process = token.task_spec.process.definition
        found = self.routes.get(process.id)
        if found is None and not process.version:
            self.refuse(
                process.id,
                f"Quy trình «{process.name or process.id}» đang chạy mà phiên bản mới không có.",
                f"The process '{process.name or process.id}' is running, and the new version lacks it.",
            )
        return None if process.version else found

    # -- tokens --------------------------------------------------------------------------------------------------------

    def build(self) -> None:
        if any(_compensates(token.progress) for token in self.old.tasks.values()):
            self.refuse(
                "",
                "Phiên chạy đang bù trừ dở dang; hãy chờ bù trừ xong.",
                "Compensation is under way in the instance; wait until it is done.",
            )
        if self.reasons:
            return
        for token in list(self.old.tasks.values()):
            self.one(token)
        if self.reasons:
            return
        self.machine.task_tree = self.made[self.old.root.id]

    def one(self, token: Token) -> None:
        spec = token.task_spec
        route = self.route(token)
        if route is None:
            return self.stay(token)
        if spec.is_process:
            return self.process(token, route)
        node = spec.node
        if node.id not in route.nodes:
            return self.without_counterpart(token, route)
        target = route.after[route.nodes[node.id]].node
        found = list(misfits(node, target))
        way = passage(route, node.id)
        if isinstance(way, Reason):
            found.append(way)
        for reason in found:
            self.refuse(reason.element, reason.vi, reason.en)
        if found or isinstance(way, Reason):
            return None
        above = self.above(token, route, way, target.id)
        if above is None:
            return None
        specs = self.spec(route).task_specs
        self.make(token, specs[target.id + "*" if spec.is_body else target.id], above, route)
        self.moved.append((token.id, node.id, target.id))
        if not spec.is_body or token._state != STARTED:
            self.tell(token, route, node.id, target.id)
        return None

    def stay(self, token: Token) -> None:
        """A token of a process of another deployment."""
        above = token.above and self.made.get(token.above.id)
        if above is not None:
            self.make(token, token.task_spec, above, None)

    def process(self, token: Token, route: Route) -> None:
        scope = self.spec(route).scope
        if token.above is None:
            self.make(token, scope, None, route)
            return
        call = self.made.get(token.above.id)
        if call is None:
            return
        names = call.task_spec.node.called_element
        if isinstance(names, str) and names != route.target.id:
            self.refuse(
                token.above.task_spec.node.id,
                f"«{called(call.task_spec.node)}» nay gọi quy trình «{names}», còn quy trình đang chạy là "
                f"«{route.target.id}».",
                f"'{called(call.task_spec.node)}' now calls the process '{names}', and '{route.target.id}' is "
                "what runs.",
            )
        self.make(token, scope, call, route)

    def without_counterpart(self, token: Token, route: Route) -> None:
        """A removed node: a plain subprocess may be dissolved around its tokens, anything else stops the instance."""
        node = token.task_spec.node
        above = token.above
        if (
            token.task_spec.is_scope
            and token._state == STARTED
            and token._children
            and not_plain(node) is None
            and not token.progress.interrupted
        ):
            assert above is not None
            scope = self.dissolved.get(above.id) or self.made.get(above.id)
            if scope is not None:
                self.dissolved[token.id] = scope
            return
        if not token.task_spec.type:
            return
        self.refuse(
            node.id,
            f"Đang đứng ở «{called(node)}», mà bước này không có bước tương ứng ở phiên bản mới.",
            f"A token stands at '{called(node)}', which has no counterpart in the new version.",
        )

    def make(self, token: Token, spec: Any, above: Token | None, route: Route | None) -> Token:
        made = Token(self.machine, spec, above, token.id)
        made._state = token._state
        made.data, made.packed = dict(token.data), token.packed
        made.progress = copied(token.progress)
        self.made[token.id] = made
        self.pairs.append((token, made, route))
        if route is not None and token.progress.came is not None:
            self.gather(token, made, route)
        restore_marks(self.machine, made)
        return made

    def gather(self, token: Token, made: Token, route: Route) -> None:
        """A gateway holds tokens by the flows they came in on."""
        node = token.task_spec.node
        above = made.above
        if above is not None and made.task_spec.name in above.held and made._state in (WAITING, ERROR):
            self.refuse(
                node.id,
                f"Hai lượt chờ của cổng «{called(node)}» gặp nhau ở cùng một cổng của phiên bản mới.",
                f"Two gatherings of the gateway '{called(node)}' meet at one gateway of the new version.",
            )
        for each in kept_by(made.progress):
            held = getattr(made.progress, each.name) if each.names == "flows" else None
            if held is None:
                continue
            flows = {id: "" if id == "" else route.flow(id) for id in held}
            if None in flows.values() or len(set(flows.values())) < len(flows):
                lost = next((id for id, flow in flows.items() if flow is None), next(iter(flows)))
                self.refuse(
                    node.id,
                    f"Cổng «{called(node)}» đang giữ lượt đến theo luồng «{lost}», mà phiên bản mới không có "
                    "luồng tương ứng rõ ràng; hãy nối luồng ấy trong kế hoạch.",
                    f"The gateway '{called(node)}' holds a token that came by the flow '{lost}', which has no "
                    "certain counterpart in the new version; map the flow in the plan.",
                )
                continue
            self.told_of(node, route, flows)
            if isinstance(held, dict):
                setattr(made.progress, each.name, {flows[id]: count for id, count in held.items()})
            else:
                setattr(made.progress, each.name, sorted(str(flows[id]) for id in held))

    def told_of(self, node: Node, route: Route, flows: Mapping[str, str | None]) -> None:
        """A flow from another step than before counts as taken: that is said."""
        for id, flow in flows.items():
            if flow and not route.same_way(id, flow):
                self.lines.append(
                    Line(
                        "token",
                        "told",
                        node.id,
                        route.nodes[node.id],
                        f"Lượt đã đến cổng «{called(node)}» theo luồng «{id}» tính cho luồng «{flow}».",
                        f"What came to the gateway '{called(node)}' by the flow '{id}' counts for '{flow}'.",
                    )
                )

    # -- scopes --------------------------------------------------------------------------------------------------------

    def above(self, token: Token, route: Route, way: Passage, target: str) -> Token | None:
        """The token under which it goes; None where something above it could not be made."""
        parent = token.above
        assert parent is not None
        if parent.task_spec.is_body and parent.task_spec.node.id == token.task_spec.node.id:
            return self.made.get(parent.id)
        scope = self.dissolved.get(parent.id) or self.made.get(parent.id)
        for owner in way.opens if scope is not None else ():
            assert scope is not None
            scope = self.open(scope, owner, route, token, target)
        return scope

    def open(self, scope: Token, owner: str, route: Route, token: Token, target: str) -> Token:
        """The subprocess that was drawn around a node: one for all tokens of its scope that are in it now."""
        found = self.opened.get((scope.id, owner))
        spec = self.spec(route).task_specs[owner]
        if found is None:
            found = self.machine.token(spec, scope)
            found._state = STARTED
            found.progress.stage = ARMED
            found.entered = True
            self.opened[scope.id, owner] = found
            self.guests[found.id] = []
            node = spec.node
            for name in spec.inner.data:
                if name in self.visible(scope):
                    self.refuse(
                        token.task_spec.node.id,
                        f"Tiểu quy trình mới «{called(node)}» có dữ liệu riêng «{name}», mà phiên chạy đang giữ ở "
                        "ngoài tiểu quy trình.",
                        f"The new subprocess '{called(node)}' has data '{name}' of its own, which the instance "
                        "keeps outside of it.",
                    )
            self.lines.append(
                Line(
                    "scope",
                    "new",
                    "",
                    owner,
                    f"Mở tiểu quy trình mới «{called(node)}» quanh bước đang đứng.",
                    f"The new subprocess '{called(node)}' is opened around the token.",
                    id=found.id,
                )
            )
            self.step(node, "entered", found.id, scope)
        elif not together(spec.node.scope, route, [*self.guests[found.id], target]):
            self.refuse(
                token.task_spec.node.id,
                f"Nhiều lượt cùng chuyển vào tiểu quy trình mới «{called(spec.node)}», mà trong đó không có "
                "chỗ tách nhánh nào cho các lượt ấy cùng đứng.",
                f"Several tokens would move into the new subprocess '{called(spec.node)}', in which nothing "
                "splits so that they could be there together.",
            )
        self.guests[found.id].append(target)
        return found

    def visible(self, scope: Token) -> set[str]:
        names: set[str] = set()
        at: Token | None = scope
        while at is not None:
            names |= at.data.keys()
            if at.task_spec.is_process:
                break
            at = at.above
        return names

    def dissolve_all(self) -> None:
        for id, scope in self.dissolved.items():
            self.dissolve(self.old.tasks[id], scope)

    def dissolve(self, gone: Token, scope: Token) -> None:
        """A subprocess that is no more: its variables and what completed in it are its scope's."""
        node = gone.task_spec.node
        name = called(node)
        both = sorted(gone.data.keys() & self.visible(scope))
        if both:
            self.refuse(
                node.id,
                f"Tiểu quy trình «{name}» bị bỏ có dữ liệu riêng «{both[0]}» trùng tên với dữ liệu bên ngoài.",
                f"The removed subprocess '{name}' has data '{both[0]}' of its own, and outside there is "
                "another of that name.",
            )
        scope.data.update(gone.data)
        scope.packed = None
        self.lines.append(
            Line(
                "scope",
                "removed",
                node.id,
                "",
                f"Bỏ tiểu quy trình «{name}»: các bước trong đó chạy tiếp ở ngoài.",
                f"The subprocess '{name}' is gone: what runs in it goes on outside.",
                id=gone.id,
            )
        )
        self.step(node, "cancelled", gone.id, scope)

    def step(self, node: Node, event: told_by.What, token: str, scope: Token) -> None:
        """A line of the trace: a scope that begins or ends by the migration."""
        machine = self.machine
        instance = scope.id if scope.task_spec.is_scope else machine.scope(scope).id
        machine.changes.steps.append(Step(node.id, node.name, node.kind, event, machine.host.now(), instance, token))

    # -- telling -------------------------------------------------------------------------------------------------------

    def tell(self, token: Token, route: Route, before: str, after: str) -> None:
        a, b = route.before[before].node, route.after[after].node
        if token._state == ERROR:
            self.lines.append(
                Line(
                    "incident",
                    "kept" if before == after else "moved",
                    before,
                    after,
                    f"Sự cố ở «{called(a)}» còn nguyên, nay ở «{called(b)}».",
                    f"The incident at '{called(a)}' stays, now at '{called(b)}'.",
                    id=token.id,
                )
            )
        elif before == after:
            self.lines.append(
                Line(
                    "token",
                    "kept",
                    before,
                    after,
                    f"Đứng yên ở «{called(b)}».",
                    f"Stays at '{called(b)}'.",
                    id=token.id,
                )
            )
        else:
            self.lines.append(
                Line(
                    "token",
                    "moved",
                    before,
                    after,
                    f"Từ «{called(a)}» sang «{called(b)}».",
                    f"From '{called(a)}' to '{called(b)}'.",
                    id=token.id,
                )
            )


def _compensates(progress: Progress) -> bool:
    """Whether it is at work on a compensation, or waits for one."""
    undone = isinstance(progress, ThrowProgress) and progress.undone is not None
    return undone or progress.undoes is not None or isinstance(progress, ControllerProgress)


def together(scope: Any, route: Route, targets: list[str]) -> bool:
    """Whether tokens can stand at all these nodes of a subprocess at once: all differ, and some node splits the way."""
    inside = set(scope.nodes)
    at = [next((id for id in (*route.after[target].owners, target) if id in inside), "") for target in targets]
    if len(set(targets)) < len(targets):
        return False
    if len(set(at)) < len(at):  # they share a deeper subprocess, which is asked by itself
        at = list(dict.fromkeys(at))
    after: dict[str, set[str]] = {}
    for flow in scope.flows.values():
        after.setdefault(flow.source, set()).add(flow.target)

    def reached(start: str) -> set[str]:
        found, todo = {start}, [start]
        while todo:
            for each in after.get(todo.pop(), ()):
                if each not in found:
                    found.add(each)
                    todo.append(each)
        return found

    for node in scope.nodes.values():
        splits = len(node.outgoing) > 1 and node.kind not in ("exclusiveGateway", "eventBasedGateway")
        if splits and all(any(id in reached(each) for each in after.get(node.id, ())) for id in at):
            return True
        if (
            not node.incoming
            and len(at) > 1
            and node.kind == "boundaryEvent"
            and not node.interrupting
            and (at[0] in reached(node.id) or at[-1] in reached(node.id))
        ):
            return True
    return len(set(at)) == 1
