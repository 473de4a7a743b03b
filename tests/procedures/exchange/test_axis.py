"""Two provinces exchange documents over the axis, and lose and double nothing, whatever it does to them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import audit
from engine.store import Database
from procedures.exchange.axis import receiving, tracked
from procedures.vocabulary.documents import DONE, WAITING
from tests.procedures.exchange.provinces import NORTH, PLAYED, SOUTH, Nation, Verifier, nation
from web.simulators.axis import FAULTS


@pytest.fixture(params=[(), pytest.param(FAULTS, marks=pytest.mark.slow)], ids=["calm", "storm"])
def between(
    request: pytest.FixtureRequest,
    sqlite_template: Path,
    open_database: Callable[..., Database],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Nation]:
    monkeypatch.setattr(receiving, "Verifier", Verifier)
    paths = [shutil.copy(sqlite_template, tmp_path / f"{name}.db") for name in ("bac", "nam")]
    first, second = (open_database(f"sqlite:///{path}") for path in paths)
    with nation(first, second, tmp_path, request.param) as made:
        yield made


def codes(one: Nation, id: str, organ: str = SOUTH) -> list[str]:
    """The receipts of a document of the north, in the order in which they were said."""
    return [each.code for each in tracked.receipts(one.north.database, id) if each.organ == organ]


def test_a_document_goes_over_is_worked_and_its_receipts_come_back(between: Nation) -> None:
    sent = between.north.send("Về việc cải cách hành chính", f"{SOUTH}\n{PLAYED}")
    between.settle()
    (came,) = between.south.tray()
    assert (came.state, came.notation, came.subject, came.issued_on) == (
        WAITING,
        sent.notation,
        sent.subject,
        sent.issued_on,
    )
    assert came.issuer == f"Ủy ban nhân dân tỉnh {NORTH}"
    assert codes(between, sent.id) == ["01"]
    assert sorted(codes(between, sent.id, PLAYED)) == ["01", "03", "05", "06"]
    between.south.work_through(came)
    between.settle()
    assert sorted(codes(between, sent.id)) == ["01", "03", "04", "05", "06"]
    assert between.south.document(came.code).state == DONE
    for one in (between.north, between.south):
        assert audit.verify(one.database)["broken"] == []
