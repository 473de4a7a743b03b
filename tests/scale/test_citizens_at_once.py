"""A thousand citizens hand in at once, to two servers on PostgreSQL: no dossier is lost or doubled, no number is
missing, and no server holds what is uploaded. ``MOTCUA_CITIZENS=1000`` runs it whole; a hundred without."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from engine.store import Database
from procedures.citizens import people, signing_in
from procedures.dossiers import Applicant
from procedures.store.citizens import dossier_owner
from procedures.store.dossier import dossier
from procedures.store.papers import dossier_file
from tests.conftest import Server
from tests.journeys.system import ROOT, System, environment
from tests.procedures.town import PDF
from web.app import create_app
from web.config import load

pytestmark = pytest.mark.slow
PEOPLE = int(os.environ.get("MOTCUA_CITIZENS", "100"))
UPLOAD = PDF.replace(b"%%EOF", b"%" + b"x" * (3 * 1024 * 1024) + b"\n%%EOF")
PIECE = 1024 * 1024
CHILD = {
    "quan_he": "me",
    "ho_ten_tre": "Nguyễn Văn Bé",
    "gioi_tinh": "nam",
    "ngay_sinh_tre": "20/11/2026",
    "noi_sinh": "Bệnh viện Đa khoa tỉnh",
    "ngay_sinh_me": "01/02/1990",
}


@dataclass
class Browser:
    """One citizen, signed in: what they do, and how long each answer took."""

    address: str
    cookie: str
    number: int
    took: list[float] = field(default_factory=list)
    sent: str = ""
    trouble: str = ""

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=600)
        begun = time.monotonic()
        try:
            line.request(method, path, body, {"Cookie": self.cookie, "Connection": "close", **(headers or {})})
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            line.close()
        self.took.append(time.monotonic() - begun)
        fresh = answer.headers.get("Set-Cookie", "")
        if fresh.startswith("motcua="):
            self.cookie = fresh.partition(";")[0]
        return answer.status, answer.headers.get("Location", ""), text

    def post(self, path: str, data: dict[str, str]) -> str:
        """A form of a page, sent; where it leads."""
        page = self.call("GET", path)[2]
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None, f"{path}: no form"
        known = {key: value for key, value in data.items() if f'name="{key}"' in page} | {"csrf_token": token[1]}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, onward, said = self.call("POST", path, urlencode(known).encode(), form)
        assert status == 302, (path, status, re.findall(r'error-message">(.*?)</p>', said, re.S)[:3])
        return onward

    def upload(self, path: str) -> None:
        """A paper in pieces."""
        page = self.call("GET", path)[2]
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        where = re.search(r'data-upload="([^"]+)"', page)
        assert token is not None and where is not None
        tus = {"Tus-Resumable": "1.0.0", "X-CSRFToken": token[1]}
        begun = {**tus, "Upload-Length": str(len(UPLOAD)), "Upload-Metadata": "filename Z2lheS5wZGY="}
        status, at, said = self.call("POST", where[1].replace("&amp;", "&"), b"", begun)
        assert status == 201, (status, said)
        for start in range(0, len(UPLOAD), PIECE):
            piece = {**tus, "Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
            status, _onward, said = self.call("PATCH", at, UPLOAD[start : start + PIECE], piece)
            assert status == 204, (status, said)

    def hand_in(self) -> None:
        """A birth, from the first page to the confirmation."""
        said = {
            "co_quan": "H31.11",
            "ho_ten": f"Nguyễn Thị Thử {self.number}",
            "dien_thoai": f"09{self.number:08d}",
            "dia_chi": "Thôn 1, xã Thử",
            "noi_cu_tru_me": "Thôn 1, xã Thử",
            **CHILD,
        }
        at = self.post("/thu-tuc/1.001193/nop", {})
        for _page in range(20):
            if at.endswith("/da-nop"):
                self.sent = at
                return
            if re.search(r"/giay-to-\d+$", at):
                self.upload(at)
            at = self.post(at, said | {"cam_doan": "1"})
        raise AssertionError(f"never came to the end: {at}")

    def run(self, together: threading.Barrier) -> None:
        """The same, with all others, and what went wrong kept for the end."""
        together.wait()
        try:
            self.hand_in()
        except (AssertionError, OSError, http.client.HTTPException) as wrong:
            self.trouble = f"{type(wrong).__name__}: {wrong}"


def peak_megabytes(system: System) -> dict[str, int]:
    """The most memory that each server has held."""
    found = {}
    for name, process in system.processes.items():
        status = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split() or [str(process.pid)]
        peaks = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{one}/status").read_text()) for one in status]
        found[name] = max(int(one[1]) // 1024 for one in peaks if one is not None)
    return found


def signed_in(database: Database, home: Path, address: str, count: int) -> list[Browser]:
    """So many citizens, each with a session of their own."""
    app = create_app(load({"MOTCUA_HOME": str(home), "MOTCUA_DATABASE": str(database.url)}), database)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    browsers = []
    for number in range(count):
        with database.begin() as tx:
            citizen = people.add(tx, Applicant("", phone=f"09{number:08d}"))
            token = signing_in.begin(tx, citizen, 1)
        browsers.append(Browser(address, f"motcua={signer.dumps({'citizen': token})}", number))
    return browsers


def province(home: Path, url: str) -> dict[str, Any]:
    """The demo province without dossiers, however long a busy machine takes for it."""
    asked = [sys.executable, "-m", "web", "demo", "--data-only", "--json", "--dossiers", "0"]
    done = subprocess.run(asked, cwd=ROOT, env=environment(home, url), capture_output=True, text=True, check=True)
    known: dict[str, Any] = json.loads(done.stdout)
    return known


def test_citizens_hand_in_at_once_and_nothing_is_lost_or_doubled(postgresql: Server, tmp_path: Path) -> None:
    postgresql.sql("CREATE DATABASE citizens_at_once")
    url = postgresql.url("citizens_at_once")
    known = province(tmp_path / "home", url)
    with System(tmp_path / "home", known, database=url, servers=2) as system:
        database = system.open()
        addresses = list(system.addresses.values())
        browsers = signed_in(database, tmp_path / "home", addresses[0], PEOPLE)
        for one in browsers:
            one.address = addresses[one.number % len(addresses)]
        resting = peak_megabytes(system)
        together = threading.Barrier(PEOPLE)
        callers = [threading.Thread(target=one.run, args=(together,)) for one in browsers]
        begun = time.monotonic()
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        seconds, peaks = time.monotonic() - begun, peak_megabytes(system)
        with database.begin() as tx:
            codes = [row.code for row in tx.read(select(dossier.c.code).where(dossier.c.channel == "truc_tuyen"))]
            owners = tx.read(select(func.count(func.distinct(dossier_owner.c.citizen)))).scalar()
            owned = tx.read(select(func.count()).select_from(dossier_owner)).scalar()
            kept = tx.read(select(func.count()).select_from(dossier_file)).scalar()
        database.close()
    took = sorted(second for one in browsers for second in one.took)
    print(json.dumps({
        "citizens": PEOPLE, "seconds": round(seconds, 1), "requests": len(took),
        "p50_s": round(took[len(took) // 2], 2), "p95_s": round(took[int(len(took) * 0.95)], 2),
        "resting_mb": resting, "peak_mb": peaks,
    }))  # fmt: skip
    assert [one.trouble for one in browsers if one.trouble] == []
    assert len(codes) == len(set(codes)) == owned == owners == PEOPLE and kept == PEOPLE
    numbers: dict[str, list[int]] = {}
    for code in codes:
        day, _, number = code.rpartition("-")
        numbers.setdefault(day, []).append(int(number))
    assert all(max(one) - min(one) + 1 == len(one) for one in numbers.values()), "a number is missing"
    assert all(peak - resting[name] < 250 for name, peak in peaks.items()), "a server holds what is uploaded"
