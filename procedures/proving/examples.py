"""The way to what is wrong in the states of a draft: step by step for the drawing, and played by the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine import model, scenario
from engine.model import soundness
from engine.model.checks.states import STANDSTILLS, kinds_of
from engine.model.definition import Finding, Node, Process
from engine.model.soundness import Problem
from engine.model.soundness.floor import Tokens
from engine.model.soundness.game import Step
from engine.refusal import Lang, Refusal
from procedures import scenario_setting
from procedures.bundle_check.files import HEADS
from procedures.proving.folder import laid_out
from procedures.vocabulary.words import Word

#: Seconds that the engine may play one way.
SECONDS = 5.0
_ACTS = {
    "complete": Word("«{name}» được làm xong", "“{name}” is completed"),
    "event": Word("xảy ra «{name}»", "“{name}” happens"),
    "fail": Word("«{name}» gặp lỗi", "“{name}” ends in an error"),
    "escalate": Word("«{name}» được đưa lên cấp trên", "“{name}” is escalated"),
}
_BEGINS = Word("Bắt đầu", "It begins")
_CHOSEN = Word(", chọn «{outcome}»", ", with the outcome “{outcome}”")
_IF = {True: Word("khi đúng là {text}", "where {text}"), False: Word("khi không phải {text}", "where not {text}")}
_TO = Word("đi tới {names}", "on to {names}")
_BACK = Word("trở về chỗ đã qua", "back to where it was")


@dataclass(frozen=True)
class Seen:
    """One step of a way: in words, and how the drawing looks after it (element → ``now``, ``done`` or ``late``)."""

    words: str
    marks: Mapping[str, str]


@dataclass(frozen=True)
class Example:
    """A way to a fault. file: of the drawing that shows it. script: the scenario that goes it, None where no data were
    found for it. played: whether the engine, going it, came to the fault; None where it could not be played."""

    file: str
    steps: tuple[Seen, ...]
    script: Mapping[str, Any] | None
    played: bool | None


def shows(finding: Finding) -> bool:
    """Whether there is a way to what a finding says."""
    return finding.file.endswith(".bpmn") and bool(finding.element) and bool(kinds_of(finding.rule))


def of(files: Mapping[str, str], rule: str, element: str, lang: Lang) -> Example | None:
    """The way to a finding of a bundle; None where there is none (any more)."""
    models = tuple(sorted((name, body) for name, body in files.items() if name.endswith(".bpmn")))
    processes = _processes(models)
    problem = _problem(models, rule, element)
    if problem is None:
        return None
    script = soundness.scenario(processes, problem)
    played = _comes(files, problem, script) if script is not None else None
    file = processes[problem.process].file
    return Example(file, tuple(_seen(processes, problem, lang)), script, played)


@lru_cache(maxsize=16)
def _processes(models: tuple[tuple[str, str], ...]) -> Mapping[str, Process]:
    """The processes of the models that can be played: those without errors but standstills."""
    found: dict[str, Process] = {}
    for name, body in models:
        try:
            read = model.read(body.encode(), name, bundled=True)
        except model.ModelError:
            continue
        if all(error.rule in STANDSTILLS for error in read.errors):
            for id, process in read.processes.items():
                found.setdefault(id, process)
    return found


@lru_cache(maxsize=16)
def _problem(models: tuple[tuple[str, str], ...], rule: str, element: str) -> Problem | None:
    problems = [p for verdict in soundness.explore(_processes(models)) for p in verdict.problems]
    fitting = [p for p in problems if p.kind in kinds_of(rule) and p.way]
    return next((p for p in fitting if p.node == element), None)


def _seen(processes: Mapping[str, Process], problem: Problem, lang: Lang) -> Iterator[Seen]:
    places = dict(_places(processes))
    passed: set[str] = set()
    for number, step in enumerate(problem.way, 1):
        passed |= {id for _, id in step.entered}
        marks = dict.fromkeys(sorted(passed), "done")
        marks |= dict.fromkeys((places.get(id, id) for id in _standing(step.tokens)), "now")
        if number == len(problem.way):
            marks[problem.node] = "late"
        yield Seen(_words(processes, step, lang), marks)


def _places(processes: Mapping[str, Process]) -> Iterator[tuple[str, str]]:
    """Flows → the nodes that a token on them waits before."""
    for process in processes.values():
        for scope in (process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)):
            yield from ((id, flow.target) for id, flow in scope.flows.items())


def _standing(tokens: Tokens) -> Iterator[str]:
    for token in tokens:
        yield token.id
        yield from _standing(token.inside)


def _words(processes: Mapping[str, Process], step: Step, lang: Lang) -> str:
    said = [_did(processes, step, lang)]
    for text, held in step.supposed:
        said.append(_IF[held][lang].format(text=text))
    names = soundness.told(processes, [step])
    said.append(_TO[lang].format(names=" → ".join(names)) if names else _BACK[lang])
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}."


def _did(processes: Mapping[str, Process], step: Step, lang: Lang) -> str:
    if step.act is None:
        return _BEGINS[lang]
    node = processes[step.act.process].node(step.act.node)
    assert node is not None
    said = _ACTS[step.act.kind][lang].format(name=node.name or node.id)
    if step.act.kind == "complete" and step.act.said:
        said += _CHOSEN[lang].format(outcome=_label(node, step.act.said, lang))
    return said


def _label(node: Node, outcome: str, lang: Lang) -> str:
    labels = {one.id: (one.label_en or one.label) if lang == "en" else one.label for one in node.outcomes}
    return labels.get(outcome) or outcome


def _comes(files: Mapping[str, str], problem: Problem, script: Mapping[str, Any]) -> bool | None:
    """Whether the engine, going the way, comes to the fault; None where the way cannot be gone."""
    with laid_out(files) as folder:
        paths = scenario.bundle_files(folder)
        try:
            setting = scenario_setting.for_bundle(folder) if any(head in files for head in HEADS) else None
            answer = scenario.run_files(paths, script, setting=setting, seconds=SECONDS, despite=STANDSTILLS)
        except (scenario.ScenarioError, Refusal):
            return None
    return is_shown(problem, answer) if answer["ok"] else None


def is_shown(problem: Problem, answer: Mapping[str, Any]) -> bool:
    """Whether what a scenario came to shows a fault: it stands, is stuck, or has entered a node too often."""
    entered = Counter(one["element"] for one in answer["trace"] if one["event"] == "entered")
    if problem.kind in ("deadlock", "improper-end"):
        return not answer["ended"] and not any(one["element"] == problem.node for one in answer["open"])
    if problem.kind == "no-flow":
        return problem.node in {one["element"] for one in answer["incidents"]}
    if problem.kind == "no-sync":
        return entered[problem.node] > 1
    if problem.kind == "unbounded":
        return entered[problem.node] > 3
    return not answer["ended"]
