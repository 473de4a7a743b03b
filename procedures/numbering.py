"""Numbers the law counts: dossier codes, letters, receipts, registers. No gap and no double, whoever counts at once.

A number is taken in the transaction of what it is given to: undone with it, and the next one waits until it is done.
"""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy.dialects import postgresql, sqlite

from engine.store import Tx
from procedures.store.dossier import counter


def take(tx: Tx, series: str, agency: str, period: str) -> int:
    """The next number of a series of an agency in a period (a day ``2026-02-14`` or a year ``2026``), from 1 on."""
    insert = (sqlite.insert if tx.database.sqlite else postgresql.insert)(counter)
    statement = (
        insert.values(series=series, agency=agency, period=period, value=1)
        .on_conflict_do_update(index_elements=["agency", "series", "period"], set_={"value": counter.c.value + 1})
        .returning(counter.c.value)
    )
    return int(tx.execute(statement).scalar_one())


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


def letter_number(number: int, notation: str) -> str:
    """``0012/TNHS``: numbers under 10 are written with a zero (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
    return f"{number:02d}/{notation}"
