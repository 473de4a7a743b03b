"""What the tables of rights have in common: act → who may, and the words in which the others are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from procedures.rights import NotAllowed, Unseen

Stand = TypeVar("Stand")


@dataclass(frozen=True, slots=True)
class Table(Generic[Stand]):
    """acts: act → how one has to stand to the thing. said: each act in words. whose: who stands so, in words, in the
    order in which they are named. unseen: what who does not stand to it in any way is told."""

    acts: Mapping[str, frozenset[Stand]]
    said: Mapping[str, tuple[str, str]]
    whose: Mapping[Stand, tuple[str, str]]
    unseen: Callable[[], Unseen]

    def allowed(self, standing: frozenset[Stand]) -> frozenset[str]:
        """What who stands like this may do."""
        return frozenset(act for act, who in self.acts.items() if not who.isdisjoint(standing))

    def require(self, act: str, standing: frozenset[Stand]) -> None:
        """Raises `NotAllowed` where who stands like this may not do that, `Unseen` where the thing is not theirs to
        see."""
        if not standing:
            raise self.unseen()
        if not self.acts[act].isdisjoint(standing):
            return
        vi, en = self.said[act]
        who = [words for one, words in self.whose.items() if one in self.acts[act]]
        raise NotAllowed(
            f"Chỉ {', '.join(name for name, _ in who)} được {vi}.",
            f"Only {', '.join(name for _, name in who)} may {en}.",
        )
