"""More time for a dossier: proposed by who works on it, decided by the leader of its agency (Mẫu 04)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import request

from engine.refusal import Refusal
from engine.store import Tx
from procedures import deadlines, dossiers
from procedures.actor import Actor
from procedures.dossiers import Proposal
from procedures.dossiers.values import Dossier
from procedures.vocabulary.units import UNITS
from web.forms import posted_count
from web.i18n import pick
from web.people import names_of

#: Units in which an extension is asked for.
CHOICES = ("WORKING_DAY", "DAY")


@dataclass(frozen=True)
class Extension:
    """What a page says of the extension of a dossier. most: the longest one, in words."""

    pending: Proposal | None
    proposer: str
    length: str
    most: str
    open: bool  # whether one can be proposed now
    due: datetime | None  # as promised now, and as it would be promised then
    new_due: datetime | None
    may_propose: bool
    may_decide: bool


def extension_of(tx: Tx, dossier: Dossier, acts: Collection[str]) -> Extension:
    """What this person, with these acts, may do about the extension of a dossier, and what waits."""
    waiting = dossiers.pending_extension(tx, dossier.id)
    most = deadlines.longest_extension(deadlines.rules_of(tx, dossier.id), dossier.case)
    running = dossier.finished_at is None and deadlines.unextendable(tx, dossier.id) is None
    return Extension(
        pending=waiting,
        proposer=names_of(tx, [waiting.who]).get(waiting.who, waiting.who) if waiting is not None else "",
        length=in_words(waiting.value, waiting.unit) if waiting is not None else "",
        most=in_words(f"{float(most.value):g}", most.unit) if most is not None else "",
        open=running and waiting is None and most is not None,
        due=dossier.due,
        new_due=deadlines.extended_due(tx, dossier.id, waiting.value, waiting.unit) if waiting is not None else None,
        may_propose="propose_extension" in acts,
        may_decide="decide_extension" in acts,
    )


def in_words(value: str, unit: str) -> str:
    """A length of time: the number and its unit."""
    return f"{value} {pick(UNITS[unit]).lower()}"


def propose(tx: Tx, dossier_id: str, me: Actor) -> None:
    """The extension that a page posted."""
    value, unit = posted_count(request.form.get("so_gia_han")), request.form.get("don_vi_gia_han", "")
    if unit not in CHOICES:
        raise Refusal(
            "Đơn vị gia hạn không có trong danh sách: chọn ngày làm việc hoặc ngày.",
            "This unit is not offered for an extension: choose working days or days.",
        )
    dossiers.propose_extension(tx, dossier_id, str(value or ""), unit, request.form.get("ly_do_gia_han", ""), me)
