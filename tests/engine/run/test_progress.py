"""What a node keeps on its token: declared fields, each with a key of its own in the stored state."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.refusal import Refusal
from engine.run import codec
from engine.run.compiled import SPECS
from engine.run.progress import Completed, Form, Offer, Progress, Stage, Stopped, copied, kept_by

WHEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
INSIDE = Completed("b", 1, data={"le_phi": Decimal("8000.50")})
#: A value of each form, other than the default.
VALUES: dict[Form, Any] = {
    "stage": Stage.DELIVERING,
    "values": {"le_phi": Decimal("1.10")},
    "long": [Decimal("1.10"), None],
    "offer": Offer(WHEN, "Ký", None, "van.thu", ["lanh_dao"], None, WHEN, 80),
    "stopped": Stopped("limit", "Quá dài.", "Too long."),
    "completed": Completed("", 0, "7", "con", "2", {"a": Decimal("0.5")}, [INSIDE]),
    "completed_all": [Completed("a", 2, "8", done=[], many=None), Completed("c", 3, many=[INSIDE])],
    "plan": [("scope", INSIDE)],
}


def kinds() -> list[type[Progress]]:
    found: list[type[Progress]] = [Progress]
    for kind in found:
        found.extend(each for each in kind.__subclasses__() if each not in found)
    return found


def other(default: Any, name: str) -> Any:
    if name in ("came", "keys"):
        return {"f1": 2}
    if name in ("reset", "begin", "next"):
        return ["a", "b"]
    if isinstance(default, bool):
        return True
    return 3 if name in ("rounds", "first", "undone") else "x"


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_declared_field_comes_back_from_a_stored_state(kind: type[Progress]) -> None:
    for each in kept_by(kind()):
        value = other(each.default, each.name) if each.form == "plain" else VALUES[each.form]
        assert value != each.default
        progress, again = kind(), kind()
        setattr(progress, each.name, value)
        codec.read_progress(again, codec.written_progress(progress, {}))
        assert again == progress, each.name
        assert copied(progress) == progress


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_no_two_fields_share_a_key_and_nothing_else_can_be_kept(kind: type[Progress]) -> None:
    keys = [each.key for each in kept_by(kind())]
    assert len(keys) == len(set(keys))
    assert codec.written_progress(kind(), {}) == {}
    with pytest.raises(AttributeError):
        kind().undeclared = 1  # type: ignore[attr-defined]


def test_what_a_record_does_not_declare_is_refused_and_not_dropped() -> None:
    with pytest.raises(Refusal, match="la_gi"):
        codec.read_progress(Progress(), {"la_gi": 1})


def test_a_copy_shares_no_list_with_the_record_it_came_from() -> None:
    for kind in kinds():
        for each in kept_by(kind()):
            if each.form == "completed_all":
                progress = kind()
                setattr(progress, each.name, [INSIDE])
                getattr(copied(progress), each.name).clear()
                assert getattr(progress, each.name) == [INSIDE]


def test_every_kind_of_node_says_what_it_keeps() -> None:
    assert all(issubclass(spec.progress, Progress) for spec in SPECS.values())
