"""What is known of the data on one way through a model: outcomes that were chosen, conditions that were decided.

Data are otherwise left open: a condition that is not known may be true or false. A condition that two gateways read is
decided once; where the same gateway is passed again, its data may have changed meanwhile and it decides anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from engine import feel
from engine.feel.builtins import BUILTINS
from engine.model.definition import Expression, Node, Process, Scope

#: Branches of an inclusive split of which all combinations are tried; of more only each alone, and all.
MOST_BRANCHES = 5

#: Variables by name, and decided conditions by ``?text`` as ``gateway`` and the answer; sorted.
Known = tuple[tuple[str, str], ...]


class Choice(NamedTuple):
    """Flows that are taken together, what is known then, and what had to be supposed of the data: texts of conditions
    with their answers."""

    flows: tuple[str, ...]
    known: Known
    supposed: tuple[tuple[str, bool], ...] = ()


def shared(processes: Iterable[Process]) -> frozenset[str]:
    """The conditions that more than one node reads."""
    readers: Counter[str] = Counter()
    for process in processes:
        for node, scope in _nodes(process.scope):
            texts = {plain(c.text)[0] for id in node.outgoing if (c := scope.flows[id].condition) is not None}
            readers.update(texts)
    return frozenset(text for text, count in readers.items() if count > 1)


def _nodes(scope: Scope) -> Iterator[tuple[Node, Scope]]:
    for node in scope.nodes.values():
        yield node, scope
        if node.scope is not None:
            yield from _nodes(node.scope)


@lru_cache(maxsize=4096)
def plain(text: str) -> tuple[str, bool]:
    """A condition without a ``not(…)`` around the whole of it, and whether there was one."""
    said, turned = " ".join(text.split()), False
    while said.startswith("not(") and said.endswith(")") and _closes_last(said):
        said, turned = said[4:-1].strip(), not turned
    return said, turned


def _closes_last(text: str) -> bool:
    depth = 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and depth == 0:
            return index == len(text) - 1
    return False


@lru_cache(maxsize=4096)
def names(text: str) -> frozenset[str] | None:
    """The data that an expression reads; None where it cannot be read, or reads the clock."""
    try:
        found = frozenset(feel.compile(text).names)
    except feel.FeelError:
        return None
    return None if found & {"now", "today"} else found - BUILTINS.keys()


@lru_cache(maxsize=16384)
def _value(text: str, data: Known) -> bool | None:
    try:
        answer = feel.evaluate(text, dict(data))
    except feel.FeelError:
        return None
    return answer if isinstance(answer, bool) else None


def answer(condition: Expression | None, gateway: str, known: Known) -> bool | None:
    """Whether a condition holds, None where the data leave it open."""
    if condition is None:
        return None
    said, turned = plain(condition.text)
    data = dict(known)
    decided = data.get(f"?{said}")
    if decided is not None:
        owner, held = decided.rsplit(" ", 1)
        if owner != gateway:
            return (held == "1") != turned
    read = names(condition.text)
    if read is None or any(name not in data for name in read):
        return None
    return _value(condition.text, tuple((name, data[name]) for name in sorted(read)))


def learn(known: Known, name: str, value: str | None) -> Known:
    """What is known once a variable is written; None: with what nobody knows."""
    data = dict(known)
    if value is None:
        if name not in data:
            return known
        del data[name]
    else:
        data[name] = value
    return tuple(sorted(data.items()))


class Chooser:
    """The choices at nodes with several ways out."""

    def __init__(self, common: frozenset[str]) -> None:
        self.common = common

    def of(self, scope: Scope, node: Node, known: Known) -> list[Choice]:
        """Every choice that the data leave; none where certainly no flow is taken."""
        out = node.outgoing
        if len(out) < 2 or node.kind in ("parallelGateway", "eventBasedGateway"):
            return [Choice(out, known)]
        conditions = {id: scope.flows[id].condition for id in out}
        if node.kind == "exclusiveGateway":
            return list(self._one(node, conditions, known))
        if node.kind == "inclusiveGateway" or any(conditions.values()):
            return list(self._some(node, conditions, known))
        return [Choice(out, known)]

    def _one(self, node: Node, conditions: dict[str, Expression | None], known: Known) -> Iterator[Choice]:
        doubts: list[Expression] = []
        for id, condition in conditions.items():
            if id == node.default:
                continue
            held = answer(condition, node.id, known)
            if held is False:
                continue
            refused = tuple((doubt, False) for doubt in doubts)
            if held:
                yield self._choice((id,), node, known, refused)
                return
            yield self._choice((id,), node, known, (*refused, *([(condition, True)] if condition else [])))
            if condition is not None:
                doubts.append(condition)
        if node.default is not None:
            yield self._choice((node.default,), node, known, tuple((doubt, False) for doubt in doubts))

    def _some(self, node: Node, conditions: dict[str, Expression | None], known: Known) -> Iterator[Choice]:
        certain: list[str] = []
        open_: dict[str, Expression | None] = {}
        for id, condition in conditions.items():
            if id == node.default:
                continue
            if condition is None and node.kind != "inclusiveGateway":
                certain.append(id)
                continue
            held = answer(condition, node.id, known)
            if held is None:
                open_[id] = condition
            elif held:
                certain.append(id)
        for taken in _sets(list(open_)):
            supposed = tuple((c, id in taken) for id, c in open_.items() if c is not None)
            flows = (*certain, *taken)
            if not flows and node.default is not None:
                flows = (node.default,)
            if flows:
                yield self._choice(flows, node, known, supposed)

    def _choice(
        self, flows: tuple[str, ...], node: Node, known: Known, supposed: tuple[tuple[Expression, bool], ...]
    ) -> Choice:
        for condition, held in supposed:
            said, turned = plain(condition.text)
            if said in self.common:
                known = learn(known, f"?{said}", f"{node.id} {int(held != turned)}")
        return Choice(flows, known, tuple((condition.text, held) for condition, held in supposed))


def _sets(flows: list[str]) -> Iterator[tuple[str, ...]]:
    sizes = range(len(flows) + 1) if len(flows) <= MOST_BRANCHES else (0, 1, len(flows))
    for size in dict.fromkeys(sizes):
        yield from combinations(flows, size)
