"""Proactive services (NĐ 224/2026, Đ.16): rules that bundles carry, run for who has agreed to them and nobody else.

A rule waits for an event in the log of a dossier that a citizen handed in. When it comes, a job of the outbox is
written; the worker looks at the consent once more, evaluates the rule over the declaration, the events and what the
account says, and goes as far as the rule does: it reminds, prepares a dossier, compares ways, or hands the dossier in
and tells. What is done once for a dossier is not done again. Everything can be refused, and is then put back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from engine import audit, feel, jobs
from engine.calendar import VIETNAM
from engine.jobs import Handler, Job
from engine.refusal import Refusal
from engine.store import Tx
from engine.store.joining import command, query
from procedures import bundles, dossiers, files, notices, settings
from procedures.actor import CITIZEN
from procedures.citizens import drafts, people, sending
from procedures.dossiers import log
from procedures.dossiers.refusals import refused
from procedures.forms.conditions import plain
from procedures.store.citizens import dossier_owner
from procedures.store.dossier import dossier, dossier_state
from procedures.store.papers import dossier_file, result
from procedures.store.proactive import proactive_consent, proactive_offer
from procedures.vocabulary.proactive import CARRY_OUT, COMPARE, CONTEXT, EVENTS, PREPARE, REMIND

JOB = "proactive"
OPEN, DONE, REFUSED = "open", "done", "refused"
#: Hour at which a rule whose date has come is run.
MORNING = time(8, tzinfo=VIETNAM)
RESULT = "ket_qua"  # among `papers`: the result of the dossier that the rule came of
WITHDRAWN = "Ông/Bà không dùng dịch vụ chủ động này"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a bundle has it. source: the procedure whose bundle it is; version: of that bundle."""

    source: str
    version: str
    said: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.said["code"])

    @property
    def level(self) -> int:
        return int(self.said["level"])

    @property
    def title(self) -> Mapping[str, str]:
        return self.said["title"]  # type: ignore[no-any-return]

    @property
    def text(self) -> Mapping[str, str]:
        return self.said["text"]  # type: ignore[no-any-return]

    @property
    def procedure(self) -> str:
        """What is prepared or carried out; of a reminder, what it leads to. Empty: nothing."""
        return str(self.said.get("procedure") or "")

    @property
    def options(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.said.get("options") or ())

    @property
    def status(self) -> int:
        """The national status that it waits for."""
        return EVENTS[str(self.said["on"])]

    def reads(self) -> set[str]:
        """The names that its expressions read."""
        from procedures.bundle_check.proactive import expressions

        return {name for _, text in expressions(self.said) for name in feel.names(plain(text))}


