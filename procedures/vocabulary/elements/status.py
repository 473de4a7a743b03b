"""`mc:status`: the national status of the dossier from here on."""

from __future__ import annotations

from engine.model.definition import Extension
from engine.model.extensions import Attribute, Element
from engine.refusal import Lang, Refusal
from engine.run.changes import Occurrence
from engine.store import Tx
from procedures.dossiers import status
from procedures.vocabulary.elements.entry import ON, Entry, is_moment
from procedures.vocabulary.statuses import STATUSES


def _said(extension: Extension, lang: Lang) -> str:
    code = extension.attributes.get("code") or ""
    known = STATUSES.get(int(code)) if code.isdecimal() else None
    called = f" ({known[lang]})" if known is not None else ""
    return f"hồ sơ chuyển sang trạng thái {code}{called}" if lang == "vi" else f"the dossier's status is {code}{called}"


def _effect(tx: Tx, id: str, occurrence: Occurrence, extension: Extension, rehearsal: bool) -> None:
    if not is_moment(occurrence, extension):
        return
    code = extension.attributes.get("code", "")
    if not code.isdigit():
        raise Refusal(
            f"Bước “{occurrence.node.name}” ghi trạng thái “{code}” không phải là số.",
            f"Step '{occurrence.node.name}' names the status '{code}', which is no number.",
        )
    # A stop with an open pause is a suspension; without one it ends the clock (Mẫu 05).
    suspended = any(e.name == "pause" for e in occurrence.extensions)
    meant = STATUSES.get(int(code))
    reason = str(occurrence.variables.get("ly_do") or "") if meant is not None and meant.reasoned else ""
    status.set_status(tx, id, int(code), reason, final=code == "8" and not suspended)


STATUS = Entry(
    Element(
        "status",
        "trạng thái hồ sơ",
        "the dossier's status",
        {"code": Attribute("integer", True, tuple(map(str, STATUSES))), "on": ON},
        sentence=_said,
        beside=("on",),
    ),
    _effect,
)
