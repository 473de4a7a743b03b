"""The bundles that ship with the house, as the tests of this folder look at them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"

BUNDLES = sorted({path.parent for name in ("procedure.yaml", "route.yaml") for path in (ROOT / "bpmn").rglob(name)})
MODELS = sorted((ROOT / "bpmn").rglob("*.bpmn"))


def named(path: Path) -> str:
    return path.stem if path.is_file() else path.name


@cache
def parsed(path: Path) -> Any:
    return etree.parse(str(path)).getroot()


@dataclass(frozen=True)
class Box:
    """Where a shape lies on the plane."""

    x: float
    y: float
    width: float
    height: float

    def inside(self, other: Box) -> bool:
        return (
            self.x >= other.x
            and self.y >= other.y
            and self.x + self.width <= other.x + other.width
            and self.y + self.height <= other.y + other.height
        )

    def overlaps(self, other: Box) -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


def _box(bounds: Any) -> Box:
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))


@cache
def shapes(path: Path) -> dict[str, Box]:
    return {
        shape.get("bpmnElement"): _box(shape.find(f"{DC}Bounds")) for shape in parsed(path).iter(f"{BPMNDI}BPMNShape")
    }


@cache
def labels(path: Path) -> dict[str, Box]:
    """The labels that lie beside their element: of events, gateways and flows."""
    found = {}
    for kind in ("BPMNShape", "BPMNEdge"):
        for owner in parsed(path).iter(f"{BPMNDI}{kind}"):
            bounds = owner.find(f"{BPMNDI}BPMNLabel/{DC}Bounds")
            if bounds is not None:
                found[owner.get("bpmnElement")] = _box(bounds)
    return found


Point = tuple[float, float]


@cache
def edges(path: Path) -> dict[str, list[Point]]:
    return {
        edge.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in edge.iter(f"{DI}waypoint")]
        for edge in parsed(path).iter(f"{BPMNDI}BPMNEdge")
    }


@cache
def flows(path: Path) -> dict[str, tuple[str, str]]:
    return {
        flow.get("id"): (flow.get("sourceRef"), flow.get("targetRef"))
        for flow in parsed(path).iter(f"{BPMN}sequenceFlow")
    }


@cache
def nodes(path: Path) -> dict[str, Any]:
    """Flow nodes by id: whatever a lane could name, those inside subprocesses too."""
    return {
        element.get("id"): element
        for element in parsed(path).iter()
        if isinstance(element.tag, str)
        and element.tag.startswith(BPMN)
        and (
            element.tag.endswith(("Task", "Event", "Gateway"))
            or element.tag in (f"{BPMN}subProcess", f"{BPMN}callActivity", f"{BPMN}task")
        )
    }
