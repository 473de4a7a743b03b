"""A day as people type it: what is none, or lies where nobody means it, is none."""

from __future__ import annotations

from datetime import date

import pytest

from web import forms


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("22/11/2026", date(2026, 11, 22)), ("2026-11-22", date(2026, 11, 22)), ("", None), (None, None),
        ("31/12/9999", None), ("0001-01-01", None), ("1/1/99999999999999999999", None), ("1/1/" + "9" * 5000, None),
    ],
)  # fmt: skip
def test_days_are_read(typed: str | None, found: date | None) -> None:
    assert forms.posted_day(typed) == found


class _Asked(forms.Form):
    on = forms.day(wrong="sai")


def test_a_form_reads_days_alike() -> None:
    assert forms.read(_Asked, {"on": "31/12/9999"})[1] == {"on": "sai"}
    assert forms.read(_Asked, {"on": "22/11/2026"}) == ({"on": date(2026, 11, 22)}, {})
