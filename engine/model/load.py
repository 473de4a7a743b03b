"""One file from its bytes to a `Model` with findings."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lxml import etree

from engine.model.checks import (
    conditions,
    conformity,
    diagrams,
    endless,
    imports,
    links,
    meaning,
    profile,
    soundness,
    structure,
    tokens,
    unsaid,
    variables,
)
from engine.model.definition import Finding, Model
from engine.model.extensions import host_variables
from engine.model.findings.report import Report
from engine.model.names import BPMN, kid, local, namespace, q, ref, text_of
from engine.model.reading import reader
from engine.model.source import safe
from engine.model.source.file import Source
from engine.refusal import Lang


class ModelError(Exception):
    """A file in which nothing can be read; `findings` say why."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{f.file}:{f.line}: {f.message}" for f in findings))
        self.findings = findings


def root_of(data: bytes, file: str = "", lang: Lang = "vi") -> etree._Element:
    """The `definitions` of a BPMN file. Raises `ModelError` where there is no safe XML, or no BPMN."""
    report = Report(file)
    try:
        root = safe.parse(data)
    except safe.Refused as refused:
        report.put(refused.rule, refused.line, "", **refused.facts)
        raise ModelError(report.findings(lang)) from None
    if namespace(root) != BPMN or local(root) != "definitions":
        report.add("not-bpmn", root, root=local(root), namespace=namespace(root))
        raise ModelError(report.findings(lang))
    return root


def read(
    source: str | Path | bytes,
    file: str | None = None,
    lang: Lang = "vi",
    *,
    published: bool = False,
    bundled: bool = False,
) -> Model:
    """The model in a BPMN file (a path, or the bytes with the name `file`), with the findings of its checks.

    `published` makes errors of what only a bundle in use must not have, `bundled` of what no bundle must have. Raises
    `ModelError` where nothing can be read: no safe XML, or no BPMN.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    name = file if file is not None else "" if isinstance(source, bytes) else str(source)
    report = Report(name, bundled)
    root = root_of(data, name, lang)
    opened = Source.of(root, report)
    conformity.check(opened)
    imports.types(opened)
    if not isinstance(source, bytes):
        imports.check(opened, Path(source))
    structure.check(opened)
    links.check(opened)
    diagrams.check(opened)
    profile.check(opened)
    processes = reader.processes(opened, name)
    soundness.check(report, processes.values(), _conditioned(opened), published)
    meaning.check(report, processes.values(), variables.written(processes.values()))
    if not bundled:
        variables.check(report, processes.values(), host_variables())
        conditions.check(report, processes.values(), {})
    unsaid.check(opened, processes.values())
    endless.check(report, processes.values())
    tokens.check(report, processes.values())
    return Model(name, hashlib.sha256(data).hexdigest(), processes, report.findings(lang), tuple(report.translated))


def _conditioned(source: Source) -> frozenset[str]:
    """The flows with a condition, by id, or by their ends where they have none."""
    found = set()
    for flow in source.root.iter(q("sequenceFlow")):
        if text_of(kid(flow, "conditionExpression")):
            found.add(flow.get("id") or f"{ref(flow.get('sourceRef'))}→{ref(flow.get('targetRef'))}")
    return frozenset(found)
