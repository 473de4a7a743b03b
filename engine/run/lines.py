"""What migrating an instance does, line by line, said to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal[
    "token", "scope", "task", "timer", "subscription", "condition", "call", "incident", "run", "deadline", "dossier"
]
How = Literal["kept", "moved", "changed", "new", "removed", "runs", "told"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that migrating an instance does, said to people.

    element: the node of the version before, "" for what is new; target: that of the version after, "" for what goes.
    before, after: dates as ISO text, names, or what else changes. id: of the token, task, timer or subscription.
    """

    what: What
    how: How
    element: str
    target: str
    vi: str
    en: str
    before: str | None = None
    after: str | None = None
    id: str = ""
