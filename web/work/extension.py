"""More time for a dossier: proposed by who works on it, decided by the leader of its agency (Mẫu 04)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.refusal import Refusal
from engine.store import Tx
from procedures import deadlines, dossiers
from procedures.actor import Actor
from procedures.dossiers import Proposal
from procedures.dossiers.values import Dossier
from procedures.rights import Unseen
from procedures.vocabulary.units import UNITS
from web.account.people import actor
from web.forms import posted_count
from web.house import database
from web.i18n import pick
from web.people import names_of
from web.permissions import allowed
from web.refusals import sentence
from web.work import OFFICIALS, blueprint

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
    may_propose: bool
    may_decide: bool


def extension_of(tx: Tx, dossier: Dossier, acts: Collection[str]) -> Extension:
    """What this person, with these acts, may do about the extension of a dossier, and what waits."""
    waiting = dossiers.pending_extension(tx, dossier.id)
    most = deadlines.longest_extension(deadlines.rules_of(tx, dossier.id), dossier.case)
    running = dossier.closed_at is None and dossier.finished_at is None
    in_time = running and dossier.due is not None and tx.now <= dossier.due
    return Extension(
        pending=waiting,
        proposer=names_of(tx, [waiting.who]).get(waiting.who, waiting.who) if waiting is not None else "",
        length=in_words(waiting.value, waiting.unit) if waiting is not None else "",
        most=in_words(f"{float(most.value):g}", most.unit) if most is not None else "",
        open=in_time and waiting is None and most is not None,
        may_propose="propose_extension" in acts,
        may_decide="decide_extension" in acts,
    )


def in_words(value: str, unit: str) -> str:
    """A length of time: the number and its unit."""
    return f"{value} {pick(UNITS[unit]).lower()}"


def _act(code: str, done: str, work: Callable[[Any, str, Actor], Any]) -> Response:
    """One act on the dossier of that code, and its result in a sentence on the page that it came from."""
    try:
        with database().begin() as tx:
            work(tx, dossiers.by_code(tx, code, actor()).id, actor())
    except Unseen:
        raise
    except Refusal as refusal:
        flash(sentence(refusal), "error")
    else:
        flash(done, "success")
    page = "desk.dossier_page" if request.form.get("tu") == "mot-cua" else "work.dossier_page"
    return redirect(url_for(page, code=code) + "#gia-han")


@blueprint.post("/ho-so/<code>/de-nghi-gia-han")
@allowed(*OFFICIALS)
def extension_propose(code: str) -> Response:
    """Ask the leader for more time; the reason will stand in the letter."""
    value, unit = posted_count(request.form.get("so_gia_han")), request.form.get("don_vi_gia_han", "")
    reason = request.form.get("ly_do_gia_han", "")
    return _act(
        code,
        _("Đã gửi đề nghị gia hạn; lãnh đạo cơ quan quyết định."),
        lambda tx, id, me: dossiers.propose_extension(tx, id, str(value or ""), unit, reason, me),
    )


@blueprint.post("/ho-so/<code>/quyet-dinh-gia-han")
@allowed(*OFFICIALS)
def extension_decide(code: str) -> Response:
    """The leader's decision; approving issues Mẫu 04 in his name."""
    approve, answer = request.form.get("quyet_dinh") == "dong_y", request.form.get("ly_do_quyet_dinh", "")
    done = _("Đã gia hạn và lập văn bản xin lỗi (Mẫu 04).") if approve else _("Đã trả lời: không đồng ý gia hạn.")
    return _act(code, done, lambda tx, id, me: dossiers.decide_extension(tx, id, approve, answer, me))
