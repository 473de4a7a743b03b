"""Starting an instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.commands.advance import new_family, plain, settle
from engine.jobs import Handler, Job
from engine.run import Run
from engine.store import Tx
from engine.store.joining import command
from engine.worklist import Look


@command
def start(
    tx: Tx,
    process_id: str,
    variables: Mapping[str, Any] | None = None,
    business_key: str | None = None,
    by: str | None = None,
    *,
    element: str | None = None,
    root_id: str | None = None,
    deployment: str | None = None,
    then: Look | None = None,
) -> str:
    """Starts a process on the version in effect (or on that `deployment`) and runs it to rest; returns the root's id.

    element: the start event, where it is not the plain one. root_id: an id of the caller's, unused so far by an
    instance; what was logged under it before becomes the beginning of the instance's log. then: told what is open
    afterwards.
    Refuses a process that is not deployed, not in effect, or without that start.
    """
    family, process = new_family(
        tx, process_id, root_id=root_id, deployment=deployment, business_key=business_key, by=by
    )
    if element is not None:
        variables = {**tx.database.installation.given.get(process_id, {}), **(variables or {})}
    tx.families[family.root_id] = family  # before it runs: hooks log under it
    family.advancing = True
    try:
        # The run is the family's from its first step: what it throws may reach what waits in itself.
        Run.start(
            process,
            dict(variables or {}),
            family.host,
            start=element,
            instance_id=family.root_id,
            began=lambda run: setattr(family, "run", run),
        )
        settle(
            tx,
            family,
            "start",
            by,
            element,
            {
                "process": process_id,
                "deployment": family.deployment,
                "business_key": business_key,
                "variables": plain(variables),
            },
        )
    except BaseException:
        del tx.families[family.root_id]
        raise
    finally:
        family.advancing = False
    if then is not None:
        then.after(tx, family.root_id)
    return family.root_id


def start_job(tx: Tx, job: Job) -> None:
    """A message, a signal or a timer starts an instance; the job's root becomes the instance's."""
    said = job.payload
    start(
        tx,
        said["process"],
        said["variables"],
        element=said["element"],
        deployment=said["deployment"],
        root_id=job.root_id,
    )


HANDLERS = {"start": Handler(inside=start_job)}
