"""What a host adds to BPMN: extension elements in a namespace of its own, each an entry with all that the engine needs.

The engine knows no such element by itself. Who starts a process of the system registers the host's vocabulary once;
from then on reading, checks, sentences and differences go by its entries. A model read without it is a plain model
whose foreign elements have no effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from engine import durations
from engine.model.definition import Extension
from engine.model.findings.rule import Rule
from engine.model.findings.rules import include
from engine.refusal import Lang

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from engine.model.bundle import Bundle
    from engine.model.definition import Finding
    from engine.model.source.file import Source

Kind = Literal["text", "id", "name", "integer", "boolean", "choice", "amount", "duration", "path"]
#: Kind of a value → what it looks like, and what is said to be wanted where it does not (Vietnamese, English).
KINDS: Mapping[Kind, tuple[str, tuple[str, str]]] = {
    "text": (r"[\s\S]*\S[\s\S]*", ("một đoạn chữ", "a text")),
    "id": (r"[^\W\d][\w.-]*", ("một mã: chữ, số, «_», «.», «-»", 'an id: letters, digits, "_", ".", "-"')),
    "name": (r"[^\W\d]\w*", ("tên một biến", "the name of a variable")),
    "integer": (r"\d{1,9}", ("một số nguyên", "a whole number")),
    "boolean": (r"true|false", ("true, false", "true, false")),
    "choice": (r".+", ("", "")),
    "amount": (r"=[\s\S]+|\d+(\.\d+)?", ("một số, hoặc FEEL mở đầu bằng «=»", 'a number, or FEEL with a leading "="')),
    "duration": (
        r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
        ("khoảng thời gian ISO 8601, ví dụ PT30M, P1D, P1W", "an ISO 8601 duration, such as PT30M, P1D, P1W"),
    ),
    "path": (r"[\w][\w./-]*", ("tên một mẫu hay tệp", "the name of a template or file")),
}
#: What the engine itself does by an element: it makes the outcomes of a task, names where a task may go back to,
#: names the variable that takes a script's value.
Role = Literal["outcome", "back", "result-variable"]
Sentence = Callable[[Extension, Lang], str]
Check = Callable[["Source", "etree._Element", "etree._Element"], None]
#: What an element that leaves attributes out is read as having: by the file's root and the element.
Absent = Callable[["etree._Element", "etree._Element"], Mapping[str, str]]


def is_span(text: str) -> bool:
    """Whether a text is an ISO 8601 duration that one can count back by: some time, forwards."""
    found = durations.parse(text)
    return found is not None and found.countable and found.some and not found.negative


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an extension element. default: what its absence means, for whoever reads the schema."""

    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""

    def takes(self, value: str) -> bool:
        if self.choices:
            return value in self.choices
        if self.kind == "duration":
            return is_span(value)
        return re.fullmatch(KINDS[self.kind][0], value) is not None

    def wanted(self, lang: Lang) -> str:
        return ", ".join(self.choices) if self.choices else KINDS[self.kind][1][0 if lang == "vi" else 1]


def _nothing(extension: Extension, lang: Lang) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Element:
    """One extension element.

    vi, en: what it is called where two versions are compared. places: kinds of flow nodes at which it may stand,
    any where empty. sentence: what `models read` says of it, empty where it says nothing; beside: the attributes
    that the sentence leaves out; compared: all of it in words, for who compares two versions. check: what its
    attributes alone do not tell. role: what the engine does by it.
    """

    name: str
    vi: str
    en: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    places: frozenset[str] = frozenset()
    text: bool = False
    sentence: Sentence = _nothing
    beside: tuple[str, ...] = ()
    compared: Sentence | None = None
    check: Check | None = None
    absent: Absent | None = None
    role: Role | None = None


class Folders:
    """What a host knows of folders that hold more than models. heads: the files that make a folder a bundle."""

    heads: tuple[str, ...] = ()

    def check(self, bundle: Bundle, lang: Lang) -> Sequence[Finding]:
        """The findings of a bundle beyond those of its models and decisions."""
        return ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A host's own namespace. outcome: the variable that the chosen outcome of a task becomes. written: further
    variables that the host brings into processes. rules: those of its checks, under a title of the reference page.
    group: what a candidate group is called."""

    namespace: str
    prefix: str
    elements: Mapping[str, Element]
    outcome: str
    written: frozenset[str] = frozenset()
    title: str = ""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    folders: Folders = field(default_factory=Folders)
    group: Callable[[str, Lang], str] = lambda group, lang: group


_registered: dict[str, Vocabulary] = {}


def register(vocabulary: Vocabulary) -> None:
    """Makes a host's elements known to this process. The same again changes nothing."""
    _registered[vocabulary.namespace] = vocabulary
    if vocabulary.rules:
        include(vocabulary.title, vocabulary.rules)


def registered() -> Iterator[Vocabulary]:
    yield from _registered.values()


def of(namespace: str) -> Vocabulary | None:
    """The vocabulary of a namespace, None for one that nobody has registered."""
    return _registered.get(namespace)


def outcome_variables() -> frozenset[str]:
    """The variables that chosen outcomes become."""
    return frozenset(vocabulary.outcome for vocabulary in _registered.values())


def host_variables() -> frozenset[str]:
    """All variables that hosts bring into processes."""
    return outcome_variables().union(*(vocabulary.written for vocabulary in _registered.values()))


def group_called(group: str, lang: Lang) -> str:
    """What a candidate group is called, itself where no host knows it."""
    for vocabulary in _registered.values():
        group = vocabulary.group(group, lang)
    return group


def meant(extension: Extension) -> Extension:
    """An element without the attributes that say what their absence means."""
    known = entry(extension)
    if known is None:
        return extension
    said = {
        name: value
        for name, value in extension.attributes.items()
        if name not in known.attributes or not known.attributes[name].default or known.attributes[name].default != value
    }
    return replace(extension, attributes=said)


def entry(extension: Extension) -> Element | None:
    """What is known of an element that stands in a model."""
    vocabulary = _registered.get(extension.namespace)
    return None if vocabulary is None else vocabulary.elements.get(extension.name)


def in_role(extensions: Iterator[Extension] | tuple[Extension, ...], role: Role) -> list[Extension]:
    """Those of a node's elements by which the engine does that."""
    return [one for one in extensions if (known := entry(one)) is not None and known.role == role]
