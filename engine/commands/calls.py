"""Service tasks with a connector: their work is done by the worker, outside the transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.commands.advance import advance, family_of, plain
from engine.jobs import Handler, Job
from engine.store import Database, Tx
from engine.store.joining import command

#: function(variables, headers, idempotency_key) -> variables: the work of the service tasks of a type.
Connector = Callable[[Mapping[str, Any], Mapping[str, str], str], Mapping[str, Any] | None]


class BpmnError(Exception):
    """Raised by a connector: not a failure but an answer, which the model catches by its code."""

    def __init__(self, code: str, variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.variables = dict(variables or {})


@command
def complete_call(
    tx: Tx,
    root_id: str,
    call_id: str,
    variables: Mapping[str, Any] | None = None,
    by: str | None = None,
    element: str | None = None,
) -> None:
    """A service task's work is done."""
    advance(
        tx,
        family_of(tx, root_id),
        "call",
        by,
        lambda run: run.complete_call(call_id, dict(variables or {})),
        element=element,
        data={"call": call_id, "variables": plain(variables)},
    )


@command
def fail_call(
    tx: Tx, root_id: str, call_id: str, message: str, by: str | None = None, element: str | None = None
) -> None:
    """A service task's work has failed for good: an incident, until it is retried."""
    advance(
        tx,
        family_of(tx, root_id),
        "call_failed",
        by,
        lambda run: run.fail_call(call_id, message),
        element=element,
        data={"call": call_id, "message": message},
    )


@command
def call_error(
    tx: Tx,
    root_id: str,
    call_id: str,
    code: str,
    variables: Mapping[str, Any] | None = None,
    by: str | None = None,
    element: str | None = None,
) -> None:
    """A service task's work ended in a BPMN error."""
    advance(
        tx,
        family_of(tx, root_id),
        "error",
        by,
        lambda run: run.throw_error(call_id, code, dict(variables or {})),
        element=element,
        data={"call": call_id, "code": code, "variables": plain(variables)},
    )


def _done(tx: Tx, job: Job, answer: Any) -> None:
    said = job.payload
    if isinstance(answer, BpmnError):
        call_error(tx, job.root_id, said["call"], answer.code, answer.variables, element=said["element"])
    else:
        complete_call(tx, job.root_id, said["call"], answer, element=said["element"])


def _exhausted(tx: Tx, job: Job, message: str) -> None:
    fail_call(tx, job.root_id, job.payload["call"], message, element=job.payload["element"])


def call_job(job: Job, database: Database) -> Any:
    """Does the work of a service task. The call's id is the idempotency key of all its tries."""
    said = job.payload
    function = database.installation.connectors.get(said["connector"])
    if function is None:
        raise LookupError(f"no connector {said['connector']!r}")
    try:
        return function(said["variables"], said["headers"], said["call"])
    except BpmnError as error:
        return error


HANDLERS = {"call": Handler(outside=call_job, opens=True, done=_done, exhausted=_exhausted)}
