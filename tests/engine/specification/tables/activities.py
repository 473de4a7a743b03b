"""Tasks, subprocesses, calls, loops (10.3, 13.3)."""

from __future__ import annotations

from tests.engine.specification.writing import (
    ROOTS,
    E,
    S,
    boundary,
    case,
    collection,
    done_when,
    end,
    event_sub,
    extensions,
    flows,
    gateway,
    many,
    marks,
    node,
    process,
    script,
    start,
    sub,
    throw,
    undoes,
    users,
    what,
)

LOOP = "<standardLoopCharacteristics {0}>{1}</standardLoopCharacteristics>"
UNTIL = "<loopCondition xsi:type='tFormalExpression'>{}</loopCondition>"
INNER = start("i") + end("o")


def line(body: str, *names: str) -> str:
    return S + E + body + flows(">".join(("s", *names, "e")))


def ad_hoc(body: str, condition: str, attributes: str = "") -> str:
    return line(sub("h", body + f"<completionCondition xsi:type='tFormalExpression'>{condition}</completionCondition>",
                    "adHocSubProcess", attributes) + marks("z"), "h", "z")  # fmt: skip


CASES = [
    case("task", "13.3.3", "an abstract task is done by a person", line(node("task", "a") + marks("z"), "a", "z"), "z",
         {"expect_open": ["a"]}, {"complete": "a"}),
    case("userTask", "13.3.3", "waits for a person, and what is completed writes variables",
         line(users("a") + script("b", "{m: n * 2}"), "a", "b"), "b",
         {"complete": "a", "variables": {"n": 4}}, {"expect_variables": {"m": 8}}),
    case("manualTask", "13.3.3", "waits for a person", line(node("manualTask", "a"), "a"), "", {"complete": "*"}),
    case("serviceTask", "13.3.3", "without a connector it completes by itself",
         line(node("serviceTask", "a") + marks("z"), "a", "z"), "z"),
    case("serviceTask", "13.3.3", "a failed call is an incident of its branch only",
         S + E + gateway("parallel", "p") + node("serviceTask", "a") + marks("b z")
         + flows("s>p", "p>a>z>e", "p>b>e"), "b", {"fail": "a"}, hold=["a"], incidents=["call"], ended=False),
    case("sendTask", "13.3.3", "sends its message to the process that it starts",
         process(line(node("sendTask", "a", attributes='messageRef="M"') + marks("b"), "a", "b"))
         + process(start("qs", what("message")) + marks("q") + end("qe") + flows("qs>q>qe"), "q1"), "b q"),
    case("receiveTask", "13.3.3", "waits for its message",
         line(node("receiveTask", "a", attributes='messageRef="M"') + marks("b"), "a", "b"), "b",
         {"expect_open_count": 0}, {"message": "tin", "variables": {"n": 2}}, {"expect_variables": {"n": 2}}),
    case("receiveTask: instantiating", "13.3.3", "without incoming flow it begins an instance with its message",
         process(node("receiveTask", "a", attributes='messageRef="M" instantiate="true"') + marks("b") + E
                 + flows("a>b>e")), "b", {"message": "tin"}, process=None),
    case("scriptTask", "13.3.3", "its script is FEEL, its value goes to the result variable",
         line(node("scriptTask", "a", extensions('<zeebe:script expression="= n + 1" resultVariable="m"/>')), "a"), "a",
         {"expect_variables": {"m": 3}}, variables={"n": 2}),
    case("callActivity", "10.3.6", "runs a process of the file",
         process(line(node("callActivity", "k", attributes='calledElement="q1"') + marks("a"), "k", "a"))
         + process(start("qs") + marks("q") + end("qe") + flows("qs>q>qe"), "q1"), "a q"),
    case("callActivity", "10.3.6", "hands all in and all out",
         process(line(node("callActivity", "k", attributes='calledElement="q1"'), "k"))
         + process(start("qs") + script("q", "{m: n + 1}") + end("qe") + flows("qs>q>qe"), "q1"), "q",
         {"expect_variables": {"m": 2}}, variables={"n": 1}),
    case("callActivity", "10.3.6", "hands over by its mappings only",
         process(line(node("callActivity", "k", extensions(
             '<zeebe:calledElement processId="q1" propagateAllParentVariables="false" '
             'propagateAllChildVariables="false"/><zeebe:ioMapping><zeebe:input source="= n" target="v"/>'
             '<zeebe:output source="= w" target="m"/></zeebe:ioMapping>')), "k"))
         + process(start("qs") + script("q", "{w: v + 1, giấu: 1}") + end("qe") + flows("qs>q>qe"), "q1"), "q",
         {"expect_variables": {"m": 2, "giấu": None}}, variables={"n": 1}),
    case("callActivity", "10.3.6", "an error of the called process is caught at its border",
         process(line(node("callActivity", "k", attributes='calledElement="q1"') + marks("a b") + end("e2")
                      + boundary("bd", "k", what("error")) + flows("bd>b>e2"), "k", "a"))
         + process(start("qs") + end("qe", what("error")) + flows("qs>qe"), "q1"), "b"),
    case("callActivity", "10.3.6", "a timer at its border cancels what was called",
         process(line(node("callActivity", "k", attributes='calledElement="q1"') + marks("a b") + end("e2")
                      + boundary("bd", "k", what("timer")) + flows("bd>b>e2"), "k", "a"))
         + process(start("qs") + users("u") + end("qe") + flows("qs>u>qe"), "q1"), "b",
         {"expect_open": ["u"]}, {"advance": "PT1H"}, {"expect_open_count": 0}),
    case("callActivity", "10.3.6", "calls go on through several processes",
         process(line(node("callActivity", "k", attributes='calledElement="q1"') + marks("a"), "k", "a"))
         + process(start("qs") + node("callActivity", "k2", attributes='calledElement="q2"') + end("qe")
                   + flows("qs>k2>qe"), "q1")
         + process(start("rs") + users("u") + end("re") + flows("rs>u>re"), "q2"), "a",
         {"expect_open": ["u"]}, {"complete": "u"}),
    *[case(kind, "10.3.6", "a call activity runs it",
           process(line(node("callActivity", "k", attributes='calledElement="gt"') + marks("z"), "k", "z"))
           + node(kind, "gt", inside, 'name="Việc chung"'), done, *steps)
      for kind, inside, done, steps in (
          ("globalTask", "", "z", [{"complete": "Việc chung"}]), ("globalUserTask", "", "z", [{"complete": "*"}]),
          ("globalManualTask", "", "z", [{"complete": "*"}]),
          ("globalScriptTask", "<script>1</script>", "gt z", []))],
    # subprocess
    case("subProcess", "13.3.4", "runs inside, and goes on when nothing is left in it",
         line(sub("p", INNER + marks("a") + flows("i>a>o")) + marks("z"), "p", "z"), "a z"),
    case("subProcess", "13.3.4", "waits for all its branches",
         line(sub("p", INNER + gateway("parallel", "x") + users("a b") + end("o2") + flows("i>x", "x>a>o", "x>b>o2"))
              + marks("z"), "p", "z"), "z", {"complete": "a"}, {"expect_open": ["b"]}, {"complete": "b"}),
    case("subProcess", "13.3.4", "without start events all its activities without incoming flow begin",
         line(sub("p", marks("a b c") + flows("a>b")) + marks("z"), "p", "z"), "a b c z"),
    case("subProcess", "13.3.4", "several start events: all begin",
         line(sub("p", start("i1") + start("i2") + end("o") + marks("a b") + flows("i1>a>o", "i2>b>o")) + marks("z"),
              "p", "z"), "a b z"),
    case("subProcess", "13.3.4", "nests", line(sub("p", INNER + sub("q", start("i3") + users("u") + end("o3")
         + flows("i3>u>o3")) + marks("a") + flows("i>q>a>o")) + marks("z"), "p", "z"), "a z", {"complete": "u"}),
    case("subProcess", "10.4", "what it makes is seen by what comes after",
         line(sub("p", INNER + script("a", "{n: 5}") + flows("i>a>o")) + script("b", "{m: n}"), "p", "b"), "a b",
         {"expect_variables": {"m": 5}}),
    # ad hoc
    case("adHocSubProcess", "13.3.5", "all its activities are enabled at once",
         ad_hoc(users("a b"), "true"), "z", {"expect_open": ["a", "b"]}, {"complete": "a"}, {"expect_ended": True}),
    case("adHocSubProcess", "13.3.5", "without cancelling what runs, it waits for it",
         ad_hoc(users("a b"), "true", 'cancelRemainingInstances="false"'), "z",
         {"complete": "a"}, {"expect_open": ["b"]}, {"complete": "b"}),
    case("adHocSubProcess", "13.3.5", "goes on until its condition holds", ad_hoc(users("a b"), "n = 2"), "z",
         {"complete": "a", "variables": {"n": 1}}, {"expect_open": ["b"]}, {"complete": "b", "variables": {"n": 2}}),
    *[case(f"adHocSubProcess{': ' + ordering if ordering else ''}", "13.3.5",
           "each activity is done once, also where the condition never holds",
           ad_hoc(users("b a"), "false", f'ordering="{ordering}"' if ordering else ""), "z",
           *({"complete": name} for name in "ba"), {"expect_ended": True}) for ordering in ("", "Sequential")],
    case("adHocSubProcess: Sequential", "13.3.5", "in the order of the model",
         ad_hoc(users("b a c"), "n = 2", 'ordering="Sequential"'), "z", {"expect_open": ["b"]}, {"complete": "b"},
         {"expect_open": ["a"]}, {"complete": "a", "variables": {"n": 2}}, {"expect_ended": True}, variables={"n": 0}),
    case("adHocSubProcess: Sequential", "13.3.5", "one activity at a time",
         ad_hoc(users("a b"), "n = 2", 'ordering="Sequential"'), "z",
         {"expect_open_count": 1}, {"complete": "*", "variables": {"n": 1}}, {"expect_open_count": 1},
         {"complete": "*", "variables": {"n": 2}}),
    case("adHocSubProcess: Sequential", "13.3.5", "scripts run one after the other until the condition holds",
         ad_hoc(script("a", "{n: n + 1}") + script("b", "{n: n + 1}"), "n >= 2", 'ordering="Sequential"'), "a b z",
         variables={"n": 0}),
    case("adHocSubProcess", "13.3.5", "scripts in parallel run each once",
         ad_hoc(script("a", "{n: n + 1}") + script("b", "{n: n + 1}"), "n >= 2"), "a b z", variables={"n": 0}),
    case("adHocSubProcess", "13.3.5", "flows between its activities are followed",
         ad_hoc(users("a b") + flows("a>b"), "n = 1"), "z", {"expect_open": ["a"]}, {"complete": "a"},
         {"expect_open": ["b"]}, {"complete": "b", "variables": {"n": 1}}, variables={"n": 0}),
    # transaction
    case("transaction", "13.5.6", "completes like a subprocess",
         line(sub("p", INNER + marks("a") + flows("i>a>o"), "transaction") + marks("z"), "p", "z"), "a z"),
    case("transaction", "13.5.6", "a cancel end undoes what completed and goes on at the cancel boundary event",
         S + E + sub("p", INNER.replace('<endEvent id="o" ></endEvent>', end("o", what("cancel"))) + marks("a")
                     + undoes("a", "a_x") + flows("i>a>o"), "transaction")
         + boundary("bd", "p", what("cancel")) + marks("y z") + end("e2") + flows("s>p>z>e", "bd>y>e2"), "a a_x y"),
    case("transaction", "13.5.6", "an error leaves it without compensation",
         S + E + sub("p", start("i") + end("o", what("error")) + marks("a") + undoes("a", "a_x") + flows("i>a>o"),
                     "transaction") + boundary("bd", "p", what("error")) + marks("y") + end("e2")
         + flows("s>p>e", "bd>y>e2"), "a y"),
    # standard loop
    *[case("standardLoopCharacteristics", "13.3.6", f"asks after each round (n = {n})",
           line(script("a", "{n: n + 1}", LOOP.format("", UNTIL.format("n &lt; 3"))) + marks("z"), "a", "z"),
           "a " * times + "z", variables={"n": n}) for n, times in ((0, 3), (1, 2), (3, 1))],
    *[case("standardLoopCharacteristics: testBefore", "13.3.6", f"asks before each round (n = {n})",
           line(script("a", "{n: n + 1}", LOOP.format('testBefore="true"', UNTIL.format("n &lt; 3"))) + marks("z"),
                "a", "z"), "a " * times + "z", variables={"n": n}) for n, times in ((0, 3), (3, 0))],
    case("standardLoopCharacteristics: loopMaximum", "13.3.6", "no more rounds than its maximum",
         line(marks("a", LOOP.format('loopMaximum="3"', UNTIL.format("true"))) + marks("z"), "a", "z"), "a a a z"),
    case("standardLoopCharacteristics: loopMaximum", "13.3.6", "a maximum alone is a number of rounds",
         line(marks("a", LOOP.format('loopMaximum="2"', "")) + marks("z"), "a", "z"), "a a z"),
    case("standardLoopCharacteristics", "13.3.6", "a subprocess loops as a whole",
         line(sub("p", LOOP.format("", UNTIL.format("n &lt; 2")) + INNER + script("a", "{n: n + 1}") + marks("b")
                  + flows("i>a>b>o")), "p"), "a a b b", variables={"n": 0}),
    case("standardLoopCharacteristics", "13.3.6", "loopCounter counts its rounds",
         line(marks("a", LOOP.format("", UNTIL.format("loopCounter &lt; 3"))), "a"), "a a a"),
    case("standardLoopCharacteristics", "13.3.6", "a user task is open once for each round",
         line(users("a", LOOP.format("", UNTIL.format("lại"))), "a"), "", {"complete": "a", "variables": {"lại": True}},
         {"expect_open_count": 1}, {"complete": "a", "variables": {"lại": False}}),
    # multi-instance
    *[case("multiInstanceLoopCharacteristics", "13.3.7", f"by cardinality, {says}",
           line(marks("a", many(attributes=f'isSequential="{flag}"')) + marks("z"), "a", "z"), "a a a z")
      for flag, says in (("true", "in turn"), ("false", "in parallel"))],
    case("multiInstanceLoopCharacteristics", "13.3.7", "the cardinality may be an expression of the data",
         line(marks("a", many(cardinality="n + 1")), "a"), "a a a", variables={"n": 2}),
    case("multiInstanceLoopCharacteristics", "13.3.7", "in turn, one task is open at a time",
         line(users("a", many(attributes='isSequential="true"')), "a"), "", {"expect_open_count": 1}, {"complete": "*"},
         {"expect_open_count": 1}, {"complete": "*"}, {"complete": "*"}, {"expect_ended": True}),
    case("multiInstanceLoopCharacteristics", "13.3.7", "in parallel, all are open",
         line(users("a", many()), "a"), "", {"expect_open_count": 3}, {"complete": "*"}, {"expect_open_count": 2},
         {"complete": "*"}, {"complete": "*"}),
    *[case("multiInstanceLoopCharacteristics: completionCondition", "13.3.7", f"cancels the rest ({says})",
           line(users("a", many(done_when("numberOfCompletedInstances >= 2"), f'isSequential="{flag}"', "4"))
                + marks("z"), "a", "z"), "z", {"complete": "a"}, {"complete": "a"}, {"expect_open_count": 0})
      for flag, says in (("true", "in turn"), ("false", "in parallel"))],
    case("multiInstanceLoopCharacteristics: completionCondition", "13.3.7", "is asked after each script",
         line(marks("a", many(done_when("numberOfCompletedInstances >= 2"), 'isSequential="true"', "4")), "a"), "a a"),
    case("multiInstanceLoopCharacteristics: collection", "13.3.7", "an instance for each element, results in order",
         line(script("a", "{r: x * 10}", collection("xs", "x", "rs", "r")), "a"), "a a a",
         {"expect_variables": {"rs": [10, 20, 30]}}, variables={"xs": [1, 2, 3]}),
    case("multiInstanceLoopCharacteristics: collection", "13.3.7", "an empty collection completes at once",
         line(marks("a", collection("xs", "x")) + marks("z"), "a", "z"), "z", variables={"xs": []}),
    case("multiInstanceLoopCharacteristics", "13.3.7", "a subprocess has instances of its own",
         line(sub("p", many(attributes='isSequential="true"') + INNER + marks("a b") + flows("i>a>b>o")) + marks("z"),
              "p", "z"), "a a a b b b z"),
    case("multiInstanceLoopCharacteristics", "13.3.7", "a call activity for each element",
         process(line(node("callActivity", "k", collection("xs", "x"), 'calledElement="q1"'), "k"))
         + process(start("qs") + users("u") + end("qe") + flows("qs>u>qe"), "q1"), None,
         {"expect_open_count": 2}, {"complete": "u"}, {"expect_ended": False}, {"complete": "u"},
         variables={"xs": ["a", "b"]}),
    case("multiInstanceLoopCharacteristics", "13.3.7", "a boundary event ends all instances",
         S + E + users("a", many()) + boundary("bd", "a", what("timer")) + marks("y") + flows("s>a>e", "bd>y>e"), "y",
         {"complete": "*"}, {"advance": "PT1H"}, {"expect_open_count": 0}),
    case("multiInstanceLoopCharacteristics: behavior None", "10.3.8", "an event for each instance that completes",
         S + E + marks("a", many('', 'behavior="None" isSequential="true" noneBehaviorEventRef="gd"'))
         + boundary("bd", "a", '<signalEventDefinition signalRef="G"/>', False) + marks("y z") + end("e2")
         + flows("s>a>z>e", "bd>y>e2"), "a a a y y y z",
         roots='<signal id="G" name="còi"/><signalEventDefinition id="gd" signalRef="G"/>'),
    case("multiInstanceLoopCharacteristics: behavior One", "10.3.8", "an event for the first that completes",
         S + E + marks("a", many('', 'behavior="One" isSequential="true" oneBehaviorEventRef="gd"'))
         + boundary("bd", "a", '<signalEventDefinition signalRef="G"/>', False) + marks("y z") + end("e2")
         + flows("s>a>z>e", "bd>y>e2"), "a a a y z",
         roots='<signal id="G" name="còi"/><signalEventDefinition id="gd" signalRef="G"/>'),
    case("multiInstanceLoopCharacteristics: behavior Complex", "10.3.8", "an event where its own condition holds",
         S + E + marks("a", many(
             "<complexBehaviorDefinition><condition xsi:type='tFormalExpression'>numberOfCompletedInstances = 2"
             '</condition><event id="ev"><signalEventDefinition signalRef="G"/></event></complexBehaviorDefinition>',
             'behavior="Complex" isSequential="true"')) + boundary("bd", "a", what("signal"), False) + marks("y z")
         + end("e2") + flows("s>a>z>e", "bd>y>e2"), "a a a y z"),
    *[case(f"multiInstanceLoopCharacteristics: behavior {behavior}", "10.3.8",
           f"its {kind} is caught by the activity's boundary event",
           S + E + marks("a", many('', f'behavior="{behavior}" isSequential="true" {reference}="bd1"'))
           + boundary("bd", "a", what(kind), kind == "error") + marks("y z") + end("e2") + flows("s>a>z>e", "bd>y>e2"),
           done, roots=ROOTS + what(kind).replace("EventDefinition ", 'EventDefinition id="bd1" ', 1))
      for behavior, reference in (("None", "noneBehaviorEventRef"), ("One", "oneBehaviorEventRef"))
      for kind, done in (("error", "a y"), ("escalation", "a a a y z" if behavior == "One" else "a a a y y y z"),
                         ("message", "a a a y z" if behavior == "One" else "a a a y y y z"))],
    case("multiInstanceLoopCharacteristics: behavior All", "10.3.8", "no event is thrown",
         S + E + marks("a", many('', 'behavior="All" isSequential="true"'))
         + boundary("bd", "a", what("signal"), False) + marks("y z") + end("e2")
         + flows("s>a>z>e", "bd>y>e2"), "a a a z"),
    # quantities
    case("activity: completionQuantity", "13.3.2", "that many tokens leave (thread split)",
         line(marks("a", attributes='completionQuantity="2"') + marks("b"), "a", "b"), "a b b"),
    case("activity: startQuantity", "13.3.2", "that many tokens are wanted (thread merge)",
         line(marks("a", attributes='completionQuantity="2"') + marks("b", attributes='startQuantity="2"') + marks("z"),
              "a", "b", "z"), "a b z"),
    case("activity: startQuantity", "13.3.2", "fewer tokens wait",
         line(marks("a") + marks("b", attributes='startQuantity="2"'), "a", "b"), "a", ended=False),
    # event subprocess inside, mixed
    case("subProcess: triggeredByEvent", "13.5.4", "an event subprocess does not begin by itself",
         S + E + marks("a") + event_sub("h", what("message"), marks("b") + end("he") + flows("h_s>b>he"))
         + flows("s>a>e"), "a"),
    case("subProcess", "13.5.6", "a terminate end ends it and goes on after it",
         line(sub("p", start("i") + gateway("parallel", "x") + users("u") + marks("a") + end("o")
                  + end("o2", what("terminate")) + flows("i>x", "x>u>o", "x>a>o2")) + marks("z"), "p", "z"), "a z"),
    case("subProcess", "13.3.4", "a signal thrown inside is caught outside it",
         S + E + gateway("parallel", "x") + sub("p", INNER + throw("w", what("signal")) + flows("i>w>o"))
         + users("u") + boundary("bd", "u", what("signal")) + marks("y") + end("e2")
         + flows("s>x", "x>u>e", "x>p>e", "bd>y>e2"), "y"),
]  # fmt: skip
