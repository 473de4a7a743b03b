"""Every pinned package is installed by the hashes of what was published; the version is one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def locked(file: str) -> dict[str, str]:
    return {name(found[1]): found[2] for found in BLOCK.finditer((ROOT / file).read_text("utf-8"))}


def test_every_pin_has_its_hashes() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    pins = {name(pin.split("==")[0]): pin.split("==")[1] for pin in lines}
    run, more = locked("requirements.lock"), locked("requirements-dev.lock")
    assert not run.keys() & more.keys()
    assert {**run, **more} == {**pins, "setuptools": run["setuptools"]}


def test_nothing_is_installed_past_the_hashes() -> None:
    installs = re.findall(r"\$\(PIP\) install (.*)", (ROOT / "Makefile").read_text("utf-8"))
    assert installs
    assert [line for line in installs if "--require-hashes" not in line and "--no-deps" not in line] == []


def test_the_version_is_the_newest_of_the_changelog() -> None:
    version = re.search(r"^version = (\S+)$", (ROOT / "setup.cfg").read_text("utf-8"), re.M)
    newest = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert version and newest and version[1] == newest[1]
