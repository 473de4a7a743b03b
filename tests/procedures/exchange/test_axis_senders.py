"""Nobody speaks for another on the axis: what a message says of its sender is held against what the axis says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.store import Database
from procedures.exchange.axis import receiving, tracked
from procedures.exchange.axis.receiving import speaks_for
from tests.procedures.exchange.provinces import SOUTH, Verifier, nation


@pytest.mark.parametrize(
    ("sender", "claimed", "believed"),
    [
        ("H31.15", "H31.15", True),
        ("H31", "H31.15", True),
        ("000.00.00.H31", "H31.15.2", True),
        ("", "H31.15", True),  # an axis that does not say
        ("H32.15", "H31.15", False),
        ("000.00.00.H32", "000.00.00.H31", False),
        ("H31.15", "", False),
    ],
)
def test_who_may_send_in_whose_name(sender: str, claimed: str, believed: bool) -> None:
    assert speaks_for(sender, claimed) is believed


def test_what_somebody_sends_in_anothers_name_is_kept_and_not_taken(
    sqlite_template: Path, open_database: Callable[..., Database], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "Verifier", Verifier)
    paths = [shutil.copy(sqlite_template, tmp_path / f"{name}.db") for name in ("bac", "nam")]
    first, second = (open_database(f"sqlite:///{path}") for path in paths)
    with nation(first, second, tmp_path, ()) as between:
        between.north.send("Về việc cải cách hành chính", SOUTH)
        between.north.work(8000)
        (held,) = between.axis.held.values()
        held.organ = "G99.1"
        between.south.work(8000)
        assert between.south.tray() == []
        (row,) = tracked.inbox(between.south.database, between.south["vanthu"], ("unreadable",)).rows
        assert "không tin" in row.vi and row.sha256
