"""Soundness: the states that a model can come into, explored within bounds (van der Aalst; clause 13 of BPMN).

A model is sound when every run can come to its end, leaves nothing behind there, and uses every step of the drawing.
`explore` says where it is not, each time with a way that shows it; `scenario` makes of the way what can be played.
`Board` plays the same game for who simulates it or looks for a way.
"""

from engine.model.soundness.board import Board, at
from engine.model.soundness.example import scenario, told
from engine.model.soundness.floor import Unknown
from engine.model.soundness.game import Act, State, Step
from engine.model.soundness.walk import Problem, Verdict, explore

__all__ = ["Act", "Board", "Problem", "State", "Step", "Unknown", "Verdict", "at", "explore", "scenario", "told"]
