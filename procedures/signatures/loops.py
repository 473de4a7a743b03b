"""pyHanko begins an event loop for each thing it does, which fails where one runs already in the same thread."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def without_loop(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The function, in a thread of its own where a loop runs in the caller's."""

    @wraps(function)
    def called(*given: Given.args, **named: Given.kwargs) -> Answer:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return function(*given, **named)
        known = contextvars.copy_context()
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: known.run(function, *given, **named)).result()

    return called
