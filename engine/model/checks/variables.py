"""Which names a model writes, and which of those that its expressions read nothing writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NamedTuple

from engine import feel
from engine.model.checks import texts
from engine.model.definition import Assign, Finding, Node, Process
from engine.model.extensions import outcome_variables
from engine.model.findings.report import Report
from engine.refusal import Lang

#: What the engine itself gives to an activity that is done several times (13.3.6, 13.3.7), and to a complex gateway.
COUNTERS = frozenset(
    ("loopCounter", "numberOfInstances", "numberOfActiveInstances", "numberOfCompletedInstances",
     "numberOfTerminatedInstances", "activationCount")
)  # fmt: skip
#: How alike a name must be to one that is written, to be taken for a slip of it, and how long.
_ALIKE, _LONG = 0.84, 4
#: Names that are written, and names that are not, that are compared at all.
_MOST = 300


class Unwritten(NamedTuple):
    """A name that an expression reads and nothing writes; `meant`: the name that it may be a slip of."""

    process: str
    owner: str
    line: int
    name: str
    meant: str = ""


def check(report: Report, processes: Iterable[Process], given: Iterable[str] = ()) -> None:
    """In a file by itself only slips are told: a name that nothing writes may come with the start. `given`: names that
    the host writes."""
    for found in unwritten(list(processes), given, everything=False):
        _put(report, found)


def of_bundle(processes: list[Process], given: Iterable[str], lang: Lang) -> list[Finding]:
    """The names that nothing writes in the models of a bundle, where `given` is all that its host, forms and scenarios
    write."""
    reports = {process.id: Report(process.file, bundled=True) for process in processes}
    for found in unwritten(processes, given, everything=True):
        _put(reports[found.process], found)
    return [finding for report in reports.values() for finding in report.findings(lang)]


def unwritten(processes: list[Process], given: Iterable[str], *, everything: bool) -> Iterator[Unwritten]:
    """The names that are read and not written, each once at each place. `given`: what else has a value (forms, what
    the host writes). everything: `given` is all there is besides the model; else only slips of a known name are told,
    and so where something in the model writes names that it does not say."""
    writes = written(processes)
    known = writes | frozenset(given) | COUNTERS
    told = everything and not any(_writes_more(node) for process in processes for node in process.scope.walk())
    near = known - COUNTERS if everything else writes
    candidates = sorted(name for name in near if len(name) >= _LONG)[:_MOST]
    meant: dict[str, str] = {}
    for process in processes:
        for owner, line, name in _read(process):
            if name in known:
                continue
            if name not in meant and len(meant) < _MOST:
                alike = get_close_matches(name, candidates, 1, _ALIKE) if len(name) >= _LONG else []
                meant[name] = alike[0] if alike else ""
            if told or meant.get(name):
                yield Unwritten(process.id, owner, line, name, meant.get(name, ""))


def _put(report: Report, found: Unwritten) -> None:
    facts = {"name": found.name, "meant": found.meant}
    report.put("name-slip" if found.meant else "name-unwritten", found.line, found.owner, **facts)


def _read(process: Process) -> list[tuple[str, int, str]]:
    """The names that expressions of a process read from its variables: owner, line, name. What an output mapping reads
    comes first from what the activity brought, which the model does not say."""
    brought = {id(assign.source) for node in process.scope.walk() if _is_fed(node) for assign in node.outputs}
    found: dict[tuple[str, str], int] = {}
    for placed in texts.of(process):
        if id(placed.expression) in brought:
            continue
        try:
            names = feel.certain_names(placed.expression.text)
        except feel.FeelError:
            continue
        for name in sorted(names):
            found.setdefault((placed.owner, name), placed.expression.line)
    return [(owner, line, name) for (owner, name), line in found.items()]


def _is_fed(node: Node) -> bool:
    """Whether something from outside brings values to a node: a person, a service, a message, a called process."""
    kinds = ("userTask", "manualTask", "task", "receiveTask", "callActivity", "serviceTask", "sendTask")
    return node.kind in kinds or node.connector is not None or any(event.kind == "message" for event in node.events)


def written(processes: Iterable[Process]) -> frozenset[str]:
    """The names that something in these processes writes, as far as the model says them."""
    return frozenset(name for process in processes for name in _written(process))


def _written(process: Process) -> Iterator[str]:
    yield from process.scope.data
    for node in process.scope.walk():
        yield from _by(node)


def _by(node: Node) -> Iterator[str]:
    if node.scope is not None:
        yield from node.scope.data
    for assign in (*node.inputs, *node.outputs):
        yield _head(assign)
    if node.outcomes:
        yield from outcome_variables()
    if node.result_variable:
        yield node.result_variable
    elif node.script is not None:
        yield from _entries(node.script.text) or ()
    if node.loop is not None:
        yield from filter(None, (node.loop.element_variable, node.loop.output_collection))
    for event in node.events:
        yield from filter(None, (event.error_variable, event.code_variable))


def _head(assign: Assign) -> str:
    return assign.target.partition(".")[0]


def _entries(text: str) -> tuple[str, ...] | None:
    """The names that a script without a result variable writes: the entries of the context that it gives. None where
    that depends on the data."""
    try:
        node = feel.compile(text).node
    except feel.FeelError:
        return ()
    if node.kind == "context":
        return tuple(str(key) for key, _, _ in node.parts[0])
    found = feel.kinds(text)
    return None if found is None or "context" in found else ()


def _writes_more(node: Node) -> bool:
    """Whether a node writes names that the model does not say: what a service, another process or a decision gives."""
    if node.outputs and not node.beside:
        return False
    if node.kind == "scriptTask" and node.script is not None:
        return not node.result_variable and _entries(node.script.text) is None
    if node.kind == "businessRuleTask" and node.decision is not None:
        return not node.result_variable
    return node.connector is not None and not node.result_variable
