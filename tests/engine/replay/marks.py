"""The fixed parts of drawn models: what they throw and catch, how they repeat, what they map."""

from __future__ import annotations

HEAD = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:mc="http://motcua.vn/schema/1.0/mc" '
    'targetNamespace="urn:replay"'
)
KEYED = '<extensionElements><zeebe:subscription correlationKey="= string(ma)"/></extensionElements>'
DEFINITIONS = (
    f'<message id="M" name="m1"/><message id="K" name="m2">{KEYED}</message><message id="B" name="m9"/>'
    '<signal id="S" name="s1"/><signal id="S2" name="s2"/><error id="ERR" name="err" errorCode="E1"/>'
    '<escalation id="ESC" name="esc" escalationCode="L1"/><signalEventDefinition id="D" signalRef="S"/>'
)
CATCHES = {
    "message": '<messageEventDefinition messageRef="M"/>',
    "keyed": '<messageEventDefinition messageRef="K"/>',
    "begin": '<messageEventDefinition messageRef="B"/>',
    "signal": '<signalEventDefinition signalRef="S"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "date": '<timerEventDefinition><timeDate>= now() + duration("PT2H")</timeDate></timerEventDefinition>',
    "cycle": "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>",
    "day": "<timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition>",
    "conditional": "<conditionalEventDefinition><condition>= n &gt; 3</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="ERR"/>',
    "escalation": '<escalationEventDefinition escalationRef="ESC"/>',
}
COMPENSATE = "<compensateEventDefinition/>"
THROWS = {
    "message": CATCHES["message"],
    "keyed": CATCHES["keyed"],
    "begin": CATCHES["begin"],
    "signal": CATCHES["signal"],
    "escalation": CATCHES["escalation"],
    "compensate": COMPENSATE,
    "both": CATCHES["signal"] + CATCHES["message"],
}
ENDS = {"error": CATCHES["error"], "terminate": "<terminateEventDefinition/>", **THROWS}


def _many(inside: str, *, turn: bool = False, more: str = "") -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(turn).lower()}" {more}>{inside}'
        "</multiInstanceLoopCharacteristics>"
    )


def _of(number: int) -> str:
    return f"<loopCardinality>{number}</loopCardinality>"


ELEMENTS = (
    '<extensionElements><zeebe:loopCharacteristics inputCollection="= [n, 5]" inputElement="x" '
    'outputCollection="kq" outputElement="= x + n"/></extensionElements>'
)
ENOUGH = "<completionCondition>= numberOfCompletedInstances &gt;= 1</completionCondition>"
MANY = (
    _many(_of(2)),
    _many(_of(3), turn=True),
    _many(ELEMENTS),
    _many(ELEMENTS, turn=True),
    _many(_of(3) + ENOUGH),
    _many(_of(2), more='behavior="One" oneBehaviorEventRef="D"'),
    _many(_of(2), more='behavior="None" noneBehaviorEventRef="D"'),
    _many("<loopCardinality>= n</loopCardinality>", turn=True),
    _many(_of(0)),
    _many(
        _of(2) + "<complexBehaviorDefinition><condition>= numberOfCompletedInstances = 2</condition><event>"
        f"{CATCHES['signal']}</event></complexBehaviorDefinition>",
        more='behavior="Complex"',
    ),
)
LOOPS = (
    '<standardLoopCharacteristics loopMaximum="2"/>',
    (
        '<standardLoopCharacteristics loopMaximum="3"><loopCondition>= n &lt; 3</loopCondition>'
        "</standardLoopCharacteristics>"
    ),
    (
        '<standardLoopCharacteristics testBefore="true" loopMaximum="2"><loopCondition>= n &lt; 2</loopCondition>'
        "</standardLoopCharacteristics>"
    ),
)
DECISION = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dm" name="dm" namespace="urn:dm">
<inputData id="i" name="n"><variable name="n"/></inputData>
<decision id="phi" name="phi"><variable name="phi"/><informationRequirement id="r"><requiredInput href="#i"/>
</informationRequirement><literalExpression id="l"><text>if n > 1 then n * 1.5 else 0</text></literalExpression>
</decision></definitions>"""


def extension(*inside: str) -> str:
    text = "".join(inside)
    return f"<extensionElements>{text}</extensionElements>" if text else ""


def io(variant: int) -> str:
    """Mappings: some always work, some fail for some data."""
    source = ("n", "n + 1", "1 / (n - 2)", "ma")[variant % 4]
    target = ("n", "ho_so.so", "kq")[variant % 3]
    return (
        f'<zeebe:ioMapping><zeebe:input source="= {source}" target="vao"/>'
        + (f'<zeebe:output source="= vao" target="{target}"/>' if variant & 1 else "")
        + "</zeebe:ioMapping>"
    )


def script(text: str, variable: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    named = f' resultVariable="{variable}"' if variable else ""
    return extension(f'<zeebe:script expression="= {text}"{named}/>')
