"""The catalogue as citizens read it."""

from __future__ import annotations

from typing import Any

from flask import render_template

from web.permissions import public
from web.portal.room import blueprint


@blueprint.get("/")
@public
def home() -> Any:
    """Search first."""
    return render_template("portal/home.html")


@blueprint.get("/thu-tuc")
@public
def procedures() -> Any:
    """The list."""
    return render_template("portal/home.html")
