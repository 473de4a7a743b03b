"""Steps that are completed by a digital signature: looked over, signed outside any transaction, then recorded.

A token or a telephone may take its time, and a command may be tried again: neither holds a lock meanwhile, nor is
anything signed twice. What was shown is claimed (`signing`), signed, kept beside the claim, and recorded in one
transaction that takes the claim away. Who is cut off in between finds, at the next press, what was signed already: a
row that this system marked when it was signed, by a key outside the database."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, select, update

from engine.refusal import Refusal
from engine.store import Busy, Database, Tx, Unavailable
from engine.store.joining import query
from procedures import files, forms
from procedures.actor import Actor
from procedures.dossiers import log, result, signed
from procedures.rehearsal import rehearse
from procedures.store.signing import signing
from procedures.tasks import completing, opening
from procedures.tasks.opening import Task
from procedures.vocabulary.outcomes import affirms

if TYPE_CHECKING:
    from procedures.signatures.signing import Pen

#: What has not been signed by then is anybody's again: longer than a person takes to answer on a telephone.
LEASE = timedelta(minutes=10)
#: What a refusal is about, after which the key is not tried again.
KEY = ("pin", "token")


@dataclass(frozen=True, slots=True)
class Decision:
    """How a task is to be completed. more: what else `completing.complete` is told, by name."""

    task: str
    outcome: str | None
    fields: Mapping[str, Any]
    shown: tuple[str, ...]
    more: Mapping[str, Any] = field(default_factory=dict)


#: What became of a decision: the completed task, or why it was not.
Became = Task | Refusal | forms.Invalid


@dataclass(slots=True)
class _Claimed:
    """A decision whose papers are claimed; `digital` as `result.seal` wants it, so far."""

    decision: Decision
    root: str
    id: str
    papers: list[result.ToSign]
    digital: dict[str, str]

    @property
    def waiting(self) -> list[result.ToSign]:
        return [one for one in self.papers if one.sha256 not in self.digital]


@query
def by_key(tx: Tx, task: Task, outcome: str | None, by: Actor) -> bool:
    """Whether ending the task so puts this person's digital signature under papers."""
    ends = outcome or (task.outcomes[0].id if len(task.outcomes) == 1 else None)
    return task.signs and affirms(task.node, ends) and signed.key_of(tx, by) is not None


def sign_and_complete(database: Database, decision: Decision, by: Actor, pen: Pen) -> Task:
    """Signs what one task's page showed and completes it. Raises what `completing.complete` raises, and why nothing
    was signed."""
    ((_decision, became),) = sign_all(database, [decision], by, pen)
    if isinstance(became, Task):
        return became
    raise became


def sign_all(
    database: Database, decisions: Sequence[Decision], by: Actor, pen: Pen
) -> Iterator[tuple[Decision, Became]]:
    """The same for many, each by itself; what became of each, as soon as it is known. What fails stays unsigned, and
    where the key is gone all that follow do."""
    gone: Refusal | None = None
    step = max(1, pen.most)
    for first in range(0, len(decisions), step):
        claims: list[_Claimed] = []
        for one in decisions[first : first + step]:
            claimed = gone or _claim(database, one, by)
            if isinstance(claimed, _Claimed):
                claims.append(claimed)
            else:
                yield one, claimed
        try:
            answers = _signatures(database, claims, pen, by)
            for claim in claims:
                why = next((answers[each.sha256] for each in claim.waiting if each.sha256 in answers), None)
                if why is not None and why.about in KEY:
                    gone = why
                yield claim.decision, why or _record(database, claim, by)
        finally:
            _let_go(database, claims)


def _tried(tx: Tx, one: Decision, by: Actor, **how: Any) -> Task:
    return completing.complete(tx, one.task, one.outcome, one.fields, by, shown=one.shown, **how, **one.more)


def _claim(database: Database, one: Decision, by: Actor) -> _Claimed | Refusal | forms.Invalid:
    """All that can be said against it is said before a signature is made; then its papers are this press's alone."""
    try:
        rehearse(database, lambda tx: _tried(tx, one, by, trial=True), lambda tx: None)
        return database.run(lambda tx: _claimed(tx, one, by), by)
    except (Refusal, forms.Invalid) as why:
        return why


def _claimed(tx: Tx, one: Decision, by: Actor) -> _Claimed:
    task = opening.find(tx, one.task, by)
    root, id = task.item.root_id, tx.database.new_id()
    if not task.signs or not affirms(task.node, one.outcome):
        return _Claimed(one, root, id, [], {})
    log.locked(tx, root)
    papers = result.to_sign(tx, root, by, opening.variables(tx, task))
    known = {row.token: row for row in tx.execute(select(signing).where(signing.c.root_id == root))}
    digital = {}
    for paper in papers:
        row = known.get(paper.token)
        if row is not None and row.signed is None and row.expires > tx.now:
            raise Refusal(
                f"“{paper.name}” đang được ký: chờ ít phút rồi mở lại việc này.",
                f"'{paper.name}' is being signed: wait some minutes, then open this task again.",
            )
        done = row.signed if row is not None and _genuine(tx, row, by, paper) else None
        if done is not None:
            digital[paper.sha256] = done
        tx.execute(delete(signing).where(signing.c.root_id == root, signing.c.token == paper.token))
        tx.execute(
            signing.insert().values(
                root_id=root,
                token=paper.token,
                claim=id if done is None else _mark(tx, root, paper, by.username, done),
                who=by.username,
                shown=paper.sha256,
                signed=done,
                expires=tx.now + LEASE,
            )
        )
    return _Claimed(one, root, id, papers, digital)


