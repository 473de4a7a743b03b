"""Lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, g, redirect, request, url_for

DIGITS = 18  # of a number that an address may name a row by: what every database counts with


@dataclass(frozen=True)
class Part:
    """One page of a list that is at hand as a whole."""

    rows: Sequence[Any]
    page: int
    pages: int
    total: int


def number_of(typed: str | None) -> int:
    """The page that an address asks for; 1 for whatever is no number."""
    return max(1, int(typed)) if typed and typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def row_number(typed: str | None) -> int | None:
    """The number of a row that an address names; None for whatever is none."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) <= DIGITS else None


def shown_at(endpoint: str) -> None:
    """Where the list stands that this request shows again: what was posted from it went to another address."""
    g.list_endpoint = endpoint


def address(**changes: Any) -> str:
    """This page with some of its query changed; None takes a part away."""
    query = {k: v if len(v) > 1 else v[0] for k, v in request.args.lists()} | changes
    return url_for(g.get("list_endpoint") or str(request.endpoint), **{**(request.view_args or {}), **query})


def link(number: int) -> str:
    """This list's page of that number."""
    return address(trang=number if number > 1 else None)


def within(page: int, pages: int) -> None:
    """Leads who asks for a page beyond the last to the last one."""
    if page > pages and request.method == "GET":
        abort(redirect(link(pages)))


def slice_of(rows: Sequence[Any], typed: str | None, size: int) -> Part:
    """The page that an address asks for."""
    page, pages = number_of(typed), max(1, -(-len(rows) // size))
    within(page, pages)
    page = min(page, pages)
    return Part(rows[(page - 1) * size : page * size], page, pages, len(rows))
