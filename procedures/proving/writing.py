"""`scenarios.yaml` as text: one scenario is put in, replaced or taken out, and the others keep every letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.refusal import Refusal
from engine.yaml import Unreadable, dumps, keys

LONGEST_NAME = 200
_HEAD = ("process", "also_start", "now", "auto", "hold", "description", "variables")
_COMMENT = re.compile(r"\s*(#.*)?")


def put(text: str, name: str, said: Mapping[str, Any], *, instead_of: str = "") -> str:
    """The file with that scenario in the place of another one (`instead_of`), of the one of that name, or at its end.
    Raises Refusal for a name that is none."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refusal(
            f"Đặt cho kịch bản một tên, dài nhất {LONGEST_NAME} ký tự.",
            f"Give the scenario a name of at most {LONGEST_NAME} characters.",
            about="ten",
        )
    made = written(name, said)
    blocks = _blocks(text)
    at = next((i for i, (found, _) in enumerate(blocks) if found == (instead_of or name)), None)
    others = {found for i, (found, _) in enumerate(blocks) if i != at}
    if name in others:
        raise Refusal(
            f"Đã có kịch bản tên “{name}”: đặt tên khác.", f"There is a scenario '{name}' already.", about="ten"
        )
    if at is None:
        before = "".join(block for _, block in blocks).rstrip("\n")
        return f"{before}\n\n{made}" if before.strip() else made
    blocks[at] = (name, made if at == len(blocks) - 1 else made + "\n")
    return "".join(block for _, block in blocks)


def taken_out(text: str, name: str) -> str:
    """The file without that scenario."""
    return "".join(block for found, block in _blocks(text) if found != name)


def written(name: str, said: Mapping[str, Any]) -> str:
    """A scenario as the shipped ones are written: a line for each step."""
    lines = [f"{dumps(name)}:"]
    for key in _HEAD:
        if said.get(key) not in (None, {}, []):
            lines += _map(key, said[key]) if key == "variables" else [f"  {key}: {dumps(said[key])}"]
    lines += [f"  {key}: {dumps(value)}" for key, value in said.items() if key not in (*_HEAD, "steps")]
    steps = said.get("steps") or []
    lines += ["  steps:" if steps else "  steps: []"]
    lines += [f"    - {_step(one)}" for one in steps]
    return "\n".join(lines) + "\n"


def _map(key: str, value: Mapping[str, Any]) -> list[str]:
    return [f"  {key}:", *(f"    {dumps(name)}: {dumps(one)}" for name, one in value.items())]


def _step(step: Mapping[str, Any]) -> str:
    if len(step) == 1:
        ((kind, value),) = step.items()
        return f"{kind}: {dumps(value)}"
    return dumps(dict(step))


def _blocks(text: str) -> list[tuple[str, str]]:
    """The file cut before each scenario; what stands before the first has no name. Comments go with what follows."""
    try:
        starts = keys(text)
    except Unreadable as error:
        raise Refusal(
            f"Chưa đọc được kịch bản ở dòng {error.line}: sửa bằng văn bản trước.",
            f"The scenarios cannot be read at line {error.line}: mend the text first.",
        ) from error
    if not starts:
        return [("", text)] if text.strip() else []
    lines = text.splitlines(keepends=True)
    cuts = []
    for name, line in starts:
        while line > 0 and _COMMENT.fullmatch(lines[line - 1].rstrip("\n")) and lines[line - 1].startswith("#"):
            line -= 1
        cuts.append((name, line))
    ends = [line for _, line in cuts[1:]] + [len(lines)]
    found = [(name, "".join(lines[line:end])) for (name, line), end in zip(cuts, ends, strict=True)]
    head = "".join(lines[: cuts[0][1]]) if cuts else ""
    return [("", head), *found] if head else found
