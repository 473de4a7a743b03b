"""The result of a dossier: `mc:result` makes it, `mc:signature` signs it, `mc:finish` and `mc:return` end."""

from __future__ import annotations

from sqlalchemy import select

from engine.model.definition import Extension
from engine.model.extensions import Attribute, Element
from engine.refusal import Lang, Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures.actor import Kind, acting
from procedures.dossiers import result as results
from procedures.dossiers import status
from procedures.rights import no_program_signs
from procedures.store.dossier import handover
from procedures.vocabulary.elements.entry import TASKS, Entry, affirms
from procedures.vocabulary.words import Word

#: Whose signature it is.
LEVELS = {
    "leader": Word("lãnh đạo ký số", "signed by the leader"),
    "agency": Word("ký số của cơ quan", "sealed by the agency"),
}


def _result(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "completed" and affirms(occurrence) and not rehearsal:
        code = extension.attributes.get("code", "")
        results.complete(tx, id, code, occurrence.variables)
        if results.last_word(tx, id, occurrence.node.id):
            results.approve(tx, id, "agency", occurrence.variables, only=code)


RESULT = Entry(
    Element(
        "result",
        "kết quả giải quyết",
        "the result",
        {"code": Attribute(required=True)},
        TASKS,
        sentence=lambda _, lang: (
            "kết quả được gắn vào hồ sơ ở bước này" if lang == "vi" else "the result is attached here"
        ),
    ),
    _result,
)


def _signature(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event != "completed" or rehearsal:
        return
    if acting(tx).kind is Kind.CLIENT:
        raise no_program_signs()
    if affirms(occurrence):
        results.approve(tx, id, extension.attributes.get("level", "leader"), variables=occurrence.variables)
    else:
        results.sent_back(tx, id)


def _signed(extension: Extension, lang: Lang) -> str:
    return LEVELS.get(extension.attributes.get("level") or "", LEVELS["leader"])[lang]


SIGNATURE = Entry(
    Element(
        "signature",
        "chữ ký số",
        "the signature",
        {"level": Attribute("choice", True, tuple(LEVELS))},
        TASKS,
        sentence=_signed,
    ),
    _signature,
)


def _finish(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "completed" and affirms(occurrence):
        if not rehearsal:
            results.require_approved(tx, id)
        status.set_status(tx, id, 9)


FINISH = Entry(
    Element(
        "finish",
        "dấu giải quyết xong",
        "the mark handled",
        {"on": Attribute("choice", choices=("complete",), default="complete")},
        sentence=lambda _, lang: "hồ sơ giải quyết xong" if lang == "vi" else "the dossier is handled",
    ),
    _finish,
)


def _return(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if occurrence.event == "completed" and affirms(occurrence):
        given = tx.execute(select(handover.c.at).where(handover.c.dossier_id == id)).first()
        if given is None and not rehearsal:
            raise Refusal(
                "Chưa ghi người nhận kết quả: hãy trả kết quả tại quầy và lấy chữ ký.",
                "Nobody has been recorded as having taken the result: hand it over at the desk first.",
            )
        status.set_status(tx, id, 10)


RETURN = Entry(
    Element(
        "return",
        "việc trả kết quả",
        "the return of the result",
        {"on": Attribute("choice", choices=("complete",), default="complete")},
        sentence=lambda _, lang: "ghi nhận đã trả kết quả" if lang == "vi" else "the result is handed over",
    ),
    _return,
)


def _fee(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    from procedures import fees, words  # they know dossiers, which know the vocabulary

    if rehearsal:
        return
    if occurrence.event == "entered":
        fees.assess_anew(tx, id, occurrence.variables)
    elif occurrence.event == "completed" and affirms(occurrence) and (owed := fees.owed(tx, id)):
        raise Refusal(
            f"Bước này thu phí: còn {words.money(owed)} đồng chưa có biên lai. Hãy thu phí của hồ sơ tại quầy rồi "
            "hoàn thành bước.",
            f"This step takes the fee: {words.money(owed)} VND have no receipt yet. Take it at the desk first.",
        )


FEE = Entry(
    Element(
        "fee",
        "việc thu phí",
        "the fee",
        {},
        TASKS,
        sentence=lambda _, lang: (
            "chỉ xong khi đã thu đủ phí, có biên lai" if lang == "vi" else "done only when the fee has its receipt"
        ),
    ),
    _fee,
)
