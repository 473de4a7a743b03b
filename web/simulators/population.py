"""A population database to try things with: invented people, asked by SOAP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer

from lxml import etree

from web.simulators.faulty import Handler, Known, bound

SOAP, ITS = "http://schemas.xmlsoap.org/soap/envelope/", "http://dancuquocgia.bca"
OPERATION = "TraCuuCongDan"
#: The invented people of the other simulators and of the demonstration.
PEOPLE: tuple[Mapping[str, str], ...] = (
    {
        "SoDinhDanh": "033190001234",
        "HoVaTen": "Nguyễn Thị Thử",
        "NgayThangNamSinh": "19900215",
        "GioiTinh": "Nữ",
        "NoiThuongTru": "Thôn 1, xã Thử, tỉnh Hưng Yên",
    },
    {
        "SoDinhDanh": "033085004321",
        "HoVaTen": "Trần Văn Mẫu",
        "NgayThangNamSinh": "19850901",
        "GioiTinh": "Nam",
        "NoiThuongTru": "Số 5 đường Mẫu, phường Phố Hiến, tỉnh Hưng Yên",
    },
)


@dataclass(slots=True, kw_only=True)
class Population(Known):
    """Whom it knows, by their number."""

    people: dict[str, Mapping[str, str]] = field(default_factory=lambda: {one["SoDinhDanh"]: one for one in PEOPLE})


class _Handler(Handler):
    known: Population

    def answer(self, path: str, body: bytes) -> tuple[int, bytes, str]:
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        except etree.XMLSyntaxError:
            return 400, b"xml", "text/plain"
        asked = root.find(f"{{{SOAP}}}Body/{{{ITS}}}{OPERATION}")
        envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "dc": ITS})
        inside = etree.SubElement(envelope, f"{{{SOAP}}}Body")
        if asked is None:
            etree.SubElement(etree.SubElement(inside, f"{{{SOAP}}}Fault"), "faultstring").text = "operation"
            return 200, etree.tostring(envelope), "text/xml"
        response = etree.SubElement(inside, f"{{{ITS}}}{OPERATION}Response")
        person = self._person({etree.QName(one).localname: one.text or "" for one in asked})
        if person is not None:
            told = etree.SubElement(response, f"{{{ITS}}}CongDan")
            for key, value in person.items():
                etree.SubElement(told, f"{{{ITS}}}{key}").text = value
        return 200, etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"), "text/xml"

    def _person(self, said: Mapping[str, str]) -> Mapping[str, str] | None:
        """Whom number, name and (where it is said) day of birth name together."""
        one = self.known.people.get(said.get("SoDinhDanh", ""))
        if one is None or one["HoVaTen"].casefold() != said.get("HoVaTen", "").casefold():
            return None
        return one if said.get("NgayThangNamSinh", "") in ("", one["NgayThangNamSinh"]) else None


def serve(port: int = 0, fault: str = "none") -> tuple[ThreadingHTTPServer, Population]:
    """A database on that port (0: any that is free), not yet running: `serve_forever` on the first."""
    population = Population(fault=fault)
    return bound(_Handler, population, port), population
