"""Life events: what has happened to a person, and the procedures that come with it. The list is life_events.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.yaml import loads
from procedures.search import fold


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """`words` are folded phrases of a procedure's name or field."""

    key: str
    vi: str
    en: str
    words: tuple[str, ...]


@cache
def life_events() -> tuple[LifeEvent, ...]:
    """All of them, in the order of the file."""
    text = Path(__file__).with_name("life_events.yaml").read_text("utf-8")
    return tuple(
        LifeEvent(key, one["vi"], one["en"], tuple(fold(word) for word in one["words"]))
        for key, one in loads(text).items()
    )


def events_of(name: str, field: str) -> tuple[str, ...]:
    """Keys of the life events that a procedure belongs to."""
    padded = f" {fold(name)} | {fold(field)} "
    return tuple(event.key for event in life_events() if any(f" {word} " in padded for word in event.words))
