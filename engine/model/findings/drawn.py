"""What the standard asks of executable processes only (8.3.3, 8.3.4, 10.5.5, 10.6): elsewhere it is a warning.

A drawing that was made to be read leaves such things out, and runs truly without them: a throw without a message sends
nothing, a wait without one is not woken, a gateway of one way lets pass, a call of nothing stops with an incident.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.model.findings.rule import Rule
from engine.model.names import is_marked

#: Rules that have a milder twin, ``…-drawn``, for processes that are not marked executable.
BINDING = frozenset(
    ("call-without-target", "data-reference-name", "data-reference-target", "end-without-start",
     "gateway-does-nothing", "message-flow-event", "message-missing", "missing-element", "process-without-id",
     "signal-missing", "thrown-without-code")
)  # fmt: skip


def twins(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """The milder twins of those of `rules` that have one."""
    return {f"{name}-drawn": _milder(rule) for name, rule in rules.items() if name in BINDING}


def _milder(rule: Rule) -> Rule:
    return rule._replace(
        severity="warning",
        fix_vi=rule.fix_vi + " Phải sửa trước khi đánh dấu tiến trình là thực hiện được (isExecutable).",
        fix_en=rule.fix_en + " Mend it before the process is marked executable (isExecutable).",
    )


def bound(rule: str, at: etree._Element) -> str:
    """The name under which a broken rule is reported at an element: its own, or its twin's."""
    return rule if is_marked(at) else f"{rule}-drawn"
