"""Who may do what: one table for each kind of thing, asked by the commands that do it and by the pages that offer it.

`rights.tasks` acts on open tasks · `procedures.steering` acts on what runs by hand, for who tends the processes.
"""

from engine.refusal import Refusal


class NotAllowed(Refusal):
    """The person's roles do not allow it: an answer of its own (403), not a state of the thing."""


class Unseen(Refusal):
    """There is no such thing, or it is not this person's to see: both in the same words (404)."""


def no_program_signs() -> NotAllowed:
    """Why a client neither takes nor hands on nor ends a step that signs."""
    return NotAllowed(
        "Bước ký duyệt do chính người có thẩm quyền thực hiện; ứng dụng không được ký, nhận hay chuyển việc này.",
        "A step that signs is done by who has the authority: no program signs, takes it or hands it on.",
    )


__all__ = ["NotAllowed", "Unseen", "no_program_signs"]
