"""A hundred thousand documents are listed and numbered in the time of a hundred; what a search takes is told."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from engine.store import Tx
from procedures.documents import numbers, queries
from procedures.documents.queries import Filter
from procedures.store.documents import document
from procedures.vocabulary.documents import INCOMING, ON_ROUTE
from tests.procedures.documents.office import furnish
from tests.procedures.town import AGENCY, Town

SYLLABLES = [
    f"{a}{b}{c}"
    for a in "bcdghklmnpqrstvx"
    for b in ("a", "e", "i", "o", "u", "ie", "oa")
    for c in ("", "n", "ng", "m", "t")
]
#: What is done → how.
DONE: dict[str, Callable[[Town, Tx], Any]] = {
    "list": lambda t, tx: queries.listing(tx, t["giang"], INCOMING, agency=AGENCY),
    "list of a state": lambda t, tx: queries.listing(
        tx, t["giang"], INCOMING, agency=AGENCY, wanted=Filter(states=(ON_ROUTE,))
    ),
    "search of a notation": lambda t, tx: queries.listing(
        tx, t["giang"], INCOMING, agency=AGENCY, wanted=Filter("91/ubnd nc")
    ),
    "search of content": lambda t, tx: queries.listing(
        tx, t["giang"], INCOMING, agency=AGENCY, wanted=Filter("giếng khoan trái phép thôn 91")
    ),
    "search of a field": lambda t, tx: queries.listing(
        tx, t["giang"], INCOMING, agency=AGENCY, wanted=Filter(subject="số hiệu 91", issuer="tỉnh")
    ),
    "number": lambda t, tx: numbers.following(tx, AGENCY, "QĐ", 2026),
}
FLAT = ("list", "list of a state", "number")


def fill(town: Town, first: int, last: int) -> None:
    """So many documents of one agency, each with sixty words, written past the commands."""
    dice = random.Random(first)
    for start in range(first, last + 1, 5000):
        rows = []
        for n in range(start, min(start + 5000, last + 1)):
            said = " ".join(dice.choices(SYLLABLES, k=60))
            rows.append(
                {
                    "id": f"00000000-0000-7000-8000-{n:012d}",
                    "code": f"{AGENCY}-VBD-2025-{n:06d}",
                    "route": "van-ban-den",
                    "route_version": "x",
                    "agency": AGENCY,
                    "register": INCOMING,
                    "state": ON_ROUTE if n % 50 == 0 else "hoan_thanh",
                    "series": "chung",
                    "year": 2025,
                    "number": n,
                    "notation": f"{n}/UBND-NC",
                    "issuer": "Ủy ban nhân dân tỉnh",
                    "kind": "CV",
                    "subject": f"Về việc báo cáo số hiệu {n}",
                    "urgency": 0,
                    "folded": f"{n} ubnd nc uy ban nhan dan tinh ve viec bao cao so hieu {n} {said} "
                    f"gieng khoan trai phep thon {n}",
                    "received_at": town.now - timedelta(minutes=n),
                    "numbered_at": town.now - timedelta(minutes=n),
                }
            )
        with town.database.begin() as tx:
            tx.connection.execute(insert(document), rows)
    with town.database.pool.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def took(town: Town) -> dict[str, float]:
    """Milliseconds of each, the least of several."""
    found = {}
    for name, do in DONE.items():
        runs = []
        for _ in range(15):
            with town.database.begin() as tx:
                start = time.perf_counter()
                do(town, tx)
                runs.append((time.perf_counter() - start) * 1000)
        found[name] = min(runs)
    return found


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_a_hundred_thousand_as_quick_as_a_hundred(either_town: Town) -> None:
    town = furnish(either_town)
    fill(town, 1, 100)
    few = took(town)
    fill(town, 101, 100_000)
    many = took(town)
    print({name: (round(few[name], 2), round(many[name], 2)) for name in DONE})
    slower = {name: (few[name], many[name]) for name in FLAT if many[name] > 1.5 * few[name] + 5}
    assert slower == {}
