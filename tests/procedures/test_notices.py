"""Mail through the outbox: little in it, sent once though the worker looks twice, by SMTP or into a folder."""

from __future__ import annotations

import email
import socket
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from engine.store.tables import job
from engine.worker import drain
from procedures import forms, notices, settings
from procedures.dossiers import Applicant
from procedures.installation import install
from tests.procedures.town import Town


class Inbox:
    """An SMTP server that keeps what it gets."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def files(town: Town) -> list[Any]:
    folder = town.folder / "home" / "mail"
    return [email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]


def test_a_citizen_learns_of_the_receipt_and_no_more_than_needed(town: Town) -> None:
    received = town.receive()
    drain(town.database)
    drain(town.database)
    to_citizen = [one for one in files(town) if one["To"] == "hoa@thu.test" and "Đã tiếp nhận" in one["Subject"]]
    (mail,) = to_citizen
    body = mail.get_content()
    assert received.code in body and "17 giờ 00 phút, ngày 05 tháng 03 năm 2026" in body and "/tra-cuu?ma=" in body
    for private in ("Hoàng Thị Hoa", "033190001234", "0912345678", "Thôn Đông"):
        assert private not in body


def test_who_left_no_address_gets_no_mail(town: Town) -> None:
    town.receive(applicant=Applicant("Không Thư", "033190001234"))
    drain(town.database)
    assert files(town) == []


def test_a_name_cannot_smuggle_a_header_in(town: Town) -> None:
    with pytest.raises(forms.Invalid, match="thư điện tử"):
        town.receive(applicant=Applicant("A", "033190001234", email="a@x.test\nBcc: b@x.test"))
    drain(town.database)
    assert files(town) == []


def test_where_a_server_is_configured_mail_goes_there(town: Town) -> None:
    inbox = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        mail = settings.Mail("127.0.0.1", port, sender="motcua@xa.test")
        town.database.installation = install(settings.Settings(home=town.folder / "home", mail=mail))
        town.receive()
        drain(town.database)
    finally:
        controller.stop()
    assert {one["From"] for one in inbox.got} == {"motcua@xa.test"}
    assert any("Được tiếp nhận" in one["Subject"] or "Đã tiếp nhận" in one["Subject"] for one in inbox.got)
    assert files(town) == []


class Refusing(Inbox):
    """One that takes nothing now."""

    async def handle_RCPT(self, _server: Any, _session: Any, _envelope: Any, address: str, _options: Any) -> str:
        return f"450 {address} later"


@pytest.mark.parametrize("away", [False, True])
def test_a_mail_that_is_not_taken_waits_and_nobody_reads_for_whom_it_was(
    town: Town, caplog: pytest.LogCaptureFixture, away: bool
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = None if away else Controller(Refusing(), hostname="127.0.0.1", port=port)
    if controller is not None:
        controller.start()
    try:
        mail = settings.Mail("127.0.0.1", port)
        town.database.installation = install(settings.Settings(home=town.folder / "home", mail=mail))
        town.receive()
        drain(town.database)
    finally:
        if controller is not None:
            controller.stop()
    with town.database.begin() as tx:
        waiting = tx.read(select(job).where(job.c.kind == "mail")).all()
    assert waiting and {one.attempts for one in waiting} == {1}
    said = "".join(one.last_error for one in waiting) + caplog.text
    assert "Máy chủ thư" in said and "hoa@" not in said and "Traceback" not in caplog.text


def test_who_left_a_mobile_number_and_no_address_gets_a_text_message_and_the_desk_sees_what_does_not_arrive(
    town: Town,
) -> None:
    received = town.receive(applicant=Applicant("Không Thư", "033190001234", "+84 912 345 678", "", "Thôn Đông"))
    town.receive(applicant=Applicant("Bàn Máy", "033190001235", "0221 3863 111", "", "Thôn Đông"))
    drain(town.database)
    told = [one.read_text("utf-8") for one in (town.folder / "home" / "sms").glob("*.txt")]
    assert told and all(one.startswith("0912345678\n") and received.code in one for one in told)
    assert any("Đã tiếp nhận" in one and "Thời gian hẹn trả kết quả" in one for one in told)
    assert "Không Thư" not in "".join(told) and "033190001234" not in "".join(told)
    with town.database.begin() as tx:
        assert notices.undelivered(tx, received.id) == []
        notices.text(tx, received.id, "0912345678", "Hồ sơ")
        tx.execute(update(job).where(job.c.root_id == received.id, job.c.kind == "sms").values(retries_left=0))
        assert notices.undelivered(tx, received.id) == [("sms", "…5678")]
