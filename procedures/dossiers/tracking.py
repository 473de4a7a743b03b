"""What a citizen sees and does with a code and a second fact: no account, no list, and nothing for who guesses."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import commands
from engine.calendar import VIETNAM
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from engine.store.tables import work_item
from procedures import agencies, attempts, deadlines, fees, files, forms
from procedures.actor import Actor
from procedures.dossiers import log, queries
from procedures.dossiers import result as results
from procedures.dossiers.applicants import digits
from procedures.dossiers.mending import MENDED
from procedures.dossiers.next_steps import held, next_steps, require_not_held
from procedures.dossiers.nodes import node_of
from procedures.dossiers.values import Tracking
from procedures.letters.issuing import issued
from procedures.rights import dossiers as rights
from procedures.store.dossier import dossier, dossier_state
from procedures.vocabulary.messages import AGREES, MESSAGES, WRONG

#: Letters that a citizen may fetch on the tracking page.
PUBLIC = ("mau-01", "mau-02", "mau-03", "mau-04", "mau-05", "bien-lai", "phieu-hoan", "xac-nhan-nop")


class TrackingRefused(Exception):
    """Code and second fact do not fit, or too many tries: the same words either way, so that nothing can be learnt."""

    vi = "Không tìm thấy hồ sơ với thông tin đã nhập. Vui lòng kiểm tra lại mã hồ sơ và thông tin đối chiếu."
    en = "No dossier was found with this information. Please check the code and the second fact."

    def __init__(self, wait: Refusal | None = None) -> None:
        if wait is not None:  # as long for codes that do not exist: it tells nothing either
            self.vi, self.en = wait.vi, wait.en
        super().__init__(self.vi)


def track(where: Database | Tx, code: str, second_fact: str, origin: str = "") -> Tracking:
    """The dossier of this code, for who also knows the applicant's number, its last six digits, or the phone.

    Raises TrackingRefused for anything else, and for who has failed so often that he has to wait
    (`procedures.attempts`). The count stands even though the look-up is refused.
    """
    id, wait = _look_up(where, attempts.Try("track", code.strip().upper()[:100], origin), second_fact)
    if id is None:
        raise TrackingRefused(wait)
    return tracked(where, id)


@command
def _look_up(tx: Tx, what: attempts.Try, second_fact: str) -> tuple[str | None, Refusal | None]:
    until = attempts.begin(tx, what)
    row = tx.execute(select(dossier).where(dossier.c.code == what.about)).first()
    fits = _fits(row, second_fact)  # looked at even where one has to wait: the answer takes the same time
    if until is not None:
        return None, attempts.TooOften(until, tx.now)
    if row is None or not fits:
        return None, None
    attempts.succeeded(tx, what)
    return str(row.id), None


@command
def unlock(tx: Tx, code: str) -> bool:
    """Forgets the failed look-ups of a code; whether there were any. Refuses a code that no dossier has."""
    code = code.strip().upper()[:100]
    if queries.id_of(tx, code) is None:
        raise Refusal(f"Không có hồ sơ mang mã “{code}”.", f"There is no dossier with the code '{code}'.")
    return attempts.forget(tx, "track", code) > 0


def _fits(row: Any, second_fact: str) -> bool:
    given = digits(second_fact)
    said = (row.submitter or {}) if row is not None else {}
    facts = (
        [
            row.applicant_id_number,
            row.applicant_phone,
            digits(said.get("so_dinh_danh") or ""),
            digits(said.get("dien_thoai") or ""),
        ]
        if row is not None
        else ["", "", "", ""]
    )
    candidates = [fact for fact in facts if len(fact) >= 6]
    candidates += [fact[-6:] for fact in candidates]
    fits = False
    for fact in candidates or ["-" * 6]:
        fits |= hmac.compare_digest(fact.encode(), given.encode())
    return fits and len(given) >= 6


@query
def tracked(tx: Tx, id: str) -> Tracking:
    found = queries.get(tx, id)
    clock = deadlines.of(tx, id)
    holder, since, label = holder_of(tx, found)
    letters = tuple(
        {
            "template": one.template,
            "title": one.title,
            "number": one.number,
            "issued_at": one.issued_at.astimezone(VIETNAM),
            "token": one.token,
        }
        for one in issued(tx, id)
        if one.replaced_by is None and (one.template in PUBLIC or one.template.startswith("letters/"))
    )
    seen = (
        "dossier.status",
        "dossier.opened",
        "dossier.letter",
        "dossier.clock",
        "dossier.supplemented",
        "dossier.confirmed",
        "dossier.silence",
        "dossier.fee_taken",
        "dossier.corrected",
        MENDED,
        "dossier.returned",
    )
    lines = tuple(line for line in queries.history(tx, id) if line.kind in seen)
    return Tracking(
        dossier=found,
        agency_name=_name(tx, found.agency),
        stage=label,
        holder=holder,
        holder_since=since,
        next_steps=tuple(next_steps(tx, id)),
        held=held(tx, id),
        history=lines,
        explanation=clock.explanation,
        changes=tuple(
            {
                "at": c.at,
                "kind": c.kind,
                "before": c.before,
                "after": c.after,
                "reason": c.reason,
                "explanation": c.explanation,
            }
            for c in clock.changes
        ),
        letters=letters,
        results=tuple(one for one in results.results(tx, id) if one["approved_at"] and one["current"]),
        fees=tuple(
            {"name": one.name, "amount": one.amount, "paid_at": one.paid_at, "receipt": one.receipt}
            for one in fees.assessed(tx, id)
        ),
    )


def _name(tx: Tx, code: str) -> str:
    return agencies.names(tx, [code]).get(code, code)


def holder_of(tx: Tx, found: Any) -> tuple[str, datetime | None, str]:
    """Which unit holds it, since when, and the plain name of the step (`mc:step`)."""
    item = tx.read(select(work_item).where(work_item.c.root_id == found.id).order_by(work_item.c.opened_at)).first()
    if item is None:
        step = next(iter(next_steps(tx, found.id)), None)
        if step is None:
            return _name(tx, found.agency), found.status_since, found.status_name
        return "Người nộp hồ sơ", step.since, step.label["vi"]
    agency = next((group.partition("@")[2] for group in item.groups or () if "@" in group), found.agency)
    node = node_of(tx, found.id, item.element)
    label = next((e.attributes.get("label", "") for e in (node.extensions if node else ()) if e.name == "step"), "")
    return _name(tx, agency), item.opened_at.astimezone(VIETNAM), label or item.name


@command
def confirm(tx: Tx, dossier_id: str, message: str, variables: Mapping[str, Any] | None = None, *, by: Actor) -> None:
    """The citizen does what a next step asks (confirms a draft, says it has paid): sends its message to the model.
    Refuses a message that the dossier does not wait for; a supplement goes through `bring_supplement`."""
    log.act(tx, by)
    rights.require(tx, "confirm", dossier_id, by)
    require_not_held(tx, dossier_id)
    step = next((one for one in next_steps(tx, dossier_id) if one.message == message), None)
    if message == MESSAGES["supplement"] or (step is not None and step.action == "supplement"):
        raise Refusal("Hãy nộp giấy tờ bổ sung.", "Bring the papers that lack.")
    if message == MESSAGES["pay"] or (step is not None and step.action == "pay"):
        raise Refusal(
            "Phí, lệ phí được thu tại quầy một cửa, có biên lai; hồ sơ tự đi tiếp khi đã thu.",
            "The fee is taken at the desk, with a receipt; the dossier goes on by itself then.",
        )
    row = tx.execute(
        select(dossier.c.code, dossier_state.c.status)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
    ).first()
    if step is None or row is None:
        raise Refusal("Hồ sơ hiện không chờ việc này.", "The dossier does not wait for this now.")
    said = {
        key: value
        for key, value in (variables or {}).items()
        if key in (AGREES, WRONG) and (value is None or isinstance(value, (bool, str)))
    }
    if step.action == "confirm" and said.get(AGREES) is False and not str(said.get(WRONG) or "").strip():
        raise forms.Invalid({WRONG: ["Cho biết chỗ cần sửa."]})
    log.record(tx, dossier_id, "dossier.confirmed", {"message": message, "reason": str(said.get(WRONG) or "")})
    commands.message(tx, message, row.code, said, by.who, root=dossier_id)


@query
def file_for_citizen(tx: Tx, dossier_id: str, token: str) -> bytes | None:
    """A letter or an approved result that belongs to this dossier, as PDF; None for any other token."""
    from procedures.letters.issuing import pdf

    if any(one.token == token for one in issued(tx, dossier_id)):
        return pdf(tx, token)
    for one in results.results(tx, dossier_id):
        if one["token"] == token and one["approved_at"]:
            return files.read(tx, one["sha256"])
    return None
