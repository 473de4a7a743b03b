"""Decisions that models call: those of the bundle's own DMN files first, then of the others in effect."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import dmn
from engine.commands.definitions import Deployed, deployed, file
from engine.model import safe
from engine.store import Tx
from engine.store.tables import deployment


def decide(tx: Tx, deployment_id: str, decision: str, context: Mapping[str, Any]) -> Any:
    """The value of a decision or decision service, by id or name. Raises LookupError where none is deployed,
    `engine.dmn.DmnError` for one that cannot be used."""
    own = _decisions(tx, deployed(tx, deployment_id)).get(decision)
    if own is None:
        for id in tx.read(select(deployment.c.id).where(deployment.c.retired_at.is_(None))
                          .order_by(deployment.c.deployed_at.desc())).scalars().all():
            own = _decisions(tx, deployed(tx, id)).get(decision)
            if own is not None:
                break
    if own is None:
        raise LookupError(f"no decision {decision!r}")
    model, name = own
    return model.decide(name, context)


def _decisions(tx: Tx, of: Deployed) -> Mapping[str, tuple[Any, str]]:
    """Id and name of each decision and service of a deployment → (its model, its name)."""
    if of.decisions is None:
        bodies = {name: file(tx, hash) for name, hash in of.files.items() if name.endswith(".dmn")}
        of.decisions = load(bodies) if bodies else {}
    found: Mapping[str, tuple[Any, str]] = of.decisions
    return found


def load(bodies: Mapping[str, bytes]) -> dict[str, tuple[Any, str]]:
    """The decisions of some DMN files, which may import one another. A file that cannot be used has none."""
    found: dict[str, tuple[Any, str]] = {}
    with tempfile.TemporaryDirectory(prefix="motcua-dmn-") as folder:
        paths = []
        for number, (name, body) in enumerate(sorted(bodies.items())):
            path = Path(folder) / f"{number}-{Path(name).name}"  # imports go by namespace, not by file name
            path.write_bytes(body)
            paths.append(path)
        for path in paths:
            try:
                model = dmn.load(path)
                names = _names(path.read_bytes())
            except (dmn.DmnError, safe.Refused):
                continue
            for id, name in names:
                found.setdefault(id, (model, name))
                found.setdefault(name, (model, name))
    return found


def _names(body: bytes) -> list[tuple[str, str]]:
    """(id, name) of each decision and decision service in a file."""
    root = safe.parse(body)
    named = [(str(node.get("id", "")), str(node.get("name", ""))) for node in root.iter() if isinstance(node.tag, str)
             and node.tag.rpartition("}")[2] in ("decision", "decisionService")]
    return [(id or name, name or id) for id, name in named if id or name]
