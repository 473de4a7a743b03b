"""Opening what the configuration names: settings in force, the database at the newest migration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from web.cli.output import Misuse
from web.config import Config, ConfigError, load

if TYPE_CHECKING:
    from engine.store import Database


def config(**overrides: Any) -> Config:
    """The configuration in force; a `Misuse` names what cannot be understood."""
    try:
        return load(**overrides)
    except ConfigError as error:
        raise Misuse(str(error)) from None


@contextmanager
def database(settings: Config | None = None, *, current: bool = True) -> Iterator[Database]:
    """The database that is configured, closed at the end. `current`: a `Misuse` where migrations are missing."""
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
        at, newest = store.current(opened) if current else (None, None)
        if at != newest:
            raise Misuse(
                "Cơ sở dữ liệu chưa có hoặc chưa được nâng cấp: chạy “motcua db upgrade” trước",
                "The database is missing or not current: run 'motcua db upgrade' first",
            )
        yield opened
    except OperationalError as error:
        raise Misuse(
            f"Không mở được cơ sở dữ liệu ({error.orig})", f"The database cannot be opened ({error.orig})"
        ) from None
    finally:
        opened.close()
