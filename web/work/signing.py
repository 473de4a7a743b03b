"""Signing by a key from the pages: one task at once, many in a run of their own that a page follows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.store import Tx
from procedures import dossiers, tasks
from procedures.tasks import Decision, Task, signing_runs
from procedures.tasks.signing import Became
from procedures.tasks.signing_runs import Item
from web.account.people import actor
from web.house import database
from web.permissions import allowed
from web.security import PIN
from web.work import OFFICIALS, blueprint

#: Seconds after which the page of a run that goes on looks again.
AGAIN = 2
Tell = Callable[[Decision, Became], tuple[str, str]]


def complete(decision: Decision) -> Task:
    """Signs and completes one task while its page waits. Raises why nothing was signed."""
    with dossiers.pen(database(), actor(), request.form.get(PIN, "")) as pen:
        return tasks.sign_and_complete(database(), decision, actor(), pen)


def begin(decisions: Sequence[Decision], items: Sequence[Item], tell: Tell) -> Response:
    """Begins a run and leads to its page. Raises a Refusal where the key does not open: then nothing has begun."""
    where, me = database(), actor()
    with ExitStack() as opening:
        pen = opening.enter_context(dossiers.pen(where, me, request.form.get(PIN, "")))
        id = signing_runs.begin(where, items, "token", me)
        unlocked = opening.pop_all()
    arguments = (where, id, decisions, me, pen, unlocked, tell)
    threading.Thread(target=signing_runs.perform, args=arguments, daemon=True, name=f"signing {id}").start()
    return redirect(url_for("work.signing_page", id=id))


def asks_pin(tx: Tx, signs: bool) -> bool:
    """Whether a page on which something is signed asks for what unlocks a token."""
    return signs and dossiers.asks_pin(tx, actor())


@blueprint.get("/cong-viec/ky-so/<id>")
@allowed(*OFFICIALS)
def signing_page(id: str) -> Response:
    """How far a run is, for who began it; the browser looks again by itself as long as it goes on."""
    run = signing_runs.find(database(), id, actor())
    answer = make_response(render_template("work/signing.html", run=run))
    if not run.over:
        answer.headers["Refresh"] = str(AGAIN)
    return answer
