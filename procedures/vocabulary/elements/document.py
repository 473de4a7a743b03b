"""`mc:receipt` and `mc:document`: with which role a unit receives a document, and what becomes of it at a node."""

from __future__ import annotations

from engine.model.definition import Extension
from engine.model.extensions import Attribute, Element
from engine.refusal import Lang
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures.vocabulary.documents import RECEIPTS
from procedures.vocabulary.elements.entry import TASKS, Entry, affirms
from procedures.vocabulary.words import Word

#: What becomes of the document when the node is completed affirmatively; `DRAFT` when it is entered.
DRAFT = "draft"
ACTS = {
    "finish": Word("văn bản đã giải quyết xong", "the document is done"),
    "recall": Word("văn bản đã được thu hồi", "the document is recalled"),
    DRAFT: Word("văn bản ở người soạn thảo", "the document is with its author"),
    "submit": Word("dự thảo được trình", "the draft is submitted"),
    "approve": Word("văn bản được duyệt ký", "the document is approved"),
    "number": Word("văn bản được cấp số, ngày", "the document gets its number and date"),
    "dispatch": Word("văn bản được phát hành", "the document goes out"),
    "drop": Word("văn bản không ban hành", "the document is not issued"),
    "invite": Word("giấy mời kèm tệp lịch được gửi", "the invitations go out, each with a calendar file"),
    "call_off": Word("cuộc họp bị hủy, khách mời được báo", "the meeting is called off, its guests are told"),
    "withdraw": Word("văn bản được nêu bị thu hồi", "the document that it is about is recalled"),
    "amend": Word(
        "dự thảo thay thế hoặc đính chính được mở", "a draft that replaces or corrects the document is opened"
    ),
    "approve_copy": Word("việc sao văn bản được duyệt", "the copy is approved"),
    "copy": Word("bản sao được cấp số và lập", "the copy gets its number and is made"),
}


def _receipt(extension: Extension, lang: Lang) -> str:
    word = RECEIPTS.get(extension.attributes.get("role") or "")
    if word is None:
        return ""
    return f"đơn vị nhận văn bản để {word.vi.lower()}" if lang == "vi" else f"the unit receives it: {word.en.lower()}"


RECEIPT = Entry(
    Element(
        "receipt",
        "vai trò nhận văn bản",
        "the role of receipt",
        {"role": Attribute("choice", True, tuple(RECEIPTS))},
        TASKS,
        sentence=_receipt,
    )
)


def _effect(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    act = extension.attributes.get("act") or ""
    if occurrence.event == "entered" if act == DRAFT else occurrence.event == "completed" and affirms(occurrence):
        from procedures.documents import acts

        acts.ACTS[act](tx, id, occurrence)


def _said(extension: Extension, lang: Lang) -> str:
    act = ACTS.get(extension.attributes.get("act") or "")
    return act[lang] if act is not None else ""


DOCUMENT = Entry(
    Element(
        "document",
        "việc với văn bản",
        "what becomes of the document",
        {"act": Attribute("choice", True, tuple(ACTS))},
        sentence=_said,
    ),
    _effect,
    of_document=True,
)
