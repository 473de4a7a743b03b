"""What models of Camunda 7, Camunda 8, Operaton, Flowable and Activiti bring, as it is executed after translation."""

from __future__ import annotations

from tests.engine.specification.writing import (
    E,
    S,
    boundary,
    case,
    collection,
    end,
    event_sub,
    extensions,
    flows,
    gateway,
    marks,
    node,
    process,
    start,
    sub,
    users,
    what,
)

SOURCE = "profile.md"
MANY = "<multiInstanceLoopCharacteristics {0}>{1}</multiInstanceLoopCharacteristics>"


def line(body: str, *names: str) -> str:
    return S + E + body + flows(">".join(("s", *names, "e")))


def juel(*paths: str) -> str:
    """Flows whose conditions are written as ``${…}``."""
    return flows(*paths).replace("[[", "${").replace("]]", "}")


def one_of(expression: str) -> str:
    return S + E + gateway("exclusive", "x", "x-b") + marks("a b") + juel(f"x>a ? [[{expression}]]", "s>x>b>e", "a>e")


def called(inside: str, more: str = "", attributes: str = 'calledElement="q1"') -> str:
    return (process(line(node("callActivity", "k", inside, attributes) + marks("z") + more, "k", "z"))
            + process(start("qs") + users("u") + end("qe") + flows("qs>u>qe"), "q1"))  # fmt: skip


