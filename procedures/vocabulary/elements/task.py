"""What models say of a task and for whom: `mc:outcome`, `mc:back`, `mc:step`, `mc:citizen`, and `mc:script`."""

from __future__ import annotations

from engine.model.definition import Extension
from engine.model.extensions import Attribute, Element
from engine.refusal import Lang
from procedures.vocabulary import older
from procedures.vocabulary.elements.entry import LABELS, TASKS, Entry, flat
from procedures.vocabulary.words import Word

TONES = ("primary", "secondary", "warning")
#: What a citizen may be asked to do while a process waits for them.
ACTIONS = {
    "confirm": Word("công dân xác nhận", "the citizen confirms"),
    "supplement": Word("công dân bổ sung hồ sơ", "the citizen adds papers"),
    "pay": Word("công dân nộp phí, lệ phí", "the citizen pays"),
}
_BOOLEAN = Attribute("boolean", choices=("true", "false"), default="false")
#: What is said of an outcome beside its words.
_MARKS = {
    "affirmative": Word("chấp thuận", "affirmative"),
    "supplement": Word("yêu cầu công dân bổ sung", "asks the citizen for more"),
    "reason": Word("phải ghi lý do", "a reason is asked for"),
}
_BUTTONS = {
    "primary": Word("nút chính", "main button"),
    "secondary": Word("nút phụ", "secondary button"),
    "warning": Word("nút cảnh báo", "warning button"),
}


def _outcome(extension: Extension, lang: Lang) -> str:
    """An outcome with all that is said of it."""
    said = extension.attributes
    english, when = said.get("labelEn"), said.get("when")
    parts = [
        f"«{flat(said.get('label') or said.get('id') or '')}»",
        *(word[lang] for name, word in _MARKS.items() if said.get(name) == "true"),
        _BUTTONS.get(said.get("tone") or "secondary", _BUTTONS["secondary"])[lang],
        {"vi": f"tiếng Anh «{english}»", "en": f"in English «{english}»"}[lang] if english else "",
        {"vi": f"chỉ khi {when}", "en": f"only when {when}"}[lang] if when else "",
    ]
    return ", ".join(filter(None, parts))


OUTCOME = Entry(
    Element(
        "outcome",
        "kết quả để chọn",
        "the outcome",
        {
            "id": Attribute("id", True),
            "label": Attribute(required=True),
            "labelEn": Attribute(),
            "reason": _BOOLEAN,
            "tone": Attribute("choice", choices=TONES, default="secondary"),
            "affirmative": _BOOLEAN,
            "supplement": _BOOLEAN,
            "when": Attribute("amount"),
        },
        TASKS,
        compared=_outcome,
        absent=older.outcome,
        role="outcome",
    )
)
BACK = Entry(
    Element("back", "việc trả lại bước trước", "the way back", {"to": Attribute("id", True)}, TASKS, role="back")
)
STEP = Entry(
    Element(
        "step",
        "bước hiện cho công dân",
        "the step that citizens see",
        {"label": Attribute(required=True), "labelEn": Attribute()},
    )
)
SCRIPT = Entry(
    Element(
        "script",
        "biến nhận kết quả",
        "the result variable",
        {"resultVariable": Attribute("name", True)},
        frozenset(("scriptTask",)),
        role="result-variable",
    )
)


def _citizen(extension: Extension, lang: Lang) -> str:
    action = ACTIONS.get(extension.attributes.get("action") or "")
    return action[lang] if action is not None else ""


CITIZEN = Entry(
    Element(
        "citizen",
        "việc của công dân",
        "what the citizen does",
        {
            "action": Attribute("choice", True, tuple(ACTIONS)),
            "message": Attribute(required=True),
            "note": Attribute("name"),
            **LABELS,
        },
        frozenset(("boundaryEvent", "intermediateCatchEvent", "receiveTask", "startEvent")),
        sentence=_citizen,
    )
)
