"""What `bpmn:import` names must lie beside the model, and share no id with it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from engine.model import safe
from engine.model.names import BPMN, bpmn_name, elements
from engine.model.source import Source


def check(source: Source, path: Path) -> None:
    """Imports by a relative location; those of the network are not followed."""
    for element in elements(source.root):
        location = element.get("location") or ""
        if bpmn_name(element) != "import" or not location or urlsplit(location).scheme or location.startswith("//"):
            continue
        file = path.parent / unquote(location)
        inside = file.resolve().is_relative_to(path.parent.resolve())
        if not inside or not file.is_file():
            source.report.add("import-missing", element, location=location)
        elif element.get("importType") == BPMN and file.resolve() != path.resolve():
            _ids(source, element, file)


def _ids(source: Source, element: etree._Element, file: Path) -> None:
    try:
        other = safe.parse(file.read_bytes())
    except (safe.Refused, OSError):
        source.report.add("import-missing", element, location=element.get("location") or "")
        return
    if other.get("targetNamespace") != source.root.get("targetNamespace"):
        return
    for id in sorted({e.get("id") or "" for e in other.iter(etree.Element) if bpmn_name(e)} & source.ids.keys()):
        source.report.add("duplicate-id", source.ids[id], id=id)
