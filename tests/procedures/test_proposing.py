"""A scenario is proposed for what none touches: rows of decisions, too, and where there is none it is said why."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import scenario
from engine.scenario import Part
from procedures import authoring
from procedures.bundles import load
from procedures.proving import proposing, scenarios, writing
from procedures.vocabulary import elements

BPMN = Path(__file__).parents[2] / "bpmn"
TABLE = "decisions/phi-chung-thuc.dmn"


def certified(**changes: str) -> dict[str, str]:
    """The bundle of certified copies with one scenario alone, and what of its table is written otherwise."""
    elements.install()
    files = authoring.texts(load(BPMN / "procedures" / "chung-thuc-ban-sao").files)
    name, said = next(iter(scenarios.written(files).items()))
    files[scenarios.FILE] = authoring_text(name, said)
    for old, new in changes.items():
        files[TABLE] = files[TABLE].replace(old, new)
    return files


def authoring_text(name: str, said: object) -> str:
    assert isinstance(said, dict)
    return writing.written(name, said)


def rows(files: dict[str, str]) -> list[Part]:
    return [one for one in scenario.parts({n: b.encode() for n, b in files.items()}) if one.kind == "rule"]


def test_every_row_of_a_table_gets_a_scenario_that_takes_it() -> None:
    files = certified()
    for part in rows(files):
        found = proposing.proposed(files, part, "vi")
        assert found.said is not None, (part, found.why)
        assert part in scenarios.play_one(files, found.said, "vi").touched


def test_why_there_is_none_is_said() -> None:
    files = certified(**{"&gt; 198": "&lt; 0"})
    last = rows(files)[-1]
    found = proposing.proposed(files, last, "vi")
    assert found.why is not None and "không tìm được dữ liệu" in found.why.vi
    files["chung-thuc-ban-sao.bpmn"] = files["chung-thuc-ban-sao.bpmn"].replace(
        'decisionId="phi_chung_thuc"', 'decisionId="= ten_bang"'
    )
    found = proposing.proposed(files, last, "vi")
    assert found.why is not None and "không bước nào" in found.why.vi


@pytest.mark.slow
@pytest.mark.parametrize("folder", sorted(p.parent for p in BPMN.rglob("*/*/scenarios.yaml")), ids=lambda p: p.name)
def test_most_of_what_a_shipped_bundle_has_is_proposed_from_one_scenario(folder: Path) -> None:
    """What none touches with the first scenario alone gets one, or a reason."""
    elements.install()
    files = authoring.texts(load(folder).files)
    name, said = next(iter(scenarios.written(files).items()))
    files[scenarios.FILE] = authoring_text(name, said)
    left = scenarios.coverage(files, scenarios.play(files, "vi")).untouched
    found = [proposing.proposed(files, one, "vi") for one in left]
    assert all((one.said is None) is bool(one.why and one.why.vi) for one in found)
    print(folder.name, sum(one.said is not None for one in found), "of", len(found))
