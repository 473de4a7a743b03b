"""An `mc:` element as an entry: what it is called, its schema, its check, its sentence, and its effect on a dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.definition import Extension
from engine.model.extensions import Attribute, Element
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures.vocabulary import outcomes

#: What the element does to the dossier when a token enters or leaves its node: (tx, dossier, occurrence, the element,
#: whether it is a rehearsal, in which papers are taken as given). What it returns is written to the process's data.
Effect = Callable[[Tx, str, Occurrence, Extension, bool], Mapping[str, Any] | None]

#: When it takes effect: as the token comes (where nothing is said) or as the node is completed.
ON = Attribute("choice", choices=("enter", "complete"), default="enter")
LABELS = {"label": Attribute(), "labelEn": Attribute()}
TASKS = frozenset(("userTask",))


@dataclass(frozen=True, slots=True)
class Entry:
    """of_document: its effect is on a document (văn bản) and not on a dossier."""

    element: Element
    effect: Effect | None = None
    of_document: bool = False


def is_moment(occurrence: Occurrence, extension: Extension) -> bool:
    """Whether this is the moment that ``on`` names: "enter" (default) or "complete"."""
    wanted = "completed" if extension.attributes.get("on", "enter") == "complete" else "entered"
    return occurrence.event == wanted


def affirms(occurrence: Occurrence) -> bool:
    """Whether the node was completed with an affirmative outcome; one without outcomes always is."""
    return outcomes.affirms(occurrence.node, occurrence.outcome)


def flat(text: str) -> str:
    return " ".join(text.split())
