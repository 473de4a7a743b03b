"""The page of what is supported is made of the cases, and leaves out no element of the schema."""

from __future__ import annotations

from tests.engine.specification import support
from tests.engine.specification.refused import REFUSALS
from tests.engine.specification.tables import CASES


def test_the_page_is_current() -> None:
    assert support.PAGE.read_text("utf-8") == support.page()


def test_every_element_of_the_schema_is_executed_refused_or_explained() -> None:
    assert support.unexplained() == set()
    told = {support.head(one.element) for one in (*CASES, *REFUSALS)}
    lost = {part: of for part, of in support.PARTS.items() if of not in told | support.PARTS.keys()}
    assert lost == {}


def test_no_case_is_there_twice() -> None:
    labels = [f"{case.element}: {case.says}" for case in CASES]
    assert len(labels) == len(set(labels))
