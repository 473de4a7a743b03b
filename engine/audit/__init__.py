"""The event log: what happened, by whom, in an order that cannot be changed unseen."""

from engine.audit.log import append, history, history_of_steps
from engine.audit.verify import seal, seal_all, verify

__all__ = ["append", "history", "history_of_steps", "seal", "seal_all", "verify"]
