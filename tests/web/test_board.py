"""The board: every figure opens the very list that it counts; the register opens where there is something to read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine.calendar import VIETNAM
from engine.store import Database
from procedures import tasks
from procedures.actor import Actor
from procedures.dossiers import serving
from procedures.dossiers.board import Figures, progress_table, total_of
from procedures.dossiers.counted import Period, conditions
from procedures.dossiers.pace import clock
from procedures.dossiers.trends import parts
from procedures.store.dossier import component, dossier, dossier_state
from procedures.store.papers import dossier_file
from procedures.vocabulary.progress import FIGURES, SERVING
from tests.web.test_work import task_of

EVERYTHING = Actor("kiemtra", everything=True)
FIGURE = re.compile(r'<a href="(/ho-so\?[^"]*)">([\d.]+)</a>')


@pytest.fixture
def several(receive: Callable[..., Any], database: Database) -> None:
    """Dossiers of two procedures in every stand: late, in time, near, over, paused, of the month before."""
    made = [receive("dang_ky_khai_sinh") for _ in range(6)]
    made += [receive("cap_ban_sao_trich_luc"), receive("cap_ban_sao_trich_luc", channel="truc_tuyen")]
    tasks.claim(database, task_of(database, made[2].id).id, Actor("truongdonvi", "", agency="H31.11"))
    with database.begin() as tx:
        at = tx.now
        day = timedelta(days=1)
        states: list[dict[str, Any]] = [
            {"status": 9, "finished_at": at, "due": at + 9 * day},
            {"status": 9, "finished_at": at, "due": at - 9 * day},
            {"due": at - day},
            {"due": at + timedelta(minutes=5)},
            {"status": 5, "paused": True, "due": None},
            {"status": 7, "closed_at": at},
        ]
        for one, values in zip(made, states, strict=False):
            tx.execute(update(dossier_state).where(dossier_state.c.dossier_id == one.id).values(**values))
        tx.execute(update(dossier).where(dossier.c.id == made[6].id).values(received_at=at - 40 * day))
        tx.execute(update(dossier).where(dossier.c.id == made[2].id).values(received_at=at - 5 * day))


ENDS = [date(2026, 11, 2), date(2026, 11, 17), date(2026, 11, 18), date(2027, 5, 10), date(2027, 6, 30)]


def figures(browser: FlaskClient, page: str) -> list[tuple[str, int]]:
    """The figures of the board that are links, with the number each shows."""
    found = FIGURE.findall(browser.get(page).text)
    return [(unescape(address), int(number.replace(".", ""))) for address, number in found]


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("page", ["/bang-dieu-hanh", "/bang-dieu-hanh?co-quan=H31.11&tu-ngay=2020-01-01"])
def test_every_figure_opens_the_list_that_it_counts(signed_in: Callable[[str], FlaskClient], page: str) -> None:
    leader = signed_in("lanhdao")
    shown = figures(leader, page)
    kinds = {re.search(r"chi-tieu=(\w+)|giu-boi", address)[0] for address, _ in shown}  # type: ignore[index]
    assert {"chi-tieu=received", "chi-tieu=done", "chi-tieu=late", "chi-tieu=kept", "giu-boi"} <= kinds
    assert {"chi-tieu=timely_came", "chi-tieu=over_came"} <= kinds
    for address, number in dict(shown).items():
        said = re.search(r">([\d.]+) hồ sơ<", leader.get(address).text)
        assert said is not None and int(said[1]) == number, address
    assert all(count for _, count in shown) and len(shown) > 20


@pytest.mark.usefixtures("several")
def test_in_time_late_and_withdrawn_add_up_to_what_is_done(signed_in: Callable[[str], FlaskClient]) -> None:
    leader = signed_in("lanhdao")
    told = leader.get("/bang-dieu-hanh").text
    tiles = told[told.index('class="mc-figures') : told.index("</dl>")]
    shown = {kind: int(n) for kind, n in re.findall(r"chi-tieu=(\w+)[^>]*>(\d+)<", tiles)}
    assert shown["withdrawn"] == 1 and "trong đó rút hồ sơ" in tiles
    assert shown["done"] == shown["kept"] + shown["late"] + shown["withdrawn"]


@pytest.mark.usefixtures("several")
def test_the_board_has_a_total_under_each_table(signed_in: Callable[[str], FlaskClient]) -> None:
    page = signed_in("lanhdao").get("/bang-dieu-hanh").text
    assert page.count("Tổng cộng") == page.count("<tbody>") - page.count("data-chart") == 4


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("asked", ["", "?tu-ngay=2026-01-01", "?tu-ngay=2020-01-01"])
def test_what_is_drawn_adds_up_to_the_figures_above(signed_in: Callable[[str], FlaskClient], asked: str) -> None:
    """By days, weeks or months, each dossier is in one part; by age each that is worked on."""
    told = signed_in("lanhdao").get(f"/bang-dieu-hanh{asked}").text

    def sums(text: str) -> Counter[str]:
        return sum((Counter({kind: int(n)}) for kind, n in re.findall(r"chi-tieu=(\w+)[^>]*>(\d+)<", text)), Counter())

    tiles = told[told.index('class="mc-figures') : told.index("</dl>")]
    tiles = re.sub(r"\(kỳ trước.*?</a>", "", tiles)
    above, drawn = sums(tiles), sums(told[told.index("mc-charts") : told.index("Theo cơ quan</h2>")])
    assert {kind: drawn[kind] for kind in ("received", "done", "kept", "late")} == {
        kind: above[kind] for kind in ("received", "done", "kept", "late")
    }
    assert drawn["timely_came"] + drawn["over_came"] == above["open"] and drawn["over_came"] == above["over"]


def test_a_period_is_cut_where_days_weeks_and_months_begin() -> None:
    monday = date(2026, 11, 2)
    cut = [list(parts(Period(monday, end))) for end in ENDS]
    assert monday.weekday() == 0 and [len(one) for one in cut] == [1, 16, 3, 28, 8]
    for found, end in zip(cut, ENDS, strict=True):
        assert found[0].first == monday and found[-1].last == end
        assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(found))


def test_every_figure_of_the_board_has_one_condition_and_a_word(database: Database) -> None:
    with database.begin() as tx:
        known = set(conditions(Period(tx.now.date(), tx.now.date()), clock(tx)))
    ages = {"timely_came", "over_came"}
    assert known == set(FIGURES) == set(Figures("", "").as_dict()) - {"key", "name", "rate"} | ages


def test_the_register_opens_on_the_own_agency_or_where_there_are_dossiers(
    signed_in: Callable[[str], FlaskClient], receive: Callable[..., Any]
) -> None:
    made = receive("dang_ky_khai_sinh")
    for who in ("quantri", "chuyenvien", "motcua"):
        page = signed_in(who).get("/so-theo-doi").text
        assert made.code in page, who


@pytest.mark.parametrize("page", ["/bang-dieu-hanh", "/so-theo-doi"])
def test_a_day_that_is_none_and_days_in_the_wrong_order_are_told(
    signed_in: Callable[[str], FlaskClient], page: str
) -> None:
    leader = signed_in("lanhdao")
    wrong = leader.get(f"{page}?tu-ngay=31/02/2026&den-ngay=05/03/2026").text
    assert "“31/02/2026” không phải là ngày. Đang hiển thị từ " in wrong
    turned = leader.get(f"{page}?tu-ngay=05/03/2026&den-ngay=01/03/2026").text
    assert "đã đổi chỗ hai ngày" in turned and 'value="01/03/2026"' in turned
    assert "không phải là ngày" not in leader.get(page).text


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("group", ["co-quan", "linh-vuc", "thu-tuc"])
def test_every_indicator_opens_the_list_that_it_counts_and_is_printed(
    signed_in: Callable[[str], FlaskClient], group: str, database: Database
) -> None:
    leader = signed_in("lanhdao")
    with database.begin() as tx:  # the papers of one dossier are there as files
        (one, *_) = tx.read(select(dossier.c.id).order_by(dossier.c.code)).scalars()
        for n, code in enumerate(tx.read(select(component.c.code).where(component.c.dossier_id == one)).scalars()):
            known = {"dossier_id": one, "id": f"f{n}", "component": code, "purpose": "component"}
            tx.execute(dossier_file.insert().values(**known, sha256="0" * 64, name="a.pdf", added_at=tx.now))
    address = f"/bang-dieu-hanh/chi-so?theo={group}"
    shown = figures(leader, address)
    assert {"received", "handled", "whole", "with_papers", "digitised", "came_kept"} <= {
        re.search(r"chi-tieu=(\w+)", one)[1]  # type: ignore[index]
        for one, _ in shown
    }
    for opened, number in dict(shown).items():
        said = re.search(r">([\d.]+) hồ sơ<", leader.get(opened).text)
        assert said is not None and int(said[1]) == number, opened
    for table in ("tien-do", "chi-so", "dich-vu"):
        assert leader.get(f"{address}&bang={table}&dang=pdf").data.startswith(b"%PDF")
        assert leader.get(f"{address}&bang={table}&dang=xlsx").data.startswith(b"PK")


@pytest.mark.usefixtures("several")
def test_the_progress_table_adds_up(database: Database) -> None:
    """What was there and what came is what was done and what is left; each part is the sum of its own."""
    with database.begin() as tx:
        today = tx.now.astimezone(VIETNAM).date()
        month = today.replace(day=1), today
        for one in [total_of(tx, EVERYTHING, *month), *progress_table(tx, EVERYTHING, *month)]:
            assert one.carried + one.received == one.done + one.open + one.paused, one.name
            assert one.received == one.online + one.direct + one.post
            assert one.done == one.early + one.on_time + one.late + one.withdrawn
        found = serving.lines(tx, EVERYTHING, *month, "procedure")
        assert found[-1].counts == {name: sum(one.counts[name] for one in found[:-1]) for name in found[-1].counts}
        assert set(serving.conditions(tx, Period(*month), clock(tx))) == set(FIGURES) | set(SERVING)
