"""One BPMN file while it is read: its root, what its ids name, and where to report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.model.definition import Expression, Message
from engine.model.findings.report import Report
from engine.model.names import DIALECTS, bpmn_name, extension, kid, kids, q, ref, text_of
from engine.model.source.expressions import Expressions


@dataclass
class Source:
    """`ids` maps every id of a BPMN element to it (the first, where an id is used twice)."""

    root: etree._Element
    report: Report
    expressions: Expressions
    ids: Mapping[str, etree._Element] = field(default_factory=dict)
    #: references into imported files: where, of what name, the value, and the kinds that it may lead to
    imported: list[tuple[etree._Element, str, str, frozenset[str]]] = field(default_factory=list)
    _messages: dict[str, Message] = field(default_factory=dict)

    @classmethod
    def of(cls, root: etree._Element, report: Report) -> Source:
        ids: dict[str, etree._Element] = {}
        for element in root.iter(etree.Element):
            found = element.get("id")
            if found and bpmn_name(element):
                ids.setdefault(found, element)
        used = set(root.nsmap.values())
        dialect = next((name for uri, name in DIALECTS.items() if uri in used), "camunda")
        return cls(root, report, Expressions(report, dialect), ids)

    def named(self, reference: str | None, *kinds: str) -> etree._Element | None:
        """What a reference names, if it is one of `kinds`. Nothing is reported: the checks of structure do that."""
        element = self.ids.get(ref(reference))
        return element if element is not None and (not kinds or bpmn_name(element) in kinds) else None

    def message(self, reference: str | None) -> Message | None:
        """The message a `messageRef` names, with its correlation."""
        element = self.named(reference, "message")
        if element is None:
            return None
        id = element.get("id", "")
        if id not in self._messages:
            self._messages[id] = self._message(element, id)
        return self._messages[id]

    def _message(self, element: etree._Element, id: str) -> Message:
        subscription = extension(element, "subscription")
        key = None
        if subscription is not None:
            key = self.expressions.feel(subscription.get("correlationKey"), subscription)
        properties: dict[str, Expression] = {}
        for prop in kids(self.root, "correlationProperty"):
            for retrieval in kids(prop, "correlationPropertyRetrievalExpression"):
                path = kid(retrieval, "messagePath")
                if ref(retrieval.get("messageRef")) != id or path is None:
                    continue
                read = self.expressions.feel(text_of(path), path)
                if read is not None:
                    properties[prop.get("name") or prop.get("id") or ""] = read
        name, expression = self.called(element)
        return Message(id, name or id, key, properties, expression)

    def called(self, element: etree._Element, attribute: str = "name") -> tuple[str, Expression | None]:
        """The name of a message or signal (or a code): literal, or an expression. One that reads no variables is a
        literal in disguise."""
        return self.spoken(element.get(attribute), element)

    def spoken(self, text: str | None, at: etree._Element) -> tuple[str, Expression | None]:
        """A text that names something, as `called` reads it."""
        text = (text or "").strip()
        value = self.expressions.value(text, at)
        if not isinstance(value, Expression):
            return text, None
        constant = self.expressions.constant(value.text)
        return (constant, None) if constant is not None else (text, value)

    @cached_property
    def _lent(self) -> dict[str, str]:
        """Data object → the first name that a reference to it has."""
        names: dict[str, str] = {}
        for reference in self.root.iter(q("dataObjectReference")):
            if reference.get("name"):
                names.setdefault(ref(reference.get("dataObjectRef")), reference.get("name") or "")
        return names

    @cached_property
    def message_flows(self) -> dict[tuple[str, str], list[etree._Element]]:
        """The message flows at an element, by ``sourceRef`` or ``targetRef`` and its id."""
        found: dict[tuple[str, str], list[etree._Element]] = {}
        for flow in self.root.iter(q("messageFlow")):
            for end in ("sourceRef", "targetRef"):
                found.setdefault((end, ref(flow.get(end))), []).append(flow)
        return found

    def data_name(self, reference: str | None) -> str:
        """The variable that a data object, its reference, a property, or a data input or output stands for: its
        name, or its id where it has none. A reference lends its name to a data object without one, because that is
        where the modelers write it."""
        element = self.ids.get(ref(reference))
        if element is None:
            return ""
        id, kind = element.get("id", ""), bpmn_name(element)
        if kind == "dataObjectReference":
            target = self.named(element.get("dataObjectRef"), "dataObject")
            if target is not None and target.get("name"):
                return target.get("name") or ""
            return element.get("name") or (target.get("id") or "" if target is not None else id)
        if kind == "dataObject" and not element.get("name"):
            return self._lent.get(id) or id
        return element.get("name") or id
