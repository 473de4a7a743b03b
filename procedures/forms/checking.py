"""A form before it is deployed: what cannot be read, what is not supported, what contradicts itself – each at its line,
with its mend. `models check`, `models test` and deployment ask this one function."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine import feel
from engine.model.definition import Finding
from engine.model.findings.report import shorten
from engine.refusal import Lang
from procedures.forms import choosing, findings
from procedures.forms.conditions import as_number, plain
from procedures.forms.form import Form
from procedures.forms.kinds import COMMON, KINDS, PROPERTIES, Kind
from procedures.forms.lines import Path, lines_of
from procedures.forms.reading import KEY, read
from procedures.forms.sameness import SOURCES
from procedures.forms.values import Field, Invalid
from procedures.forms.writing import compiled_pattern

#: Rules of `validate` that hold a number or FEEL.
LIMITS = ("min", "max", "minLength", "maxLength")
VALIDATION_TYPES = ("", "custom", "email", "phone")


def check(source: bytes | str, file: str, lang: Lang = "vi") -> list[Finding]:
    """What is wrong with a form, in the order of its lines; empty where nothing is. `file` is named in the findings."""
    return _Check(source, file, lang).run()


class _Check:
    """The check of one form."""

    def __init__(self, source: bytes | str, file: str, lang: Lang) -> None:
        self.source = source.decode("utf-8", "replace") if isinstance(source, bytes) else source
        self.file, self.lang = file, lang
        self.found: list[Finding] = []
        self.lines: Mapping[Path, int] = {}
        self.keys: set[str] = set()

    def run(self) -> list[Finding]:
        try:
            data = json.loads(self.source)
        except ValueError as error:
            line = getattr(error, "lineno", 1)
            return [
                self._finding("form-json", line, "", reason=f"dòng {line}" if self.lang == "vi" else f"line {line}")
            ]
        if not isinstance(data, Mapping) or not isinstance(data.get("components"), list):
            return [self._finding("form-json", 1, "", reason="components")]
        self.lines = lines_of(self.source)
        components = list(_walk(data["components"], ("components",)))
        known = {str(one.get("key")) for _path, one in components if one.get("key")}
        for path, entry in components:
            self._component(path, entry, known)
        if not any(one.severity == "error" for one in self.found):
            self._whole(read(data, self.file), components)
        return sorted(self.found, key=lambda one: (one.line, one.rule))

    def _finding(self, rule: str, line: int, element: str, **facts: object) -> Finding:
        one = findings.RULES[rule]
        said, fix = (one.vi, one.fix_vi) if self.lang == "vi" else (one.en, one.fix_en)
        told = {"element": element, **{name: shorten(str(value)) for name, value in facts.items()}}
        return Finding(self.file, line, element, rule, one.severity, said.format(**told), fix.format(**told))

    def _add(self, rule: str, path: Path, entry: Mapping[str, Any], **facts: object) -> None:
        near = next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), 1)
        self.found.append(self._finding(rule, near, str(entry.get("key") or entry.get("id") or ""), **facts))

    def _component(self, path: Path, entry: Mapping[str, Any], known: set[str]) -> None:
        name = str(entry.get("type", ""))
        kind = KINDS.get(name)
        if kind is None:
            self._add("form-type", (*path, "type"), entry, type=name)
            return
        if kind.role == "input":
            self._key(path, entry)
        self._supported(path, entry, kind)
        for place, text in _expressions(entry):
            self._expression((*path, *place), entry, text, known)
        for rule, value in _mapping(entry, "validate").items():
            self._rule((*path, "validate", rule), entry, rule, value)
        self._limits_agree(path, entry)
        if kind.role == "input" and "values" in kind.settings:
            self._choices(path, entry)

    def _key(self, path: Path, entry: Mapping[str, Any]) -> None:
        key = str(entry.get("key") or "")
        if not KEY.fullmatch(key):
            self._add("form-key", (*path, "key"), entry, key=key)
        elif key in self.keys:
            self._add("form-key-twice", (*path, "key"), entry, key=key)
        self.keys.add(key)

    def _supported(self, path: Path, entry: Mapping[str, Any], kind: Kind) -> None:
        """What this house would drop: rules and settings without effect."""
        for name, value in entry.items():
            if name not in COMMON | kind.settings | kind.shown and value not in (None, "", False, [], {}):
                self._add("form-setting", (*path, name), entry, what=name, type=entry.get("type", ""))
        for rule in _mapping(entry, "validate"):
            if rule not in kind.rules:
                self._add("form-rule", (*path, "validate", rule), entry, what=rule, type=entry.get("type", ""))
        for name in ("readonly", "disabled"):
            if not isinstance(entry.get(name, False), bool):
                self._add("form-setting", (*path, name), entry, what=f"{name} (FEEL)", type=entry.get("type", ""))
        for name in ("label", "description", "text"):
            said = entry.get(name)
            if isinstance(said, str) and (said.startswith("=") or "{{" in said):
                self._add("form-setting", (*path, name), entry, what=f"{name} (FEEL)", type=entry.get("type", ""))
        for name, value in _mapping(entry, "properties").items():
            if name.startswith("mc") and name not in PROPERTIES:
                self._add("form-property", (*path, "properties", name), entry, what=name, names=", ".join(PROPERTIES))
            elif name == "mc:same" and value not in SOURCES:
                self._add("form-property", (*path, "properties", name), entry, what=f"{name} = {value}",
                          names=", ".join(SOURCES))  # fmt: skip
            elif name == "mc" and value not in choosing.PICKERS:
                self._add("form-property", (*path, "properties", name), entry, what=f"mc = {value}",
                          names=", ".join(choosing.PICKERS))  # fmt: skip

    def _expression(self, path: Path, entry: Mapping[str, Any], text: str, known: set[str]) -> None:
        try:
            unknown = sorted(feel.names(plain(text)) - known)
        except feel.FeelError as error:
            self._add("form-feel", path, entry, text=text, reason=error.sentence(self.lang))
            return
        for name in unknown:
            self._add("form-name", path, entry, text=text, name=name)

    def _rule(self, path: Path, entry: Mapping[str, Any], rule: str, value: Any) -> None:
        if value in (None, ""):
            return
        if rule == "pattern":
            reason = compiled_pattern(str(value))
            if isinstance(reason, str):
                self._add("form-pattern", path, entry, pattern=value, reason=reason)
        elif rule == "required" and not isinstance(value, bool):
            self._add("form-limit", path, entry, what=rule, value=value, wanted="true, false")
        elif rule == "validationType" and value not in VALIDATION_TYPES:
            self._add("form-limit", path, entry, what=rule, value=value, wanted=", ".join(VALIDATION_TYPES[1:]))
        elif rule in LIMITS and not (isinstance(value, str) and value.strip().startswith("=")):
            number = as_number(value)
            if number is None or (rule.endswith("Length") and (number < 0 or number % 1 != 0)):
                self._add("form-limit", path, entry, what=rule, value=value, wanted="số, =FEEL")

    def _limits_agree(self, path: Path, entry: Mapping[str, Any]) -> None:
        rules = _mapping(entry, "validate")
        for low, high in (("min", "max"), ("minLength", "maxLength")):
            least, most = as_number(rules.get(low)), as_number(rules.get(high))
            if least is not None and most is not None and least > most:
                self._add("form-limit", (*path, "validate", low), entry, what=low, value=least, wanted=f"≤ {most}")

    def _choices(self, path: Path, entry: Mapping[str, Any]) -> None:
        values = entry.get("values")
        options = [one.get("value") for one in values if isinstance(one, Mapping)] if isinstance(values, list) else []
        picked = _mapping(entry, "properties").get("mc") in choosing.PICKERS
        if not picked and not entry.get("readonly") and not [one for one in options if one not in (None, "")]:
            self._add("form-choices", path, entry)
        for one in sorted({str(one) for one in options if options.count(one) > 1}):
            self._add("form-choice-twice", (*path, "values"), entry, value=one)

    def _whole(self, form: Form, components: list[tuple[Path, Mapping[str, Any]]]) -> None:
        """Of a form that can be read: a default that its own rules refuse."""
        paths = {str(one.get("key")): (path, one) for path, one in components if one.get("key")}
        for field in form.inputs():
            if field.default not in (None, "", []) and not field.read_only:
                reason = _refused(field)
                if reason:
                    path, entry = paths[field.key]
                    self._add("form-default", (*path, "defaultValue"), entry, value=field.default, reason=reason)


def _refused(field: Field) -> str:
    """Why the form would refuse a field's default; empty where it takes it."""
    alone = Form("", "", (field,))
    picked = {field.key: [(str(field.default), "")]}
    try:
        alone.validate({field.key: field.default}, only={field.key}, offered=picked)
    except Invalid as invalid:
        return " ".join(invalid.errors[field.key])
    return ""


def _walk(components: list[Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for i, entry in enumerate(components):
        here = (*path, i)
        if isinstance(entry, Mapping):
            yield here, entry
            inside = entry.get("components")
            yield from _walk(inside if isinstance(inside, list) else [], (*here, "components"))
        else:
            yield here, {"type": type(entry).__name__}


def _mapping(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = entry.get(name)
    return found if isinstance(found, Mapping) else {}


def _expressions(entry: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every FEEL text of a component, with its place in it."""
    hide = _mapping(entry, "conditional").get("hide")
    if isinstance(hide, str) and hide:
        yield ("conditional", "hide"), hide
    for rule in LIMITS:
        said = _mapping(entry, "validate").get(rule)
        if isinstance(said, str) and said.strip().startswith("="):
            yield ("validate", rule), said
    for name in ("mc:rule", "mc:sameWhen"):
        own = _mapping(entry, "properties").get(name)
        if isinstance(own, str) and own:
            yield ("properties", name), own
