"""Data, pools, lanes, notes: what is kept, and what moves values (10.4, 9, 8)."""

from __future__ import annotations

from tests.engine.specification.writing import (
    E,
    S,
    case,
    flows,
    gateway,
    marks,
    node,
    process,
    script,
    start,
    sub,
    users,
)

IO = (
    '<ioSpecification><dataInput id="di" name="v"/><dataOutput id="do" name="w"/><inputSet><dataInputRefs>di'
    "</dataInputRefs></inputSet><outputSet><dataOutputRefs>do</dataOutputRefs></outputSet></ioSpecification>"
)
INTO = '<dataInputAssociation id="ia"><sourceRef>{0}</sourceRef><targetRef>di</targetRef>{1}</dataInputAssociation>'
OUT = '<dataOutputAssociation id="oa"><sourceRef>do</sourceRef><targetRef>{0}</targetRef></dataOutputAssociation>'

WRITES = (
    '<ioSpecification><dataOutput id="do" name="w"/><inputSet/><outputSet><dataOutputRefs>do</dataOutputRefs>'
    "</outputSet></ioSpecification>" + OUT
)
READS = (
    '<ioSpecification><dataInput id="di" name="v"/><inputSet><dataInputRefs>di</dataInputRefs></inputSet><outputSet/>'
    "</ioSpecification>" + INTO.replace("{1}", "")
)


def line(body: str, *names: str) -> str:
    return S + E + body + flows(">".join(("s", *names, "e")))


