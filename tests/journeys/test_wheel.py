"""The built wheel in an environment of its own: what is not a Python module must be found there, too."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.faults.test_workers import wait_until
from tests.journeys.system import ROOT, environment, free_port

PARTS = ("setup.cfg", "pyproject.toml", "README.md", "alembic", "bpmn", "engine", "procedures", "web")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment that has our wheel, and borrows from this one what we depend on."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in PARTS:  # a copy: building leaves folders behind
        part = ROOT / name
        if part.is_dir():
            shutil.copytree(part, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(part, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    offline = ["--no-deps", "--no-index"]
    subprocess.run([*pip, "wheel", ".", *offline, "--no-build-isolation", "-w", folder], cwd=source, check=True)
    (wheel,) = folder.glob("motcua-*.whl")
    shutil.rmtree(source)
    made = folder / "env"
    venv.create(made, with_pip=False)
    (site,) = made.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run([*pip, "--python", made / "bin" / "python", "install", *offline, wheel], check=True)
    return made


@pytest.fixture(scope="module")
def home(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database the installed command has made."""
    folder = tmp_path_factory.mktemp("home")
    done = run(installed, folder, "db", "upgrade", "--json")
    assert done.returncode == 0 and json.loads(done.stdout) == {"current": True}, done.stderr
    return folder


def run(installed: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command, far from the checkout."""
    return subprocess.run(
        [installed / "bin" / "motcua", *arguments],
        cwd=home,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_what_runs_is_what_was_installed(installed: Path, tmp_path: Path) -> None:
    program = "import engine, procedures, web, bpmn; print(engine.__file__, *bpmn.__path__)"
    said = subprocess.run(
        [installed / "bin" / "python", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert said.count(str(installed)) == 2 and str(ROOT) not in said


def test_the_installed_wheel_tests_its_bundles(installed: Path, home: Path) -> None:
    (site,) = installed.glob("lib/python*/site-packages")
    bundle = site / "bpmn" / "procedures" / "trich-luc-ho-tich"
    checked = run(installed, home, "models", "check", str(bundle), "--json")
    assert checked.returncode == 0 and "error" not in checked.stdout, checked.stderr
    tested = run(installed, home, "models", "test", str(bundle), "--json")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    answer = json.loads(tested.stdout)
    assert answer["passed"] > 0 and answer["failed"] == []


@pytest.fixture
def address(installed: Path, home: Path) -> Iterator[str]:
    """The address of an installed server."""
    port = free_port()
    process = subprocess.Popen(
        [installed / "bin" / "motcua", "serve", "--port", str(port)],
        cwd=home,
        env=environment(home, MOTCUA_LOG_LEVEL="WARNING"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def test_the_installed_wheel_serves_a_page_with_its_style(address: str) -> None:
    def ready() -> bool:
        try:
            return requests.get(f"{address}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    wait_until(ready, 60)
    page = requests.get(f"{address}/thu-tuc", timeout=20)
    assert page.status_code == 200 and "<main" in page.text
    style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
    assert style is not None and requests.get(address + style[1], timeout=20).status_code == 200
