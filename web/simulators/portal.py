"""A national portal to try things with: its classic calls, kept in memory. Nothing it holds is anybody's."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from typing import Any

from web.simulators.faulty import Handler, Known, as_json, bound


@dataclass(slots=True, kw_only=True)
class Portal(Known):
    """What it knows. dossiers: by MaHoSo. progress: the lines of each, a line that is repeated once. procedures: the
    national records by code, as they come from LayThuTuc. received: how often each dossier was told of.
    files: papers of what was handed in there, by their path."""

    username: str
    password: str
    sessions: set[str] = field(default_factory=set)
    dossiers: dict[str, dict[str, Any]] = field(default_factory=dict)
    progress: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    procedures: dict[str, dict[str, Any]] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def sign_in(self, said: dict[str, Any]) -> dict[str, Any]:
        """A session, for who has the password."""
        if (said.get("username"), said.get("password")) != (self.username, self.password):
            return {"error_code": "LOGIN"}
        session = secrets.token_urlsafe(16)
        self.sessions.add(session)
        return {"error_code": "0", "session": session}

    def serve(self, said: dict[str, Any]) -> dict[str, Any]:
        """A call of a service."""
        if said.get("session") not in self.sessions:
            return {"error_code": "SESSION"}
        services = {
            "DongBoHoSoMC": self._dossiers,
            "CapNhatTienDoHoSoMC": self._progress,
            "TraCuuHoSo": self._look_up,
            "LayDanhSachTTHC": self._list,
            "LayThuTuc": self._procedure,
            "LayDanhMucLinhVuc": self._fields,
        }
        service = services.get(str(said.get("service")))
        return service(said) if service is not None else {"error_code": "SERVICE"}

    def _dossiers(self, said: dict[str, Any]) -> dict[str, Any]:
        for one in said["data"]:
            there = one["MaHoSo"] in self.dossiers
            if there and not said["isUpdating"]:
                return {"error_code": "EXISTS"}
            if not there and said["isUpdating"]:
                return {"error_code": "UNKNOWN"}
            self.dossiers[one["MaHoSo"]] = {**self.dossiers.get(one["MaHoSo"], {}), **one}
            self.received[one["MaHoSo"]] = self.received.get(one["MaHoSo"], 0) + 1
        return {"error_code": "0", "result": len(said["data"])}

    def _progress(self, said: dict[str, Any]) -> dict[str, Any]:
        for one in said["data"]:
            if one["MaHoSo"] not in self.dossiers:
                return {"error_code": "UNKNOWN"}
            lines = self.progress.setdefault(one["MaHoSo"], [])
            key = (one["ThoiDiemXuLy"], one["TrangThai"])
            if key not in [(known["ThoiDiemXuLy"], known["TrangThai"]) for known in lines]:
                lines.append(one)
        return {"error_code": "0", "result": len(said["data"])}

    def _look_up(self, said: dict[str, Any]) -> dict[str, Any]:
        first, last = str(said.get("TuNgay", "")), str(said.get("DenNgay", "9"))
        found = [
            one
            for one in self.dossiers.values()
            if first <= str(one.get("NgayTiepNhan", "")) <= last
            and ("MaHoSo" not in said or one["MaHoSo"] == said["MaHoSo"])
        ]
        return {"error_code": "0", "result": found}

    def _list(self, _said: dict[str, Any]) -> dict[str, Any]:
        rows = [{"MaTTHC": code, "TenTTHC": one.get("name", "")} for code, one in self.procedures.items()]
        return {"error_code": "0", "result": rows}

    def _procedure(self, said: dict[str, Any]) -> dict[str, Any]:
        one = self.procedures.get(str(said.get("MaTTHC")))
        return {"error_code": "0", "result": one} if one is not None else {"error_code": "UNKNOWN"}

    def _fields(self, _said: dict[str, Any]) -> dict[str, Any]:
        names = {str(one.get("field", {}).get("code", "")): one.get("field") for one in self.procedures.values()}
        return {"error_code": "0", "result": [one for one in names.values() if one]}


class _Handler(Handler):
    known: Portal

    def answer(self, path: str, body: bytes) -> tuple[int, bytes, str]:
        if path in self.known.files and self.headers.get("session") in self.known.sessions:
            return 200, self.known.files[path], "application/octet-stream"
        try:
            said = json.loads(body)
        except ValueError:
            return as_json({"error_code": "JSON"}, 400)
        if not self.headers.get("dstcode"):
            return as_json({"error_code": "DSTCODE"}, 400)
        if path == "/mapi/login":
            return as_json(self.known.sign_in(said))
        if path == "/mapi/g":
            return as_json(self.known.serve(said))
        return as_json({"error_code": "PATH"}, 404)


def serve(username: str, password: str, port: int = 0, fault: str = "none") -> tuple[ThreadingHTTPServer, Portal]:
    """A portal on that port (0: any that is free), not yet running: `serve_forever` on the first."""
    portal = Portal(username=username, password=password, fault=fault)
    return bound(_Handler, portal, port), portal
