"""The `mc:` elements, one entry each, and their registration with the engine.

`models check`, `models read`, deployment, the files for modelers and the hooks all go by these entries.
"""

from __future__ import annotations

from engine.model import extensions
from engine.model.extensions import Vocabulary
from procedures.bundle_check import BundleFolders
from procedures.bundle_check.rules import RULES, TITLE
from procedures.vocabulary import roles
from procedures.vocabulary.elements import clock, document, letter, result, status, task
from procedures.vocabulary.elements.entry import Entry

NAMESPACE = "http://motcua.vn/schema/1.0/mc"
#: The variable that the chosen outcome of a task becomes.
OUTCOME = "hanh_dong"
#: In the order in which those of one node take effect: the clock stands before the status and its letter are told; a
#: result is made before it is signed, and signed before the dossier is finished and returned.
ENTRIES: dict[str, Entry] = {
    entry.element.name: entry
    for entry in (
        clock.PAUSE,
        status.STATUS,
        clock.TERM,
        result.FEE,
        letter.LETTER,
        clock.EXTENSION,
        result.RESULT,
        result.SIGNATURE,
        result.FINISH,
        result.RETURN,
        clock.SILENCE,
        task.OUTCOME,
        task.BACK,
        task.STEP,
        task.CITIZEN,
        task.SCRIPT,
        document.RECEIPT,
        document.DOCUMENT,
    )
}
#: What acts on a dossier write into its process beside the outcome: the dossier and its declaration as it starts, the
#: numbers that fees go by, the reason of a decision, what is lacking and until when, what was brought, by how much the
#: term is extended, what has been paid, who took the result and when; of a document's route, the document.
WRITTEN = frozenset(
    (
        "ho_so",
        "to_khai",
        "so_ban",
        "so_trang",
        "ly_do",
        "thieu",
        "han_bo_sung",
        "bo_sung",
        "gia_han_so",
        "gia_han_don_vi",
        "da_nop",
        "nguoi_nhan",
        "ngay_tra",
        "van_ban",
    )
)
VOCABULARY = Vocabulary(
    NAMESPACE,
    "mc",
    {name: entry.element for name, entry in ENTRIES.items()},
    OUTCOME,
    WRITTEN,
    TITLE,
    RULES,
    BundleFolders(),
    roles.called,
)


def install() -> None:
    """Makes the vocabulary known to the engine. All that a process must call before it reads models of administration:
    the bootstrap of server, worker, command line and tests does."""
    extensions.register(VOCABULARY)
