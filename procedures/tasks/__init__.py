"""Acts on open tasks: taken, given back, handed on, completed, sent one step back, commented, their results made.

Each is a command: it loads the task with what belongs to it once (`opening.find`), asks the one table of rights
(`procedures.rights.tasks`), checks what was said once, and writes, in one transaction. Pages, lists and the API call
only these."""

from procedures.tasks.commenting import comment
from procedures.tasks.completing import UnknownOutcome, brought, complete, outcome_of, send_back, ways_back
from procedures.tasks.done import Done, done
from procedures.tasks.holding import claim, colleagues, reassign, release, trial
from procedures.tasks.opening import Taken, Task, find, process_name, variables
from procedures.tasks.results import attach_result, making, produce_result, to_sign
from procedures.tasks.signing import Decision, by_key, sign_all, sign_and_complete

__all__ = [
    "Decision",
    "Done",
    "Taken",
    "Task",
    "UnknownOutcome",
    "attach_result",
    "brought",
    "by_key",
    "claim",
    "colleagues",
    "comment",
    "complete",
    "done",
    "find",
    "making",
    "outcome_of",
    "process_name",
    "produce_result",
    "reassign",
    "release",
    "send_back",
    "sign_all",
    "sign_and_complete",
    "to_sign",
    "trial",
    "variables",
    "ways_back",
]
