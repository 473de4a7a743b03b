"""The administrators' pages."""

from web.admin import (
    agencies,
    certificates,
    checking,
    clients,
    connectors,
    days,
    officials,
    outages,
    overview,
    portal,
    reads,
    views,
)
from web.admin.room import NAVIGATION, blueprint

__all__ = [
    "NAVIGATION",
    "agencies",
    "blueprint",
    "certificates",
    "checking",
    "clients",
    "connectors",
    "days",
    "officials",
    "outages",
    "overview",
    "portal",
    "reads",
    "views",
]
