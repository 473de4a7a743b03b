"""Taking the live tree of a family to another version of its processes: the same tokens, at other nodes.

The tree is built anew over the other version's specs; ids of tokens, tasks, timers and subscriptions stay. What is not
certain is refused, with every reason at once, and nothing has changed. What waits on the tokens is `rearming`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.model.definition import Node
from engine.run import changes as told_by
from engine.run.changes import Call, Changes, Host, Incident, OpenTask, Step
from engine.run.codec import restore_marks
from engine.run.compiled import compiled
from engine.run.family import Family
from engine.run.fitting import Passage, Reason, Route, Unfit, called, misfits, not_plain, passage
from engine.run.run import Run
from engine.run.token import ERROR, STARTED, WAITING, Token

Timers = Literal["keep", "recompute"]
What = Literal[
    "token", "scope", "task", "timer", "subscription", "condition", "call", "incident", "run", "deadline", "dossier"
]
How = Literal["kept", "moved", "changed", "new", "removed", "runs", "told"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that migrating an instance does, said to people.

    element: the node of the version before, "" for what is new; target: that of the version after, "" for what goes.
    before, after: dates as ISO text, names, or what else changes. id: of the token, task, timer or subscription.
    """

    what: What
    how: How
    element: str
    target: str
    vi: str
    en: str
    before: str | None = None
    after: str | None = None
    id: str = ""


@dataclass(slots=True)
class Migrated:
    """A family in its new version. `run` holds as its changes all that differs from the run before.

    tasks: open tasks that stay open, as they were and as they are, where these differ. ran_on: branches went on.
    """

    run: Run
    tokens: list[tuple[str, str, str]]  # (token, node before, node after)
    lines: list[Line] = field(default_factory=list)
    tasks: list[tuple[OpenTask, OpenTask]] = field(default_factory=list)
    ran_on: bool = False


def migrate(
    run: Run,
    routes: Mapping[str, Route],
    host: Host,
    *,
    suspended: bool = False,
    timers: Timers = "keep",
    since: Callable[[str], datetime | None] = lambda id: None,
    began: Callable[[Run], Any] | None = None,
) -> Migrated:
    """Takes a run to the versions that the routes name, by process id, under a host of the new version.

    began: is given the new run before branches may go on, for a host that must know what waits in it.
    since: when a timer was set, where that is known, for timers that are computed anew.
    suspended: nothing may run on by this. Raises Unfit with all reasons; the run given is as it was then.
    """
    from engine.run import rearming

    old: Family = run._family
    tree = Tree(old, routes, host)
    tree.build()
    if tree.reasons:
        raise Unfit(tree.reasons)
    new = tree.family
    armed = rearming.Rearming(tree, timers, since)
    armed.all()
    if tree.reasons:
        raise Unfit(tree.reasons)
    steps = len(new.changes.steps)
    changed = Run(new)
    if began is not None:
        began(changed)
    new.drive()
    ran_on = len(new.changes.steps) > steps or changed.ended
    if ran_on and suspended:
        raise Unfit(
            [
                Reason(
                    "",
                    "Phiên chạy đang tạm ngừng, mà chuyển xong thì quy trình chạy tiếp ngay; hãy cho chạy lại trước.",
                    "The instance is suspended, and once migrated it would run on at once; resume it first.",
                )
            ]
        )
    done = Migrated(changed, tree.moved, tree.lines, ran_on=ran_on)
    if ran_on:
        done.lines.append(_runs(new.changes.steps[steps:]))
    told = new.changes
    done.lines += [_stops(one) for one in told.incidents_opened if one.id in new.tasks]
    new.changes = difference(run, changed)
    new.changes.steps, new.changes.errors = told.steps, told.errors
    before = {task.id: task for task in run.open_tasks}
    done.tasks = [
        (before[task.id], task)
        for task in changed.open_tasks
        if task.id in before and _seen(before[task.id]) != _seen(task)
    ]
    return done


def restored(run: Run, state: bytes, host: Host) -> Run:
    """The run of a state kept from before, as a change of the run it became."""
    back = Run.load(state, host)
    back._family.changes = difference(run, back)
    return back


def renewed(before: Run, after: Run) -> tuple[list[tuple[Call, Call]], list[Incident]]:
    """Calls (as before and as after) and incidents that stay and are said otherwise now: no changes of the run, for
    they neither end nor begin."""
    calls, incidents = {one.id: one for one in before.calls}, {one.id: one for one in before.incidents}
    return (
        [(calls[one.id], one) for one in after.calls if one.id in calls and calls[one.id] != one],
        [one for one in after.incidents if one.id in incidents and incidents[one.id] != one],
    )


