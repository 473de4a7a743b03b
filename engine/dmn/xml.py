"""Reading XML safely: no DOCTYPE, no entities, no network, bounded size and depth."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.dmn.errors import DmnError
from engine.libraries import of_xml

MAX_BYTES = 8 << 20
MAX_ELEMENTS = 200_000
Element = etree._Element


def read(data: bytes) -> Element:
    """The root element of a document; raises DmnError for what is not well-formed or not safe."""
    if len(data) > MAX_BYTES:
        raise DmnError("Tệp DMN quá lớn", "The DMN file is too large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        why = of_xml(str(getattr(error, "msg", None) or error))
        raise DmnError(
            f"Tệp không phải XML hợp lệ: {why.vi}", f"The file is not well-formed XML: {why.en}", line
        ) from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise DmnError("Tệp có DOCTYPE, không được phép", "The file has a DOCTYPE, which is not allowed")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise DmnError("Tệp DMN có quá nhiều phần tử", "The DMN file has too many elements")
    return root


def tag(element: Element) -> str:
    """The local name of an element; the versions of DMN differ in their namespaces only."""
    name = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def inside(element: Element, *names: str) -> Iterator[Element]:
    """The children with one of these local names, in order."""
    for child in element:
        if tag(child) in names:
            yield child


def first(element: Element, *names: str) -> Element | None:
    """The first child with one of these local names."""
    return next(inside(element, *names), None)


def text(element: Element | None) -> str:
    """The text of an element's ``text`` child."""
    if element is None:
        return ""
    child = first(element, "text")
    return "" if child is None else "".join(str(piece) for piece in child.itertext())


def line(element: Element | None) -> int:
    """The line of an element in its file."""
    found = None if element is None else element.sourceline
    return found if isinstance(found, int) else 0
