"""Boxed expressions (DMN clauses 7.3 and 10.2) as closures over the same environment as FEEL's.

A text that is no FEEL makes only its own value null: the rest of the model stays usable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.dmn.drg import Model
from engine.dmn.xml import Element, first, inside, line, tag, text
from engine.feel.bounds import Run
from engine.feel.compare import kind_of
from engine.feel.compiler import compile_node
from engine.feel.errors import FeelError
from engine.feel.functions import External, FeelFunction, Function
from engine.feel.iteration import run_iteration, run_quantified, select
from engine.feel.scope import Code, Scope
from engine.feel.tree import Node, holds
from engine.feel.types import Type, coerce

EXPRESSIONS = (
    "literalExpression",
    "decisionTable",
    "context",
    "invocation",
    "functionDefinition",
    "relation",
    "list",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
)


class Boxes:
    """Compiles the boxed expressions of one model; `faults` collects what cannot be read."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.faults: list[tuple[Element, str, str]] = []

    def scope(self) -> Scope:
        """A scope at the top of an expression."""
        return Scope(self.model.types)

    def child(self, element: Element | None, scope: Scope) -> Code:
        """The expression among the children of an element; null where there is none."""
        found = None if element is None else first(element, *EXPRESSIONS)
        return _nothing if found is None else self.compile(found, scope)

    def compile(self, element: Element, scope: Scope) -> Code:
        """The closure of a boxed expression, its value checked against its own ``typeRef``."""
        compiler: Callable[[Element, Scope], Code] = getattr(self, "box_" + tag(element))
        return self.typed(compiler(element, scope), element.get("typeRef"), tag(element))

    def typed(self, code: Code, reference: str | None, name: str) -> Code:
        """The code with its value as a type wants it: null where it does not fit."""
        wanted, known = self.model.type_named(reference)
        if not known or wanted is None or (wanted.kind == "Any" and wanted.allowed is None):
            return code
        return checked(code, wanted, name)

    def feel(self, content: str, element: Element | None, scope: Scope, unary: bool = False) -> Code:
        """FEEL text; where it is none, null with a diagnostic."""
        return self.read(content, element, scope, unary)[1]

    def outside(self, element: Element) -> None:
        """A function of Java or PMML is a fault: it is never called."""
        self.faults.append(
            (
                element,
                "Hàm Java hoặc PMML không được gọi, chỉ FEEL",
                "Functions of Java or PMML are never called, only FEEL",
            )
        )

    def foreign(self, element: Element) -> bool:
        """Whether a text is in another language than FEEL: that of the element, or else of the model."""
        language = self.language(element)
        return bool(language) and "FEEL" not in language.upper()

    def language(self, element: Element) -> str:
        """The language that a text says it is in."""
        return element.get("expressionLanguage") or self.model.root.get("expressionLanguage") or ""

    def read(
        self, content: str, element: Element | None, scope: Scope, unary: bool = False
    ) -> tuple[Node | None, Code]:
        """The tree of FEEL text, None where it is none, and its closure."""
        if element is not None and self.foreign(element):
            language = self.language(element)[-40:]
            self.faults.append(
                (
                    element,
                    f"Ngôn ngữ «{language}» không được tính, chỉ FEEL",
                    f"The language «{language}» is not evaluated, only FEEL",
                )
            )
            return None, _external
        try:
            node = self.model.read(content, unary)
            if element is not None and "external" in content and holds(node, "external"):
                self.outside(element)
            return node, compile_node(node, scope)
        except (FeelError, RecursionError) as error:
            code, details = (error.code, error.details) if isinstance(error, FeelError) else ("nesting", (0,))
            if element is not None:
                sentences = [error.sentence(x) if isinstance(error, FeelError) else "" for x in ("vi", "en")]
                self.faults.append((element, sentences[0], sentences[1]))
            place = (error.line, error.column) if isinstance(error, FeelError) else (1, 1)

            def faulty(env: list[Any]) -> None:
                env[0].note(code, details, place)

            return None, faulty

    def box_literalExpression(self, element: Element, scope: Scope) -> Code:
        content = text(element)
        if not content.strip():
            return _nothing
        return self.feel(content, element, scope)

    def box_context(self, element: Element, scope: Scope) -> Code:
        known: dict[str, int] = {}
        entries: list[tuple[str | None, int, Code]] = []
        with scope.level(known):
            for entry in inside(element, "contextEntry"):
                variable = first(entry, "variable")
                code = self.child(entry, scope)
                if variable is None:
                    entries.append((None, 0, code))
                    continue
                name = " ".join((variable.get("name") or "").split())
                slot = scope.slot()
                is_function = first(entry, "functionDefinition") is not None
                if is_function:
                    with scope.level({name: slot}):
                        code = self.child(entry, scope)
                entries.append((name, slot, self.typed(code, variable.get("typeRef"), name)))
                known[name] = slot

        def context(env: list[Any]) -> Any:
            result: dict[str, Any] = {}
            for name, slot, code in entries:
                value = code(env)
                if name is None:
                    return value
                if value.__class__ is FeelFunction:
                    value.captured[slot] = value
                env[slot] = result[name] = value
            return result

        return context

    def box_list(self, element: Element, scope: Scope) -> Code:
        codes = [self.compile(child, scope) for child in inside(element, *EXPRESSIONS)]
        return lambda env: [code(env) for code in codes]

    def box_relation(self, element: Element, scope: Scope) -> Code:
        columns = [(" ".join((c.get("name") or "").split()), c.get("typeRef")) for c in inside(element, "column")]
        rows = [
            [
                (name, self.typed(self.compile(cell, scope), reference, name))
                for cell, (name, reference) in zip(inside(row, *EXPRESSIONS), columns, strict=False)
            ]
            for row in inside(element, "row")
        ]
        return lambda env: [{name: code(env) for name, code in row} for row in rows]

    def box_conditional(self, element: Element, scope: Scope) -> Code:
        condition, yes, no = (self.child(first(element, name), scope) for name in ("if", "then", "else"))

        def conditional(env: list[Any]) -> Any:
            value = condition(env)
            if value is True:
                return yes(env)
            if value is not False:
                env[0].note("condition", (kind_of(value),))
            return no(env)

        return conditional

    def box_filter(self, element: Element, scope: Scope) -> Code:
        base = self.child(first(element, "in"), scope)
        slot = scope.slot()
        with scope.level(slot):
            test = self.child(first(element, "match"), scope)
        place = (line(element), 1)

        def filtered(env: list[Any]) -> Any:
            values = base(env)
            if values is None:
                return None
            return select(values if type(values) is list else [values], test, slot, 8, env, place, True)

        return filtered

    def _iterator(self, element: Element, scope: Scope, known: dict[str, int], body: str) -> tuple[Any, Code]:
        source = self.child(first(element, "in"), scope)
        place = (line(element), 1)
        with scope.level(known):
            name = " ".join((element.get("iteratorVariable") or "").split())
            slot = known[name] = scope.slot()
            if body == "return":
                known["partial"] = scope.slot()
            inner = self.child(first(element, body), scope)
        return [(slot, source, None, place)], inner

    def box_for(self, element: Element, scope: Scope) -> Code:
        known: dict[str, int] = {}
        sources, body = self._iterator(element, scope, known, "return")
        read = any("partial" in (e.text or "") for e in element.iter())
        partial, place = known["partial"] if read else 0, (line(element), 1)
        return lambda env: run_iteration(sources, body, partial, 8, place, env)

    def box_some(self, element: Element, scope: Scope) -> Code:
        sources, body = self._iterator(element, scope, {}, "satisfies")
        place = (line(element), 1)
        return lambda env: run_quantified(sources, body, True, 8, place, env)

    def box_every(self, element: Element, scope: Scope) -> Code:
        sources, body = self._iterator(element, scope, {}, "satisfies")
        place = (line(element), 1)
        return lambda env: run_quantified(sources, body, False, 8, place, env)

    def box_invocation(self, element: Element, scope: Scope) -> Code:
        callee = self.child(element, scope)
        title = text(first(element, "literalExpression")).strip()
        bindings = []
        for binding in inside(element, "binding"):
            parameter = first(binding, "parameter")
            name = " ".join(((parameter.get("name") if parameter is not None else "") or "").split())
            code = self.child(binding, scope)
            reference = None if parameter is None else parameter.get("typeRef")
            bindings.append((name, self.typed(code, reference, name)))

        def invocation(env: list[Any]) -> Any:
            run: Run = env[0]
            function = callee(env)
            if not isinstance(function, Function):
                run.note("invocation", (title,))
                return None
            return function.call_named(run, {name: code(env) for name, code in bindings})

        return invocation

    def box_functionDefinition(self, element: Element, scope: Scope) -> Code:
        parameters = list(inside(element, "formalParameter"))
        names = tuple(" ".join((p.get("name") or "").split()) for p in parameters)
        if (element.get("kind") or "FEEL") != "FEEL":
            self.outside(element)
            return lambda env: External(names)
        types = tuple(self.model.type_named(p.get("typeRef"))[0] for p in parameters)
        slots = tuple(scope.slot() for _ in names)
        with scope.level(dict(zip(names, slots, strict=True))):
            body = self.child(element, scope)
        return lambda env: FeelFunction(names, types, slots, body, env[:], 20)

    def box_decisionTable(self, element: Element, scope: Scope) -> Code:
        from engine.dmn.table import compile_table

        return compile_table(self, element, scope)


def checked(code: Code, wanted: Type, name: str) -> Code:
    """The code with its value made to fit a type, or null with a diagnostic."""

    def typed(env: list[Any]) -> Any:
        value = code(env)
        if value is None:
            return None
        run: Run = env[0]
        result, fits = coerce(value, wanted, run)
        if not fits:
            run.note("type_error", (name, str(wanted)))
        return result

    return typed


def _nothing(env: list[Any]) -> None:
    """An expression that is not there."""


def _external(env: list[Any]) -> None:
    env[0].note("external")
