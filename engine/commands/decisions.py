"""Decisions that models call: those of the bundle's own DMN files first, then of the others in effect."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import dmn
from engine.commands.definitions import Deployed, deployed, file
from engine.iso8601 import HOME
from engine.store import Tx
from engine.store.tables import deployment

log = logging.getLogger("motcua.decisions")
#: Characters of the reasons in an incident.
MAX_REASON = 600


def decide(tx: Tx, deployment_id: str, decision: str, context: Mapping[str, Any]) -> Any:
    """The value of a decision or decision service, by id or name, at the time of the command.

    Raises LookupError where none is deployed, `engine.dmn.DmnError` for one that is null because of errors, with their
    sentences. Errors on the way to a value (an entry of a context, say) go to the log.
    """
    own = _decisions(tx, deployed(tx, deployment_id)).get(decision)
    if own is None:
        for id in (
            tx.read(
                select(deployment.c.id)
                .where(deployment.c.retired_at.is_(None))
                .order_by(deployment.c.deployed_at.desc())
            )
            .scalars()
            .all()
        ):
            own = _decisions(tx, deployed(tx, id)).get(decision)
            if own is not None:
                break
    if own is None:
        raise LookupError(f"no decision {decision!r}")
    told = tx.database.installation.decided
    hits: list[tuple[str, int]] | None = [] if told else None
    try:
        return answer(*own, context, lambda: tx.now.astimezone(HOME), hits)
    finally:
        for each in told:
            each(hits or [])


def answer(
    model: dmn.Decisions,
    name: str,
    context: Mapping[str, Any],
    now: dmn.Clock,
    hits: list[tuple[str, int]] | None = None,
) -> Any:
    """The value of a decision; raises DmnError where errors made it null. `hits`: as `Decisions.diagnose` says."""
    value, diagnostics = model.diagnose(name, context, now, hits=hits)
    errors = [each for each in diagnostics if each["severity"] == "error"]
    if errors and value is None:
        english = model.diagnose(name, context, now, "en")[1]
        raise dmn.DmnError(_reasons(errors), _reasons([each for each in english if each["severity"] == "error"]))
    if errors:
        log.warning("decision %s has errors: %s", name, _reasons(errors))
    return value


def _reasons(errors: list[dict[str, Any]]) -> str:
    return "; ".join(dict.fromkeys(str(each["message"]) for each in errors))[:MAX_REASON]


def _decisions(tx: Tx, of: Deployed) -> Mapping[str, tuple[dmn.Decisions, str]]:
    """Id and name of each decision and service of a deployment → (its model, its name)."""
    if of.decisions is None:
        bodies = {name: file(tx, hash) for name, hash in of.files.items() if name.endswith(".dmn")}
        of.decisions = load(bodies) if bodies else {}
    found: Mapping[str, tuple[dmn.Decisions, str]] = of.decisions
    return found


def load(bodies: Mapping[str, bytes]) -> dict[str, tuple[dmn.Decisions, str]]:
    """The decisions of some DMN files, which may import one another. A file that cannot be used has none."""
    found: dict[str, tuple[dmn.Decisions, str]] = {}
    for own, body in sorted(bodies.items()):
        try:
            model = dmn.parse(body, {name: other for name, other in bodies.items() if name != own})
        except dmn.DmnError:
            continue
        for id, name in model.callable:
            found.setdefault(id, (model, name))
            found.setdefault(name, (model, name))
    return found
