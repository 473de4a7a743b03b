"""Reading the TOML files in which an installation names what it reaches: keys that sign, lines to other systems,
mailboxes and scan folders. What such a file cannot mean is refused with the name of the file and of the place in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from engine.libraries import of_toml
from engine.refusal import Refusal


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """One kind of such a file, by its name in both languages."""

    vi: str
    en: str

    def wrong(self, name: str, vi: str, en: str) -> Refusal:
        """The refusal for what stands under that name in the file."""
        return Refusal(f"{self.vi}: {name}: {vi}.", f"{self.en}: {name}: {en}.")

    def read(self, path: Path) -> dict[str, Any]:
        """What the file says. Refuses one that cannot be read or is not TOML."""
        try:
            return tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            why = of_toml(error)
            raise self.wrong(path.name, why.vi, why.en) from None
        except (OSError, UnicodeDecodeError):
            raise self.wrong(path.name, "không đọc được tệp", "the file cannot be read") from None

    def only(self, told: Mapping[str, Any], parts: set[str]) -> None:
        """Refuses a part of the file that has no meaning."""
        strange = sorted(set(told) - parts)
        if strange:
            raise self.wrong(", ".join(strange), "không phải mục của tệp này", "is no part of this file")

    def beside(self, name: str, folder: Path, file: str) -> Path:
        """A file that stands beside this one. Refuses one that is not there."""
        found = folder / file
        if not found.is_file():
            raise self.wrong(name, f"không có tệp {found.name}", f"there is no file {found.name}")
        return found

    def secret(self, name: str, text: str, folder: Path, environ: Mapping[str, str]) -> str:
        """A secret that is written `env:NAME`, `file:NAME` (beside the file), or as it is."""
        kind, _, where = text.partition(":")
        if kind == "env":
            if not environ.get(where):
                raise self.wrong(name, f"biến môi trường {where} không có giá trị", f"the variable {where} is not set")
            return environ[where]
        if kind != "file":
            return text
        try:
            return (folder / where).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise self.wrong(name, f"không đọc được tệp {where}", f"the file {where} cannot be read") from None


def on_this_host(host: str | None) -> bool:
    """Whether a host's name or address is that of this host itself: only there may secrets go without TLS."""
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
