"""What scenarios touch of a bundle: the sequence flows, the outcomes of tasks and the rules of decision tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine import dmn, model
from engine.commands.definitions import is_bpmn
from engine.model.definition import Flow, Node, Process, Scope
from engine.refusal import Lang

Kind = Literal["flow", "outcome", "rule"]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a scenario can touch.

    element: the flow, the task or the decision table. said: the outcome, or the number of the rule. name, source and
    target are for people. variable: what the outcome is written to. by: the node whose completion says it as well (the
    event behind an event gateway, a task with one outcome)."""

    kind: Kind
    file: str
    element: str
    said: str = ""
    name: str = ""
    source: str = ""
    target: str = ""
    variable: str = ""
    by: str = ""

    def sentence(self, lang: Lang = "vi") -> str:
        """What it is, in words."""
        if self.kind == "flow":
            named = f" “{self.name}”" if self.name else ""
            return {
                "vi": f"Luồng{named} từ “{self.source}” đến “{self.target}”",
                "en": f"The flow{named} from '{self.source}' to '{self.target}'",
            }[lang]
        if self.kind == "outcome":
            return {
                "vi": f"Kết quả “{self.name}” của bước “{self.source}”",
                "en": f"The outcome '{self.name}' of the step '{self.source}'",
            }[lang]
        named = f" ({self.name})" if self.name else ""
        return {
            "vi": f"Dòng {self.said}{named} của quyết định “{self.source}”",
            "en": f"Row {self.said}{named} of the decision '{self.source}'",
        }[lang]

    def as_dict(self, lang: Lang = "vi") -> dict[str, str]:
        """As `models test --coverage --json` gives it."""
        return {
            "kind": self.kind,
            "file": self.file,
            "element": self.element,
            "said": self.said,
            "message": self.sentence(lang),
        }


@dataclass(slots=True)
class Touched:
    """What one or more runs touched."""

    flows: set[str] = field(default_factory=set)
    completed: set[tuple[str, str, str]] = field(default_factory=set)  # task, variable, text that it was given
    done: set[str] = field(default_factory=set)
    rows: set[tuple[str, int]] = field(default_factory=set)

    def complete(self, element: str, brought: Mapping[str, Any] | None) -> None:
        """A node was completed, and brought these values."""
        self.done.add(element)
        self.completed.update((element, name, one) for name, one in (brought or {}).items() if isinstance(one, str))

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "flows": sorted(self.flows),
            "completed": sorted(map(list, self.completed)),
            "done": sorted(self.done),
            "rows": sorted(map(list, self.rows)),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Touched:
        """What `kept` made of it."""
        return cls(
            set(kept["flows"]),
            {(task, name, said) for task, name, said in kept["completed"]},
            set(kept["done"]),
            {(table, int(rule)) for table, rule in kept["rows"]},
        )

    def add(self, other: Touched) -> None:
        """Takes in what another run touched."""
        self.flows |= other.flows
        self.completed |= other.completed
        self.done |= other.done
        self.rows |= other.rows

    def __contains__(self, part: Part) -> bool:
        if part.kind == "flow":
            return part.element in self.flows or part.by in self.done
        if part.kind == "rule":
            return (part.element, int(part.said)) in self.rows
        return (part.element, part.variable, part.said) in self.completed or part.by in self.done


def parts(bodies: Mapping[str, bytes], lang: Lang = "vi") -> list[Part]:
    """Everything that scenarios can touch in these `.bpmn` and `.dmn` files. A file that cannot be read has nothing.
    Rules count of the tables of decisions that the models ask for, directly or through another decision."""
    found: list[Part] = []
    asked: set[str] = set()
    any_asked = False
    for name, body in sorted(bodies.items()):
        if is_bpmn(name):
            try:
                processes = model.read(body, name, bundled=True).processes.values()
            except model.ModelError:
                continue
            for process in processes:
                found += _of_process(process, name, lang)
                for node in process.scope.walk():
                    if isinstance(node.decision, str):
                        asked.add(node.decision)
                    elif node.decision is not None:
                        any_asked = True  # its name is evaluated
    for name, body in sorted(bodies.items()):
        if name.endswith(".dmn"):
            for table in dmn.tables(body):
                if any_asked or table.asked_by & asked:
                    found += [
                        Part("rule", name, table.id, str(number), said, table.decision)
                        for number, said in enumerate(table.rules, 1)
                    ]
    return found


def _of_process(process: Process, file: str, lang: Lang) -> Iterator[Part]:
    for scope in _scopes(process.scope):
        yield from (_flow(scope, flow, file) for flow in scope.flows.values())
        for node in scope.nodes.values():
            yield from _outcomes(node, file, lang)


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for node in scope.walk():
        if node.scope is not None:
            yield node.scope


def _flow(scope: Scope, flow: Flow, file: str) -> Part:
    source, target = (_name(scope.nodes.get(id), id) for id in (flow.source, flow.target))
    raced = scope.nodes[flow.source].kind == "eventBasedGateway"
    return Part("flow", file, flow.id, "", flow.name, source, target, by=flow.target if raced else "")


def _outcomes(node: Node, file: str, lang: Lang) -> Iterator[Part]:
    for one in node.outcomes:
        label = one.label_en if lang == "en" and one.label_en else one.label
        yield Part(
            "outcome",
            file,
            node.id,
            one.id,
            label or one.id,
            _name(node, node.id),
            variable=node.outcome_variable,
            by=node.id if len(node.outcomes) == 1 else "",
        )


def _name(node: Node | None, id: str) -> str:
    return " ".join(node.name.split()) if node is not None and node.name else id
