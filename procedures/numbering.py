"""Numbers the law counts: dossier codes, letters, receipts, registers. No gap and no double, whoever counts at once.

A number is taken in the transaction of what it is given to: undone with it, and the next one waits until it is done.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from engine.calendar import VIETNAM
from engine.store import Tx, raw
from procedures.store.documents import document, document_number
from procedures.store.dossier import counter, dossier
from procedures.store.papers import letter

#: Letters whose series is not called as their template.
SERIES = {"bien-lai": "bien_lai"}
#: Series of the codes by which the system calls documents, and what marks them in a code, by register.
CODES = {"den": "ma_van_ban_den", "di": "ma_van_ban_di", "viec": "ma_cong_viec", "sao": "ma_ban_sao"}
CODE_MARKS = {"den": "VBD", "di": "VBI", "viec": "CV", "sao": "VBS"}
_DOCUMENT_CODE = re.compile(r"-(VBD|VBI|CV|VBS)-(\d{4})-(\d+)$")


def take(tx: Tx, series: str, agency: str, period: str) -> int:
    """The next number of a series of an agency in a period (a day ``2026-02-14`` or a year ``2026``), from 1 on."""
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(counter)
    statement = (
        insert.values(series=series, agency=agency, period=period, value=1)
        .on_conflict_do_update(index_elements=["agency", "series", "period"], set_={"value": counter.c.value + 1})
        .returning(counter.c.value)
    )
    return int(tx.execute(statement).scalar_one())


def document_series(register: str, series: str | None) -> str:
    """The counter of a register's numbers: one series for what comes in, one for each kind or for all that goes out."""
    return f"so_van_ban:{register}" if register == "den" else f"so_van_ban:{register}:{series}"


def dossier_code(template: str, agency: str, day: date, number: int) -> str:
    """A dossier's code by the province's template: ``{agency}``, ``{yymmdd}`` or ``{yyyymmdd}``, ``{nnnn}``.

    A number that outgrows its digits is written in full rather than cut. Raises ValueError for an unknown part."""

    def part(found: re.Match[str]) -> str:
        name = found[1]
        if name == "agency":
            return agency
        if name == "yymmdd":
            return f"{day:%y%m%d}"
        if name == "yyyymmdd":
            return f"{day:%Y%m%d}"
        if name and set(name) == {"n"}:
            return str(number).zfill(len(name))
        raise ValueError(f"unknown part {{{name}}} in the template of dossier codes")

    return re.sub(r"\{(\w+)\}", part, template)


def faults(tx: Tx) -> Iterator[dict[str, Any]]:
    """Counters that are not what was given out by them: each number from 1 to the counter's stands in what was
    numbered, and none beyond. A counter that was moved behind the log leaves a gap, or gives a number twice. `tx` is a
    snapshot."""
    with raw.lenient(tx):
        given = _given(tx)
        order = list(counter.primary_key)
        for row in raw.pages(tx, counter, order):
            key = (str(row["series"]), str(row["agency"]), str(row["period"]))
            said = {"root_id": None, "seq": None, "table": counter.name, "key": list(key)}
            issued = given.pop(key, _Given())
            if row["value"] != issued.last or issued.count != issued.last:
                yield {**said, "reason": "row changed", "columns": ["value"]}
        for key in sorted(given):
            said = {"root_id": None, "seq": None, "table": counter.name, "key": list(key)}
            yield {**said, "reason": "row missing"}


@dataclass(slots=True)
class _Given:
    """The numbers of one series: how many there are, and the last. numbers: those seen, where one may be seen twice (a
    receipt that takes the place of another bears its number)."""

    count: int = 0
    last: int = 0
    numbers: set[int] = field(default_factory=set)

    def add(self, number: int) -> None:
        if number not in self.numbers:
            self.numbers.add(number)
            self.count, self.last = self.count + 1, max(self.last, number)


def _given(tx: Tx) -> dict[tuple[str, str, str], _Given]:
    """What was numbered, by series, agency and period."""
    found: dict[tuple[str, str, str], _Given] = defaultdict(_Given)
    for row in raw.pages(
        tx,
        dossier,
        (dossier.c.id,),
        only=[dossier.c[name] for name in ("id", "agency", "registered_at", "volume", "serial")],
    ):
        if isinstance(row["registered_at"], datetime):  # the code's template may have changed: they are counted
            of = found["ho_so", str(row["agency"]), row["registered_at"].astimezone(VIETNAM).date().isoformat()]
            of.add(of.count + 1)
        if isinstance(row["serial"], int):
            found["so_theo_doi", str(row["agency"]), str(row["volume"]).partition("/")[2]].add(row["serial"])
    read = [letter.c[name] for name in ("token", "template", "agency", "number", "issued_at")]
    for row in raw.pages(tx, letter, (letter.c.token,), only=read):
        number, slash, _ = str(row["number"]).partition("/")
        if slash and number.isdecimal() and isinstance(row["issued_at"], datetime):
            series = SERIES.get(str(row["template"]), str(row["template"]))
            found[series, str(row["agency"]), f"{row['issued_at'].astimezone(VIETNAM).year}"].add(int(number))
    read = [document.c[name] for name in ("id", "code", "agency", "register", "series", "year", "number")]
    for row in raw.pages(tx, document, (document.c.id,), only=read):
        register, agency = str(row["register"]), str(row["agency"])
        if isinstance(row["number"], int):
            found[document_series(register, row["series"]), agency, str(row["year"])].add(row["number"])
        code = _DOCUMENT_CODE.search(str(row["code"]))
        if code is not None and register in CODES:
            found[CODES[register], agency, code[2]].add(int(code[3]))
    read = [document_number.c[name] for name in ("agency", "register", "series", "year", "number")]
    for row in raw.pages(tx, document_number, list(document_number.primary_key), only=read):
        if isinstance(row["number"], int):
            series = document_series(str(row["register"]), row["series"])
            found[series, str(row["agency"]), str(row["year"])].add(row["number"])
    return found


def letter_number(number: int, notation: str) -> str:
    """``0012/TNHS``: numbers under 10 are written with a zero (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    return f"{number:02d}/{notation}"
