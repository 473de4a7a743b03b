"""Activities that repeat: the body of a multi-instance activity (13.3.7) and of a standard loop (13.3.6).

The body is the activity as a whole: its boundary events are on it, its instances or rounds are the tokens in it.
The standard's attributes are variables of the body; `loopCounter` (from 1) and the element are the instance's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine import feel
from engine.model.definition import Assign, EventDefinition, Expression, Loop, Node
from engine.run import arming, catching, compensation
from engine.run.arming import called
from engine.run.events import message_effect, terminate
from engine.run.failure import Failure
from engine.run.machine import COMPLETED, STARTED, Machine, Token
from engine.run.nodes import NodeSpec
from engine.run.progress import ARMED, LEAVING, BodyProgress, LoopProgress, MultiProgress, Progress
from engine.run.specs import Level, ProcessSpec
from engine.run.variables import condition, evaluate, map_inputs, short, write

#: Instances of one multi-instance activity; more is a mistake of the model's data.
MOST_INSTANCES = 100_000


class BodySpec(NodeSpec):
    """What repeats `inner`."""

    is_body = True
    tells = False
    progress: type[Progress] = BodyProgress

    def __init__(self, process: ProcessSpec, node: Node, level: Level, inner: NodeSpec) -> None:
        assert node.loop is not None
        super().__init__(process, replace(node, inputs=read_by(node.loop, node)), level, node.id + "*")
        self.loop: Loop = node.loop
        self.inner_spec = inner
        inner.body = self

    def instance(self, body: Token, number: int, element: Any = None, *, has_element: bool = False) -> None:
        token: Token = body.workflow.token(self.inner_spec, body)
        token.data["loopCounter"] = number
        name = self.loop.element_variable
        if has_element and name:
            token.data[name] = element
        made = self.loop.output_element
        if self.loop.output_collection and made is not None and made.text.isidentifier() and made.text != name:
            token.data[made.text] = None
            token.progress.own = made.text
        body.workflow.queue(token)

    def go_on(self, token: Token) -> None:
        if token.progress.stage == ARMED:
            return self.execute(token)
        return super().go_on(token)

    def deliver(self, token: Token, result: Any) -> None:
        """Mappings are the instances'."""

    def instance_done(self, body: Token, token: Token) -> None:
        """One instance or round is done."""
        raise NotImplementedError

    def complete(self, body: Token) -> None:
        """The activity as a whole is done."""
        raise NotImplementedError

    def gone(self, token: Token) -> None:
        """An instance has completed: it leaves the tree and the trace has it."""
        machine: Machine = token.workflow
        token._state = COMPLETED
        token.task_spec.tell_completed(token)
        if token.task_spec.compensable:
            compensation.remember(token)
        machine.tasks.pop(token.id, None)
        machine.close_waits(token)
        assert token.above is not None
        token.above._children.pop(token.id, None)


def read_by(loop: Loop, node: Node) -> tuple[Assign, ...]:
    """The input mappings that the activity as a whole reads: for how many instances there are, and whether there is
    another; all of them are evaluated again by each instance, which knows its element and its number."""
    asked = (loop.collection, loop.cardinality, loop.completion, loop.condition, loop.maximum)
    sources = [each.text for each in asked if each is not None]
    wanted = {name for text in sources for name in feel.names(text)}
    return tuple(each for each in node.inputs if each.target.partition(".")[0] in wanted)


class LoopSpec(BodySpec):
    """A standard loop: while its condition is true, asked before or after each round, at most `maximum` rounds.
    The trace has only its rounds."""

    silent = True
    progress = LoopProgress

    def go_on(self, token: Token) -> None:
        machine: Machine = token.workflow
        stage = token.progress.stage
        if stage < ARMED:
            for boundary in self.armed:
                arming.arm(token, boundary)
            token.progress.stage = ARMED
            if machine.changed:
                machine.look_again()
                if not token.alive:
                    return None
        if stage >= LEAVING:
            return self.leave(token)
        return self.execute(token)

    def execute(self, token: Token) -> None:
        token._state = STARTED
        map_inputs(token, self.node.inputs)  # anew before each round: the last one may have written what they read
        rounds: int = token.progress.rounds
        maximum = self.loop.maximum
        most = None if maximum is None else count(token, maximum, "loopMaximum")
        # With neither a condition nor a maximum nothing says that it repeats.
        again = rounds < (1 if self.loop.condition is None else rounds + 1) if most is None else rounds < most
        if again and (rounds or self.loop.test_before) and self.loop.condition is not None:
            again = condition(token, self.loop.condition, "condition", {"loopCounter": rounds})
        if again:
            token.progress.rounds = rounds + 1
            self.instance(token, rounds + 1)
        else:
            self.complete(token)

    def complete(self, body: Token) -> None:
        """No more rounds."""
        body.progress.stage = LEAVING
        self.leave(body)

    def instance_done(self, body: Token, token: Token) -> None:
        self.gone(token)
        body.workflow.guard(body, self.execute, body)

    def tell_completed(self, token: Token) -> None:
        pass

    def retry(self, token: Token) -> None:
        token.workflow.queue(token)


