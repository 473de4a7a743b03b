"""The officials' accounts as the pages need them: one place that speaks to `procedures.accounts`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from procedures import accounts, agencies, officials
from procedures.dossiers.values import Actor
from web.house import database
from web.permissions import ROLES, SignedIn

SHORTEST = 12


def navigation() -> list[Any]:
    """What the rooms put into the bar."""
    items: list[Any] = current_app.extensions["motcua_navigation"]
    return items


def weakness(password: str, username: str) -> str:
    """What is wrong with a new password, as a sentence; empty when nothing is."""
    if len(password) < SHORTEST:
        return _("Mật khẩu phải có ít nhất %(num)s ký tự", num=SHORTEST)
    if len(set(password)) < 5 or (username and username.lower() in password.lower()):
        return _("Mật khẩu này dễ đoán, chọn mật khẩu khác")
    return ""
