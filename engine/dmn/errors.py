"""What DMN raises."""

from __future__ import annotations


class DmnError(Exception):
    """A model that cannot be used, or a name that it does not have. `line` is 0 where no line is to blame."""

    def __init__(self, vietnamese: str, english: str, line: int = 0) -> None:
        super().__init__(vietnamese)
        self.vietnamese, self.english, self.line = vietnamese, english, line

    def sentence(self, language: str = "vi") -> str:
        """What is wrong."""
        return self.english if language == "en" else self.vietnamese
