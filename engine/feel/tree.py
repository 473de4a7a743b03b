"""The tree of an expression, made bottom-up while lark parses, so that no text can make Python recurse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from engine.feel.bounds import MAX_NESTING, Place
from engine.feel.errors import FeelLimitError, FeelSyntaxError
from engine.feel.grammar import GRAMMAR
from engine.feel.lexer import TokenLexer, tokens
from engine.feel.numbers import parse_number
from engine.feel.temporal_text import parse_literal


class Node:
    """A node: what it is (`kind`), where it stands, its parts, and how deep and how large it is."""

    __slots__ = ("depth", "kind", "parts", "place", "size")
    depth: int
    size: int

    def __init__(self, kind: str, place: Place, *parts: Any) -> None:
        self.kind, self.place, self.parts = kind, place, parts
        depth, size = 0, 1
        for child in children(parts):
            depth = max(depth, child.depth)
            size += child.size
        self.depth, self.size = depth + 1, size
        if depth > MAX_NESTING:
            raise FeelLimitError("nesting", (MAX_NESTING,), *place)

    def __repr__(self) -> str:
        return f"{self.kind}{self.parts!r}"


def children(parts: Iterable[Any]) -> Iterable[Node]:
    """The nodes among the parts of a node."""
    for part in parts:
        if isinstance(part, Node):
            yield part
        elif isinstance(part, list | tuple):
            yield from children(part)


def reads(node: Node, name: str) -> bool:
    """Whether a name stands anywhere in an expression."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.kind == "name" and current.parts[0] == name:
            return True
        stack.extend(children(current.parts))
    return False


