"""What a change of hours or days would move, said before it is made: it is province-wide and reaches promised dates."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.store import Tx
from procedures import deadlines
from procedures.words import short
from web.house import database

SHOWN = 20  # dossiers named one by one; the rest is counted


def moved_dates(change: Callable[[Tx], object]) -> list[str]:
    """The due dates that a change moves, as lines of a page that asks whether it is meant. Raises what it refuses."""
    moved = deadlines.moved_by(database(), change)
    if not moved:
        return [_("Không có hồ sơ đang mở nào đổi hạn trả.")]
    lines = [
        ngettext(
            "%(num)d hồ sơ đang mở đổi hạn trả; lý do được ghi vào từng hồ sơ.",
            "%(num)d hồ sơ đang mở đổi hạn trả; lý do được ghi vào từng hồ sơ.",
            len(moved),
        )
    ]
    lines += [
        _("%(code)s: %(before)s → %(after)s", code=one.code, before=short(one.before), after=short(one.after))
        for one in moved[:SHOWN]
    ]
    if len(moved) > SHOWN:
        lines.append(_("… và %(count)d hồ sơ khác.", count=len(moved) - SHOWN))
    return lines
