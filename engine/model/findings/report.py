"""What was found in a model, kept apart from the language it is told in."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.model.definition import Finding
from engine.model.findings.rules import RULES
from engine.model.names import line_of, owner_id
from engine.refusal import Lang


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule at one place; `facts` fill the rule's sentences."""

    rule: str
    line: int
    element: str
    facts: dict[str, str] = field(default_factory=dict)
    file: str = ""

    def finding(self, lang: Lang = "vi", bundled: bool = False) -> Finding:
        rule = RULES[self.rule]
        message, fix = (rule.vi, rule.fix_vi) if lang == "vi" else (rule.en, rule.fix_en)
        facts = {"element": self.element, **self.facts}
        if lang == "en":  # words that are a fact come in both languages
            facts |= {name.removesuffix("_en"): said for name, said in facts.items() if name.endswith("_en")}
        return Finding(
            self.file,
            self.line,
            self.element,
            self.rule,
            rule.grade(bundled),
            message.format(**facts),
            fix.format(**facts),
        )


class Report:
    """Collects the problems of one file and, for imports, what was translated from another dialect. `bundled`: the
    file is part of a bundle, where some rules are graver."""

    def __init__(self, file: str, bundled: bool = False) -> None:
        self.file, self.bundled = file, bundled
        self.problems: list[Problem] = []
        self.translated: list[dict[str, str]] = []
        self._seen: set[tuple[str, int, str, str]] = set()
        self._noted: set[tuple[str, ...]] = set()

    def add(self, rule: str, at: etree._Element | None, **facts: object) -> None:
        """A problem at an XML element; the nearest id around it names it."""
        self.put(rule, line_of(at), owner_id(at), **facts)

    def put(self, rule: str, line: int, element: str, **facts: object) -> None:
        """A problem where no XML element is at hand."""
        if rule not in RULES:
            raise KeyError(rule)
        told = {name: shorten(str(value)) for name, value in facts.items()}
        key = (rule, line, element, repr(sorted(told.items())))
        if key not in self._seen:
            self._seen.add(key)
            self.problems.append(Problem(rule, line, element, told, self.file))

    def note(self, at: etree._Element, dialect: str, source: str, target: str = "") -> None:
        """Something of another dialect was read as something of ours; without a target it has no effect here. What is
        read twice is said once."""
        row = {"dialect": dialect, "element": owner_id(at), "line": str(line_of(at)), "from": source,
               "to": target or "—", "effect": "translated" if target else "none"}  # fmt: skip
        key = tuple(row.values())
        if key not in self._noted:
            self._noted.add(key)
            self.translated.append(row)

    def refused(self) -> set[str]:
        """The elements that have an error so far."""
        return {p.element for p in self.problems if RULES[p.rule].grade(self.bundled) == "error"}

    def findings(self, lang: Lang = "vi") -> tuple[Finding, ...]:
        """In the order of the file; errors before warnings on one line."""
        found = [problem.finding(lang, self.bundled) for problem in self.problems]
        return tuple(sorted(found, key=lambda f: (f.file, f.line, f.severity, f.rule)))


def shorten(text: str, limit: int = 160) -> str:
    """A quotation from a model, short enough for a sentence."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
