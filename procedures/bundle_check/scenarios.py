"""Scenarios of a bundle: they name what is in the models, choose outcomes that there are, and give the types that the
pages give – else they prove something that will never happen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.model.definition import Node
from engine.model.findings.report import Report
from engine.scenario.reading import spoken
from engine.yaml import Document
from procedures.bundle_check.files import Files
from procedures.forms import Field, Form

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)?")
Fits = Callable[[Any], bool]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _like(pattern: re.Pattern[str]) -> Fits:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_DAY: tuple[Fits, str, str] = (_like(_DATE), "ngày dạng 2026-07-01", "a date such as 2026-07-01")
#: Kind of a field → what its page posts: whether a value is such, and what is wanted in words.
POSTED: Mapping[str, tuple[Fits, str, str]] = {
    "number": (_number, "một số", "a number"),
    "checkbox": (lambda value: isinstance(value, bool), "true hoặc false", "true or false"),
    "checklist": (_texts, "danh sách chữ", "a list of texts"),
    "taglist": (_texts, "danh sách chữ", "a list of texts"),
    "date": _DAY,
    "time": (_like(_TIME), "giờ dạng 08:30", "a time such as 08:30"),
    "datetime": (_like(_MOMENT), "ngày giờ dạng 2026-07-01T08:30:00", "a date and time such as 2026-07-01T08:30:00"),
}
_OTHERS: tuple[Fits, str, str] = (_text, "chữ", "text")
#: What the house itself writes when a task is completed (docs/reference/bundles.md), beside the form.
HOUSE: Mapping[str, tuple[Fits, str, str]] = {
    "han_bo_sung": _DAY,
    "ly_do": _OTHERS,
    "thieu": (lambda value: isinstance(value, list), "danh sách", "a list"),
}


def check(files: Files, declaration: str) -> set[str]:
    """Reports what a scenario could not prove. Returns the names of the variables that the scenarios give."""
    path = files.folder / "scenarios.yaml"
    if not path.exists():
        return set()
    report = files.report(path)
    document = files.yaml(report, path)
    given: set[str] = set()
    if document is not None:
        for name, scenario in document.value.items():
            given |= _Scenario(files, document, report, name, scenario, declaration).check()
    files.told(report)
    return given


class _Scenario:
    def __init__(
        self, files: Files, document: Document, report: Report, name: str, said: Any, declaration: str
    ) -> None:
        self.document, self.report, self.name, self.said = document, report, name, said
        self.forms = files.forms
        self.declaration = files.forms.get(declaration)
        nodes = [node for _, node in files.bundle.nodes()]
        self.by_name: dict[str, list[Node]] = {}
        for node in nodes:
            for key in {node.id, spoken(node.name)} - {""}:
                self.by_name.setdefault(key, []).append(node)

    def check(self) -> set[str]:
        steps = self.said.get("steps") if isinstance(self.said, dict) else None
        if not isinstance(steps, list):
            line, field = self.document.line([self.name]), f"{self.name}.steps"
            self.report.put("bundle-field", line, self.name, name="scenarios.yaml", field=field,
                            reason="phải là danh sách", reason_en="must be a list")  # fmt: skip
            return set()
        given = self._variables(self.said.get("variables"), (self.name, "variables"), None)
        for index, step in enumerate(steps):
            if isinstance(step, dict):
                given |= self._step(index, step)
        return given

    def _step(self, index: int, step: dict[str, Any]) -> set[str]:
        where = (self.name, "steps", index)
        for said in _named(step):
            if spoken(said) not in self.by_name:
                line = self.document.line(where)
                self.report.put("scenario-element", line, self.name, scenario=self.name, name=said)
        nodes = self.by_name.get(spoken(str(step.get("complete") or "")), [])
        node = nodes[0] if len(nodes) == 1 else None
        if node is not None:
            self._outcome(step, node, where)
        return self._variables(step.get("variables"), (*where, "variables"), node)

    def _outcome(self, step: dict[str, Any], node: Node, where: tuple[str | int, ...]) -> None:
        chosen, known = step.get("action"), [outcome.id for outcome in node.outcomes]
        if chosen is not None and str(chosen) not in known:
            self.report.put("scenario-outcome", self.document.line(where), self.name, scenario=self.name,
                            outcome=chosen, name=node.name or node.id, known=", ".join(known) or "–")  # fmt: skip

    def _variables(self, said: Any, where: tuple[str | int, ...], node: Node | None) -> set[str]:
        if not isinstance(said, dict):
            return set()
        form = self.forms.get(node.form.removesuffix(".form")) if node is not None and node.form else None
        self._typed(said, where, form)
        for name, wanted in HOUSE.items() if node is not None and node.outcomes else ():
            if name in said:
                self._fits(name, said[name], (*where, name), wanted)
        if isinstance(said.get("to_khai"), dict):
            self._typed(said["to_khai"], (*where, "to_khai"), self.declaration)
        return set(said)

    def _typed(self, said: Mapping[str, Any], where: tuple[str | int, ...], form: Form | None) -> None:
        for entry in form.inputs() if form is not None else ():
            if entry.key in said:
                self._fits(entry.key, said[entry.key], (*where, entry.key), POSTED.get(kind_of(entry), _OTHERS))

    def _fits(self, name: str, value: Any, where: tuple[str | int, ...], wanted: tuple[Fits, str, str]) -> None:
        fits, vi, en = wanted
        if value is not None and not fits(value):
            self.report.put("scenario-type", self.document.line(where), self.name, scenario=self.name, name=name,
                            wanted=vi, wanted_en=en)  # fmt: skip


def kind_of(entry: Field) -> str:
    """The kind of a field, of dates and times by what they hold."""
    return entry.subtype or "date" if entry.kind == "datetime" else entry.kind


def _named(step: Mapping[str, Any]) -> list[str]:
    found = [step.get(word) for word in ("complete", "fail", "escalate")]
    for word in ("expect_open", "expect_path"):
        if isinstance(step.get(word), list):
            found += step[word]
    return [str(said) for said in found if isinstance(said, str) and said != "*"]
