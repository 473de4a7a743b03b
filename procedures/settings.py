"""What this house needs to know of where it runs: given by whoever starts it, never read from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mail:
    """Where mail goes: an SMTP server, or (without `host`) a folder in which each message is a file."""

    host: str = ""
    port: int = 25
    username: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    sender: str = "motcua@localhost"
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """home: folder of the files.  public_url: where citizens reach the portal, without a slash at its end.
    dossier_code: template of a dossier's code; ``{agency}``, ``{yymmdd}`` or ``{yyyymmdd}``, ``{nnnn}`` (as many
    digits as n).  near: a dossier is near its due date when less than this many working hours are left.
    audit_key: file of the key that signs the log's seals.  audit_publish: where the line of each seal goes
    (``file:``, ``mailto:``, ``https:``).  reads_days: how long it is kept who read whose data.
    attempts, lock_minutes: failed look-ups on the tracking page before it locks, and for how long.
    """

    home: Path
    public_url: str = "http://127.0.0.1:8000"
    province: Mapping[str, str] = field(default_factory=lambda: {"code": "H31", "name": "tỉnh Hưng Yên"})
    dossier_code: str = "{agency}-{yymmdd}-{nnnn}"
    mail: Mail = Mail()
    max_file_bytes: int = 20 * 1024 * 1024
    near: int = 8
    audit_key: Path | None = None
    audit_publish: tuple[str, ...] = ()
    reads_days: int = 730
    attempts: int = 5
    lock_minutes: int = 15


_current: Settings | None = None


def current() -> Settings:
    """The settings of this process. Raises RuntimeError before `install`."""
    if _current is None:
        raise RuntimeError("procedures.settings.install has not been called")
    return _current


def install(settings: Settings) -> None:
    """Puts the house to work in this process: its settings, its hooks on the models' `mc:` elements, its projections
    and the handlers of its jobs. Calling it again only replaces the settings."""
    global _current
    _current = settings
    from procedures import hooks

    hooks.install()
