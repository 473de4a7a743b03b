"""Each command keeps its contract: exit 0 done, 1 found wrong, 2 misused; `--json` prints one document and no more."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.system import ROOT, System, environment, motcua

BUNDLE = ROOT / "bpmn/procedures/dang-ky-khai-sinh"
MODEL = str(BUNDLE / "dang-ky-khai-sinh.bpmn")
#: Models and inputs of the cases below, by file name.
FILES = {
    "broken.bpmn": "<definitions",
    "wait.bpmn": """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="a" name="Xem"/><endEvent id="e"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="e"/></process>
</definitions>""",
    "good.yaml": "process: p\nsteps: [{complete: Xem}, {expect_ended: true}]\n",
    "bad.yaml": "process: p\nsteps: [{expect_ended: true}]\n",
    "unreadable.yaml": "process: [",
    "fee.dmn": """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Phí" namespace="t">
<inputData id="i" name="so_ban"/><decision id="phi" name="phi"><variable name="phi"/>
<informationRequirement><requiredInput href="#i"/></informationRequirement>
<literalExpression><text>so_ban * 2000</text></literalExpression></decision></definitions>""",
    "clock.json": json.dumps(
        {"received": "2026-02-13T09:00:00+07:00", "term": {"value": "1", "unit": "WORKING_DAY"}, "start": "statutory"}
    ),
    "badclock.json": json.dumps({"received": "2026-02-13", "term": {"value": "x", "unit": "WORKING_DAY"}}),
    "record.json": json.dumps({"nothing": "of a record"}),
}
#: arguments, exit status, whether there is JSON to read
CASES = [
    ("config --json", 0, True),
    ("config --nonsense", 2, False),
    ("nonsense", 2, False),
    ("db upgrade --json", 0, True),
    ("db rebuild --json", 0, True),
    ("db nonsense", 2, False),
    ("models check {bundle} --json", 0, True),
    ("models check {broken.bpmn} --json", 1, True),
    ("models check {absent.bpmn} --json", 2, False),
    ("models read {model} --json", 0, True),
    ("models read {model} --lang en", 0, False),
    ("models read {broken.bpmn}", 1, False),
    ("models prove {model}", 0, False),
    ("models prove {model} --json", 0, True),
    ("models diff {model} {model} --json", 0, True),
    ("models diff {model}", 2, False),
    ("models run {wait.bpmn} --scenario {good.yaml} --json", 0, True),
    ("models run {wait.bpmn} --scenario {bad.yaml} --json", 1, True),
    ("models run {wait.bpmn} --scenario {unreadable.yaml} --json", 2, False),
    ("models test {bundle} --json", 0, True),
    ("models export {model}", 0, False),
    ("models deploy {bundle} --json", 0, True),
    ("models deploy {broken.bpmn} --json", 1, True),
    ("feel 1+1 --json", 0, True),
    ("feel -2 --json", 0, True),
    ("feel 1+ --json", 1, False),
    ("feel a --context [1] --json", 2, False),
    ('dmn {fee.dmn} --decision phi --context {{"so_ban":4}} --json', 0, True),
    ("dmn {fee.dmn} --decision khong_co --json", 1, False),
    ("clock {clock.json} --json", 0, True),
    ("clock {badclock.json} --json", 1, True),
    ("clock {absent.json} --json", 2, False),
    ("catalogue import {record.json} --json", 1, True),
    ("catalogue import", 2, False),
    ("catalogue search kahi sinh --json", 0, True),
    ("catalogue search tàu vũ trụ --json", 0, True),
    ("catalogue search", 2, False),
    ("migrate versions --json", 0, True),
    ("migrate list --json", 0, True),
    ("migrate status nonsense", 1, False),
    ("migrate plan khong@1 co@2", 2, False),
    ("migrate run nonsense", 2, False),
    ("audit verify --json", 0, True),
    ("admin create", 2, False),
    ("backup", 2, False),
    ("bench --model {wait.bpmn}", 2, False),
    ("serve --port x", 2, False),
    ("worker --nonsense", 2, False),
]


@pytest.fixture(scope="module")
def home(sqlite_sample: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of the module's own."""
    from tests.journeys.system import copied

    return copied(sqlite_sample[0], tmp_path_factory.mktemp("commands") / "home")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("inputs")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    known = {name: str(folder / name) for name in (*FILES, "absent.bpmn", "absent.json")}
    return {**known, "bundle": str(BUNDLE), "model": MODEL}


@pytest.mark.parametrize(("line", "status", "speaks_json"), CASES, ids=[re.sub("[{}]", "", one[0]) for one in CASES])
def test_exit_status_and_output_are_those_of_the_contract(
    home: Path, inputs: dict[str, str], line: str, status: int, speaks_json: bool
) -> None:
    arguments = []
    for word in line.split():
        for name, path in inputs.items():
            word = word.replace("{" + name + "}", path)
        arguments.append(word.replace("{{", "{").replace("}}", "}"))
    done = motcua(home, *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if speaks_json:
        json.loads(done.stdout)
    elif status == 2:
        assert done.stdout == "" and done.stderr.strip()


def test_the_first_administrator_is_made_once_and_needs_a_password(home: Path, tmp_path: Path) -> None:
    weak = motcua(tmp_path, "admin", "create", "--password-stdin", stdin="1\n")
    assert weak.returncode == 1 and weak.stderr
    made = motcua(tmp_path, "admin", "create", "--password-stdin", "--json", stdin="mot mat khau that dai 2026\n")
    assert made.returncode == 0 and json.loads(made.stdout) == {"username": "quantri"}
    assert motcua(tmp_path, "admin", "create", "--password-stdin", stdin="mot mat khau that dai 2026\n").returncode == 1


def test_a_backup_file_is_written(home: Path, tmp_path: Path) -> None:
    done = motcua(home, "backup", str(tmp_path / "all.tar.gz"), "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["rows"] > 100


def test_a_changed_log_is_found(sqlite_sample: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    import sqlite3

    from tests.journeys.system import copied

    home = copied(sqlite_sample[0], tmp_path / "home")
    with sqlite3.connect(home / "motcua.db") as database:
        database.execute("UPDATE event SET data = replace(data, 'a', 'b') WHERE rowid = (SELECT min(rowid) FROM event)")
    database.close()
    done = motcua(home, "audit", "verify", "--json")
    assert done.returncode == 1 and len(json.loads(done.stdout)["broken"]) >= 1


def test_a_second_demo_starts_quickly_keeps_the_data_and_tells_its_address(on_sqlite: System) -> None:
    before = motcua(on_sqlite.home, "audit", "verify", "--json").stdout
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "web", "demo", "--json", "--port", "18200"],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(on_sqlite.home),
    )
    try:
        assert process.stdout
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, "it ended"
            said += line
        known = json.loads(said)
        assert time.monotonic() - began < 30  # it is two seconds on an idle machine
        assert known["address"].startswith("http://127.0.0.1:") and len(known["accounts"]) == 8
        assert known["clients"] == on_sqlite.known["clients"]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
    counted = json.loads(motcua(on_sqlite.home, "audit", "verify", "--json").stdout)
    assert counted["broken"] == [] and counted["roots"] >= json.loads(before)["roots"]
