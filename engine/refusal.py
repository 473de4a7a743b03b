"""A command that cannot be done, said in a sentence; nothing has changed when it is raised."""

from __future__ import annotations

from typing import Literal

#: The languages that everything is told in.
Lang = Literal["vi", "en"]


class Refusal(Exception):
    """Names the thing and its state, in Vietnamese and in English. `str()` gives the Vietnamese sentence. about: the
    argument of the command that is wrong, where it is one: a form shows the sentence beside that field."""

    def __init__(self, vi: str, en: str, about: str = "") -> None:
        super().__init__(vi)
        self.about = about
        self.vi = vi
        self.en = en


class Later(Refusal):
    """Not now, and nobody's fault: to be tried again after so many seconds. A job that meets it loses no try."""

    def __init__(self, vi: str, en: str, *, seconds: float) -> None:
        super().__init__(vi, en)
        self.seconds = seconds