@dataclass(frozen=True, slots=True)
class Offer:
    """What was offered or done. level: how far it went in truth. dossier: what the draft became."""

    id: str
    cause: str
    rule: Rule
    level: int
    state: str
    draft: drafts.Draft | None
    made_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways that level 3 compares."""

    name: Mapping[str, str]
    procedure: bundles.Procedure | None
    code: str
    best: bool


def rules_of(procedure: bundles.Procedure) -> list[Rule]:
    """The rules of a bundle."""
    return [Rule(procedure.code, procedure.version, one) for one in procedure.data.get("proactive") or ()]


def _of_dossier(tx: Tx, dossier_id: str) -> list[Rule]:
    """The rules that are in force for a dossier's procedure today, which are those that citizens agree to; where it is
    in force no more, those of the version that the dossier runs on."""
    asked = select(dossier.c.procedure, dossier.c.procedure_version).where(dossier.c.id == dossier_id)
    row = tx.read(asked).first()
    if row is None:
        return []
    try:
        return rules_of(bundles.procedure(tx, row.procedure))
    except Refusal:
        return rules_of(bundles.of_version(tx, row.procedure_version))


@query
def offered(tx: Tx) -> list[tuple[bundles.Procedure, Rule]]:
    """Every rule in force, with the procedure whose bundle has it."""
    return [(procedure, rule) for procedure in bundles.published(tx) for rule in rules_of(procedure)]


# -- consent ---------------------------------------------------------------------------------------------------------


@query
def agreed(tx: Tx, citizen_id: str) -> dict[tuple[str, str], int]:
    """What a citizen has agreed to: (procedure, rule) → how far it went then."""
    rows = tx.read(select(proactive_consent).where(proactive_consent.c.citizen == citizen_id))
    return {(row.procedure, row.rule): row.level for row in rows}


@command
def agree(tx: Tx, citizen_id: str, wanted: set[tuple[str, str]], assurance: int) -> None:
    """From now on a citizen agrees to these rules of those in force, and to no other. What has happened to their
    dossiers before counts too: a rule that is agreed to late is run late."""
    known = {(procedure.code, rule.code): rule for procedure, rule in offered(tx)}
    before = agreed(tx, citizen_id)
    mine = proactive_consent.c.citizen == citizen_id
    for key, level in before.items():
        if key in wanted and (key not in known or known[key].level == level):
            continue
        own = (proactive_consent.c.procedure == key[0]) & (proactive_consent.c.rule == key[1])
        tx.execute(delete(proactive_consent).where(mine & own))
    for key in sorted(wanted & known.keys()):
        if before.get(key) == known[key].level:
            continue
        tx.execute(
            proactive_consent.insert().values(
                citizen=citizen_id,
                procedure=key[0],
                rule=key[1],
                level=known[key].level,
                assurance=assurance,
                given_at=tx.now,
            )
        )
    _catch_up(tx, citizen_id)


def _consent(tx: Tx, citizen_id: str, rule: Rule) -> Any:
    """The consent that covers a rule as it is: none for one that goes further than what was agreed to."""
    row = tx.read(
        select(proactive_consent).where(
            proactive_consent.c.citizen == citizen_id,
            proactive_consent.c.procedure == rule.source,
            proactive_consent.c.rule == rule.code,
        )
    ).first()
    return row if row is not None and row.level >= rule.level else None


def _overtaken(tx: Tx, citizen_id: str, rule: Rule, rules: list[Rule]) -> bool:
    """Whether another rule for the same procedure, which the citizen agreed to, goes further: nobody is reminded of
    what is done for them."""
    return bool(rule.procedure) and any(
        one.level > rule.level
        and (one.procedure, one.status) == (rule.procedure, rule.status)
        and _consent(tx, citizen_id, one) is not None
        for one in rules
    )


# -- events ----------------------------------------------------------------------------------------------------------


def happened(tx: Tx, dossier_id: str, kind: str, data: Mapping[str, Any]) -> None:
    """A dossier's log has grown: rules of its procedure that wait for that, and that its owner agreed to, are due."""
    if kind != "dossier.status" or data["status"] not in EVENTS.values():
        return
    waiting = [one for one in _of_dossier(tx, dossier_id) if one.status == data["status"]]
    if not waiting:
        return
    owner = tx.read(select(dossier_owner.c.citizen).where(dossier_owner.c.dossier_id == dossier_id)).scalar()
    for rule in waiting if owner is not None else ():
        _schedule(tx, str(owner), dossier_id, rule)


def _catch_up(tx: Tx, citizen_id: str) -> None:
    mine = tx.read(select(dossier_owner.c.dossier_id).where(dossier_owner.c.citizen == citizen_id)).scalars().all()
    for id in mine:
        rules = _of_dossier(tx, id)
        been = {one["trang_thai"] for one in _events(tx, id)} if rules else set()
        for rule in rules:
            if rule.status in been:
                _schedule(tx, citizen_id, id, rule)


def _schedule(tx: Tx, citizen_id: str, dossier_id: str, rule: Rule) -> None:
    """Writes the job, due when the rule says; nothing without a consent, or where it was run."""
    if _consent(tx, citizen_id, rule) is None or _there(tx, citizen_id, dossier_id, rule):
        return
    due = tx.now
    if rule.said.get("at"):
        due = moment(_value(tx, str(rule.said["at"]), _context(tx, citizen_id, dossier_id)), tx.now) or tx.now
    payload = {"dossier": dossier_id, "rule": rule.code}
    jobs.add(tx, citizen_id, JOB, max(due, tx.now), payload, dedupe_key=f"proactive:{dossier_id}:{rule.code}")


