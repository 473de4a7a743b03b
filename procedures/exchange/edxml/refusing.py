"""Messages that are not read, and JSON that is not written, each with its sentence."""

from __future__ import annotations

from engine.refusal import Refusal


class EdxmlRefused(Refusal):
    """A message that is not safe to read or is none, or a text that cannot become one. rule: its short name."""

    def __init__(self, rule: str, vi: str, en: str) -> None:
        super().__init__(vi, en)
        self.rule = rule
