"""What changed between two models, said in sentences and kept as data; positions in the drawing do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import zip_longest
from typing import Any, Literal

from engine.model import extensions as host
from engine.model.checks.soundness import scopes
from engine.model.definition import EventDefinition, Expression, Extension, Flow, Model, Node, Process
from engine.model.findings.report import shorten
from engine.model.words.parts import called, extension_called, extension_said
from engine.model.words.sentences import tell_event
from engine.refusal import Lang

_SKIPPED = frozenset(("line", "incoming", "outgoing", "boundaries", "scope", "lane_path"))


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: an element that was added or removed, or one `field` of it that has another value."""

    kind: Literal["added", "removed", "changed"]
    element: str
    what: str  # process, node or flow
    name: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    message: str = ""
    called: str = ""  # the element and the field in words

    def as_dict(self) -> dict[str, str]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


def diff(a: Model, b: Model, lang: Lang = "vi") -> list[dict[str, str]]:
    """The differences from `a` to `b`, by the ids of the elements: each a `Change` as a dictionary."""
    found: list[Change] = []
    found += _compare("process", a.processes, b.processes, lang)
    for what, left, right in (("node", _nodes(a), _nodes(b)), ("flow", _flows(a), _flows(b))):
        found += _compare(what, left, right, lang)
    return [change.as_dict() for change in found]


def _nodes(model: Model) -> dict[str, Node]:
    return {node.id: node for process in model.processes.values() for node in process.scope.walk()}


def _flows(model: Model) -> dict[str, Flow]:
    found: dict[str, Flow] = {}
    for process in model.processes.values():
        for _, scope, _ in scopes(process):
            found |= scope.flows
    return found


def _compare(what: str, a: Mapping[str, Any], b: Mapping[str, Any], lang: Lang) -> Iterator[Change]:
    for id in [*a, *(i for i in b if i not in a)]:
        if id not in b:
            yield _told(Change("removed", id, what, _label(a[id])), lang)
        elif id not in a:
            yield _told(Change("added", id, what, _label(b[id])), lang)
        else:
            told_apart = any(host.in_role(one.extensions, "outcome") for one in (a[id], b[id]) if isinstance(one, Node))
            for name, before, after in _fields(a[id], b[id]):
                if name == "outcomes" and told_apart:
                    continue  # each is told as what the host says of it
                if name == "extensions":
                    yield from _extensions(id, what, _label(b[id]), before, after, lang)
                    continue
                if name == "assignment":
                    yield from _parts(id, what, _label(b[id]), before, after, lang)
                    continue
                said = _value(before), _value(after)
                told = (_events(before, lang), _events(after, lang)) if name == "events" else said
                said = told if told[0] != told[1] else said
                change = Change("changed", id, what, _label(b[id]), name, *said)
                yield _told(change, lang)


def _fields(a: Node | Flow | Process, b: Node | Flow | Process) -> Iterator[tuple[str, Any, Any]]:
    for field in fields(a):
        if field.name in _SKIPPED or field.name in ("id", "file"):
            continue
        before, after = getattr(a, field.name), getattr(b, field.name)
        if without_lines(before) != without_lines(after):
            yield field.name, before, after


def _parts(id: str, what: str, label: str, before: Any, after: Any, lang: Lang) -> Iterator[Change]:
    """The fields of a value that has its own, each by itself."""
    for field in fields(before):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if without_lines(one) != without_lines(other):
            said = (
                (_groups(one, lang), _groups(other, lang))
                if field.name == "candidate_groups"
                else (_value(one), _value(other))
            )
            yield _told(Change("changed", id, what, label, field.name, *said), lang)


def _groups(value: Any, lang: Lang) -> str:
    return host.group_called(value, lang) if isinstance(value, str) else _value(value)


def _extensions(
    id: str, what: str, label: str, before: Sequence[Extension], after: Sequence[Extension], lang: Lang
) -> Iterator[Change]:
    """One change for each element of the host: those of one name are compared in their order."""
    for name, space in dict.fromkeys((e.name, e.namespace) for e in (*before, *after)):
        vocabulary = host.of(space)
        field = f"{vocabulary.prefix}:{name}" if vocabulary is not None else name
        pairs = zip_longest(*([e for e in side if (e.name, e.namespace) == (name, space)] for side in (before, after)))
        for one, other in pairs:
            if one is None or other is None or host.meant(one) != host.meant(other):
                said = [_said(each, lang) for each in (one, other)]
                words = extension_called(one or other, lang)
                yield _told(Change("changed", id, what, label, field, *said), lang, words)


def _events(events: Sequence[EventDefinition], lang: Lang) -> str:
    return shorten("; ".join(tell_event(event, lang) for event in events) or "—")


def _said(extension: Extension | None, lang: Lang) -> str:
    return "—" if extension is None else shorten(extension_said(extension, lang))


def without_lines(value: Any) -> Any:
    """A value without the lines it stood in."""
    if isinstance(value, Expression):
        return ("=", value.text)
    if is_dataclass(value) and not isinstance(value, type):
        return tuple((f.name, without_lines(getattr(value, f.name))) for f in fields(value) if f.name != "line")
    if isinstance(value, Mapping):
        return tuple(sorted((str(k), without_lines(v)) for k, v in value.items()))
    if isinstance(value, tuple):
        return tuple(map(without_lines, value))
    return value


def _value(value: Any) -> str:
    """A value for a reader."""
    if value is None or value == ():
        return "—"
    if isinstance(value, Expression):
        return shorten("= " + value.text)
    if is_dataclass(value) and not isinstance(value, type):
        parts = [
            f"{f.name}: {_value(getattr(value, f.name))}"
            for f in fields(value)
            if f.name != "line" and getattr(value, f.name) and getattr(value, f.name) != f.default
        ]
        return shorten(", ".join(parts) or "—")
    if isinstance(value, tuple):
        return shorten("; ".join(map(_value, value)))
    if isinstance(value, Mapping):
        return shorten("; ".join(f"{k}: {_value(v)}" for k, v in value.items()) or "—")
    return shorten(str(value)) or "—"


def _label(thing: Node | Flow | Process) -> str:
    return " ".join((thing.name or thing.id).split())


_WHAT = {"process": ("tiến trình", "process"), "node": ("bước", "step"), "flow": ("luồng", "flow")}


def _told(change: Change, lang: Lang, field: str = "") -> Change:
    vi, en = _WHAT[change.what]
    facts = {f.name: getattr(change, f.name) for f in fields(change)}
    words = {**facts, "field": field or called(change.field, lang)}
    sentences = {
        "added": ("Thêm {vi} «{name}» ({element}).", "Added {en} «{name}» ({element})."),
        "removed": ("Bỏ {vi} «{name}» ({element}).", "Removed {en} «{name}» ({element})."),
        "changed": (
            "Đổi {field} của {vi} «{name}» ({element}): từ {before} thành {after}.",
            "Changed {field} of {en} «{name}» ({element}): from {before} to {after}.",
        ),
    }[change.kind]
    text = sentences[0 if lang == "vi" else 1].format(vi=vi, en=en, **words)
    where = f"{vi if lang == 'vi' else en} «{change.name}»"
    return Change(**{**facts, "message": text, "called": f"{where}: {words['field']}" if change.field else where})
