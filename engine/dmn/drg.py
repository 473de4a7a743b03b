"""The elements of a decision requirements graph, as read from one file (DMN clause 6), and its item definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.dmn.errors import DmnError
from engine.dmn.xml import Element, first, inside, line, tag, text
from engine.feel.api import Compiled
from engine.feel.bounds import Run
from engine.feel.errors import FeelError
from engine.feel.lexer import special_names
from engine.feel.tree import Node as Tree
from engine.feel.tree import parse
from engine.feel.types import ANY, BUILT_IN, Type

#: What the modelers of Camunda 7 write for numbers.
_OTHER_NAMES = {"integer": "number", "long": "number", "double": "number", "int": "number", "float": "number"}
KINDS = {"inputData", "decision", "businessKnowledgeModel", "decisionService"}


@dataclass(slots=True, eq=False)
class Node:
    """An input, decision, business knowledge model or decision service."""

    kind: str
    id: str
    name: str
    element: Element
    model: Model
    requires: list[Node] = field(default_factory=list)
    type: Type | None = None
    type_error: str = ""
    code: Any = None

    def __repr__(self) -> str:
        return f"{self.kind} {self.name!r}"


class Model:
    """One file: its elements by id and name, its types, and the models it imports by their local names."""

    def __init__(self, root: Element) -> None:
        if tag(root) != "definitions" or ("/DMN/" not in (root.tag or "") and "dmn" not in str(root.tag).lower()):
            raise DmnError("Tệp không phải mô hình DMN", "The file is no DMN model", line(root))
        self.root = root
        self.namespace = root.get("namespace") or ""
        self.name = root.get("name") or ""
        self.by_id: dict[str, Node] = {}
        self.by_name: dict[str, Node] = {}
        self.imports: dict[str, Model] = {}
        self.types: dict[str, Type] = {}
        self.names: frozenset[str] = frozenset()
        self.trees: dict[tuple[str, bool], Tree] = {}
        for element in root:
            if tag(element) in KINDS:
                self._take(element)

    def _take(self, element: Element) -> None:
        name = " ".join((element.get("name") or "").split())
        node = Node(tag(element), element.get("id") or name, name, element, self)
        self.by_id.setdefault(node.id, node)
        self.by_name.setdefault(name, node)

    def read(self, content: str, unary: bool = False) -> Tree:
        """The tree of FEEL text, with the names of the model; the same text is read once. Raises FeelError."""
        found = self.trees.get((content, unary))
        if found is None:
            found = self.trees[content, unary] = parse(content, self.names, unary)
        return found

    def all_names(self) -> set[str]:
        """Every name that stands in the file: what its texts may refer to."""
        return {
            " ".join(element.get(key, "").split())
            for element in self.root.iter()
            for key in ("name", "iteratorVariable")
            if isinstance(element.tag, str) and element.get(key)
        }

    def link(self, models: Mapping[str, Model]) -> None:
        """Find the imported models, the types and the requirements. `models` are all that are known, by namespace."""
        for element in inside(self.root, "import"):
            other = models.get(element.get("namespace") or "")
            name = " ".join((element.get("name") or "").split())
            if other is not None and other is not self:
                while not name.strip("\0") and name in self.imports:
                    name += "\0"  # several imports without a name are kept apart
                self.imports[name] = other

    def prepare(self) -> None:
        """Second step of linking, when every model knows its imports."""
        names = self.all_names()
        seen, stack = {id(self)}, list(self.imports.values())
        while stack:
            other = stack.pop()
            if id(other) not in seen:
                seen.add(id(other))
                names |= other.all_names()
                stack.extend(other.imports.values())
        self.names = special_names(names)
        self.types = _types(self)
        for node in self.by_id.values():
            node.requires = [r for r in map(self._required, node.element.iter()) if r is not None]

    def _required(self, element: Element) -> Node | None:
        if tag(element) not in ("requiredInput", "requiredDecision", "requiredKnowledge"):
            return None
        return self.node_at(element.get("href") or "")

    def node_at(self, href: str) -> Node | None:
        """The element that a reference means: ``#id``, or ``namespace#id`` of an imported model."""
        namespace, _, identity = href.rpartition("#")
        if not namespace or namespace == self.namespace:
            return self.by_id.get(identity) or self._anywhere(identity)
        stack, seen = list(self.imports.values()), set[int]()
        while stack:
            other = stack.pop()
            if id(other) in seen:
                continue
            seen.add(id(other))
            if other.namespace == namespace and identity in other.by_id:
                return other.by_id[identity]
            stack.extend(other.imports.values())
        return None

    def _anywhere(self, identity: str) -> Node | None:
        return next((m.by_id[identity] for m in self.imports.values() if identity in m.by_id), None)

    def import_path(self, other: Model) -> tuple[str, ...] | None:
        """The local names that lead to an imported model; empty for this one."""
        if other is self:
            return ()
        queue: list[tuple[tuple[str, ...], Model]] = [((), self)]
        seen: set[int] = set()
        while queue:
            path, model = queue.pop(0)
            if id(model) in seen:
                continue
            seen.add(id(model))
            for name, imported in model.imports.items():
                if imported is other:
                    return (*path, name)
                queue.append(((*path, name), imported))
        return None

    def type_named(self, reference: str | None) -> tuple[Type | None, bool]:
        """The type of a ``typeRef`` (None for none) and whether it is known."""
        if not reference:
            return None, True
        name = " ".join(reference.split())
        name = _OTHER_NAMES.get(name, name)
        for candidate in (name, name.rpartition("}")[2], name.rpartition(":")[2]):
            if candidate in self.types:
                return self.types[candidate], True
            if candidate in BUILT_IN:
                return BUILT_IN[candidate], True
        return None, False


