"""More time for a dossier: proposed by who works on it, decided by the leader of its agency (Mẫu 04)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import request

from engine.calendar.terms import number_text
from engine.refusal import Refusal
from engine.store import Tx
from procedures import deadlines, dossiers, forms
from procedures.actor import Actor
from procedures.dossiers import Proposal
from procedures.dossiers.values import Dossier
from procedures.vocabulary.units import in_units
from web.i18n import language
from web.people import names_of

#: Units in which an extension is asked for.
CHOICES = ("WORKING_DAY", "DAY")
#: So much of what was typed is quoted.
LONGEST = 40


@dataclass(frozen=True)
class Extension:
    """What a page says of the extension of a dossier. most: the longest one, in words."""

    pending: Proposal | None
    proposer: str
    length: str
    most: str
    open: bool  # whether one can be proposed now
    hindered: Refusal | None  # why what waits cannot be approved now
    due: datetime | None  # as promised now, and as it would be promised then
    new_due: datetime | None
    may_propose: bool
    may_decide: bool


def extension_of(tx: Tx, dossier: Dossier, acts: Collection[str]) -> Extension:
    """What this person, with these acts, may do about the extension of a dossier, and what waits."""
    waiting = dossiers.pending_extension(tx, dossier.id)
    most = deadlines.longest_extension(deadlines.rules_of(tx, dossier.id), dossier.case)
    hindered = deadlines.unextendable(tx, dossier.id)
    running = dossier.finished_at is None and hindered is None
    return Extension(
        pending=waiting,
        proposer=names_of(tx, [waiting.who]).get(waiting.who, waiting.who) if waiting is not None else "",
        length=in_words(waiting.value, waiting.unit) if waiting is not None else "",
        most=in_words(number_text(most.value), most.unit) if most is not None else "",
        open=running and waiting is None and most is not None,
        hindered=hindered,
        due=dossier.due,
        new_due=deadlines.extended_due(tx, dossier.id, waiting.value, waiting.unit) if waiting is not None else None,
        may_propose="propose_extension" in acts,
        may_decide="decide_extension" in acts,
    )


def in_words(value: str, unit: str) -> str:
    """A length of time: the number and its unit."""
    return in_units(value, unit, language())


def propose(tx: Tx, dossier_id: str, me: Actor) -> None:
    """The extension that a page posted."""
    typed, unit = request.form.get("so_gia_han", "").strip(), request.form.get("don_vi_gia_han", "")
    if unit not in CHOICES:
        raise Refusal(
            "Đơn vị gia hạn không có trong danh sách: chọn ngày làm việc hoặc ngày.",
            "This unit is not offered for an extension: choose working days or days.",
        )
    if not typed:
        raise Refusal(
            "Chưa ghi gia hạn thêm bao lâu: nhập một số, ví dụ “3” hoặc “6,5”.",
            "How much longer is not said: enter a number, such as “3” or “6,5”.",
        )
    try:
        value = forms.number_typed(typed)
    except forms.Wrong as wrong:
        raise Refusal(
            f"Thời gian gia hạn “{typed[:LONGEST]}” chưa đúng: {wrong}",
            f"“{typed[:LONGEST]}” is no length of an extension: write a number such as 3, 6,5 or 1.000,5.",
        ) from None
    if value <= 0:
        raise Refusal(
            f"Thời gian gia hạn “{typed}” chưa đúng: phải lớn hơn 0.",
            f"“{typed}” is no length of an extension: it must be more than nothing.",
        )
    dossiers.propose_extension(tx, dossier_id, f"{value:f}", unit, request.form.get("ly_do_gia_han", ""), me)
