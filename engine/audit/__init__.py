"""The event log: what happened, by whom, in an order that cannot be changed unseen."""

from engine.audit.adopting import adopt
from engine.audit.log import append, history, history_of_steps
from engine.audit.sealing import Seal, is_due, next_number, seal, seal_due, seals
from engine.audit.verify import verify

__all__ = [
    "Seal",
    "adopt",
    "append",
    "history",
    "history_of_steps",
    "is_due",
    "next_number",
    "seal",
    "seal_due",
    "seals",
    "verify",
]
