"""Many instances by one plan: rehearsed in batches, migrated and taken back one job and one transaction each.

The table `migration` says where each stands. A job does something only while its instance stands where the job was
asked for, so that one that runs twice, or too late, does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union, update

from engine import jobs
from engine.jobs import Handler, Job
from engine.migration import doing, planning
from engine.migration.values import Judgement, Progress, Standing
from engine.refusal import Refusal
from engine.run.fitting import Reason
from engine.store import Database, Tx, joined, records
from engine.store.joining import command
from engine.store.tables import instance, job, migration

#: Instances that one job rehearses, one after the other, each in a transaction of its own.
BATCH = 100
#: Rows that one statement writes.
TOGETHER = 500


# -- rehearsal --------------------------------------------------------------------------------------------------------


def rehearse_some(
    database: Database, plan_id: str, root_ids: Collection[str] | None = None, limit: int | None = 50
) -> list[Judgement]:
    """Rehearses these instances (or the first open ones) now, and keeps what was said."""
    with database.begin() as tx:
        plan = planning.plan(tx, plan_id)
        chosen = list(root_ids) if root_ids is not None else _open(tx, plan.source, "", limit)
    return [_rehearse(database, plan_id, root_id) for root_id in chosen]


@command
def rehearse_all(tx: Tx, plan_id: str, by: str | None = None) -> int:
    """Has all open instances rehearsed in the background; how many they are. One rehearsal of a plan at a time."""
    plan = planning.plan(tx, plan_id)
    planning.routes(tx, plan)
    jobs.add(tx, plan_id, "migration.rehearsal", payload={"plan": plan_id, "after": ""}, dedupe_key="rehearsal")
    return planning.count_open(tx, plan.source)


def _rehearse(database: Database, plan_id: str, root_id: str) -> Judgement:
    said = doing.rehearse(database, plan_id, root_id)

    def note(tx: Tx) -> None:
        status = tx.execute(_one(plan_id, root_id)).scalar()
        if status in (None, "rehearsed", "refused", "undone"):
            doing.keep(
                tx,
                plan_id,
                root_id,
                status="rehearsed",
                fits=said.fits,
                report=said.as_dict(),
                why=None,
                who=None,
                reason=None,
            )

    database.run(note)
    return said


def _next(tx: Tx, done: Job, after: str | None) -> None:
    if after is not None:
        jobs.add(
            tx, done.root_id, "migration.rehearsal", payload={**done.payload, "after": after}, dedupe_key="rehearsal"
        )


def _broke_off(tx: Tx, job: Job, message: str) -> None:
    records.append(tx, job.root_id, "rehearsal_failed", None, {"message": message})


def rehearsal_job(job: Job, database: Database) -> str | None:
    """A batch of a rehearsal; the last root of it, None when there are no more."""
    with database.begin() as tx:
        plan = planning.plan(tx, job.payload["plan"])
        batch = _open(tx, plan.source, job.payload["after"], BATCH)
    for root_id in batch:
        _rehearse(database, plan.id, root_id)
    return batch[-1] if len(batch) == BATCH else None


def _open(tx: Tx, source: str, after: str, limit: int | None) -> list[str]:
    return list(
        tx.read(
            select(instance.c.root_id)
            .where(instance.c.deployment == source, instance.c.status.in_(planning.OPEN), instance.c.root_id > after)
            .order_by(instance.c.root_id)
            .limit(limit)
        ).scalars()
    )


def _one(plan_id: str, root_id: str) -> Select[tuple[str]]:
    return select(migration.c.status).where(migration.c.root_id == root_id, migration.c.plan == plan_id)


# -- doing and undoing ------------------------------------------------------------------------------------------------


def migrate_some(
    database: Database, plan_id: str, root_ids: Collection[str] | None, reason: str, by: str | None = None
) -> list[Judgement]:
    """Migrates these instances (None: all open ones) now, each in its own transaction, and tells of each what that did
    or why it could not be; the table has it too."""
    doing.wanted(reason)
    with database.begin() as tx:
        plan = planning.plan(tx, plan_id)
        planning.routes(tx, plan)
        chosen = list(root_ids) if root_ids is not None else _open(tx, plan.source, "", None)
    answers = []
    for root_id in chosen:
        try:
            answers.append(doing.migrate(database, plan_id, root_id, reason, by))
        except Refusal as refusal:
            said = doing.refused(database, root_id, refusal)
            answers.append(said)
            _note_refusal(database, plan_id, said, reason, by)
    return answers


def _note_refusal(database: Database, plan_id: str, said: Judgement, reason: str, by: str | None) -> None:
    def note(tx: Tx) -> None:
        if tx.execute(_one(plan_id, said.root_id)).scalar() in (None, "rehearsed", "refused", "undone"):
            doing.keep(
                tx,
                plan_id,
                said.root_id,
                status="refused",
                fits=False,
                report=said.as_dict(),
                why=said.as_dict()["reasons"],
                who=by,
                reason=reason,
            )

    database.run(note)


def undo_some(
    database: Database, plan_id: str, root_ids: Collection[str] | None, reason: str, by: str | None = None
) -> dict[str, Refusal | None]:
    """Takes these instances (None: all that were migrated by the plan) back now: root → None, or why not."""
    doing.wanted(reason)
    with database.begin() as tx:
        planning.plan(tx, plan_id)
        chosen = (
            list(root_ids)
            if root_ids is not None
            else list(
                tx.read(
                    select(migration.c.root_id)
                    .where(migration.c.plan == plan_id, migration.c.status == "done")
                    .order_by(migration.c.root_id)
                ).scalars()
            )
        )
    answers: dict[str, Refusal | None] = {}
    for root_id in chosen:
        try:
            doing.undo(database, plan_id, root_id, reason, by)
            answers[root_id] = None
        except Refusal as refusal:
            answers[root_id] = refusal
    return answers


@command
def migrate_many(tx: Tx, plan_id: str, root_ids: Collection[str] | None, reason: str, by: str | None = None) -> int:
    """Has these instances (None: all open ones) migrated in the background, a job each; how many they are."""
    doing.wanted(reason)
    plan = planning.plan(tx, plan_id)
    planning.routes(tx, plan)
    query = select(instance.c.root_id).where(instance.c.deployment == plan.source, instance.c.status.in_(planning.OPEN))
    return _queue(tx, plan_id, query, root_ids, "migrate", "waiting", reason, by)


@command
def undo_many(tx: Tx, plan_id: str, root_ids: Collection[str] | None, reason: str, by: str | None = None) -> int:
    """Has these instances (None: all migrated by the plan) taken back in the background; how many they are."""
    doing.wanted(reason)
    planning.plan(tx, plan_id)
    query = select(migration.c.root_id).where(migration.c.plan == plan_id, migration.c.status == "done")
    return _queue(tx, plan_id, query, root_ids, "migrate.undo", "undoing", reason, by)


def _queue(
    tx: Tx,
    plan_id: str,
    query: Select[tuple[str]],
    root_ids: Collection[str] | None,
    kind: str,
    status: str,
    reason: str,
    by: str | None,
) -> int:
    chosen = list(tx.execute(query).scalars())
    if root_ids is not None:
        wanted = set(root_ids)
        chosen = [id for id in chosen if id in wanted]
    for batch in (chosen[at : at + TOGETHER] for at in range(0, len(chosen), TOGETHER)):
        known = set(
            tx.execute(
                select(migration.c.root_id).where(migration.c.plan == plan_id, migration.c.root_id.in_(batch))
            ).scalars()
        )
        values: dict[str, Any] = {"status": status, "why": None}
        if status == "waiting":  # while it is being taken back, the row still says who migrated it, and why
            values |= {"who": by, "reason": reason, "at": tx.now}
        tx.execute(
            update(migration).where(migration.c.plan == plan_id, migration.c.root_id.in_(known)).values(**values)
        )
        new = [{"root_id": id, "plan": plan_id, "at": tx.now, **values} for id in batch if id not in known]
        if new:
            tx.execute(migration.insert(), new)
        queued = set(
            tx.execute(
                select(job.c.root_id).where(job.c.root_id.in_(batch), job.c.dedupe_key == _key(kind, plan_id))
            ).scalars()
        )
        rows = [_row(tx, id, kind, plan_id, {"reason": reason, "by": by}) for id in batch if id not in queued]
        if rows:
            tx.execute(job.insert(), rows)
    return len(chosen)


def _key(kind: str, plan_id: str) -> str:
    return f"{kind}:{plan_id}"


def _row(tx: Tx, root_id: str, kind: str, plan_id: str, asked: dict[str, Any]) -> dict[str, Any]:
    id = tx.database.new_id()
    return {
        "root_id": root_id,
        "id": id,
        "kind": kind,
        "payload": jobs.marked(tx, root_id, id, kind, jobs.pack({"plan": plan_id, **asked})),
        "due_at": tx.now,
        "priority": 70,
        "retries_left": 3,
        "dedupe_key": _key(kind, plan_id),
    }


def _waits(tx: Tx, job: Job, status: str) -> bool:
    """Whether the instance still stands where the job was asked for; its row is locked then."""
    return (
        tx.execute(_one(job.payload["plan"], job.root_id).where(migration.c.status == status).with_for_update()).first()
        is not None
    )


def _refused(tx: Tx, job: Job, status: str, why: Sequence[Reason], after: str) -> None:
    if _waits(tx, job, status):
        values: dict[str, Any] = {
            "status": after,
            "why": [{"element": one.element, "vi": one.vi, "en": one.en} for one in why],
        }
        if after == "refused":
            values |= {"at": tx.now, "fits": False}
        tx.execute(
            update(migration)
            .where(migration.c.root_id == job.root_id, migration.c.plan == job.payload["plan"])
            .values(**values)
        )


def _gave_up(status: str, after: str) -> Any:
    def exhausted(tx: Tx, job: Job, message: str) -> None:
        _refused(tx, job, status, [Reason("", f"Lỗi khi thực hiện: {message}", f"It failed: {message}")], after)

    return exhausted


def _once(
    database: Database, job: Job, status: str, act: Callable[[Tx, str, str, str, str], object], after: str
) -> None:
    """Acts on the job's root where that still waits for it; where it is refused, the table has the reasons."""

    def work(tx: Tx) -> None:
        if _waits(tx, job, status):
            act(tx, job.payload["plan"], job.root_id, job.payload["reason"], job.payload["by"])

    try:
        database.run(work)
    except Refusal as refusal:
        why = doing.reasons_of(refusal)
        database.run(lambda tx: _refused(tx, job, status, why, after))


