"""What is read of very many documents is found by an index: the plans of the statements, on each database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert

from procedures.documents import books, incoming, numbers, queries
from procedures.documents.queries import Filter
from procedures.store.documents import document
from procedures.vocabulary.documents import INCOMING, ON_ROUTE, OUTGOING
from tests.procedures.documents.office import entry, furnish
from tests.procedures.town import AGENCY, Town
from tests.scale.test_plans import asked, whole

GROWING = ("document", "document_line", "document_version", "document_recipient", "event", "instance")
DAY = date(2026, 7, 27)
READ: dict[str, Callable[[Town, Any], object]] = {
    "the agency's, for its registry": lambda t, tx: queries.listing(tx, t["giang"], INCOMING, agency=AGENCY),
    "those of a state": lambda t, tx: queries.listing(
        tx, t["giang"], INCOMING, agency=AGENCY, wanted=Filter(states=(ON_ROUTE,))
    ),
    "what was given to an official": lambda t, tx: queries.listing(tx, t["khanh"], INCOMING),
    "counts of the tabs": lambda t, tx: queries.counts(tx, t["giang"], INCOMING, AGENCY, [ON_ROUTE]),
    "doubles": lambda t, tx: incoming.doubles(tx, AGENCY, entry()),
    "what is late in the tray": lambda t, tx: incoming.late_acknowledgements(tx, AGENCY),
    "a book": lambda t, tx: books.book(tx, t["giang"], INCOMING, AGENCY, DAY, DAY, size=50),
    "the next number": lambda t, tx: numbers.following(tx, AGENCY, "QĐ", 2026),
    "the check of numbers": lambda t, tx: numbers.check(tx, AGENCY, OUTGOING, 2026),
}


def crowd(town: Town, count: int = 400) -> Town:
    """The office with so many documents in its register, written past the commands."""
    office = furnish(town)
    made = [
        {
            "id": f"00000000-0000-7000-8000-{n:012d}",
            "code": f"{AGENCY}-VBD-2025-{n:06d}",
            "route": "van-ban-den",
            "route_version": "x",
            "agency": AGENCY if n % 2 else "T.3",
            "register": INCOMING,
            "state": ON_ROUTE if n % 50 == 0 else "hoan_thanh",
            "series": "chung",
            "year": 2025,
            "number": n,
            "notation": f"{n}/UBND-NC",
            "issuer": "Ủy ban nhân dân tỉnh",
            "kind": "CV",
            "subject": "Về việc báo cáo",
            "urgency": 0,
            "folded": f"{n} ubnd nc ve viec bao cao",
            "received_at": office.now - timedelta(minutes=n),
            "numbered_at": office.now - timedelta(minutes=n),
        }
        for n in range(1, count + 1)
    ]
    with office.database.begin() as tx:
        for start in range(0, count, 5000):
            tx.connection.execute(insert(document), made[start : start + 5000])
    with office.database.pool.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return office


def test_by_an_index(either_town: Town) -> None:
    office = crowd(either_town)
    for name, read in READ.items():
        with asked(office.database) as seen, office.database.begin() as tx:
            read(office, tx)
        assert not whole(office.database, seen, GROWING), name


def test_words_by_the_index_of_their_parts(either_town: Town) -> None:
    office = crowd(either_town)
    with asked(office.database) as seen, office.database.begin() as tx:
        queries.listing(tx, office["giang"], INCOMING, agency=AGENCY, wanted=Filter("399 ubnd"))
    assert seen and not whole(office.database, seen, GROWING)
