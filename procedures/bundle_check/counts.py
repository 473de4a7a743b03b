"""What a fee is computed from: a number of the declaration says how many decimals it has, what is counted has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import feel
from engine.model.findings.report import Report
from engine.yaml import Document
from procedures import fees
from procedures.bundle_check.files import Files


def check(files: Files, document: Document, report: Report) -> None:
    """Reports, at each fee, the numbers of the declaration that would give fractions of what it counts."""
    form = files.forms.get(str(document.value.get("form") or ""))
    numbers = {field.key: field for field in form.inputs() if field.kind == "number"} if form is not None else {}
    said = document.value.get("fees")
    for i, fee in enumerate(said if isinstance(said, list) else ()):
        for name in _names(fee) & numbers.keys() if isinstance(fee, Mapping) else ():
            digits = numbers[name].settings.get("decimalDigits")
            if digits is None or (name in fees.COUNTS and digits != 0):
                report.put("fee-fraction", document.line(["fees", i]), "", name=fee.get("name", ""), field=name)


def _names(fee: Mapping[str, Any]) -> set[str]:
    """The numbers that a fee goes by."""
    if fee.get("formula"):
        try:
            return set(feel.names(str(fee["formula"]).lstrip("= ")))
        except feel.FeelError:
            return set()  # told where the formula stands
    return {fees.UNITS[fee["per"]][0]} if fee.get("per") in fees.UNITS else set()
