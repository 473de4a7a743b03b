"""What models say of time: `mc:term` of a step, `mc:pause` and `mc:extension` of the legal clock, `mc:silence`."""

from __future__ import annotations

from engine.model.definition import Extension
from engine.model.extensions import Attribute, Element
from engine.model.words import phrases
from engine.refusal import Lang
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures import deadlines
from procedures.dossiers import log, supplements
from procedures.vocabulary.elements.entry import TASKS, Entry, affirms, flat
from procedures.vocabulary.roles import called
from procedures.vocabulary.units import UNITS, in_units
from procedures.vocabulary.words import Word

#: Why the legal clock stands still (domain.md §4).
PAUSES = {
    "supplement": Word("trong lúc chờ bổ sung", "while papers are awaited"),
    "fee": Word("trong lúc chờ nộp phí, lệ phí", "while the fee is awaited"),
    "legal": Word("theo quy định của pháp luật", "as the law says"),
}


def _term(extension: Extension, lang: Lang) -> str:
    number, unit = extension.attributes.get("value") or "", extension.attributes.get("unit") or ""
    text = phrases.value(number[1:].strip(), lang) if number.startswith("=") else number
    term = in_units(text, unit, lang) if unit in UNITS else text
    return f"thời hạn {term}" if lang == "vi" else f"term {term}"


def _whole_term(extension: Extension, lang: Lang) -> str:
    before, above = (extension.attributes.get(name) or "" for name in ("reminder", "escalateTo"))
    span = phrases.duration(before, lang) if before else ""
    parts = [
        _term(extension, lang),
        {"vi": f"nhắc trước {span}", "en": f"reminded {span} before"}[lang] if span else "",
        {"vi": f"quá hạn thì báo {called(above, lang)}", "en": f"late ones go to {called(above, lang)}"}[lang]
        if above
        else "",
    ]
    return ", ".join(filter(None, parts))


TERM = Entry(
    Element(
        "term",
        "thời hạn",
        "the term",
        {
            "value": Attribute("amount", True),
            "unit": Attribute("choice", True, tuple(UNITS)),
            "reminder": Attribute("duration"),
            "escalateTo": Attribute(),
        },
        sentence=_term,
        beside=("reminder", "escalateTo"),
        compared=_whole_term,
    )
)  # its effect is on the task: `procedures.step_terms`


def _place(occurrence: Occurrence) -> str:
    return deadlines.place(occurrence.node.id, occurrence.token)


def _pause(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "entered":
        kind = extension.attributes.get("kind", "legal")
        if kind == "supplement":
            supplements.asked(tx, id, occurrence.variables, occurrence.node)
        deadlines.pause(tx, id, kind, _place(occurrence))
    else:
        deadlines.resume(tx, id, _place(occurrence))


def _paused(extension: Extension, lang: Lang) -> str:
    why = PAUSES.get(extension.attributes.get("kind") or "")
    said = "tạm dừng tính thời hạn" if lang == "vi" else "the legal term stands still"
    return f"{said} {why[lang]}" if why is not None else said


PAUSE = Entry(
    Element(
        "pause",
        "việc tạm dừng thời hạn",
        "the pause of the term",
        {"kind": Attribute("choice", True, tuple(PAUSES))},
        sentence=_paused,
    ),
    _pause,
)


def _extension(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "completed" and affirms(occurrence):
        from procedures.dossiers import extensions

        said = occurrence.variables
        extensions.at_step(
            tx,
            id,
            str(said.get("gia_han_so") or ""),
            str(said.get("gia_han_don_vi") or "WORKING_DAY"),
            str(said.get(extension.attributes.get("reason", "ly_do")) or ""),
            rehearsal=rehearsal,
        )


EXTENSION = Entry(
    Element(
        "extension",
        "việc gia hạn",
        "the extension of the term",
        {"reason": Attribute("name", default="ly_do")},
        TASKS,
        sentence=lambda _, lang: "gia hạn thời hạn giải quyết" if lang == "vi" else "the legal term is extended",
        beside=("reason",),
    ),
    _extension,
)


def _silence(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "entered":
        log.record(tx, id, "dossier.silence", {"element": occurrence.node.id, "reason": extension.text.strip()})


def _silent(extension: Extension, lang: Lang) -> str:
    meant = f"«{flat(extension.text).rstrip('.')}»"
    return f"im lặng nghĩa là {meant}" if lang == "vi" else f"silence means {meant}"


SILENCE = Entry(
    Element(
        "silence",
        "nghĩa của im lặng",
        "what silence means",
        places=frozenset(("boundaryEvent", "intermediateCatchEvent", "startEvent")),
        text=True,
        sentence=_silent,
    ),
    _silence,
)
