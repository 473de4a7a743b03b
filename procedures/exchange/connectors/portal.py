"""The national portal by its classic calls: sign in once with the header `dstcode`, then one address for every service,
each call with `session`, `madonvi` and `service`. Moments are written yyyyMMddHHmmss, in Vietnamese time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Database
from procedures import settings
from procedures.exchange.connectors.calling import Answer, Asked, Turned, Unreadable, call
from procedures.exchange.connectors.configured import PORTAL, Connector

CATALOGUE, PROCEDURE, FIELDS = "LayDanhSachTTHC", "LayThuTuc", "LayDanhMucLinhVuc"
LOOK_UP, DOSSIERS, PROGRESS = "TraCuuHoSo", "DongBoHoSoMC", "CapNhatTienDoHoSoMC"
SIGN_IN, FILE = "DangNhap", "TaiTep"
#: `error_code` of an answer: all is well; the session is over; a dossier that is to be new is there, or that is to be
#: changed is not.
WELL, SESSION_OVER, KNOWN, UNKNOWN = "0", "SESSION", "EXISTS", "UNKNOWN"


def configured(where: Database) -> Connector | None:
    """The line to the portal; None where there is none."""
    return settings.current(where).connectors.get(PORTAL)


def ask(where: Database, line: Connector, service: str, more: Mapping[str, Any], *, about: str = "") -> Any:
    """What a service answers (`result`). Signs in where there is no session, and once more where it is over.

    Raises `calling.Away`, `Resting`, and `Turned` with what the portal says no by."""
    session = line.kept.get("session") or _sign_in(where, line)
    try:
        return _ask(where, line, service, session, more, about)
    except Turned as no:
        if no.said != SESSION_OVER:
            raise
    return _ask(where, line, service, _sign_in(where, line), more, about)


def _sign_in(where: Database, line: Connector) -> str:
    body = orjson.dumps({"username": line.told["username"], "password": line.told["password"]})
    head = {"Content-Type": "application/json", "dstcode": line.told["dstcode"]}
    asked = Asked(SIGN_IN, line.told.get("login_path", "/mapi/login"), body=body, headers=head)

    def read(answer: Answer) -> str:
        session = _document(line, answer).get("session")
        if not isinstance(session, str) or not session:
            raise Unreadable("không có phiên làm việc")
        return session

    line.kept["session"] = call(where, line, asked, read)
    return str(line.kept["session"])


def _ask(where: Database, line: Connector, service: str, session: str, more: Mapping[str, Any], about: str) -> Any:
    body = orjson.dumps({"session": session, "madonvi": line.told["unit"], "service": service, **more})
    head = {"Content-Type": "application/json", "dstcode": line.told["dstcode"]}
    asked = Asked(service, line.told.get("call_path", "/mapi/g"), body=body, headers=head, about=about)

    def read(answer: Answer) -> Any:
        document = _document(line, answer)
        if "result" not in document:
            raise Unreadable("trả lời không có kết quả")
        return document["result"]

    return call(where, line, asked, read)


def _document(line: Connector, answer: Answer) -> dict[str, Any]:
    """The answer as JSON. Raises Turned for an error that the portal names, Unreadable for what is no answer."""
    try:
        document = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise Unreadable("trả lời không phải JSON" if answer.status < 400 else f"mã {answer.status}") from None
    if not isinstance(document, dict):
        raise Unreadable("trả lời không đúng dạng")
    code = str(document.get("error_code", WELL))
    if code != WELL or answer.status >= 400:
        raise Turned(line, code if code != WELL else f"mã {answer.status}", answer.status)
    return document


def rows(found: Any, *needed: str) -> list[dict[str, Any]]:
    """A list of objects that have these fields. Raises Refusal for anything else: half a list is none."""
    if not isinstance(found, Sequence) or isinstance(found, str | bytes):
        raise _unexpected()
    for one in found:
        if not isinstance(one, dict) or any(not str(one.get(name) or "").strip() for name in needed):
            raise _unexpected()
    return list(found)


def _unexpected() -> Refusal:
    return Refusal(
        "Cổng Dịch vụ công quốc gia trả lời không đúng dạng đã thỏa thuận.",
        "The national portal's answer is not of the agreed form.",
    )


def moment(at: datetime | None) -> str:
    """As the portal writes a moment; empty for none."""
    return "" if at is None else f"{at.astimezone(VIETNAM):%Y%m%d%H%M%S}"


def read_moment(text: Any) -> datetime | None:
    """A moment of the portal; None for an empty one. Raises Refusal for what is none."""
    if not str(text or "").strip():
        return None
    try:
        return datetime.strptime(str(text).strip(), "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:
        raise _unexpected() from None
