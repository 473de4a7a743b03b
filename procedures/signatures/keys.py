"""Whose key signs: a TOML file names the keys of officials and agencies, never the secret that unlocks a person's.

    [officials.lanhdao]            # by user name; its PIN is typed when signing
    pkcs11 = {module = "/usr/lib/softhsm/libsofthsm2.so", token = "lanhdao", certificate = "ky", key = "ky"}
    image = "lanhdao.png"          # of the hand signature: blue, transparent

    [officials.pho]                # at a trust service: confirmed on a second device, or by a code that is typed
    csc = {service = "https://ky.example.vn", version = "v2", credential = "…", token_file = "csc", confirm = "push"}

    [agencies."H31.12"]            # the agency's, for its seal
    pkcs11 = {module = "…", token = "con-dau", certificate = "ky", key = "ky", pin_file = "/etc/motcua/pin"}
    image = "dau.png"              # of the seal: red, transparent
    width_mm = 36                  # its true size
    timestamp = "https://tsa.example.vn"

`pkcs11` and `csc` may stand together: the signer chooses. `file = {certificate = "…", key = "…"}` in the place of
`pkcs11` is for tests: only a certificate of a test authority is taken. Names of files are relative to the TOML file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from procedures.settings_files import SettingsFile, on_this_host

_FILE = SettingsFile("Tệp khai báo khóa ký", "The file of signing keys")
_wrong = _FILE.wrong
_FIELDS = {"pkcs11", "file", "csc", "image", "width_mm", "timestamp"}
_OF_TOKEN = {"module", "token", "certificate", "key", "pin_file"}
_OF_SERVICE = {"service", "version", "credential", "token_file", "confirm"}
#: By what a person signs: a token or a file that this host reaches, a telephone that a trust service asks.
HERE, PHONE = "token", "phone"


@dataclass(frozen=True, slots=True)
class Key:
    """A key and how its signature looks. token: `module`, `token`, `certificate`, `key`, `pin_file`; empty for a file.
    width_mm: true width of the image. timestamp: address of a timestamp authority (RFC 3161), empty for none. service:
    a credential at a trust service (`csc.Service`), empty for none."""

    token: Mapping[str, str]
    file: Mapping[str, Path]
    image: Path | None
    width_mm: float
    timestamp: str
    service: Mapping[str, str] = field(default_factory=dict)

    @property
    def ways(self) -> tuple[str, ...]:
        """By what it signs: `HERE`, `PHONE`, or either."""
        return tuple(way for way, there in ((HERE, self.token or self.file), (PHONE, self.service)) if there)

    @property
    def sources(self) -> tuple[str, ...]:
        """Where its certificates are: `token`, `file`, `phone`."""
        there = (("token", self.token), ("file", self.file), ("phone", self.service))
        return tuple(name for name, row in there if row)

    @property
    def asks_pin(self) -> bool:
        """Whether somebody has to unlock it by what they type: the PIN of a token, the code of a service."""
        return (bool(self.token) and "pin_file" not in self.token) or self.service.get("confirm") == "otp"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of officials by user name, of agencies by code."""

    officials: Mapping[str, Key]
    agencies: Mapping[str, Key]


NONE = Keys({}, {})


def load(path: Path | None) -> Keys:
    """The keys that the file names; none where no file is named. Refuses what cannot be understood, by its name."""
    if path is None:
        return NONE
    told = _FILE.read(path)
    _FILE.only(told, {"officials", "agencies"})
    made: list[dict[str, Key]] = []
    for part in ("officials", "agencies"):
        rows = told.get(part, {})
        if not isinstance(rows, dict) or not all(isinstance(one, dict) for one in rows.values()):
            raise _wrong(part, "phải là các bảng", "must hold tables")
        made.append({name: _key(f"{part}.{name}", one, path.parent) for name, one in rows.items()})
    return Keys(*made)


def _key(name: str, row: Mapping[str, Any], folder: Path) -> Key:
    token, file, width = row.get("pkcs11", {}), row.get("file", {}), row.get("width_mm", 0)
    service = row.get("csc", {})
    texts = [value for part in (token, file, service) if isinstance(part, dict) for value in part.values()]
    sound = (
        set(row) <= _FIELDS
        and isinstance(token, dict)
        and isinstance(file, dict)
        and isinstance(service, dict)
        and (bool(token) != bool(file) or (not token and not file and bool(service)))
        and set(service) <= _OF_SERVICE
        and (not service or _sound(service))
        and set(token) <= _OF_TOKEN
        and (not token or _OF_TOKEN - set(token) <= {"pin_file"})
        and (not file or set(file) == {"certificate", "key"})
        and all(isinstance(one, str) for one in [*texts, row.get("image", ""), row.get("timestamp", "")])
        and isinstance(width, int | float)
        and 0 <= width <= 200
    )
    missing = [one for one in (row.get("image"), *(file.values() if sound else ())) if sound and one]
    for one in missing:
        _FILE.beside(name, folder, one)
    if not sound:
        raise _wrong(
            name,
            "cần mục pkcs11, csc hoặc file, với đủ các mục con (xem tài liệu về chữ ký số)",
            "needs pkcs11, csc or file, with all its parts (see the reference on signatures)",
        )
    return Key(
        dict(token),
        {part: folder / value for part, value in file.items()},
        folder / row["image"] if row.get("image") else None,
        float(width),
        str(row.get("timestamp", "")),
        {**dict(service), **({"token_file": str(folder / service["token_file"])} if "token_file" in service else {})},
    )


def _sound(service: Mapping[str, Any]) -> bool:
    """Whether a trust service is told as it must be: by TLS, unless it is on this host."""
    address = urlsplit(str(service.get("service", "")))
    here = on_this_host(address.hostname)
    return (
        (address.scheme == "https" or (address.scheme == "http" and here))
        and service.get("version", "v2") in ("v1", "v2")
        and service.get("confirm", "push") in ("push", "otp")
    )
