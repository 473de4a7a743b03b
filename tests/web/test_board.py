"""The board: every figure opens the very list that it counts; the register opens where there is something to read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.store import Database
from procedures import tasks
from procedures.actor import Actor
from procedures.dossiers.board import Figures
from procedures.dossiers.counted import Period, conditions
from procedures.dossiers.pace import clock
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary.progress import FIGURES
from tests.web.test_work import task_of

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
    assert page.count("Tổng cộng") == page.count("<tbody>") == 4


def test_every_figure_of_the_board_has_one_condition_and_a_word(database: Database) -> None:
    with database.begin() as tx:
        known = set(conditions(Period(tx.now.date(), tx.now.date()), clock(tx)))
    assert known == set(FIGURES) == set(Figures("", "").as_dict()) - {"key", "name", "rate"}


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
