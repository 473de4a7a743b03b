"""What the models of a bundle say of its other files, of roles, outcomes, results and the citizen's messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine import feel
from engine.feel.tree import Node as Tree
from engine.feel.tree import parse
from engine.model.definition import Expression, Message, Node, Process
from engine.model.findings.report import Report
from procedures.bundle_check.files import Files
from procedures.letters.rendering import NATIONAL
from procedures.vocabulary.roles import ROLES, WATCHING, role_of

LETTERS = frozenset(name for name in NATIONAL if name.startswith("mau-"))


def check(files: Files, description: Mapping[str, Any] | None) -> None:
    """Reports, at their nodes, the names that lead nowhere."""
    letters = LETTERS | {path.stem for path in files.letters}
    results = {str(one["code"]) for one in (description or {}).get("results") or ()}
    for report, node in files.nodes():
        if node.form and node.kind == "userTask" and node.form.removesuffix(".form") not in files.form_names:
            report.put("form-missing", node.line, node.id, form=node.form)
        _people(report, node)
        for extension in node.extensions:
            said = extension.attributes
            if extension.name == "letter":
                name = said.get("template", "").removeprefix("letters/").removesuffix(".typ")
                if name not in letters:
                    report.put("letter-missing", node.line, node.id, letter=name)
            elif extension.name == "result" and description is not None and said.get("code") not in results:
                report.put("result-unknown", node.line, node.id, code=said.get("code", ""))
            elif extension.name == "fee" and description is not None and not _asks(description):
                report.put("fee-without-amount", node.line, node.id)
            elif extension.name == "citizen":
                _citizen(report, node, said.get("message", ""))
    if description is not None and description.get("kind") == "procedure":
        _whole(files, str(description.get("process") or ""), asks=_asks(description))


def _asks(description: Mapping[str, Any]) -> bool:
    """Whether the description has a fee, of the whole procedure."""
    return any(one.get("amount") != 0 or one.get("formula") for one in description.get("fees") or ())


def _people(report: Report, node: Node) -> None:
    who = node.assignment
    if node.kind != "userTask":
        return
    if not (who.assignee or who.candidate_groups or who.candidate_users):
        report.put("task-without-group", node.line, node.id, name=node.name or node.id)
    for group in _groups(who.candidate_groups):
        if role_of(group) not in ROLES or role_of(group) in WATCHING:
            known = ", ".join(role for role in ROLES if role not in WATCHING)
            report.put("role-unknown", node.line, node.id, role=role_of(group), roles=known)


def _groups(said: str | Expression | None) -> Iterator[str]:
    """The groups that stand as they are: a literal list, or an expression that is one text from its beginning."""
    if isinstance(said, str):
        yield from filter(None, (one.strip() for one in said.split(",")))
    elif said is not None:
        for text in re.findall(r'^\s*"([^"]+)"|[\[,]\s*"([^"]+)"', said.text):
            yield from filter(None, text)


def _citizen(report: Report, node: Node, name: str) -> None:
    waited = [event.message for event in node.events] + [node.message]
    known = [message for message in waited if message is not None]
    if name not in {each for message in known for each in (message.name, message.id)}:
        report.put("message-unknown", node.line, node.id, name=name)
    for message in known:
        if not _keyed(message):
            report.put("message-without-key", node.line, node.id, name=message.name)


def _keyed(message: Message) -> bool:
    return message.correlation_key is not None or bool(message.properties)


def _whole(files: Files, main: str, *, asks: bool) -> None:
    """A procedure ends with a result that somebody signs, and takes what it asks for."""
    names: set[str] = set()
    pays = False
    home: tuple[str, Process] | None = None
    for path, model in files.bundle.models.items():
        for process in model.processes.values():
            names |= {one.name for node in process.scope.walk() for one in node.extensions}
            pays = pays or any(
                one.name == "citizen" and one.attributes.get("action") == "pay"
                for node in process.scope.walk()
                for one in node.extensions
            )
            if process.id == main:
                home = str(path), process
    if home is None:
        return
    report = Report(home[0], bundled=True)
    if "finish" not in names:
        report.put("never-finished", home[1].line, main)
    if "result" in names and "signature" not in names:
        report.put("result-unsigned", home[1].line, main)
    if asks and not pays and names.isdisjoint(("fee", "return")):
        report.put("fee-never-taken", home[1].line, main)
    files.told(report)


def outcomes(files: Files) -> None:
    """Conditions that compare the chosen outcome with an id that no task of the bundle has."""
    nodes = [node for _, node in files.bundle.nodes()]
    variables = {node.outcome_variable for node in nodes if node.outcome_variable}
    known = sorted({outcome.id for node in nodes for outcome in node.outcomes})
    if not variables:
        return
    for path, model in files.bundle.models.items():
        report = files.report(path)
        for process in model.processes.values():
            for owner, expression in _conditions(process):
                for id in _asked(expression, variables):
                    if id not in known:
                        line = expression.line
                        report.put("outcome-unknown", line, owner, outcome=id, known=", ".join(known))
        files.told(report)


def _conditions(process: Process) -> Iterator[tuple[str, Expression]]:
    scopes = [process.scope, *(node.scope for node in process.scope.walk() if node.scope is not None)]
    for scope in scopes:
        for flow in scope.flows.values():
            if flow.condition is not None:
                yield flow.id, flow.condition


def _asked(expression: Expression, variables: set[str]) -> Iterator[str]:
    """The ids that a condition compares the chosen outcome with."""
    try:
        tree = parse(expression.text)
    except feel.FeelError:
        return
    waiting: list[Any] = [tree]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Tree):
            if here.kind == "compare" and here.parts[0] in ("=", "!="):
                yield from _compared(here.parts[1], here.parts[2], variables)
            if here.kind == "in" and _named(here.parts[0], variables):
                yield from (one.parts[0] for one in here.parts[1] if _text(one))
            waiting += here.parts
        elif isinstance(here, (list, tuple)):
            waiting += here


def _compared(left: Tree, right: Tree, variables: set[str]) -> Iterator[str]:
    for name, value in ((left, right), (right, left)):
        if _named(name, variables) and _text(value):
            yield value.parts[0]


def _named(node: Tree, variables: set[str]) -> bool:
    return node.kind == "name" and node.parts[0] in variables


def _text(node: Any) -> bool:
    return isinstance(node, Tree) and node.kind == "constant" and isinstance(node.parts[0], str)