def named(name: str) -> bool:
    """Whether an import has a name; the elements of one without are read like the model's own (DMN 6.3.3)."""
    return bool(name.strip("\0"))


def _types(model: Model) -> dict[str, Type]:
    """The types of a model: its item definitions, and those of its imports under ``import.name``."""
    types: dict[str, Type] = {}
    for name, other in model.imports.items():
        own = other.types or _types(other)
        types.update({f"{name}.{each}" if named(name) else each: value for each, value in own.items()})
    definitions = [(e, " ".join((e.get("name") or "").split())) for e in inside(model.root, "itemDefinition")]
    for _, name in definitions:
        types[name] = Type("Any", name)
    model.types = types
    for element, name in definitions:
        _define(types[name], element, model, name, 0)
    for _ in range(20):  # what refers to a later definition is filled in when that is known
        if not any(_settle(types[name], element, model) for element, name in definitions):
            break
    return types


def _define(target: Type, element: Element, model: Model, name: str, depth: int) -> None:
    components = list(inside(element, "itemComponent"))
    function = first(element, "functionItem")
    if components and depth < 60:
        target.kind, target.fields = "context", {}
        for component in components:
            field_type = Type("Any", "")
            _define(field_type, component, model, "", depth + 1)
            target.fields[" ".join((component.get("name") or "").split())] = field_type
    elif function is not None:
        target.kind = "function"
        target.parameters = tuple(_reference(p.get("typeRef"), model) for p in inside(function, "parameters"))
        target.result = _reference(function.get("outputTypeRef"), model)
    else:
        reference = first(element, "typeRef")
        copied = _reference("" if reference is None else (reference.text or ""), model)
        _copy(target, copied)
    target.name = name or target.name
    _constrain(target, element, model)


def _constrain(target: Type, element: Element, model: Model) -> None:
    """Allowed values, of the elements of a collection; the type constraint of the whole."""
    allowed = _allowed(first(element, "allowedValues"), model)
    if allowed is not None:
        target.allowed = _both(target.allowed, allowed)
    if (element.get("isCollection") or "").strip() == "true":
        inner = Type("Any")
        _copy(inner, target)
        inner.allowed = target.allowed
        target.kind, target.element = "list", inner
        target.fields = target.parameters = target.result = target.allowed = None
    constraint = _allowed(first(element, "typeConstraint"), model)
    if constraint is not None:
        target.allowed = _both(target.allowed, constraint)


def _both(one: Callable[[Any, Run], bool] | None, other: Callable[[Any, Run], bool]) -> Callable[[Any, Run], bool]:
    return other if one is None else lambda value, run: one(value, run) and other(value, run)


def _settle(target: Type, element: Element, model: Model) -> bool:
    """Define again what pointed at a definition that came later; whether anything changed."""
    if target.kind != "Any":
        return False
    reference = first(element, "typeRef")
    name = "" if reference is None else (reference.text or "").strip()
    if name in ("", "Any", "feel:Any", "feel:any", "any"):
        return False
    _define(target, element, model, target.name, 0)
    return target.kind != "Any"


def _reference(reference: str | None, model: Model) -> Type:
    found, _ = model.type_named((reference or "").strip())
    return found or ANY


def _copy(target: Type, source: Type) -> None:
    target.kind, target.element, target.fields = source.kind, source.element, source.fields
    target.parameters, target.result, target.allowed = source.parameters, source.result, source.allowed


def unreadable(model: Model) -> Iterator[tuple[Element, FeelError]]:
    """Allowed values of the item definitions that are no FEEL, and therefore constrain nothing."""
    for definition in inside(model.root, "itemDefinition"):
        for element in definition.iter():
            if tag(element) in ("allowedValues", "typeConstraint") and text(element).strip():
                try:
                    model.read(text(element), True)
                except FeelError as error:
                    yield element, error


def _allowed(element: Element | None, model: Model) -> Callable[[Any, Run], bool] | None:
    content = text(element)
    if not content.strip():
        return None
    try:
        test = Compiled(content, model.names, unary=True, types=model.types)
    except FeelError:
        return None

    def passes(value: Any, run: Run) -> bool:
        return test.run(run, value) is True

    return passes
