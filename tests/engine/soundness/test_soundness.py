"""Unsound models are named right, and the executor comes to what the token game foretold; sound ones are left alone."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from engine.model import check, read
from engine.model.soundness import Problem, Verdict, explore, scenario
from engine.scenario import run_files
from procedures.vocabulary import elements
from tests.engine.model.test_conformance import CASES, SHARED, of, translated
from tests.engine.soundness.sound import Sound, sound
from tests.engine.soundness.unsound import Unsound, unsound
from tests.engine.specification.writing import E, S, definitions, flows, gateway, users

ROOT = Path(__file__).parents[3]
BUNDLES = sorted(path for kind in ("procedures", "routes") for path in (ROOT / "bpmn" / kind).iterdir() if path.is_dir()
                 and any(path.glob("*.bpmn")))  # fmt: skip
#: What their authors drew unsound on purpose: the pattern is the test. The data that the suites give do not show it.
ON_PURPOSE = {
    "betsy/original/InclusiveDiverging_ParallelConverging.bpmn": {"deadlock"},
    "flowable/original/ExclusiveGatewayTest.testMergingExclusiveGateway.bpmn": {"no-sync"},
}


@pytest.fixture(autouse=True)
def _vocabulary() -> None:
    elements.install()


def verdicts(body: str) -> list[Verdict]:
    return explore(read(definitions(body).encode(), "m.bpmn").processes)


@pytest.mark.parametrize("case", unsound(), ids=lambda case: case.name)
def test_each_kind_is_named_at_its_place_and_the_executor_comes_there(case: Unsound, tmp_path: Path) -> None:
    processes = read(definitions(case.body).encode(), "m.bpmn").processes
    found = [problem for verdict in explore(processes) for problem in verdict.problems]
    mine = [problem for problem in found if (problem.kind, problem.node) == (case.kind, case.at)]
    assert len(mine) == 1, [(problem.kind, problem.node) for problem in found]
    file = tmp_path / "m.bpmn"
    file.write_text(definitions(case.body), "utf-8")
    if case.kind == "dead":
        assert mine[0].also
        return
    script = scenario(processes, mine[0])
    assert script is not None
    answer = run_files([file], script)
    assert answer["ok"], answer["failures"]
    entered = Counter(entry["element"] for entry in answer["trace"] if entry["event"] == "entered")
    assert {id for _, id in mine[0].path()} <= set(entered) | {case.at}
    _shown(case, mine[0], answer, entered)


def _shown(case: Unsound, problem: Problem, answer: dict, entered: Counter) -> None:
    if case.kind in ("deadlock", "improper-end"):
        assert not answer["open"] and not answer["ended"]
        assert not any(one["element"] == case.at and one["event"] == "completed" for one in answer["trace"][-2:])
    elif case.kind == "no-flow":
        assert [one["element"] for one in answer["incidents"]] == [case.at]
    elif case.kind == "no-sync":
        assert entered[case.at] == 2
    elif case.kind == "unbounded":
        assert entered[case.at] > 3
    else:
        assert answer["open"] and not answer["ended"]


def test_every_kind_is_there() -> None:
    kinds = {case.kind for case in unsound()}
    assert kinds == {"deadlock", "improper-end", "no-flow", "no-sync", "dead", "livelock", "unbounded"}
    assert len(unsound()) >= 20


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda path: path.name)
def test_the_shipped_bundles_are_sound(folder: Path) -> None:
    processes = {}
    for file in sorted(folder.glob("*.bpmn")):
        processes.update(read(file, bundled=True).processes)
    for verdict in explore(processes):
        assert verdict.sound is True, [(problem.kind, problem.node) for problem in verdict.problems]
        assert verdict.seconds < 0.5


@pytest.mark.skipif(not CASES.exists(), reason="the third-party material is not here")
def test_no_runnable_model_of_the_suites_is_accused_wrongly() -> None:
    files = [(CASES / name, name) for name in of("trace", "script", "path")]
    files += [(path, path.name) for path in sorted((SHARED / "data" / "workloads").iterdir())]
    for path, name in files:
        model = read(translated(path), name)
        if model.errors:
            continue
        for verdict in explore(model.processes):
            assert {problem.kind for problem in verdict.problems} == ON_PURPOSE.get(name, set()), name
            assert verdict.decided, name


@pytest.mark.parametrize("case", sound(), ids=lambda case: case.name)
def test_what_is_sound_is_not_accused(case: Sound) -> None:
    found = read(definitions(case.body).encode(), "m.bpmn")
    assert found.errors == []
    assert [(verdict.sound, verdict.problems) for verdict in explore(found.processes)] == [(True, [])] * len(
        found.processes
    )


def test_the_findings_tell_the_way_and_are_graver_in_a_bundle(tmp_path: Path) -> None:
    case = next(case for case in unsound() if case.name == "an outcome that leaves the join without its branch")
    file = tmp_path / "m.bpmn"
    file.write_text(definitions(case.body), "utf-8")
    found = {one.rule: one for one in check([file])}
    told = found["end-leaves-tokens"]
    assert told.severity == "warning" and told.element == "y" and "a → b → x → e2" in told.message
    assert "join-may-stand" not in found  # it is said once
    (tmp_path / "procedure.yaml").write_text("{}", "utf-8")
    assert {one.severity for one in check([tmp_path]) if one.rule == "end-leaves-tokens"} == {"error"}


def test_what_the_data_decide_is_told_as_such() -> None:
    case = next(case for case in unsound() if case.kind == "deadlock" and "inclusive" in case.name)
    (problem,) = verdicts(case.body)[0].problems
    assert not problem.certain


def test_the_same_condition_at_two_gateways_is_decided_once() -> None:
    body = (
        S + E + gateway("parallel", "f") + gateway("exclusive", "m") + gateway("parallel", "y") + users("a b c d")
        + gateway("exclusive", "x", "x-c") + gateway("exclusive", "z", "z-e") + gateway("exclusive", "w")
        + flows("s>a>x", "x>f ? gap", "f>b>y", "f>d>y", "y>w", "x>c>w", "w>z", "z>c2 ? not(gap)", "z>e", "c2>e")
        + users("c2")
    )  # fmt: skip
    assert verdicts(body)[0].sound is True


def test_what_cannot_be_looked_at_whole_is_not_decided() -> None:
    many = [f"t{i}" for i in range(13)]
    body = S + E + gateway("parallel", "f") + gateway("parallel", "y") + users(" ".join(many))
    body += flows("s>f", "y>e", *(f"f>{id}>y" for id in many))
    verdict = verdicts(body)[0]
    assert verdict.sound is None and not verdict.problems and verdict.seconds < 2


def test_the_verdicts_of_the_command_can_be_read(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from web.cli.models import models

    file = tmp_path / "m.bpmn"
    file.write_text(definitions(unsound()[4].body), "utf-8")
    answer = CliRunner().invoke(models, ["prove", str(file), "--json"])
    (row,) = json.loads(answer.output)
    assert answer.exit_code == 1 and row["verdict"] == "unsound"
    assert row["problems"][0]["scenario"]["steps"] == [{"advance": "PT1H"}, {"complete": "b"}]
    said = CliRunner().invoke(models, ["prove", str(file)])
    assert "kết thúc còn sót nhánh: y" in said.output
