"""Which lines there are: a TOML file names their addresses and secrets, and nothing else does.

    [portal]                              # the national portal
    url = "https://…/VXPAdapter/RestService/forward"
    dstcode = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
    username = "…"
    password = "file:portal-password"     # a file beside this one; or "env:NAME"; or the secret itself
    unit = "000.00.00.H31"

    [lgsp]                                # the province's service bus
    url = "https://lgsp.example.vn"
    client_id = "…"
    client_secret = "file:lgsp-secret"

    [population]                          # the national population database, by SOAP
    url = "https://lgsp.example.vn/csdlqgdc"

    [webhooks.kho-du-lieu]                # told of what happens to dossiers
    url = "https://kho.example.vn/tin"
    secret = "file:kho-secret"
    events = ["dossier.status"]           # all, where nothing is said

Each may have `timeout` (seconds for one call), `authority` (a file of certificates to trust in place of the system's)
and `test = true`, which every page says. Addresses are https; http only to this host or for a test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from procedures.settings_files import SettingsFile, on_this_host
from procedures.vocabulary.words import Word

_FILE = SettingsFile("Tệp khai báo kết nối", "The file of connectors")
_wrong = _FILE.wrong
PORTAL, LGSP, POPULATION, WEBHOOK = "portal", "lgsp", "population", "webhook"
#: What a webhook may ask to be told of: events of the log of dossiers, which name nobody.
EVENTS = ("dossier.opened", "dossier.status", "dossier.clock")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a line of one kind is told. needed, more: names of its settings. secrets: those that may stand elsewhere."""

    word: Word
    needed: frozenset[str]
    more: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()


KINDS: Mapping[str, Kind] = {
    PORTAL: Kind(
        Word("Cổng Dịch vụ công quốc gia", "National public service portal"),
        frozenset({"dstcode", "username", "password", "unit"}),
        frozenset({"login_path", "call_path"}),
        frozenset({"password"}),
    ),
    LGSP: Kind(
        Word("Nền tảng tích hợp, chia sẻ dữ liệu (LGSP)", "Province's service bus (LGSP)"),
        frozenset({"client_id", "client_secret"}),
        frozenset({"token_path", "scope"}),
        frozenset({"client_secret"}),
    ),
    POPULATION: Kind(
        Word("Cơ sở dữ liệu quốc gia về dân cư", "National population database"),
        frozenset(),
        frozenset({"username", "password"}),
        frozenset({"password"}),
    ),
    WEBHOOK: Kind(
        Word("Bên nhận tin", "Receiver"), frozenset({"secret"}), frozenset({"events"}), frozenset({"secret"})
    ),
}
_ALL = frozenset({"url", "timeout", "authority", "test"})
LONGEST = 120.0  # seconds: a call that takes longer holds a worker


@dataclass(frozen=True, slots=True)
class Connector:
    """A line. name: by which state and journal know it. told: its settings, with the secrets in them. timeout: seconds
    for a whole call. authority: file of trusted certificates, None for the system's. test: a stand-in, not the true
    system. kept: what is remembered between calls in this process (a session, a token)."""

    name: str
    kind: str
    url: str
    told: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 20.0
    authority: Path | None = None
    test: bool = False
    kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def word(self) -> Word:
        """What people call it."""
        word = KINDS[self.kind].word
        if self.kind != WEBHOOK:
            return word
        called = self.name.partition(".")[2]
        return Word(f"{word.vi} “{called}”", f"{word.en} “{called}”")


Connectors = Mapping[str, Connector]


def load(path: Path | None, environ: Mapping[str, str]) -> Connectors:
    """The lines that the file names, by name; none where no file is named. Refuses what cannot be understood."""
    if path is None:
        return {}
    told = _FILE.read(path)
    hooks = told.pop("webhooks", {})
    _FILE.only(told, set(KINDS) - {WEBHOOK})
    if not isinstance(hooks, dict):
        raise _wrong("webhooks", "phải là một bảng", "must be a table")
    made = {name: _connector(name, name, row, path.parent, environ) for name, row in told.items()}
    for name, row in hooks.items():
        if not _NAME.fullmatch(name):
            raise _wrong(name, "tên chỉ gồm chữ thường, số và dấu -", "a name has letters, digits and - only")
        whole = f"{WEBHOOK}.{name}"
        made[whole] = _connector(whole, WEBHOOK, _events(whole, row), path.parent, environ)
    return made


_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def _events(name: str, row: Any) -> Any:
    """The row with its list of events as one text."""
    if not isinstance(row, dict):
        return row
    wanted = row.get("events", list(EVENTS))
    if not isinstance(wanted, list) or not wanted or any(one not in EVENTS for one in wanted):
        said = ", ".join(EVENTS)
        raise _wrong(name, f"events là danh sách trong số {said}", f"events is a list among {said}")
    return {**row, "events": ",".join(wanted)}


def _connector(name: str, kind: str, row: Any, folder: Path, environ: Mapping[str, str]) -> Connector:
    known = KINDS[kind]
    if not isinstance(row, dict):
        raise _wrong(name, "phải là một bảng", "must be a table")
    strange = sorted(set(row) - known.needed - known.more - _ALL)
    lacking = sorted((known.needed | {"url"}) - set(row))
    if strange or lacking:
        said = ", ".join(strange or lacking)
        if strange:
            raise _wrong(name, f"không có thiết lập {said}", f"there is no setting {said}")
        raise _wrong(name, f"thiếu {said}", f"{said} is missing")
    test, timeout = row.get("test", False), row.get("timeout", 20)
    if not isinstance(test, bool) or isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise _wrong(name, "test là true hoặc false, timeout là số giây", "test is true or false, timeout is seconds")
    if not 0 < timeout <= LONGEST:
        raise _wrong(
            name, f"timeout phải từ 0 đến {LONGEST:.0f} giây", f"timeout is more than 0, at most {LONGEST:.0f}"
        )
    texts = {key: value for key, value in row.items() if key not in ("test", "timeout")}
    if any(not isinstance(value, str) or not value.strip() for value in texts.values()):
        raise _wrong(name, "các thiết lập phải là chữ, không để trống", "settings are texts that are not empty")
    authority = _FILE.beside(name, folder, texts.pop("authority")) if "authority" in texts else None
    url = texts.pop("url").rstrip("/")
    _check_address(name, url, test)
    for key in known.secrets & texts.keys():
        texts[key] = _FILE.secret(name, texts[key], folder, environ)
    return Connector(name, kind, url, texts, float(timeout), authority, test)


def _check_address(name: str, url: str, test: bool) -> None:
    """Refuses an address that is none, carries a password, or would send what is secret in the clear."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.query or parts.fragment:
        raise _wrong(name, "url phải có dạng https://máy/đường-dẫn", "url is written https://host/path")
    if parts.scheme == "http" and not test and not on_this_host(host):
        raise _wrong(
            name,
            "url phải là https (http chỉ dùng cho máy này hoặc khi test = true)",
            "url must be https (http is for this host, or where test = true)",
        )
