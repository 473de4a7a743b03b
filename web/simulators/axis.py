"""The national document axis to try things with: it carries documents between systems that are made up, plays agencies
of other provinces, and misbehaves on demand. Nothing reaches the real axis.

It speaks as the axis's client kit does (`procedures.exchange.axis.protocol`), keeps messages in a temporary folder, and
believes nobody whose secret it does not know.
"""

from __future__ import annotations

import hashlib
import html
import json
import shutil
import tempfile
import threading
import time
import uuid
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from procedures.exchange import edxml
from procedures.exchange.axis import protocol
from procedures.exchange.edxml.fields import STATUSES

#: How it may misbehave; each thing goes wrong once, then right.  late: a message is listed some seconds after it was
#: sent.  twice: it is listed under two ids.  cut: answers end in the middle, and the answer to what was sent is lost.
#: wrong-hash: what is fetched is not what its hash says.  wrong-order: what came last is listed first, and statuses
#: before what they are about.  refused: it says that it is busy.
FAULTS = ("late", "twice", "cut", "wrong-hash", "wrong-order", "refused")
MARK = "TRỤC LIÊN THÔNG MÔ PHỎNG"
#: What an agency that is played answers to a document, and to what is asked of it.
ANSWERS, AGREES = ("01", "03", "05", "06"), "15"
_PIECE = 64 * 1024
_MOST = 600 * 1024 * 1024


@dataclass(slots=True)
class Held:
    """A message at the axis. statuses: what each system has said of it (`/updateStatus`)."""

    id: str
    kind: str
    organ: str
    receivers: tuple[str, ...]
    path: Path
    sha256: str
    at: float
    said: Mapping[str, Any]
    statuses: dict[str, str] = field(default_factory=dict)


