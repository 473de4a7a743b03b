"""Tasks (10.3.3, 13.3.3): who does the work, and what is written when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import dmn, feel, iso8601
from engine.run import arming
from engine.run.calling import CallingSpec
from engine.run.changes import OpenTask
from engine.run.events import message_effect
from engine.run.failure import Failure
from engine.run.machine import Machine, Token, context
from engine.run.nodes import NodeSpec
from engine.run.progress import HumanProgress, Offer, StartProgress
from engine.run.variables import evaluate, text_of, utc, value_of


class HumanSpec(NodeSpec):
    """User, manual and abstract tasks: a person does them."""

    progress = HumanProgress

    def execute(self, token: Token) -> None:
        token.progress.offer = self.offer(token)
        token.workflow.changes.tasks_opened.append(self.open_task(token))

    def offer(self, token: Token) -> Offer:
        """Who may do it, by when, as far as the model says: evaluated when the task opens."""
        asked = self.node.assignment
        offer = Offer(utc(token))
        if self.node.name_expression is not None:
            offer.name = text_of(token, self.node.name_expression)
        if self.node.form_expression is not None:
            offer.form = text_of(token, self.node.form_expression)
        if asked.assignee is not None:
            offer.who = text_of(token, asked.assignee)
        if asked.candidate_groups is not None:
            offer.groups = names(value_of(token, asked.candidate_groups))
        if asked.candidate_users is not None:
            offer.users = names(value_of(token, asked.candidate_users))
        if asked.due is not None:
            due = value_of(token, asked.due)
            if due is not None:
                try:
                    text = str(due)
                    offer.due = iso8601.after(utc(token), due) if text.startswith("P") else iso8601.moment(due)
                except iso8601.NoTime as error:
                    raise Failure(
                        "expression",
                        f"Hạn của công việc không dùng được: {error.vi}.",
                        f"The task's due date cannot be used: {error.en}.",
                    ) from None
        if asked.priority is not None:
            try:
                offer.priority = int(value_of(token, asked.priority))
            except (TypeError, ValueError):
                raise Failure(
                    "expression", "Mức ưu tiên của công việc không phải là số.", "The task's priority is not a number."
                ) from None
        return offer

    def open_task(self, token: Token) -> OpenTask:
        machine: Machine = token.workflow
        node = self.node
        offer: Offer = token.progress.offer
        return OpenTask(
            token.id,
            node.id,
            offer.name or node.name,
            machine.scope(token).id,
            machine.process(token).id,
            offer.at,
            offer.form or node.form,
            offer.who,
            tuple(offer.groups or ()),
            tuple(offer.users or ()),
            offer.due,
            50 if offer.priority is None else offer.priority,
            node.lane,
            node,
        )


def names(value: Any) -> list[str]:
    """Groups or users: a list, or text with commas."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [str(each) for each in value if each is not None]
    return [part.strip() for part in str(value).split(",") if part.strip()]


class ServiceSpec(CallingSpec):
    """Service and send tasks, and business-rule tasks of a connector. A send task sends its message when it is done."""

    def execute(self, token: Token) -> None:
        if self.calls(token):
            return
        message = self.node.message
        effect = message_effect(token, message, message.name) if message is not None else None
        self.finish(token, token.progress.result)
        if effect is not None:
            effect()


class ReceiveSpec(NodeSpec):
    """A receive task waits for its message; one that begins a process has had it."""

    progress = StartProgress

    def execute(self, token: Token) -> None:
        if token.progress.first is None:
            arming.arm(token, self)
        else:
            self.finish(token)

    def received(self, token: Token, payload: Mapping[str, Any] | None) -> None:
        self.finish(token, payload)


class ScriptSpec(ServiceSpec):
    """A script task: FEEL. Without a result variable the entries of a context become variables. One without a script
    is work for its connector."""

    def execute(self, token: Token) -> None:
        script = self.node.script
        if script is None:
            return super().execute(token)
        return self.finish(token, named(self.node.result_variable, evaluate(token, script)))


class RuleSpec(ServiceSpec):
    """A business-rule task: a decision of DMN, unless a connector does it or the host holds it."""

    def execute(self, token: Token) -> None:
        node = self.node
        if node.decision is None or token.progress.sent:
            return super().execute(token)
        if self.calls(token):
            return None
        decision = text_of(token, node.decision) or ""
        try:
            value = token.workflow.host.decide(decision, context(token))
        except LookupError:
            raise Failure(
                "decision",
                f"Không có quyết định «{decision}» nào được triển khai.",
                f"No decision '{decision}' is deployed.",
            ) from None
        except (feel.FeelLimitError, dmn.DmnError) as error:
            raise Failure(
                "decision",
                f"Quyết định «{decision}» không tính được: {error.sentence('vi')}",
                f"The decision '{decision}' cannot be evaluated: {error.sentence('en')}",
            ) from None
        return self.finish(token, named(node.result_variable, value))


def named(variable: str | None, value: Any) -> dict[str, Any] | None:
    """A result under its variable; a context without one gives its entries."""
    if variable:
        return {variable: value}
    return dict(value) if isinstance(value, Mapping) else None
