"""The way of a letter over the document axis, through the pages: it comes from another province, its signature is
judged, it is registered, worked and answered; the answer is initialled, approved, signed by a token, numbered, sealed
and dispatched; the other province's message verifies by independent tools, and its receipts arrive."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from procedures.exchange import edxml
from procedures.exchange.axis.client import Agency, Client
from procedures.letters.rendering import render
from procedures.settings import Axis
from procedures.signatures import signing, trust, xades
from procedures.signatures.authority import Authority
from procedures.signatures.keys import Key
from tests.browser.conftest import SIZES, listen
from tests.browser.people import Person
from tests.journeys.system import System, copied, sample
from tests.procedures.exchange.provinces import PLAYED
from tests.procedures.signatures.conftest import authority, leader, token  # noqa: F401
from tests.serving import serving
from web.simulators import axis as simulator

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SECRET, PIN, HERE = "bi mat cua truc", "123456", "H31.11"
#: What the pages say of the receipts 01, 03, 05 and 06.
RECEIPTS = ("Đã đến", "Đã tiếp nhận", "Đang xử lý", "Đã xử lý xong")
LETTER = '#set text(font: "Tinos", lang: "vi")\n{}\n'


@pytest.fixture(params=[(), simulator.FAULTS], ids=["calm", "every-fault"])
def axis(request: pytest.FixtureRequest) -> Iterator[tuple[str, simulator.Axis]]:
    server, known = simulator.serve({"H31": SECRET}, {PLAYED: "Văn phòng Chính phủ (mô phỏng)"}, late=3)
    with serving(server) as address:
        Client(Axis(address, "H31", SECRET)).register(Agency(HERE, "Ủy ban nhân dân phường Phố Hiến"))
        known.faults = frozenset(request.param)
        yield address, known


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The demo province with next to no dossiers: documents are what this is about."""
    home = tmp_path_factory.mktemp("small")
    return home, sample(home, 1)


@pytest.fixture
def joined(
    small_home: tuple[Path, dict[str, Any]],
    tmp_path: Path,
    axis: tuple[str, simulator.Axis],
    authority: Authority,  # noqa: F811
    token: dict[str, str],  # noqa: F811
) -> Iterator[System]:
    """The demo province, joined to the axis, with a token for its leader and a key for its agency."""
    template, known = small_home
    seal = authority.issue("Ủy ban nhân dân phường Phố Hiến", "Con dấu")
    for name, body in (("dau.crt", seal.pem), ("dau.key", seal.key_pem)):
        (tmp_path / name).write_bytes(body)
    user = next(one["username"] for one in known["accounts"] if one["role"] == "lanh_dao")
    parts = ", ".join(f'{name} = "{value}"' for name, value in token.items())
    keys = tmp_path / "khoa.toml"
    keys.write_text(
        f"[officials.{user}]\npkcs11 = {{{parts}}}\n"
        f'[agencies."{HERE}"]\nfile = {{certificate = "dau.crt", key = "dau.key"}}\n',
        "utf-8",
    )
    settings = {
        "MOTCUA_AXIS_URL": axis[0],
        "MOTCUA_AXIS_SYSTEM": "H31",
        "MOTCUA_AXIS_SECRET": SECRET,
        "MOTCUA_AXIS_SECONDS": "2",
        "MOTCUA_SIGNING_KEYS": str(keys),
        "MOTCUA_SIGNATURE_TRUST": str(authority.folder / "trusted"),
    }
    with System(copied(template, tmp_path / "home"), known, settings=settings) as running:
        yield running


