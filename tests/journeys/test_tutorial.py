"""What the tutorial tells a newcomer to type works as it stands, in both languages."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.journeys.system import ROOT, System, environment, motcua


def commands(name: str) -> list[str]:
    text = (ROOT / "docs" / name).read_text("utf-8")
    return [block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if block.strip() != "make run"]


def test_both_languages_tell_to_type_the_same() -> None:
    assert [block.replace(" --lang en", "") for block in commands("tutorial.en.md")] == commands("tutorial.md")


@pytest.mark.parametrize("name", ["tutorial.md", pytest.param("tutorial.en.md", marks=pytest.mark.slow)])
def test_its_commands_run_and_leave_a_new_version(name: str, on_sqlite: System, tmp_path: Path) -> None:
    blocks = commands(name)
    assert len(blocks) == 5
    for part in (".venv", "bpmn"):
        (tmp_path / part).symlink_to(ROOT / part)
    done = subprocess.run(
        ["bash", "-e", "-c", "".join(blocks)],
        cwd=tmp_path,
        env=environment(on_sqlite.home),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert " v2" in done.stdout and "Thẩm tra và đối chiếu hồ sơ" in done.stdout
    again = motcua(on_sqlite.home, "models", "deploy", str(tmp_path / "khai-sinh-moi"), "--json")
    assert [(one["version"], one["new"]) for one in json.loads(again.stdout)["deployed"]] == [(2, False)]


@pytest.mark.parametrize("name", ["tutorial.md", "tutorial.en.md"])
def test_its_links_and_pictures_lead_somewhere(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / "docs" / target).is_file(), target
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size < 250 * 1024
