"""Two provinces, each an installation of its own on a database of its own, and one axis between them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine import worklist
from engine.calendar import VIETNAM
from engine.store import Database
from engine.worker import drain
from procedures import agencies, bundles, dossiers, files, officials, tasks
from procedures.actor import SYSTEM, Actor
from procedures.documents import incoming, outgoing, queries, signing
from procedures.documents.outgoing import Draft
from procedures.documents.values import Document, Incoming
from procedures.exchange.axis import receiving, tracked
from procedures.exchange.axis.client import Agency, Client
from procedures.installation import install
from procedures.letters.rendering import render
from procedures.settings import Axis, Settings
from procedures.signatures import judging, trust
from procedures.vocabulary.documents import INCOMING
from tests.procedures.documents.office import ROUTES
from tests.serving import serving
from web.simulators import axis as simulator

NORTH, SOUTH, PLAYED = "N01.1", "S02.1", "000.00.00.G22"
SECRETS = {"N01": "bí mật phía bắc", "S02": "bí mật phía nam"}
PEOPLE = {
    "vanthu": ("Đinh Thị Giang", "Văn thư", "van_thu"),
    "lanhdao": ("Phạm Văn Dũng", "Chủ tịch", "lanh_dao"),
    "truong": ("Trần Văn Hùng", "Chánh văn phòng", "truong_don_vi"),
    "chuyenvien": ("Lê Thị Chi", "Chuyên viên", "chuyen_vien"),
}


@dataclass
class Province:
    """An agency with its officials and routes, joined to the axis."""

    database: Database
    code: str
    settings: Settings
    now: datetime = datetime(2026, 7, 27, 9, 0, tzinfo=VIETNAM)
    actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database.clock = lambda: self.now
        self.database.installation = install(self.settings)
        agencies.add(self.database, self.code, f"Ủy ban nhân dân tỉnh {self.code}", level="tinh", by="thu")
        for username, (name, title, role) in PEOPLE.items():
            officials.add(self.database, username, name, agency=self.code, title=title, by="thu")
            officials.grant(self.database, username, role, self.code, by="thu")
            self.actors[username] = Actor(username, name, title, self.code, frozenset({role}), frozenset({self.code}))
        bundles.deploy_all(self.database, ROUTES, SYSTEM)

    def __getitem__(self, username: str) -> Actor:
        return self.actors[username]

    def work(self, seconds: float = 61) -> None:
        """Time goes by, and the worker does what is due."""
        self.now += timedelta(seconds=seconds)
        receiving.begin(self.database)
        drain(self.database)

    def step(self, id: str, element: str, username: str, outcome: str, **said: Any) -> None:
        task = next(one for one in worklist.of_instance(self.database, id) if one.element == element)
        tasks.complete(self.database, task.id, outcome, said, self[username])

    def send(self, subject: str, others: str, **more: Any) -> Document:
        """A document that goes out to those recipients."""
        source = f'#set text(font: "Tinos", lang: "vi")\nQUYẾT ĐỊNH\\\n{subject}\\\n'
        pdf = files.put(self.database, render(source.encode(), {}, at=self.now), "du-thao.pdf")
        said = Draft(self.code, "QĐ", subject, others=others, **more)
        made = outgoing.draft(self.database, said, pdf, self["chuyenvien"])
        self.step(made.id, "soan_thao", "chuyenvien", "trinh")
        self.step(made.id, "ky_nhay_don_vi", "truong", "ky_nhay")
        self.step(made.id, "ky_nhay_van_phong", "truong", "ky_nhay")
        self.step(made.id, "ky_duyet", "lanhdao", "duyet", tham_quyen="TM")
        if "lanhdao" in self.settings.signing_keys.officials:
            self.sign(made.code)
        self.step(made.id, "cap_so", "vanthu", "cap_so")
        drain(self.database)  # the agency's seal, where it has one
        self.step(made.id, "phat_hanh", "vanthu", "phat_hanh")
        return self.document(made.code)

    def sign(self, code: str, shown: str = "", pin: str = "123456") -> None:
        """The leader signs what is there, or what was shown."""
        shown = shown or self.document(code).sha256 or ""
        with dossiers.pen(self.database, self["lanhdao"], pin) as pen:
            signing.sign(self.database, code, shown, self["lanhdao"], pen)

    def document(self, code: str) -> Document:
        return queries.find(self.database, code, self["vanthu"])

    def tray(self) -> list[Document]:
        """All that came, the oldest first."""
        rows = queries.listing(self.database, self["vanthu"], INCOMING, agency=self.code).rows
        return list(reversed(rows))

    def register(self, came: Document) -> Document:
        said = Incoming(came.notation, came.issuer, came.subject, came.kind, came.issued_on)
        return incoming.register(self.database, came.code, said, self["vanthu"])

    def work_through(self, came: Document) -> None:
        """From the register to the file."""
        made = self.register(came)
        self.step(made.id, "but_phe", "lanhdao", "giao_xu_ly", but_phe="Xử lý", don_vi_chu_tri=self.code)
        self.step(made.id, "phan_cong", "truong", "phan_cong", don_vi_chu_tri=self.code, nguoi_xu_ly="chuyenvien")
        self.step(made.id, "xu_ly", "chuyenvien", "xong", ket_qua_xu_ly="Đã trả lời")
        self.step(made.id, "bao_cao", "chuyenvien", "trinh", bao_cao="Đã trả lời")
        self.step(made.id, "duyet_bao_cao", "truong", "dat")
        self.step(made.id, "luu_ho_so", "vanthu", "da_luu", ho_so_cong_viec="HS", thoi_han_luu="10")


@dataclass
class Nation:
    """The axis with both provinces."""

    axis: simulator.Axis
    north: Province
    south: Province

    def settle(self) -> None:
        """Both work until nothing more is on its way."""
        for _ in range(60):
            for one in (self.north, self.south):
                one.work(8000)
            if self.quiet:
                return
            time.sleep(self.axis.late / 4 if self.axis.faults else 0)
        raise AssertionError("the provinces do not come to rest")

    @property
    def quiet(self) -> bool:
        held = list(self.axis.held.values())
        fetched = all(
            system in one.statuses
            for one in held
            for system in {self.axis.systems[to] for to in one.receivers} & set(SECRETS)
        )
        return fetched and not any(tracked.health(one.database).unsent for one in (self.north, self.south))


class Verifier:
    """Judges in this process: the bounds are another test's."""

    def __init__(self, trusted: str) -> None:
        self.trusted = trust.load(trusted)

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def judge(self, path: Path) -> dict[str, Any]:
        return judging.judge_file(path, self.trusted).as_dict()


@contextmanager
def nation(first: Database, second: Database, folder: Path, faults: tuple[str, ...] = ()) -> Iterator[Nation]:
    """Both provinces, registered at the axis, knowing of each other."""
    server, axis = simulator.serve(SECRETS, {PLAYED: "Văn phòng Chính phủ (mô phỏng)"}, late=0.2)
    with serving(server) as address:
        made = []
        for database, code in ((first, NORTH), (second, SOUTH)):
            system = code.partition(".")[0]
            known = Axis(address, system, SECRETS[system])
            one = Province(database, code, Settings(home=folder / code, axis=known, secret_key=code * 10))
            Client(known).register(Agency(code, f"Ủy ban nhân dân tỉnh {code}"))
            made.append(one)
        for one in made:
            receiving.sync_agencies(one.database)
        axis.faults = frozenset(faults)
        yield Nation(axis, *made)
