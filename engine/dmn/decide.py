"""Evaluating a decision requirements graph (DMN clause 6): each decision once, with what it requires and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.dmn.boxed import Boxes
from engine.dmn.drg import Model, Node, named
from engine.dmn.where import Where
from engine.dmn.xml import first
from engine.feel.bounds import Run
from engine.feel.functions import External, FeelFunction, Function
from engine.feel.scope import Code, Scope, enter
from engine.feel.types import coerce

_PENDING: Any = object()


class Program:
    """The compiled logic of a node: its closure, the slots it needs, and its faults."""

    __slots__ = ("code", "faults", "outer", "reads", "slots")

    def __init__(self, node: Node) -> None:
        boxes = Boxes(node.model)
        scope = boxes.scope()
        if node.kind == "businessKnowledgeModel":
            self.code = self._knowledge(node, boxes, scope)
        else:
            self.code = boxes.child(node.element, scope)
        self.slots = scope.slots
        #: The free names of the logic.
        self.reads = frozenset(scope.globals)
        #: Those of them that must come from outside, as they are not read inside a filter.
        self.outer = frozenset(scope.outer)
        self.faults = boxes.faults

    def _knowledge(self, node: Node, boxes: Boxes, scope: Scope) -> Code:
        logic = first(node.element, "encapsulatedLogic")
        if logic is None:
            return lambda env: None
        return boxes.box_functionDefinition(logic, scope)


def program(node: Node) -> Program:
    """The compiled logic of a node, compiled at its first use."""
    if node.code is None:
        made = Program(node)
        variable = first(node.element, "variable")
        reference = variable.get("typeRef") if variable is not None else None
        node.type, known = node.model.type_named(reference)
        if not known:
            node.type_error = reference or ""
        node.code = made  # last: another thread takes its presence for the whole
    return node.code  # type: ignore[no-any-return]


class Evaluation:
    """One call of `decide`: the values given, the values found so far."""

    def __init__(self, run: Run, given: Mapping[str, Any], root: Model) -> None:
        self.run, self.given, self.root = run, given, root
        self.values: dict[int, Any] = {}

    def value(self, node: Node) -> Any:
        """The value of a node: given under its name, or found; null while it waits for itself."""
        key = id(node)
        if key in self.values:
            value = self.values[key]
            if value is _PENDING:
                self.run.note("decision", (node.name, "vòng lặp / cycle"))
                return None
            return value
        self.values[key] = _PENDING
        before = self.run.where
        if node.kind == "inputData":
            value = self.typed(node, self.look(node))
            self.values[key] = value
            return value
        self.run.where = Where(node.name)
        if node.kind == "decision":
            given = self.look(node) if self.has(node) else _PENDING
            value = self.typed(node, given if given is not _PENDING else self.logic(node))
        elif node.kind == "businessKnowledgeModel":
            value = self.knowledge(node)
        else:
            value = Service(node, self)
        self.values[key] = value
        self.run.where = before  # not where an error leaves: what hit a bound is told with its place
        return value

    def value_of_root(self, node: Node) -> Any:
        """The value of the decision that was asked for: its own logic, whatever the context says of its name."""
        self.run.where = Where(node.name)
        value = self.values[id(node)] = self.typed(node, self.logic(node))
        return value

    def has(self, node: Node) -> bool:
        """Whether the caller gave a value for this node."""
        return self.find(node) is not None

    def look(self, node: Node) -> Any:
        """The value that the caller gave; null with a diagnostic where there is none."""
        found = self.find(node)
        if found is None:
            self.run.note("unknown_name", (node.name,))
        return None if found is None else found[0]

    def find(self, node: Node) -> tuple[Any] | None:
        """What the caller gave under the node's name, or under the names that lead to its model."""
        path = self.root.import_path(node.model)
        level: Any = self.given
        for name in filter(named, path or ()):
            level = level.get(name) if isinstance(level, Mapping) else None
        if isinstance(level, Mapping) and node.name in level and (path or node.model is self.root):
            return (enter(level[node.name], self.run),)
        return (enter(self.given[node.name], self.run),) if node.name in self.given else None

    def typed(self, node: Node, value: Any) -> Any:
        """A value checked against the node's variable."""
        program(node)
        if node.type_error:
            self.run.note("unknown_type", (node.type_error,))
            return None
        # The variable of a service is a function; what is checked is its result.
        wanted = node.type
        if wanted is not None and node.kind == "decisionService" and wanted.kind == "function":
            wanted = wanted.result
        if wanted is None or value is None:
            return value
        result, fits = coerce(value, wanted, self.run)
        if not fits:
            self.run.note("type_error", (node.name, str(wanted)))
        return result

    def context(self, node: Node) -> dict[str, Any]:
        """The names that a node may read: its requirements, those of imports under the imports' names."""
        names: dict[str, Any] = {}
        for required in node.requires:
            path = node.model.import_path(required.model)
            level = names
            for part in path or ():
                if named(part):
                    level = level.setdefault(part, {})
            level[required.name] = self.value(required)
        if node.kind == "decision":
            self.undeclared(node, names)
        return names

    def undeclared(self, node: Node, names: dict[str, Any]) -> None:
        """What the logic reads and no model declares comes from the caller: many tools draw a table without its
        inputs. A name that the model does declare must be required."""
        for name in program(node).reads:
            if name in self.given and name not in names and name not in node.model.by_name:
                names[name] = enter(self.given[name], self.run)

    def logic(self, node: Node) -> Any:
        """The value of a decision's own logic."""
        logic, run = program(node), self.run
        context = self.context(node)
        outside, run.context = run.context, context
        env: list[Any] = [None] * logic.slots
        env[0] = run
        try:
            return logic.code(env)
        finally:
            run.context = outside

    def knowledge(self, node: Node) -> Any:
        """A business knowledge model as a function; it may call itself."""
        logic, run = program(node), self.run
        outside, run.context = run.context, {}
        env: list[Any] = [None] * logic.slots
        env[0] = run
        try:
            function = logic.code(env)
        finally:
            run.context = outside
        if not isinstance(function, FeelFunction):
            if isinstance(function, External):
                function.name = node.name
            return function
        self.values[id(node)] = function
        function.name = node.name
        function.body = _located(function.body, Where(node.name))
        function.context = {**self.context(node), node.name: function}
        if node.type is not None and node.type.kind != "function":
            function.result = node.type
        elif node.type is not None and node.type.result is not None:
            function.result = node.type.result
        return function


