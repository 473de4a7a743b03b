"""YAML with JSON's types and nothing more: what a reader writes as text stays text (contracts.md §3).

Plain `no`, `04`, `2026-02-14`, `~` are text; `null`, `true`, `false` and numbers as JSON writes them are what they
are. Tags, keys that come twice, and aliases that unfold without end are refused; every value knows its line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import yaml

from engine.libraries import Said, of_yaml

#: Characters of a text, and values in it, as it stands and once every alias is written out; more is no text that a
#: person wrote, and a value costs a kilobyte while it is read.
LONGEST = 4_000_000
MANY = 50_000
_PLAIN = {
    "tag:yaml.org,2002:bool": (r"true|false", "tf"),
    "tag:yaml.org,2002:null": (r"null|", "n"),
    "tag:yaml.org,2002:int": (r"-?(?:0|[1-9]\d*)", "-0123456789"),
    "tag:yaml.org,2002:float": (r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", "-0123456789"),
}


class Unreadable(Exception):
    """The text is no YAML, or not safe to read: `said` says why; line and column count from 1."""

    def __init__(self, said: Said, line: int = 1, column: int = 1) -> None:
        super().__init__(said.vi)
        self.said, self.line, self.column = said, line, column


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self.nodes += 1
        if self.nodes > MANY:
            raise Unreadable(Said("quá nhiều giá trị", "too many values"), self.line + 1, self.column + 1)
        found: yaml.Node | None = super().compose_node(parent, index)
        return found


for _tag, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), [*_first, ""])


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        mark = key_node.start_mark
        if not isinstance(key_node, yaml.ScalarNode) or key in found:
            said = str(key)[:60] if isinstance(key_node, yaml.ScalarNode) else "…"
            why = Said(
                f"khóa “{said}” không phải là chữ, hoặc viết hai lần", f"the key “{said}” is no text, or comes twice"
            )
            raise Unreadable(why, mark.line + 1, mark.column + 1)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))
_Loader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value))
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _measure(root: yaml.Node | None) -> None:
    """Refuses what aliases make too large, or endless: they are the same node again and again."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()

    def size(node: yaml.Node) -> int:
        key = id(node)
        if key in open_:
            line = node.start_mark.line + 1
            raise Unreadable(Said("bí danh (*tên) trỏ vào chính nó", "an alias (*name) contains itself"), line)
        if key not in sizes:
            open_.add(key)
            rows = [each for pair in node.value for each in pair] if isinstance(node, yaml.MappingNode) else node.value
            sizes[key] = 1 + (sum(map(size, rows)) if isinstance(node, yaml.CollectionNode) else 0)
            open_.discard(key)
            if sizes[key] > MANY:
                line = node.start_mark.line + 1
                raise Unreadable(Said("quá nhiều giá trị sau khi thay bí danh", "too many values behind aliases"), line)
        return sizes[key]

    if root is not None:
        size(root)


class Document:
    """The values of a YAML text, and where each of them stands. Keys are text, whatever they look like; numbers with a
    fraction are `Decimal`. Raises Unreadable."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise Unreadable(Said("tệp quá dài", "the file is too long"))
        try:
            loader = _Loader(text)
            self.root = loader.get_single_node()
            _measure(self.root)
            self.value: Any = None if self.root is None else loader.construct_document(self.root)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise Unreadable(of_yaml(error), *((mark.line + 1, mark.column + 1) if mark else (1, 1))) from None
        except (RecursionError, ValueError):
            why = Said("lồng nhau quá sâu, hoặc có số quá dài", "it nests too deeply, or a number is too long")
            raise Unreadable(why) from None

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a key, or of the nearest one around it that exists."""
        node, line = self.root, 1
        for step in path:
            found = None
            if isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = (node.value[step], node.value[step])
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        return line

    def text(self, path: Sequence[str | int]) -> str | None:
        """A plain value as it was written (``1.10`` stays ``1.10``), None where there is no such."""
        node = self.root
        for step in path:
            if isinstance(node, yaml.MappingNode):
                node = next((v for k, v in node.value if k.value == str(step)), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                node = None
        return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def loads(text: str) -> Any:
    """The values of a YAML text. Raises Unreadable."""
    return Document(text).value


def keys(text: str) -> list[tuple[str, int]]:
    """The keys of the map that a text is, each with its line from 0; none where it is no map. Raises Unreadable."""
    loads(text)
    node = yaml.compose(text, Loader=_Loader)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return [(str(key.value), int(key.start_mark.line)) for key, _value in pairs]


class _Dumper(yaml.SafeDumper):
    """Puts in quotes what a reader of ours, or of YAML 1.1, would not take for text."""

    yaml_implicit_resolvers = {key: list(found) for key, found in yaml.SafeDumper.yaml_implicit_resolvers.items()}

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _tag, (_pattern, _first) in _PLAIN.items():
    _Dumper.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), [*_first, ""])


def _number(dumper: _Dumper, value: Decimal) -> yaml.Node:
    whole = value == value.to_integral_value()
    return dumper.represent_scalar("tag:yaml.org,2002:int" if whole else "tag:yaml.org,2002:float", f"{value:f}")


_Dumper.add_representer(Decimal, _number)


def dumps(value: Any) -> str:
    """A value on one line, which `loads` reads as it was: maps with keys of text, lists, text, numbers, true, false and
    null."""
    text = yaml.dump(
        value, Dumper=_Dumper, allow_unicode=True, default_flow_style=True, sort_keys=False, width=1_000_000
    )
    return str(text).removesuffix("\n").removesuffix("\n...")