def difference(before: Run, after: Run) -> Changes:
    """What waits in one run and not in the other, or (timers, subscriptions) not alike: as closed and opened."""
    changes = Changes(ended=after.ended and not before.ended)
    for name, opened, closed in (
        ("timers", "timers_set", "timers_cleared"),
        ("open_tasks", "tasks_opened", "tasks_closed"),
        ("subscriptions", "subscriptions_opened", "subscriptions_closed"),
        ("calls", "calls_opened", "calls_closed"),
        ("incidents", "incidents_opened", "incidents_closed"),
    ):
        old = {one.id: one for one in getattr(before, name)}
        new = {one.id: one for one in getattr(after, name)}
        again = name in ("timers", "subscriptions")
        getattr(changes, closed).extend(id for id, one in old.items() if id not in new or (again and new[id] != one))
        getattr(changes, opened).extend(one for id, one in new.items() if id not in old or (again and old[id] != one))
    return changes


def _seen(task: OpenTask) -> Any:
    """What a worklist shows of a task, and its node: the terms of its step hang on that."""
    return (
        task.element,
        task.name,
        task.instance,
        task.process,
        task.form,
        task.assignee,
        task.candidate_groups,
        task.candidate_users,
        task.due,
        task.priority,
        task.lane,
        task.node and (task.node.extensions, task.node.outcomes),
    )


def _runs(steps: list[Step]) -> Line:
    names = ", ".join(dict.fromkeys(f"«{step.name or step.element}»" for step in steps if step.event == "entered"))
    return Line(
        "run",
        "runs",
        "",
        "",
        f"Chuyển xong, quy trình chạy tiếp ngay: {names or 'kết thúc'}.",
        f"Once migrated the process runs on at once: {names or 'it ends'}.",
    )


def _stops(incident: Incident) -> Line:
    return Line(
        "incident",
        "new",
        "",
        incident.element,
        f"Có sự cố mới ở «{incident.element}»: {incident.message}",
        f"A new incident at '{incident.element}': {incident.message_en or incident.message}",
        id=incident.id,
    )


