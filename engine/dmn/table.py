"""Decision tables (DMN clause 8): rules, hit policies, aggregation, default outputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.dmn.finding import owner
from engine.dmn.index import TableIndex, known_tests
from engine.dmn.where import Where
from engine.dmn.xml import Element, first, inside, text
from engine.feel.bounds import Run
from engine.feel.builtins import BUILTINS
from engine.feel.compare import equal
from engine.feel.compiler import compile_node
from engine.feel.scope import Code, Scope
from engine.feel.tree import Node
from engine.feel.types import Type, fits

if TYPE_CHECKING:
    from engine.dmn.boxed import Boxes

#: Rules from which an index pays, and up to which it stays small (its size grows with their square).
INDEX_FROM, INDEX_TO = 8, 4_000
LETTERS = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
    "C": "COLLECT",
}
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


@dataclass(slots=True)
class Cell:
    """An input entry: its tree (None where it is no FEEL) and its test."""

    node: Node | None
    test: Code
    anything: bool


@dataclass(slots=True)
class Output:
    """An output clause: its name, what a rule without match gives, and its allowed values in their order."""

    name: str
    default: Code | None
    values: Code | None
    ranking: list[Code]
    type: Type | None


def compile_table(boxes: Boxes, element: Element, scope: Scope) -> Code:
    """The closure of a decision table."""
    policy = " ".join((element.get("hitPolicy") or "UNIQUE").upper().split())
    policy = LETTERS.get(policy, policy)
    aggregation = (element.get("aggregation") or "").strip().upper()
    clauses = list(inside(element, "input"))
    inputs = [_input(boxes, clause, scope) for clause in clauses]
    slot = scope.slot()
    with scope.level({"?": slot}):
        allowed = [_tests(boxes, first(clause, "inputValues"), scope) for clause in clauses]
        labels = [label for label, _ in inputs]
        rules = [
            [
                _cell(boxes, entry, scope, Where("", number, label, True))
                for entry, label in _named(rule, "inputEntry", labels)
            ]
            for number, rule in enumerate(inside(element, "rule"), 1)
        ]
    outputs = [_output(boxes, clause, scope, slot) for clause in inside(element, "output")]
    results = [
        [
            Where("", number, name).around(boxes.box_literalExpression(entry, scope))
            for entry, name in _named(rule, "outputEntry", [output.name for output in outputs])
        ]
        for number, rule in enumerate(inside(element, "rule"), 1)
    ]
    known = policy in LETTERS.values() and aggregation in ("", *AGGREGATIONS)
    table = Table(inputs, allowed, slot, rules, outputs, results, policy, aggregation, owner(element))

    def decide(env: list[Any]) -> Any:
        if not known:
            env[0].note("hit_policy", (policy, aggregation))
            return None
        return table.decide(env)

    return decide


def _named(rule: Element, kind: str, names: list[str]) -> Iterator[tuple[Element, str]]:
    """The entries of a rule, each with the name of its column."""
    for number, entry in enumerate(inside(rule, kind)):
        yield entry, names[number] if number < len(names) else ""


def _input(boxes: Boxes, clause: Element, scope: Scope) -> tuple[str, Code]:
    expression = first(clause, "inputExpression")
    content = text(expression)
    label = clause.get("label") or content
    code = boxes.feel(content, expression, scope) if content.strip() else _without(boxes, clause, label)
    if expression is not None:
        code = boxes.typed(code, expression.get("typeRef"), content)
    return label, Where("", 0, label).around(code)


def _without(boxes: Boxes, clause: Element, label: str) -> Code:
    """An input of a table that says nothing of what it is: a fault, and null with a diagnostic."""
    boxes.faults.append(
        (clause, f"Cột vào «{label}» không có biểu thức", f"The input «{label}» of the table has no expression")
    )

    def nothing(env: list[Any]) -> Any:
        env[0].note("empty", (), (1, 1))

    return nothing


def _tests(boxes: Boxes, element: Element | None, scope: Scope) -> Code | None:
    content = text(element)
    return boxes.feel(content, element, scope, True) if content.strip() else None


def _cell(boxes: Boxes, entry: Element, scope: Scope, where: Where) -> Cell:
    content = text(entry).strip()
    if content in ("", "-"):
        return Cell(None, lambda env: True, True)
    node, code = boxes.read(content, entry, scope, True)
    # Constants and intervals have nothing to say.
    return Cell(node, code if known_tests(node) is not None else where.around(code), False)


def _output(boxes: Boxes, clause: Element, scope: Scope, slot: int) -> Output:
    default = first(clause, "defaultOutputEntry")
    values = first(clause, "outputValues")
    reference, _ = boxes.model.type_named(clause.get("typeRef"))
    ranking: list[Code] = []
    content = text(values).strip()
    test: Code | None = None
    if content:
        with scope.level({"?": slot}):
            node, test = boxes.read(content, values, scope, True)
            ranking = [compile_node(each, scope) for each in (node.parts[0] if node is not None else [])]
    return Output(
        " ".join((clause.get("name") or "").split()),
        None if default is None else boxes.box_literalExpression(default, scope),
        test,
        ranking,
        reference,
    )


class Table:
    """A decision table ready to decide."""

    def __init__(
        self,
        inputs: Sequence[tuple[str, Code]],
        allowed: Sequence[Code | None],
        slot: int,
        rules: list[list[Cell]],
        outputs: list[Output],
        results: list[list[Code]],
        policy: str,
        aggregation: str,
        id: str,
    ) -> None:
        self.inputs, self.allowed, self.slot, self.rules = inputs, allowed, slot, rules
        self.outputs, self.results, self.policy, self.aggregation = outputs, results, policy, aggregation
        self.id = id
        self.index = TableIndex(rules, len(inputs)) if INDEX_FROM <= len(rules) <= INDEX_TO else None

    def decide(self, env: list[Any]) -> Any:
        """The value of the table."""
        run: Run = env[0]
        subjects = []
        for (label, code), allowed in zip(self.inputs, self.allowed, strict=True):
            subject = code(env)
            env[self.slot] = subject
            if allowed is not None and subject is not None and allowed(env) is not True:
                run.note("input_values", (label,))
                return None
            subjects.append(subject)
        hits = self.hits(env, subjects)
        if run.hits is not None:
            taken = hits[:1] if self.policy == "FIRST" else hits
            run.hits += [(self.id, hit + 1) for hit in taken]
        if not hits:
            return self.without_match(env)
        if self.policy == "UNIQUE" and len(hits) > 1:
            run.note("hit_policy", ("UNIQUE", ", ".join(str(i + 1) for i in hits)))
            return None
        if self.policy in ("UNIQUE", "FIRST"):
            return self.value(env, hits[0])
        values = [self.value(env, hit) for hit in hits]
        if self.policy == "ANY":
            if all(equal(value, values[0], run) for value in values[1:]):
                return values[0]
            run.note("hit_policy", ("ANY", ", ".join(str(i + 1) for i in hits)))
            return None
        if self.policy in ("PRIORITY", "OUTPUT ORDER"):
            values = self.ordered(env, values)
            return values[0] if self.policy == "PRIORITY" else values
        if self.policy == "COLLECT" and self.aggregation:
            return self.aggregate(run, values)
        return values

    def hits(self, env: list[Any], subjects: list[Any]) -> list[int]:
        """The numbers of the rules that match, in their order."""
        run: Run = env[0]
        if self.index is not None:
            return self.index.hits(env, subjects, self.slot)
        found = []
        for number, cells in enumerate(self.rules):
            run.charge(len(cells) + 1)
            for subject, cell in zip(subjects, cells, strict=False):
                if cell.anything:
                    continue
                env[self.slot] = subject
                if cell.test(env) is not True:
                    break
            else:
                found.append(number)
        return found

    def allows(self, output: Output, value: Any, env: list[Any]) -> bool:
        """Whether a value is one that its output clause lists, and of its type."""
        if output.type is not None and not fits(value, output.type, env[0], False):
            return False
        env[self.slot] = value
        return output.values is None or output.values(env) is not False

    def value(self, env: list[Any], rule: int) -> Any:
        """The output of a rule: a value, or a context of several."""
        run: Run = env[0]
        run.charge(2)
        values = [code(env) for code in self.results[rule]]
        for output, value in zip(self.outputs, values, strict=False):
            if run.notes is not None and value is not None and not self.allows(output, value, env):
                run.note("output_values", (output.name,))
        if len(self.outputs) <= 1:
            return values[0] if values else None
        return {output.name: value for output, value in zip(self.outputs, values, strict=False)}

    def without_match(self, env: list[Any]) -> Any:
        """What a table gives when no rule matches: its default outputs, or null."""
        if any(output.default is not None for output in self.outputs):
            values = [None if o.default is None else o.default(env) for o in self.outputs]
            if len(values) == 1:
                return values[0]
            return {output.name: value for output, value in zip(self.outputs, values, strict=True)}
        if self.policy == "COLLECT" and self.aggregation == "COUNT":
            return Decimal(0)
        env[0].note("no_match")
        return None

    def ordered(self, env: list[Any], values: list[Any]) -> list[Any]:
        """The values by the order in which their output clauses list them, the first clause before the second."""
        run: Run = env[0]

        def rank(value: Any) -> tuple[int, ...]:
            parts = [value] if len(self.outputs) == 1 else [value.get(o.name) for o in self.outputs]
            return tuple(
                next((i for i, code in enumerate(o.ranking) if equal(part, code(env), run)), len(o.ranking))
                for o, part in zip(self.outputs, parts, strict=True)
            )

        return sorted(values, key=rank)

    def aggregate(self, run: Run, values: list[Any]) -> Any:
        """The aggregation of a COLLECT table, output by output."""
        function = BUILTINS[AGGREGATIONS[self.aggregation]]
        if self.aggregation == "COUNT":
            return Decimal(len(values))
        if len(self.outputs) > 1:
            return {o.name: function.call(run, [[value.get(o.name) for value in values]]) for o in self.outputs}
        return function.call(run, [values])
