"""YAML of a bundle, read with JSON's types only and with the line of every key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from engine.libraries import Said, of_yaml

_JSON = {
    "tag:yaml.org,2002:bool": (re.compile(r"true|false"), "tf"),
    "tag:yaml.org,2002:null": (re.compile(r"null|~|"), "n~\0"),
    "tag:yaml.org,2002:int": (re.compile(r"-?(?:0|[1-9]\d*)"), "-0123456789"),
    "tag:yaml.org,2002:float": (re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?"), "-0123456789"),
}


class _Loader(yaml.SafeLoader):
    """`no`, `04`, `2026-02-14` are text (contracts.md §3)."""

    yaml_implicit_resolvers: dict[str, Any] = {}


for _tag, (_pattern, _first) in _JSON.items():
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern.pattern})\Z"), [*_first.replace("\0", ""), ""])


class Unreadable(Exception):
    """The text is no YAML, or not safe to read; `said` says why, `line` where."""

    def __init__(self, said: Said, line: int) -> None:
        super().__init__(said.vi)
        self.said, self.line = said, line


class Document:
    """The values of a YAML text, and where each of them stands."""

    def __init__(self, text: str) -> None:
        loader = _Loader(text)
        try:
            if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
                raise Unreadable(Said("bí danh (*tên) không được dùng", "aliases (*name) are not read"), 1)
            self.root = loader.get_single_node()
            self.value: Any = None if self.root is None else loader.construct_document(self.root)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise Unreadable(of_yaml(error), mark.line + 1 if mark else 1) from None
        finally:
            loader.dispose()

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
