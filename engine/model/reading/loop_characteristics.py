"""Loop characteristics of activities (13.3.6, 13.3.7), those of the modelers' dialects included."""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree

from engine.model.definition import EventDefinition, Expression, Loop
from engine.model.dialects import parameters
from engine.model.names import DIALECTS, extension, flag, kid, kids, line_of, q, ref, text_of
from engine.model.reading import event_definitions
from engine.model.source import juel
from engine.model.source.file import Source


def read(source: Source, activity: etree._Element) -> Loop | None:
    standard = kid(activity, "standardLoopCharacteristics")
    if standard is not None:
        return _standard(source, standard)
    multiple = kid(activity, "multiInstanceLoopCharacteristics")
    return None if multiple is None else _multiple(source, activity, multiple)


def _standard(source: Source, loop: etree._Element) -> Loop:
    condition = kid(loop, "loopCondition")
    maximum = (loop.get("loopMaximum") or "").strip()
    return Loop(
        "standard",
        condition=source.expressions.feel(text_of(condition), condition) if condition is not None else None,
        test_before=flag(loop.get("testBefore")),
        maximum=Expression(maximum, line_of(loop)) if maximum else None,
    )


def _multiple(source: Source, activity: etree._Element, loop: etree._Element) -> Loop:
    cardinality, completion = kid(loop, "loopCardinality"), kid(loop, "completionCondition")
    feel = source.expressions.feel
    zeebe = extension(loop, "loopCharacteristics")
    collection, element_variable = _collection(source, activity, loop)
    output_collection: str | None = None
    output_element: Expression | None = None
    if zeebe is not None:
        collection = feel(zeebe.get("inputCollection"), zeebe) or collection
        element_variable = zeebe.get("inputElement") or element_variable
        output_collection = zeebe.get("outputCollection")
        output_element = feel(zeebe.get("outputElement"), zeebe)
    else:
        output_collection, output_element = parameters.aggregation(source, loop) or _gathered(source, activity, loop)
    return Loop(
        "sequential" if flag(loop.get("isSequential")) else "parallel",
        cardinality=feel(text_of(cardinality), cardinality) if cardinality is not None else None,
        collection=collection,
        element_variable=element_variable,
        completion=_completion(source, completion),
        output_collection=output_collection,
        output_element=output_element,
        behavior=loop.get("behavior") or "All",
        one_behavior=_thrown(source, loop.get("oneBehaviorEventRef")),
        none_behavior=_thrown(source, loop.get("noneBehaviorEventRef")),
        complex_behavior=_complex(source, loop),
    )


def _completion(source: Source, completion: etree._Element | None) -> Expression | None:
    """The completion condition; the counters of Camunda and Flowable stand for the standard's, also in FEEL."""
    if completion is None:
        return None
    found = source.expressions.feel(text_of(completion), completion)
    return None if found is None else replace(found, text=_COUNTED.sub(r"numberOf\1Instances", found.text))


_COUNTED = re.compile(r"\bnrOf(Active|Completed|)Instances\b")


def _collection(source: Source, activity: etree._Element, loop: etree._Element) -> tuple[Expression | None, str | None]:
    """The collection and the name of its element, of a dialect's attributes or of `loopDataInputRef`."""
    for uri in DIALECTS:
        text = (loop.get(q("collection", uri)) or "").strip()
        if text:
            plain = not text.startswith("=") and not juel.is_foreign(text)
            read = source.expressions.feel
            found = parameters.variable(source, text, loop) if plain else read(text, loop, told=False)
            return found, loop.get(q("elementVariable", uri))
    reference = kid(loop, "loopDataInputRef")
    item = kid(loop, "inputDataItem")
    name = None if item is None else item.get("name") or item.get("id")
    if reference is None:
        return None, name
    for uri in DIALECTS:
        name = loop.get(q("elementVariable", uri)) or name
    return _data(source, activity, reference, "dataInputAssociation"), name


def _gathered(source: Source, activity: etree._Element, loop: etree._Element) -> tuple[str | None, Expression | None]:
    reference, item = kid(loop, "loopDataOutputRef"), kid(loop, "outputDataItem")
    if reference is None:
        return None, None
    gathered = _data(source, activity, reference, "dataOutputAssociation")
    name = None if item is None else item.get("name") or item.get("id")
    return (None if gathered is None else gathered.text), Expression(name, line_of(item)) if name else None


def _data(source: Source, activity: etree._Element, reference: etree._Element, association: str) -> Expression | None:
    """What a `loopDataInputRef` stands for: the data object that an association brings to the data input it names,
    the data input itself, or (as Activiti writes it) a variable's name."""
    text = text_of(reference)
    target = ref(text)
    for link in kids(activity, association):
        ends = [text_of(e) for e in kids(link, "sourceRef")], [text_of(e) for e in kids(link, "targetRef")]
        inner, outer = (ends[1], ends[0]) if association == "dataInputAssociation" else (ends[0], ends[1])
        if target in map(ref, inner) and outer:
            return Expression(source.data_name(outer[0]), line_of(reference))
    name = source.data_name(text)
    return Expression(name, line_of(reference)) if name else source.expressions.feel(text, reference)


def _thrown(source: Source, reference: str | None) -> EventDefinition | None:
    element = source.named(reference, *event_definitions.KINDS)
    return None if element is None else event_definitions.read(source, element)


def _complex(source: Source, loop: etree._Element) -> tuple[tuple[Expression, EventDefinition], ...]:
    found = []
    for definition in kids(loop, "complexBehaviorDefinition"):
        condition, event = kid(definition, "condition"), kid(definition, "event")
        when = source.expressions.feel(text_of(condition), condition) if condition is not None else None
        throws = event_definitions.definitions(source, event) if event is not None else ()
        if when is not None and throws:
            found.append((when, throws[0]))
    return tuple(found)