def _located(body: Code, where: Where) -> Code:
    """The body of a business knowledge model, its diagnostics told with its name."""

    def located(env: list[Any]) -> Any:
        run: Run = env[0]
        if run.notes is None:
            return body(env)
        before, run.where = run.where, where
        value = body(env)
        run.where = before
        return value

    return located


class Service(Function):
    """A decision service as a function: parameters are its input data, then its input decisions (DMN 10.4)."""

    def __init__(self, node: Node, evaluation: Evaluation) -> None:
        self.node, self.evaluation = node, evaluation
        self.name = node.name
        self.inputs = self._nodes("inputData") + self._nodes("inputDecision")
        self.outputs = self._nodes("outputDecision")
        self.parameters = tuple(each.name for each in self.inputs)

    def _nodes(self, kind: str) -> list[Node]:
        hrefs = [e.get("href") or "" for e in self.node.element if str(e.tag).endswith("}" + kind)]
        return [found for href in hrefs if (found := self.node.model.node_at(href)) is not None]

    def call(self, run: Run, arguments: Sequence[Any]) -> Any:
        if len(arguments) != len(self.inputs):
            self.refuse(run)
            return None
        run.charge(50)
        inner = Evaluation(run, {}, self.evaluation.root)
        for node, value in zip(self.inputs, arguments, strict=True):
            inner.values[id(node)] = inner.typed(node, value)
        return self.decided(inner)

    def decided(self, inner: Evaluation) -> Any:
        """The outputs: one value, or a context of several."""
        values = {node.name: inner.value(node) for node in self.outputs}
        value: Any = next(iter(values.values()), None) if len(values) == 1 else values
        return inner.typed(self.node, value)


def decide_service(node: Node, evaluation: Evaluation) -> Any:
    """A decision service called from outside: its inputs by their names, absent ones null. One that lists no inputs
    has those of its decisions."""
    service = Service(node, evaluation)
    inner = Evaluation(evaluation.run, {} if service.inputs else evaluation.given, evaluation.root)
    for each in service.inputs:
        found = evaluation.find(each)
        inner.values[id(each)] = inner.typed(each, None if found is None else found[0])
    return service.decided(inner)