def holds(node: Node, kind: str) -> bool:
    """Whether a node of that kind stands anywhere in an expression."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.kind == kind:
            return True
        stack.extend(children(current.parts))
    return False


class TypeNode:
    """A type as it is written: a name, or a composed one."""

    __slots__ = ("kind", "name", "parts", "place")

    def __init__(self, kind: str, name: str, parts: list[Any], place: Place) -> None:
        self.kind, self.name, self.parts, self.place = kind, name, parts, place


Nodes = list["Node"]
Items = list[Any]
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)


def unquote(text: str) -> str:
    """The characters that a string literal denotes; what is no escape stands for itself."""
    inner = text[1:-1]
    if "\\" not in inner:
        return inner

    def replace(match: re.Match[str]) -> str:
        if match[1] or match[2]:
            point = int(match[1] or match[2], 16)
            return chr(point) if point <= 0x10FFFF else match[0]
        return _ESCAPES.get(match[3], match[0])

    result = _ESCAPE.sub(replace, inner)
    return result.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _at(token: Any) -> Place:
    if isinstance(token, Node):
        return token.place
    return (token.line or 1, token.column or 1)


def _nodes(items: Iterable[Any]) -> list[Any]:
    return [item for item in items if not isinstance(item, Token)]


@v_args(inline=True)
class Builder(Transformer[Token, Node]):
    """Rule by rule from tokens and nodes to a node."""

    def start(self, node: Node) -> Node:
        return node

    def number(self, token: Token) -> Node:
        return Node("constant", _at(token), parse_number(token))

    def string(self, token: Token) -> Node:
        return Node("constant", _at(token), unquote(token))

    def name(self, token: Token) -> Node:
        return Node("name", _at(token), str(token))

    def true(self, token: Token) -> Node:
        return Node("constant", _at(token), True)

    def false(self, token: Token) -> Node:
        return Node("constant", _at(token), False)

    def null(self, token: Token) -> Node:
        return Node("constant", _at(token), None)

    def literal(self, at: Token, token: Token) -> Node:
        text = unquote(token)
        value = parse_literal(text)
        return Node("literal", _at(at), text) if value is None else Node("constant", _at(at), value)

    def group(self, left: Token, node: Node, right: Token) -> Node:
        return Node("group", _at(left), node) if node.kind in ("arithmetic", "compare") else node

    def comparison_range(self, left: Token, test: Node, right: Token) -> Node:
        return test

    def operator_test(self, operator: Token, node: Node) -> Node:
        return Node("compared", _at(operator), str(operator), node)

    def test(self, node: Node) -> Node:
        return node

    def tests(self, *items: Any) -> Nodes:
        return _nodes(items)

    def any_test(self, token: Token) -> Node:
        return Node("unary", _at(token), [], False, True)

    def not_tests(self, token: Token, left: Token, tests: Nodes, right: Token) -> Node:
        return Node("unary", _at(token), tests, True, False)

    def plain_tests(self, tests: Nodes) -> Node:
        return Node("unary", tests[0].place, tests, False, False)

    def _logic(self, kind: str, items: tuple[Any, ...]) -> Node:
        nodes = _nodes(items)
        return nodes[0] if len(nodes) == 1 else Node(kind, nodes[0].place, nodes)

    def disjunction(self, *items: Any) -> Node:
        return self._logic("or", items)

    def conjunction(self, *items: Any) -> Node:
        return self._logic("and", items)

    def compare(self, left: Node, operator: Token, right: Node) -> Node:
        return Node("compare", _at(operator), str(operator), left, right)

    def between(self, value: Node, word: Token, low: Node, joint: Token, high: Node) -> Node:
        return Node("between", _at(word), value, low, high)

    def in_value(self, value: Node, word: Token, test: Node) -> Node:
        return Node("in", _at(word), value, [test])

    in_one = in_value

    def in_many(self, value: Node, word: Token, *items: Any) -> Node:
        return Node("in", _at(word), value, _nodes(items))

    def arithmetic(self, left: Node, operator: Token, right: Node) -> Node:
        """Chains are kept flat: ``a + b + c`` is one node, whatever its length."""
        if left.kind == "arithmetic":
            rest = left.parts[1]
            rest.append((str(operator), right, _at(operator)))
            left.size += right.size
            left.depth = max(left.depth, right.depth + 1)
            return left
        return Node("arithmetic", _at(operator), left, [(str(operator), right, _at(operator))])

    def negative(self, sign: Token, node: Node) -> Node:
        if node.kind == "constant" and node.parts[0].__class__.__name__ == "Decimal":
            return Node("constant", _at(sign), -node.parts[0] if node.parts[0] else node.parts[0])
        return Node("negative", _at(sign), node)

    def instance(self, node: Node, word: Token, wanted: TypeNode) -> Node:
        return Node("instance", _at(word), node, wanted)

    def path(self, node: Node, dot: Token, name: Token) -> Node:
        if node.kind == "path":
            node.parts[1].append((str(name), _at(name)))
            return node
        return Node("path", _at(name), node, [(str(name), _at(name))])

    def filter(self, node: Node, left: Token, test: Node, right: Token) -> Node:
        return Node("filter", _at(left), node, test)

    def call(self, callee: Node, *items: Any) -> Node:
        return Node("call", callee.place, callee, _nodes(items))

    def named(self, name: Token, colon: Token, node: Node) -> tuple[str, Node]:
        return str(name), node

    def call_named(self, callee: Node, *items: Any) -> Node:
        return Node("call_named", callee.place, callee, _nodes(items))

    def list(self, left: Token, *items: Any) -> Node:
        return Node("list", _at(left), _nodes(items))

    def range(self, left: Token, low: Node, dots: Token, high: Node, right: Token) -> Node:
        return Node("range", _at(left), low, high, left == "[", right == "]")

    def entry(self, key: Token, colon: Token, node: Node) -> tuple[str, Node, Place]:
        return (unquote(key) if key.type == "STRING" else str(key)), node, _at(key)

    def context(self, left: Token, *items: Any) -> Node:
        return Node("context", _at(left), _nodes(items))

    def conditional(self, *items: Any) -> Node:
        return Node("if", _at(items[0]), *_nodes(items))

    def iterator(self, name: Token, *items: Any) -> tuple[str, Nodes]:
        return str(name), _nodes(items)

    def iterators(self, *items: Any) -> Items:
        return _nodes(items)

    def iteration(self, word: Token, iterators: Items, middle: Token, body: Node) -> Node:
        return Node("for", _at(word), iterators, body)

    def some(self, word: Token, iterators: Items, middle: Token, body: Node) -> Node:
        return Node("some", _at(word), iterators, body)

    def every(self, word: Token, iterators: Items, middle: Token, body: Node) -> Node:
        return Node("every", _at(word), iterators, body)

    def parameter(self, name: Token, *items: Any) -> tuple[str, TypeNode | None]:
        rest = _nodes(items)
        return str(name), rest[0] if rest else None

    def parameters(self, *items: Any) -> Items:
        return _nodes(items)

    def function(self, word: Token, *items: Any) -> Node:
        rest = _nodes(items)
        return Node("function", _at(word), rest[0] if len(rest) > 1 else [], rest[-1])

    def external(self, word: Token, *items: Any) -> Node:
        rest = _nodes(items)
        return Node("external", _at(word), rest[0] if len(rest) > 1 else [])

    def named_type(self, *items: Token) -> TypeNode:
        return TypeNode("named", "".join(items), [], _at(items[0]))

    def list_type(self, word: Token, *items: Any) -> TypeNode:
        return TypeNode(word.value, "", _nodes(items), _at(word))

    range_type = context_type = list_type

    def function_type(self, word: Token, *items: Any) -> TypeNode:
        return TypeNode("function", "", _nodes(items), _at(word))

    def field(self, name: Token, colon: Token, wanted: TypeNode) -> tuple[str, TypeNode]:
        return str(name), wanted


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(
        GRAMMAR, parser="lalr", lexer=TokenLexer, start=["start", "unary"], transformer=Builder(), keep_all_tokens=True
    )


def parse(text: str, names: Iterable[str] = (), unary: bool = False) -> Node:
    """The tree of an expression or of unary tests; raises FeelSyntaxError or FeelLimitError."""
    stream = list(tokens(text, names, unary))
    if not stream:
        raise FeelSyntaxError(text, 1, 1, code="empty")
    if stream[0] == "=" and not unary:
        raise FeelSyntaxError(text, stream[0].line or 1, stream[0].column or 1, code="equals_sign")
    try:
        tree: Any = _parser().parse(stream, start="unary" if unary else "start")
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        if token is None or token.type == "$END":
            line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
            raise FeelSyntaxError(text, line, column, code="end") from None
        raise FeelSyntaxError(text, token.line or 1, token.column or 1, details=(str(token),)) from None
    return tree  # type: ignore[no-any-return]
