"""The `mc:` elements, one entry each, and their registration with the engine.

`models check`, `models read`, deployment, the files for modelers and the hooks all go by these entries.
"""

from __future__ import annotations

from engine.model import extensions
from engine.model.extensions import Vocabulary
from procedures.vocabulary.elements import clock, letter, result, status, task
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
    )
}
VOCABULARY = Vocabulary(NAMESPACE, "mc", {name: entry.element for name, entry in ENTRIES.items()}, OUTCOME)


def install() -> None:
    """Makes the vocabulary known to the engine. All that a process must call before it reads models of administration:
    the bootstrap of server, worker, command line and tests does."""
    extensions.register(VOCABULARY)
