"""Being away, as one says it on the page: one's own, somebody else's, what is wrong told beside its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from engine.store import Database
from procedures import absences, agencies
from tests.web.conftest import post

SignedIn = Callable[[str], FlaskClient]


def test_an_absence_is_said_seen_and_ended(signed_in: SignedIn, database: Database) -> None:
    official = signed_in("chuyenvien")
    with database.begin() as tx:
        today = agencies.today(tx)
    said = {"tu_ngay": f"{today:%d/%m/%Y}", "den_ngay": f"{today + timedelta(days=4):%d/%m/%Y}", "ly_do": "đi công tác"}
    wrong = post(official, "/vang-mat/chuyenvien", said, page="/vang-mat")
    assert wrong.status_code == 422 and "Chọn người làm thay" in wrong.text and 'value="đi công tác"' in wrong.text
    substitute = next(name for name, _ in absences.choices(database, "chuyenvien") if name == "truongdonvi")
    sent = post(official, "/vang-mat/chuyenvien", {**said, "nguoi_thay": substitute}, page="/vang-mat")
    assert sent.status_code == 302 and "đang vắng" in official.get("/vang-mat").text
    assert "Bạn đang báo vắng" in official.get("/cong-viec").text
    head = signed_in("truongdonvi")
    assert "Bạn đang làm thay" in head.get("/cong-viec").text
    team = head.get("/vang-mat").text
    assert "làm thay" in team and "/vang-mat/chuyenvien" in team
    (one,) = absences.of(database, "chuyenvien")
    back = post(head, f"/vang-mat/chuyenvien/{one.id}/ket-thuc", {}, page="/vang-mat/chuyenvien")
    assert back.status_code == 302 and "Bạn đang báo vắng" not in official.get("/cong-viec").text


def test_who_has_no_say_sees_and_changes_nothing(signed_in: SignedIn, database: Database) -> None:
    clerk = signed_in("motcua")
    assert clerk.get("/vang-mat/chuyenvien").status_code == 403 and clerk.get("/vang-mat/khong-co").status_code == 404
    for path in ("/vang-mat/chuyenvien", "/vang-mat/chuyenvien/x/ket-thuc"):
        assert post(clerk, path, {"ly_do": "x"}, page="/vang-mat").status_code == 403
    assert post(clerk, "/vang-mat/motcua/x/ket-thuc", {}, page="/vang-mat").status_code == 404
    assert absences.of(database, "chuyenvien") == []
    assert signed_in("quantri").get("/vang-mat/chuyenvien").status_code == 200