def moment(value: Any, now: datetime) -> datetime | None:
    """When an `at` is: a date in the morning, a duration from now; None for what is no time."""
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=VIETNAM)
    if isinstance(value, date):
        return datetime.combine(value, MORNING)
    return now + value if isinstance(value, timedelta) else None


def _there(tx: Tx, citizen_id: str, dossier_id: str, rule: Rule) -> bool:
    own = (proactive_offer.c.citizen == citizen_id) & (proactive_offer.c.cause == dossier_id)
    return tx.read(select(proactive_offer.c.id).where(own, proactive_offer.c.rule == rule.code)).first() is not None


# -- what a rule may read --------------------------------------------------------------------------------------------


def _context(tx: Tx, citizen_id: str, dossier_id: str) -> dict[str, Any]:
    """The declaration by its keys; ``ho_so``, ``su_kien``, ``cong_dan``."""
    row = tx.read(
        select(dossier, dossier_state.c.status, dossier_state.c.due)
        .join(dossier_state, dossier_state.c.dossier_id == dossier.c.id)
        .where(dossier.c.id == dossier_id)
    ).one()
    known = people.get(tx, citizen_id)
    return {
        **{key: value for key, value in (row.form or {}).items() if key not in CONTEXT},
        "ho_so": {
            "ma": row.code,
            "co_quan": row.agency,
            "trang_thai": row.status,
            "nop_luc": row.registered_at.astimezone(VIETNAM),
            "hen_tra": row.due.astimezone(VIETNAM) if row.due is not None else None,
        },
        "su_kien": _events(tx, dossier_id),
        "cong_dan": sending.fields_of(known.person) if known is not None else {},
    }


def _events(tx: Tx, dossier_id: str) -> list[dict[str, Any]]:
    """The events of the log: kind, moment, and the national status that came with it."""
    return [
        {"loai": one.kind, "luc": one.at.astimezone(VIETNAM), "trang_thai": one.data.get("status")}
        for one in audit.history(tx, dossier_id)
        if one.kind.startswith("dossier.")
    ]


def _value(tx: Tx, text: str, context: Mapping[str, Any]) -> Any:
    try:
        return feel.evaluate(plain(text), context, now=lambda: tx.now.astimezone(VIETNAM))
    except feel.FeelError:
        return None


# -- running ---------------------------------------------------------------------------------------------------------


def _run(tx: Tx, job: Job) -> None:
    """The time of a rule has come. What was refused, run, or not agreed to any more is passed by."""
    citizen_id, cause = job.root_id, str(job.payload["dossier"])
    rules = _of_dossier(tx, cause)
    rule = next((one for one in rules if one.code == job.payload["rule"]), None)
    if rule is None or refused(tx, [cause]) or _there(tx, citizen_id, cause, rule):
        return
    if _overtaken(tx, citizen_id, rule, rules):
        return
    consent = _consent(tx, citizen_id, rule)
    context = _context(tx, citizen_id, cause) if consent is not None else {}
    if consent is None or (rule.said.get("when") and _value(tx, str(rule.said["when"]), context) is not True):
        return
    level, submission = rule.level, None
    if rule.level in (PREPARE, CARRY_OUT):
        submission = _prepared(tx, citizen_id, cause, rule, context)
        if submission is None:
            level = REMIND  # the procedure is not open online today: the citizen learns at least that it is time
        elif rule.level == CARRY_OUT and not _sent(tx, citizen_id, cause, submission, consent.assurance, rule):
            level = PREPARE
    id = tx.database.new_id()
    tx.execute(
        proactive_offer.insert().values(
            citizen=citizen_id,
            id=id,
            cause=cause,
            rule=rule.code,
            level=level,
            state=OPEN,
            submission=submission,
            made_at=tx.now,
            ended_at=None,
        )
    )
    _tell(tx, citizen_id, id, rule, level)