CASES = [
    *[case("conditionExpression: ${…}", SOURCE, f"{text} is translated (n = {n!r})", one_of(text), done,
           variables={"n": n, "o": {"m": n}})
      for text, n, done in (
          ("n == 1", 1, "a"), ("n == 1", 2, "b"), ("n != 1", 2, "a"), ("n >= 1 && n <= 3".replace("&&", "and"), 2, "a"),
          ("!(n > 1)", 2, "b"), ("n eq 1 or n gt 5", 9, "a"), ("n == 'một'", "một", "a"), ('n == "hai"', "hai", "a"),
          ("o.m == 1", 1, "a"), ("n", True, "a"), ("!n", True, "b"), ("n == null", None, "a"), ("empty n", "", "a"),
          ("not empty n", "x", "a"), ("n == true", True, "a"), ("n lt 2 && n ge 0".replace("&&", "&&"), 1, "a"))],
    *[case(f"userTask: {prefix}", SOURCE, "assignee, candidates, dates and forms are read",
           line(users("u", attributes=f'{prefix}:assignee="${{ai}}" {prefix}:candidateGroups="mot_cua,van_thu" '
                      f'{prefix}:dueDate="${{hạn}}" {prefix}:formKey="to-khai"'), "u"), "", {"complete": "u"},
           variables={"ai": "an", "hạn": "2026-12-01"}) for prefix in ("camunda", "flowable", "activiti")],
    *[case(f"multiInstanceLoopCharacteristics: {prefix}:collection", SOURCE, f"{text} gives an instance for each",
           line(users("u", MANY.format(f'isSequential="false" {prefix}:collection="{text}" '
           f'{prefix}:elementVariable="x"',
                                       "")), "u"), "", {"expect_open_count": 2}, {"complete": "u"}, {"complete": "u"},
           variables={"xs": ["an", "bình"]})
      for prefix, text in (("camunda", "xs"), ("camunda", "${xs}"), ("flowable", "xs"), ("flowable", "${xs}"),
                           ("activiti", "xs"))],
    case("multiInstanceLoopCharacteristics: completionCondition", SOURCE, "nrOf… are the standard's attributes",
         line(users("u", MANY.format('isSequential="false"', "<loopCardinality>5</loopCardinality><completionCondition>"
                                     "${nrOfCompletedInstances >= 3}</completionCondition>")), "u"), "",
         {"complete": "u"}, {"complete": "u"}, {"expect_open_count": 3}, {"complete": "u"}),
    case("multiInstanceLoopCharacteristics: completionCondition", SOURCE, "nrOf… may stand in FEEL too",
         line(users("u", MANY.format("", "<loopCardinality>5</loopCardinality><completionCondition>"
                                     "= nrOfCompletedInstances / nrOfInstances >= 0.6</completionCondition>")), "u"),
         "", {"complete": "u"}, {"complete": "u"}, {"expect_open_count": 3}, {"complete": "u"}),
    case("multiInstanceLoopCharacteristics: completionCondition", SOURCE, "a variable that a completion sets ends it",
         line(users("u", MANY.format('isSequential="true" flowable:collection="xs" flowable:elementVariable="x"',
                                     "<completionCondition>${xong == true}</completionCondition>")), "u"), "",
         {"complete": "u"}, {"complete": "u", "variables": {"xong": True}}, {"expect_ended": True},
         variables={"xs": [1, 2, 3], "xong": False}),
    case("multiInstanceLoopCharacteristics: cardinality", SOURCE, "may be ${…}",
         line(users("u", MANY.format("", "<loopCardinality>${n}</loopCardinality>")), "u"), "",
         {"expect_open_count": 2}, {"complete": "u"}, {"complete": "u"}, variables={"n": 2}),
    *[case(f"callActivity: {prefix}:in, out", SOURCE, "what is named passes, and nothing else",
           called(extensions(f'<{prefix}:in source="n" target="v"/><{prefix}:out source="w" target="m"/>')), "z",
           {"complete": "u", "variables": {"w": 7, "khác": 1}}, {"expect_variables": {"m": 7, "khác": None}},
           variables={"n": 1}) for prefix in ("camunda", "flowable")],
    case("callActivity: camunda:in variables=all", SOURCE, "everything passes",
         called(extensions('<camunda:in variables="all"/><camunda:out variables="all"/>')), "z",
         {"complete": "u", "variables": {"w": 7}}, {"expect_variables": {"w": 7}}),
    case("callActivity: sourceExpression", SOURCE, "values of expressions pass",
         called(extensions('<camunda:in sourceExpression="${o.n}" target="v"/><camunda:out source="v" target="m"/>')),
         "z", {"complete": "u"}, {"expect_variables": {"m": 3}}, variables={"o": {"n": 3}}),
    case("callActivity: ${…}", SOURCE, "the process may be named by an expression",
         called("", attributes='calledElement="${gọi}"'), "z", {"complete": "u"}, variables={"gọi": "q1"}),
    case("callActivity: zeebe", SOURCE, "the process is that of zeebe:calledElement",
         called(extensions('<zeebe:calledElement processId="q1"/>'), attributes=""), "z", {"complete": "u"}),
    case("boundaryEvent: escalation", SOURCE, "on a called process",
         called("", boundary("b", "k", what("escalation"), False) + marks("y") + end("e2") + flows("b>y>e2")), "y z",
         {"escalate": "u", "code": "QUÁ_HẠN"}, {"complete": "u"}),
    case("boundaryEvent: error", SOURCE, "errorRef may be a code where the file declares no error",
         line(sub("p", start("i") + end("o", '<errorEventDefinition errorRef="loi"/>') + flows("i>o")), "p")
         + boundary("b", "p", '<errorEventDefinition errorRef="loi"/>') + marks("y") + end("e2") + flows("b>y>e2"), "y",
         roots=""),
    *[case(f"{kind}: camunda:{attribute}", SOURCE,
           f"is a service call {'beside' if named else 'without'} a message, and sends none",
           S + node(kind, "w", f'<messageEventDefinition id="md" {named} camunda:{attribute}/>')
           + (flows("s>w") if kind == "endEvent" else E + flows("s>w>e")), "",
           {"expect_ended": not waits},
           *([{"complete": "w"}, {"expect_ended": True}] if waits else []), hold=["w"] if waits else [])
      for kind in ("intermediateThrowEvent", "endEvent") for named in ("", 'messageRef="M"')
      for attribute, waits in (('type="external" camunda:topic="gui"', True),
                                        ('delegateExpression="${gui}"', True),
                                        ('expression="${n}"', False))],
    case("scriptTask: camunda:resultVariable", SOURCE, "takes the value of a FEEL script",
         line(node("scriptTask", "a", "<script>1 + 1</script>", 'scriptFormat="feel" camunda:resultVariable="n"'),
              "a"), "a", {"expect_variables": {"n": 2}}),
    case("serviceTask: expression", SOURCE, "an expression with a result variable writes it",
         line(node("serviceTask", "a", "", 'camunda:expression="${n > 1}" camunda:resultVariable="m"'), "a"), "",
         {"expect_variables": {"m": True}}, variables={"n": 2}),
    case("serviceTask: external", SOURCE, "an external task is a connector that may be held and fail",
         line(node("serviceTask", "a", "", 'camunda:type="external" camunda:topic="t"') + marks("z"), "a", "z")
         + boundary("b", "a", what("error")) + marks("y") + end("e2") + flows("b>y>e2"), "y",
         {"fail": "a", "error": "LỖI"}, hold=["a"]),
    case("inputOutput", SOURCE, "parameters are mappings",
         line(users("u", extensions('<camunda:inputOutput><camunda:inputParameter '
         'name="v">${n}</camunda:inputParameter>'
                                    '<camunda:outputParameter name="m">${v}</camunda:outputParameter>'
                                    "</camunda:inputOutput>")), "u"), "", {"complete": "u"},
         {"expect_variables": {"m": 4}}, variables={"n": 4}),
    case("zeebe:ioMapping", SOURCE, "maps both ways",
         line(users("u", extensions('<zeebe:ioMapping><zeebe:input source="= n" target="v"/><zeebe:output '
                                    'source="= v + 1" target="m"/></zeebe:ioMapping>')), "u"), "", {"complete": "u"},
         {"expect_variables": {"m": 5}}, variables={"n": 4}),
    case("zeebe:subscription", SOURCE, "a message finds the instance by its key",
         line(node("receiveTask", "k", attributes='messageRef="M"') + marks("z"), "k", "z"), "z",
         {"message": "tin", "correlation": "H31-1"}, variables={"mã": "H31-1"},
         roots='<message id="M" name="tin"><extensionElements><zeebe:subscription correlationKey="= mã"/>'
               "</extensionElements></message>"),
    case("message: ${…}", SOURCE, "its name may be an expression",
         line(node("receiveTask", "k", attributes='messageRef="M"') + marks("z"), "k", "z"), "z",
         {"message": "tin-7"}, variables={"n": "7"}, roots='<message id="M" name="tin-${n}"/>'),
    case("signal: ${…}", SOURCE, "its name may be an expression, thrown and caught",
         process(line(node("intermediateThrowEvent", "w", what("signal")), "w"))
         + process(start("qs") + node("intermediateCatchEvent", "k", what("signal")) + marks("q") + end("qe")
                   + flows("qs>k>q>qe"), "q1"), "q", roots='<signal id="G" name="còi-${n}"/>', also_start=["q1"],
         variables={"n": "7"}),
    case("message: = …", SOURCE, "a name in FEEL without variables is a literal",
         process(start("s", what("message")) + E + marks("a") + flows("s>a>e")), "a", {"message": "tin-7"},
         process=None, roots="""<message id="M" name='= "tin-" + "7"'/>"""),
    case("timerEventDefinition: ${…}", SOURCE, "its text may be an expression",
         line(users("u"), "u") + boundary("b", "u", what("timer").replace("PT1H", "${bao_lau}")) + marks("y")
         + end("e2") + flows("b>y>e2"), "y", {"advance": "PT30M"}, variables={"bao_lau": "PT30M"}),
    case("conditionalEventDefinition: ${…}", SOURCE, "its condition may be an expression",
         line(users("u"), "u") + boundary("b", "u", what("conditional", text="${c == 1}")) + marks("y") + end("e2")
         + flows("b>y>e2"), "y", {"variables": {"c": 1}}),
    case("userTask: listeners of FEEL models", SOURCE, "job settings of other engines change nothing",
         line(users("u", attributes='camunda:asyncBefore="true" flowable:async="true" activiti:exclusive="false"'),
              "u"), "", {"complete": "u"}),
    case("subProcess: event, error", SOURCE, "the code that is caught goes into the named variable",
         line(sub("p", start("i") + end("o", what("error")) + flows("i>o")
                  + event_sub("ev", '<errorEventDefinition errorRef="R" camunda:errorCodeVariable="mã_lỗi"/>',
                              marks("y") + end("evo") + flows("ev_s>y>evo"))) , "p"), "y"),
    case("multiInstanceLoopCharacteristics: zeebe", SOURCE, "collections in, collections out",
         line(users("u", collection("xs", "x", "rs", "x + 1", 'isSequential="true"')), "u"), "", {"complete": "u"},
         {"complete": "u"}, {"expect_variables": {"rs": [2, 3]}}, variables={"xs": [1, 2]}),
]  # fmt: skip
