"""What a model means: every kind of element as a value of the definition."""

from __future__ import annotations

from engine.model import read
from engine.model.definition import Expression
from tests.engine.model.shapes import condition, ext, file, flow, line, process, split, task


def node(xml: str, id: str = "x"):
    model = read(xml.encode(), "m.bpmn")
    assert not model.errors, model.errors
    found = next(p.node(id) for p in model.processes.values() if p.node(id))
    assert found is not None
    return found


def feel(expression: Expression | None) -> str | None:
    return None if expression is None else expression.text


def test_a_flow_without_an_id_gets_one_and_keeps_its_order():
    xml = process('<b:startEvent id="s"/><b:task id="x"/><b:endEvent id="e"/><b:sequenceFlow sourceRef="s" '
                  'targetRef="x"/><b:sequenceFlow sourceRef="x" targetRef="e"/>')  # fmt: skip
    scope = read(xml.encode(), "m").processes["p"].scope
    assert [f.source for f in scope.flows.values()] == ["s", "x"]
    assert len(set(scope.flows)) == 2
    assert scope.nodes["x"].incoming == scope.nodes["s"].outgoing


def test_a_condition_is_feel_with_or_without_its_sign():
    for text in ("a &gt; 1", "= a &gt; 1"):
        flows = read(split(first=condition(text)).encode(), "m").processes["p"].scope.flows
        assert feel(flows["f_x_a"].condition) == "a > 1"


def test_a_default_flow_is_known_to_its_gateway():
    assert node(split()).default == "f_x_b"


def test_a_timer_is_a_literal_unless_it_says_otherwise():
    def value(text: str):
        event = f"<b:timerEventDefinition><b:timeDuration>{text}</b:timeDuration></b:timerEventDefinition>"
        return node(line(f'<b:intermediateCatchEvent id="x">{event}</b:intermediateCatchEvent>')).events[0].value

    assert value("P3D") == "P3D"
    assert value('= duration("P3D")').text == 'duration("P3D")'
    assert value("${han}").text == "han"


def test_a_cycle_is_a_repeating_interval():
    from engine.model.reading.event_definitions import is_timer

    assert all(is_timer("cycle", text) for text in ("R3/PT10H", "R/2026-02-14T00:00:00Z/P1D", "P1D"))
    assert not is_timer("cycle", "0 0 12 * * ?") and not is_timer("cycle", "R3/soon")
    assert is_timer("date", "2026-02-14T15:20:00+07:00") and not is_timer("date", "2026-13-14")
    assert is_timer("duration", "P1Y2M3DT4H5M6.5S") and not is_timer("duration", "P") and not is_timer("duration", "PT")


def test_a_user_task_knows_who_by_when_with_which_form_and_how_it_ends():
    found = node(line(task(ext(
        '<zeebe:assignmentDefinition assignee="=nguoi_xu_ly" candidateGroups="mot_cua,chuyen_vien"/>'
        '<zeebe:taskSchedule dueDate="=han"/><zeebe:priorityDefinition priority="70"/>'
        '<zeebe:formDefinition formId="to-khai"/><mc:outcome id="dat" label="Đạt" labelEn="Pass" tone="primary"/>'
        '<mc:outcome id="tu_choi" label="Từ chối" reason="true"/><mc:term value="2" unit="WORKING_HOUR"/>'
    ))))  # fmt: skip
    assert feel(found.assignment.assignee) == "nguoi_xu_ly"
    assert found.assignment.candidate_groups == "mot_cua,chuyen_vien"
    assert feel(found.assignment.due) == "han"
    assert (found.assignment.priority, found.form) == ("70", "to-khai")
    assert [(o.id, o.label, o.label_en, o.reason, o.tone) for o in found.outcomes] == [
        ("dat", "Đạt", "Pass", False, "primary"), ("tu_choi", "Từ chối", "", True, "secondary")]  # fmt: skip
    assert ("term", {"value": "2", "unit": "WORKING_HOUR"}) in [(e.name, e.attributes) for e in found.extensions]


