"""Where documents come to an agency besides upload and axis: its mailbox, and the folder of its scanner. A TOML file
names them, and nothing else does:

    [mail."H31.11"]                       # by the agency's code
    host = "mail.example.vn"
    user = "vanthu.phuong@example.vn"
    password = "file:vanthu-password"     # a file beside this one; or "env:NAME"; or the secret itself
    tls = "implicit"                      # or "starttls"; "none" only for this host
    folder = "INBOX"
    every = 60                            # seconds between two looks

    [scan."H31.11"]
    folder = "/srv/scan/phuong"           # of this agency alone
    split = "sheet"                       # or "file": each is a document; "blank": at blank pages too
    every = 10
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from procedures.settings_files import SettingsFile, on_this_host

MAIL, SCAN = "mail", "scan"
#: How a folder's files are taken apart: each is a document, or at separator sheets, or at blank pages too.
WHOLE, SHEETS, BLANK = "file", "sheet", "blank"
WAYS = (WHOLE, SHEETS, BLANK)
_FILE = SettingsFile("Tệp khai báo khay văn bản", "The file of trays")
_wrong = _FILE.wrong
_TLS = {"implicit": 993, "starttls": 143, "none": 143}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that is read by IMAP. every: seconds between two looks."""

    agency: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: str = "implicit"
    folder: str = "INBOX"
    authority: Path | None = None
    every: int = 60


@dataclass(frozen=True, slots=True)
class ScanFolder:
    """A folder that a scanner writes into. split: of `splitting.WAYS`."""

    agency: str
    folder: Path
    split: str = WHOLE
    every: int = 10


@dataclass(frozen=True, slots=True)
class Trays:
    """The mailboxes and scan folders of this installation, by agency."""

    mail: Mapping[str, Mailbox] = field(default_factory=dict)
    scan: Mapping[str, ScanFolder] = field(default_factory=dict)


NONE = Trays()


def load(path: Path | None, environ: Mapping[str, str]) -> Trays:
    """What the file names; nothing where no file is named. Refuses what cannot be understood, and a folder that two
    agencies share."""
    if path is None:
        return NONE
    told = _FILE.read(path)
    _FILE.only(told, {MAIL, SCAN})
    mail = {code: _mailbox(code, row, path.parent, environ) for code, row in _tables(told, MAIL)}
    scan = {code: _folder(code, row, path.parent) for code, row in _tables(told, SCAN)}
    places: dict[Path, str] = {}
    for one in scan.values():
        other = places.setdefault(one.folder.resolve(), one.agency)
        if other != one.agency:
            raise _wrong(f"scan.{one.agency}", f"thư mục này là của {other}", f"that folder is {other}'s")
    return Trays(mail, scan)


def _tables(told: Mapping[str, Any], kind: str) -> list[tuple[str, dict[str, Any]]]:
    rows = told.get(kind, {})
    if not isinstance(rows, dict) or any(not isinstance(row, dict) for row in rows.values()):
        raise _wrong(kind, f'viết [{kind}."MÃ-CƠ-QUAN"]', f'write [{kind}."CODE-OF-THE-AGENCY"]')
    return sorted(rows.items())


def _mailbox(code: str, row: dict[str, Any], folder: Path, environ: Mapping[str, str]) -> Mailbox:
    name = f"mail.{code}"
    _names(name, row, {"host", "user", "password"}, {"port", "tls", "folder", "authority", "every"})
    tls = row.get("tls", "implicit")
    if tls not in _TLS:
        raise _wrong(name, "tls là implicit, starttls hoặc none", "tls is implicit, starttls or none")
    host, port, every = str(row["host"]), row.get("port", _TLS[tls]), row.get("every", 60)
    if tls == "none" and not on_this_host(host):
        raise _wrong(name, "tls = none chỉ dùng cho chính máy này", "tls = none is for this host alone")
    if not isinstance(port, int) or not 0 < port < 65536:
        raise _wrong(name, "port là một số từ 1 đến 65535", "port is a number from 1 to 65535")
    _seconds(name, every)
    authority = _FILE.beside(name, folder, str(row["authority"])) if "authority" in row else None
    password = _FILE.secret(name, str(row["password"]), folder, environ)
    return Mailbox(
        code, host, port, str(row["user"]), password, tls, str(row.get("folder", "INBOX")), authority, int(every)
    )


def _folder(code: str, row: dict[str, Any], beside: Path) -> ScanFolder:
    name = f"scan.{code}"
    _names(name, row, {"folder"}, {"split", "every"})
    split, every = row.get("split", WHOLE), row.get("every", 10)
    if split not in WAYS:
        said = ", ".join(WAYS)
        raise _wrong(name, f"split là một trong {said}", f"split is one of {said}")
    _seconds(name, every)
    return ScanFolder(code, beside / str(row["folder"]), split, int(every))


def _names(name: str, row: Mapping[str, Any], needed: set[str], more: set[str]) -> None:
    strange, lacking = sorted(set(row) - needed - more), sorted(needed - set(row))
    if strange:
        raise _wrong(name, f"không có thiết lập {', '.join(strange)}", f"there is no setting {', '.join(strange)}")
    if lacking:
        raise _wrong(name, f"thiếu {', '.join(lacking)}", f"{', '.join(lacking)} is missing")
    if any(isinstance(value, str) and not value.strip() for value in row.values()):
        raise _wrong(name, "thiết lập không để trống", "a setting is not empty")


def _seconds(name: str, every: Any) -> None:
    if isinstance(every, bool) or not isinstance(every, int) or not 1 <= every <= 86_400:
        raise _wrong(name, "every là số giây, từ 1 đến 86400", "every is seconds, 1 to 86400")
