"""Dossiers (hồ sơ): received, decided, supplemented, stopped, returned, tracked. One function for each thing that can
be done; each is one transaction of its own on a `Database`, or joins the `Tx` it is given. A refusal is a sentence."""

from procedures.actor import Actor
from procedures.dossiers.admissible import NotReceiving, missing, people, receives
from procedures.dossiers.answering import answer_by
from procedures.dossiers.answers import Answer, absent_papers, answers
from procedures.dossiers.applicants import plausible
from procedures.dossiers.board import Board, board, progress_table, total_of
from procedures.dossiers.bringing import bring_supplement, correction
from procedures.dossiers.correcting import correct
from procedures.dossiers.desk_papers import ask_at_desk, refuse_intake, typed_at_intake
from procedures.dossiers.doubles import doubles
from procedures.dossiers.ends import return_result, return_task, stop, unreturnable, withdraw
from procedures.dossiers.extensions import Proposal, extend
from procedures.dossiers.extensions import decide as decide_extension
from procedures.dossiers.extensions import pending as pending_extension
from procedures.dossiers.extensions import propose as propose_extension
from procedures.dossiers.extensions import waiting as waiting_extensions
from procedures.dossiers.intake import receive
from procedures.dossiers.mending import asked_to_mend, mend
from procedures.dossiers.next_steps import held, next_steps
from procedures.dossiers.nodes import node_of
from procedures.dossiers.online import accept_online, ask_online, refuse_online, register_arrived, register_online
from procedures.dossiers.peopled import People, people_of
from procedures.dossiers.queries import (
    by_code,
    codes,
    comment,
    comments,
    components,
    find,
    get,
    history,
    id_of,
    listing,
    recipient,
)
from procedures.dossiers.result import results
from procedures.dossiers.returned import given_back
from procedures.dossiers.sheets import Sheet, control_sheet, postal_label, register, register_opens_on
from procedures.dossiers.signed import asks_pin, has_image, pen, seen, ways
from procedures.dossiers.supplements import lacking
from procedures.dossiers.tracking import TrackingRefused, confirm, file_for_citizen, track, unlock
from procedures.dossiers.trends import trends
from procedures.dossiers.values import (
    Applicant,
    Dossier,
    Double,
    HistoryLine,
    Intake,
    Lack,
    NextStep,
    Page,
    Received,
    Recipient,
    Row,
    Tick,
    Tracking,
    Waiting,
)
from procedures.dossiers.versions import changed_fields
from procedures.rights.dossiers import may_see

__all__ = [
    "Actor",
    "Answer",
    "Applicant",
    "Board",
    "Dossier",
    "Double",
    "HistoryLine",
    "Intake",
    "Lack",
    "NextStep",
    "NotReceiving",
    "Page",
    "People",
    "Proposal",
    "Received",
    "Recipient",
    "Row",
    "Sheet",
    "Tick",
    "Tracking",
    "TrackingRefused",
    "Waiting",
    "absent_papers",
    "accept_online",
    "answer_by",
    "answers",
    "ask_at_desk",
    "ask_online",
    "asked_to_mend",
    "asks_pin",
    "board",
    "bring_supplement",
    "by_code",
    "changed_fields",
    "codes",
    "comment",
    "comments",
    "components",
    "confirm",
    "control_sheet",
    "correct",
    "correction",
    "decide_extension",
    "doubles",
    "extend",
    "file_for_citizen",
    "find",
    "get",
    "given_back",
    "has_image",
    "held",
    "history",
    "id_of",
    "lacking",
    "listing",
    "may_see",
    "mend",
    "missing",
    "next_steps",
    "node_of",
    "pen",
    "pending_extension",
    "people",
    "people_of",
    "plausible",
    "postal_label",
    "progress_table",
    "propose_extension",
    "receive",
    "receives",
    "recipient",
    "refuse_intake",
    "refuse_online",
    "register",
    "register_arrived",
    "register_online",
    "register_opens_on",
    "results",
    "return_result",
    "return_task",
    "seen",
    "stop",
    "total_of",
    "track",
    "trends",
    "typed_at_intake",
    "unlock",
    "unreturnable",
    "waiting_extensions",
    "ways",
    "withdraw",
]
