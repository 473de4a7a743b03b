"""Every feature is run twice: straight on, and with the state dumped and loaded after each command."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.engine.run.world import World, world


@pytest.fixture(params=[False, True], ids=["straight", "reload"])
def make(request: pytest.FixtureRequest) -> Callable[..., World]:
    return partial(world, reload=request.param)