@dataclass
class Axis:
    """What the axis knows. secrets: by system. systems: the system of each agency; of one that is played, itself.
    answers: what played agencies say of a document; agrees: what they say to a recall or an update."""

    secrets: dict[str, str]
    folder: Path
    faults: frozenset[str] = frozenset()
    late: float = 1.0
    names: dict[str, str] = field(default_factory=dict)
    systems: dict[str, str] = field(default_factory=dict)
    answers: tuple[str, ...] = ANSWERS
    agrees: str = AGREES
    held: dict[str, Held] = field(default_factory=dict)
    failed: set[tuple[str, str]] = field(default_factory=set)
    answered: set[tuple[str, str]] = field(default_factory=set)
    lock: Any = field(default_factory=threading.RLock)

    def fails(self, fault: str, what: str) -> bool:
        """Whether that goes wrong now: once for each thing."""
        with self.lock:
            if fault not in self.faults or (fault, what) in self.failed:
                return False
            self.failed.add((fault, what))
            return True

    def take(self, path: Path, sha256: str, kind: str, organ: str) -> str:
        """Keeps a message for its receivers; its id. Raises a Refusal for what is none."""
        with path.open("rb") as body:
            said = edxml.read(body).fields
        header = said["MessageHeader"]
        to = [one.get("OrganId", "") for one in header.get("To") or header.get("ResponseFor") or []]
        unknown = [one for one in to if one not in self.systems]
        if not to or unknown:
            raise Refusal(f"Không có đơn vị {', '.join(unknown) or '?'}", f"There is no agency {', '.join(unknown)}")
        with self.lock:
            first = self._keep(path, sha256, kind, organ, tuple(to), said)
            if self.fails("twice", sha256):
                self._keep(path, sha256, kind, organ, tuple(to), said)
        for one in dict.fromkeys(to):
            if one in self.played:
                self._play(one, said)
        return first

    @property
    def played(self) -> set[str]:
        """Agencies that the axis plays itself."""
        return {organ for organ, system in self.systems.items() if not system}

    def waiting(self, system: str, kind: str) -> list[Held]:
        """What a system has still to fetch."""
        now = time.monotonic()
        with self.lock:
            found = [
                one
                for one in self.held.values()
                if one.kind == kind
                and system not in one.statuses
                and any(self.systems.get(to) == system for to in one.receivers)
                and (one.at <= now)
            ]
        return found[::-1] if "wrong-order" in self.faults else found

    def of_agency(self, organ: str) -> list[Held]:
        """What an agency that is played has got."""
        with self.lock:
            return [one for one in self.held.values() if organ in one.receivers]

    def play_document(self, path: Path, organ: str) -> str:
        """An agency that is played sends a message that lies on disk; its id at the axis."""
        return self.take(path, _hash(path), protocol.EDOC, organ)

    def hold(self, path: Path, to: tuple[str, ...], organ: str = "") -> str:
        """Puts whatever lies there before the receivers, as it is; its id."""
        with self.lock:
            return self._keep(path, _hash(path), protocol.EDOC, organ, to, {"MessageHeader": {}})

    def say(self, organ: str, header: Mapping[str, Any], code: str, text: str = "") -> str:
        """An agency that is played says a status of a document. header: of that document's message."""
        about = {
            "OrganId": header["From"]["OrganId"],
            "Code": "/".join(filter(None, (header.get("Code") or {}).values())),
            "DocumentId": header.get("DocumentId", ""),
            "PromulgationDate": (header.get("PromulgationInfo") or {}).get("PromulgationDate", ""),
        }
        said = {
            "MessageHeader": {
                "From": {"OrganId": organ, "OrganName": self.names.get(organ, organ)},
                "ResponseFor": [{name: value for name, value in about.items() if value}],
                "StatusCode": code,
                "Description": text or STATUSES[code][0].capitalize(),
                "Timestamp": f"{datetime.now(VIETNAM):%Y/%m/%d %H:%M:%S}",
                "StaffInfo": {"Department": self.names.get(organ, organ), "Staff": "Văn thư (mô phỏng)"},
            }
        }
        return self.write(said, protocol.STATUS, organ)

    def write(self, message: Mapping[str, Any], kind: str, organ: str) -> str:
        """An agency that is played sends a message of these fields."""
        path = self.folder / uuid.uuid4().hex
        with path.open("wb") as into:
            edxml.write(dict(message), into, Path("/"))
        return self.take(path, _hash(path), kind, organ)

    def _keep(
        self, path: Path, sha256: str, kind: str, organ: str, to: tuple[str, ...], said: Mapping[str, Any]
    ) -> str:
        id = str(uuid.uuid4())
        at = time.monotonic() + (self.late if "late" in self.faults else 0)
        slim = {name: value for name, value in said.items() if name != "attachments"}
        self.held[id] = Held(id, kind, organ, to, path, sha256, at, slim)
        return id

    def _play(self, organ: str, said: Mapping[str, Any]) -> None:
        if said["kind"] == "status":
            return
        business = ((said.get("TraceHeaderList") or {}).get("Bussiness") or {}).get("BussinessDocType", "0")
        traces = str((said.get("TraceHeaderList") or {}).get("TraceHeader"))
        with self.lock:  # what comes twice is one, as for any agency
            known = (organ, str(said["MessageHeader"].get("DocumentId")) + business + traces)
            if known in self.answered:
                return
            self.answered.add(known)
        for code in [self.agrees] if business in ("1", "2") else self.answers:
            self.say(organ, said["MessageHeader"], code)


