"""Figures over many dossiers are read from a replica, where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.store import Database
from procedures import dossiers
from tests.web.conftest import settings, sign_in
from web.app import create_app


def copy(database: Database, to: Path) -> str:
    """A copy of the database as it stands, as a replica would be; its URL."""
    with database.begin() as tx:
        tx.reader.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(str(database.pool.url.database), to)
    return f"sqlite:///{to}"


@pytest.mark.parametrize("page", ["/so-theo-doi", "/bang-dieu-hanh"])
def test_the_board_and_the_register_are_read_from_the_replica(
    database: Database, tmp_path: Path, receive: Callable[..., Any], page: str
) -> None:
    def shown(replica: str) -> str:
        app = create_app(replace(settings(tmp_path), report_database=replica), database)
        browser = sign_in(app.test_client(), "lanhdao")
        assert not code or code in browser.get("/ho-so").text
        said = browser.get(page).text.partition("<main")[2].partition("</main")[0]
        app.extensions["motcua"].reports.close()
        return said

    code = ""
    empty = copy(database, tmp_path / "before.db")
    before = shown(empty)
    code = dossiers.get(database, receive("dang_ky_khai_sinh").id).code
    assert shown(empty) == before, "the replica does not know of it yet"
    assert shown(copy(database, tmp_path / "after.db")) != before