def migrate_job(job: Job, database: Database) -> None:
    """Migrates the job's root, judged anew."""
    _once(database, job, "waiting", doing.migrate, "refused")


def undo_job(job: Job, database: Database) -> None:
    """Takes the job's root back, where nothing has moved in it since."""
    _once(database, job, "undoing", doing.undo, "done")


HANDLERS = {
    "migration.rehearsal": Handler(outside=rehearsal_job, opens=True, done=_next, exhausted=_broke_off),
    "migrate": Handler(outside=migrate_job, opens=True, exhausted=_gave_up("waiting", "refused")),
    "migrate.undo": Handler(outside=undo_job, opens=True, exhausted=_gave_up("undoing", "done")),
}


# -- how far it is ----------------------------------------------------------------------------------------------------


def progress(where: Database | Tx, plan_id: str) -> Progress:
    """How many instances stand where."""
    with joined(where) as tx:
        plan = planning.plan(tx, plan_id)
        counted: dict[str, int] = {}
        for row in tx.read(
            select(migration.c.status, migration.c.fits, func.count().label("n"))
            .join(instance, instance.c.root_id == migration.c.root_id)
            .where(migration.c.plan == plan_id, _counts(plan.source))
            .group_by(migration.c.status, migration.c.fits)
        ):
            name = ("fits" if row.fits else "unfit") if row.status == "rehearsed" else row.status
            counted[name] = counted.get(name, 0) + row.n
        running = tx.read(
            select(job.c.id).where(
                job.c.root_id == plan_id, job.c.kind == "migration.rehearsal", job.c.retries_left > 0
            )
        ).first()
        return Progress(open=planning.count_open(tx, plan.source), rehearsing=running is not None, **counted)


