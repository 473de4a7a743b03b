# ruff: noqa: F401, F811 - fixtures of other rooms
"""An outgoing document is signed on its page: by a telephone in a run of its own, and what will be seen is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from engine.store import Database
from procedures import files
from procedures.letters.rendering import render
from procedures.signatures.authority import Authority, Issued
from procedures.signatures.keys import Key, Keys
from procedures.signatures.verdicts import Judged
from procedures.store.documents import document
from tests.procedures.signatures.conftest import authority, judge, leader, plain, trusted
from tests.procedures.signatures.test_signing import images
from tests.web.conftest import post
from tests.web.test_documents import People, drafted, province_template, rows
from tests.web.test_remote_signing import Phone, phone, pressed, row
from tests.web.test_signed_results import install


def test_by_the_telephone_what_was_shown_is_signed_and_a_second_time_it_is_not(
    signed_in: People,
    database: Database,
    authority: Authority,
    phone: Phone,
    row: dict[str, str],
    images: Any,
    judge: Callable[[bytes], Judged],
) -> None:
    install(database, authority, Keys({"lanhdao": Key({}, {}, images / "ky.png", 0, "", row)}, {}))
    source = '#set text(font: "Tinos")\nQUYẾT ĐỊNH\\\n#v(4cm)\nVũ Đình Phong\\\n'
    paper = render(source.encode(), {}, at=database.clock())
    assert drafted(signed_in("chuyenvien")).status_code == 302
    (made,) = rows(database)
    with database.begin() as tx:
        sha256 = files.put(tx, paper, "quyet-dinh.pdf").sha256
        said = {"state": "da_duyet", "approved_by": "lanhdao", "approved_at": tx.now, "sha256": sha256}
        tx.execute(update(document).where(document.c.id == made.id).values(**said))
    boss, address = signed_in("lanhdao"), f"/van-ban/{made.code}"
    page = boss.get(address).text
    assert f"{address}/chu-ky.png" in page and 'name="da_xem"' in page and 'href="#ky-so"' in page
    assert f"{address}#ky-so" in boss.get("/cong-viec").text and "#ky-so" not in signed_in("vanthu").get(address).text
    assert boss.get(f"{address}/chu-ky.png").data.startswith(b"\x89PNG")
    assert signed_in("vanthu").get(f"{address}/chu-ky.png").status_code in (403, 404)
    for who in ("vanthu", "lanhdao.yenmy"):  # nobody signs in another's place
        somebody = signed_in(who)
        assert post(somebody, f"{address}/ky-so", {"da_xem": sha256}, page="/cong-viec").status_code in (403, 404)
    other = post(boss, f"{address}/ky-so", {"da_xem": "a" * 64}, page=address)
    assert "đã thay đổi sau khi bạn mở" in other.text
    at = post(boss, f"{address}/ky-so", {"da_xem": sha256}, page=address).headers["Location"]
    pressed(phone, True)
    assert "Đã ký cả 1 việc." in _ended(boss, at)
    now = rows(database)[0].sha256
    judged = judge(files.read(database, now))
    assert judged.verdict == "valid" and judged.signatures[0].signer.startswith("Trần Thị Mẫu")
    assert f"{address}/ky-so" not in boss.get(address).text and "#ky-so" not in boss.get("/cong-viec").text
    assert boss.get(f"{address}/chu-ky.png").status_code == 404
    again = post(boss, f"{address}/ky-so", {"da_xem": now}, page=address)
    assert "một lần" in again.text


def _ended(boss: FlaskClient, at: str) -> str:
    until = time.monotonic() + 60
    while "Refresh" in (answer := boss.get(at)).headers:
        assert time.monotonic() < until
        time.sleep(0.05)
    return answer.text
