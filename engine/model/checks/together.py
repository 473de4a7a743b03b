"""What only several files together show: processes that call themselves, errors that no caller catches, the states that
they can come into."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.checks import endless, states, thrown
from engine.model.definition import Finding, Model, Process
from engine.model.findings.report import Report
from engine.refusal import Lang


def check(models: Mapping[str, Model], lang: Lang = "vi", bundled: bool = False) -> list[Finding]:
    """The findings of models that are deployed together, by the name of each one's file."""
    reports = {name: Report(name, bundled) for name in models}
    processes: dict[str, Process] = {}
    homes: dict[str, Report] = {}
    for name, model in models.items():
        for id, process in model.processes.items():
            processes.setdefault(id, process)
            homes.setdefault(id, reports[name])
    for rule, process, node, way in endless.calls(processes):
        homes[process.id].put(rule, node.line, node.id, name=node.name or node.id, way=way)
    for throw in thrown.lost(processes):
        home, event = homes[throw.process.id], throw.event
        home.put(f"{event.kind}-uncaught", event.line or throw.node.line, throw.node.id, code=event.code or "–")
    sound = {id: process for id, process in processes.items() if not models[homes[id].file].errors}
    states.check(sound, homes)
    return [finding for report in reports.values() for finding in report.findings(lang)]
