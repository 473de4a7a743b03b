"""`motcua admin …`: who must wait no more, the demo's passwords, as whom a program may act."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text, update

from engine.store import Database, current
from engine.store.tables import deployment
from procedures import accounts, clients
from tests.web.conftest import PASSWORD
from web.cli import root
from web.cli.administration import admin
from web.cli.audit import audit
from web.cli.models import models
from web.cli.output import Misuse


@pytest.fixture
def runner(database: Database, tmp_path: Path) -> CliRunner:
    """The command line at the test's own database, whose tables stand as migrations make them."""
    with database.connect() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": current(database)[1]})
    url = f"sqlite:///{tmp_path}/motcua.db"  # where the fixture has put it
    return CliRunner(env={"MOTCUA_HOME": str(tmp_path / "home"), "MOTCUA_DATABASE": url})


def kept_waiting(database: Database, address: str = "10.0.0.1") -> bool:
    return accounts.sign_in(database, "motcua", PASSWORD, address=address).refusal == "wait"


@pytest.mark.parametrize("options", [["MOTCUA "], ["--address", "10.0.0.1"]], ids=["account", "address"])
def test_nobody_waits_after_unlock(runner: CliRunner, database: Database, options: list[str]) -> None:
    for number in range(51):
        accounts.sign_in(database, "motcua" if "MOTCUA " in options else f"nguoi.{number}", "sai", address="10.0.0.1")
    assert kept_waiting(database)
    done = runner.invoke(admin, ["unlock", *options, "--json"])
    assert done.exit_code == 0, done.output
    assert not kept_waiting(database)


def test_unlock_says_what_it_does_not_know(runner: CliRunner) -> None:
    assert isinstance(runner.invoke(admin, ["unlock"]).exception, Misuse)
    unknown = runner.invoke(admin, ["unlock", "khong.co", "--lang", "en"])
    assert unknown.exit_code == 1
    assert "khong.co" in unknown.output
    unknown = runner.invoke(admin, ["unlock", "--dossier", "h31.99-000000-0000"])
    assert unknown.exit_code == 1 and "Không có hồ sơ mang mã “H31.99-000000-0000”." in unknown.output


def test_status_names_what_came_with_the_release_and_is_not_deployed(runner: CliRunner, database: Database) -> None:
    assert runner.invoke(root, ["status"]).exit_code == 0
    with database.begin() as tx:
        tx.execute(update(deployment).where(deployment.c.key == "2.000815").values(hash="of the release before"))
    said = runner.invoke(root, ["status", "--lang", "en"])
    assert said.exit_code == 1 and "2.000815" in said.output and "models deploy --shipped" in said.output
    (one,) = json.loads(runner.invoke(root, ["status", "--json"]).output)["undeployed"]
    assert one["code"] == "2.000815" and one["name"] and one["effective_from"]
    done = json.loads(runner.invoke(root, ["models", "deploy", "--shipped", "--json"]).output)
    assert [each["key"] for each in done["deployed"]] == ["2.000815"]
    assert runner.invoke(root, ["status"]).exit_code == 0
    assert isinstance(runner.invoke(models, ["deploy"]).exception, Misuse)


def test_the_passwords_of_the_demo_end(runner: CliRunner, database: Database) -> None:
    alone = runner.invoke(admin, ["end-demo", "--lang", "en"])
    assert alone.exit_code == 1 and "Make an administrator first" in alone.output
    assert accounts.sign_in(database, "motcua", PASSWORD).ok, "nothing ends while nobody else administers"
    accounts.create_admin(database, "quan.tri", "một câu dài dễ nhớ")
    ended = json.loads(runner.invoke(admin, ["end-demo", "--json"]).output)["accounts"]
    assert "motcua" in ended
    assert not accounts.sign_in(database, "motcua", PASSWORD).ok
    assert json.loads(runner.invoke(admin, ["end-demo", "--json"]).output) == {"accounts": []}


def test_it_is_said_as_whom_a_program_acts(runner: CliRunner, database: Database) -> None:
    done = runner.invoke(admin, ["client", "motcua-demo", "--acts-for", "vanthu", "--json"])
    assert json.loads(done.output) == {"client_id": "motcua-demo", "acts_for": ["vanthu"]}
    found = clients.get(database, "motcua-demo")
    assert found is not None and found.acts_for == {"vanthu"}
    for wrong in (["client", "khong-co"], ["client", "motcua-demo", "--acts-for", "quantri"]):
        assert runner.invoke(admin, wrong).exit_code == 1


def test_the_first_administrator_is_made_once(runner: CliRunner, database: Database) -> None:
    asked = ["create", "--username", "quan.tri.moi", "--password-stdin"]
    assert runner.invoke(admin, asked, input="ngan\n").exit_code == 1
    done = runner.invoke(admin, asked, input="mot-mat-khau-du-dai-2026\n")
    assert done.exit_code == 0, done.output
    assert accounts.sign_in(database, "quan.tri.moi", "mot-mat-khau-du-dai-2026").ok


@pytest.mark.parametrize(
    ("edit", "reasons"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", {"release"}),
        ("INSERT INTO alembic_version VALUES ('9999')", {"release"}),
        ("DELETE FROM alembic_version", {"release"}),
        ("ALTER TABLE comment DROP COLUMN text", {"column missing"}),
        ("DROP TABLE comment", {"table missing"}),
    ],
)
def test_a_database_of_no_release_is_verified_all_the_same(
    runner: CliRunner, database: Database, edit: str, reasons: set[str]
) -> None:
    with database.connect() as connection:
        connection.execute(text(edit))
    done = runner.invoke(audit, ["verify", "--json"])
    assert done.exit_code == 1, done.output
    said = json.loads(done.stdout)
    assert {one["reason"] for one in said["broken"]} >= reasons and said["faults"] == len(said["broken"])
