"""Whoever reads a citizen's data leaves a trace, on every page and call that shows them; lists mask what they need not
show."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typst
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.routing import IntegerConverter

from engine import audit, commands
from engine.audit import reads, verifier
from engine.audit.reads import ReadLog
from engine.store import Database
from engine.store.tables import job, read_log, work_item
from engine.worker import drain
from procedures import dossiers, fees, files, letters, officials, slips
from procedures.actor import SYSTEM, Actor
from procedures.dossiers.values import Applicant
from procedures.letters.rendering import render
from procedures.signatures.keys import Key, Keys
from procedures.store.axis import axis_inbox
from procedures.store.documents import document
from procedures.store.papers import letter
from tests.web.conftest import post, token_of
from tests.web.recorded import NOT, RECORDED
from tests.web.test_api import Caller, body_for
from tests.web.test_desk import CERTIFIED, code_of, filled, intake
from tests.web.test_documents import drafted, province_template, registered, uploaded  # noqa: F401
from tests.web.test_matter_pages import archived, begun
from tests.web.test_migration import Two, plan_of, two  # noqa: F401
from tests.web.test_portal import follow, until_the_citizen_is_asked
from tests.web.test_routes_of_dossiers_and_tasks import CALLS, SENT
from tests.web.test_signing_what_was_shown import to_sign
from tests.web.test_steering import branch, stopped, timed  # noqa: F401
from web.admin.reads import ACTS, SIZE
from web.reads import SHOWS_NOTHING

PERSON = Applicant("Đoàn Thị Riêng Tư", "033190009876", "0912349876", "rieng.tu@thu.test", "Phố Hiến")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A message of the axis for the registry's agency that was not understood.
UNREAD = {
    "axis_id": "truc-1",
    "kind": "edoc",
    "organ": "000.00.00.G22",
    "receivers": "H31.11",
    "state": "unreadable",
    "title": "",
    "vi": "Không đọc được",
    "en": "Not read",
    "tries": 1,
}
#: What shows documents where there are some.
DOCUMENTS = RECORDED["a document, its file and entry; lists of documents"]
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
    lists = RECORDED["lists that name people or dossiers"] | DOCUMENTS | {"desk.intake_new"}  # which may be empty
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
        open_to_all = ("account.", "portal.", "citizen.", "health.", "static", "api.openapi")
        if endpoint.startswith(open_to_all) or endpoint in mine:
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
    assert "Không có hồ sơ hay văn bản mang mã này" in admin.get("/quan-tri/nhat-ky?ho-so=H31.11-000").text
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
    database.clock = lambda: datetime.now(UTC) + timedelta(days=3)
    with database.begin() as tx:
        reads.forget(tx, tx.now.date())
        audit.seal(tx, None)
    broken = audit.verify(database, reads_from=database.clock().date())["broken"]
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


# -- every address, opened ------------------------------------------------------------------------------------------


@dataclass
class Scene:
    """A house in which each address can be opened: dossiers of the person at the desk and at the signature, a slip of
    an intake, and instances that stand still, wait for a timer, and are to move to another version."""

    app: Flask
    database: Database
    people: Callable[[str], FlaskClient]
    values: dict[str, dict[str, str]]  # endpoint, room or "" → what its address asks for

    def __post_init__(self) -> None:
        self.browsers: dict[str, FlaskClient] = {}

    def browser(self, who: str) -> FlaskClient:
        if who not in self.browsers:
            self.browsers[who] = self.people(who)
        return self.browsers[who]

    def address(self, endpoint: str) -> str:
        """Its path, with what stands in the scene; what does not is named as what is not there."""
        room = endpoint.split(".")[0]
        known = {**self.values[""], **self.values.get(room, {}), **self.values.get(endpoint, {})}
        rule = next(rule for rule in self.app.url_map.iter_rules(endpoint))
        asked = rule._converters.items()
        nothing = {name: 999 if isinstance(of, IntegerConverter) else "khong-co" for name, of in asked}
        query = {
            "desk.intake_new": {"phieu": known.get("phieu", "")},
            "desk.home": {"tim": PERSON.name},
            "documents.draft_page": {"tra-loi": known["code"]},
            "documents.matter_begin": {"ve": known["code"]},
            "documents.search_page": {"tim": known.get("words", "")},
            "documents.calendar_page": {"tuan": known.get("tuan", "")},
        }.get(endpoint, {})
        with self.app.test_request_context():
            return url_for(endpoint, **{name: known.get(name, none) for name, none in nothing.items()}, **query)

    def names(self, answer: Any) -> bool:
        """Whether an answer tells of somebody: by name, number, phone, address of mail, or code of a dossier, beyond
        its own address where the language is chosen; a file always does."""
        if answer.mimetype in ("text/html", "application/json"):
            page = re.sub(r'name="tiep" value="[^"]*"', "", answer.text)
            return any(mark in page for mark in (*MARKS, *self.codes))
        return answer.mimetype in ("application/pdf", SHEET)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(value["code"] for value in self.values.values() if value.get("code", "").startswith("H31."))


def found_wrong(citizen: FlaskClient, receive: Callable[..., Any], database: Database) -> str:
    """A dossier of whose draft the citizen wants something mended."""
    made = receive("dang_ky_khai_sinh", channel="truc_tuyen")
    message = until_the_citizen_is_asked(database, made.id)
    follow(citizen, made.code)
    said = {"buoc": message, "tra_loi": "can_sua", "gop_y": "Sai tên mẹ"}
    assert post(citizen, f"/tra-cuu/ho-so/xac-nhan?buoc={message}", said).status_code == 302
    return str(made.code)


@pytest.fixture
def scene(
    app: Flask,
    database: Database,
    receive: Callable[..., Any],
    signed_in: Callable[[str], FlaskClient],
    stopped: str,  # noqa: F811
    timed: str,  # noqa: F811
    two: Two,  # noqa: F811
    tmp_path: Path,
) -> Scene:
    (tmp_path / "ky.png").write_bytes(typst.compile({"main": b"#set page(width: 50mm, height: 18mm)"}, format="png"))
    token_of_leader = {"module": "/khong/co.so", "token": "a", "certificate": "a", "key": "a"}
    keys = Keys({"lanhdao": Key(token_of_leader, {}, tmp_path / "ky.png", 0, "")}, {})  # its images are shown
    place: Any = database.installation
    place.settings = replace(place.settings, signing_keys=keys)

    def person(process: str) -> Any:
        return receive(process, applicant=PERSON)

    fresh = person("dang_ky_khai_sinh")
    signing, leader, task = to_sign(signed_in, database, person)
    (paper,) = re.findall(r'name="da_xem" value="([^"]+)"', leader.get(task).text)
    slip = intake(signed_in("motcua"), database, CERTIFIED, lam="bo-sung", ly_do="mờ", co_ban_chinh="").headers[
        "Location"
    ]
    token, plan = slip.rsplit("/", 1)[-1], plan_of(signed_in("phantich"), two).rsplit("/", 1)[-1]
    with database.begin() as tx:
        (incident,) = [one.id for one in commands.incidents(tx, root_id=stopped)]
        timer = tx.read(select(job.c.id).where(job.c.root_id == timed, job.c.kind == "timer")).scalar_one()
    fees.take(database, person("cap_ban_sao_trich_luc").id, Actor("motcua", "motcua"))
    handed = slips.make(database, [fresh.id], "chuyen_vien", "", Actor("motcua", "motcua"))
    made = known(database, signing)
    registry = signed_in("vanthu")
    came, tray = registered(registry, database), uploaded(registry).location.split("/")[-2]
    sent = drafted(signed_in("chuyenvien")).location.rsplit("/", 1)[-1]
    agreed = drafted(signed_in("chuyenvien")).location.rsplit("/", 1)[-1]
    with database.begin() as tx:  # approved by the leader, who has still to sign it
        sha256 = files.put(tx, render(TO_SIGN.encode(), {}, at=database.clock()), "quyet-dinh.pdf").sha256
        said = {"state": "da_duyet", "approved_by": "lanhdao", "approved_at": tx.now, "sha256": sha256}
        tx.execute(update(document).where(document.c.code == agreed).values(**said))
    file, matter = archived(signed_in)
    meeting = begun(signed_in("chuyenvien"), "giay-moi", trich_yeu="Họp", do_khan="0").location.split("/")[-2]
    with database.begin() as tx:
        falls_due = tx.read(select(work_item.c.due).where(work_item.c.id == task.rsplit("/", 1)[-1])).scalar_one()
    database.run(lambda tx: tx.execute(axis_inbox.insert().values(**UNREAD, sha256=came.sha256, came_at=tx.now)))
    waiting = {"root": timed, "token": branch(database, timed, "a"), "timer": timer}
    values = {
        "": {**made, "task": task.rsplit("/", 1)[-1], "sha256": paper, "version": two.old, "plan": plan},
        "desk": {"code": fresh.code, "token": token, "phieu": token},
        "desk.intake_new": {"code": code_of(database, CERTIFIED)},
        "desk.intake_post": {"code": code_of(database, CERTIFIED)},
        "desk.intake_list": {"code": code_of(database, CERTIFIED)},
        "desk.intake_list_post": {"code": code_of(database, CERTIFIED)},
        "work.declaration": {"code": found_wrong(app.test_client(), receive, database)},
        "work.slip_page": {"id": handed},
        "work.dossier_file": {"sha256": dossiers.results(database, signing.id)[0]["sha256"]},
        "documents": {"code": came.code, "sha256": came.sha256, "which": "den", "words": came.subject},
        "documents.register_page": {"code": tray},
        **{f"documents.{one}": {"code": sent} for one in OF_DRAFTS},
        "documents.figure_documents": {"figure": "den"},
        "documents.calendar_page": {"tuan": f"{falls_due:%Y-%m-%d}"},
        "documents.document_signature": {"code": agreed},
        "documents.matter_begin": {"route": "to-trinh", "code": sent},
        "documents.meeting_page": {"code": meeting},
        **{f"documents.{one}": {"id": file.rsplit("/", 1)[-1], "code": matter} for one in OF_WORK_FILES},
        "documents.axis_message": {"axis_id": UNREAD["axis_id"]},
        "workbench": waiting,
        "workbench.running_error": {"root": stopped, "incident": incident},
        "workbench.running_retry": {"root": stopped, "incident": incident},
        "workbench.migration_draft": {"target": two.new},
        "api_tasks": {"id": task.rsplit("/", 1)[-1]},
    }
    return Scene(app, database, signed_in, values)


#: Addresses of a draft, which its author opens.
OF_DRAFTS = ("compose_page", "draft_word", "format_page", "remarks_page", "versions_page")


#: Addresses of a work file, which its keeper opens.
OF_WORK_FILES = ("work_file_handover", "work_file_index", "work_file_package", "work_file_page")
OF_AUTHORS = (*OF_DRAFTS, *OF_WORK_FILES, "matter_begin", "matter_list", "meeting_page")

#: A decision with the leader's name under it: there the signature is seen.
TO_SIGN = '#set text(font: "Tinos")\nQUYẾT ĐỊNH\\\n#v(4cm)\nVũ Đình Phong\\\n'
#: What the act itself tells in the log: its answer shows no more than the code.
ACT = ("api_tasks.complete", 0)
WHO = {
    "desk": "motcua",
    "money": "motcua",
    "work": "lanhdao",
    "work.slips_page": "motcua",
    "workbench": "quantri",
    "admin": "quantri",
    "work.declaration": "motcua",
    "documents": "vanthu",
    "documents.outgoing_list": "chuyenvien",
    "documents.calendar_page": "lanhdao",
    "documents.document_signature": "lanhdao",
    **{f"documents.{one}": "chuyenvien" for one in OF_AUTHORS},
}


def test_each_address_that_is_to_be_recorded_is_opened_and_is(scene: Scene) -> None:
    """A new address that shows somebody's data stands in the table, can be opened here, and leaves its record."""
    missed = []
    for endpoint in sorted(frozenset().union(*RECORDED.values())):
        before = len(rows(scene.database))
        room = endpoint.split(".")[0]
        if room.startswith("api"):
            answer = Caller(scene.app).get(scene.address(endpoint).removeprefix("/api/v1"))
        else:
            answer = scene.browser(WHO.get(endpoint, WHO[room])).get(scene.address(endpoint))
        new = rows(scene.database)[before:]
        if answer.status_code != 200 or [one.act for one in new] != [endpoint]:
            missed.append((endpoint, answer.status_code, [one.act for one in new]))
    assert missed == []


