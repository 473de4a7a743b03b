"""What passes into and out of activities in other dialects: `in`, `out`, `inputOutput`, `variableAggregation`."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from engine.model.definition import Assign, Expression
from engine.model.names import DIALECTS, elements, extensions, flag, line_of, local, namespace, q, text_of
from engine.model.source import juel, mappings
from engine.model.source.expressions import FEEL_LANGUAGES
from engine.model.source.file import Source

_INDEX = "elementIndexVariable"


def passed(source: Source, rows: Sequence[etree._Element]) -> tuple[list[Assign], bool]:
    """The mappings of `in` or `out` elements, and whether everything passes."""
    found: list[Assign] = []
    everything = False
    for row in rows:
        dialect, name = DIALECTS[namespace(row)], local(row)
        what = f"{dialect}:{name}"
        if flag(row.get("local")) and name == "in" and row.get("variables") == "all":
            source.report.note(row, dialect, f'{what} variables="all" local="true"',
                               'zeebe:calledElement propagateAllParentVariables="false"')  # fmt: skip
            continue  # what the call activity's own parameters made, and nothing else
        if flag(row.get("local")) or row.get("targetExpression"):
            attribute = "local" if flag(row.get("local")) else "targetExpression"
            source.report.add("foreign-meaning", row, what=f"{what} {attribute}", value=row.get(attribute))
            continue
        if row.get("variables") == "all":
            everything = True
            ours = "propagateAllParentVariables" if name == "in" else "propagateAllChildVariables"
            source.report.note(row, dialect, f'{what} variables="all"', f'zeebe:calledElement {ours}="true"')
            continue
        theirs = "source" if row.get("source") else "sourceExpression"
        value = variable(source, row.get("source"), row) if row.get("source") else source.expressions.feel(
            row.get("sourceExpression"), row, told=False)  # fmt: skip
        target = row.get("target") or row.get("source")
        if value is None or not target:
            continue
        found.append(Assign(value, target))
        source.report.note(row, dialect, f'{what} {theirs}="{row.get(theirs)}" target="{target}"',
                           f'zeebe:{name}put source="= {value.text}" target="{target}"')  # fmt: skip
    return found, everything


def variable(source: Source, name: str | None, at: etree._Element) -> Expression | None:
    """A variable by its name, the counters of a loop under ours; a name that FEEL would read as something else is
    refused."""
    if not name:
        return None
    try:
        return Expression(juel.name(name), line_of(at))
    except juel.Untranslatable:
        source.report.add("foreign-expression", at, text=name, part=name)
        return None


def read(source: Source, row: etree._Element) -> tuple[list[Assign], list[Assign]]:
    """The parameters of an `inputOutput`."""
    sides: dict[str, list[Assign]] = {"inputParameter": [], "outputParameter": []}
    for parameter in elements(row):
        dialect, name, target = DIALECTS.get(namespace(parameter), ""), local(parameter), parameter.get("name")
        if name not in sides or not target:
            source.report.add("unknown-extension", parameter, what=f"{dialect}:{name}")
            continue
        value = _value(source, parameter)
        if value is None:
            continue
        sides[name].append(Assign(Expression(value, line_of(parameter)), target))
        ours = "zeebe:input" if name == "inputParameter" else "zeebe:output"
        source.report.note(parameter, dialect, f"{dialect}:{name} {target}",
                           f'{ours} source="= {value}" target="{target}"')  # fmt: skip
    return sides["inputParameter"], sides["outputParameter"]


def _value(source: Source, holder: etree._Element) -> str | None:
    """FEEL for the value of a parameter, of an entry of a map or an item of a list: text, an expression, a script, a
    list or a map. None where it cannot be read, which is then reported."""
    inner = next(iter(elements(holder)), None) if local(holder) not in ("list", "map", "script") else holder
    if inner is None:
        if not text_of(holder):
            return "null"
        value = source.expressions.value(text_of(holder), holder, told=False)
        found = mappings.literal(value, holder) if isinstance(value, str) else value
        return None if found is None else found.text
    name = local(inner)
    if name == "script":
        return _script(source, inner)
    if name not in ("list", "map"):
        source.report.add("unknown-extension", inner, what=name)
        return None
    parts = [(entry.get("key") or "", _value(source, entry), entry) for entry in elements(inner)]
    if any(value is None for _, value, _ in parts):
        return None
    if name == "list":
        return f"[{', '.join(value or '' for _, value, _ in parts)}]"
    for key, _, entry in parts:
        if juel.is_foreign(key):
            source.report.add("foreign-expression", entry, text=key, part=key)
            return None
    return f"{{{', '.join(f'{mappings.literal(key, entry).text}: {value}' for key, value, entry in parts)}}}"


def _script(source: Source, script: etree._Element) -> str | None:
    language = (script.get("scriptFormat") or "").strip()
    if language.lower() not in FEEL_LANGUAGES or script.get("resource"):
        source.report.add("script-language", script, language=language)
        return None
    value = source.expressions.feel(text_of(script), script)
    return None if value is None else f"({value.text})"


def aggregation(source: Source, loop: etree._Element) -> tuple[str, Expression] | None:
    """Flowable's `variableAggregation`: the collection that gathers the instances' values, and what each hands in."""
    rows = _aggregations(loop)
    if not rows:
        return None
    row = rows[0]
    dialect = DIALECTS[namespace(row)]
    for attribute in ("class", "delegateExpression"):
        if row.get(attribute):
            source.report.add("java-implementation", row, what=f"{dialect}:variableAggregation {attribute}",
                              value=row.get(attribute))  # fmt: skip
            return None
    odd = next((a for a in ("createOverviewVariable", "storeAsTransientVariable", "targetExpression", "targetType")
                if row.get(a) not in (None, "false")), "")  # fmt: skip
    target = row.get("target")
    if odd or len(rows) > 1 or not target:
        source.report.add("foreign-meaning", row, what=f"{dialect}:variableAggregation {odd}".strip(),
                          value=row.get(odd) if odd else target)  # fmt: skip
        return None
    parts = []
    for each in elements(row):
        name = each.get("target") or each.get("source") or ""
        value = variable(source, each.get("source"), each) if each.get("source") else source.expressions.feel(
            each.get("sourceExpression"), each, told=False)  # fmt: skip
        if value is not None and name:
            parts.append(f"{mappings.literal(name, each).text}: {value.text}")
    made = Expression(f"{{{', '.join(parts)}}}", line_of(row))
    ours = f'zeebe:loopCharacteristics outputCollection="{target}" outputElement="= {made.text}"'
    source.report.note(row, dialect, f'{dialect}:variableAggregation target="{target}"', ours)
    return target, made


def gathered_names(loop: etree._Element) -> list[str]:
    """The variables that each instance keeps for itself until they are gathered; what the loop itself gives it, it
    has already."""
    known = {"loopCounter", *(loop.get(q(name, uri)) for uri in DIALECTS for name in ("elementVariable", _INDEX))}
    names = [each.get("source") or "" for row in _aggregations(loop)[:1] for each in elements(row)]
    return [name for name in dict.fromkeys(names) if name.isidentifier() and name not in known]


def _aggregations(loop: etree._Element) -> list[etree._Element]:
    return [e for e in extensions(loop) if namespace(e) in DIALECTS and local(e) == "variableAggregation"]