def sent(known: simulator.Axis, authority: Authority, tmp_path: Path) -> None:  # noqa: F811
    """The other province's letter: a PDF that its leader signed, in a message that its agency signed."""
    issued = authority.issue("Văn phòng Chính phủ (mô phỏng)", "Văn phòng")
    for name, body in (("vp.crt", issued.pem), ("vp.key", issued.key_pem)):
        (tmp_path / name).write_bytes(body)
    key = Key({}, {"certificate": tmp_path / "vp.crt", "key": tmp_path / "vp.key"}, None, 0, "")
    believed, now = trust.load(str(authority.folder / "trusted")), datetime.now(UTC)
    paper = tmp_path / "cong-van.pdf"
    body = render(LETTER.format("Về việc phối hợp báo cáo").encode(), {}, at=now)
    paper.write_bytes(signing.seal_as_agency(body, key, "Văn phòng Chính phủ", believed))
    header = {
        "From": {"OrganId": PLAYED, "OrganName": "Văn phòng Chính phủ (mô phỏng)"},
        "To": [{"OrganId": HERE}],
        "DocumentId": f"{PLAYED},2026/11/20,7816/VPCP-TTĐT",
        "Code": {"CodeNumber": "7816", "CodeNotation": "VPCP-TTĐT"},
        "PromulgationInfo": {"PromulgationDate": "2026/11/20"},
        "DocumentType": {"TypeName": "Công văn"},
        "Subject": "Về việc phối hợp báo cáo",
    }
    traces = {"TraceHeader": [{"OrganId": PLAYED, "Timestamp": "2026/11/20 08:00:00"}]}
    files = [{"name": "cong-van.pdf", "type": "application/pdf", "file": str(paper)}]
    plain = tmp_path / "thong-diep"
    with plain.open("wb") as into:
        edxml.write({"MessageHeader": header, "TraceHeaderList": traces, "attachments": files}, into, Path("/"))
    plain.write_bytes(xades.sign(plain.read_bytes(), key, believed, now))
    known.play_document(plain, PLAYED)


def until(person: Person, address: str, text: str, seconds: float = 300) -> None:
    """Looks at a page until it says that."""
    deadline = time.monotonic() + seconds
    while True:
        person.page.goto(address)
        if text in person.page.inner_text("main"):
            return
        assert time.monotonic() < deadline, person.page.inner_text("main")
        time.sleep(1)


def step(person: Person, address: str, name: str, outcome: str, **fields: str) -> None:
    """Opens the task that waits on a document's page, and ends it."""
    page = person.page
    page.goto(address)
    page.get_by_role("link", name=name).click()
    for label, value in fields.items():
        field = page.get_by_label(label.replace("_", " "), exact=True).first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    page.get_by_role("button", name=outcome).click()
    expect(page.get_by_role("button", name=outcome)).to_have_count(0)


