"""Dossiers (hồ sơ): received, decided, supplemented, stopped, returned, tracked. One function for each thing that can
be done; each is one transaction of its own on a `Database`, or joins the `Tx` it is given. A refusal is a sentence."""

from procedures.actor import Actor
from procedures.dossiers.board import Board, board, progress_table
from procedures.dossiers.deciding import decide, node_of, task_form
from procedures.dossiers.ends import return_result, return_task, stop, withdraw
from procedures.dossiers.extensions import extend
from procedures.dossiers.intake import (
    accept_online,
    ask_at_desk,
    correct,
    doubles,
    missing,
    receive,
    refuse_intake,
    refuse_online,
    register_online,
)
from procedures.dossiers.queries import (
    by_code,
    comment,
    comments,
    components,
    find,
    get,
    history,
    listing,
    may_see,
)
from procedures.dossiers.result import attach_result, produce_result, results
from procedures.dossiers.sheets import Sheet, control_sheet, register
from procedures.dossiers.supplements import bring_supplement, correction, lacking, request_supplement
from procedures.dossiers.tracking import TrackingRefused, confirm, file_for_citizen, next_steps, track
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
)
from procedures.dossiers.versions import changed_fields

__all__ = [
    "Actor",
    "Applicant",
    "Board",
    "Dossier",
    "Double",
    "HistoryLine",
    "Intake",
    "Lack",
    "NextStep",
    "Page",
    "Received",
    "Recipient",
    "Row",
    "Sheet",
    "Tick",
    "Tracking",
    "TrackingRefused",
    "accept_online",
    "ask_at_desk",
    "attach_result",
    "board",
    "bring_supplement",
    "by_code",
    "changed_fields",
    "comment",
    "comments",
    "components",
    "confirm",
    "control_sheet",
    "correct",
    "correction",
    "decide",
    "doubles",
    "extend",
    "file_for_citizen",
    "find",
    "get",
    "history",
    "lacking",
    "listing",
    "may_see",
    "missing",
    "next_steps",
    "node_of",
    "produce_result",
    "progress_table",
    "receive",
    "refuse_intake",
    "refuse_online",
    "register",
    "register_online",
    "request_supplement",
    "results",
    "return_result",
    "return_task",
    "stop",
    "task_form",
    "track",
    "withdraw",
]
