"""What lies in a bundle besides its models, as the check sees it: each file read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.libraries import Said, of_file
from engine.model.bundle import Bundle
from engine.model.definition import Finding, Node
from engine.model.findings.report import Report
from engine.refusal import Lang
from engine.yaml import Document, Unreadable
from procedures import forms

HEADS = ("procedure.yaml", "route.yaml")


@dataclass
class Files:
    """A bundle under the check. `form`s that cannot be read are not among the forms, but among their `names`."""

    bundle: Bundle
    lang: Lang
    forms: dict[str, forms.Form] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.bundle.folder

    @property
    def head(self) -> Path:
        return next(self.folder / name for name in HEADS if (self.folder / name).exists())

    @property
    def form_names(self) -> frozenset[str]:
        return frozenset(path.stem for path in self.folder.glob("forms/*.form"))

    @property
    def letters(self) -> list[Path]:
        return sorted(self.folder.glob("letters/*.typ"))

    def nodes(self) -> Iterator[tuple[Report, Node]]:
        """Every node with a report of its file; what is reported is found when all have been walked."""
        reports = {path: Report(str(path), bundled=True) for path in self.bundle.models}
        for path, node in self.bundle.nodes():
            yield reports[path], node
        for report in reports.values():
            self.told(report)

    def told(self, report: Report) -> None:
        self.found += report.findings(self.lang)

    def report(self, path: Path) -> Report:
        return Report(str(path), bundled=True)

    def yaml(self, report: Report, path: Path) -> Document | None:
        """A map, or None where there is none: that is reported."""
        try:
            document = Document(path.read_text("utf-8-sig"))
        except Unreadable as error:
            _unread(report, path, error.said, error.line)
            return None
        except (OSError, UnicodeDecodeError) as error:
            _unread(report, path, of_file(error))
            return None
        if not isinstance(document.value, dict):
            _unread(report, path, Said("phải gồm các mục «tên: giá trị»", 'it must be a map "name: value"'))
            return None
        return document


def _unread(report: Report, path: Path, said: Said, line: int = 1) -> None:
    """Reports a file that cannot be read, and why."""
    report.put("bundle-file", line, "", name=path.name, reason=said.vi, reason_en=said.en)


def read_forms(files: Files) -> None:
    """What the forms say of themselves; those that can be read are kept."""
    for path in sorted(files.folder.glob("forms/*.form")):
        body = path.read_bytes()
        said = forms.check(body, str(path), files.lang)
        files.found += said
        if not any(one.severity == "error" for one in said):
            files.forms[path.stem] = forms.read(body, path.name)
