"""What this installation is told: environment variables ``MOTCUA_*`` over one TOML file over defaults.

The environment wins; the file is named by ``MOTCUA_CONFIG``, else ``motcua.toml`` in the working folder where there
is one. Every value remembers where it came from, so that `motcua config` can say so; secrets are never printed.
Nothing below `web` reads the environment.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from engine.libraries import ENCODING, of_toml
from engine.refusal import Refusal


class ConfigError(Refusal):
    """A setting that cannot be understood; the message names it, and where it was read."""


def _option(default: Any, about: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"about": about, "secret": secret})


@dataclass(frozen=True)
class Config:
    """All settings. A field ``smtp_host`` is ``MOTCUA_SMTP_HOST`` in the environment, ``smtp_host`` in the file."""

    database: str = _option("", "SQLAlchemy URL of the database; empty: SQLite under `home`", secret=True)
    report_database: str = _option("", "URL of a replica for board and register; empty: `database`", secret=True)
    home: str = _option("var", "folder of files, letters and the SQLite database")
    host: str = _option("127.0.0.1", "address the server listens on")
    port: int = _option(8000, "port the server listens on")
    threads: int = _option(8, "threads of a server process")
    base_url: str = _option("", "address that citizens reach, printed in QR codes; empty: http://HOST:PORT")
    secret_key: str = _option(
        "", "signs sessions and marks jobs, the same on every host; empty: made once under `home`", secret=True
    )
    session_minutes: int = _option(60, "minutes without a request after which an official is signed out")
    upload_megabytes: int = _option(20, "largest request that is accepted, in MiB")
    scanner: str = _option("", "malware scanner (clamd): unix:/path or tcp://host:port; empty: uploads are not scanned")
    metrics_token: str = _option("", "bearer token that reads /metrics; empty: this host alone may", secret=True)
    proxies: int = _option(0, "number of trusted proxies in front, whose X-Forwarded-* headers count")
    province: str = _option("Tỉnh Hưng Yên", "name in the header of every page")
    province_en: str = _option("Hưng Yên province", "the same in English")
    province_code: str = _option("H31", "code of the province's agencies")
    province_place: str = _option("Hưng Yên", "place in the date line of letters")
    log_format: str = _option("json", "json or console")
    log_level: str = _option("INFO", "DEBUG, INFO, WARNING or ERROR")
    smtp_host: str = _option("", "mail server; empty: mails are written as files under `home`/mail")
    smtp_port: int = _option(587, "port of the mail server")
    smtp_user: str = _option("", "user at the mail server")
    smtp_password: str = _option("", "password at the mail server", secret=True)
    smtp_tls: str = _option("starttls", "starttls or none")
    mail_from: str = _option("motcua@localhost", "sender of mails")
    sms_url: str = _option("", "gateway of text messages; empty: they are written as files under `home`/sms")
    meeting_server: str = _option("", "Jitsi-compatible server of video meetings; empty: invitations have no link")
    sms_token: str = _option("", "bearer token for that gateway", secret=True)
    payment_url: str = _option("", "address of the payment gateway; empty: fees are paid at the desk alone")
    payment_secret: str = _option("", "secret under which gateway and portal sign", secret=True)
    axis_url: str = _option(
        "", "address of the national document axis; empty: documents go by hand outside this system"
    )
    axis_system: str = _option("", "as whom this system is known to the axis (systemid)")
    axis_secret: str = _option("", "secret under which calls to the axis are signed", secret=True)
    axis_seconds: int = _option(60, "seconds between two looks at what has come from the axis")
    oidc_issuer: str = _option("", "OpenID Connect provider of citizens' identities; empty: citizens sign in by code")
    oidc_client_id: str = _option("", "as whom the portal is known to that provider")
    oidc_client_secret: str = _option("", "and its secret there", secret=True)
    oidc_name: str = _option("VNeID", "what that provider is called on the page")
    audit_key: str = _option("", "file of the key that signs the log's seals; empty: `home`/audit/key")
    audit_publish: str = _option(
        "", "where each seal's line goes, by commas: file:/path, mailto:a@b, https://host/path"
    )
    signature_trust: str = _option(
        "", "file or folder of certificates whose signatures are believed (PEM, DER), with revocation lists (.crl)"
    )
    signing_keys: str = _option("", "TOML file that names the signing keys of officials and agencies; empty: none")
    signed_on_paper: str = _option(
        "", "why outgoing documents are signed on paper although there are signing keys; empty: they are not"
    )
    connectors: str = _option("", "TOML file that names the lines to systems of others; empty: none")
    trays: str = _option("", "TOML file that names mailboxes and scan folders of documents; empty: none")
    reads_days: int = _option(730, "days for which it is kept who read whose data")
    demo: bool = _option(False, "a demonstration: every page says that its data are invented")
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        home = Path(self.home).resolve()
        object.__setattr__(self, "home", str(home))
        if not self.database:
            object.__setattr__(self, "database", f"sqlite:///{home / 'motcua.db'}")
        if not self.base_url:
            object.__setattr__(self, "base_url", f"http://{self.host}:{self.port}")
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))

    @property
    def trusted(self) -> str:
        """Whose signatures are believed, and the folder of fetched revocation lists (`procedures.signatures.trust`)."""
        return f"{self.signature_trust}{os.pathsep}{Path(self.home) / 'revocation'}" if self.signature_trust else ""

    @property
    def audit_key_file(self) -> Path:
        """Where the key that signs the log's seals is kept: outside the database."""
        return Path(self.audit_key) if self.audit_key else self.folder / "audit" / "key"

    @property
    def folder(self) -> Path:
        """`home` as a path, made where it is absent: its owner's alone."""
        path = Path(self.home)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def describe(self) -> list[dict[str, Any]]:
        """`{name, variable, value, source, about}` of every setting, secrets masked."""
        rows = []
        for option in options():
            value = getattr(self, option.name)
            if option.metadata["secret"]:
                value = _masked(str(value))
            rows.append(
                {
                    "name": option.name,
                    "variable": variable(option.name),
                    "value": value,
                    "source": self.sources.get(option.name, "default"),
                    "about": option.metadata["about"],
                }
            )
        return rows


