"""Who acts, as far as the engine asks: for the name that its log bears. The rooms above have actors of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Who acts in a transaction."""

    @property
    def who(self) -> str | None:
        """The name in the log; None where no account stands behind the act."""


@dataclass(frozen=True, slots=True)
class System:
    """The engine itself: a timer, a retry, a job that was due."""

    who: None = None


SYSTEM = System()
