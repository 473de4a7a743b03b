"""The hall as its people meet it: the machine, the screen, the caller, and appointments without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import post
from tests.web.test_handing_in import citizen  # noqa: F401
from web.portal import hall

People = Callable[[str], FlaskClient]


def test_a_ticket_is_taken_called_and_shown(app: Flask, signed_in: People) -> None:
    clerk = signed_in("motcua")
    page = clerk.get("/mot-cua/hang-doi?co-quan=H31.11").text
    machine, screen = re.findall(r'href="(/sanh/[^"]+)"', page)
    kiosk = app.test_client()
    assert kiosk.get(machine.replace("/lay-so", "x/lay-so")).status_code == 404
    assert post(kiosk, machine, {}).status_code == 302
    shown = kiosk.get(machine).text
    assert "Số của bạn" in shown and ">1<" in shown and "Bạn là người tiếp theo." in shown
    assert "Số của bạn" not in kiosk.get(machine).text  # the next one sees no number of another
    assert "Chưa gọi số nào" in kiosk.get(screen).text and "Đang chờ: 1 người" in kiosk.get(screen).text
    answer = post(clerk, "/mot-cua/hang-doi", {"co-quan": "H31.11", "quay": "3"})
    assert answer.status_code == 302
    assert 'data-call="1.1"' in kiosk.get(screen).text and "<td>3</td>" in kiosk.get(screen).text
    assert "Số 1 đang ở quầy 3" in clerk.get("/mot-cua/hang-doi?co-quan=H31.11").text
    wrong = post(kiosk, machine, {"lam": "hen", "ma": "123456"})
    assert wrong.status_code == 422 and "không phải lịch hẹn hôm nay" in wrong.text and "123456" in wrong.text


def test_the_provinces_own_recordings_are_used_where_all_are_there(
    app: Flask, signed_in: People, tmp_path: Path
) -> None:
    page = signed_in("motcua").get("/mot-cua/hang-doi?co-quan=H31.11").text
    screen = re.findall(r'href="(/sanh/[^"]+)"', page)[1]
    folder = tmp_path / hall.VOICES
    folder.mkdir()
    for name in hall.RECORDINGS[1:]:
        (folder / f"{name}.mp3").write_bytes(b"ID3")
    kiosk = app.test_client()
    assert 'data-recorded=""' in kiosk.get(screen).text
    (folder / "moi-so.mp3").write_bytes(b"ID3")
    assert "moi-so" in kiosk.get(screen).text
    assert kiosk.get(screen.replace("man-hinh", "giong/moi-so")).data == b"ID3"
    assert kiosk.get(screen.replace("man-hinh", "giong/x")).status_code == 404


def test_an_appointment_is_made_moved_and_cancelled(
    citizen: Callable[..., FlaskClient],  # noqa: F811
) -> None:
    browser = citizen()
    address = "/cong-dan/lich-hen/moi?co-quan=H31.11"
    times = re.findall(r'<option value="(20[^"]+)"', browser.get(address).text)
    wrong = post(browser, address, {"co-quan": "H31.11", "gio": ""})
    assert wrong.status_code == 422 and "Chọn một giờ" in wrong.text
    assert post(browser, address, {"co-quan": "H31.11", "gio": times[-1]}).status_code == 302
    page = browser.get("/cong-dan/lich-hen").text
    assert re.search(r">\d{6}<", page)
    mine = re.findall(r'href="(/cong-dan/lich-hen/[0-9a-f-]{20,})"', page)[0]
    assert post(browser, mine, {"gio": times[-2]}).status_code == 302
    other = citizen("0987654321")
    assert other.get(mine).status_code == 404
    assert post(browser, mine, {"lam": "huy"}).status_code == 302
    assert "Bạn chưa đặt lịch hẹn nào" in browser.get("/cong-dan/lich-hen").text
