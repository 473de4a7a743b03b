"""What is stored about a citizen, who read it and why, and all of it to take away: theirs, and nobody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from engine.store import Database
from engine.store.tables import job
from engine.worker import drain
from procedures import dossiers
from procedures.actor import CITIZEN, SYSTEM
from procedures.citizens import drafts, people, proactive
from procedures.dossiers import Applicant, Intake, Tick, log, status
from procedures.store.citizens import citizen_session, dossier_owner
from tests.web.conftest import post
from tests.web.test_handing_in import citizen  # noqa: F401
from tests.web.test_portal import process

PERSON = Applicant("Nguyễn Thị Thử", "033190001234", "0912345678", "", "Thôn 1, xã Thử")
CHILD = {
    "quan_he": "me",
    "ho_ten_tre": "Nguyễn Văn Bé",
    "gioi_tinh": "nam",
    "ngay_sinh_tre": "2026-11-20",
    "noi_sinh": "Bệnh viện đa khoa tỉnh",
    "ho_ten_me": "Nguyễn Thị Thử",
    "ngay_sinh_me": "1990-02-01",
    "noi_cu_tru_me": "Thôn 1, xã Thử",
}
STAY = {"ho_ten": "Nguyễn Thị Thử", "ngay_sinh": "1990-02-01", "noi_tam_tru": "Tổ 3", "tu_ngay": "2026-11-20"}
RULES = "/cong-dan/chu-dong"


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


def handled(database: Database, procedure: str, form: dict[str, Any], paper: str) -> tuple[str, str]:
    """A dossier of the first citizen's whose result is there, as its log tells; the citizen, the dossier."""
    with database.begin() as tx:
        log.act(tx, SYSTEM)
        mine = tx.read(select(citizen_session.c.citizen).order_by(citizen_session.c.created_at)).scalars().first()
        people.keep_person(tx, str(mine), PERSON)
        papers = (Tick("to_khai", 1), Tick(paper, 1))
        intake = Intake(procedure, "H31.11", PERSON, "truc_tuyen", form=form, components=papers)
        made = dossiers.register_online(tx, intake, CITIZEN)
        tx.execute(
            dossier_owner.insert().values(dossier_id=made.id, citizen=mine, acting="self", basis="", level=1, at=tx.now)
        )
        status.set_status(tx, made.id, 9)
    return str(mine), made.id


def test_a_birth_leads_to_what_its_mother_agreed_to_and_nothing_else(
    citizen: Callable[..., FlaskClient],  # noqa: F811
    database: Database,
) -> None:
    browser, other = citizen(), citizen("0987654321")
    page = browser.get(RULES).text
    assert "Ngày, tháng, năm sinh" in page and " checked" not in page, "off, and it says what it reads"
    handled(database, "1.001193", CHILD, "giay_chung_sinh")
    drain(database)
    assert "chu-dong-1" not in browser.get("/cong-dan/ho-so").text, "nobody agreed to it"
    wanted = ["1.001193/nhac-bhyt", "1.001193/lam-bhyt", "1.001193/soan-thuong-tru"]
    for _twice in range(2):
        assert post(browser, RULES, {"dong_y": wanted}).status_code == 302
        drain(database)
    assert browser.get(RULES).text.count(" checked") == 3
    page = browser.get("/cong-dan/ho-so").text
    made = re.findall(rf'href="({RULES}/[^"]+)"', page)
    assert len(made) == 2 and "Cấp thẻ bảo hiểm y tế cho trẻ em" in page, "not reminded of what is done for her"
    texts = {one: browser.get(one).text for one in made}
    done = next(one for one, text in texts.items() if "Đã nộp thay bạn" in text)
    prepared = next(one for one in made if one != done)
    code = next(iter(re.findall(r"Hồ sơ (H31[\d.-]+) được nộp", texts[done])))
    assert other.get(done).status_code == 404 and post(other, done, {"lam": "huy"}, page=RULES).status_code == 404
    with database.begin() as tx:
        card = dossiers.by_code(tx, code)
        assert card.form["ho_ten_tre"] == "Nguyễn Văn Bé" and card.status == 1
        (draft,) = drafts.of(tx, str(people.by_key(tx, "phone", "0912345678")))
        assert draft.answers["to_khai"]["ngay_sinh"] == "20/11/2026" and draft.procedure == "1.004222"
    assert post(browser, done, {"lam": "huy"}).status_code == 302
    assert post(browser, prepared, {"lam": "huy"}).status_code == 302
    with database.begin() as tx:
        assert dossiers.by_code(tx, code).status == 7 and drafts.of(tx, draft.citizen) == []
    assert "chu-dong-1" not in browser.get("/cong-dan/ho-so").text
    assert post(browser, RULES, {}).status_code == 302
    told = json.loads(browser.get("/cong-dan/du-lieu/tai-ve").data)["proactive"]
    assert told["agreed_to"] == [] and [one["state"] for one in told["done"]] == ["refused", "refused"]


def test_a_stay_that_runs_out_is_told_a_month_before(
    citizen: Callable[..., FlaskClient],  # noqa: F811
    database: Database,
) -> None:
    browser = citizen()
    post(browser, RULES, {"dong_y": ["1.004194/sap-het-han"]})
    last = datetime.now(UTC).date() + timedelta(days=31)
    mine, _stay = handled(database, "1.004194", {**STAY, "den_ngay": last.isoformat()}, "cho_o")
    drain(database)
    assert "chu-dong-1" not in browser.get("/cong-dan/ho-so").text, "not yet"
    before = last - timedelta(days=30)
    with database.begin() as tx:
        due = tx.read(select(job.c.due_at).where(job.c.kind == proactive.JOB, job.c.root_id == mine)).scalar_one()
        assert proactive.moment(before, tx.now) == due
