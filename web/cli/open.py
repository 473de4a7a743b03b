"""Opening what the configuration names: settings in force, the database at the newest migration."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from web.cli.output import Misuse, say
from web.config import Config, ConfigError, load

if TYPE_CHECKING:
    from engine.store import Database


def config(**overrides: Any) -> Config:
    """The configuration in force; a `Misuse` names what cannot be understood."""
    try:
        return load(**overrides)
    except ConfigError as error:
        raise Misuse(error.vi, error.en) from None


def user() -> str:
    """Who runs the command: the user of the server, by name where it has one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that nobody is named by
        return f"uid {os.getuid()}"


@contextmanager
def database(
    settings: Config | None = None, *, upgrade: bool = False, away: bool = False, looking: bool = False
) -> Iterator[Database]:
    """The database that is configured, closed at the end. A `Misuse` where migrations are missing, unless it is to
    `upgrade`. away: where it is not there just now (it may be restarting) that is only told, for those who wait.
    looking: one that has a log is opened whatever its release is said to be: who verifies tells what is wrong."""
    from sqlalchemy.exc import ArgumentError, OperationalError

    from engine import store
    from web.bootstrap import installation

    settings = settings or config()
    try:
        opened = installation(settings).open(settings.database)
    except ArgumentError:
        raise Misuse(
            "MOTCUA_DATABASE không phải địa chỉ cơ sở dữ liệu (ví dụ postgresql+psycopg://…)",
            "MOTCUA_DATABASE is no database URL (for example postgresql+psycopg://…)",
        ) from None
    try:
        if upgrade:
            store.upgrade(opened)
        else:
            _require_current(opened, away, looking)
        yield opened
    except store.UpgradeBlocked as blocked:
        raise Misuse(blocked.vi, blocked.en) from None
    except store.Unavailable as gone:
        raise Misuse(f"Không kết nối được cơ sở dữ liệu: {gone}", f"The database cannot be reached: {gone}") from None
    except OperationalError as error:
        raise Misuse(
            f"Không mở được cơ sở dữ liệu ({error.orig})", f"The database cannot be opened ({error.orig})"
        ) from None
    finally:
        opened.close()


def _require_current(opened: Database, away: bool, looking: bool) -> None:
    from sqlalchemy import inspect

    from engine import store

    try:
        at, newest = store.current(opened)
    except store.Unavailable as gone:
        if gone.lasting or not away:
            raise
        say(f"Cơ sở dữ liệu chưa trả lời, đang chờ: {gone} | The database does not answer yet: waiting", error=True)
        return
    if at != newest and not (looking and inspect(opened.pool).has_table("event")):
        raise Misuse(
            "Cơ sở dữ liệu chưa có hoặc chưa được nâng cấp: chạy “motcua db upgrade” trước",
            "The database is missing or not current: run 'motcua db upgrade' first",
        )