def options() -> list[Any]:
    """The dataclass fields that are settings."""
    return [f for f in fields(Config) if "about" in f.metadata]


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"MOTCUA_{name.upper()}"


def load(environ: Mapping[str, str] | None = None, file: str | Path | None = None, **overrides: Any) -> Config:
    """Read the settings. `overrides` (from command-line options) win over all; None among them does not count."""
    environ = os.environ if environ is None else environ
    path = Path(file or environ.get("MOTCUA_CONFIG") or "motcua.toml")
    named = bool(file or environ.get("MOTCUA_CONFIG"))
    written = _read(path, named)
    known = {f.name: f for f in options()}
    strange = sorted(set(written) - set(known))
    if strange:
        names = ", ".join(strange)
        raise ConfigError(f"{path}: không có thiết lập tên {names}", f"{path}: there is no setting named {names}")
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name, option in known.items():
        for raw, source in (
            (overrides.get(name), "command line"),
            (environ.get(variable(name)), variable(name)),
            (written.get(name), str(path)),
        ):
            if raw is not None:
                values[name], sources[name] = _typed(raw, type(option.default), name, source), source
                break
    return Config(**values, sources=sources)


def _read(path: Path, named: bool) -> dict[str, Any]:
    if not path.is_file():
        if named:
            raise ConfigError(f"{path}: không tìm thấy tệp cấu hình", f"{path}: there is no such configuration file")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = of_toml(error) if isinstance(error, tomllib.TOMLDecodeError) else ENCODING
        raise ConfigError(f"{path}: {why.vi}", f"{path}: {why.en}") from error


def _typed(raw: Any, kind: type, name: str, source: str) -> Any:
    text = str(raw).strip()
    if kind is bool and text.lower() in ("1", "true", "yes", "on"):
        return True
    if kind is bool and text.lower() in ("", "0", "false", "no", "off"):
        return False
    if kind is int and text.lstrip("-").isdigit():
        return int(text)
    if kind is str:
        return text
    vi, en = ("số nguyên", "no whole number") if kind is int else ("có/không", "neither yes nor no")
    raise ConfigError(f"{source}: {name} = {text!r} không phải {vi}", f"{source}: {name} = {text!r} is {en}")


#: Parts of a database URL's query that are secrets (psycopg takes `password`, libpq `sslpassword` too).
_SECRET_PART = re.compile(r"(?i)([^=&]*(?:password|passwd|pwd|secret|token)[^=&]*=)[^&]*")


def _masked(value: str) -> str:
    """A URL keeps all but its passwords, wherever they stand; any other secret shows only that it is set."""
    if "://" not in value:
        return "***" if value else ""
    head, _, rest = value.partition("://")
    query = re.search(r"\?\w+=", rest)
    place, asked = (rest[: query.start()], rest[query.start() + 1 :]) if query else (rest, "")
    if "@" in place:
        credentials, _, place = place.rpartition("@")
        place = f"{credentials.split(':')[0]}:***@{place}"
    asked = _SECRET_PART.sub(r"\1***", asked)
    return f"{head}://{place}?{asked}" if query else f"{head}://{place}"
