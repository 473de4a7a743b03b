"""Conditions at a gateway that leave a case out, or that hold together where only one flow is taken.

Looked at where it can be known: comparisons of variables with numbers, texts, true and false, put together by and, or
and not. Between the values that the conditions name nothing changes, so those values and their neighbours stand for
all. Of a text or number whose domain is not known, only what the conditions name and what lies between is asked. What a
flow before the gateway makes sure of is taken into account; where that is not certain, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, pairwise, product
from typing import Any, NamedTuple

from engine import feel
from engine.feel.tree import Node as Tree
from engine.feel.tree import parse
from engine.model.checks.endless import scopes
from engine.model.definition import Expression, Finding, Flow, Node, Process, Scope
from engine.model.findings.report import Report
from engine.refusal import Lang

#: Cases of one gateway that are looked at; of more nothing is said.
MOST_CASES = 2_000


class Domain(NamedTuple):
    """What a variable may be: one of `values` where they are known, else a number from `low` to `high`, each with its
    bound."""

    values: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None

    def has(self, number: Decimal) -> bool:
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


Domains = Mapping[str, Domain]


def check(report: Report, processes: Iterable[Process], domains: Domains) -> None:
    """`domains`: what is known of variables, by their names with dots."""
    for process in processes:
        for scope in scopes(process.scope):
            for node in scope.nodes.values():
                if node.kind in ("exclusiveGateway", "inclusiveGateway") and len(node.outgoing) > 1:
                    _Gateway(process, scope, node, domains).check(report)


def of_bundle(processes: Iterable[Process], domains: Domains, lang: Lang) -> list[Finding]:
    """The same for the models of a bundle, whose host knows its forms."""
    found: list[Finding] = []
    for process in processes:
        report = Report(process.file, bundled=True)
        check(report, [process], domains)
        found += report.findings(lang)
    return found


def data_for(wanted: Mapping[str, bool]) -> dict[str, Any] | None:
    """Data under which conditions (FEEL → the answer) are answered so; None where there are none, or that cannot be
    known."""
    read = _together(wanted)
    points = {name: _anything(values) for name, values in read.items()} if read else {}
    fits = (one for one in _cases(points) if all(_holds(text, one) is held for text, held in wanted.items()))
    case = next(fits, None)
    return _nested(case.items()) if case is not None else None


class _Gateway:
    def __init__(self, process: Process, scope: Scope, node: Node, domains: Domains) -> None:
        self.process, self.scope, self.node, self.domains = process, scope, node, domains
        self.flows = [scope.flows[id] for id in node.outgoing if id != node.default]

    def check(self, report: Report) -> None:
        asked = [(flow, flow.condition) for flow in self.flows if flow.condition is not None]
        if self.node.default is None and len(asked) == len(self.flows):
            case = self._case([condition for _, condition in asked], [False] * len(asked))
            if case is not None:
                report.put("conditions-gap", self.node.line, self.node.id, name=self._name(self.node), **_said(case))
        if self.node.kind != "exclusiveGateway":
            return
        for (one, first), (other, second) in combinations(asked, 2):
            common = _reads(first.text) & _reads(second.text)  # of others it is not known whether they go together
            case = self._case([first, second], [True, True]) if common else None
            if case is not None:
                report.put("conditions-overlap", self.node.line, self.node.id, name=self._name(self.node),
                           one=self._flow(one), other=self._flow(other), **_said(case))  # fmt: skip
                return

    def _case(self, conditions: list[Expression], wanted: list[bool]) -> dict[str, Any] | None:
        """Values under which the conditions are answered so; None where there are none, or that cannot be known."""
        read = _together(condition.text for condition in conditions)
        points = {name: _points(values, self.domains.get(name)) for name, values in read.items()} if read else {}
        before: list[tuple[str, bool]] | None = None
        for case in _cases(points):
            if all(_holds(c.text, case) is answer for c, answer in zip(conditions, wanted, strict=True)):
                before = self._before(set(points)) if before is None else before
                if all(_holds(text, case) is answer for text, answer in before):
                    return case
        return None

    def _before(self, names: set[str]) -> list[tuple[str, bool]]:
        """What the flows before the gateway make sure of, as conditions with their answers. Where a flow that is not
        passed by every run, or one outside this scope, asks for the same data, an answer that no case gives."""
        found: list[tuple[str, bool]] = []
        for scope in scopes(self.process.scope):
            for flow in scope.flows.values():
                source = scope.nodes[flow.source]
                siblings = [scope.flows[id] for id in source.outgoing if id != source.default]
                texts = [each.condition.text for each in siblings if each.condition is not None]
                if flow.source == self.node.id or not any(_reads(text) & names for text in texts):
                    continue
                if scope is not self.scope:
                    return [("false", True)]
                if not self._reached(flow.target):
                    continue
                if self._reached(None, without=flow.id):
                    return [("false", True)]
                found += _sure(flow, source, siblings)
        return found

    def _reached(self, start: str | None, without: str = "") -> bool:
        """Whether a run comes to the gateway, from a node or from the beginning, without passing a flow."""
        nodes = self.scope.nodes
        open_ = [start] if start is not None else [node.id for node in nodes.values() if not node.incoming]
        seen: set[str] = set()
        while open_:
            id = open_.pop()
            if id == self.node.id:
                return True
            if id not in seen:
                seen.add(id)
                outgoing = [
                    *nodes[id].outgoing,
                    *(out for edge in nodes[id].boundaries for out in nodes[edge].outgoing),
                ]
                open_ += [self.scope.flows[out].target for out in outgoing if out != without]
        return False

    def _name(self, node: Node) -> str:
        return node.name or node.id

    def _flow(self, flow: Flow) -> str:
        return flow.name or self._name(self.scope.nodes[flow.target])


def _points(literals: set[Any], domain: Domain | None) -> list[Any]:
    """The values of a variable, compared with `literals`, that stand for all of its values."""
    some = next(iter(literals), True)
    if isinstance(some, bool):
        return [True, False]
    if isinstance(some, str):
        return list(domain.values) if domain is not None and domain.values else sorted(literals)
    numbers = sorted(literals)
    domain = domain or Domain(low=numbers[0], high=numbers[-1])
    found = {each + step for each in numbers for step in (-1, 0, 1)}
    if any(each != each.to_integral_value() for each in numbers):
        found |= {(low + high) / 2 for low, high in pairwise(numbers)}
    return sorted(each for each in found if domain.has(each))


def _anything(literals: set[Any]) -> list[Any]:
    """Values of a variable of which nothing is known: those that stand for all numbers, or one text besides."""
    found = _points(literals, Domain())
    return [*found, "khac"] if isinstance(found[0], str) else found


def _cases(points: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Every choice of a point for each variable; none where they are too many, or there is no variable."""
    count = 1
    for values in points.values():
        count *= len(values)
    if points and count <= MOST_CASES:
        yield from (dict(zip(points, values, strict=True)) for values in product(*points.values()))