def _prepared(tx: Tx, citizen_id: str, cause: str, rule: Rule, context: Mapping[str, Any]) -> str | None:
    """A draft with what is known; None where the procedure takes none. Nothing is asked for that is known already."""
    known = people.get(tx, citizen_id)
    filled = {
        key: _value(tx, str(text), context) if str(text).lstrip().startswith("=") else text
        for key, text in (rule.said.get("fill") or {}).items()
    }
    answers = {
        "co_quan": context["ho_so"]["co_quan"],
        "cho_ai": "self",
        "nguoi_nop": sending.fields_of(known.person) if known is not None else {},
        "to_khai": {key: _typed(value) for key, value in filled.items() if value is not None},
    }
    try:
        id = drafts.begin(tx, citizen_id, rule.procedure, answers)
    except Refusal:
        return None
    for component, source in (rule.said.get("papers") or {}).items():
        for stored in _stored(tx, cause, source):
            drafts.add_paper(tx, citizen_id, id, component, stored)
    return id


def _typed(value: Any) -> str:
    """A value as somebody would type it into a form."""
    if isinstance(value, bool):
        return "true" if value else ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _stored(tx: Tx, cause: str, source: str) -> Iterator[files.Stored]:
    """The files of a paper of that dossier, or its result."""
    if source == RESULT:
        own = result.c.current & result.c.approved_at.is_not(None) & (result.c.dossier_id == cause)
        names = {row.sha256: f"{row.name}.pdf" for row in tx.read(select(result.c.sha256, result.c.name).where(own))}
    else:
        paper = (dossier_file.c.dossier_id == cause) & (dossier_file.c.component == source)
        rows = tx.read(select(dossier_file.c.sha256, dossier_file.c.name).where(paper))
        names = {row.sha256: row.name for row in rows}
    for sha256, name in names.items():
        found = files.info(tx, sha256)
        if found is not None:
            yield replace(found, name=name)


def _sent(tx: Tx, citizen_id: str, cause: str, submission: str, assurance: int, rule: Rule) -> bool:
    """Hands the draft in; False, with the draft left, where something is missing or money is owed: nobody is made to
    pay by a rule."""
    draft = drafts.get(tx, citizen_id, submission)
    if draft is None:
        return False
    procedure = bundles.procedure(tx, draft.procedure)
    shape = sending.shaped(tx, procedure, draft)
    costs = any(one.amount is None or one.amount for one in sending.quote(shape, draft.answers))
    if costs or procedure.assurance > assurance or sending.faults(tx, shape, draft):
        return False
    made = sending.send(tx, citizen_id, submission, assurance, true=True)
    code = tx.read(select(dossier.c.code).where(dossier.c.id == cause)).scalar_one()
    log.record(tx, made.dossier, "dossier.proactive", {"rule": rule.code, "source": rule.source, "dossier": code})
    return True


def _tell(tx: Tx, citizen_id: str, id: str, rule: Rule, level: int) -> None:
    known = people.get(tx, citizen_id)
    if known is None:
        return
    url = f"{settings.current(tx).public_url}/cong-dan/chu-dong/{id}"
    done = {
        REMIND: ("Đã đến lúc làm", "It is time"),
        PREPARE: ("Hồ sơ đã soạn sẵn, chờ Ông/Bà xem và nộp", "A dossier waits for you to look at and send"),
        COMPARE: ("Có nhiều cách làm để Ông/Bà chọn", "There are ways to choose from"),
        CARRY_OUT: ("Đã nộp hồ sơ thay Ông/Bà; không muốn thì hủy tại", "Handed in for you; to undo it open"),
    }[level]
    said = f"{rule.title['vi']}. {done[0]}: {url}"
    if known.person.email:
        english = f"{rule.title['en']}. {done[1]}: {url}"
        body = f"Kính gửi Ông/Bà,\n\n{said}\n\nÔng/Bà nhận tin này vì đã bật dịch vụ chủ động.\n\n---\n\n{english}\n"
        notices.mail(tx, citizen_id, known.person.email, rule.title["vi"], body)
    elif number := notices.mobile(known.person.phone):
        notices.text(tx, citizen_id, number, said)


