"""Lists of very many dossiers: cut where they say so, each page following the one before it, and figures that count
every dossier though they look at few."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, insert, select

from procedures import dossiers, worklist
from procedures.actor import Actor
from procedures.dossiers import pace, queries
from procedures.dossiers.board import Figures
from procedures.dossiers.counted import Counted, Period, conditions
from procedures.store.dossier import dossier, dossier_party, dossier_state
from tests.procedures.town import Town

ALL = Actor("kiemtra", everything=True)
PERIODS = [
    Period(date(2026, 3, 1), date(2026, 3, 31)),
    Period(date(2026, 2, 2), date(2026, 2, 3)),
    Period(date(2025, 1, 1), date(2025, 6, 30)),
    Period(date(2023, 1, 1), date(2026, 12, 31)),
]


def test_pages_follow_each_other(crowd: Town) -> None:
    with crowd.database.begin() as tx:
        state = dossier_state.c
        wanted = (
            tx.read(
                select(state.dossier_id).order_by(
                    state.closed_at.is_not(None), state.due.is_(None), state.due, state.dossier_id
                )
            )
            .scalars()
            .all()
        )
        for order, expected in (("due", wanted), ("newest", sorted(wanted, reverse=True))):
            pages = [dossiers.listing(tx, ALL, order=order, page=number, size=7) for number in range(1, 20)]
            assert [row.id for page in pages for row in page.rows] == list(expected)
            assert {page.total for page in pages} == {120} and not pages[0].more


def test_a_long_list_says_where_it_is_cut(crowd: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 50)
    monkeypatch.setattr(worklist, "MOST_DONE", 30)
    period = PERIODS[-1]
    with crowd.database.begin() as tx:
        page = dossiers.listing(tx, crowd["chi"])
        assert (page.total, page.more) == (50, True)
        found = dossiers.find(tx, ALL, "t.2")
        assert (found.total, found.more, found.partial) == (50, True, False)
        figure = dossiers.listing(tx, ALL, counted=Counted("received", period))
        assert (figure.total, figure.more) == (120, False)  # what a figure counts is all there
        done = worklist.listing(tx, "chi", [], "done")
        assert (done.total, done.more, done.pages) == (30, True, 2)


@pytest.mark.parametrize("period", PERIODS)
def test_no_figure_misses_a_dossier(crowd: Town, period: Period) -> None:
    with crowd.database.begin() as tx:
        known = conditions(period, pace.clock(tx))
        counted = {
            name: tx.read(
                select(func.count())
                .select_from(dossier.join(dossier_state, dossier_state.c.dossier_id == dossier.c.id))
                .where(dossier.c.received_at.is_not(None), condition)
            ).scalar_one()
            for name, condition in known.items()
        }
        board = dossiers.board(tx, ALL, period.first, period.last)
        shown = known.keys() & board.total.as_dict().keys()  # what is drawn by age opens lists, too, and is no column
        assert {name: getattr(board.total, name) for name in shown} == {name: counted[name] for name in shown}
        assert dossiers.total_of(tx, ALL, period.first, period.last) == board.total
        for lines in (board.by_agency, board.by_field, board.by_procedure):
            assert {name: sum(getattr(line, name) for line in lines) for name in shown} == {
                name: counted[name] for name in shown
            }
        for name, number in counted.items():
            assert dossiers.listing(tx, ALL, counted=Counted(name, period)).total == number, name
    assert isinstance(board.total, Figures)


def test_who_takes_part_counts_each_dossier_once(crowd: Town) -> None:
    """A dossier of the own agency in which that agency takes part as well is one."""
    reader = Actor("x", agency="T.3", agencies=frozenset({"T.3", "T.2"}))
    with crowd.database.begin() as tx:
        ids = tx.read(select(dossier.c.id).limit(5)).scalars().all()
        tx.execute(insert(dossier_party), [{"dossier_id": id, "agency": "T.3"} for id in ids])
        assert dossiers.listing(tx, reader).total == 120
        only = dossiers.listing(tx, Actor("y", agency="T.3", agencies=frozenset({"T.3"})))
        assert only.total == 5 and {row.id for row in only.rows} == set(ids)
