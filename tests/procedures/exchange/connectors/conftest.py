"""A town with lines to simulators that answer over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from procedures.exchange.connectors.configured import Connector
from tests.procedures.town import Town
from tests.serving import serving
from web.simulators import portal as portals


def connected(town: Town, *lines: Connector) -> None:
    """Gives the town these lines, besides those that it has."""
    known: Any = town.database.installation
    more = {line.name: line for line in lines}
    known.settings = replace(known.settings, connectors={**known.settings.connectors, **more})


@pytest.fixture
def portal(town: Town) -> Iterator[portals.Portal]:
    """A portal, and the town's line to it."""
    server, known = portals.serve("motcua", "mat-khau")
    with serving(server) as address:
        told = {"dstcode": "VN:TEST", "username": "motcua", "password": "mat-khau", "unit": "T"}
        connected(town, Connector("portal", "portal", address, told, timeout=0.3, test=True))
        yield known
