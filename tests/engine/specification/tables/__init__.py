"""All cases of what is executed."""

from __future__ import annotations

from tests.engine.specification.tables import (
    activities,
    compensation,
    data,
    dialects,
    events,
    flows_and_gateways,
    together,
)

CASES = [
    *flows_and_gateways.CASES,
    *activities.CASES,
    *events.CASES,
    *compensation.CASES,
    *data.CASES,
    *dialects.CASES,
    *together.CASES,
]
