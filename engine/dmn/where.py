"""Where in a decision model a diagnostic arises, told to the analyst with its message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from engine.feel.messages import MISSING, UNREADABLE
from engine.feel.scope import Code

#: What is worth knowing and no error of the model: null is then a value like another.
NOTES = MISSING | {"no_match"}


@dataclass(frozen=True, slots=True)
class Where:
    """A decision or business knowledge model, and in its table the rule (from 1, 0 for none) and the cell by its label.

    test: the cell is tested against an input. A test that is neither true nor false does not match (DMN 10.3.2.10),
    so that what it says is a note and no error.
    """

    decision: str
    rule: int = 0
    cell: str = ""
    test: bool = False

    def at(self, rule: int, cell: str, test: bool = False) -> Where:
        """A cell of the same decision's table."""
        return replace(self, rule=rule, cell=cell, test=test)

    def around(self, code: Code) -> Code:
        """The code of this cell: what it notes is told with the cell, within the decision that is under way."""
        rule, cell, test = self.rule, self.cell, self.test

        def placed(env: list[Any]) -> Any:
            run = env[0]
            outer = run.where
            if run.notes is None or outer is None:
                return code(env)
            run.where = outer.at(rule, cell, test)
            value = code(env)
            run.where = outer
            return value

        return placed

    def gentle(self, code: str) -> bool:
        """Whether a diagnostic with this code is no error here."""
        return code in NOTES or (self.test and code not in UNREADABLE)

    def tell(self, diagnostic: dict[str, Any], language: str) -> dict[str, Any]:
        """The diagnostic with ``decision``, ``rule``, ``cell`` and ``severity`` (error or note), its message led by
        the place."""
        words = ("Decision", "rule", "cell") if language == "en" else ("Quyết định", "luật", "ô")
        place = f"{words[0]} «{self.decision[:80]}»"
        if self.rule:
            place += f", {words[1]} {self.rule}"
        if self.cell:
            place += f", {words[2]} «{' '.join(self.cell.split())[:60]}»"
        return {
            **diagnostic,
            "message": f"{place}: {diagnostic['message']}",
            "decision": self.decision,
            "rule": self.rule,
            "cell": self.cell,
            "severity": "note" if self.gentle(diagnostic["code"]) else "error",
        }
