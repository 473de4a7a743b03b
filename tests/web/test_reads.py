"""Whoever reads a citizen's data leaves a trace, on every page and call that shows them; lists mask what they need not
show."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from engine import audit
from engine.audit import reads, verifier
from engine.audit.reads import ReadLog
from engine.store import Database
from engine.store.tables import read_log, work_item
from engine.worker import drain
from procedures import letters
from procedures.actor import SYSTEM
from procedures.dossiers.values import Applicant
from procedures.store.papers import letter
from tests.web.conftest import post
from tests.web.recorded import NOT, RECORDED
from tests.web.test_api import Caller
from web.admin.reads import ACTS, SIZE

PERSON = Applicant("Đoàn Thị Riêng Tư", "033190009876", "0912349876", "rieng.tu@thu.test", "Phố Hiến")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What names the person on a page.
MARKS = (PERSON.name, PERSON.id_number, PERSON.phone, PERSON.email)


@pytest.fixture
def made(receive: Callable[..., Any]) -> Any:
    return receive("dang_ky_khai_sinh", applicant=PERSON)


def rows(database: Database) -> list[Any]:
    with database.begin() as tx:
        return list(tx.read(select(read_log).order_by(read_log.c.chain, read_log.c.seq)).all())


def known(database: Database, made: Any) -> dict[str, str]:
    """What the addresses of the house ask for, of this dossier."""
    with database.begin() as tx:
        task = tx.read(select(work_item.c.id).where(work_item.c.root_id == made.id)).scalars().first()
        token = tx.read(select(letter.c.token).where(letter.c.root_id == made.id)).scalars().first()
    return {"code": made.code, "task": str(task), "token": str(token), "root": made.id}


def addresses(app: Flask, values: dict[str, str]) -> list[tuple[str, str]]:
    """Every address that can be asked for with these values: (endpoint, path)."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.arguments <= values.keys():
            path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda match: values[match[1]], rule.rule)
            found.append((rule.endpoint, path))
    return sorted(found)


def shows(answer: Any, asked: str) -> bool:
    """Whether an answer shows the person's data: a page that names more than what was asked for, a paper, a file."""
    if answer.mimetype in ("text/html", "application/json"):
        page = re.sub(rf'value="{asked}"|“{asked}”|href="[^"]*"', "", answer.text)
        return any(mark in page for mark in MARKS)
    return answer.mimetype in ("application/pdf", SHEET)


@pytest.mark.parametrize("username", ["quantri", "motcua", "chuyenvien"])
def test_every_page_that_shows_a_persons_data_leaves_a_trace(
    app: Flask, database: Database, made: Any, signed_in: Callable[[str], FlaskClient], username: str
) -> None:
    browser = signed_in(username)
    shown = 0
    for endpoint, path in addresses(app, known(database, made)):
        if endpoint in ("account.sign_out", "static"):
            continue
        before = len(rows(database))
        answer = browser.get(path, query_string={"tim": PERSON.name, "q": PERSON.name})
        if answer.status_code != 200 or answer.mimetype in ("text/css", "text/javascript"):
            continue
        if not shows(answer, PERSON.name):
            continue
        shown += 1
        traces = rows(database)[before:]
        assert [one.who for one in traces] == [username], (endpoint, path)
        assert made.id in traces[0].data and traces[0].act == endpoint, (endpoint, path)
    assert shown >= 3
    assert audit.verify(database)["broken"] == []


def test_every_address_says_whether_reading_it_is_recorded(app: Flask) -> None:
    recorded = frozenset().union(*RECORDED.values())
    opened = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    left = {endpoint for endpoint in opened - recorded if not endpoint.startswith(tuple(NOT))}
    assert left == set(), "an address that nobody has decided on"
    assert recorded <= opened and not {endpoint for endpoint in recorded if endpoint.startswith(tuple(NOT))}
    assert ACTS.keys() <= {rule.endpoint for rule in app.url_map.iter_rules()}
    named = {one for one in recorded if not one.startswith(("api", "workbench."))}
    assert named <= ACTS.keys(), "what is recorded has a name in the log"


@pytest.mark.parametrize("username", ["quantri", "motcua", "kiemtra"])
def test_what_is_recorded_is_what_the_table_says(
    app: Flask, database: Database, made: Any, signed_in: Callable[[str], FlaskClient], username: str
) -> None:
    recorded = frozenset().union(*RECORDED.values())
    lists = RECORDED["lists that name people or dossiers"] | {"desk.intake_new"}  # which may be empty
    browser, seen = signed_in(username), set()
    for endpoint, path in addresses(app, known(database, made)):
        if endpoint.startswith(("account.", "portal.", "static")):
            continue
        before = len(rows(database))
        answer = browser.get(path)
        traces = len(rows(database)) - before
        if answer.status_code != 200 or endpoint not in recorded:
            assert traces == 0, (endpoint, answer.status_code)
        else:
            assert traces == 1 or endpoint in lists, endpoint
            seen.add(endpoint)
    assert seen >= {"admin.reads_list"} if username != "motcua" else {"desk.dossier_page", "work.letter"}


