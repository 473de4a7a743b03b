"""What a request reaches for: the settings and the database of this process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app

from engine.store import Database
from web.config import Config

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class House:
    """The configuration, the database with its installation, and the replica that reports read from (or the same)."""

    config: Config
    database: Database
    reports: Database


def house() -> House:
    """The house of the running application."""
    found: House = current_app.extensions["motcua"]
    return found


def database() -> Database:
    """The database of the running application; ``with database().begin() as tx`` opens a transaction."""
    return house().database


def reports() -> Database:
    """The database that figures over many dossiers are read from: `MOTCUA_REPORT_DATABASE`, else the same. A replica is
    read only, and may be some seconds behind."""
    return house().reports


def shipped_bundles() -> Path:
    """The folder of the bundles that came with this release."""
    import bpmn

    return Path(next(iter(bpmn.__path__)))


def now() -> datetime:
    """This moment in the province's zone. Tests set ``MOTCUA_NOW`` in the application's configuration."""
    fixed = current_app.config.get("MOTCUA_NOW")
    return fixed if fixed is not None else datetime.now(ZONE)
