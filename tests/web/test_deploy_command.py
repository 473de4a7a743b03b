"""`models deploy` says what `models check` says: errors refuse a bundle, warnings are told of one that is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.procedures.town import CODE, MODEL, bundle
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
