"""Dossiers whose result is a refusal: nationally "handled" (9) and "returned" (10) like any other, but people have to
read that what was asked for has not been granted."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from engine.store import Tx
from engine.store.joining import query
from procedures import bundles
from procedures.store.dossier import dossier
from procedures.store.papers import result


@query
def refused(tx: Tx, ids: Collection[str]) -> frozenset[str]:
    """Those of these dossiers whose approved result their procedure calls a refusal (`refusal` in its `results`)."""
    if not ids:
        return frozenset()
    rows = tx.read(
        select(result.c.dossier_id, result.c.code, dossier.c.procedure_version)
        .join(dossier, dossier.c.id == result.c.dossier_id)
        .where(result.c.dossier_id.in_(sorted(ids)), result.c.current, result.c.approved_at.is_not(None))
    ).all()
    codes = {version: _refusals(tx, version) for version in {row.procedure_version for row in rows}}
    return frozenset(row.dossier_id for row in rows if row.code in codes[row.procedure_version])


def _refusals(tx: Tx, version: str) -> frozenset[str]:
    return frozenset(one["code"] for one in bundles.of_version(tx, version).results if one.get("refusal"))
