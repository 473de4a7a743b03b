"""The bar of sections under the header: each room names its own, each person sees his."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for


@dataclass(frozen=True)
class Item:
    """`text` may be lazy. `roles`: who sees it; ("*",) any official, () only who is not signed in (citizens)."""

    text: Any
    endpoint: str
    roles: tuple[str, ...] = ()
    section: str = ""  # endpoints that begin with it count as this section; empty: the endpoint's blueprint


@dataclass(frozen=True)
class Shown:
    """An item as this page shows it."""

    text: str
    address: str
    current: bool


def items_for(person: Any, items: Iterable[Item]) -> list[Shown]:
    """The sections of a person, the one of this page marked."""
    shown = []
    for item in items:
        known = person.is_authenticated
        visible = (known and (item.roles == ("*",) or person.has(*item.roles))) if item.roles else not known
        if visible:
            section = item.section or item.endpoint.split(".")[0] + "."
            current = (request.endpoint or "").startswith(section)
            shown.append(Shown(str(item.text), url_for(item.endpoint), current))
    return shown
