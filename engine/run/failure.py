"""What stops one branch of a run: it becomes an incident at the token's element, never an exception outside."""

from __future__ import annotations


class Failure(Exception):
    """A branch cannot go on. `kind` is one of those of `changes.Incident`; the sentence says what and why."""

    def __init__(self, kind: str, vi: str, en: str) -> None:
        super().__init__(en)
        self.kind = kind
        self.vi = vi
        self.en = en