class Handler(BaseHTTPRequestHandler):
    """The axis's calls, and a page that shows what it holds."""

    axis: Axis

    def do_GET(self) -> None:
        """What the axis holds; a message."""
        name = self.path.strip("/")
        if not name:
            self._page()
        elif name.startswith("message/") and (one := self.axis.held.get(name.removeprefix("message/"))):
            with one.path.open("rb") as body:
                self._start(200, "application/xml", one.path.stat().st_size)
                shutil.copyfileobj(body, self.wfile)
        else:
            self._answer({"status": "FAIL", "ErrorCode": "404", "ErrorDesc": "Không có"}, 404)

    def do_POST(self) -> None:
        """A call of a system, which it has to have signed."""
        system = self.headers.get(f"{protocol.PREFIX}systemid", "")
        secret = self.axis.secrets.get(system)
        call = getattr(self, f"_{self.path.strip('/').lower()}", None) if self.path.strip("/") in _CALLS else None
        if secret is None or not protocol.vouched(secret, self._header):
            self._drop()
            self._fail("401", "Chữ ký của hệ thống không đúng")
        elif call is None:
            self._drop()
            self._fail("404", "Không có dịch vụ này")
        elif self.axis.fails("refused", f"{self.path} {self._said('docId')} {self._said('hash-file')}"):
            self._drop()
            self._fail("500", "Trục đang bận (mô phỏng)")
        else:
            call(system)

    def log_message(self, *_: Any) -> None:
        """Says nothing: who runs it looks at the page."""

    # -- calls --------------------------------------------------------------------------------------------------------

    def _getreceivededoclist(self, system: str) -> None:
        self._drop()
        kind = self._said("messagetype")
        rows = [
            {
                "docId": one.id,
                "serviceType": "eDoc",
                "messageType": one.kind,
                "from": one.organ,
                "to": ",".join(to for to in one.receivers if self.axis.systems.get(to) == system),
                "status": "initial",
            }
            for one in self.axis.waiting(system, kind)
        ]
        self._done(data=rows)

    def _getsentedoclist(self, system: str) -> None:
        self._drop()
        with self.axis.lock:
            sent = [one for one in self.axis.held.values() if self.axis.systems.get(one.organ) == system]
        self._done(
            data=[
                {
                    "senderDocId": one.id,
                    "fromCode": one.organ,
                    "toCode": ",".join(one.receivers),
                    "sendStatus": ",".join(one.statuses.values()),
                }
                for one in sent
                if one.kind == self._said("messagetype")
            ]
        )

    def _getedoc(self, system: str) -> None:
        self._drop()
        one = self.axis.held.get(self._said("docId"))
        if one is None or all(self.axis.systems.get(to) != system for to in one.receivers):
            self._fail("404", "Không có văn bản này")
            return
        head, tail = b'{"status":"OK","ErrorCode":"0","ErrorDesc":"Success","data":"', b'"}'
        size = one.path.stat().st_size
        length = len(head) + (size + 2) // 3 * 4 + len(tail)
        self._start(200, "application/json", length, {f"{protocol.PREFIX}hash-file": one.sha256})
        cut, wrong = self.axis.fails("cut", one.id), self.axis.fails("wrong-hash", one.id)
        left = length // 2 if cut else length
        self.wfile.write(head)
        with one.path.open("rb") as body:
            while (piece := body.read(_PIECE * 3)) and left > 0:
                told = b64encode(piece[:-1] + bytes([piece[-1] ^ 1]) if wrong else piece)
                wrong = False
                self.wfile.write(told[:left])
                left -= len(told)
        if cut:
            self.close_connection = True
            return
        self.wfile.write(tail)

    def _sendedoc(self, system: str) -> None:
        organ = self._said("from")
        path = self.axis.folder / uuid.uuid4().hex
        with path.open("wb") as into:
            whole = self._part(into)
        sha256 = _hash(path)
        if not whole or sha256 != self._said("hash-file") or self.axis.fails("wrong-hash", sha256):
            self._fail("400", "Mã băm của tệp không khớp")
            return
        if self.axis.systems.get(organ) != system:
            self._fail("403", f"Đơn vị {organ} không thuộc hệ thống này")
            return
        try:
            id = self.axis.take(path, sha256, self._said("messagetype"), organ)
        except Refusal as refusal:
            self._fail("422", refusal.vi)
            return
        if self.axis.fails("cut", sha256):
            self.close_connection = True  # it was taken, and the sender does not learn of it
            return
        self._done(DocId=id)

    def _updatestatus(self, system: str) -> None:
        self._drop()
        one = self.axis.held.get(self._said("docid"))
        if one is None:
            self._fail("404", "Không có văn bản này")
            return
        one.statuses[system] = self._said("status")
        self._done()

    def _getagencieslist(self, system: str) -> None:
        self._drop()
        self._done(
            data=[{"id": code, "code": code, "name": name, "mail": ""} for code, name in self.axis.names.items()]
        )

    def _registeragency(self, system: str) -> None:
        said = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        code = str(said.get("code", ""))
        if not code or self.axis.systems.get(code, system) != system:
            self._fail("403", "Mã đơn vị đã thuộc hệ thống khác")
            return
        with self.axis.lock:
            self.axis.systems[code], self.axis.names[code] = system, str(said.get("name", code))
        self._done()

    # -- lines --------------------------------------------------------------------------------------------------------

    def _header(self, name: str) -> str:
        return str(self.headers.get(name) or "")

    def _said(self, name: str) -> str:
        return self._header(f"{protocol.PREFIX}{name}")

    def _part(self, into: IO[bytes]) -> bool:
        """Writes the one part of a form; whether it came whole."""
        left = int(self.headers.get("Content-Length") or 0)
        mark = (self.headers.get("Content-Type") or "").rpartition("boundary=")[2]
        foot = f"\r\n--{mark}--\r\n".encode()
        if left > _MOST or not mark:
            return False
        while (line := self.rfile.readline(4096)) and line not in (b"\r\n", b"\n"):
            left -= len(line)
        left -= len(line) + len(foot)
        while left > 0 and (piece := self.rfile.read(min(left, _PIECE))):
            into.write(piece)
            left -= len(piece)
        return left == 0 and self.rfile.read(len(foot)) == foot

    def _drop(self) -> None:
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0 and (piece := self.rfile.read(min(left, _PIECE))):
            left -= len(piece)

    def _done(self, **more: Any) -> None:
        self._answer({"status": "OK", "ErrorCode": "0", "ErrorDesc": "Success", **more})

    def _fail(self, code: str, why: str) -> None:
        self._answer({"status": "FAIL", "ErrorCode": code, "ErrorDesc": why})

    def _answer(self, value: Mapping[str, Any], status: int = 200) -> None:
        body = json.dumps(value).encode()
        self._start(status, "application/json", len(body))
        self.wfile.write(body)

    def _start(self, status: int, kind: str, length: int, more: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def _page(self) -> None:
        with self.axis.lock:
            rows = "".join(_row(one) for one in self.axis.held.values())
        faults = html.escape(", ".join(sorted(self.axis.faults)) or "không")
        page = _PAGE.format(mark=MARK, faults=faults, rows=rows).encode()
        self._start(200, "text/html; charset=utf-8", len(page))
        self.wfile.write(page)


_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{mark}</title><h1>{mark}</h1>
<p><strong>Chỉ để thử nghiệm.</strong> Không có gì được gửi lên trục thật. Lỗi đang bật: {faults}.</p>
<table border="1"><caption>Thông điệp</caption><tr><th>Mã<th>Loại<th>Từ<th>Đến<th>Nội dung<th>Trạng thái</tr>
{rows}</table></html>"""


def _row(one: Held) -> str:
    header = one.said["MessageHeader"]
    about = header.get("Subject") or header.get("StatusCode", "")
    cells = (one.kind, one.organ, ", ".join(one.receivers), str(about), ", ".join(one.statuses.values()))
    link = f"<a href='/message/{one.id}'>{one.id[:8]}</a>"
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in (link, *map(html.escape, cells))) + "</tr>"


_CALLS = ("getReceivedEdocList", "getSentEdocList", "getEdoc", "sendEdoc", "updateStatus", "getAgenciesList",
          "registerAgency")  # fmt: skip


class Server(ThreadingHTTPServer):
    """The simulator's server; its messages go with it."""

    daemon_threads = True
    folder: tempfile.TemporaryDirectory[str]

    def server_close(self) -> None:
        super().server_close()
        self.folder.cleanup()

    def handle_error(self, _request: Any, _address: Any) -> None:
        """A caller that hangs up is nobody's fault."""


def serve(
    secrets: Mapping[str, str],
    played: Mapping[str, str] | None = None,
    port: int = 0,
    faults: tuple[str, ...] = (),
    late: float = 1.0,
) -> tuple[Server, Axis]:
    """The axis on that port (0: any that is free), not yet running. secrets: of systems. played: code and name of the
    agencies that it plays itself."""
    folder = tempfile.TemporaryDirectory()
    axis = Axis(dict(secrets), Path(folder.name), frozenset(faults), late)
    for code, name in (played or {}).items():
        axis.systems[code], axis.names[code] = "", name
    server = Server(("127.0.0.1", port), type("Bound", (Handler,), {"axis": axis}))
    server.folder = folder
    return server, axis


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as body:
        while piece := body.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


__all__ = ["ANSWERS", "FAULTS", "Axis", "serve"]
