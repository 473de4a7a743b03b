"""The only two exceptions that FEEL raises."""

from __future__ import annotations

from engine.feel.messages import say


class FeelError(Exception):
    """What both exceptions of FEEL have in common: a code, its details, and a sentence in two languages."""

    def __init__(self, code: str, details: tuple[object, ...] = (), line: int = 1, column: int = 1) -> None:
        self.code = code
        self.details = details
        self.line = line
        self.column = column
        super().__init__(self.sentence())

    def sentence(self, language: str = "vi") -> str:
        """What is wrong, without the place."""
        return say(self.code, self.details, language)

    @property
    def message(self) -> str:
        """What is wrong, in Vietnamese."""
        return self.sentence()


class FeelSyntaxError(FeelError):
    """The text is no expression. `line` and `column` count from 1."""

    def __init__(
        self,
        text: str,
        line: int,
        column: int,
        message: str | None = None,
        *,
        code: str = "syntax",
        details: tuple[object, ...] = (),
    ) -> None:
        self.text = text
        self._message = message
        super().__init__(code, details, line, column)

    def sentence(self, language: str = "vi") -> str:
        """What is wrong, without the place."""
        return self._message or say(self.code, self.details, language)

    def __reduce__(self) -> tuple[object, ...]:
        return (FeelSyntaxError, (self.text, self.line, self.column, self.message))


class FeelLimitError(FeelError):
    """A bound was hit: of text, nesting, steps, or the size of a value (docs/reference/feel.md)."""
