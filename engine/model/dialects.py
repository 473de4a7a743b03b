"""Camunda 7, Operaton, Flowable and Activiti: their attributes and extension elements on a node, translated."""

from __future__ import annotations

from lxml import etree

from engine.model.definition import Node
from engine.model.source import Source


def apply(source: Source, element: etree._Element, node: Node) -> Node:
    return node
