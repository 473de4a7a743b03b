"""Executes processes: a token machine on SpiffWorkflow's core (docs/decisions/0001)."""

from engine.run.run import Run
from engine.run.starts import Starts, next_start, starts

__all__ = ["Run", "Starts", "next_start", "starts"]
