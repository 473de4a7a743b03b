"""`motcua migrate`: plan, rehearse, run, undo; its exit status and its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine import commands, migration, store, worklist
from engine.store import Database
from tests.engine.commands import models
from tests.engine.commands.models import flow, model, task
from tests.engine.commands.test_commands import deploy, only

NEW = model('<startEvent id="s"/>' + task("a2") + task("b") + '<endEvent id="e"/>' + flow("s", "a2", "b", "e"))
Command = Callable[..., tuple[int, Any]]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_database: Callable[..., Database]) -> Database:
    """A database at the newest migration, which the command finds by its configuration."""
    url = f"sqlite:///{tmp_path}/motcua.db"
    monkeypatch.setenv("MOTCUA_DATABASE", url)
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    database = open_database(url)
    store.upgrade(database)
    return database


@pytest.fixture
def motcua(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line; its exit status and its JSON, or its text where it gave none."""
    import click

    from web.cli import root

    def run(*arguments: str) -> tuple[int, Any]:
        try:
            status = root.main(["migrate", *arguments], standalone_mode=False)
        except click.UsageError:
            status = 2
        said = capsys.readouterr().out
        return status or 0, json.loads(said) if "--json" in arguments and said else said

    return run


def test_a_plan_is_made_rehearsed_done_and_undone(installed: Database, motcua: Command) -> None:
    deploy(installed, models.TWO)
    deploy(installed, NEW)
    with installed.begin() as tx:
        old = next(one.id for one in migration.versions(tx) if one.number == 1)
    one, two = (commands.start(installed, "p", business_key=f"H{n}", deployment=old) for n in range(2))
    commands.complete(installed, only(installed, two))
    status, said = motcua("versions", "--json")
    assert (status, [(each["key"], each["number"]) for each in said]) == (0, [("k", 2), ("k", 1)])
    status, draft = motcua("plan", "k@1", "k@2", "--check", "--json")
    assert (status, draft["ok"], draft["plan"], draft["open"]) == (0, True, None, 2)
    assert [(row["element"], row["how"], row["standing"]) for row in draft["rows"] if row["rests"] == "token"] == [
        ("a", "none", 1),
        ("b", "id", 1),
    ]
    assert motcua("plan", "k@1", "k@2", "--map", "a=khong_co", "--json")[0] == 1
    assert motcua("plan", "k@1", "k@9", "--json")[0] == 2
    status, made = motcua("plan", "k@1", "k@2", "--json")
    status, said = motcua("rehearse", made["plan"], "--json")
    assert (status, said["fits"], said["unfit"]) == (1, 1, 1)
    _, made = motcua("plan", "k@1", "k@2", "--map", "a=a2", "--json")
    plan = made["plan"]
    assert motcua("rehearse", plan, "--json")[1]["fits"] == 2
    assert motcua("run", plan)[0] == 2  # without a reason
    status, said = motcua("run", plan, "H0", "--reason", "luật mới", "--json")
    assert (status, said["fits"]) == (0, 1)
    assert [item.element for item in worklist.of_instance(installed, one)] == ["a2"]
    status, said = motcua("status", plan, "--json")
    assert (said["progress"]["open"], said["progress"]["done"]) == (1, 1)
    assert [(each["business_key"], each["status"]) for each in said["instances"]] == [
        ("H0", "done"),
        ("H1", "rehearsed"),
    ]
    assert motcua("run", plan, "--reason", "luật mới", "--json")[1]["fits"] == 1
    commands.complete(installed, only(installed, two))
    status, said = motcua("undo", plan, "--reason", "nhầm", "--json")
    assert (status, said["undone"], len(said["refused"])) == (1, 1, 1)
    assert [item.element for item in worklist.of_instance(installed, one)] == ["a"]
    status, said = motcua("run", plan, "--reason", "lại", "--queue", "--json")
    assert (status, said["queued"]) == (0, 1)
    status, text = motcua("list", "--lang", "en")
    assert status == 0 and plan in text and "waiting 1" in text


def test_a_database_that_is_not_upgraded_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_database: Callable[..., Database], motcua: Command
) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    monkeypatch.setenv("MOTCUA_DATABASE", url)
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    store.upgrade(open_database(url), "0001")
    assert motcua("list") == (2, "")