def test_a_script_is_feel_and_names_its_result():
    inside = "<b:script>= 1 + 1</b:script>"
    for xml in (
        task(ext('<zeebe:script expression="= 1 + 1" resultVariable="r"/>'), "scriptTask"),
        task(inside, "scriptTask", 'scriptFormat="FEEL" mc:resultVariable="r"'),
        task(ext('<mc:script resultVariable="r"/>') + inside, "scriptTask"),
        task(inside, "scriptTask", 'camunda:resultVariable="r"'),
    ):
        found = node(line(xml))
        assert (feel(found.script), found.result_variable) == ("1 + 1", "r")


def test_a_service_has_its_connector_headers_and_retries():
    found = node(line(task(ext('<zeebe:taskDefinition type="thue" retries="5"/><zeebe:taskHeaders>'
                               '<zeebe:header key="k" value="v"/></zeebe:taskHeaders>'), "serviceTask")))  # fmt: skip
    assert (found.connector, found.retries, found.headers) == ("thue", "5", {"k": "v"})


def test_mappings_are_expressions_and_targets():
    found = node(line(task(ext('<zeebe:taskDefinition type="t"/><zeebe:ioMapping><zeebe:input source="= a.b" '
                               'target="c"/><zeebe:input source="chữ" target="d"/><zeebe:output source="= k" '
                               'target="e.f"/></zeebe:ioMapping>'), "serviceTask")))  # fmt: skip
    assert [(feel(a.source), a.target) for a in found.inputs] == [("a.b", "c"), ('"chữ"', "d")]
    assert [(feel(a.source), a.target) for a in found.outputs] == [("k", "e.f")]


def test_data_associations_copy_between_variables_and_a_drawn_line_moves_nothing():
    inside = (
        '<b:ioSpecification><b:dataInput id="di" name="vao"/><b:inputSet><b:dataInputRefs>di</b:dataInputRefs>'
        "</b:inputSet><b:outputSet/></b:ioSpecification>"
        '<b:property id="pr" name="__targetRef_placeholder"/>'
        "<b:dataInputAssociation><b:sourceRef>ref</b:sourceRef><b:targetRef>di</b:targetRef></b:dataInputAssociation>"
        "<b:dataInputAssociation><b:sourceRef>ref</b:sourceRef><b:targetRef>pr</b:targetRef></b:dataInputAssociation>"
        "<b:dataOutputAssociation><b:targetRef>ref</b:targetRef></b:dataOutputAssociation>"
    )
    drawn = '<b:dataObjectReference id="ref" name="don" dataObjectRef="do"/><b:dataObject id="do"/>'
    xml = line(task(inside), extra=drawn)
    found = node(xml)
    assert [(feel(a.source), a.target) for a in found.inputs] == [("don", "vao")]
    assert found.outputs == ()
    assert "don" in read(xml.encode(), "m").processes["p"].scope.data


def test_loops_of_every_kind():
    zeebe = "<b:extensionElements><zeebe:loopCharacteristics inputCollection='= ds' inputElement='nguoi' "
    zeebe += "outputCollection='kq' outputElement='= y_kien'/></b:extensionElements>"
    parallel = node(line(task(f"<b:multiInstanceLoopCharacteristics>{zeebe}<b:completionCondition>"
                              "numberOfCompletedInstances = 2</b:completionCondition>"
                              "</b:multiInstanceLoopCharacteristics>"))).loop  # fmt: skip
    assert (parallel.kind, feel(parallel.collection), parallel.element_variable) == ("parallel", "ds", "nguoi")
    assert (parallel.output_collection, feel(parallel.output_element)) == ("kq", "y_kien")
    assert feel(parallel.completion) == "numberOfCompletedInstances = 2"
    sequential = node(line(task('<b:multiInstanceLoopCharacteristics isSequential="true" camunda:collection="${ds}" '
                                'camunda:elementVariable="n"/>'))).loop  # fmt: skip
    assert (sequential.kind, feel(sequential.collection), sequential.element_variable) == ("sequential", "ds", "n")
    standard = node(line(task('<b:standardLoopCharacteristics testBefore="true" loopMaximum="3"><b:loopCondition>'
                              "a &lt; 3</b:loopCondition></b:standardLoopCharacteristics>"))).loop  # fmt: skip
    assert (standard.kind, standard.test_before, feel(standard.maximum), feel(standard.condition)) == (
        "standard", True, "3", "a < 3")  # fmt: skip


