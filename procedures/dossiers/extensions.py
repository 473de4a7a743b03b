"""Extension with apology (Mẫu 04): proposed by who works on the dossier, decided by the leader, before the due moment.

It is never longer than the procedure allows (`extension` of its description; without it, than the original term), and
never a second one. The letter is issued when the leader has decided, in his name. A proposal that nobody has decided
lapses when the clock stops and when the dossier ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import deadlines, notices
from procedures.actor import Actor, acting
from procedures.dossiers import log
from procedures.letters import drafting
from procedures.letters.issuing import issue
from procedures.rights import dossiers as rights
from procedures.store.clock import extension_proposal
from procedures.store.dossier import dossier


@dataclass(frozen=True, slots=True)
class Proposal:
    """An extension that waits for the leader's decision. value, unit: how much longer the term becomes."""

    dossier_id: str
    number: int
    value: str
    unit: str
    reason: str
    at: datetime
    who: str


@command
def propose(tx: Tx, dossier_id: str, value: str, unit: str, reason: str, by: Actor) -> None:
    """Asks the leader of the agency for more time. Refuses what could not be approved (`deadlines.extendable`), and a
    second proposal while one waits."""
    log.act(tx, by)
    rights.require(tx, "propose_extension", dossier_id, by)
    proposed(tx, dossier_id, value, unit, reason)


def proposed(tx: Tx, dossier_id: str, value: str, unit: str, reason: str) -> None:
    """The same inside a command that knows its actor: a step of the model proposes (`mc:extension`)."""
    log.hold(tx, dossier_id)
    deadlines.extendable(tx, dossier_id, value, unit, reason)
    if pending(tx, dossier_id) is not None:
        raise Refusal(
            "Đề nghị gia hạn trước đang chờ lãnh đạo quyết định.",
            "An extension is proposed already and waits for the leader.",
        )
    n = log.number(tx, extension_proposal, extension_proposal.c.seq, dossier_id)
    said = {"n": n, "value": str(value), "unit": unit, "reason": reason.strip()}
    log.record(tx, dossier_id, "dossier.extension_proposed", said)


@command
def decide(tx: Tx, dossier_id: str, approve: bool, answer: str, by: Actor) -> datetime | None:
    """The leader of the dossier's agency approves what is proposed (the new due moment, Mẫu 04 in his name), or refuses
    it with a reason (None). Refuses where nothing waits, and what the law does not allow any more."""
    log.act(tx, by)
    rights.require(tx, "decide_extension", dossier_id, by)
    log.hold(tx, dossier_id)
    waiting = pending(tx, dossier_id)
    if waiting is None:
        raise Refusal("Không có đề nghị gia hạn nào đang chờ quyết định.", "No extension waits for a decision.")
    if not approve and not answer.strip():
        raise Refusal("Không đồng ý gia hạn phải nêu lý do.", "Refusing an extension needs a reason.")
    said = {"n": waiting.number, "approved": approve, "reason": answer.strip()}
    log.record(tx, dossier_id, "dossier.extension_decided", said)
    return extended(tx, dossier_id, waiting.value, waiting.unit, waiting.reason) if approve else None


def lapse(tx: Tx, dossier_id: str, reason: str) -> None:
    """What waits for the leader's decision waits no more, for there is nothing to decide: the clock stands (the new
    date is not known) or the dossier is done with. Who still needs more time proposes anew."""
    waiting = pending(tx, dossier_id)
    if waiting is not None:
        log.record(tx, dossier_id, "dossier.extension_lapsed", {"n": waiting.number, "reason": reason})


@command
def extend(tx: Tx, dossier_id: str, value: str, unit: str, reason: str, by: Actor) -> datetime:
    """The leader extends of his own accord; the new due moment. Refuses while a proposal waits: that one is decided."""
    log.act(tx, by)
    rights.require(tx, "decide_extension", dossier_id, by)
    if pending(tx, dossier_id) is not None:
        raise Refusal(
            "Hồ sơ đang có đề nghị gia hạn chờ quyết định: hãy quyết định đề nghị đó.",
            "An extension is proposed already: decide on that one.",
        )
    return extended(tx, dossier_id, value, unit, reason)


def extended(tx: Tx, dossier_id: str, value: str, unit: str, reason: str, *, letter: bool = True) -> datetime:
    """The term becomes longer, as the actor of this transaction has decided."""
    log.hold(tx, dossier_id)
    due = deadlines.extend(tx, dossier_id, value, unit, reason)
    if letter:
        name, title = drafting.signer(tx, "mau-04", dossier_id)
        data = {**drafting.apology(tx, dossier_id, {"ly_do": reason}), "chuc_vu": title}
        issue(tx, "mau-04", dossier_id, signer=name, data=data)
        notices.due_changed(tx, dossier_id, reason)
    return due


def at_step(tx: Tx, dossier_id: str, value: str, unit: str, reason: str, *, rehearsal: bool) -> None:
    """A step of the model asks for more time: what its leader does is decided by it, what somebody else does is
    proposed by it. A scenario has no leaders: there it is taken as decided."""
    if rehearsal or "decide_extension" in rights.acts(tx, dossier_id, acting(tx)):
        extended(tx, dossier_id, value, unit, reason, letter=not rehearsal)
    else:
        proposed(tx, dossier_id, value, unit, reason)


@query
def pending(tx: Tx, dossier_id: str) -> Proposal | None:
    """What waits for the leader's decision, if anything."""
    e = extension_proposal.c
    row = tx.read(select(extension_proposal).where(e.dossier_id == dossier_id, e.decided_at.is_(None))).first()
    return _proposal(row) if row is not None else None


@query
def waiting(tx: Tx, agencies: Collection[str]) -> list[tuple[str, Proposal]]:
    """The proposals that wait at these agencies, each with the code of its dossier, the oldest first."""
    e = extension_proposal.c
    rows = tx.read(
        select(extension_proposal, dossier.c.code)
        .join(dossier, dossier.c.id == e.dossier_id)
        .where(e.decided_at.is_(None), dossier.c.agency.in_(sorted(agencies)))
        .order_by(e.at, e.dossier_id)
    )
    return [(str(row.code), _proposal(row)) for row in rows]


def _proposal(row: object) -> Proposal:
    names = ("dossier_id", "seq", "value", "unit", "reason", "at", "who")
    return Proposal(*(getattr(row, name) for name in names))