def _genuine(tx: Tx, row: Any, by: Actor, paper: result.ToSign) -> bool:
    """Whether a row says what this system wrote when this person had signed just this paper."""
    return (
        row.signed is not None
        and (row.who, row.shown) == (by.username, paper.sha256)
        and hmac.compare_digest(row.claim.encode(), _mark(tx, row.root_id, paper, row.who, row.signed).encode())
    )


def _mark(tx: Tx, root: str, paper: result.ToSign, who: str, sha256: str) -> str:
    """What stands in place of the claim once the paper is signed, and nobody makes who only writes the database."""
    said = orjson.dumps(["signed", root, paper.token, paper.sha256, who, sha256])
    return hmac.new(tx.database.installation.secret(), said, hashlib.sha256).hexdigest()[:32]


def _signatures(database: Database, claims: Sequence[_Claimed], pen: Pen, by: Actor) -> dict[str, Refusal]:
    """Signs what the claims wait for and keeps each; by SHA-256 of what was shown, why not."""
    waiting = [(claim, paper) for claim in claims for paper in claim.waiting]
    if not waiting:
        return {}
    failed: dict[str, Refusal] = {}
    ready: list[tuple[_Claimed, result.ToSign, bytes]] = []
    for claim, paper in waiting:
        try:
            ready.append((claim, paper, paper.body or files.read(database, paper.sha256)))
        except files.Damaged as why:
            failed[paper.sha256] = why
    answers = pen.sign([body for _claim, _paper, body in ready]) if ready else []
    for (claim, paper, _body), answer in zip(ready, answers, strict=True):
        kept = answer if isinstance(answer, Refusal) else _keep(database, claim, paper, answer, by)
        if isinstance(kept, Refusal):
            failed[paper.sha256] = kept
        else:
            claim.digital[paper.sha256] = kept
    return failed


def _keep(database: Database, claim: _Claimed, paper: result.ToSign, body: bytes, by: Actor) -> str | Refusal:
    """Keeps a signed file; its SHA-256, or why not: of no other paper."""
    try:
        kept = database.run(lambda tx: _kept(tx, claim, paper, body, by))
    except Refusal as why:
        return why
    return kept or Refusal(
        f"“{paper.name}” đã được người khác ký hoặc thay trong lúc chờ: mở lại việc này.",
        f"'{paper.name}' was signed or replaced by somebody else meanwhile: open this task again.",
    )


def _kept(tx: Tx, claim: _Claimed, paper: result.ToSign, body: bytes, by: Actor) -> str | None:
    """Keeps a signed file beside its claim; its SHA-256, None where the claim is no longer this press's."""
    sha256 = files.put(tx, body, f"{paper.code}.pdf", allowed=(files.PDF,), max_bytes=signed.MOST).sha256
    mine = (signing.c.root_id == claim.root) & (signing.c.token == paper.token) & (signing.c.claim == claim.id)
    said = {"signed": sha256, "claim": _mark(tx, claim.root, paper, by.username, sha256)}
    return sha256 if tx.execute(update(signing).where(mine).values(**said)).rowcount == 1 else None


def _record(database: Database, claim: _Claimed, by: Actor) -> Became:
    """The task is completed by what was signed, or said why not: what the claim kept is of no use then."""
    try:
        return database.run(lambda tx: _tried(tx, claim.decision, by, digital=claim.digital))
    except (Busy, Unavailable):
        return Refusal(
            "Cơ sở dữ liệu đang bận nên việc chưa hoàn thành. Chữ ký đã có được giữ lại: mở lại việc này rồi ký, hệ "
            "thống dùng chữ ký ấy.",
            "The database is busy: the signature is kept, the task is not done. Open it again and complete it; nothing "
            "is signed twice.",
        )
    except (Refusal, forms.Invalid) as why:
        kept = list(claim.digital.values())
        claim.digital.clear()
        database.run(lambda tx: _forget(tx, claim, signing.c.signed.in_(kept)))
        return why


def _let_go(database: Database, claims: Sequence[_Claimed]) -> None:
    """What was claimed and not signed is anybody's again."""
    for claim in claims:
        if claim.waiting:
            database.run(lambda tx, c=claim: _forget(tx, c, signing.c.claim == c.id))  # type: ignore[misc]


def _forget(tx: Tx, claim: _Claimed, which: Any) -> None:
    tx.execute(delete(signing).where(signing.c.root_id == claim.root, which))