def test_a_behaviour_throws_its_event():
    loop = node(line(
        task('<b:multiInstanceLoopCharacteristics behavior="One" oneBehaviorEventRef="ev"><b:loopCardinality>3'
             "</b:loopCardinality></b:multiInstanceLoopCharacteristics>"),
        '<b:signal id="g" name="G"/><b:signalEventDefinition id="ev" signalRef="g"/>')).loop  # fmt: skip
    assert (loop.behavior, loop.one_behavior.kind, loop.one_behavior.name) == ("One", "signal", "G")


def test_a_loop_reads_the_data_that_its_input_is_filled_with():
    inside = (
        '<b:ioSpecification><b:dataInput id="di" isCollection="true"/><b:inputSet><b:dataInputRefs>di</b:dataInputRefs>'
        "</b:inputSet><b:outputSet/></b:ioSpecification>"
        "<b:dataInputAssociation><b:sourceRef>do</b:sourceRef><b:targetRef>di</b:targetRef></b:dataInputAssociation>"
        "<b:multiInstanceLoopCharacteristics><b:loopDataInputRef>di</b:loopDataInputRef>"
        '<b:inputDataItem id="it" name="mot"/></b:multiInstanceLoopCharacteristics>'
    )
    loop = node(line(task(inside), extra='<b:dataObject id="do" name="danh_sach" isCollection="true"/>')).loop
    assert (feel(loop.collection), loop.element_variable) == ("danh_sach", "mot")


def test_events_carry_their_names_codes_and_correlation():
    roots = (
        '<b:message id="m" name="tin">' + ext('<zeebe:subscription correlationKey="= ho_so.ma"/>') + "</b:message>"
        '<b:correlationProperty id="cp" name="so"><b:correlationPropertyRetrievalExpression messageRef="m">'
        "<b:messagePath>don.so</b:messagePath></b:correlationPropertyRetrievalExpression></b:correlationProperty>"
        '<b:error id="er" errorCode="E1"/><b:escalation id="es" escalationCode="L1"/>'
    )
    catch = '<b:intermediateCatchEvent id="x"><b:messageEventDefinition messageRef="m"/></b:intermediateCatchEvent>'
    event = node(line(catch, roots)).events[0]
    assert (event.name, feel(event.message.correlation_key)) == ("tin", "ho_so.ma")
    assert {k: feel(v) for k, v in event.message.properties.items()} == {"so": "don.so"}
    throw = '<b:intermediateThrowEvent id="x"><b:escalationEventDefinition escalationRef="es"/>'
    throw += "</b:intermediateThrowEvent>"
    assert node(line(throw, roots)).events[0].code == "L1"
    multiple = ('<b:intermediateCatchEvent id="x" parallelMultiple="true"><b:messageEventDefinition messageRef="m"/>'
                "<b:signalEventDefinition signalRef='g'/></b:intermediateCatchEvent>")  # fmt: skip
    found = node(line(multiple, roots + '<b:signal id="g" name="G"/>'))
    assert found.parallel_multiple and [e.kind for e in found.events] == ["message", "signal"]