CASES = [
    case("dataObject", "10.4.1", "is a variable of its process, by its name",
         line('<dataObject id="x1" name="n"/>' + script("a", "{n: 3}") + script("b", "{m: n + 1}"), "a", "b"), "a b",
         {"expect_variables": {"m": 4}}),
    case("dataObject", "10.4.1", "of a subprocess it lives in that subprocess",
         line(sub("p", '<dataObject id="x1" name="n"/>' + start("i") + script("a", "{n: 3, m: 4}") + flows("i>a")),
              "p"), "a", {"expect_variables": {"m": 4, "n": None}}),
    case("dataInputAssociation", "10.4.2", "copies into the activity, and out of it again",
         line('<dataObject id="x1" name="n"/><dataObject id="x2" name="m"/>'
              + script("a", "{w: v * 2}", IO + INTO.format("x1", "") + OUT.format("x2")), "a"), "a",
         {"expect_variables": {"m": 8}}, variables={"n": 4}),
    case("dataInputAssociation: transformation", "10.4.2", "a transformation makes the value",
         line('<dataObject id="x1" name="n"/><dataObject id="x2" name="m"/>'
              + script("a", "{w: v}", IO + INTO.format("x1", "<transformation>n + 100</transformation>")
                       + OUT.format("x2")), "a"), "a", {"expect_variables": {"m": 104}}, variables={"n": 4}),
    case("dataOutputAssociation", "10.4.2", "what one task writes into a data object the next one reads",
         line('<dataObject id="x1"/><dataObjectReference id="r1" dataObjectRef="x1" name="Đơn"/>'
              + users("a", WRITES.format("r1")) + script("b", "{z: v + 1}", READS.format("r1")), "a", "b"), "b",
         {"complete": "a", "variables": {"w": 7}}, {"expect_variables": {"z": 8}}),
    case("dataOutputAssociation", "10.4.2", "and a gateway's conditions",
         S + E + '<dataObject id="x1" name="n"/>' + users("a", WRITES.format("x1")) + gateway("exclusive", "g")
         + marks("y z") + flows("s>a>g", "g>y ? n = 7", "g>z ? n != 7", "y>e", "z>e"), "y",
         {"complete": "a", "variables": {"w": 7}}),
    case("dataInputAssociation: assignment", "10.4.2", "a condition chooses what is assigned",
         line('<dataObject id="x1" name="n"/>'
              + script("a", "{w: v}", READS.replace("<sourceRef>{0}</sourceRef>", "").replace("</targetRef>",
                       "</targetRef><assignment><from xsi:type='tFormalExpression'>if n = 4 then \"có\" else \"không\""
                       "</from><to xsi:type='tFormalExpression'>v</to></assignment>")), "a"), "a",
         {"expect_variables": {"w": "có"}}, variables={"n": 4}),
    case("dataInputAssociation", "13.3.6", "the condition of a loop reads it anew before each round",
         line('<dataObject id="x1" name="n"/>'
              + script("a", "{n: n + 1}", READS.format("x1") + "<standardLoopCharacteristics loopMaximum='9'>"
                       "<loopCondition xsi:type='tFormalExpression'>v &lt; 3</loopCondition>"
                       "</standardLoopCharacteristics>"), "a"), "a a a", {"expect_variables": {"n": 3}},
         variables={"n": 0}),
    case("dataInputAssociation", "13.3.7", "the completion condition of a multi-instance activity reads it",
         line('<dataObject id="x1" name="n"/>'
              + script("a", "{m: 1}", READS.format("x1") + "<multiInstanceLoopCharacteristics isSequential='true'>"
                       "<loopCardinality xsi:type='tFormalExpression'>5</loopCardinality><completionCondition "
                       "xsi:type='tFormalExpression'>v = 4 and numberOfCompletedInstances = 2</completionCondition>"
                       "</multiInstanceLoopCharacteristics>"), "a"), "a a", variables={"n": 4}),
    case("property", "10.4.1", "is a variable of its process",
         process('<property id="p1" name="n"/>' + line(script("a", "{n: 3}"), "a")), "a",
         {"expect_variables": {"n": 3}}),
    case("dataStoreReference", "10.4.1", "a drawn line to a store moves nothing",
         line('<dataStoreReference id="ds" name="Kho"/>'
              + users("a", '<dataOutputAssociation id="oa"><targetRef>ds</targetRef></dataOutputAssociation>'), "a"),
         "", {"complete": "a"}),
    case("laneSet", "10.8", "lanes change nothing of what is executed",
         '<laneSet id="ls"><lane id="l1" name="Một cửa"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef></lane>'
         '<lane id="l2" name="Chuyên môn"><flowNodeRef>b</flowNodeRef><flowNodeRef>e</flowNodeRef></lane></laneSet>'
         + line(marks("a b"), "a", "b"), "a b"),
    case("laneSet", "10.8", "nested lanes too",
         '<laneSet id="ls"><lane id="l1"><childLaneSet id="cl"><lane id="l2"><flowNodeRef>a</flowNodeRef></lane>'
         "</childLaneSet></lane></laneSet>" + line(marks("a"), "a"), "a"),
    case("participant", "9.3", "a pool is its process; a black box is not executed",
         '<collaboration id="co"><participant id="pa" name="Cơ quan" processRef="main"/><participant id="pb" '
         'name="Công dân"/><messageFlow id="mf" sourceRef="pb" targetRef="pa"/></collaboration>'
         + process(line(marks("a"), "a")), "a"),
    case("messageFlow", "9.4", "at a plain start or end event it is there to be read",
         '<collaboration id="co"><participant id="pa" name="Cơ quan" processRef="main"/><participant id="pb" '
         'name="Công dân"/><messageFlow id="mf" sourceRef="pb" targetRef="s"/><messageFlow id="mg" sourceRef="e" '
         'targetRef="pb"/></collaboration>' + process(line(marks("a"), "a")), "a"),
    case("textAnnotation", "8.3.1", "notes, groups and associations change nothing",
         line(marks("a"), "a") + '<textAnnotation id="ta"><text>Ghi chú</text></textAnnotation><association id="as" '
         'sourceRef="a" targetRef="ta"/>', "a"),
    case("documentation", "8.3.1", "and monitoring, auditing, categories change nothing",
         process("<documentation>Lời</documentation><auditing/><monitoring/>" + line(marks("a"), "a")), "a"),
    case("resource", "10.3.4", "a potential owner is who may do the task",
         line(users("a", '<potentialOwner id="po"><resourceAssignmentExpression id="ra"><formalExpression>'
                    "chuyen_vien</formalExpression></resourceAssignmentExpression></potentialOwner>"), "a"), "",
         {"complete": "a"}),
    case("process", "10.3", "runs whatever isExecutable says",
         '<process id="main" isExecutable="false">' + line(marks("a"), "a") + "</process>", "a"),
    case("extensionElements", "8.3.3", "what is not known is kept and says nothing",
         line(users("a", '<extensionElements><x:y xmlns:x="urn:x:y" z="1"/></extensionElements>'), "a"), "",
         {"complete": "a"}),
    case("ioSpecification", "10.4.2", "optional inputs and several sets are kept",
         line(script("a", "1", IO), "a"), "a"),
    case("conversation", "9.5", "and what else a collaboration holds is kept",
         '<collaboration id="co"><participant id="pa" processRef="main"/><participant id="pb"/><conversation id="cv">'
         "<participantRef>pa</participantRef><participantRef>pb</participantRef></conversation></collaboration>"
         + process(line(marks("a"), "a")), "a"),
    case("choreography", "11", "a choreography beside a process is kept, and is not executed",
         '<choreography id="ch"><participant id="p1"/><participant id="p2"/></choreography>'
         + process(line(marks("a"), "a")), "a"),
    case("relationship", "8.2.5", "imports, relationships and extensions of the file are kept",
         process(line(marks("a"), "a")) + '<relationship type="nguồn"><source>main</source><target>main</target>'
         "</relationship>", "a"),
    case("businessRuleTask", "13.3.3", "without a decision it completes by itself",
         line(node("businessRuleTask", "a") + marks("z"), "a", "z"), "z"),
]  # fmt: skip
