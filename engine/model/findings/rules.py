"""Every rule of `models check`, by its name; `docs/reference/checks.md` is `page()`, a test compares them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.findings.activity import ACTIVITY
from engine.model.findings.bundle import BUNDLE
from engine.model.findings.drawn import twins
from engine.model.findings.event import EVENT
from engine.model.findings.exchange import EXCHANGE
from engine.model.findings.flow import FLOW
from engine.model.findings.meaning import MEANING
from engine.model.findings.reading import READING
from engine.model.findings.rule import Rule
from engine.model.findings.schema import SCHEMA
from engine.model.findings.soundness import SOUNDNESS

_SECTIONS: dict[str, dict[str, Rule]] = {
    title: {**rules, **twins(rules)}
    for title, rules in (
        ("Reading a file, expressions, other dialects", READING),
        ("The interchange schema", SCHEMA),
        ("Sequence flows and gateways", FLOW),
        ("Soundness: the states a model can come into", SOUNDNESS),
        ("Events", EVENT),
        ("Activities and processes", ACTIVITY),
        ("What expressions and steps mean", MEANING),
        ("Pools, messages, data, services", EXCHANGE),
        ("Extension elements of the host, files together, decisions", BUNDLE),
    )
}
RULES: dict[str, Rule] = {name: rule for rules in _SECTIONS.values() for name, rule in rules.items()}


def include(title: str, rules: Mapping[str, Rule]) -> None:
    """Adds the rules of a host's checks, under a title of their own. No name may mean two things."""
    taken = {name for section, known in _SECTIONS.items() if section != title for name in known} & rules.keys()
    if taken:
        raise ValueError(f"rules that exist already: {', '.join(sorted(taken))}")
    _SECTIONS[title] = dict(rules)
    RULES.update(rules)


_INTRODUCTION = """# What `motcua models check` finds

`motcua models check PATH…` reads `.bpmn` and `.dmn` files and bundle folders, a bundle as a whole, and lists findings:
`file`, `line`, `element` (its id, or that of the nearest owner that has one), `rule`, `severity`, `message`, `fix`.
Messages are Vietnamese, English with `--lang en`. An **error** is what cannot be executed truly, what the standard
forbids, or what is not safe to read; deployment refuses it. A **warning** is what may be right.

In Python: `engine.model.check(paths, lang="vi", published=False)`; `engine.model.read(path)` gives the findings of one
file beside its model. With `published=True` a service task without a connector is an error.

A warning that says *error in a bundle* is one where a bundle folder holds the file: there the neighbours are known.

A rule whose name ends in `-drawn` is the milder twin of an error, for processes that are not marked executable: the
standard asks for these things where a process is executable only, and a drawing without them runs truly.

**Soundness.** The states that a model can come into are explored, with subprocesses, boundary events, event
subprocesses, links, messages and signals, and the processes of the same deployment that it calls. Outcomes of tasks are
followed exactly; a condition that reads other data may be true or false, the same condition at two gateways alike.
Every loop runs one round, every multi-instance activity one instance; complex joins and several starts of a subprocess
are not played. What is found comes with the shortest way to it. Where more than 2,000 states (8,000 in all files
together) or a second would be needed, or something is not played, the process is *not decided*: nothing is said of it
here, and `motcua models prove` says so. What a terminate end or an interrupting event cuts short is cut short on
purpose.

In the sentences below, words in braces stand for what is found.
"""


def page() -> str:
    """The reference page of all rules, in Markdown."""
    parts = [_INTRODUCTION]
    for title, rules in _SECTIONS.items():
        rows = [
            f"| `{name}` | {_grade(rule)} | {_cell(rule.vi)} | {_cell(rule.en)} | {_cell(rule.fix_en)} |"
            for name, rule in sorted(rules.items())
        ]
        head = "| rule | severity | Vietnamese | English | mend |\n|---|---|---|---|---|"
        parts.append("\n".join((f"## {title}", "", head, *rows, "")))
    return "\n".join(parts)


def _grade(rule: Rule) -> str:
    return f"{rule.severity}, {rule.in_bundle} in a bundle" if rule.in_bundle else rule.severity


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
