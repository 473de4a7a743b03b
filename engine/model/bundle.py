"""The check of files and folders, each bundle as a whole (contracts.md §2)."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.libraries import Said, of_file
from engine.model import extensions
from engine.model.checks import together as side_by_side
from engine.model.definition import Finding, Model, Node
from engine.model.findings.report import Report
from engine.model.load import ModelError, read
from engine.model.names import local
from engine.model.source import safe
from engine.refusal import Lang


@dataclass
class Bundle:
    """Models and decisions that lie together in a folder; what else is there is the host's."""

    folder: Path
    models: dict[Path, Model] = field(default_factory=dict)
    decisions: set[str] = field(default_factory=set)

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

    A folder that no registered vocabulary knows for a bundle is looked through for bundles and models. `published`:
    service tasks without a connector are errors.
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
    if any((path / head).exists() for host in extensions.registered() for head in host.folders.heads):
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
    beside = side_by_side.check(known, lang, bundled=together)
    told = {(f.file, f.element) for f in beside if f.rule.startswith(("stands-still", "end-leaves-tokens"))}
    return [f for f in found if f.rule != "join-may-stand" or (f.file, f.element) not in told] + beside


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
    """The findings of a bundle: of its models and decisions together, and what the host finds in its other files."""
    bundle = Bundle(folder)
    files = sorted(folder.glob("*.bpmn")) + sorted(folder.glob("decisions/*.dmn")) + sorted(folder.glob("*.dmn"))
    # Decisions are known before the models that call them are looked at.
    files.sort(key=lambda path: path.suffix != ".dmn")
    found = _files(files, bundle, lang, published, together=True)
    for vocabulary in extensions.registered():
        if any((folder / head).exists() for head in vocabulary.folders.heads):
            found += vocabulary.folders.check(bundle, lang)
    return found


def _unread(report: Report, path: Path, said: Said, line: int = 1, element: str = "") -> None:
    """A file of the bundle that cannot be read, and why."""
    report.put("bundle-file", line, element, name=path.name, reason=said.vi, reason_en=said.en)
