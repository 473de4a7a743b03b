"""What an act of steering would do, told before it is done: the act is tried in a transaction that is taken back, and
what stands open before and after is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine import commands
from engine.refusal import Refusal
from engine.store import Tx
from procedures import dossiers
from procedures.rehearsal import rehearse
from web.house import database
from web.i18n import pick
from web.present import moment, status_tag


@dataclass(frozen=True)
class Snapshot:
    """What stands open in an instance, each by its id."""

    tasks: Mapping[str, str]
    timers: Mapping[str, tuple[str, datetime]]
    awaited: Mapping[str, str]
    calls: Mapping[str, str]
    incidents: Mapping[str, tuple[str, str]]  # step, sentence
    ended: bool
    status: int | None


def snapshot(tx: Tx, root: str, steps: Mapping[str, str]) -> Snapshot:
    """As it stands in this transaction."""
    with commands.run_of(tx, root) as run:
        try:
            status: int | None = dossiers.get(tx, root).status
        except Refusal:
            status = None
        return Snapshot(
            {one.id: one.name or one.element for one in run.open_tasks},
            {one.id: (steps.get(one.element, one.element), one.due) for one in run.timers},
            {one.id: steps.get(one.element, one.element) for one in run.subscriptions},
            {one.id: steps.get(one.element, one.element) for one in run.calls},
            {one.id: (steps.get(one.element, one.element), pick(one.message, one.message_en)) for one in run.incidents},
            run.ended,
            status,
        )


def foreseen(root: str, steps: Mapping[str, str], work: Callable[[Any], Any]) -> list[str]:
    """The sentences. Raises the Refusal of an act that cannot be done."""
    before, after = rehearse(database(), work, lambda tx: snapshot(tx, root, steps))
    return told(before, after)


def told(before: Snapshot, after: Snapshot) -> list[str]:
    """What is different, in sentences."""
    said = []
    if after.ended:
        said.append(_("Phiên chạy sẽ kết thúc."))
    said += _list(_("Việc đang mở sẽ bị hủy: %(names)s."), _gone(before.tasks, after.tasks))
    said += _list(_("Việc sẽ mở: %(names)s."), _gone(after.tasks, before.tasks))
    for id in before.timers.keys() & after.timers.keys():
        (name, old), (_same, new) = before.timers[id], after.timers[id]
        if old != new:
            said.append(
                _("Hẹn giờ “%(name)s” chuyển từ %(old)s sang %(new)s.", name=name, old=moment(old), new=moment(new))
            )
    said += _list(
        _("Hẹn giờ sẽ bị bỏ: %(names)s."),
        [_timer(before.timers[i]) for i in before.timers.keys() - after.timers.keys()],
    )
    said += _list(
        _("Hẹn giờ sẽ được đặt: %(names)s."),
        [_timer(after.timers[i]) for i in after.timers.keys() - before.timers.keys()],
    )
    said += _list(_("Không chờ nữa: %(names)s."), _gone(before.awaited, after.awaited))
    said += _list(_("Sẽ chờ: %(names)s."), _gone(after.awaited, before.awaited))
    said += _list(_("Lời gọi dịch vụ sẽ bị bỏ: %(names)s."), _gone(before.calls, after.calls))
    said += _list(_("Sẽ gọi dịch vụ ở bước: %(names)s."), _gone(after.calls, before.calls))
    said += _list(
        _("Sự cố được khép lại ở bước: %(names)s."),
        [before.incidents[i][0] for i in before.incidents.keys() - after.incidents.keys()],
    )
    said += [
        _("Sẽ dừng vì sự cố ở bước “%(name)s”: %(why)s", name=after.incidents[id][0], why=after.incidents[id][1])
        for id in after.incidents
        if before.incidents.get(id) != after.incidents[id]
    ]
    said += [
        _("Vẫn dừng vì sự cố ở bước “%(name)s”: %(why)s", name=name, why=why)
        for id, (name, why) in after.incidents.items()
        if before.incidents.get(id) == (name, why)
    ]
    if before.status is not None and after.status is not None and before.status != after.status:
        said.append(
            _(
                "Hồ sơ chuyển từ “%(old)s” sang “%(new)s”; người nộp được báo tin.",
                old=status_tag(before.status).text,
                new=status_tag(after.status).text,
            )
        )
    return said or [_("Không bước nào thay đổi ngay lúc này.")]


def _gone(those: Mapping[str, str], others: Mapping[str, str]) -> list[str]:
    return [those[id] for id in those if id not in others]


def _timer(one: tuple[str, datetime]) -> str:
    return _("“%(name)s” lúc %(at)s", name=one[0], at=moment(one[1]))


def _list(sentence: str, names: list[str]) -> list[str]:
    """The sentence with the names, each once with how often; nothing where there are none."""
    if not names:
        return []
    counted = [f"{name} (×{names.count(name)})" if names.count(name) > 1 else name for name in dict.fromkeys(names)]
    shown = ", ".join(counted[:12]) + ("…" if len(counted) > 12 else "")
    return [sentence % {"names": shown}]
