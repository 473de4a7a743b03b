"""What `bpmn:import` names lies beside the model, is what it is said to be, and shares no id with it (8.2.4)."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from engine.model.names import BPMN, bpmn_name, elements, local, namespace
from engine.model.source import safe
from engine.model.source.file import Source

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
#: importType → the namespaces and root elements of such documents. Others are taken as they are.
KINDS = {
    BPMN: {(BPMN, "definitions")},
    "http://www.w3.org/2001/XMLSchema": {("http://www.w3.org/2001/XMLSchema", "schema")},
    "http://www.w3.org/TR/wsdl20/": {("http://www.w3.org/ns/wsdl", "description")},
    "http://www.w3.org/ns/wsdl": {("http://www.w3.org/ns/wsdl", "description")},
    "http://schemas.xmlsoap.org/wsdl/": {("http://schemas.xmlsoap.org/wsdl/", "definitions")},
}
#: Documents of WSDL 1.1 are imported under the name of 2.0 by many tools.
KINDS["http://www.w3.org/TR/wsdl20/"] |= KINDS["http://schemas.xmlsoap.org/wsdl/"]


def types(source: Source) -> None:
    """The `importType` of an import is a URI."""
    for element in _imports(source):
        if not _URI.fullmatch((element.get("importType") or "").strip()):
            source.report.add("import-type", element, value=element.get("importType") or "")


def check(source: Source, path: Path) -> None:
    """Imports by a relative location; those of the network are not followed."""
    for element in _imports(source):
        location = element.get("location") or ""
        if not location or urlsplit(location).scheme or location.startswith("//"):
            continue
        file = path.parent / unquote(location)
        inside = file.resolve().is_relative_to(path.parent.resolve())
        if not inside or not file.is_file():
            source.report.add("import-missing", element, location=location)
        elif file.resolve() != path.resolve():
            _document(source, element, file)


def _imports(source: Source) -> list[etree._Element]:
    return [element for element in elements(source.root) if bpmn_name(element) == "import"]


def _document(source: Source, element: etree._Element, file: Path) -> None:
    location = element.get("location") or ""
    wanted = KINDS.get((element.get("importType") or "").strip())
    if wanted is None:
        return
    try:
        other = safe.parse(file.read_bytes())
    except (safe.Refused, OSError):
        source.report.add("import-unreadable", element, location=location)
        return
    if (namespace(other), local(other)) not in wanted:
        source.report.add("import-unreadable", element, location=location)
        return
    found = other.get("targetNamespace") or ""
    if found != (element.get("namespace") or ""):
        source.report.add(
            "import-namespace", element, location=location, found=found, value=element.get("namespace") or ""
        )
    if wanted == KINDS[BPMN]:
        _ids(source, other)


def _ids(source: Source, other: etree._Element) -> None:
    """Ids are shared with no file of the same namespace; references into it lead to what is there."""
    own = other.get("targetNamespace") == source.root.get("targetNamespace")
    ids = {e.get("id") or "": bpmn_name(e) for e in other.iter(etree.Element) if bpmn_name(e)}
    for id in sorted(ids.keys() & source.ids.keys()) if own else ():
        source.report.add("duplicate-id", source.ids[id], id=id)
    for at, attribute, value, kinds in source.imported:
        prefix, _, id = value.rpartition(":")
        if at.nsmap.get(prefix) != other.get("targetNamespace"):
            continue
        if id not in ids:
            source.report.add("unresolved-reference", at, attribute=attribute, value=value)
        elif kinds and ids[id] not in kinds:
            source.report.add("wrong-reference", at, attribute=attribute, value=value, found=ids[id])
