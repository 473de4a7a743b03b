"""The data service for other systems: how a dossier stands, and the figures of a period, without anybody's data."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validates_schema
from marshmallow.exceptions import ValidationError

from engine.refusal import Refusal
from procedures import dossiers
from procedures.vocabulary.statuses import STATUSES
from web.api.access import act_as, actor, scoped
from web.api.schemas import StatusSchema
from web.forms import YEARS
from web.house import database

blueprint = Blueprint("api_data", __name__, url_prefix="/api/v1/data", description="Dữ liệu dùng chung")
LONGEST = 366  # days of a period


class StandsSchema(Schema):
    """How a dossier stands; nothing of whose it is."""

    code = fields.String()
    procedure = fields.String()
    procedure_name = fields.String()
    agency = fields.String()
    channel = fields.String()
    status = fields.Nested(StatusSchema)
    received_at = fields.AwareDateTime(allow_none=True)
    due = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    returned_at = fields.AwareDateTime(allow_none=True)


class PeriodQuery(Schema):
    """From the first day to the last, both included."""

    class Meta:
        unknown = RAISE

    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """The days follow each other, within a year."""
        if not 0 <= (data["last"] - data["first"]).days < LONGEST:
            raise ValidationError("A period has its first day before its last, and a year at most.", "to")
        if data["first"] < date(2000, 1, 1) or data["last"].year not in YEARS:
            raise ValidationError(f"A period lies between the years 2000 and {YEARS[-1]}.", "to")


class FiguresSchema(Schema):
    """The figures of a period, as far as the program's official sees dossiers."""

    received = fields.Integer()
    direct = fields.Integer()
    online = fields.Integer()
    post = fields.Integer()
    carried = fields.Integer()
    done = fields.Integer()
    early = fields.Integer()
    on_time = fields.Integer()
    late = fields.Integer()
    withdrawn = fields.Integer()
    open = fields.Integer()
    over = fields.Integer()
    paused = fields.Integer()
    rate = fields.Float(allow_none=True)


@blueprint.get("/dossiers/<code>")
@scoped("status")
@blueprint.response(200, StandsSchema)
@blueprint.alt_response(401, schema=None, description="no valid token")
@blueprint.alt_response(403, schema=None, description="scope missing")
@blueprint.alt_response(404, schema=None, description="not found, or not the program's to see")
@blueprint.alt_response(429, schema=None, description="more calls than agreed in this hour")
def stands(code: str) -> Any:
    """How a dossier stands."""
    act_as(None)
    try:
        one = dossiers.by_code(database(), code, actor())
    except Refusal as refused:
        abort(404, refused.en)
    return {
        **{name: getattr(one, name) for name in StandsSchema().fields if name != "status"},
        "status": {"code": str(one.status), "name": STATUSES[one.status].vi},
    }


@blueprint.get("/statistics")
@scoped("statistics")
@blueprint.arguments(PeriodQuery, location="query", unknown=RAISE)
@blueprint.response(200, FiguresSchema)
@blueprint.alt_response(401, schema=None, description="no valid token")
@blueprint.alt_response(403, schema=None, description="scope missing")
@blueprint.alt_response(429, schema=None, description="more calls than agreed in this hour")
def statistics(asked: dict[str, Any]) -> Any:
    """The figures of a period."""
    act_as(None)
    return dossiers.total_of(database(), actor(), asked["first"], asked["last"]).as_dict()
