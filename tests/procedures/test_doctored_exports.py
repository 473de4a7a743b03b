"""An export that somebody doctored is never taken for the log: by the separate verifier, with the public key."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from engine import audit
from engine.audit import export, keys, reads, verifier
from engine.audit.reads import ReadLog
from procedures import dossiers
from tests.procedures.town import Town

Records = list[list[Any]]


class Exported:
    """A log that is sealed to its end, as it was exported."""

    def __init__(self, town: Town, folder: Path) -> None:
        key = folder / "key"
        signer = keys.make(key, 1, town.now)
        self.town, self.file = town, folder / "log.jsonl"
        id = town.receive().id
        dossiers.comment(town.database, id, "Thiếu chữ ký", town["chi"])
        for _ in range(2):
            ReadLog(town.database).write("an", "work.dossier_page", [id])
            ReadLog(town.database).write("chi", "work.dossier_page", [id])
            town.ask(id) if _ else town.receive()
            audit.seal_due(town.database, signer)
            town.move(hours=1)
        with town.database.snapshot() as tx:
            export.write(tx, self.file, signer=signer)
        self.keys = verifier.read_keys(keys.ring_of(key).read_text("ascii"))
        self.lines = [seal.line() for seal in audit.seals(town.database)]
        self.signed: Records = [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]
        self.records = self.signed[:-1]

    def faults(self, records: Records, lines: bool = False) -> list[dict[str, Any]]:
        """What the verifier finds in an export that says this."""
        text = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in records)
        self.file.write_text(text, "utf-8")
        check = verifier.Check(self.keys, self.lines if lines else ())
        for record in verifier.records(self.file):
            check.take(record)
        self.signed_by = check.signed_by
        found: list[dict[str, Any]] = check.report()["broken"]
        return found


@pytest.fixture
def exported(town: Town, tmp_path: Path) -> Exported:
    return Exported(town, tmp_path)


def sample(records: Records, each: int = 4) -> list[int]:
    """Some places of each kind of record: the first, the last, and between."""
    places = defaultdict(list)
    for place, record in enumerate(records):
        places[record[0]].append(place)
    chosen = []
    for found in places.values():
        chosen += sorted({found[round(n * (len(found) - 1) / max(each - 1, 1))] for n in range(each)})
    return chosen


def other(value: Any) -> Any:
    """Something else than what stands there, of the same kind."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value[:4].isdigit() and "T" in value:  # a moment stays one
        return value[:-3] + ("1" if value[-3] != "1" else "2") + value[-2:]
    return f"{value[:-1]}{'0' if value[-1] != '0' else '1'}" if value else "x"


def edits(records: Records) -> Iterator[tuple[str, Records]]:
    """Doctored exports, each with what was done."""
    for place in sample(records):
        kind, before, after = records[place][0], records[:place], records[place + 1 :]
        yield f"{place} {kind} left out", before + after
        yield f"{place} {kind} twice", [*before, records[place], records[place], *after]
        yield f"{place} {kind} again at the end", [*records[:-1], records[place], records[-1]]
        yield f"{place} {kind} after the end", [*records, records[place]]
        yield f"{place} {kind} first", [records[place], *before, *after]
        for part in range(1, len(records[place])):
            if kind == "about":
                continue  # what it says of itself: below
            changed = [*records[place]]
            changed[part] = other(changed[part])
            yield f"{place} {kind} with another {part}", [*before, changed, *after]
    roots = [place for place, record in enumerate(records) if record[0] == "root"]
    for begin, end in pairwise(roots):
        yield f"root {begin} left out", records[:begin] + records[end:]
        yield f"root {begin} twice", records[:end] + records[begin:]
    for kind in sorted({record[0] for record in records}):
        yield f"every {kind} left out", [record for record in records if record[0] != kind]


def test_what_is_dropped_repeated_put_in_moved_or_changed_is_found(exported: Exported) -> None:
    assert exported.faults(exported.records) == [] and exported.signed_by is None
    assert exported.faults(exported.signed, lines=True) == [] and exported.signed_by == exported.keys[0][1]
    kinds = {record[0] for record in exported.records}
    assert kinds == {"about", "seal", "head", "root", "event", "instance", "row", "read", "end"}
    tried = 0
    for done, doctored in edits(exported.records):
        if doctored == exported.records:  # the first line first, the last one twice at the end
            continue
        assert exported.faults(doctored), done
        tried += 1
    assert tried > 250


def rewritten(records: Records, change: Callable[[list[Any]], object], heads: bool) -> tuple[Records, Records]:
    """The history as somebody wants it: events, rows and records of reading changed, every hash made anew. heads: the
    seals' own lines agree with it. Besides, lines of heads for what was made anew."""
    records = copy.deepcopy(records)
    hashes: dict[str, str] = {}  # of rows, from what they were to what they are
    for record in records:
        if record[0] in ("row", "instance"):
            place = 3 if record[0] == "row" else 1
            before = sha256(record[place].encode()).hexdigest()
            change(record)
            hashes[before] = sha256(record[place].encode()).hexdigest()
    ends: dict[tuple[str, int], str] = {}
    root: list[Any] = []
    chain, previous = "", ""
    for record in records:
        if record[0] == "root" or (record[0] == "read" and record[1] != chain):
            chain, previous = record[1], verifier.FIRST
            root = record if record[0] == "root" else []
        if record[0] not in ("event", "read"):
            continue
        said = record[1:-1] if record[0] == "event" else record[2:-1]
        for before, after in hashes.items():
            said[-1] = said[-1].replace(before, after)
        record[-2] = said[-1]
        change(record)
        said = record[1:-1] if record[0] == "event" else record[2:-1]
        previous = record[-1] = verifier.link(previous, chain, *said)
        ends[chain, said[0]] = previous
        if root:
            root[2:] = [said[0], previous]
    sealed = {(record[1], record[2]) for record in records if record[0] == "head"}
    new = [["head", *at, hash] for at, hash in ends.items() if at in sealed]
    if heads:
        for record in records:
            if record[0] == "head":
                record[3] = ends[record[1], record[2]]
    return records, new