class MultiSpec(BodySpec):
    """A multi-instance activity, in parallel or one after the other, by number or by collection."""

    progress = MultiProgress

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.type = "multiInstanceLoopCharacteristics"

    def execute(self, token: Token) -> None:
        loop = self.loop
        progress: MultiProgress = token.progress
        if loop.collection is not None:
            elements = evaluate(token, loop.collection)
            if not isinstance(elements, list | tuple):
                text = short(loop.collection.text)
                raise Failure(
                    "expression",
                    f"Tập hợp «{text}» của hoạt động đa thể hiện không phải là danh sách.",
                    f"The collection '{text}' of the multi-instance activity is no list.",
                )
            number = len(elements)
        else:
            elements = None
            number = count(token, loop.cardinality, "loopCardinality") if loop.cardinality is not None else 0
        if number > MOST_INSTANCES:
            raise Failure(
                "limit",
                f"Hoạt động đa thể hiện có {number} thể hiện, quá {MOST_INSTANCES}.",
                f"The multi-instance activity has {number} instances, more than {MOST_INSTANCES}.",
            )
        token._state = STARTED
        if loop.output_collection:
            progress.gathered = [None] * number
        parallel = loop.kind == "parallel"
        token.data.update(
            numberOfInstances=number,
            numberOfActiveInstances=number if parallel else min(1, number),
            numberOfCompletedInstances=0,
            numberOfTerminatedInstances=0,
        )
        token.packed = None
        if not number:
            return self.complete(token)
        if not parallel and elements is not None:
            progress.items = list(elements)
        for at in range(number if parallel else 1):
            self.instance(
                token, at + 1, elements[at] if elements is not None else None, has_element=elements is not None
            )
        return None

    def instance_done(self, body: Token, token: Token) -> None:
        """An instance is done: its output is gathered, the completion condition asked, events thrown, the next
        begun. What fails leaves everything as it was, with the incident at the instance."""
        loop, data = self.loop, body.data
        progress: MultiProgress = body.progress
        machine: Machine = body.workflow
        at = int(token.data["loopCounter"])
        gathered = evaluate(token, loop.output_element, "mapping") if loop.output_element is not None else None
        before = dict(data)
        done = int(data["numberOfCompletedInstances"]) + 1
        data["numberOfCompletedInstances"] = done
        data["numberOfActiveInstances"] -= 1
        body.packed = None
        try:
            enough = loop.completion is not None and condition(token, loop.completion)
            events = self.events(token, done)
        except Failure:
            body.data = before
            raise
        if progress.gathered is not None:
            progress.gathered[at - 1] = gathered
        self.gone(token)
        more = loop.kind == "sequential" and done < data["numberOfInstances"] and not enough
        if more:
            data["numberOfActiveInstances"] = 1
            items = progress.items
            self.instance(body, at + 1, items[at] if items else None, has_element=items is not None)
        for event in events:
            self.throw(body, event)
            if body._state != STARTED:
                return
        if enough and body._children:
            data["numberOfTerminatedInstances"] += len(body._children)
            data["numberOfActiveInstances"] = 0
            machine.cancel_tree(body, inside=True)
        if not more and not body._children:
            machine.guard(body, self.complete, body)

    def events(self, token: Token, done: int) -> list[EventDefinition | None]:
        """What its behaviour throws for an instance that completes: by default a signal without a name."""
        loop = self.loop
        if loop.behavior == "None":
            return [loop.none_behavior]
        if loop.behavior == "One":
            return [loop.one_behavior] if done == 1 else []
        if loop.behavior == "Complex":
            return [event for test, event in loop.complex_behavior if condition(token, test)]
        return []

    def throw(self, body: Token, event: EventDefinition | None) -> None:
        """An event implied by the behaviour; the activity's own boundary events may catch it (10.3.8)."""
        machine: Machine = body.workflow
        effect: Callable[[], Any] | None = None
        if event is None or event.kind == "signal":
            name = "" if event is None else called(body, event.name, event.name_expression)
            payload = {name: body.data[name] for name in list(body.data)}
            catching.throw_signal(machine, name, payload if event is None else None)
            if event is not None:
                machine.host.signal_thrown(name, {})
        elif event.kind == "error":
            catching.throw_error(body, event.code, own=True)
        elif event.kind == "escalation":
            catching.throw_at(body, "escalation", event.code, None, own=True)
        elif event.kind == "compensate":
            compensation.throw(body, event.activity, None)
        elif event.kind == "message":
            effect = message_effect(body, event.message, event.name, {})
            effect()
        elif event.kind == "cancel":
            compensation.cancel_transaction(body)
        elif event.kind == "terminate":
            terminate(body)

    def complete(self, body: Token) -> None:
        """All instances are done: the output collection is written, the token leaves."""
        name = self.loop.output_collection
        if name:
            assert body.above is not None
            write(body.above, name, list(body.progress.gathered or []))
        body.progress.stage = LEAVING
        self.leave(body)

    def tell_completed(self, token: Token) -> None:
        token.workflow.tell(token, "completed")


def count(token: Token, expression: Expression, what: str) -> int:
    value = evaluate(token, expression)
    try:
        number = int(value) if not isinstance(value, bool | str) and int(value) == value else None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or number < 0:
        shown = feel.to_json(value) if value is not None else "null"
        raise Failure(
            "expression",
            f"{what}: «{short(expression.text)}» cho {shown}, không phải là số không âm.",
            f"{what}: '{short(expression.text)}' gives {shown}, which is no number from 0 on.",
        )
    return number
