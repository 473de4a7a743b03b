"""`models check`: files and bundle folders, each bundle as a whole (contracts.md §2)."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.libraries import Said, of_file, of_json
from engine.model.checks import together as side_by_side
from engine.model.checks import variables
from engine.model.definition import Finding, Model, Node
from engine.model.extensions import host_variables
from engine.model.findings.report import Lang, Report
from engine.model.load import ModelError, read
from engine.model.names import local
from engine.model.procedure import check_procedure
from engine.model.source import safe
from engine.yaml import Document, Unreadable

HEADS = ("procedure.yaml", "route.yaml")
NATIONAL_LETTERS = frozenset(f"mau-0{n}" for n in range(1, 8))


@dataclass
class Bundle:
    """What lies in a folder: models, decisions, forms, letters, the head and the scenarios."""

    folder: Path
    models: dict[Path, Model] = field(default_factory=dict)
    decisions: set[str] = field(default_factory=set)
    head: Document | None = None
    head_path: Path | None = None

    @property
    def processes(self) -> set[str]:
        return {id for model in self.models.values() for id in model.processes}

    def nodes(self) -> Iterable[tuple[Path, Node]]:
        for path, model in self.models.items():
            for process in model.processes.values():
                for node in process.scope.walk():
                    yield path, node


def check(paths: Sequence[str | Path], lang: Lang = "vi", *, published: bool = False) -> list[Finding]:
    """The findings of models, decisions and bundle folders, in the order of the files.

    A folder without `procedure.yaml` or `route.yaml` is looked through for bundles and models. `published`: service
    tasks without a connector are errors.
    """
    found: list[Finding] = []
    loose: list[Path] = []
    for path in map(Path, paths):
        for item in _items(path):
            if item.is_dir():
                found += _bundle(item, lang, published)
            else:
                loose.append(item)
    found += _files(loose, Bundle(Path()), lang, published)
    return found


def _items(path: Path) -> list[Path]:
    """Bundle folders and lone files at or under a path."""
    if not path.is_dir():
        return [path]
    if any((path / head).exists() for head in HEADS):
        return [path]
    items: list[Path] = []
    for child in sorted(path.iterdir()):
        if child.is_dir() and not child.name.startswith((".", "_")):
            items += _items(child)
        elif child.suffix in (".bpmn", ".dmn") or child.name.endswith((".bpmn20.xml", ".bpmn.xml")):
            items.append(child)
    return items


def _files(files: Sequence[Path], bundle: Bundle, lang: Lang, published: bool, together: bool = False) -> list[Finding]:
    """Findings of models and decisions: what one of them calls may be in another. `together`: they are one deployment,
    so no process may be there twice."""
    found: list[Finding] = []
    owners: dict[str, list[str]] = {}
    for path in files:
        report = Report(str(path), bundled=together)
        if path.suffix == ".dmn":
            _dmn(report, path, bundle, lang)
            found += report.findings(lang)
            continue
        try:
            model = read(path, str(path), lang, published=published, bundled=together)
        except ModelError as error:
            found += error.findings
            continue
        except OSError as error:
            _unread(report, path, of_file(error))
            found += report.findings(lang)
            continue
        bundle.models[path] = model
        for id in model.processes:
            owners.setdefault(id, []).append(str(path))
    for path, model in bundle.models.items():
        calls = {n.id: n.called_element for _, n in bundle.nodes() if n.kind == "callActivity"}
        found += [
            f for f in model.findings
            if f.rule != "called-elsewhere" or str(calls.get(f.element)) not in bundle.processes
        ]  # fmt: skip
        report = Report(str(path))
        for id, process in model.processes.items():
            if together and len(owners[id]) > 1:
                report.put("duplicate-process", process.line, id, name=id, files=", ".join(owners[id]))
        _decisions(report, model, bundle)
        found += report.findings(lang)
    known = {str(path): model for path, model in bundle.models.items()}
    return found + side_by_side.check(known, lang, bundled=together)


def _dmn(report: Report, path: Path, bundle: Bundle, lang: Lang) -> None:
    """A decision model that can be read; its decisions are known to the models beside it."""
    try:
        root = safe.parse(path.read_bytes())
    except safe.Refused as refused:
        report.put(refused.rule, refused.line, "", **refused.facts)
        return
    except OSError as error:
        _unread(report, path, of_file(error))
        return
    if local(root) != "definitions" or "/DMN/" not in str(root.tag):
        report.put("dmn-unreadable", 1, "", reason=f"<{local(root)}>")
        return
    for element in root:
        if isinstance(element.tag, str) and local(element) in ("decision", "decisionService"):
            bundle.decisions |= {element.get("id") or "", element.get("name") or ""}
    _rules(report, path, lang)


def _rules(report: Report, path: Path, lang: Lang) -> None:
    """What engine.dmn says of the expressions and rules of a decision model."""
    dmn = importlib.import_module("engine.dmn")
    try:
        model = dmn.load(path)
    except dmn.DmnError as error:
        report.put("dmn-unreadable", error.line or 1, "", reason=error.vietnamese, reason_en=error.english)
        return
    for fault in model.faults():
        reason = fault["message" if lang == "vi" else "message_en"]
        report.put("dmn-fault", fault["line"], fault["element"], reason=reason)
    for doubt in [*dmn.consistency(model), *dmn.review(model)]:
        reason = doubt.message if lang == "vi" else doubt.message_en
        report.put(f"dmn-{doubt.rule}", doubt.line, doubt.element, reason=reason)


def _decisions(report: Report, model: Model, bundle: Bundle) -> None:
    for process in model.processes.values():
        for node in process.scope.walk():
            if isinstance(node.decision, str) and node.decision not in bundle.decisions:
                report.put("decision-missing", node.line, node.id, decision=node.decision)


def _bundle(folder: Path, lang: Lang, published: bool) -> list[Finding]:
    bundle = Bundle(folder)
    files = sorted(folder.glob("*.bpmn")) + sorted(folder.glob("decisions/*.dmn")) + sorted(folder.glob("*.dmn"))
    # Decisions are known before the models that call them are looked at.
    files.sort(key=lambda path: path.suffix != ".dmn")
    found = _files(files, bundle, lang, published, together=True)
    head = next(folder / name for name in HEADS if (folder / name).exists())
    report = Report(str(head))
    bundle.head, bundle.head_path = _yaml(report, head), head
    if not any(path.suffix == ".bpmn" for path in files):
        report.put("bundle-empty", 1, "")
    if bundle.head is not None:
        check_procedure(report, bundle.head, bundle.processes, _forms(folder))
    found += report.findings(lang)
    for form in sorted(folder.glob("forms/*.form")):
        report = Report(str(form))
        _form(report, form)
        found += report.findings(lang)
    found += _crossings(bundle, lang)
    given: set[str] = set()
    scenarios = folder / "scenarios.yaml"
    if scenarios.exists():
        report = Report(str(scenarios))
        given = _scenarios(report, scenarios, bundle)
        found += report.findings(lang)
    return found + _names(bundle, given, lang)


def _names(bundle: Bundle, given: set[str], lang: Lang) -> list[Finding]:
    """Names that nothing in the bundle writes: neither a model, the form of a task, a scenario nor the system."""
    asked = {node.form.removesuffix(".form") for _, node in bundle.nodes() if node.form}
    for name in sorted(asked & _forms(bundle.folder)):
        given |= set(_keys(bundle.folder / "forms" / f"{name}.form"))
    processes = [process for model in bundle.models.values() for process in model.processes.values()]
    return variables.of_bundle(processes, given | host_variables(), lang)


def _keys(path: Path) -> Iterator[str]:
    """The names that a form writes; none where it cannot be read, which is told elsewhere."""
    try:
        open_: list[Any] = [json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError):
        return
    while open_:
        entry = open_.pop()
        if isinstance(entry, dict):
            for said in (entry.get("key"), entry.get("path")):
                if isinstance(said, str):
                    yield said.partition(".")[0]
            open_ += entry.get("components") or []


def _forms(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("forms/*.form")}


def _yaml(report: Report, path: Path) -> Document | None:
    try:
        document = Document(path.read_text("utf-8"))
    except Unreadable as error:
        _unread(report, path, error.said, error.line)
        return None
    except (OSError, UnicodeDecodeError) as error:
        _unread(report, path, of_file(error))
        return None
    if not isinstance(document.value, dict):
        _unread(report, path, Said("phải gồm các mục «tên: giá trị»", 'it must be a map of "name: value"'))
        return None
    return document


def _unread(report: Report, path: Path, said: Said, line: int = 1, element: str = "") -> None:
    """A file of the bundle that cannot be read, and why."""
    report.put("bundle-file", line, element, name=path.name, reason=said.vi, reason_en=said.en)


def _form(report: Report, path: Path) -> None:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        said = of_file(error) if isinstance(error, OSError) else of_json(error)
        _unread(report, path, said, getattr(error, "lineno", 1), path.stem)
        return
    if not isinstance(value, dict) or not isinstance(value.get("components"), list):
        _unread(report, path, Said("thiếu danh sách components", "it has no list of components"), 1, path.stem)


def _crossings(bundle: Bundle, lang: Lang) -> list[Finding]:
    """What nodes say of forms, letters, results and groups."""
    forms = _forms(bundle.folder)
    letters = NATIONAL_LETTERS | {path.stem for path in bundle.folder.glob("letters/*.typ")}
    value: Any = bundle.head.value if bundle.head is not None else {}
    results = {str(r.get("code")) for r in value.get("results") or [] if isinstance(r, dict)}
    reports = {path: Report(str(path)) for path in bundle.models}
    for path, node in bundle.nodes():
        report = reports[path]
        if node.form and node.kind == "userTask" and node.form.removesuffix(".form") not in forms:
            report.put("form-missing", node.line, node.id, form=node.form)
        who = node.assignment
        if node.kind == "userTask" and not (who.assignee or who.candidate_groups or who.candidate_users):
            report.put("task-without-group", node.line, node.id, name=node.name or node.id)
        for extension in node.extensions:
            said = extension.attributes
            if extension.name == "letter":
                name = said.get("template", "").removeprefix("letters/").removesuffix(".typ")
                if name not in letters:
                    report.put("letter-missing", node.line, node.id, letter=name)
            elif extension.name == "result" and said.get("code") not in results:
                report.put("result-unknown", node.line, node.id, code=said.get("code", ""))
            elif extension.name == "citizen" and said.get("message") not in _messages(node):
                report.put("message-unknown", node.line, node.id, name=said.get("message", ""))
    return [finding for report in reports.values() for finding in report.findings(lang)]


def _messages(node: Node) -> set[str]:
    named = [event.message for event in node.events] + [node.message]
    return {name for message in named if message is not None for name in (message.name, message.id)}


def _scenarios(report: Report, path: Path, bundle: Bundle) -> set[str]:
    """Names and ids in steps are of the models; expressions in them are none of this check's business. The names of the
    variables that the scenarios give."""
    given: set[str] = set()
    document = _yaml(report, path)
    if document is None:
        return given
    known = {text for _, node in bundle.nodes() for text in (node.id, node.name)}
    for name, scenario in document.value.items():
        steps = scenario.get("steps") if isinstance(scenario, dict) else None
        if not isinstance(steps, list):
            line = document.line([name])
            report.put(
                "bundle-field",
                line,
                name,
                name=path.name,
                field=f"{name}.steps",
                reason="danh sách",
                reason_en="a list",
            )
            continue
        for holder in (scenario, *(step for step in steps if isinstance(step, dict))):
            given |= set(holder["variables"]) if isinstance(holder.get("variables"), dict) else set()
        for index, step in enumerate(steps):
            for said in _named(step):
                if said not in known:
                    line = document.line([name, "steps", index])
                    report.put("scenario-element", line, name, scenario=name, name=said)
    return given


def _named(step: Any) -> list[str]:
    if not isinstance(step, dict):
        return []
    found = [step.get(word) for word in ("complete", "fail", "escalate")]
    for word in ("expect_open", "expect_path"):
        if isinstance(step.get(word), list):
            found += step[word]
    return [str(said) for said in found if isinstance(said, str) and said != "*"]