def of_another(record: list[Any]) -> None:
    """Another person stands where this one stood."""
    for part, value in enumerate(record):
        if isinstance(value, str) and "Hoàng Thị Hoa" in value:
            record[part] = value.replace("Hoàng Thị Hoa", "Kẻ Gian")


def by_another(record: list[Any]) -> None:
    """Somebody else did it, or read it."""
    if record[0] == "event":
        record[3] = "ke_gian"
    elif record[0] == "read":
        record[4] = "ke_gian"


@pytest.mark.parametrize("change", [of_another, by_another])
def test_history_made_anew_is_not_vouched_for_by_heads_that_no_seal_covers(
    exported: Exported, change: Callable[[list[Any]], object]
) -> None:
    records, heads = rewritten(exported.records, change, heads=False)
    assert {fault["reason"] for fault in exported.faults(records, lines=True)} == {"sealed"}
    assert len(heads) > 3
    for place, record in enumerate(records):
        before = records[place - 1][0] if place else ""
        if before != record[0] or record[0] in ("root", "seal"):  # at the beginning of each part, root and seal
            found = exported.faults([*records[:place], *heads, *records[place:]], lines=True)
            assert "sealed" in {fault["reason"] for fault in found}, (place, record[0])
    records, _ = rewritten(exported.records, change, heads=True)
    assert {"seal", "sealed"} >= {fault["reason"] for fault in exported.faults(records)} >= {"seal"}


def test_what_is_checked_is_not_talked_away(exported: Exported) -> None:
    about, *rest = exported.records
    said = about[1]

    def found(what: dict[str, Any], *kinds: str) -> set[str]:
        left = [one for one in rest if one[0] not in kinds and (one[0] != "row" or one[1] not in kinds)]
        return {fault["reason"] for fault in exported.faults([["about", said | what], *left])}

    for table in sorted({one[1] for one in rest if one[0] == "row"}):
        there = [one for one in said["there"] if one != table]
        for what in ({}, {"tables": there}, {"there": there}, {"there": there, "tables": []}, {"there": []}):
            assert found(what, table) & {"row missing", "table missing"}, (table, what)
    for first in ("2099-01-01", "9999", said["at"][:10], None):
        assert found({"reads_from": first}, "read") == {"sealed"}, first
    assert found({"at": "2001-01-01T00:00:00+00:00"}) == {"time"}, "older than what it holds"
    assert found({"at": "2099-01-01T00:00:00+00:00"}) == {"unsealed"}
    assert found({"at": "không"}) and found({"at": None})


def test_records_of_reading_go_only_where_a_sealed_event_says_so(exported: Exported) -> None:
    """An event that no seal covers can be written by anybody; a sealed one cannot speak of days to come."""
    about, *rest = exported.records
    about = ["about", about[1] | {"reads_from": "2099-01-01"}]
    data = '{"before":"2098-01-01","records":4}'
    log = verifier.READS_LOG
    at = about[1]["at"]
    hash = verifier.link(verifier.FIRST, log, 1, at, None, verifier.READS_FORGOTTEN, None, data)
    forged = [["root", log, 1, hash], ["event", 1, at, None, verifier.READS_FORGOTTEN, None, data, hash]]
    left = [one for one in rest if one[0] not in ("read", "end")]
    assert {one["reason"] for one in exported.faults([about, *left, *forged, ["end"]])} == {"sealed"}
    town = exported.town
    town.move(days=40)
    with town.database.begin() as tx:
        assert reads.forget(tx, town.now.date()) == 4
    before = town.now.date()
    assert {one["reason"] for one in audit.verify(town.database, reads_from=before)["broken"]} == {"sealed"}
    audit.seal_due(town.database)
    assert audit.verify(town.database, reads_from=before)["broken"] == []
    assert {one["reason"] for one in audit.verify(town.database)["broken"]} == {"sealed"}, "where all are to be kept"


def test_a_signed_export_is_held_to_its_last_word(exported: Exported) -> None:
    about, *rest = exported.signed
    for name, value in (("at", other(about[1]["at"])), ("besides", [["t", "x"]]), ("there", [])):
        found = exported.faults([["about", about[1] | {name: value}], *rest])
        assert "export" in {fault["reason"] for fault in found}, name
    for doctored in (other(rest[-1][2]), "", rest[-1][1]):
        found = exported.faults([about, *rest[:-1], [*rest[-1][:2], doctored]])
        assert [fault["reason"] for fault in found] == ["export"]
    by = keys.make(exported.file.with_name("khac"), 1, exported.town.now)
    signature = by.sign(verifier.export_text(sha256(exported.file.read_bytes()).hexdigest()))
    assert [one["reason"] for one in exported.faults([about, *rest[:-1], ["signed", by.name, signature]])] == ["export"]
    assert exported.faults([about, rest[-1], *rest[:-1]]), "the signature stands last"
    assert exported.faults([*exported.signed, rest[-1]])
