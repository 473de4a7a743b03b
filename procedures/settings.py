"""What this house needs to know of where it runs: given by whoever starts it, never read from the environment."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import engine.installation
from engine.store import Database, Tx
from procedures.documents.trays import NONE as NO_TRAYS
from procedures.documents.trays import Trays
from procedures.exchange.connectors.configured import Connectors
from procedures.signatures.keys import NONE, Keys


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
class Sms:
    """Where text messages go: a gateway that takes JSON by POST, or (without `url`) a folder, each a file."""

    url: str = ""
    token: str = field(default="", repr=False)
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """The payment gateway: its address, and the secret under which both sides sign. Without `url` there is none."""

    url: str = ""
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Axis:
    """The national document axis: its address, as whom this system is known there, and the secret under which calls are
    signed. every: seconds between two looks at what has come. Without `url` there is none."""

    url: str = ""
    system: str = ""
    secret: str = field(default="", repr=False)
    every: int = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """home: folder of the files.  public_url: where citizens reach the portal, without a slash at its end.
    dossier_code: template of a dossier's code; ``{agency}``, ``{yymmdd}`` or ``{yyyymmdd}``, ``{nnnn}`` (as many
    digits as n).  near: a dossier is near its due date when less than this many working hours are left.
    scanner: a malware scanner that speaks clamd's protocol, ``unix:/path`` or ``tcp://host:port``; empty: none.
    secret_key: what marks the system's own, the same on every host; empty: kept under `home`.
    audit_key: file of the key that signs the log's seals.  audit_publish: where the line of each seal goes
    (``file:``, ``mailto:``, ``https:``).  reads_days: how long it is kept who read whose data.
    signing_keys: whose key signs.  signed_on_paper: why outgoing documents go out without digital signatures although
    there are keys; empty: they do not.  signature_trust: file or folder of the certificates that are believed,
    and where fetched revocation lists are kept (`procedures.signatures.trust.load`).
    connectors: the lines to systems of others, by name.  trays: mailboxes and scan folders, by agency.
    meeting_server: address of a Jitsi-compatible server of video meetings, without a slash at its end; empty: none.
    """

    home: Path
    public_url: str = "http://127.0.0.1:8000"
    province: Mapping[str, str] = field(default_factory=lambda: {"code": "H31", "name": "tỉnh Hưng Yên"})
    dossier_code: str = "{agency}-{yymmdd}-{nnnn}"
    mail: Mail = Mail()
    sms: Sms = Sms()
    payments: Gateway = Gateway()
    axis: Axis = Axis()
    max_file_bytes: int = 20 * 1024 * 1024
    scanner: str = ""
    near: int = 8
    audit_key: Path | None = None
    audit_publish: tuple[str, ...] = ()
    reads_days: int = 730
    secret_key: str = field(default="", repr=False)
    signing_keys: Keys = NONE
    signed_on_paper: str = ""
    signature_trust: str = ""
    connectors: Connectors = field(default_factory=dict)
    trays: Trays = NO_TRAYS
    meeting_server: str = ""

    def secret(self) -> str:
        """`secret_key`, or the one under `home`, readable by its owner only."""
        return self.secret_key or _kept(self.home)

    def job_key(self) -> bytes:
        """What marks the jobs that this system orders (`engine.jobs`)."""
        return _derived(self.secret(), b"motcua jobs")


@cache
def _derived(secret: str, purpose: bytes) -> bytes:
    return hashlib.blake2b(secret.encode(), person=purpose, digest_size=32).digest()


@cache
def _kept(home: Path) -> str:
    path = home / "secret-key"
    if not path.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=home)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # another process was first: its key counts, and is whole
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text()


#: (tx, agencies, from that day on, reason), called in the transaction in which hours or days change.
CalendarListener = Callable[[Tx, frozenset[str], date, str], None]
#: (tx, dossier, kind of the event, its data), called in the transaction in which a dossier's log grows.
EventListener = Callable[[Tx, str, str, Mapping[str, Any]], None]


@dataclass(slots=True)
class Installation(engine.installation.Installation):
    """The engine's, with what this house adds.

    settings: None in a rehearsal, which touches nothing outside its database.
    calendar: who keeps deadlines, told of every change of hours and days.
    happened: who carries to others what happens to dossiers, told of every event of theirs.
    """

    settings: Settings | None = None
    calendar: list[CalendarListener] = field(default_factory=list)
    happened: list[EventListener] = field(default_factory=list)


def installation(where: Database | Tx) -> Installation:
    """The installation that a database belongs to. Raises RuntimeError where it is the engine's alone."""
    found = (where.database if isinstance(where, Tx) else where).installation
    if not isinstance(found, Installation):
        raise RuntimeError("this database was opened without procedures.installation")
    return found


def current(where: Database | Tx) -> Settings:
    """The settings in force for a database. Raises RuntimeError where it has none."""
    found = installation(where).settings
    if found is None:
        raise RuntimeError("a rehearsal has no settings: nothing outside its database is touched")
    return found
