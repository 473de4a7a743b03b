"""The legal basis of a bundle against the acts whose days are known (`procedures.catalogue.acts`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.model.findings.report import Report
from engine.yaml import Document
from procedures.catalogue.acts import Act, act


def check(document: Document, description: Mapping[str, Any], report: Report) -> None:
    """Reports, at its line, each act that is not in force on some day on which dossiers are received on the bundle. An
    end that the bundle tells by `until` is known to its author, and `description` holds it against the dates; a bundle
    that does not say how long it is received on has time for a next version. A day that nobody has read in the act
    itself is a warning to look it up, never an error."""
    first = date.fromisoformat(description["effective_from"])
    last = date.fromisoformat(description["effective_to"]) if "effective_to" in description else None
    for i, basis in enumerate(description.get("legal_basis") or ()):
        known = act(basis["code"])
        if known is None:
            continue
        line = document.line(["legal_basis", i])
        if known.begins is not None and known.begins > first:
            rule = "law-not-yet" if known.verified else "law-begin-unsure"
            facts = {"code": known.code, "day": _day(known.begins), "first": _day(first), "source": known.source}
            report.put(rule, line, "", **facts)
        if known.ends is None or "until" in basis:
            continue
        if known.ends < first:
            rule = "law-part-ended" if known.part else "law-ended" if known.verified else "law-end-unsure"
            report.put(rule, line, "", first=_day(first), **_facts(known))
        elif not known.part and last is not None and last > known.ends:
            rule = "law-ends" if known.verified else "law-end-unsure"
            report.put(rule, line, "", until=known.ends.isoformat(), first=_day(first), **_facts(known))


def _facts(known: Act) -> dict[str, str]:
    assert known.ends is not None
    return {
        "code": known.code, "day": _day(known.ends), "by": known.by or "–", "part": known.part,
        "part_en": known.part_en, "source": known.source,
    }  # fmt: skip


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
