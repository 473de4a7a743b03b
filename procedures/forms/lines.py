"""On which line each part of a form's JSON stands."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

#: The way into JSON: names and positions.
Path = tuple[str | int, ...]


def lines_of(source: str) -> Mapping[Path, int]:
    """The line of every value of a JSON document, by its path. JSON is YAML, whose reader keeps the places; a tab
    between tokens, which YAML does not allow, takes a blank's place."""
    found: dict[Path, int] = {}
    try:
        top = yaml.compose(source.replace("\t", " "), yaml.CSafeLoader)
    except yaml.YAMLError:
        return found
    stack: list[tuple[Path, yaml.Node]] = [((), top)] if top is not None else []
    while stack:
        path, node = stack.pop()
        found.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = (*path, str(key.value))
                found[inner] = key.start_mark.line + 1
                stack.append((inner, value))
        elif isinstance(node, yaml.SequenceNode):
            stack += [((*path, i), one) for i, one in enumerate(node.value)]
    return found
