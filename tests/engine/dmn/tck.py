"""Runs the DMN technology compatibility kit and prints the table of docs/reference/conformance.md.

    python -m tests.engine.dmn.tck [FOLDER] [--misses]

FOLDER holds `compliance-level-2` and `compliance-level-3`; by default it is the kit beside the project.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.dmn import DmnError, load
from engine.feel.temporal import temporal_text
from engine.feel.temporal_text import parse_date, parse_duration, parse_moment, parse_time

KIT = Path(__file__).resolve().parents[4] / "shared" / "data" / "dmn-tck"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_TEMPORAL = {"date": parse_date, "time": parse_time, "dateTime": parse_moment, "duration": parse_duration}


@dataclass
class Case:
    """One expected result of a test case."""

    level: str
    folder: str
    place: str
    test: str
    result: str
    passed: bool
    expected: Any
    found: Any
    wants_value: bool


def typed(element: etree._Element) -> Any:
    """The value of an element with `value`, `list` or `component` children."""
    for child in element:
        name = etree.QName(child).localname
        if name == "list":
            return [typed(item) for item in child if etree.QName(item).localname == "item"]
        if name == "value":
            return _simple(child)
        if name == "component":
            return {
                c.get("name"): typed(c)
                for c in element
                if isinstance(c.tag, str) and etree.QName(c).localname == "component"
            }
    return None


def _simple(element: etree._Element) -> Any:
    if element.get(XSI + "nil") in ("true", "1"):
        return None
    text = element.text or ""
    kind = (element.get(XSI + "type") or "xsd:string").rpartition(":")[2]
    if kind in ("decimal", "double", "integer", "int", "float", "long"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in _TEMPORAL:
        return _TEMPORAL[kind](text.strip())
    return text


def same(expected: Any, found: Any) -> bool:
    """Whether a value is the one expected: numbers to eight places, as the kit's own runners compare them."""
    if isinstance(expected, Decimal) and isinstance(found, Decimal):
        return abs(expected - found) < Decimal("0.00000001")
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(same, expected, found))
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(same(expected[k], found[k]) for k in expected)
    if temporal_text(expected) is not None and temporal_text(found) is not None:
        return type(expected) is type(found) and expected == found
    return bool(expected == found)


def cases(level: Path) -> Iterator[Case]:
    """Every expected result of a level."""
    for folder in sorted(p for p in level.iterdir() if p.is_dir()):
        for file in sorted(folder.glob("*.xml")):
            root = etree.parse(str(file), etree.XMLParser(remove_comments=True, remove_pis=True)).getroot()
            if etree.QName(root).localname != "testCases":
                continue
            yield from _file(level.name, folder, file.name, root)


def _file(level: str, folder: Path, file: str, root: etree._Element) -> Iterator[Case]:
    name = root.findtext("{*}modelName") or ""
    try:
        model = load(folder / name)
    except DmnError as error:
        model = error  # type: ignore[assignment]
    for number, test in enumerate(root.findall("{*}testCase")):
        context = {node.get("name"): typed(node) for node in test.findall("{*}inputNode")}
        for result in test.findall("{*}resultNode"):
            wanted = result.find("{*}expected")
            expected = None if wanted is None else typed(wanted)
            asked = test.get("invocableName") or result.get("name") or ""
            try:
                found = model.decide(asked, context)
                if test.get("invocableName") and isinstance(found, dict) and result.get("name") in found:
                    found = found[result.get("name")]
            except Exception as error:
                found = error
            yield Case(
                level,
                folder.name,
                f"{file}#{number}",
                test.get("id") or "",
                result.get("name") or "",
                same(expected, found),
                expected,
                found,
                expected not in (None, []),
            )


PUBLISHED = (
    ("Drools 10.2", "116/116", "3,272/3,275"),
    ("Camunda FEEL", "113/116", "2,741/3,134"),
    ("pySFeel (literal expressions only)", "56/116", "2,608/3,275"),
    ("null for everything", "11/116", "1,453/3,275"),
    ("SpiffWorkflow 3.2.0", "4/126 results", "–"),
)


def table(found: list[Case], seconds: float) -> str:
    """The table, as Markdown."""
    lines = ["| Engine | Level 2 | Level 3 |", "|---|---|---|"]
    ours = []
    for level in ("compliance-level-2", "compliance-level-3"):
        own = [case for case in found if case.level == level]
        tests: dict[tuple[str, str], bool] = {}
        for case in own:
            key = (case.folder, case.place)
            tests[key] = tests.get(key, True) and case.passed
        values = [case for case in own if case.wants_value]
        good, right = sum(tests.values()), sum(case.passed for case in values)
        share = 100 * good / max(1, len(tests))
        ours.append(
            f"{good:,}/{len(tests):,} ({share:.1f} %); of {len(own):,} results {sum(c.passed for c in own):,}, "
            f"of those that want a value {right:,}/{len(values):,}"
        )
    lines.append(f"| **Một Cửa** (the given cases) | {ours[0]} | {ours[1]} |")
    lines += [f"| {name} | {two} | {three} |" for name, two, three in PUBLISHED]
    return "\n".join(lines) + f"\n\nAll {len(found):,} results took {seconds:.1f} s.\n"


def main(arguments: list[str]) -> int:
    """Run the kit and print."""
    paths = [a for a in arguments if not a.startswith("--")]
    kit = Path(paths[0]) if paths else KIT
    begin = time.perf_counter()
    found = [case for level in sorted(kit.glob("compliance-level-*")) for case in cases(level)]
    print(table(found, time.perf_counter() - begin))
    misses = [case for case in found if not case.passed]
    if "--misses" in arguments:
        for case in misses:
            print(f"{case.folder} {case.test} {case.result}: expected {case.expected!r}, found {case.found!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