def _nested(case: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Values by names with dots as the data that an expression reads."""
    data: dict[str, Any] = {}
    for name, value in case:
        *owners, last = name.split(".")
        at = data
        for owner in owners:
            at = at.setdefault(owner, {})
        at[last] = value
    return data


def _sure(flow: Flow, source: Node, siblings: list[Flow]) -> Iterator[tuple[str, bool]]:
    """What is certain once a flow was taken: its condition, and at an exclusive gateway that none before it held."""
    for each in siblings:
        if each.id == flow.id:
            break
        if source.kind == "exclusiveGateway" and each.condition is not None:
            yield each.condition.text, False
    if flow.id != source.default and flow.condition is not None:
        yield flow.condition.text, True


def _said(case: Mapping[str, Any]) -> dict[str, str]:
    """A case in words, in both languages."""
    said = [f"{name} = {_value(value)}" for name, value in case.items()]
    return {"case": " và ".join(said), "case_en": " and ".join(said)}


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else f"{value.normalize():f}"


@lru_cache(maxsize=16384)
def _answer(text: str, case: tuple[tuple[str, Any], ...]) -> bool | None:
    try:
        answer = feel.evaluate(text, _nested(case))
    except feel.FeelError:
        return None
    return answer if isinstance(answer, bool) else None


def _holds(text: str, case: Mapping[str, Any]) -> bool | None:
    return _answer(text, tuple(case.items()))


@lru_cache(maxsize=4096)
def _reads(text: str) -> frozenset[str]:
    """The variables of a condition, as far as they are compared; of others the names alone."""
    found = _asked(text)
    if found is not None:
        return frozenset(found)
    try:
        return frozenset(feel.names(text))
    except feel.FeelError:
        return frozenset()


def _together(texts: Iterable[str]) -> dict[str, set[Any]] | None:
    """The variables of several conditions with what they are compared with; None where that is not all they do, or the
    kinds of one variable differ."""
    found: dict[str, set[Any]] = {}
    for text in texts:
        asked = _asked(text)
        if asked is None:
            return None
        for name, literals in asked.items():
            found.setdefault(name, set()).update(literals)
    if any(len({type(each) for each in literals}) > 1 for literals in found.values()):
        return None
    owners = {name.rpartition(".")[0] for name in found}
    return None if owners & found.keys() else found


@lru_cache(maxsize=4096)
def _asked(text: str) -> Mapping[str, frozenset[Any]] | None:
    try:
        tree = parse(text)
    except feel.FeelError:
        return None
    found: dict[str, set[Any]] = {}
    return {name: frozenset(each) for name, each in found.items()} if _plain(tree, found) else None


def _plain(tree: Tree, found: dict[str, set[Any]]) -> bool:
    """Whether an expression only compares; notes the variables and what they are compared with."""
    kind, parts = tree.kind, tree.parts
    if kind in ("and", "or"):
        return all(_plain(each, found) for each in parts[0])
    if kind == "group":
        return _plain(parts[0], found)
    if kind == "call":
        callee, given = parts
        return callee.kind == "name" and callee.parts[0] == "not" and len(given) == 1 and _plain(given[0], found)
    if kind == "constant":
        return isinstance(parts[0], bool)
    if kind == "compare":
        return _compared(parts[1], [parts[2]], found) or _compared(parts[2], [parts[1]], found)
    if kind == "between":
        return _compared(parts[0], [parts[1], parts[2]], found)
    if kind == "in":
        return _compared(parts[0], [each for test in parts[1] for each in _bounds(test)], found)
    return _compared(tree, [], found, {True})


def _bounds(test: Tree) -> list[Any]:
    """The values that a test names: itself, both ends of a range, what is compared with."""
    if test.kind == "range":
        return list(test.parts[:2])
    return [test.parts[1]] if test.kind == "compared" else [test]


def _compared(variable: Tree, values: list[Any], found: dict[str, set[Any]], literals: Iterable[Any] = ()) -> bool:
    name = _dotted(variable)
    if name is None or not all(isinstance(each, Tree) and each.kind == "constant" for each in values):
        return False
    said = [*literals, *(each.parts[0] for each in values)]
    if not all(isinstance(each, bool | str | Decimal) for each in said):
        return False
    found.setdefault(name, set()).update(said)
    return True


def _dotted(tree: Tree) -> str | None:
    if tree.kind == "name":
        return str(tree.parts[0])
    if tree.kind == "path" and isinstance(tree.parts[1], list):
        owner = _dotted(tree.parts[0])
        return ".".join([owner, *(name for name, _ in tree.parts[1])]) if owner is not None else None
    return None
