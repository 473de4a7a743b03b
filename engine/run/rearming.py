"""What waits on migrated tokens: kept events wait on, removed ones are disarmed, new ones armed, tasks renewed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine import iso8601
from engine.model.definition import Node, Value
from engine.model.words.difference import without_lines
from engine.run import arming
from engine.run.failure import Failure
from engine.run.fitting import HUMAN, Awaited, Route, awaited, called, same_event
from engine.run.lines import How, Line, What
from engine.run.machine import ERROR, STARTED, WAITING, Token
from engine.run.nodes import open_call, open_offer
from engine.run.progress import ARMED, DELIVERING, MultiProgress, Offer
from engine.run.rebuilding import Tree
from engine.run.scopes import open_scope
from engine.run.variables import evaluate, map_inputs, text_of, write_local
from engine.run.wait import Wait


class _Then:
    """A host at an earlier moment: what was evaluated then is evaluated as it would have been."""

    def __init__(self, host: Any, moment: datetime) -> None:
        self._host, self._moment = host, moment

    def now(self) -> datetime:
        return self._moment

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)


class Rearming:
    """Puts the waits of a migrated tree in order. What cannot be done goes to the tree's reasons."""

    def __init__(self, tree: Tree, timers: str, since: Callable[[str], datetime | None]) -> None:
        self.tree, self.machine = tree, tree.machine
        self.timers, self.since = timers, since
        self.told: list[Line] = tree.lines

    def all(self) -> None:
        machine = self.machine
        renewed: list[tuple[Token, Wait]] = []
        for before, after, route in self.tree.pairs:
            renewed += self.keep(before, after, route)
        for _, token, wait in sorted(((wait.n, token, wait) for token, wait in renewed), key=lambda item: item[0]):
            machine.index(token, wait)
        for gone in self.tree.dissolved:
            for wait in self.tree.old.tasks[gone].waits:
                self.disarmed(self.tree.old.tasks[gone].task_spec, wait)
        for before, after, route in self.tree.pairs:
            if route is not None:
                self.guarded(before, after, self.renew, before, after, route)
        for scope in self.tree.opened.values():
            self.guarded(scope, scope, self.entered, scope)
        for before, after, route in self.tree.pairs:
            if route is not None and after.progress.came is not None:
                self.gathered(before, after)
        machine.moved = bool(machine.joins)

    def guarded(self, before: Token, after: Token, function: Any, *arguments: Any) -> None:
        """What cannot be evaluated in the new version stops the instance from being migrated."""
        try:
            function(*arguments)
        except Failure as failure:
            node = before.task_spec.node
            self.tree.refuse(node.id, f"«{called(node)}»: {failure.vi}", f"'{called(node)}': {failure.en}")

    # -- what waited already -------------------------------------------------------------------------------------------

    def keep(self, before: Token, after: Token, route: Route | None) -> Iterator[tuple[Token, Wait]]:
        for wait in before.waits:
            made = Wait(
                wait.id,
                wait.kind,
                wait.element,
                wait.index,
                name=wait.name,
                key=wait.key,
                properties=wait.properties,
                due=wait.due,
                repeats=wait.repeats,
                opened=wait.opened,
                was=wait.was,
                n=wait.n,
                cycle=wait.cycle,
            )
            if route is None:
                after.waits.append(made)
                yield after, made
                continue
            found = self.counterpart(before, after, wait, route)
            if found is None:
                self.disarmed(before.task_spec, wait)
                continue
            made.element, made.index = found[0].node.id, found[1].index
            after.waits.append(made)
            self.guarded(before, after, self.carry, after, made, wait, route, found[1])
            yield after, made

    def counterpart(self, before: Token, after: Token, wait: Wait, route: Route) -> tuple[Any, Awaited] | None:
        """The node and event of the new version that a wait is for, where the migrated token still listens to it."""
        own = wait.element == before.task_spec.node.id
        element = after.task_spec.node.id if own else route.nodes.get(wait.element)
        spec = listens(after).get(element or "")
        if spec is None:
            return None
        index = same_event(route.before[wait.element].node, spec.node, wait.index)
        return next(((spec, one) for one in awaited(spec.node) if one.index == index), None)

    def carry(self, token: Token, wait: Wait, old: Wait, route: Route, now: Awaited) -> None:
        """A wait goes on; where the new version says something else, it is evaluated anew."""
        node = route.before[old.element].node
        was = next(one for one in awaited(node) if one.index == old.index)
        changed = was.says != now.says
        if wait.kind == "timer":
            self.timer(token, wait, old, now, changed)
        elif wait.kind == "conditional":
            if changed:
                wait.was = False
                self.machine.changed = True
                self.line(
                    "condition",
                    "changed",
                    old.element,
                    wait.element,
                    "Điều kiện đổi, được xét lại ngay.",
                    "The condition has changed and is looked at again.",
                    id=wait.id,
                )
        elif changed:
            fresh = self.evaluated(token, wait, now)
            wait.name, wait.key, wait.properties = fresh.name, fresh.key, fresh.properties
            self.line(
                "subscription",
                "changed" if said(wait) != said(old) else "kept",
                old.element,
                wait.element,
                f"Chờ {_kind(wait)} {said(old)} nay là {said(wait)}.",
                f"Waits for the {wait.kind} {said(old)}, now {said(wait)}.",
                said(old),
                said(wait),
                wait.id,
            )
        else:
            self.line(
                "subscription",
                "kept" if old.element == wait.element else "moved",
                old.element,
                wait.element,
                f"Vẫn chờ {_kind(wait)} {said(wait)}.",
                f"Goes on waiting for the {wait.kind} {said(wait)}.",
                said(old),
                said(wait),
                wait.id,
            )

    def timer(self, token: Token, wait: Wait, old: Wait, now: Awaited, changed: bool) -> None:
        assert old.due is not None and now.event is not None
        if now.event.timer != "cycle":
            wait.repeats = wait.cycle = None
        elif wait.cycle is None or changed:
            fresh = self.evaluated(token, wait, now)
            wait.repeats, wait.cycle = fresh.repeats, fresh.cycle
            if self.timers == "recompute":
                wait.due = fresh.due
        if self.timers == "recompute" and now.event.timer != "cycle":
            begun = self.since(wait.id)
            wait.due = self.evaluated(token, wait, now, begun).due
        assert wait.due is not None
        before, after = _date(old.due), _date(wait.due)
        names = (old.element, wait.element)
        if wait.due != old.due:
            self.line(
                "timer",
                "changed",
                *names,
                f"Hẹn giờ tính lại: từ {before} thành {after}.",
                f"The timer is computed anew: {before} becomes {after}.",
                old.due.isoformat(),
                wait.due.isoformat(),
                wait.id,
            )
        else:
            more = (
                "" if not changed else " (phiên bản mới ghi khác)",
                "" if not changed else " (the new version says something else)",
            )
            self.line(
                "timer",
                "kept",
                *names,
                f"Hẹn giờ giữ nguyên {after}{more[0]}.",
                f"The timer keeps its date {after}{more[1]}.",
                old.due.isoformat(),
                wait.due.isoformat(),
                wait.id,
            )

    def evaluated(self, token: Token, wait: Wait, now: Awaited, moment: datetime | None = None) -> Wait:
        """The wait as it would be armed by the new version, at that moment; the token keeps what it has."""
        machine = self.machine
        host, waits, changes = machine.host, token.waits, machine.changes
        spec = listens(token)[wait.element]
        seen = dict(machine.waits), dict(machine.conditions), machine.count
        token.waits, machine.changes = [], type(changes)()
        if moment is not None:
            machine.host = _Then(host, moment)
        try:
            if now.event is None:
                arming.arm(token, spec)
            else:
                arming.arm_one(token, spec, now.index, now.event)
            return token.waits[0]
        finally:
            token.waits, machine.changes, machine.host = waits, changes, host
            machine.waits, machine.conditions, machine.count = seen

    def disarmed(self, spec: Any, wait: Wait) -> None:
        node = spec.process.task_specs[wait.element].node
        name = called(node)
        if wait.kind == "timer":
            date = _date(wait.due)
            self.line(
                "timer",
                "removed",
                node.id,
                "",
                f"Bỏ hẹn giờ «{name}» ({date}).",
                f"The timer '{name}' ({date}) is gone.",
                _iso(wait.due),
                None,
                wait.id,
            )
        elif wait.kind == "conditional":
            self.line(
                "condition",
                "removed",
                node.id,
                "",
                f"Thôi xét điều kiện «{name}».",
                f"The condition '{name}' is looked at no more.",
                id=wait.id,
            )
        else:
            self.line(
                "subscription",
                "removed",
                node.id,
                "",
                f"Thôi chờ {_kind(wait)} {said(wait)}.",
                f"No longer waits for the {wait.kind} {said(wait)}.",
                said(wait),
                None,
                wait.id,
            )

    # -- what is new ---------------------------------------------------------------------------------------------------

    def renew(self, before: Token, after: Token, route: Route) -> None:
        """Arms what the new version waits for at that token and the old one did not; renews a task's offer."""
        known = {
            (found[0].node.id, found[1].index)
            for element in listens(before)
            for one in awaited(route.before[element].node)
            if (found := self.counterpart(before, after, _as_wait(element, one), route)) is not None
        }
        state, progress, own = after._state, after.progress, after.task_spec
        active = state == STARTED or (state == ERROR and progress.stage in (ARMED, DELIVERING))
        for element, spec in listens(after).items() if active else ():
            starts = own.is_scope and spec in own.inner.starts
            if starts and (progress.interrupted or state == ERROR):
                continue
            if spec is own and not before.waits:
                continue  # it is not waiting for its own event
            for one in awaited(spec.node):
                if (element, one.index) not in known and one.event is not None:
                    arming.arm_one(after, spec, one.index, one.event)
                    self.armed(spec.node, after.waits[-1])
        if state == STARTED and own.type:
            self.offered(before, after)
        if state == STARTED and own.is_scope:
            self.given(before, after)
        if isinstance(progress, MultiProgress) and own.loop.output_collection is None:
            progress.gathered = None

    def given(self, before: Token, scope: Token) -> None:
        """Data objects that are new begin with their initial value, unless there is something of that name."""
        for name, expression in scope.task_spec.inner.data.items():
            if name in before.task_spec.inner.data or name in scope.data:
                continue
            if name in self.tree.visible(scope):
                node = before.task_spec.node
                self.tree.refuse(
                    node.id,
                    f"«{called(node)}» có thêm dữ liệu riêng «{name}», mà phiên chạy đang giữ ở ngoài.",
                    f"'{called(node)}' has new data '{name}' of its own, which the instance keeps outside.",
                )
            elif expression is not None:
                write_local(scope, name, evaluate(scope, expression))

    def entered(self, scope: Token) -> None:
        """A subprocess that was opened around tokens waits for its events and has its data."""
        open_scope(scope, scope.task_spec.inner)
        for boundary in scope.task_spec.armed:
            arming.arm(scope, boundary)
        for wait in scope.waits:
            self.armed(scope.task_spec.process.task_specs[wait.element].node, wait)

    def armed(self, node: Node, wait: Wait) -> None:
        name = called(node)
        if wait.kind == "timer":
            assert wait.due is not None
            self.line(
                "timer",
                "new",
                "",
                node.id,
                f"Đặt hẹn giờ mới «{name}»: {_date(wait.due)}.",
                f"The new timer '{name}' is set: {_date(wait.due)}.",
                None,
                wait.due.isoformat(),
                wait.id,
            )
        elif wait.kind == "conditional":
            self.line(
                "condition",
                "new",
                "",
                node.id,
                f"Xét thêm điều kiện «{name}».",
                f"The condition '{name}' is looked at from now on.",
                id=wait.id,
            )
        else:
            self.line(
                "subscription",
                "new",
                "",
                node.id,
                f"Chờ thêm {_kind(wait)} {said(wait)}.",
                f"Waits for the {wait.kind} {said(wait)} as well.",
                None,
                said(wait),
                wait.id,
            )

    def gathered(self, before: Token, token: Token) -> None:
        """A gateway that waits for other flows than before may have all it waits for."""
        a, b = before.task_spec.node, token.task_spec.node
        same = len(a.incoming) == len(b.incoming) and without_lines(a.activation) == without_lines(b.activation)
        if token._state == WAITING and not same and token.task_spec.gathers:
            token.task_spec.look_at(token)

    # -- tasks and calls -----------------------------------------------------------------------------------------------

    def offered(self, before: Token, after: Token) -> None:
        """Who may do a task, and its local data: what the new version says anew is evaluated anew, the rest stays."""
        a, b, progress = before.task_spec.node, after.task_spec.node, after.progress
        had = {each.target.split(".")[0] for each in a.inputs}
        more = tuple(each for each in b.inputs if each.target.split(".")[0] not in had)
        if more and not after.task_spec.is_body:
            map_inputs(after, more)
        offer, call = open_offer(after), open_call(after)
        if offer is not None and {a.kind, b.kind} <= HUMAN:
            progress.offer = self.offer(after, offer, a, b)
        elif call is not None and b.connector is None and a.connector is not None:
            self.tree.refuse(
                a.id,
                f"«{called(a)}» đang chờ việc gọi ra ngoài, mà phiên bản mới không gọi nữa.",
                f"'{called(a)}' waits for work outside, and the new version calls nothing there.",
            )
        elif call is not None and without_lines(a.connector) != without_lines(b.connector):
            progress.call = text_of(after, b.connector) or ""

    def offer(self, token: Token, offer: Offer, a: Node, b: Node) -> Offer:
        x, y = asked(a), asked(b)
        changed = {key for key in x if without_lines(x[key]) != without_lines(y[key])}
        if not changed:
            return offer
        host = self.machine.host
        self.machine.host = _Then(host, offer.at)
        try:
            fresh = token.task_spec.offer(token)
        finally:
            self.machine.host = host
        return replace(offer, **{key: getattr(fresh, key) for key in changed})

    def line(
        self,
        what: What,
        how: How,
        element: str,
        target: str,
        vi: str,
        en: str,
        before: str | None = None,
        after: str | None = None,
        id: str = "",
    ) -> None:
        self.told.append(Line(what, how, element, target, vi, en, before, after, id))


