"""Signing by a key from the pages: one task at once, many in a run of their own that a page follows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.model.definition import Outcome
from engine.store import Tx
from procedures import dossiers, forms, tasks
from procedures.signatures.keys import HERE, PHONE
from procedures.tasks import Decision, Task, signing_runs
from procedures.tasks.signing import Became
from procedures.tasks.signing_runs import Item
from web.account.people import actor
from web.house import database
from web.permissions import allowed
from web.security import PIN
from web.work import OFFICIALS, blueprint

if TYPE_CHECKING:
    from procedures.signatures.signing import Pen

#: Seconds after which the page of a run that goes on looks again.
AGAIN = 2
#: Names by what one signs.
WAY = "ky_bang"
Tell = Callable[[Decision, Became], tuple[str, str]]


def complete(decision: Decision) -> Task:
    """Signs and completes one task while its page waits. Raises why nothing was signed."""
    with dossiers.pen(database(), actor(), request.form.get(PIN, ""), HERE) as pen:
        return tasks.sign_and_complete(database(), decision, actor(), pen)


def begin(decisions: Sequence[Decision], items: Sequence[Item], tell: Tell) -> Response:
    """Begins a run of tasks and leads to its page. Raises a Refusal where the key does not open: then nothing has
    begun."""
    where, me = database(), actor()

    def each(pen: Pen) -> Iterator[signing_runs.Became]:
        for decision, became in tasks.sign_all(where, decisions, me, pen):
            yield signing_runs.Became(decision.task, isinstance(became, Task), *tell(decision, became))

    return run(items, each)


def run(items: Sequence[Item], each: Callable[[Pen], Iterator[signing_runs.Became]]) -> Response:
    """The same for whatever signs by an unlocked key, item after item."""
    where, me, way = database(), actor(), chosen_way()
    id = where.new_id()
    with ExitStack() as opening:
        told = partial(signing_runs.waits, where, id)
        pen = opening.enter_context(dossiers.pen(where, me, request.form.get(PIN, ""), way, told))
        signing_runs.begin(where, id, items, way, me)
        unlocked = opening.pop_all()
    arguments = (where, id, each(pen), me, unlocked)
    threading.Thread(target=signing_runs.perform, args=arguments, daemon=True, name=f"signing {id}").start()
    return redirect(url_for("work.signing_page", id=id))


def chosen_way() -> str:
    """By what who posted signs: what they chose among what they have, else the first."""
    ways, typed = dossiers.ways(database(), actor()), request.form.get(WAY, "")
    return typed if typed in ways else next(iter(ways), "")


def asked(tx: Tx, signs: bool) -> dict[str, Any]:
    """What a page on which something is signed asks: `asks_pin`, whether for what unlocks the key; `ways`, by what the
    person may sign, where they may choose; `by_phone`, whether a code is of a telephone; `has_image`, whether the
    signature is seen on paper, so that it is shown before."""
    ways = dossiers.ways(tx, actor()) if signs else ()
    return {
        "asks_pin": signs and dossiers.asks_pin(tx, actor()),
        "ways": ways if len(ways) > 1 else (),
        "by_phone": ways == (PHONE,),
        "has_image": signs and dossiers.has_image(tx, actor()),
    }


def told(
    _decision: Decision, became: Became, outcome: Outcome | None, labels: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """What became of a task, in both languages: it is told in that of who looks. labels: of the step's fields."""
    if isinstance(became, Task):
        return named(outcome)
    if isinstance(became, forms.Invalid):
        labels = labels or {}
        said = "; ".join(f"{labels[name]}: {why}" if name in labels else why for name, why in became.first.items())
        return said, said
    return became.vi, became.en


def named(outcome: Outcome | None) -> tuple[str, str]:
    """How a task ended, in both languages."""
    vi = outcome.label if outcome is not None else ""
    return (vi, outcome.label_en or vi) if outcome is not None and vi else ("Đã xử lý xong", "Done")


@blueprint.get("/cong-viec/ky-so/<id>")
@allowed(*OFFICIALS)
def signing_page(id: str) -> Response:
    """How far a run is, for who began it; the browser looks again by itself as long as it goes on."""
    run = signing_runs.find(database(), id, actor())
    answer = make_response(render_template("work/signing.html", run=run))
    if not run.over:
        answer.headers["Refresh"] = str(AGAIN)
    return answer