class Tree:
    """The tree of a family, built anew. `reasons` says why it cannot be."""

    def __init__(self, old: Family, routes: Mapping[str, Route], host: Host) -> None:
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
        self.family = Family(spec, host)
        self.family.count, self.family.suspended = old.count, old.suspended

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
        if any(token.internal_data.keys() & {"plan", "for", "restored", "undone"} for token in self.old.tasks.values()):
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
        self.family.task_tree = self.made[self.old.root.id]
        for before, after, route in self.pairs:
            self.remember(before, after, route)
        for id, scope in self.dissolved.items():
            self.dissolve(self.old.tasks[id], scope)

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
            and "interrupted" not in token.internal_data
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
        made = Token(self.family, spec, above, token.id)
        made._state = token._state
        made.data, made.packed = dict(token.data), token.packed
        made.internal_data = dict(token.internal_data)
        self.made[token.id] = made
        self.pairs.append((token, made, route))
        if route is not None and "in" in made.internal_data:
            self.gather(token, made, route)
        restore_marks(self.family, made)
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
        for name in ("in", "reset"):
            if name not in made.internal_data:
                continue
            held = made.internal_data[name]
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
            made.internal_data[name] = (
                {flows[id]: count for id, count in held.items()}
                if name == "in"
                else sorted(str(flows[id]) for id in held)
            )

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
            found = self.family.token(spec, scope)
            found._state = STARTED
            found.internal_data["stage"] = 2
            found.entered = True
            self.opened[scope.id, owner] = found
            self.guests[found.id] = []
            node = spec.node
            for name in spec.inner.data:
                if name in self.visible(scope):
                    self.refuse(
                        token.task_spec.node.id,
                        f"Tiểu quy trình mới «{called(node)}» có dữ liệu riêng «{name}», mà hồ sơ đang giữ ở "
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
        family = self.family
        instance = scope.id if scope.task_spec.is_scope else family.scope(scope).id
        family.changes.steps.append(Step(node.id, node.name, node.kind, event, family.host.now(), instance, token))

    # -- what completed ------------------------------------------------------------------------------------------------

    def remember(self, before: Token, after: Token, route: Route | None) -> None:
        """What nodes keep beside their variables: names of nodes, and what completed and can be undone."""
        internal = after.internal_data
        if route is None:
            return
        node = before.task_spec.node
        for name in ("begin", "next", "begun", "start"):
            if name not in internal:
                continue
            kept = internal[name] if isinstance(internal[name], list) else [internal[name]]
            mapped = [
                route.nodes.get(each.removesuffix("*"), "") + ("*" if each.endswith("*") else "") for each in kept
            ]
            lost = next((each for each, found in zip(kept, mapped, strict=True) if not found.strip("*")), None)
            if lost is not None:
                self.refuse(
                    node.id,
                    f"«{called(node)}» còn phải đến bước «{lost}», mà phiên bản mới không có bước tương ứng.",
                    f"'{called(node)}' still has to go to '{lost}', which has no counterpart.",
                )
            internal[name] = mapped if isinstance(internal[name], list) else mapped[0]
        if "called" in internal:
            internal["called"] = self.record(node.id, internal["called"], route, after)
        self.finished(before, after, route)

    def finished(self, before: Token, after: Token, route: Route) -> None:
        records = after.internal_data.pop("done", None)
        if before.id in self.dissolved:
            return
        inside = [self.old.tasks[id] for id, scope in self.dissolved.items() if scope is after]
        records = [*(records or ()), *(one for gone in inside for one in gone.internal_data.get("done", ()))]
        for record in sorted(records, key=lambda one: int(one["n"])):
            made = self.record(before.task_spec.node.id, record, route, after)
            holder = after if before.task_spec.is_body else self.holder(after, made, route)
            if holder is None:
                where = route.before[record["a"]].node if record["a"] in route.before else before.task_spec.node
                self.refuse(
                    record["a"],
                    f"«{called(where)}» đã xong và còn bù trừ được, nhưng ở phiên bản mới nằm trong một phạm vi khác.",
                    f"'{called(where)}' is completed and can still be undone, but lies in another scope of the "
                    "new version.",
                )
                continue
            holder.internal_data.setdefault("done", []).append(made)

    def holder(self, scope: Token, record: Mapping[str, Any], route: Route) -> Token | None:
        """The scope that keeps a record in the new version: the one it was in, or one opened inside that."""
        spec = self.spec(route).task_specs.get(record["a"])
        owner = spec.level.owner if spec is not None else None
        if (None if scope.task_spec.is_process else scope.task_spec) is owner or spec is None:
            return scope
        return self.opened.get((scope.id, owner.node.id)) if owner is not None else None

    def record(self, element: str, record: Mapping[str, Any], route: Route, at: Token) -> dict[str, Any]:
        """A completed activity under its name in the new version, with all that completed inside it."""
        made = dict(record)
        if "a" in record:
            made["a"] = self.undoable(record, route)
        if "process" in record and not record.get("version"):
            inner = self.routes.get(record["process"])
            if inner is None:
                self.refuse(
                    element,
                    f"Quy trình được gọi «{record['process']}» đã xong và còn bù trừ được, mà phiên bản mới không có.",
                    f"The called process '{record['process']}' is completed and can still be undone, and the "
                    "new version lacks it.",
                )
                return made
            made["process"], route = inner.target.id, inner
        elif "process" in record:
            return made
        for name in ("done", "many"):
            if name in record:
                made[name] = [self.record(element, each, route, at) for each in record[name]]
        return made

    def undoable(self, record: Mapping[str, Any], route: Route) -> str:
        """The counterpart of a completed activity, which must still be undone in the same manner."""
        id = record["a"]
        node = route.before[id].node if id in route.before else None
        name = called(node) if node is not None else id
        target = route.nodes.get(id)
        if target is None or node is None:
            self.refuse(
                id,
                f"«{name}» đã xong và còn bù trừ được, mà phiên bản mới không có bước tương ứng.",
                f"'{name}' is completed and can still be undone, and has no counterpart in the new version.",
            )
            return str(id)
        specs = self.spec(route).task_specs
        after, before = specs[target], compiled(route.source).task_specs[id]
        fits = not list(misfits(node, route.after[target].node))
        if not fits or (before.handler is not None and after.handler is None):
            self.refuse(
                id,
                f"«{name}» đã xong và còn bù trừ được, mà ở phiên bản mới không còn bước bù trừ.",
                f"'{name}' is completed and can still be undone, and the new version has no way to undo it.",
            )
        return target

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
