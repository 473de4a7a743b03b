"""Logs of other systems: XES (also packed with gzip) and CSV, laid over a model by the names of what was done; and our
own log as XES and OCEL 2, written as it is read."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from xml.sax.saxutils import quoteattr

from lxml import etree

from engine.model.definition import Node
from engine.refusal import Refusal
from engine.store import Tx
from procedures.mining import passages
from procedures.mining.passages import Asked, Case, Passage
from procedures.search import fold

#: Events that a log may have: it is held in memory while it is laid over a model.
MOST = 2_000_000
#: What the columns of a CSV file may be called: the case, what was done, when.
COLUMNS = {
    "case": ("case:concept:name", "case_id", "case id", "case", "ma_ho_so"),
    "activity": ("concept:name", "activity", "event", "buoc"),
    "at": ("time:timestamp", "timestamp", "time", "luc"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a log. begins: it tells when the activity began, not when it was done."""

    case: str
    activity: str
    at: datetime
    begins: bool = False


def read(path: Path, most: int = MOST) -> list[Happening]:
    """The events of a log, by what the file is. Raises Refusal where it cannot be read, or has more than `most`."""
    try:
        with path.open("rb") as opened:
            packed = opened.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as body:
            is_csv = path.name.removesuffix(".gz").lower().endswith(".csv")
            found = _bounded((_csv if is_csv else _xes)(cast(BinaryIO, body)), most)
    except (OSError, EOFError, ValueError, IndexError, etree.XMLSyntaxError, csv.Error) as error:
        raise Refusal(
            f"Không đọc được nhật ký “{path.name}”: cần XES, XES nén gzip, hoặc CSV có cột {', '.join(_heads())}.",
            f"The log '{path.name}' cannot be read: XES, XES with gzip, or CSV with columns {', '.join(_heads())}.",
        ) from error
    return sorted(found, key=lambda one: (one.case, one.at))


def _heads() -> list[str]:
    return [names[0] for names in COLUMNS.values()]


def _bounded(events: Iterator[Happening], most: int) -> list[Happening]:
    found = []
    for one in events:
        found.append(one)
        if len(found) > most:
            raise Refusal(
                f"Nhật ký có hơn {most:_} sự kiện: chia nhỏ theo thời gian.".replace("_", "."),
                f"The log has more than {most:,} events: cut it by time.",
            )
    return found


def _xes(body: BinaryIO) -> Iterator[Happening]:
    """Trace by trace; a document type is refused."""
    reading = etree.iterparse(body, events=("end",), tag="{*}trace", resolve_entities=False, no_network=True)
    for number, (_, trace) in enumerate(reading, 1):
        if trace.getroottree().docinfo.doctype:
            raise ValueError("DOCTYPE")
        name = _values(trace).get("concept:name", str(number))
        for event in trace.iterchildren("{*}event"):
            said = _values(event)
            if "concept:name" in said and "time:timestamp" in said:
                begins = said.get("lifecycle:transition", "").lower() == "start"
                yield Happening(name, said["concept:name"], _moment(said["time:timestamp"]), begins)
        trace.clear()


def _values(element: etree._Element) -> dict[str, str]:
    return {one.get("key", ""): one.get("value", "") for one in element if isinstance(one.tag, str) and one.get("key")}


def _csv(body: BinaryIO) -> Iterator[Happening]:
    with io.TextIOWrapper(body, encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text)
        heads = [head.strip().lower() for head in next(rows, [])]
        places = [heads.index(next((one for one in names if one in heads), names[0])) for names in COLUMNS.values()]
        for row in filter(None, rows):
            case, activity, at = (row[place].strip() for place in places)
            yield Happening(case, activity, _moment(at))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text.strip())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Laid:
    """A log over a model. named: what was done → the node it is; strange: what no node is called, how often."""

    cases: int
    events: int
    passages: tuple[Passage, ...]
    named: Mapping[str, str]
    strange: Mapping[str, int]


def lay(
    events: Iterable[Happening], nodes: Mapping[str, Node], by_hand: Mapping[str, str], shut: Collection[str] = ()
) -> Laid:
    """Lays a log over the nodes of a model: by hand, else by id or name, without regard to case and marks; what is
    `shut` is none of them. A step lasts
    from its begin, where the log tells it, else from what was done before in its case. Raises Refusal for a node that
    is not there."""
    unknown = sorted(set(by_hand.values()) - nodes.keys())
    if unknown:
        raise Refusal(f"Mô hình không có phần tử “{unknown[0]}”.", f"The model has no element '{unknown[0]}'.")
    known = {fold(node.name): id for id, node in reversed(list(nodes.items())) if node.name}
    known |= {fold(id): id for id in nodes}
    found: list[Passage] = []
    named: dict[str, str] = {}
    strange: dict[str, int] = {}
    begun: dict[tuple[str, str], datetime] = {}
    cases: dict[str, datetime] = {}
    total = 0
    for one in events:
        total += 1
        before = cases.get(one.case, one.at)
        cases[one.case] = one.at
        if one.begins:
            begun[one.case, one.activity] = one.at
            continue
        element = None if one.activity in shut else by_hand.get(one.activity) or known.get(fold(one.activity))
        if element is None:
            strange[one.activity] = strange.get(one.activity, 0) + 1
            continue
        named[one.activity] = element
        entered = begun.pop((one.case, one.activity), before)
        found.append(Passage(one.case, element, entered, one.at, taken=entered, person=True))
    return Laid(len(cases), total, tuple(found), named, strange)


