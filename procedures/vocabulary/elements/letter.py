"""`mc:letter`: a letter is made for the citizen."""

from __future__ import annotations

from engine.model.definition import Extension
from engine.model.extensions import Attribute, Element
from engine.refusal import Lang
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures.vocabulary.elements.entry import ON, Entry, is_moment


def _effect(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if is_moment(occurrence, extension) and not rehearsal:
        from procedures.letters import drafting

        drafting.issue(tx, extension.attributes.get("template", ""), id, occurrence.variables, occurrence.node)


def _said(extension: Extension, lang: Lang) -> str:
    template = extension.attributes.get("template") or ""
    number = template.removeprefix("mau-")
    if number != template and number.isdigit():
        return f"lập Mẫu số {number}" if lang == "vi" else f"makes form {number}"
    name = template.rpartition("/")[2].removesuffix(".typ")
    return f"lập văn bản «{name}»" if lang == "vi" else f"makes the letter «{name}»"


LETTER = Entry(
    Element(
        "letter",
        "phiếu, thư",
        "the letter",
        {"template": Attribute("path", True), "on": ON},
        sentence=_said,
        beside=("on",),
    ),
    _effect,
)
