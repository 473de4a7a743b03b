"""A dossier that was played, as a template of many: the same journey of another person, at another time.

All rows of its root are one JSON text, cut where a copy differs: ids, tokens, code, numbers, person, moments. A copy is
that text put together with what is its own; then rows and events are hashed anew, so that its log is as whole as one
that was lived. Not copied are archived PDFs of letters (they are made of the letter's row when somebody wants one);
the files of results are those of the template.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Table, select

from engine import jobs
from engine.calendar import VIETNAM
from engine.store import Tx, ids, metadata
from engine.store.chain import START, link
from engine.store.family import SAID, VOUCHED
from engine.store.kept import KIND, kept
from engine.store.tables import chain as chains
from engine.store.tables import deployment, event, instance, read_log, root_claim, sealed_head
from engine.store.tables import migration as migrations
from engine.store.types import Json, Moment, moment_text
from procedures import numbering
from procedures.demo import people
from procedures.search import fold
from procedures.store.dossier import dossier
from procedures.store.papers import letter

#: Dates of the play begin at most so long before its first dossier; what is older (a date of birth) stays.
BEFORE = timedelta(days=10)
ARCHIVED = "dossier.letter_archived"
_TOKEN = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_CUT = "|".join(
    (
        r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})",
        r"(?P<token>\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}\b)",
        r"(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))",
        r"(?P<date>\b\d{4}-\d\d-\d\d\b)",
        r"(?P<day>\b\d\d/\d\d/\d{4}\b)",
        r"(?P<said>ngày \d\d tháng \d\d năm \d{4})",
        r'(?P<head>"ngay":"\d\d","thang":"\d\d","nam":"\d{4}")',
        r'(?P<entry>"quyen_so":"[^"]*","so_thu_tu":"[^"]*")',
    )
)


@dataclass(frozen=True, slots=True)
class Template:
    """A dossier of the play. cuts: what differs, as (kind, what the template has); `order` says which stands after
    each piece. last: (event, row) whose hash is the last that the log tells of that row. numbered: (series, agency,
    text, when it was issued) of the letters that bear a number."""

    root: str
    agency: str
    received: datetime | None
    registered: datetime
    open: bool
    pieces: tuple[str, ...]
    cuts: tuple[tuple[str, str], ...]
    order: tuple[int, ...]
    numbered: tuple[tuple[str, str, str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy to make: of which template, how much later (or, negative, earlier), and what is counted for it."""

    template: int
    later: timedelta
    seed: int
    code: str
    serial: int | None
    numbers: tuple[str, ...]


def tables() -> list[tuple[Table, str]]:
    """The tables that belong to a dossier, each with the column of its root."""
    besides = {read_log.name, sealed_head.name, root_claim.name, migrations.name}
    found: list[tuple[Table, str]] = [(dossier, "id")]
    for table in metadata.sorted_tables:
        column = next((name for name in ("root_id", "dossier_id") if name in table.c), None)
        if column is not None and table.name not in besides:
            found.append((table, column))
    return found


# -- reading ----------------------------------------------------------------------------------------------------------


def templates(tx: Tx) -> list[Template]:
    """Every dossier that is there, as a template."""
    known = frozenset(tx.read(select(deployment.c.id)).scalars())
    rows = tx.read(select(dossier).order_by(dossier.c.id)).all()
    begun = min((row.registered_at for row in rows), default=tx.now) - BEFORE
    return [_template(tx, row, known, begun.date()) for row in rows]


