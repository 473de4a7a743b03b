"""XML from strangers: no DOCTYPE, no entities, no network, bounded in size, depth and number of elements."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from engine.libraries import of_xml

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 200  # of one element: each look-up goes through them all

_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)


class Refused(Exception):
    """The text is no XML that is safe to read: a rule's name, the line, and what to say in its sentence."""

    def __init__(self, rule: str, line: int = 1, **facts: object) -> None:
        super().__init__(rule)
        self.rule, self.line, self.facts = rule, line, facts


def parse(data: bytes) -> etree._Element:
    """The root element. Raises `Refused` for what is no XML, or not safe to read."""
    if len(data) > MAX_BYTES:
        raise Refused("too-large", 1, limit=f"{MAX_BYTES // 1024 // 1024} MB")
    line = _doctype(data)
    if line:
        raise Refused("doctype", line)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        strip_cdata=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(str(error.msg or "").split(", line")[0], error.lineno or 1) from None
    except (ValueError, LookupError) as error:
        raise _refused(str(error), 1) from None
    document: Any = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        raise Refused("doctype", 1)
    _bounded(root)
    return root


def _refused(said: str, line: int) -> Refused:
    if "Excessive depth" in said:
        return Refused("too-deep", line, limit=MAX_DEPTH)
    if "limit exceeded" in said:
        return Refused("too-long", line, limit="10 MB")
    told = of_xml(said)
    return Refused("not-xml", line, reason=told.vi, reason_en=told.en)


def _doctype(data: bytes) -> int:
    """The line of a DOCTYPE before the root element, 0 where there is none; looked for before any parser sees it, in
    any encoding that writes ASCII in its low bytes (what hides better is found after parsing, which resolves
    nothing)."""
    plain = data.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    at = 0
    while found := _PROLOG.match(plain, at):
        at = found.end()
    return plain.count(b"\n", 0, at) + 1 if plain[at : at + 9].upper() == b"<!DOCTYPE" else 0


def _bounded(root: etree._Element) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            raise Refused("too-deep", element.sourceline or 1, limit=MAX_DEPTH)
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise Refused("too-many-attributes", element.sourceline or 1, limit=MAX_ATTRIBUTES)
        if count > MAX_ELEMENTS:
            raise Refused("too-many-elements", element.sourceline or 1, limit=MAX_ELEMENTS)
