"""Legal counters have no gap and no double, however many count at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from engine.refusal import Refusal
from procedures import dossiers, numbering
from tests.procedures.town import Town


def test_dossiers_received_at_once_are_numbered_without_gap_or_double(either_town: Town) -> None:
    town = either_town

    def receive(number: int) -> str | None:
        try:
            broken = () if number % 4 == 0 else town.intake().components  # every fourth intake lacks its papers
            return town.receive(name=f"Người {number}", components=broken).code
        except Refusal:
            return None

    with ThreadPoolExecutor(6) as threads:
        codes = [code for code in threads.map(receive, range(24)) if code]
    assert sorted(codes) == [f"T.2-260302-{n:04d}" for n in range(1, 19)]
    everyone = dossiers.Actor("kiemtra", everything=True)
    register = dossiers.register(town.database, everyone, "T.2")
    assert [row[0] for row in register.rows] == [f"{n}" for n in range(1, 19)], "its numbers are those of Mẫu 01"


def test_each_agency_and_each_day_begins_at_one(town: Town) -> None:
    with town.database.begin() as tx:
        given = [
            numbering.take(tx, "ho_so", agency, day)
            for agency, day in (("A", "2026-03-02"), ("A", "2026-03-02"), ("B", "2026-03-02"), ("A", "2026-03-03"))
        ]
    assert given == [1, 2, 1, 1]


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{agency}-{yymmdd}-{nnnn}", "H31.12-260214-0007"),
        ("{agency}-{yyyymmdd}-{nnnnnnn}", "H31.12-20260214-0000007"),
        ("000.00.16.H31-{yymmdd}-{n}", "000.00.16.H31-260214-7"),
    ],
)
def test_a_code_follows_the_provinces_template(template: str, code: str) -> None:
    assert numbering.dossier_code(template, "H31.12", date(2026, 2, 14), 7) == code


def test_a_number_that_outgrows_its_digits_is_not_cut() -> None:
    assert numbering.dossier_code("{nn}", "A", date(2026, 1, 1), 1234) == "1234"
    with pytest.raises(ValueError, match="quarter"):
        numbering.dossier_code("{quarter}", "A", date(2026, 1, 1), 1)


def test_numbers_under_ten_are_written_with_a_zero() -> None:
    assert [numbering.letter_number(n, "TNHS") for n in (1, 12, 345)] == ["01/TNHS", "12/TNHS", "345/TNHS"]