def _template(tx: Tx, row: Any, known: frozenset[str], begun: date) -> Template:
    found: dict[str, list[dict[str, Any]]] = {}
    for table, column in tables():
        asked = select(table).where(table.c[column] == row.id).order_by(*table.primary_key)
        said = tx.read(asked).mappings().all()
        if said:
            found[table.name] = [{name: _told(table.c[name], value) for name, value in one.items()} for one in said]
    found[event.name] = [one for one in found[event.name] if one["kind"] != ARCHIVED]
    for one in found.get(letter.name, ()):
        one["pdf"] = None
    numbers = tuple(
        (
            numbering.SERIES.get(one["template"], one["template"]),
            one["agency"],
            one["number"],
            datetime.fromisoformat(one["issued_at"]),
        )
        for one in found.get(letter.name, ())
        if re.fullmatch(r"\d+/.+", one["number"])
    )
    literals = {
        fold(row.code): "folded_code",
        row.code: "code",
        row.applicant_name: "name",
        fold(row.applicant_name): "folded_name",
        row.applicant_id_number: "id_number",
        row.applicant_phone: "phone",
        row.applicant_email: "email",
        **{f'"{number}"': f"number{index}" for index, (_series, _agency, number, _at) in enumerate(numbers)},
    }
    pieces, cuts, order = _cut(orjson.dumps(found, option=orjson.OPT_NON_STR_KEYS).decode(), literals, known, begun)
    stands = found.get(instance.name, ())
    return Template(
        row.id,
        row.agency,
        row.received_at,
        row.registered_at,
        any(one["ended_at"] is None for one in stands),
        pieces,
        cuts,
        order,
        numbers,
    )


def _told(column: Any, value: Any) -> Any:
    """A value of a row as it stands in the text: what is JSON inside as JSON."""
    if value is None or isinstance(column.type, Json):
        return value
    if isinstance(column.type, Moment):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return orjson.loads(bytes(value))
    return orjson.loads(jobs.unmarked(value)) if (column.table.name, column.name) in _TEXTS else value


#: Columns of text that hold JSON, and the one of bytes.
_TEXTS = {("event", "data"), ("job", "payload")}
_BYTES = ("instance", "state")


def _cut(
    text: str, literals: Mapping[str, str], known: frozenset[str], begun: date
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[int, ...]]:
    own = {said: kind for said, kind in literals.items() if said}
    longest = "|".join(re.escape(said) for said in sorted(own, key=len, reverse=True))
    pieces, order, at = [], [], 0
    cuts: dict[tuple[str, str], int] = {}
    for found in re.finditer(f"(?P<own>{longest})|{_CUT}", text):
        kind, said = str(found.lastgroup), found[0]
        if kind == "own":
            kind = own[said]
        elif (kind == "id" and said in known) or (kind in _DATES and _DATES[kind](said) < begun):
            continue
        pieces.append(text[at : found.start()])
        order.append(cuts.setdefault((kind, said), len(cuts)))
        at = found.end()
    pieces.append(text[at:])
    return tuple(pieces), tuple(cuts), tuple(order)


def _vietnamese(said: str) -> date:
    day, month, year = (int(part) for part in re.findall(r"\d+", said))
    return date(year, month, day)


_DATES = {
    "moment": lambda said: date.fromisoformat(said[:10]),
    "date": lambda said: _iso(said),
    "day": lambda said: _dated(said),
    "said": lambda said: _dated(said),
    "head": lambda said: _dated(said),
}


