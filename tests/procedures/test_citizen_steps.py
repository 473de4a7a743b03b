"""The way of a dossier in words, read from the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model import read
from procedures import bundles
from procedures.citizen_steps import Path as Way
from procedures.citizen_steps import of_process

SHIPPED = Path("bpmn/procedures")


def way(name: str) -> Way:
    """The way through a shipped bundle."""
    bundle = bundles.load(SHIPPED / name)
    models = [read(body, file=file) for file, body in bundle.files.items() if file.endswith(".bpmn")]
    process = next(
        found for one in models for found in one.processes.values() if found.id == bundle.description["process"]
    )
    return of_process(process, {one["code"] for one in bundle.description["results"] if one.get("refusal")})


def test_a_birth_goes_from_the_examination_to_the_result_with_what_the_citizen_does() -> None:
    steps = way("dang-ky-khai-sinh").usual
    assert steps[0].name.vi == "Phân công người giải quyết" and steps[-1].name.vi == "Trả kết quả"
    confirm = next(step for step in steps if step.by == "you")
    assert confirm.name.en == "Confirm the draft birth certificate" and "coi như bạn đồng ý" in confirm.silence
    assert not confirm.always  # only of one that came online
    assert next(step for step in steps if step.name.vi == "Thẩm tra hồ sơ").always
    assert next(step for step in steps if step.name.vi == "Thẩm tra hồ sơ").who == "Công chức tư pháp – hộ tịch"
    assert not any("từ chối" in step.name.vi for step in steps)


def test_what_leads_back_stands_where_it_begins() -> None:
    names = [step.name.vi for step in way("dang-ky-ket-hon").usual]
    assert names.index("Đề nghị xác minh tình trạng hôn nhân") < names.index("Lãnh đạo ký kết quả")


def of_rows(rows: list[str]) -> Way:
    """The way through a process of these elements."""
    body = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
        f'<process id="p" isExecutable="true">{"".join(rows)}</process></definitions>'
    )
    return of_process(read(body.encode(), file="m.bpmn").processes["p"], set())


def flow(id: str, source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def test_parallel_branches_are_gone_by_every_dossier() -> None:
    found = of_rows(
        [
            '<startEvent id="s"/><parallelGateway id="g"/><userTask id="a" name="A"/><userTask id="b" name="B"/>',
            '<parallelGateway id="j"/><endEvent id="e"/>',
            *(flow(f"{one}{other}", one, other) for one, other in ("sg", "ga", "gb", "aj", "bj", "je")),
        ]
    )
    assert [(step.name.vi, step.always) for step in found.usual] == [("A", True), ("B", True)]


#: Whoever looks into it drafts the answer in the same step: looked into, signed, handed out.
SHORT = ("chinh-sua-du-lieu", "phan-anh-kien-nghi", "the-bhyt-tre-em", "dang-ky-tam-tru", "dang-ky-thuong-tru")


@pytest.mark.parametrize(
    "name", sorted(folder.name for folder in SHIPPED.iterdir() if (folder / "procedure.yaml").is_file())
)
def test_every_shipped_procedure_has_its_way_in_both_languages(name: str) -> None:
    found = way(name)
    assert len(found.usual) >= (3 if name in SHORT else 4) and found.withdrawn
    for step in (*found.usual, *found.besides):
        assert step.name.vi and step.name.en and step.name.vi != step.name.en, step
    assert all(step.by == "you" and step.silence for step in found.besides)


def test_many_gateways_in_a_row_are_read_at_once() -> None:
    """A public page never walks every way through a model: there are 2^60 here."""
    rows = ['<startEvent id="s"/>', flow("f", "s", "g0"), '<endEvent id="g60"/>']
    for n in range(60):
        rows += [f'<exclusiveGateway id="g{n}" default="a{n}"/><userTask id="t{n}" name="T{n}"/>']
        rows += [flow(f"a{n}", f"g{n}", f"t{n}"), flow(f"b{n}", f"g{n}", f"g{n + 1}", "=x")]
        rows += [flow(f"c{n}", f"t{n}", f"g{n + 1}")]
    steps = of_rows(rows).usual
    assert [step.name.vi for step in steps] == [f"T{n}" for n in range(60)] and not any(step.always for step in steps)
