"""Who may do what: one table for each kind of thing, asked by the commands that do it and by the pages that offer it.

`rights.tasks` acts on open tasks · `procedures.steering` acts on what runs by hand, for who tends the processes.
"""

from engine.refusal import Refusal


class NotAllowed(Refusal):
    """The person's roles do not allow it: an answer of its own (403), not a state of the thing."""


class Unseen(Refusal):
    """There is no such thing, or it is not this person's to see: both in the same words (404)."""


__all__ = ["NotAllowed", "Unseen"]