def listens(token: Token) -> dict[str, Any]:
    """The nodes whose events are armed on a token: its own, its boundaries', its scope's, those behind its gateway."""
    spec = token.task_spec
    found: dict[str, Any] = {}
    if not spec.is_process and spec.type and not spec.is_body and awaited(spec.node) and not spec.is_boundary:
        found[spec.node.id] = spec
    for boundary in getattr(spec, "armed", ()):
        found[boundary.node.id] = boundary
    if spec.is_scope:
        for start in spec.inner.starts:
            found[start.node.id] = start
    if spec.is_event_gateway:
        for _, target in spec.out:
            found[target.node.id] = target
    return found


def asked(node: Node) -> dict[str, Value]:
    """What a task's offer is made of, under the names it has there, in its order."""
    said = node.assignment
    return {
        "name": node.name_expression,
        "form": node.form_expression,
        "who": said.assignee,
        "groups": said.candidate_groups,
        "users": said.candidate_users,
        "due": said.due,
        "priority": said.priority,
    }


def _as_wait(element: str, one: Awaited) -> Wait:
    return Wait("", one.kind, element, one.index)


def said(wait: Wait) -> str:
    """A subscription in words: its name and key."""
    keys = [wait.key] if wait.key is not None else list(wait.properties.values())
    return f"«{wait.name}»" + (f" ({', '.join(keys)})" if keys else "")


def _kind(wait: Wait) -> str:
    return {"message": "thông điệp", "signal": "tín hiệu"}[wait.kind]


def _date(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(iso8601.HOME).strftime("%d/%m/%Y %H:%M")


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
