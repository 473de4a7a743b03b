"""What is stored about a citizen, who read it and why, and all of it to take away: theirs, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from engine.store import Database
from procedures.store.citizens import citizen_session, dossier_owner
from tests.web.test_handing_in import citizen  # noqa: F401
from tests.web.test_portal import process


def test_a_citizen_sees_what_is_stored_and_who_has_read_it(
    citizen: Callable[..., FlaskClient],  # noqa: F811
    signed_in: Callable[[str], FlaskClient],
    receive: Callable[..., Any],
    database: Database,
) -> None:
    browser, other = citizen(), citizen("0987654321")
    page = browser.get("/cong-dan/du-lieu").text
    assert "số điện thoại" in page and "chưa có cán bộ nào xem" in page and "/thu-tuc/H31.DLCN.01/nop" in page
    made = receive(process(database, "Đăng ký khai sinh"))
    with database.begin() as tx:
        mine = tx.read(select(citizen_session.c.citizen).order_by(citizen_session.c.created_at)).scalars().first()
        tx.execute(
            dossier_owner.insert().values(dossier_id=made.id, citizen=mine, acting="self", basis="", level=1, at=tx.now)
        )
    assert signed_in("motcua").get(f"/mot-cua/ho-so/{made.code}").status_code == 200
    page = browser.get("/cong-dan/du-lieu").text
    assert "Nguyễn Thị Lan Anh" in page and "Xem hồ sơ tại quầy" in page and made.code in page
    told = json.loads(browser.get("/cong-dan/du-lieu/tai-ve").data)
    assert told["account"]["signs_in_by"] == ["phone"]
    assert [one["code"] for one in told["dossiers"]] == [made.code] and told["dossiers"][0]["form"]
    assert told["read_by"][0]["act"] == "desk.dossier_page"
    assert made.code not in other.get("/cong-dan/du-lieu").text
    assert json.loads(other.get("/cong-dan/du-lieu/tai-ve").data)["dossiers"] == []
