"""GET /procedures: what can be handed in here."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE

from procedures import bundles
from procedures.search import fold
from web.api.access import scoped
from web.api.schemas import ProcedureListSchema, ProcedureQuery
from web.house import database

blueprint = Blueprint("api_procedures", __name__, url_prefix="/api/v1", description="Thủ tục")


@blueprint.get("/procedures")
@scoped("procedures")
@blueprint.arguments(ProcedureQuery, location="query", unknown=RAISE)
@blueprint.response(200, ProcedureListSchema)
@blueprint.alt_response(401, schema=None, description="no valid token")
@blueprint.alt_response(403, schema=None, description="scope missing")
def listing(asked: dict[str, Any]) -> Any:
    """The procedures that can be handed in, at the version in force; searched without diacritics."""
    words = fold(asked.get("q", "")).split()
    found = [
        one
        for one in bundles.published(database())
        if all(word in fold(f"{one.code} {one.name.get('vi', '')}") for word in words)
    ]
    start = (asked["page"] - 1) * asked["page_size"]
    return {
        "items": [_out(one) for one in found[start : start + asked["page_size"]]],
        "page": asked["page"],
        "page_size": asked["page_size"],
        "total": len(found),
    }


def _out(one: bundles.Procedure) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name.get("vi", ""),
        "name_en": one.name.get("en", ""),
        "field": one.field,
        "version": one.version,
        "effective_from": one.effective_from,
        "term": one.term_words(),
        "cases": one.cases,
        "results": one.results,
        "channels": one.channels,
        "components": [{"required": True, **part} for part in one.data.get("components") or ()],
    }
