"""Who is reached by the axis: agencies of other systems, found by code or by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import query
from procedures import agencies
from procedures.search import fold
from procedures.store.axis import axis_agency, axis_recipient

#: What may be an OrganId at the beginning of a line: ``000.00.00.H41``, ``H41.2``.
_CODE = re.compile(r"[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)+")


@dataclass(frozen=True, slots=True)
class Reached:
    """An agency on the axis."""

    organ: str
    name: str


@query
def find(tx: Tx, text: str, limit: int = 50) -> list[Reached]:
    """Agencies on the axis whose name or code has all these words, without regard to marks."""
    statement = select(axis_agency.c.organ, axis_agency.c.name)
    for word in fold(text).split():
        statement = statement.where(axis_agency.c.folded.contains(word, autoescape=True)
                                    | axis_agency.c.organ.icontains(word, autoescape=True))  # fmt: skip
    return [Reached(row.organ, row.name) for row in tx.read(statement.order_by(axis_agency.c.name).limit(limit))]


def note(tx: Tx, root_id: str, position: int, line: str) -> None:
    """A recipient outside of this system goes by the axis where the line names one of its agencies: by code, with or
    without the name after it, or by the name alone. Refuses a name that several of them bear."""
    found = _named(tx, line)
    if found is None:
        return
    there = tx.execute(
        select(axis_recipient.c.organ).where(axis_recipient.c.root_id == root_id, axis_recipient.c.organ == found.organ)
    )
    if there.first() is None:
        tx.execute(
            axis_recipient.insert().values(root_id=root_id, organ=found.organ, name=found.name, position=position)
        )


def _named(tx: Tx, line: str) -> Reached | None:
    code = _CODE.match(line.strip())
    by_code = axis_agency.c.organ == (code[0] if code else "")
    rows = tx.read(select(axis_agency).where(by_code | (axis_agency.c.folded == fold(line))).limit(5)).all()
    exact = [row for row in rows if code and row.organ == code[0]] or rows
    exact = [row for row in exact if agencies.get(tx, row.organ) is None]
    if len(exact) > 1:
        raise Refusal(
            f"Trên trục liên thông có nhiều cơ quan tên “{line}”: ghi mã định danh ở đầu dòng, ví dụ {exact[0].organ}.",
            f"Several agencies on the axis are called “{line}”: begin the line with a code, such as {exact[0].organ}.",
            "others",
        )
    return Reached(exact[0].organ, exact[0].name) if exact else None