def test_boundary_events_and_compensation_are_joined_to_their_activities():
    xml = line(
        task() + '<b:boundaryEvent id="t" attachedToRef="x" cancelActivity="false"><b:timerEventDefinition>'
        '<b:timeDuration>P1D</b:timeDuration></b:timerEventDefinition></b:boundaryEvent><b:boundaryEvent id="c" '
        'attachedToRef="x"><b:compensateEventDefinition/></b:boundaryEvent>',
        extra='<b:task id="undo" isForCompensation="true"/><b:association id="a" sourceRef="c" targetRef="undo"/>'
        '<b:endEvent id="e2"/>' + flow("t", "e2"),
    )
    assert node(xml).boundaries == ("t", "c")
    assert node(xml, "t").interrupting is False
    assert node(xml, "c").compensation_handler == "undo"


def test_scopes_nest_and_an_event_subprocess_is_one():
    xml = process(
        '<b:startEvent id="s"/><b:endEvent id="e"/>' + flow("s", "e") + '<b:subProcess id="x" triggeredByEvent="true">'
        '<b:startEvent id="i" isInterrupting="false"><b:signalEventDefinition signalRef="g"/></b:startEvent>'
        '<b:endEvent id="o"/>' + flow("i", "o") + "</b:subProcess>", '<b:signal id="g" name="G"/>')  # fmt: skip
    found = node(xml)
    assert found.triggered_by_event and set(found.scope.nodes) == {"i", "o"}
    assert found.scope.nodes["i"].interrupting is False


def test_ad_hoc_and_complex_and_event_gateways_keep_what_they_say():
    ad_hoc = node(line('<b:adHocSubProcess id="x" ordering="Sequential" cancelRemainingInstances="false">'
                       '<b:task id="t"/>'
                       "<b:completionCondition>xong</b:completionCondition></b:adHocSubProcess>"))  # fmt: skip
    assert (ad_hoc.ordering, ad_hoc.cancel_remaining) == ("Sequential", False)
    assert feel(ad_hoc.completion_condition) == "xong"
    assert ad_hoc.scope.nodes["t"].kind == "task"


def test_a_call_knows_its_process_and_what_passes():
    found = node(line(task(ext('<zeebe:calledElement processId="con" propagateAllChildVariables="false"/>'),
                           "callActivity")))  # fmt: skip
    assert (found.called_element, found.propagate_all_parent, found.propagate_all_child) == ("con", True, False)


def test_a_global_task_is_a_process_of_that_task():
    model = read(file('<b:globalUserTask id="g" name="Việc chung"/>').encode(), "m")
    assert model.processes["g"].node("g").kind == "userTask"


def test_a_node_knows_its_lanes_the_innermost_last():
    xml = process(
        '<b:laneSet id="ls"><b:lane id="l1" name="Ủy ban"><b:childLaneSet id="c"><b:lane id="l2" name="Một cửa">'
        "<b:flowNodeRef>x</b:flowNodeRef></b:lane></b:childLaneSet></b:lane></b:laneSet>"
        '<b:startEvent id="s"/><b:task id="x"/><b:endEvent id="e"/>' + flow("s", "x") + flow("x", "e"))  # fmt: skip
    assert (node(xml).lane, node(xml).lane_path) == ("Một cửa", ("Ủy ban", "Một cửa"))


def test_links_are_known_by_their_name():
    xml = process('<b:startEvent id="s"/><b:intermediateThrowEvent id="x"><b:linkEventDefinition name="L"/>'
                  '</b:intermediateThrowEvent><b:intermediateCatchEvent id="y"><b:linkEventDefinition name="L"/>'
                  '</b:intermediateCatchEvent><b:endEvent id="e"/>' + flow("s", "x") + flow("y", "e"))  # fmt: skip
    assert node(xml).event("link").name == node(xml, "y").event("link").name == "L"


def test_the_same_bytes_have_the_same_hash():
    xml = line(task()).encode()
    assert read(xml, "a").hash == read(xml, "b").hash != read(xml + b"\n", "a").hash