def _iso(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:  # digits that are no date
        return date.min


def _dated(said: str) -> date:
    try:
        return _vietnamese(said)
    except ValueError:
        return date.min


# -- making -----------------------------------------------------------------------------------------------------------


def rows(template: Template, copy: Copy) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a copy by table, each in the order of its columns, as the database keeps them."""
    values = _Values(template, copy)
    own = [values.of(kind, said) for kind, said in template.cuts]
    parts = [""] * (2 * len(template.order) + 1)
    parts[0::2] = template.pieces
    parts[1::2] = [own[index] for index in template.order]
    found: dict[str, list[dict[str, Any]]] = orjson.loads("".join(parts))
    (head,) = found[dossier.name]
    if copy.serial is not None:
        year = (template.received + copy.later).astimezone(VIETNAM).year if template.received else 0
        head["serial"], head["volume"] = copy.serial, f"01/{year}"
    _hash(found)
    return {name: [_kept_as(name, row) for row in said] for name, said in found.items()}


class _Values:
    """What a copy has in the place of what its template says."""

    def __init__(self, template: Template, copy: Copy) -> None:
        self.chance = random.Random(copy.seed)
        self.copy = copy
        self.person = people.applicant(self.chance, "")
        self.made: dict[str, str] = {}
        self.first = _moment_of(template.root)
        registered = template.registered + copy.later
        self.begun = (int(registered.timestamp() * 1000) + self.chance.randrange(60_000)) << 12

    def of(self, kind: str, said: str) -> str:
        later, person = self.copy.later, self.person
        if kind == "id":
            return ids.from_parts(max(0, self.begun + _moment_of(said) - self.first), self.chance.getrandbits(62))
        if kind == "moment":
            moment = datetime.fromisoformat(said) + later
            return moment.isoformat(timespec="microseconds" if "." in said else "seconds")
        if kind.startswith("number"):
            return f'"{self.copy.numbers[int(kind.removeprefix("number"))]}"'
        if kind == "token":
            letters = "".join(self.chance.choices(_TOKEN, k=14))
            return f"{letters[:5]}-{letters[5:10]}-{letters[10:]}"
        if kind in ("date", "day", "said", "head"):
            day = _DATES[kind](said) + later
            return {
                "date": f"{day:%Y-%m-%d}",
                "day": f"{day:%d/%m/%Y}",
                "said": f"ngày {day:%d} tháng {day:%m} năm {day:%Y}",
                "head": f'"ngay":"{day:%d}","thang":"{day:%m}","nam":"{day:%Y}"',
            }[kind]
        if kind == "entry":
            return re.sub(r'(?<="so_thu_tu":")[^"]*', str(self.copy.serial or ""), said)
        return {
            "code": self.copy.code,
            "folded_code": fold(self.copy.code),
            "name": person.name,
            "folded_name": fold(person.name),
            "id_number": person.id_number,
            "phone": person.phone,
            "email": person.email or "cong.dan@thu.example",
        }[kind]


def _moment_of(id: str) -> int:
    """The 60 bits of time in an id."""
    return int(id[:8] + id[9:13], 16) << 12 | int(id[15:18], 16)


def _hash(found: dict[str, list[dict[str, Any]]]) -> None:
    """Numbers the events anew and hashes rows, state and log, as they would have been when they were written."""
    log = found[event.name]
    told: dict[tuple[str, str], list[Any]] = {}
    stands = found.get(instance.name, [{}])[0]
    said: dict[str, dict[str, Any]] = {}
    for one in log:
        data = one["data"]
        if one["kind"] == KIND:
            told |= {(row[0], orjson.dumps(row[1]).decode()): row for row in data["rows"]}
        if VOUCHED in data:
            said |= dict.fromkeys(data[VOUCHED], data[VOUCHED])
    for name, rows_of in found.items():
        how = kept(metadata.tables[name])
        if how is not None:
            for row in rows_of:
                told[name, how.key_of(row)][2] = how.hash_of(row)
    if "row" in said:
        row = {name: stands[name] for name in SAID if stands[name] is not None}
        said["row"]["row"] = sha256(orjson.dumps(row)).hexdigest()
    if "state" in said:
        said["state"]["state"] = sha256(orjson.dumps(stands["state"])).hexdigest()
    previous = START
    for seq, one in enumerate(log, 1):
        one["seq"], one["data"] = seq, orjson.dumps(one["data"]).decode()
        previous = one["hash"] = link(
            previous, one["root_id"], seq, one["at"], one["who"], one["kind"], one["element"], one["data"]
        )
    if stands:
        stands["event_seq"], stands["event_hash"] = len(log), previous
    for end in found.get(chains.name, ()):
        end["seq"], end["hash"] = len(log), previous


@cache
def _packing(table: str) -> tuple[tuple[str, bool, bool], ...]:
    """The columns of a table: whether each is kept as JSON text, or as its bytes."""
    return tuple(
        (
            column.name,
            isinstance(column.type, Json) or ((table, column.name) in _TEXTS and table != event.name),
            (table, column.name) == _BYTES,
        )
        for column in metadata.tables[table].columns
    )


def _kept_as(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    answer = []
    for name, text, raw in _packing(table):
        value = row[name]
        if raw:
            value = orjson.dumps(value)
        elif text and value is not None:
            value = orjson.dumps(value).decode()
        answer.append(value)
    return tuple(answer)


def columns(table: str) -> Sequence[str]:
    """The columns of what `rows` gives, in its order."""
    return [name for name, _text, _raw in _packing(table)]


def together(pairs: Iterator[tuple[Template, Copy]]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of many copies, by table."""
    answer: dict[str, list[tuple[Any, ...]]] = {}
    for template, copy in pairs:
        for name, said in rows(template, copy).items():
            answer.setdefault(name, []).extend(said)
    return answer
