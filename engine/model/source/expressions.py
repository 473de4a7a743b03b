"""Text of a model that may be FEEL, a literal, or the expression language of another dialect."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from engine import feel
from engine.libraries import Said
from engine.model.definition import Expression, Value
from engine.model.findings.report import Report
from engine.model.names import line_of
from engine.model.source import juel

#: What the `language` of an expression or the `scriptFormat` of a script may say, in lower case.
FEEL_LANGUAGES = frozenset(
    (
        "feel",
        "text/feel",
        "application/feel",
        "http://www.omg.org/spec/feel/20140401",
        "http://www.omg.org/spec/dmn/20151101/feel/",
        "http://www.omg.org/spec/dmn/20180521/feel/",
        "https://www.omg.org/spec/dmn/20191111/feel/",
        "https://www.omg.org/spec/dmn/20211108/feel/",
        "https://www.omg.org/spec/dmn/20230324/feel/",
    )
)
#: Languages whose simple `${…}` is translated; without `${…}` there is nothing to read in them.
JUEL_LANGUAGES = frozenset(("juel", "el", "uel", "camunda", "activiti", "flowable"))


class Expressions:
    """Reads expressions of one file and reports those that nobody could evaluate."""

    def __init__(self, report: Report, dialect: str = "camunda") -> None:
        self.report, self.dialect = report, dialect

    def feel(
        self, text: str | None, at: etree._Element, *, strict: bool = True, told: bool = True
    ) -> Expression | None:
        """Text that is an expression whether or not it begins with ``=``. None where there is none, or it cannot
        be read (which is then reported). told: a translation is noted; where it is not, who asked notes it."""
        text = (text or "").strip()
        if not text:
            return None
        if not self._language(at):
            return None
        if juel.is_foreign(text) and not text.startswith("="):
            return self._translated(text, at, told)
        text = text[1:].strip() if text.startswith("=") else text
        if strict and not self.compiles(text, at):
            return None
        return Expression(text, line_of(at))

    def value(self, text: str | None, at: etree._Element, *, told: bool = True) -> Value:
        """Text that is a literal unless it begins with ``=`` or has `${…}` in it."""
        text = (text or "").strip()
        if not text:
            return None
        if text.startswith("=") or juel.is_foreign(text):
            return self.feel(text, at, told=told)
        return text

    @staticmethod
    def constant(text: str) -> str | None:
        """The text that an expression without variables stands for, None where it stands for no text."""
        if feel.names(text):
            return None
        value = feel.evaluate(text, {})
        return value if isinstance(value, str) else None

    def compiles(self, text: str, at: etree._Element) -> bool:
        """Whether FEEL can read it; a text that it cannot is reported with the place in it."""
        trouble = syntax_error(text)
        if trouble is not None:
            self.report.add("feel-syntax", at, text=text, reason=trouble.vi, reason_en=trouble.en)
        return trouble is None

    def _translated(self, text: str, at: etree._Element, told: bool) -> Expression | None:
        try:
            feel = juel.translate(text)
        except juel.Untranslatable as part:
            self.report.add("foreign-expression", at, text=text, part=str(part) or text)
            return None
        if not self.compiles(feel, at):
            return None
        if told:
            self.report.note(at, self.dialect, text, "= " + feel)
        return Expression(feel, line_of(at))

    def _language(self, at: etree._Element) -> bool:
        language = (at.get("language") or "").strip()
        if not language or language.lower() in FEEL_LANGUAGES | JUEL_LANGUAGES:
            return True
        self.report.add("expression-language", at, language=language)
        return False


def mistake(text: str) -> Said | None:
    """What is wrong with a FEEL text by itself: it cannot be read, or calls a function that is not there, or with
    arguments that it does not take."""
    trouble = syntax_error(text)
    if trouble is not None:
        return trouble
    return next((Said(doubt.sentence(), doubt.sentence("en")) for doubt in feel.doubts(text)), None)


@lru_cache(maxsize=4096)
def syntax_error(text: str) -> Said | None:
    """What is wrong with a FEEL text, with its line and column, or None."""
    try:
        feel.compile(text)
    except feel.FeelError as error:
        place = f" ({error.line}:{error.column})" if isinstance(error, feel.FeelSyntaxError) else ""
        return Said(error.sentence("vi") + place, error.sentence("en") + place)
    return None
