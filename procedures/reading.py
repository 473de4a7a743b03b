"""Whose data a request has shown: noted where dossiers, their papers and letters are loaded for display, so that no
page and no call of the API can forget it. Who collects (the web server) writes it into the log of reads.
"""

from __future__ import annotations

from contextvars import ContextVar

_shown: ContextVar[dict[str, None] | None] = ContextVar("shown", default=None)


def begin() -> None:
    """From now on, in this context, what is shown is collected."""
    _shown.set({})


def shown(*roots: str | None) -> None:
    """The data of these dossiers (or of what stands in their place) are read for display."""
    collected = _shown.get()
    if collected is not None:
        collected.update(dict.fromkeys(root for root in roots if root))


def end() -> list[str]:
    """What was shown since `begin`, in that order; nothing is collected any more."""
    collected = _shown.get()
    _shown.set(None)
    return list(collected or ())
