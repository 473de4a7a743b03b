"""Reading the description of a bundle from its bytes."""

from __future__ import annotations

from typing import Any

from engine.libraries import ENCODING, Said
from engine.model.definition import Finding
from engine.model.findings.report import Report
from engine.refusal import Lang
from engine.yaml import Document, Unreadable
from procedures.bundle_check import description
from procedures.bundle_check.errors import BundleError


def read_description(source: bytes, name: str) -> dict[str, Any]:
    """The description as plain data. Raises BundleError."""
    report = Report(name, bundled=True)
    try:
        document = Document(source.decode("utf-8-sig"))
        if isinstance(document.value, dict):
            found = description.read(document, report, name)
            if found is not None:
                return found
        else:
            _unread(report, name, Said("phải gồm các mục «tên: giá trị»", 'it must be a map "name: value"'))
    except Unreadable as error:
        _unread(report, name, error.said, error.line)
    except UnicodeDecodeError:
        _unread(report, name, ENCODING)
    raise BundleError(_told(report, "vi"), _told(report, "en"))


def _told(report: Report, lang: Lang) -> list[Finding]:
    return [one for one in report.findings(lang) if one.severity == "error"]


def _unread(report: Report, name: str, said: Said, line: int = 1) -> None:
    report.put("bundle-file", line, "", name=name, reason=said.vi, reason_en=said.en)