def standings(
    where: Database | Tx,
    plan_id: str,
    *,
    status: str | None = None,
    fits: bool | None = None,
    page: int = 1,
    per_page: int = 50,
) -> list[Standing]:
    """The instances of a plan: those that run on the version before, and those that the plan did something to.

    status: only those; fits: only those whose last rehearsal or try said so."""
    with joined(where) as tx:
        query = _standings(tx, plan_id, status, fits).order_by(instance.c.root_id)
        return list(_read(tx.read(query.limit(per_page).offset((page - 1) * per_page))))


def count_standings(where: Database | Tx, plan_id: str, *, status: str | None = None, fits: bool | None = None) -> int:
    with joined(where) as tx:
        query = _standings(tx, plan_id, status, fits)
        return int(tx.read(select(func.count()).select_from(query.subquery())).scalar_one())


def _standings(tx: Tx, plan_id: str, status: str | None, fits: bool | None) -> Select[Any]:
    plan = planning.plan(tx, plan_id)
    query = (
        select(
            instance.c.root_id,
            instance.c.business_key,
            instance.c.process,
            instance.c.status.label("instance_status"),
            instance.c.deployment,
            instance.c.event_seq,
            migration.c.status,
            migration.c.report,
            migration.c.why,
            migration.c.at,
            migration.c.who,
            migration.c.reason,
            migration.c.seq,
        )
        .join(migration, and_(migration.c.root_id == instance.c.root_id, migration.c.plan == plan_id), isouter=True)
        .where(
            instance.c.root_id.in_(
                union(
                    select(instance.c.root_id).where(_open_on(plan.source)),
                    select(migration.c.root_id).where(migration.c.plan == plan_id),
                )
            ),
            _counts(plan.source),
        )
    )
    if status is not None:
        query = query.where(migration.c.status.is_(None) if status == "open" else migration.c.status == status)
    return query if fits is None else query.where(migration.c.fits.is_(fits))


def _open_on(source: str) -> ColumnElement[bool]:
    return and_(instance.c.deployment == source, instance.c.status.in_(planning.OPEN))


def _counts(source: str) -> ColumnElement[bool]:
    """What a plan is still about: what is open on its source, and what it has done something to. What was rehearsed or
    refused and has ended since, or gone elsewhere, is no more."""
    return or_(migration.c.status.in_(("waiting", "done", "undoing", "undone")), _open_on(source))


def _read(rows: Any) -> Iterator[Standing]:
    for row in rows:
        yield Standing(
            row.root_id,
            row.business_key,
            row.process,
            row.instance_status,
            row.deployment,
            row.status or "open",
            Judgement.of(row.report) if row.report else None,
            tuple(Reason(**one) for one in row.why or ()),
            row.at,
            row.who,
            row.reason,
            row.status == "done" and row.seq == row.event_seq,
        )