def test_an_auditor_reads_the_log_verifies_it_and_sees_nothing_else(
    app: Flask, database: Database, made: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    signed_in("chuyenvien").get(f"/ho-so/{made.code}")
    auditor = signed_in("kiemtra")
    assert auditor.get("/bat-dau").location == "/quan-tri/nhat-ky"
    page = auditor.get("/quan-tri/nhat-ky", query_string={"ho-so": made.code})
    assert page.status_code == 200 and "chuyenvien" in page.text and f'href="/ho-so/{made.code}"' not in page.text
    assert rows(database)[-1].who == "kiemtra" and rows(database)[-1].act == "admin.reads_list"
    assert "Xem nhật ký truy cập" in auditor.get("/quan-tri/nhat-ky").text
    check = "/quan-tri/nhat-ky/kiem-tra"
    assert "Chưa kiểm tra lần nào" in auditor.get(check).text
    assert post(auditor, check, {}).status_code == 302
    waiting = auditor.get(check).text
    assert "Đang kiểm tra" in waiting and "Kiểm tra ngay" not in waiting and "Không thấy chỗ nào" not in waiting
    assert post(auditor, check, {}).status_code == 302
    assert "Đang có một lần kiểm tra khác chạy" in auditor.get(check).text, "one at a time"
    drain(database)
    verified = auditor.get(check).text
    assert "Không thấy chỗ nào bị sửa" in verified and "Lần kiểm tra gần nhất" in verified
    assert "Kiểm tra ngay" in verified
    with database.begin() as tx:
        tx.connection.execute(update(letter).values(number="99/X"))
    post(auditor, check, {})
    drain(database)
    assert "letter" in auditor.get(check).text
    mine = {"admin.reads_list", "admin.log_check"}
    for endpoint, path in addresses(app, known(database, made)):
        if endpoint.startswith(("account.", "portal.", "health.", "static", "api.openapi")) or endpoint in mine:
            continue
        assert auditor.get(path).status_code in (401, 403, 404), endpoint
    assert signed_in("motcua").get("/quan-tri/nhat-ky/kiem-tra").status_code == 403


def test_a_letter_that_is_not_to_be_seen_leaves_no_record(
    database: Database, made: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    token = known(database, made)["token"]
    stranger = signed_in("chuyenvien.mt")
    before = len(rows(database))
    assert stranger.get(f"/phieu/{token}").status_code == 404 and len(rows(database)) == before
    assert signed_in("motcua").get(f"/phieu/{token}").status_code == 200 and len(rows(database)) == before + 1


def test_a_list_of_tasks_over_the_api_leaves_a_trace(app: Flask, database: Database, made: Any) -> None:
    caller = Caller(app)
    before = len(rows(database))
    answer = caller.get("/tasks")
    assert answer.status_code == 200 and answer.json["total"] >= 1, answer.text
    new = rows(database)[before:]
    assert len(new) == 1 and made.id in new[0].data and new[0].act == "api_tasks.listing"


def test_a_stored_file_that_is_damaged_is_neither_shown_nor_called_valid(
    app: Flask, database: Database, made: Any, signed_in: Callable[[str], FlaskClient], tmp_path: Path
) -> None:
    token = known(database, made)["token"]
    hash = database.run(lambda tx: letters.archive(tx, token), SYSTEM)
    assert "còn nguyên vẹn" in app.test_client().get(f"/xac-minh/{token}").text
    stored = tmp_path / "files" / hash[:2] / hash[2:4] / hash
    stored.write_bytes(b"%PDF-1.4 khac")
    for _ in range(2):  # damaged, then gone
        page = app.test_client().get(f"/xac-minh/{token}")
        assert "Chưa xác nhận được giấy tờ này" in page.text and "còn nguyên vẹn" not in page.text
        answer = signed_in("motcua").get(f"/phieu/{token}")
        assert answer.status_code == 500 and "Báo quản trị hệ thống mã tệp" in answer.text and hash[:12] in answer.text
        stored.unlink(missing_ok=True)


def test_lists_mask_the_numbers_of_people(
    app: Flask, database: Database, made: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    for username in ("quantri", "motcua", "chuyenvien"):
        browser = signed_in(username)
        for endpoint, path in addresses(app, {}):
            if endpoint in ("account.sign_out", "static"):
                continue
            answer = browser.get(path, query_string={"tim": PERSON.name})
            if answer.mimetype == "text/html":
                assert PERSON.phone not in answer.text and PERSON.id_number not in answer.text, (username, endpoint)
    found = signed_in("motcua").get("/mot-cua", query_string={"tim": PERSON.name})
    assert "•••876" in found.text


def test_a_call_of_the_api_leaves_a_trace_of_program_and_official(app: Flask, database: Database, made: Any) -> None:
    answer = Caller(app).get(f"/dossiers/{made.code}")
    assert answer.status_code == 200, answer.text
    last = rows(database)[-1]
    assert last.root_id == made.id and '"client":' in last.data and last.act.startswith("api")


def test_what_is_sent_on_or_looked_at_by_nobody_known_leaves_none(
    app: Flask, database: Database, made: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    before = len(rows(database))
    assert app.test_client().get(f"/ho-so/{made.code}").status_code == 302
    assert signed_in("motcua").get("/quan-tri/nhat-ky").status_code == 403
    assert len(rows(database)) == before


def test_the_administrator_sees_who_read_what(
    database: Database, made: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    signed_in("chuyenvien").get(f"/ho-so/{made.code}")
    signed_in("motcua").get("/ho-so", query_string={"tim": "rieng tu"})
    admin = signed_in("quantri")
    page = admin.get("/quan-tri/nhat-ky", query_string={"ho-so": made.code})
    assert page.status_code == 200
    assert "Xem hồ sơ" in page.text and "chuyenvien" in page.text, "the dossier's own page"
    assert "Xem danh sách hồ sơ" in page.text and "Tìm “rieng tu”" in page.text, "and the list that named it"
    mine = admin.get("/quan-tri/nhat-ky", query_string={"can-bo": "motcua"}).text
    assert "Xem danh sách hồ sơ" in mine and ">chuyenvien<" not in mine
    assert "Không có hồ sơ mang mã này" in admin.get("/quan-tri/nhat-ky?ho-so=H31.11-000").text
    assert admin.get("/quan-tri/nhat-ky?tu-ngay=01/01/0001&den-ngay=31/12/9999&trang=99").status_code == 400


def test_a_record_that_was_edited_or_taken_out_is_found(database: Database) -> None:
    log = ReadLog(database)
    for number in range(3):
        log.write("lan", "work.dossier_page", [f"ho-so-{number}"])
    assert audit.verify(database)["reads"] == 3
    audit.seal_due(database)
    with database.begin() as tx:
        tx.execute(update(read_log).where(read_log.c.seq == 2).values(who="minh"))
    assert [fault["reason"] for fault in audit.verify(database)["broken"]] == ["read changed"]
    with database.begin() as tx:
        tx.execute(update(read_log).where(read_log.c.seq == 2).values(who="lan"))
        tx.execute(read_log.delete().where(read_log.c.seq == 3))
    assert [fault["reason"] for fault in audit.verify(database)["broken"]] == ["sealed"]
    with database.begin() as tx:
        reads.forget(tx, database.clock().date().replace(year=2200))
    broken = audit.verify(database, reads_from=database.clock().date().replace(year=2200))["broken"]
    assert broken == [], "whole days go when their time is over"
    assert verifier.sentence({"root_id": "r", "seq": 1, "reason": "read changed"}, "en").startswith("a record")


def test_numbers_of_people_that_were_searched_for_are_masked_where_the_log_is_read(
    database: Database, made: Any, signed_in: Callable[[str], FlaskClient]
) -> None:
    signed_in("motcua").get("/ho-so", query_string={"tim": PERSON.id_number})
    signed_in("motcua").get("/ho-so", query_string={"tim": made.code})
    page = signed_in("quantri").get("/quan-tri/nhat-ky").text
    assert PERSON.id_number not in page and f"Tìm “•••{PERSON.id_number[-3:]}”" in page
    assert f"Tìm “{made.code}”" in page
    assert any(PERSON.id_number in row.data for row in rows(database)), "the record stays as it is"


def test_a_paper_is_kept_by_no_browser(database: Database, made: Any, signed_in: Callable[[str], FlaskClient]) -> None:
    token = known(database, made)["token"]
    assert signed_in("motcua").get(f"/phieu/{token}").headers["Cache-Control"] == "no-store"


def test_a_page_beyond_the_last_leads_to_the_last(made: Any, signed_in: Callable[[str], FlaskClient]) -> None:
    admin = signed_in("quantri")
    for _ in range(SIZE + 1):
        admin.get("/quan-tri/nhat-ky")
    beyond = admin.get("/quan-tri/nhat-ky?trang=99&can-bo=quantri")
    assert beyond.status_code == 302 and "trang=2" in beyond.headers["Location"]
    assert "Nhật ký này" in admin.get(beyond.headers["Location"]).text
