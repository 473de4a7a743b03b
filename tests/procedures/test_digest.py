"""Before a working day officials learn what is before them, once; who has nothing, is away or gone learns nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from email import message_from_bytes
from email.policy import default

from engine.calendar import VIETNAM
from engine.worker import drain
from procedures import absences, digest, officials, tasks
from procedures.absences import Asked
from procedures.installation import install
from procedures.settings import Mail, current
from procedures.store.people import account
from tests.procedures.town import Town

OPEN = {"password": None, "must_change": False, "active": True, "epoch": "1"}


def mails(town: Town) -> dict[str, tuple[str, str]]:
    """Subject and text by address, of what lies in the outbox's folder, which is emptied."""
    found = {}
    for file in sorted((town.folder / "mail").glob("*.eml")):
        said = message_from_bytes(file.read_bytes(), policy=default)
        body = said.get_body()
        if not str(said["Subject"]).startswith("["):  # about one dossier
            found[str(said["To"])] = (str(said["Subject"]), str(body.get_content()) if body else "")
        file.unlink()
    return found


def at(town: Town, day: int, hour: int) -> dict[str, tuple[str, str]]:
    """What is mailed when the worker looks at that moment."""
    town.now = datetime(2026, 3, day, hour, 0, tzinfo=VIETNAM)
    drain(town.database)
    found = mails(town)
    digest.plan(town.database)
    digest.plan(town.database)  # another worker
    return {to: said for to, said in found.items() if "@xa.test" in to}


def test_each_working_day_each_official_is_told_once(either_town: Town) -> None:
    town = either_town
    said = replace(current(town.database), daily_mail=time(7), mail=Mail(folder=town.folder / "mail"))
    town.database.installation = install(said)
    with town.database.begin() as tx:
        for username in ("an", "chi", "binh", "dung"):
            tx.execute(account.insert().values(username=username, **OPEN, created_at=tx.now))
    held, free = town.receive(), town.receive()
    tasks.claim(town.database, town.task(held.id).id, town["chi"])
    assert at(town, 2, 9) == {}
    told = at(town, 3, 8)
    assert set(told) == {"chi@xa.test"}
    subject, text = told["chi@xa.test"]
    assert subject == "1 việc quá hạn"
    assert "Đang giữ: 1 việc (quá hạn 1, sắp đến hạn 0, chưa mở 1)." in text and held.code in text
    assert "Đơn vị còn 1 việc chưa ai nhận." in text and free.code not in text and "/cong-viec" in text
    assert at(town, 3, 12) == {}
    absences.begin(town.database, "chi", Asked(date(2026, 3, 4), date(2026, 3, 5), "an", "nghỉ phép"), town["chi"])
    mails(town)
    assert set(at(town, 4, 8)) == {"an@xa.test"}, "the substitute is told in the place of who is away"
    assert set(at(town, 6, 8)) == {"chi@xa.test"}
    assert at(town, 7, 8) == {}, "a Saturday"
    officials.leave(town.database, "chi", date(2026, 3, 7), by="thu", reason="chuyển công tác")
    assert at(town, 9, 8) == {}
