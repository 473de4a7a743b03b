"""`models deploy` says what `models check` says: errors refuse a bundle, warnings are told of one that is taken."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.procedures.town import CODE, DESCRIPTION, MODEL, bundle
from web.cli.database import db
from web.cli.models import models


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
