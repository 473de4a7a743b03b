"""What a citizen has begun: kept, told once that it is unfinished, disposed of by its rule; sent once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import audit
from engine.refusal import Refusal
from engine.store.tables import job
from engine.worker import drain
from procedures import bundles, dossiers, files
from procedures.citizens import drafts, pages, people, sending
from procedures.dossiers import Applicant
from procedures.store.citizens import submission, submission_file
from procedures.store.dossier import dossier
from tests.procedures.town import AGENCY, CODE, PDF, Town

ANSWERS: dict[str, Any] = {
    "co_quan": AGENCY,
    "so_ban": "1",
    "cho_ai": "self",
    "nguoi_nop": {"ho_ten": "Hoàng Thị Hoa", "dien_thoai": "0912345678", "dia_chi": "Thôn Đông"},
    "to_khai": {"ho_ten": "Hoàng Thị Hoa", "loai": "doc", "ngay_sinh": "", "so_nam": ""},
}


def begun(town: Town, phone: str = "0912345678") -> tuple[str, str]:
    """A citizen, and a draft of theirs with all that is asked for."""
    with town.database.begin() as tx:
        citizen = people.add(tx, Applicant("", phone=phone))
    id = drafts.begin(town.database, citizen, CODE)
    drafts.keep(town.database, citizen, id, ANSWERS, "kiem-tra")
    stored = files.put(town.database, PDF, "đơn.pdf")
    for component in ("don", "anh"):
        drafts.add_paper(town.database, citizen, id, component, stored)
    return citizen, id


def there(town: Town) -> tuple[int, ...]:
    """How many drafts there are, and files of theirs."""
    with town.database.begin() as tx:
        counts = (tx.read(select(func.count()).select_from(one)).scalar() for one in (submission, submission_file))
        return tuple(one or 0 for one in counts)


def messages(town: Town) -> list[str]:
    folder = town.folder / "home" / "sms"
    return [one.read_text("utf-8") for one in folder.glob("*.txt")] if folder.exists() else []


def test_an_unfinished_one_is_told_once_and_disposed_of_by_its_rule(either_town: Town) -> None:
    town = either_town
    citizen, id = begun(town)
    town.move(days=40)
    drafts.keep(town.database, citizen, id, {"so_ban": "2"}, "noi-nop")  # its owner was here: its time begins anew
    town.move(days=14)
    drain(town.database)
    assert messages(town) == [] and there(town) == (1, 2)
    town.move(days=40)
    drain(town.database)
    (told,) = messages(town)
    assert "soạn dở" in told and "0912345678" in told and "Hoàng Thị Hoa" not in told
    town.move(days=6)
    drain(town.database)
    assert there(town) == (1, 2) and len(messages(town)) == 1
    town.move(days=2)
    drain(town.database)
    assert there(town) == (0, 0) and len(messages(town)) == 1
    with town.database.begin() as tx:
        assert tx.read(select(func.count()).select_from(job).where(job.c.root_id == id)).scalar() == 0


def test_sent_by_two_at_once_it_is_one_dossier(either_town: Town) -> None:
    town = either_town
    citizen, id = begun(town)
    made: list[sending.Sent] = []
    callers = [
        threading.Thread(target=lambda: made.append(sending.send(town.database, citizen, id, 1, true=True)))
        for _ in range(4)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(made) == 4 and len({one.code for one in made}) == 1
    with town.database.begin() as tx:
        assert tx.read(select(func.count()).select_from(dossier)).scalar() == 1
    assert there(town) == (1, 0)
    assert audit.verify(town.database)["broken"] == []


@pytest.mark.parametrize(
    ("change", "page"),
    [
        ({"co_quan": "T.9"}, "noi-nop"),
        ({"so_ban": "0"}, "noi-nop"),
        ({"cho_ai": "proxy"}, "cho-ai"),
        ({"nguoi_nop": {"ho_ten": "Hoa", "dien_thoai": "1", "dia_chi": "x"}}, "nguoi-nop"),
        ({"to_khai": {"so_nam": "9"}}, "to-khai-1"),
        ({"to_khai": {"ho_ten": ""}}, "to-khai-1"),
    ],
)
def test_what_is_wrong_keeps_it_from_being_sent_and_names_the_page(
    either_town: Town, change: dict[str, Any], page: str
) -> None:
    town = either_town
    citizen, id = begun(town)
    drafts.keep(town.database, citizen, id, change, "kiem-tra")
    with pytest.raises(Refusal, match="chưa đủ hoặc chưa đúng"):
        sending.send(town.database, citizen, id, 1, true=True)
    with town.database.begin() as tx:
        draft = drafts.get(tx, citizen, id)
        assert draft is not None
        shape = pages.outline(tx, bundles.procedure(tx, CODE), draft.answers)
        assert next(iter(sending.faults(tx, shape, draft))) == page
        assert tx.read(select(func.count()).select_from(dossier)).scalar() == 0


def test_nobody_elses_id_reaches_a_draft(either_town: Town) -> None:
    town = either_town
    citizen, id = begun(town)
    other, _theirs = begun(town, "0987654321")
    assert drafts.get(town.database, other, id) is None
    assert not drafts.keep(town.database, other, id, {"co_quan": ""}, "x")
    assert not drafts.discard(town.database, other, id)
    assert drafts.papers(town.database, other, id) == []
    with pytest.raises(Refusal):
        drafts.add_paper(town.database, other, id, "khac", files.put(town.database, PDF, "x.pdf"))
    with pytest.raises(Refusal):
        sending.send(town.database, other, id, 1, true=True)
    paper = drafts.papers(town.database, citizen, id)[0]
    assert not drafts.drop_paper(town.database, other, id, paper.id)
    assert len(drafts.papers(town.database, citizen, id)) == 2


def test_what_was_sent_is_a_registered_dossier_with_its_papers_and_its_fee(either_town: Town) -> None:
    town = either_town
    citizen, id = begun(town)
    made = sending.send(town.database, citizen, id, 1, true=True)
    found = dossiers.get(town.database, made.dossier)
    assert (found.status, found.channel, found.applicant.name) == (1, "truc_tuyen", "Hoàng Thị Hoa")
    assert {one["code"]: len(one["files"]) for one in dossiers.components(town.database, made.dossier)} == {
        "don": 1,
        "anh": 1,
        "khac": 0,
    }
    assert dossiers.accept_online(town.database, made.dossier, town["an"]).due is not None
