"""Texts of a decision model that mean nothing: functions that do not exist, text without quotes, decisions without
logic."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.columns import columns
from engine.dmn.drg import Model, Node
from engine.dmn.finding import Finding, owner
from engine.dmn.xml import Element, first, inside, line, tag, text
from engine.feel.errors import FeelError
from engine.feel.foreseen import doubts
from engine.feel.messages import clip
from engine.feel.tree import Node as Tree
from engine.feel.tree import children

#: The elements whose text is an expression; those whose text is unary tests.
_EXPRESSIONS = ("literalExpression", "inputExpression", "outputEntry", "defaultOutputEntry")
_TESTS = ("inputEntry", "inputValues", "outputValues", "allowedValues", "typeConstraint")
_LOGIC = ("literalExpression", "decisionTable", "context", "invocation", "relation", "list", "functionDefinition",
          "conditional", "for", "every", "some", "filter", "encapsulatedLogic")  # fmt: skip


def meaningless(model: Model) -> Iterator[Finding]:
    """The findings, in no particular order."""
    named = _named(model)
    for element in model.root.iter():
        if tag(element) in _EXPRESSIONS or tag(element) in _TESTS:
            yield from _functions(element, model, named)
    for node in model.by_id.values():
        if node.kind == "decision":
            yield from _logic(node)
            if not node.requires:
                yield from _unquoted(node, model, named)


def _named(model: Model) -> frozenset[str]:
    """Every name that something in the model has: its elements, imports, columns, parameters and entries."""
    found = {each for element in model.root.iter() if isinstance(element.tag, str) and (each := element.get("name"))}
    found |= {" ".join(name.split()) for name in found}
    return frozenset(found) | model.imports.keys() | model.by_name.keys()


def _tree(element: Element, model: Model) -> Tree | None:
    """The tree of an element's text; None where there is none, or it is a fault of its own."""
    content = text(element).strip()
    if content in ("", "-"):
        return None
    try:
        return model.read(content, tag(element) in _TESTS)
    except (FeelError, RecursionError):
        return None


def _functions(element: Element, model: Model, named: frozenset[str]) -> Iterator[Finding]:
    tree = _tree(element, model)
    for doubt in doubts(tree, lambda name: name not in named and "." not in name) if tree is not None else ():
        where = f"«{clip(text(element))}»"
        yield Finding(
            "function", line(element), owner(element), (), f"{where}: {doubt.sentence()}",
            f"{where}: {doubt.sentence('en')}",
        )  # fmt: skip


def _logic(node: Node) -> Iterator[Finding]:
    logic = first(node.element, *_LOGIC)
    if logic is None or (tag(logic) == "literalExpression" and not text(logic).strip()):
        yield Finding(
            "empty", line(node.element), owner(node.element), (),
            f"Quyết định «{clip(node.name)}» không có lô-gic, luôn cho giá trị trống (null)",
            f"The decision «{clip(node.name)}» has no logic, and is always null",
        )  # fmt: skip


def _unquoted(node: Node, model: Model, named: frozenset[str]) -> Iterator[Finding]:
    """Names that stand by themselves in cells, where nothing that the decision reads is called so: text whose quotes
    were left out. A decision that says what it requires is looked at as a whole (`consistency`)."""
    for table in node.element.iter():
        if tag(table) != "decisionTable":
            continue
        known = named | _read(table, model)
        for number, rule in enumerate(inside(table, "rule"), 1):
            entries = [*inside(rule, "inputEntry"), *inside(rule, "outputEntry")]
            titles = [*columns(table, "input", model), *columns(table, "output", model)]
            for column, entry in zip(titles, entries, strict=False):
                for name in _alone(_tree(entry, model)):
                    if name not in known:
                        yield _quotes(number, column.title, name, entry)


def _read(table: Element, model: Model) -> frozenset[str]:
    """The names that the inputs of a table read."""
    found: set[str] = set()
    for clause in inside(table, "input"):
        expression = first(clause, "inputExpression")
        stack = [tree] if expression is not None and (tree := _tree(expression, model)) is not None else []
        while stack:
            current = stack.pop()
            stack.extend(children(current.parts))
            if current.kind == "name":
                found.add(str(current.parts[0]))
    return frozenset(found)


def _alone(tree: Tree | None) -> Iterator[str]:
    """The names that are a whole test or a whole output."""
    if tree is None:
        return
    tests = tree.parts[0] if tree.kind == "unary" else [tree]
    for test in tests:
        if isinstance(test, Tree) and test.kind == "name" and test.parts[0] != "?":
            yield str(test.parts[0])


def _quotes(number: int, title: str, name: str, entry: Element) -> Finding:
    return Finding(
        "name", line(entry), owner(entry), (number,),
        f"Luật {number}: ô «{clip(title)}» ghi {clip(name)} không có dấu nháy kép: là một tên mà không gì mang",
        f"Rule {number}: the cell «{clip(title)}» says {clip(name)} without quotes: a name, which nothing has",
    )  # fmt: skip