# our own ------------------------------------------------------------------------------------------------------------


def _portions(tx: Tx, asked: Asked, code: str) -> Iterator[list[tuple[Case, list[Passage]]]]:
    """The newest cases of a version with their passages, some at a time."""
    cases = passages.cases(tx, asked, code)[: passages.MOST]
    for start in range(0, len(cases), passages.PORTION):
        some = cases[start : start + passages.PORTION]
        by_case: dict[str, list[Passage]] = {one.root: [] for one in some}
        for one in passages.of_cases(tx, asked.version, by_case):
            by_case[one.case].append(one)
        yield [(one, sorted(by_case[one.root], key=lambda p: (p.entered, p.element))) for one in some]


_XES = 'xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/"'
#: What every trace and every event has, with the value of who does not say it; and what makes two events alike.
_EVERYWHERE = """\
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/><string key="concept:instance" value=""/>\
<string key="lifecycle:transition" value="complete"/>\
<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/></global>
<classifier name="Activity" keys="concept:name"/>
"""


def write_xes(tx: Tx, asked: Asked, code: str, out: IO[str]) -> int:
    """Our log of a version as XES (IEEE 1849): a trace for each case, with the start and the end of each step. How many
    cases."""
    nodes, count = passages.nodes_of(tx, asked.version), 0
    out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<log {_XES}>\n')
    for name in ("Concept", "Time", "Lifecycle"):
        key = name.lower()
        out.write(f'<extension name="{name}" prefix="{key}" uri="http://www.xes-standard.org/{key}.xesext"/>\n')
    out.write(_EVERYWHERE)
    for portion in _portions(tx, asked, code):
        for case, rows in portion:
            count += 1
            out.write(f"<trace>{_string('concept:name', case.code or case.root)}\n")
            for at, transition, row in _moments(rows):
                out.write(
                    f"<event>{_string('concept:name', _name(nodes, row))}{_string('concept:instance', row.element)}"
                    f"{_string('lifecycle:transition', transition)}"
                    f'<date key="time:timestamp" value="{at.isoformat()}"/></event>\n'
                )
            out.write("</trace>\n")
    out.write("</log>\n")
    return count


def _moments(rows: Iterable[Passage]) -> list[tuple[datetime, str, Passage]]:
    """Begins and ends in the order of time."""
    found = [(row.entered, "start", row) for row in rows]
    found += [(row.left, "complete", row) for row in rows if row.left is not None]
    return sorted(found, key=lambda one: one[0])


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(value)}/>'


def _name(nodes: Mapping[str, Node], row: Passage) -> str:
    return nodes[row.element].name or row.element


def write_ocel(tx: Tx, asked: Asked, code: str, out: IO[str]) -> int:
    """Our log of a version as OCEL 2 in JSON: dossiers and agencies are the objects. How many cases."""
    nodes, cases = passages.nodes_of(tx, asked.version), passages.cases(tx, asked, code)[: passages.MOST]
    kinds: list[dict[str, Any]] = [{"name": name, "attributes": []} for name in ("dossier", "agency")]
    names = sorted({node.name or id for id, node in nodes.items()})
    out.write(f'{{"objectTypes": {json.dumps(kinds)}, "eventTypes": ')
    out.write(json.dumps([{"name": name, "attributes": []} for name in names], ensure_ascii=False))
    agencies = sorted({one.agency for one in cases if one.agency})
    out.write(',\n"objects": [')
    _listed(out, ({"id": one, "type": "agency", "attributes": [], "relationships": []} for one in agencies))
    if agencies and cases:
        out.write(",\n")
    _listed(out, (_object(one) for one in cases))
    out.write('],\n"events": [')
    _listed(out, _events(tx, asked, code, nodes))
    out.write("]}\n")
    return len(cases)


def _object(one: Case) -> dict[str, Any]:
    at = [{"objectId": one.agency, "qualifier": "agency"}] if one.agency else []
    return {"id": one.code or one.root, "type": "dossier", "attributes": [], "relationships": at}


def _events(tx: Tx, asked: Asked, code: str, nodes: Mapping[str, Node]) -> Iterator[dict[str, Any]]:
    number = 0
    for portion in _portions(tx, asked, code):
        for case, rows in portion:
            for row in rows:
                if row.left is not None:
                    number += 1
                    yield {
                        "id": f"e{number}", "type": _name(nodes, row), "time": row.left.isoformat(), "attributes": [],
                        "relationships": [{"objectId": case.code or case.root, "qualifier": "dossier"}],
                    }  # fmt: skip


def _listed(out: IO[str], rows: Iterable[Mapping[str, Any]]) -> None:
    for number, row in enumerate(rows):
        out.write((",\n" if number else "\n") + json.dumps(row, ensure_ascii=False))