@pytest.mark.parametrize("who", ["motcua", "lanhdao", "chuyenvien", "quantri", "phantich"])
def test_no_other_answer_tells_of_somebody_without_a_record(scene: Scene, who: str) -> None:
    """Whatever is asked for by whichever address and method: who is told of somebody has left a record."""
    browser, silent = scene.browser(who), []
    token = token_of(browser.get("/tai-khoan").text)
    sent = {"csrf_token": token, **SENT, **filled(scene.database, CERTIFIED), "so_dinh_danh": PERSON.id_number}
    for rule in sorted(scene.app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint.startswith(("static", "portal.", "account.sign", "api", "language", "health")):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            before = len(rows(scene.database))
            address = scene.address(rule.endpoint)
            answer = browser.get(address) if method == "GET" else browser.post(address, data=sent)
            told = answer.status_code not in SHOWS_NOTHING and scene.names(answer)
            if told and len(rows(scene.database)) == before:
                silent.append((rule.endpoint, method, answer.status_code))
    assert silent == []


def test_an_answer_of_the_api_that_is_given_again_is_read_again(scene: Scene) -> None:
    caller, silent, told = Caller(scene.app), [], 0
    bodies: dict[str, dict[str, Any]] = {"api_dossiers.receive": body_for(scene.database), **CALLS}
    for endpoint, body in bodies.items():
        for attempt in range(2):
            before = len(rows(scene.database))
            answer = caller.post(scene.address(endpoint).removeprefix("/api/v1"), body, endpoint)
            assert attempt == 0 or answer.headers["Idempotency-Replayed"] == "true", endpoint
            if answer.status_code < 400 and (endpoint, attempt) != ACT:
                told += attempt
                if len(rows(scene.database)) != before + 1:
                    silent.append((endpoint, attempt))
    assert silent == [] and told >= 1


def test_an_answer_is_not_given_again_to_who_may_not_see_it_any_more(app: Flask, database: Database) -> None:
    caller, body = Caller(app), body_for(database)
    made = caller.post("/dossiers", body, "k")
    assert made.status_code == 201 and caller.post("/dossiers", body, "k").json == made.json
    for grant in officials.grants(database, "api"):
        officials.revoke(database, grant.id, by="quantri", reason="Chuyển công tác.")
    officials.change(database, "api", agency="H31.2", by="quantri")
    again = caller.post("/dossiers", body, "k")
    assert again.status_code == 404 and "033190001234" not in again.text
