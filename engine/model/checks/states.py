"""What exploring the states of models shows (`engine.model.soundness`), as findings at the nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.model.definition import Process
from engine.model.findings.report import Report
from engine.model.soundness import Problem, explore, told
from engine.model.soundness.walk import Kind

_RULES: dict[Kind, str] = {
    "deadlock": "stands-still",
    "improper-end": "end-leaves-tokens",
    "no-flow": "no-flow-to-take",
    "livelock": "no-way-to-end",
    "unbounded": "tokens-without-bound",
    "no-sync": "meets-without-join",
    "dead": "never-entered",
}
#: Rules of the drawing that say that a join stands still, which exploring shows as well, where it can look.
STANDSTILLS = frozenset(("exclusive-into-parallel", "join-never-opens", "join-may-stand"))
#: Letters of a way in a sentence; of a longer one the last steps are told.
_LONG = 150


def kinds_of(rule: str) -> frozenset[Kind]:
    """The kinds of problems, each with a way to it, that a rule of `models check` tells of; none of other rules."""
    if rule in STANDSTILLS:
        return frozenset(("deadlock", "improper-end"))
    told = rule.removesuffix("-possible")
    return frozenset(kind for kind, name in _RULES.items() if name == told and kind != "dead")


def check(processes: Mapping[str, Process], homes: Mapping[str, Report]) -> None:
    """`homes`: the report of each process's file."""
    for verdict in explore(processes):
        for problem in verdict.problems:
            _put(processes, homes[problem.process], problem)


def _put(processes: Mapping[str, Process], report: Report, problem: Problem) -> None:
    node = processes[problem.process].node(problem.node)
    if node is None:
        return
    rule = _RULES[problem.kind]
    names = _names(processes, problem.also)
    facts = {"name": node.name or node.id}
    if rule == "never-entered":
        facts["causes"] = ", ".join(names)
    else:
        rule = rule if problem.certain else f"{rule}-possible"
        facts |= {"way": _short(told(processes, problem.way)), "missing": ", ".join(names), "round": _short(names)}
    report.put(rule, node.line, node.id, **facts)


def _names(processes: Mapping[str, Process], keys: Iterable[tuple[str, str]]) -> list[str]:
    found = [processes[process].node(id) for process, id in keys]
    return list(dict.fromkeys(f"«{node.name or node.id}»" for node in found if node is not None))


def _short(steps: list[str]) -> str:
    """The end of a way, which is where it shows."""
    said = ""
    for index, step in enumerate(reversed(steps)):
        longer = f"{step} → {said}" if said else step
        if len(longer) > _LONG and index:
            return f"… → {said}"
        said = longer
    return said
