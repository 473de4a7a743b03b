"""A description of a bundle changed in its text: what is not changed stays as it was written, with its comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from engine.yaml import Document

_COMMENT = re.compile(r"""^\s*(#.*)$|^(?:[^'"#]|'[^']*'|"[^"]*")*?\s(#.*)$""")


def changed(text: str, wanted: Mapping[str, Any]) -> str:
    """The text with these values at its top (None: the key goes). Only keys whose value is another are written anew;
    the comments that stood within them stand above. Raises Unreadable."""
    document = Document(text)
    before = document.value if isinstance(document.value, dict) else {}
    lines = text.splitlines(keepends=True)
    root = document.root
    starts = [(key.value, key.start_mark.line) for key, _ in (root.value if root is not None and before else ())]
    made: list[str] = lines[: starts[0][1]] if starts else lines
    for (key, start), end in zip(starts, [line for _, line in starts[1:]] + [len(lines)], strict=True):
        last = _end(lines, start, end)
        if key not in wanted or wanted[key] == before[key]:
            made += lines[start:last]
        else:
            made += [f"{found[1] or found[2]}\n" for one in lines[start:last] if (found := _COMMENT.match(one))]
            made += _written(key, wanted[key])
        made += lines[last:end]
    if made and not made[-1].endswith("\n"):
        made.append("\n")
    for key, value in wanted.items():
        if key not in before:
            made += _written(key, value)
    return "".join(made)


def _end(lines: list[str], start: int, end: int) -> int:
    """Where the lines of a key end: comments and blank lines before the next key are that one's."""
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _written(key: str, value: Any) -> list[str]:
    if value is None:
        return []
    plain = not isinstance(value, dict | list)
    dumper = yaml.SafeDumper if plain else _Dumper  # it would set a lone value between braces
    return [yaml.dump({key: value}, Dumper=dumper, allow_unicode=True, sort_keys=False, width=140)]


class _Dumper(yaml.SafeDumper):
    """As the shipped descriptions are written: what holds only plain values on one line, lists below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: Any = None) -> yaml.MappingNode:
        node: yaml.MappingNode = super().represent_mapping(tag, mapping, flow_style)
        plain = all(isinstance(value, yaml.ScalarNode) for _, value in node.value)
        node.flow_style = plain and sum(len(key.value) + len(value.value) + 4 for key, value in node.value) < 120
        return node


_Dumper.add_representer(Decimal, lambda dumper, value: dumper.represent_str(str(value)))
