"""`models deploy` says what `models check` says: errors refuse a bundle, warnings are told of one that is taken."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.installation import alone
from engine.store.tables import event
from tests.procedures.town import CODE, DESCRIPTION, MODEL, bundle
from web.cli.database import db
from web.cli.models import models
from web.cli.output import Misuse

EXTRACT = Path(__file__).parents[2] / "bpmn" / "procedures" / "trich-luc-ho-tich"


@pytest.fixture
def runner(tmp_path: Path) -> CliRunner:
    made = CliRunner(env={"MOTCUA_HOME": str(tmp_path / "home"), "MOTCUA_DATABASE": f"sqlite:///{tmp_path}/m.db"})
    assert made.invoke(db, ["upgrade"]).exit_code == 0
    return made


def test_a_warning_of_the_check_is_told_at_deployment_too(runner: CliRunner, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "the", model=MODEL.replace("<mc:finish />", ""))
    checked = json.loads(runner.invoke(models, ["check", str(folder), "--json"]).output)
    said = runner.invoke(models, ["deploy", str(folder), "--json"])
    answer = json.loads(said.output)
    assert said.exit_code == 0 and answer["deployed"] == [{"key": CODE, "version": 1, "new": True}]
    assert answer["findings"] == checked and [one["rule"] for one in checked] == ["never-finished"]


def test_an_error_refuses_it_in_the_words_of_the_check(runner: CliRunner, tmp_path: Path) -> None:
    folder = bundle(tmp_path / "the", model=MODEL.replace('"chuyen_vien"', '"chuyenvien"'))
    checked = json.loads(runner.invoke(models, ["check", str(folder), "--json", "--lang", "en"]).output)
    said = runner.invoke(models, ["deploy", str(folder), "--json", "--lang", "en"])
    answer = json.loads(said.output)
    assert said.exit_code == 1 and answer["deployed"] == [] and answer["findings"] == checked
    assert all(one["message"] in answer["refused"][0]["reason"] for one in checked)


def test_a_failing_scenario_refuses_it_unless_forced_with_a_reason(runner: CliRunner, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXTRACT, tmp_path / "trich-luc"))
    scenarios = folder / "scenarios.yaml"
    scenarios.write_text(scenarios.read_text("utf-8").replace("expect_status: '9'", "expect_status: '3'"), "utf-8")
    said = runner.invoke(models, ["deploy", str(folder), "--json"])
    answer = json.loads(said.output)
    assert said.exit_code == 1 and answer["deployed"] == []
    assert answer["refused"][0]["reason"].startswith("Kịch bản chưa đạt: ")
    empty = runner.invoke(models, ["deploy", str(folder), "--force", " "])
    assert isinstance(empty.exception, Misuse)
    forced = runner.invoke(models, ["deploy", str(folder), "--json", "--force", "sửa kịch bản sau"])
    assert forced.exit_code == 0 and json.loads(forced.output)["deployed"][0]["new"]
    with contextlib.closing(alone().open(f"sqlite:///{tmp_path}/m.db")) as opened, opened.begin() as tx:
        (row,) = tx.read(select(event.c.data).where(event.c.kind == "procedure.forced")).scalars()
    assert json.loads(row)["reason"] == "sửa kịch bản sau"


LAUGHS = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]\n" for n in range(1, 9))
BOMBS = {
    "aliases": (f"b0: &b0 [x]\n{LAUGHS}", "too many values behind aliases"),
    "depth": (f"a: {'[' * 20_000}", "nests too deeply"),
    "width": (f"a: [{'a,' * 1_900_000}]", "too many values"),
}
ROOM = 768 * 1024 * 1024  # bytes of address space, all that the command may take


@pytest.mark.parametrize("command", ["check", "deploy"])
def test_a_text_that_unfolds_without_end_is_refused_in_bounded_memory(
    runner: CliRunner, tmp_path: Path, command: str
) -> None:
    folders = [bundle(tmp_path / name, DESCRIPTION + text) for name, (text, _) in BOMBS.items()]
    done = subprocess.run(
        [sys.executable, "-m", "web", "models", command, *map(str, folders), "--json", "--lang", "en"],
        env={**os.environ, **{name: value or "" for name, value in runner.env.items()}},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM)),
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    said = [one["message"] for one in answer] if command == "check" else [one["reason"] for one in answer["refused"]]
    for name, (_, words) in BOMBS.items():
        assert any(words in one for one in said), (name, said)
