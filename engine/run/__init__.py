"""Executes processes: a token machine on SpiffWorkflow's core (docs/decisions/0001)."""

from engine.run.refusal import Refusal
from engine.run.run import Run
from engine.run.starts import Starts, next_start, starts

__all__ = ["Refusal", "Run", "Starts", "next_start", "starts"]
