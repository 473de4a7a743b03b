"""Work outside the transaction: a call that a service or send task, or an event that a connector sends, waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.run.changes import Call
from engine.run.machine import Token, context
from engine.run.nodes import NodeSpec
from engine.run.progress import CallingProgress, Progress
from engine.run.variables import text_of, value_of

#: Tries of a call whose model says nothing of it.
RETRIES = 3


class CallingSpec(NodeSpec):
    """A node whose work a connector may do, where the host holds it. What was done is not asked for again."""

    progress: type[Progress] = CallingProgress

    def calls(self, token: Token) -> bool:
        """Opens the call where the host holds the node and its work has not been done yet."""
        progress: CallingProgress = token.progress
        connector = text_of(token, self.node.connector)
        if progress.sent or not token.workflow.host.holds(self.node, connector):
            return False
        progress.call = connector or ""
        token.workflow.changes.calls_opened.append(self.call(token))
        return True

    def call(self, token: Token) -> Call:
        node = self.node
        try:
            left = RETRIES if node.retries is None else int(value_of(token, node.retries))
        except (TypeError, ValueError):
            left = RETRIES
        seen = token.data if node.inputs and not node.beside else context(token)
        return Call(token.id, node.id, token.progress.call, dict(seen), node.headers, left)

    def done(self, token: Token, result: Mapping[str, Any] | None) -> None:
        """The work is done, with what it brought: under the result variable, unless it names that itself."""
        progress: CallingProgress = token.progress
        progress.sent = True
        name = self.node.result_variable
        if name and result is not None and name not in result:
            result = {name: dict(result)}
        if result:
            progress.result = result
        self.execute(token)