HANDLERS = {JOB: Handler(inside=_run)}


# -- what was offered ------------------------------------------------------------------------------------------------


@query
def offers(tx: Tx, citizen_id: str, *, only_open: bool = False) -> list[Offer]:
    """What was offered to a citizen or done for them, the latest first."""
    asked = select(proactive_offer).where(proactive_offer.c.citizen == citizen_id)
    if only_open:
        asked = asked.where(proactive_offer.c.state == OPEN)
    rows = tx.read(asked.order_by(proactive_offer.c.made_at.desc()).limit(100)).all()
    found = [one for row in rows if (one := _offer(tx, row)) is not None]
    return [one for one in found if one.state == OPEN] if only_open else found


@query
def offer(tx: Tx, citizen_id: str, id: str) -> Offer | None:
    """One of them; None for another's."""
    row = tx.read(select(proactive_offer).where(_own(citizen_id, id))).first()
    return _offer(tx, row) if row is not None else None


def _offer(tx: Tx, row: Any) -> Offer | None:
    rule = next((one for one in _of_dossier(tx, row.cause) if one.code == row.rule), None)
    if rule is None:
        return None
    draft = drafts.get(tx, row.citizen, row.submission) if row.submission else None
    state, ended = row.state, row.ended_at
    if state == OPEN and row.level == PREPARE and (draft is None or draft.dossier is not None):
        state, ended = DONE, draft.touched_at if draft is not None else row.made_at  # sent, or gone by its own rule
    return Offer(row.id, row.cause, rule, row.level, state, draft, row.made_at, ended)


@query
def sent_code(tx: Tx, one: Offer) -> str:
    """The code of the dossier that its draft became; empty where it was not sent."""
    id = one.draft.dossier if one.draft is not None else None
    return str(tx.read(select(dossier.c.code).where(dossier.c.id == id)).scalar_one()) if id is not None else ""


@query
def ways(tx: Tx, citizen_id: str, one: Offer) -> list[Way]:
    """The ways that an offer of level 3 compares, the best first."""
    context = _context(tx, citizen_id, one.cause)
    published = {each.code: each for each in bundles.published(tx)}
    found = [
        Way(
            each["name"],
            published.get(each["procedure"]),
            each["procedure"],
            bool(each.get("best")) and _value(tx, str(each["best"]), context) is True,
        )
        for each in one.rule.options
    ]
    return sorted(found, key=lambda way: not way.best)


@command
def end(tx: Tx, citizen_id: str, id: str) -> None:
    """The citizen has seen it, and needs it no more."""
    tx.execute(
        update(proactive_offer)
        .where(_own(citizen_id, id), proactive_offer.c.state == OPEN)
        .values(state=DONE, ended_at=tx.now)
    )


@command
def refuse(tx: Tx, citizen_id: str, id: str) -> None:
    """The citizen does not want it, and everything is put back: a dossier that was handed in for them is withdrawn, a
    draft is deleted. Refuses where the dossier has its result already."""
    tx.execute(select(proactive_offer.c.id).where(_own(citizen_id, id)).with_for_update())
    found = offer(tx, citizen_id, id)
    if found is None or found.state != OPEN:
        return
    if found.level == CARRY_OUT and found.draft is not None and found.draft.dossier is not None:
        dossiers.withdraw(tx, found.draft.dossier, WITHDRAWN, CITIZEN)
    elif found.draft is not None and found.draft.dossier is None:
        drafts.discard(tx, citizen_id, found.draft.id)
    tx.execute(update(proactive_offer).where(_own(citizen_id, id)).values(state=REFUSED, ended_at=tx.now))


def _own(citizen_id: str, id: str) -> Any:
    return (proactive_offer.c.citizen == citizen_id) & (proactive_offer.c.id == id)
