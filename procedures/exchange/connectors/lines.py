"""The lines as an administrator sees them: what each is, how it stands, what waits for it; tried, and let go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select

from engine import audit
from engine.refusal import Refusal
from engine.store import Database, Tx
from engine.store.joining import command, query
from engine.store.tables import job
from procedures import settings
from procedures.exchange.connectors import calling, catalogue_sync, lgsp, population, portal, telling_portal, webhooks
from procedures.exchange.connectors.calling import State
from procedures.exchange.connectors.configured import LGSP, POPULATION, PORTAL, WEBHOOK, Connector
from procedures.vocabulary.words import Word

LOG = "administration/connectors"
#: How a line stands, in the order of urgency: for the page and for monitoring.
STOPPED, RESTING, FAILING, UNTRIED, WELL = "stopped", "resting", "failing", "untried", "well"
STANDS: Mapping[str, Word] = {
    STOPPED: Word("Đã ngừng gửi", "Stopped"),
    RESTING: Word("Tạm ngừng gọi", "Resting"),
    FAILING: Word("Lần gọi gần nhất bị lỗi", "The last call failed"),
    UNTRIED: Word("Chưa gọi lần nào", "Never called"),
    WELL: Word("Hoạt động", "Working"),
}
#: Kinds of jobs that go over each line.
JOBS: Mapping[str, tuple[str, ...]] = {PORTAL: (telling_portal.JOB, catalogue_sync.JOB), LGSP: (lgsp.JOB,)}


@dataclass(frozen=True, slots=True)
class Line:
    """A line and how it stands. waiting, stuck: pieces of work for it that wait, and that have used up all tries."""

    connector: Connector
    state: State
    stands: str
    waiting: int
    stuck: int


@query
def listing(tx: Tx) -> list[Line]:
    """Every line of the configuration, in its order."""
    known = calling.states(tx)
    kinds = {kind: name for name, several in JOBS.items() for kind in several}
    work = dict.fromkeys(JOBS, (0, 0))
    asked = select(
        job.c.kind,
        func.sum(case((job.c.retries_left > 0, 1), else_=0)).label("waiting"),
        func.sum(case((job.c.retries_left <= 0, 1), else_=0)).label("stuck"),
    )
    for row in tx.read(asked.where(job.c.kind.in_(kinds)).group_by(job.c.kind)):
        waiting, stuck = work[kinds[row.kind]]
        work[kinds[row.kind]] = (waiting + row.waiting, stuck + row.stuck)
    ended, hooks = webhooks.stopped(tx), webhooks.counted(tx)
    made = []
    for name, connector in settings.current(tx).connectors.items():
        state = known.get(name, State())
        stands = STOPPED if name in ended else _stands(tx, state)
        waiting, stuck = hooks.get(name) or work.get(name, (0, 0))
        made.append(Line(connector, state, stands, waiting, stuck))
    return made


def _stands(tx: Tx, state: State) -> str:
    if state.resting_until is not None and state.resting_until > tx.now:
        return RESTING
    if state.failures:
        return FAILING
    return WELL if state.succeeded_at is not None else UNTRIED


def find(where: Database | Tx, name: str) -> Connector:
    """The line of that name. Raises LookupError where the configuration has none."""
    found = settings.current(where).connectors.get(name)
    if found is None:
        raise LookupError(name)
    return found


#: A harmless call of each kind, by which one sees that address, secret and protocol are right.
_TRIALS: Mapping[str, Callable[[Database, Connector], object]] = {
    PORTAL: lambda where, line: portal.ask(where, line, portal.FIELDS, {}),
    LGSP: lambda where, line: lgsp.token(where, line, fresh=True),
    POPULATION: population.try_out,
    WEBHOOK: webhooks.try_out,
}


def try_out(where: Database, name: str, by: str) -> None:
    """Calls a line now, also one that rests; a harmless call, which the journal has. Raises Refusal where it fails."""
    line = find(where, name)
    let_go_on(where, name, by)
    _TRIALS[line.kind](where, line)


@command
def let_go_on(tx: Tx, name: str, by: str) -> None:
    """Ends a line's rest."""
    find(tx, name)
    calling.let_go_on(tx, name)
    audit.append(tx, LOG, "connector_tried", by, {"connector": name})


@query
def journal(tx: Tx, name: str, *, failed: bool = False, page: int = 1) -> tuple[list[calling.Call], bool]:
    """A page of a line's journal, and whether there are more."""
    find(tx, name)
    return calling.journal(tx, name, failed=failed, page=page)


def require(where: Database, name: str) -> Connector:
    """The line of that name. Refuses where none is configured."""
    try:
        return find(where, name)
    except LookupError:
        raise Refusal(
            "Kết nối này chưa được khai báo trong tệp MOTCUA_CONNECTORS.",
            "This line is not in the file MOTCUA_CONNECTORS.",
        ) from None
