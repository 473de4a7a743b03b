"""Numbers are given without a gap and without a double, whoever takes them at once and whatever is undone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.store import Database, Tx
from procedures.documents import numbers
from procedures.vocabulary.documents import OUTGOING
from tests.procedures.town import AGENCY, Town


class Undone(Exception):
    """A transaction that took a number and does not come to its end."""


def at_once(town: Town, threads: int) -> list[int]:
    """The numbers that so many threads got, each one, every fifth of which is undone after it was taken."""

    def take(place: int) -> int | None:
        def run(tx: Tx) -> int:
            (number,) = numbers.reserve(tx, AGENCY, "QĐ", 1, f"Luồng {place}", town["giang"])
            if place % 5 == 0:
                raise Undone
            return number

        database: Database = town.database
        try:
            return database.run(run)
        except Undone:
            return None

    with ThreadPoolExecutor(threads) as pool:
        return sorted(number for number in pool.map(take, range(threads)) if number is not None)


def holds(town: Town, threads: int) -> None:
    kept = threads - len(range(0, threads, 5))
    assert at_once(town, threads) == list(range(1, kept + 1))
    (checked,) = numbers.check(town.database, AGENCY, OUTGOING, town.now.year)
    assert (checked.last, checked.gaps, checked.doubles) == (kept, (), ())


def test_sixteen_writers_leave_no_gap(either_office: Town) -> None:
    holds(either_office, 16)


@pytest.mark.slow
def test_five_hundred_threads_leave_no_gap(either_office: Town) -> None:
    """400 numbers from 500 threads, a hundred of which are undone."""
    if either_office.database.sqlite:
        pytest.skip("one writer at a time: sixteen are enough")
    holds(either_office, 500)