def test_a_letter_is_answered_over_the_axis(
    browser: Browser,
    joined: System,
    axis: tuple[str, simulator.Axis],
    authority: Authority,  # noqa: F811
    tmp_path: Path,
) -> None:
    complaints: list[str] = []

    def enter(role: str) -> Person:
        context = browser.new_context(base_url=joined.address, viewport=SIZES["wide"], locale="vi-VN")
        context.set_default_timeout(20_000)
        page = context.new_page()
        listen(page, role, complaints)
        person = Person(page, joined)
        person.sign_in(joined.account(role))
        return person

    sent(axis[1], authority, tmp_path)
    clerk, boss, head, author = (enter(one) for one in ("van_thu", "lanh_dao", "truong_don_vi", "chuyen_vien"))
    until(clerk, "/van-ban/den?muc=khay", "Về việc phối hợp báo cáo")
    clerk.page.get_by_role("link", name="Về việc phối hợp báo cáo").click()
    expect(clerk.page.get_by_text("Chữ ký số hợp lệ")).to_have_count(2)
    clerk.page.get_by_role("button", name="Đăng ký, trình lãnh đạo").click()
    expect(clerk.page.get_by_text("Đã đăng ký. Số đến:")).to_be_visible()
    came = clerk.page.url

    ward = "Ủy ban nhân dân phường Phố Hiến"
    step(boss, came, "Cho ý kiến chỉ đạo", "Giao đơn vị xử lý", Ý_kiến_chỉ_đạo="Tham mưu", Đơn_vị_chủ_trì=ward)
    head.page.goto(came)
    head.page.get_by_role("link", name="Phân công chuyên viên").click()
    head.page.get_by_role("combobox", name="Chuyên viên xử lý").select_option(index=1)
    head.page.get_by_role("combobox", name="Đơn vị chủ trì").select_option(label=ward)
    head.page.get_by_role("button", name="Phân công", exact=True).click()

    answer = tmp_path / "tra-loi.pdf"
    answer.write_bytes(render(LETTER.format("Về việc trả lời").encode(), {}, at=datetime.now(UTC)))
    author.page.goto(f"/van-ban/di/soan?tra-loi={came.rsplit('/', 1)[-1]}&loai=Q%C4%90")
    author.page.get_by_label("Trích yếu").fill("Về việc trả lời đề nghị phối hợp")
    author.page.get_by_label("Nơi nhận khác, mỗi dòng một nơi").fill(PLAYED)
    author.page.get_by_label("Tệp dự thảo").set_input_files(answer)
    author.page.get_by_role("button", name="Lập dự thảo").click()
    expect(author.page.get_by_text("Đã lập dự thảo.")).to_be_visible()
    goes = author.page.url
    step(author, goes, "Soạn thảo, hoàn thiện dự thảo", "Trình ký nháy")
    step(head, goes, "Ký nháy nội dung", "Ký nháy, chuyển kiểm tra thể thức")
    step(head, goes, "Ký nháy thể thức", "Ký nháy, trình lãnh đạo")
    step(boss, goes, "Duyệt ký", "Duyệt ký", Thẩm_quyền_ký="TM. (thay mặt tập thể)")
    boss.page.goto(goes)
    boss.page.get_by_label("Mã PIN của thiết bị ký số").fill(PIN)
    boss.page.get_by_role("button", name="Ký số").click()
    expect(boss.page.get_by_text("Đã ký số.")).to_be_visible()
    step(clerk, goes, "Cấp số, ngày văn bản", "Cấp số")
    until(clerk, goes, "Ký số của cơ quan")
    step(clerk, goes, "Phát hành", "Phát hành đến các nơi nhận")
    for text in RECEIPTS:
        until(clerk, goes, text)
    for text in RECEIPTS:  # each once, whatever the axis did
        expect(clerk.page.locator("[aria-labelledby=truc]").get_by_text(text, exact=True)).to_have_count(1)
    clerk.page.goto("/van-ban/den?muc=dang-xu-ly")
    expect(clerk.page.get_by_role("link", name="Về việc phối hợp báo cáo")).to_have_count(1)

    held = [one for one in axis[1].of_agency(PLAYED) if one.said["kind"] == "document"]
    assert len({one.said["MessageHeader"]["DocumentId"] for one in held}) == 1
    for one in held:  # what an axis that lost its answer was sent again is the same message
        _proven(one.path, authority, tmp_path)
    assert {fault for fault, _what in axis[1].failed} == axis[1].faults - {"late", "wrong-order"}
    assert complaints == [], joined.log()


def _proven(message: Path, authority: Authority, tmp_path: Path) -> None:  # noqa: F811
    """Independent tools find the message's XAdES and both signatures of its PDF good."""
    roots = [path for path in (authority.folder / "trusted").glob("*") if b"CERTIFICATE" in path.read_bytes()]
    told = [part for path in roots for part in ("--trusted-pem", str(path))]
    call = ["xmlsec1", "--verify", *told, str(message)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with message.open("rb") as body:
        (paper,) = edxml.read(body, tmp_path).fields["attachments"]
    seen = subprocess.run(["pdfsig", "-nocert", paper["file"]], capture_output=True, text=True, check=False).stdout
    assert seen.count("Signature is Valid") == 2, seen
