"""The ten national statuses of a dossier (domain.md §3), with what each means for the clock, the lists and the eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from procedures.vocabulary.words import Word


@dataclass(frozen=True, slots=True)
class Status(Word):
    """stands: whether the dossier is open, stands still for somebody, or is done with, in the reports.
    tone, icon: how a tag shows it. reasoned: whether somebody is told why; work that goes on has no reason."""

    stands: Literal["open", "still", "done"] = "open"
    tone: Literal["info", "kept", "late", "paused"] = "info"
    icon: str = "play"
    reasoned: bool = False


STATUSES: Mapping[int, Status] = {
    1: Status("Mới đăng ký", "Registered", icon="inbox"),
    2: Status("Được tiếp nhận", "Received", icon="inbox"),
    3: Status("Không được tiếp nhận", "Not received", tone="late", icon="cross", reasoned=True),
    4: Status("Đang xử lý", "In progress"),
    5: Status("Yêu cầu bổ sung giấy tờ", "Papers asked for", "still", "paused", "pause", reasoned=True),
    6: Status("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment asked for", "still", "paused", "pause", reasoned=True),
    7: Status("Công dân yêu cầu rút hồ sơ", "Withdrawn by the citizen", "done", "paused", "stop", reasoned=True),
    8: Status("Dừng xử lý", "Stopped", "still", "paused", "stop", reasoned=True),
    9: Status("Đã xử lý xong", "Handled", "done", "kept", "check"),
    10: Status("Đã trả kết quả", "Result returned", "done", "kept", "check"),
}
#: What people read where the result is a refusal; nationally it is 9 and 10 all the same.
OF_REFUSALS: Mapping[int, Status] = {
    9: Status("Từ chối giải quyết", "Refused", "done", "late", "cross"),
    10: Status("Đã trả thông báo từ chối", "Refusal handed over", "done", "late", "cross"),
}
REGISTERED, REFUSED, WITHDRAWN, STOPPED, HANDLED, RETURNED = 1, 3, 7, 8, 9, 10
#: With these nothing more is taken for a dossier, handed on or added to it: it never came in, went back, or is out.
OVER = (REFUSED, WITHDRAWN, RETURNED)
#: Buckets of the reports: done, and standing still for somebody; the rest is open.
DONE = tuple(code for code, status in STATUSES.items() if status.stands == "done")
STILL = tuple(code for code, status in STATUSES.items() if status.stands == "still")


def said(status: int, refused: bool = False) -> Status:
    """A status as people read it. refused: the result of the dossier is a refusal."""
    return (OF_REFUSALS if refused and status in OF_REFUSALS else STATUSES)[status]


def clock_over(status: int | None, paused: bool = False) -> bool:
    """Whether the clock has ended without a result: not received, withdrawn, or stopped for good (a stop that pauses is
    a suspension, and goes on)."""
    return status in (REFUSED, WITHDRAWN) or (status == STOPPED and not paused)
