"""The town with a registry: its clerk, a unit of its own, the clerk of another commune, and the routes of documents."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from engine import worklist
from procedures import agencies, bundles, files, officials, tasks
from procedures.actor import SYSTEM, Actor
from procedures.documents import incoming
from procedures.documents.values import Document, Incoming
from procedures.letters.rendering import render
from tests.procedures.town import AGENCY, Town

ROUTES = Path(__file__).parents[3] / "bpmn" / "routes"
UNIT, ELSEWHERE = "T.2.1", "T.3"
MORE = {
    "giang": ("Đinh Thị Giang", "Văn thư", AGENCY, ("van_thu",)),
    "hung": ("Trần Văn Hùng", "Trưởng phòng", UNIT, ("truong_don_vi",)),
    "khanh": ("Lê Khánh", "Chuyên viên", UNIT, ("chuyen_vien",)),
    "lien": ("Hoàng Thị Liên", "Văn thư", ELSEWHERE, ("van_thu",)),
    "minh": ("Đỗ Văn Minh", "Chủ tịch", ELSEWHERE, ("lanh_dao",)),
    "quan": ("Quản trị", "Quản trị hệ thống", AGENCY, ("quan_tri",)),
}
LETTER = """
#set page(paper: "a4", margin: (left: 3cm, rest: 2cm))
#set text(font: "Tinos", size: 13pt, lang: "vi")
ỦY BAN NHÂN DÂN\\
TỈNH HƯNG YÊN\\
Số: 1204/UBND-NC\\
V/v báo cáo cải cách hành chính quý IV

Hưng Yên, ngày 20 tháng 07 năm 2026

Kính gửi: Ủy ban nhân dân các xã, phường

Đề nghị các địa phương báo cáo về giếng khoan trái phép.
"""


def furnish(town: Town) -> Town:
    """Adds the registry to the town. It is Monday, 27 July 2026 there: the routes' legal bases are in effect."""
    town.move(days=147)
    database = town.database
    agencies.add(database, UNIT, "Phòng Kinh tế xã Đông Hưng", level="xa", parent=AGENCY, by="thu")
    for username, (name, title, place, roles) in MORE.items():
        officials.add(database, username, name, agency=place, title=title, by="thu")
        for role in roles:
            officials.grant(database, username, role, place, by="thu")
        town.actors[username] = Actor(
            username, name, title, place, frozenset(roles), frozenset({place}), everything="quan_tri" in roles
        )
    bundles.deploy_all(database, ROUTES, SYSTEM)
    return town


def entry(**more: Any) -> Incoming:
    """What the clerk enters of a letter."""
    said: dict[str, Any] = {
        "notation": "1204/UBND-NC",
        "issuer": "Ủy ban nhân dân tỉnh Hưng Yên",
        "subject": "Về việc báo cáo cải cách hành chính quý IV",
        "issued_on": date(2026, 7, 20),
        "medium": "giay",
    }
    return Incoming(**{**said, **more})


def letter(town: Town, source: str = LETTER, name: str = "cong-van.pdf") -> files.Stored:
    """A letter as PDF with its words in it."""
    return files.put(town.database, render(source.encode(), {}, at=town.now), name)


def registered(town: Town, **more: Any) -> Document:
    """A document in the register, its route begun."""
    came = incoming.arrive(town.database, AGENCY, None, town["giang"], paper=True)
    return incoming.register(town.database, came.code, entry(**more), town["giang"], no_double="Gửi lại")


def task(town: Town, id: str, element: str, who: str = "") -> worklist.WorkItem:
    """The open task of a document at that element (of several, of that person's)."""
    found = [one for one in worklist.of_instance(town.database, id) if one.element == element]
    return next(one for one in found if not who or who in one.groups[0])


def do(town: Town, username: str, id: str, element: str, outcome: str, reason: str = "", **said: Any) -> None:
    """That person completes that step."""
    tasks.complete(town.database, task(town, id, element).id, outcome, said, town[username], reason=reason)


def directed(town: Town, id: str, lead: str = UNIT, **more: Any) -> None:
    """The leader gives it to its lead unit."""
    do(town, "dung", id, "but_phe", "giao_xu_ly", but_phe="Phòng Kinh tế tham mưu", don_vi_chu_tri=lead, **more)
