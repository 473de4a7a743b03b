"""A saved instance of every state format that was ever released still finishes (`saved/format-N.json`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.run import Run
from engine.run.codec import FORMAT
from tests.engine.run.test_activities import many
from tests.engine.run.test_compensation import COMPENSATE, undone
from tests.engine.run.test_events import DEFINITIONS, boundary, end, event_sub, sub
from tests.engine.run.test_gateways import E, S, users
from tests.engine.run.world import World, flows, model

SAVED = Path(__file__).parent / "saved"
CYCLE = "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"
BODY = (
    '<process id="main" isExecutable="true">'
    + S
    + E
    + undone("a")
    + '<parallelGateway id="p"/><inclusiveGateway id="j"/><callActivity id="k" calledElement="con"/>'
    + users("w", "remind", "last")
    + sub(
        "t",
        '<startEvent id="i"/>'
        + users("u")
        + flows("i>u")
        + many(zeebe='inputCollection="= ds" inputElement="x" outputCollection="kq" outputElement="= x + n"'),
    )
    + boundary("b", "w", CYCLE, stops=False)
    + end("c", COMPENSATE)
    + event_sub("h", "message", users("hu") + flows("h_s>hu"), stops=False)
    + flows("s>a", "a>p", "p>t", "p>k", "p>w", "t>j", "k>j", "w>j", "j>last", "b>remind", "remind>e", "last>c")
    + '</process><process id="con" isExecutable="true">'
    + users("cu")
    + "</process>"
)


def begun() -> World:
    """The instance as it was saved: halfway, with one of everything that waits."""
    world = World(model(BODY, DEFINITIONS))
    world.start(variables={"ds": [1, 2], "n": 1, "phi": 8000.5})
    world.complete("a")
    world.advance("PT1H")
    world.message("m1")
    world.complete("u")
    return world


@pytest.mark.parametrize("path", sorted(SAVED.glob("format-*.json")), ids=lambda path: path.stem)
def test_a_saved_instance_finishes(path: Path) -> None:
    world = World(model(BODY, DEFINITIONS))
    world.ids = 1000
    world.runs.append(Run.load(path.read_bytes(), world))
    assert world.open == ["cu", "hu", "remind", "u", "w"]
    assert world.run.dump() == path.read_bytes() or path.stem != f"format-{FORMAT}"
    world.advance("PT30M")
    for name in ("u", "cu", "w", "hu", "remind", "last", "x_a"):
        world.complete(name)
    assert world.ended and world.run.variables["kq"] == [2, 3]


def test_the_format_of_today_is_saved() -> None:
    assert (SAVED / f"format-{FORMAT}.json").exists()
