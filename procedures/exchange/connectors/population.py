"""The national population database, asked by SOAP about one person: number, name and day of birth must agree with what
is known there, else nothing is told. Where it may be asked stands in one rule, and each look-up in the log."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from lxml import etree

from engine import audit
from engine.model.source.safe import Refused, parse
from engine.refusal import Refusal
from engine.store import Database, Tx
from procedures import settings
from procedures.exchange.connectors.calling import Answer, Asked, Turned, Unreadable, call
from procedures.exchange.connectors.configured import POPULATION, Connector
from procedures.search import fold
from procedures.vocabulary.assurance import IDENTITY

LOG = "administration/population"
SOAP, ITS = "http://schemas.xmlsoap.org/soap/envelope/", "http://dancuquocgia.bca"
OPERATION = "TraCuuCongDan"


class Ground(Enum):
    """On what somebody's data are asked for: the desk receives their dossier, or they ask for their own."""

    DESK = "desk"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the database has them."""

    number: str
    name: str
    born: date | None
    sex: str
    address: str


def offered(where: Database | Tx) -> bool:
    """Whether there is a line to the database."""
    return POPULATION in settings.current(where).connectors


def own_offered(where: Database | Tx, level: int) -> bool:
    """Whether a citizen signed in at that level may be offered their own data."""
    return level >= IDENTITY and offered(where)


def is_test(where: Database | Tx) -> bool:
    """Whether what answers is a stand-in with invented people."""
    line = settings.current(where).connectors.get(POPULATION)
    return line is not None and line.test


def require_ground(ground: Ground, *, at_desk: bool = False, level: int = 0, consent: bool = False) -> None:
    """The one rule of who may ask: an official who receives at a desk, about who stands before them; a citizen signed
    in by an electronic identity, about themselves, who has agreed to it. Refuses everybody else."""
    if ground is Ground.DESK and not at_desk:
        raise Refusal(
            "Chỉ cán bộ tiếp nhận hồ sơ được tra cứu dữ liệu dân cư.",
            "Only officials who receive dossiers may look a person up.",
        )
    if ground is Ground.OWN and level < IDENTITY:
        raise Refusal(
            "Đăng nhập bằng tài khoản định danh điện tử để lấy dữ liệu dân cư của chính mình.",
            "Sign in by your electronic identity to fetch your own data.",
        )
    if ground is Ground.OWN and not consent:
        raise Refusal("Đánh dấu đồng ý trước khi lấy dữ liệu dân cư của bạn.", "Agree before your data are fetched.")


def look_up(
    where: Database, number: str, name: str, born: date | None, ground: Ground, *, who: str | None, **allowed: object
) -> Person | None:
    """The person; None where number, name and day of birth do not belong together there. Refuses without a ground
    (`require_ground`), and a look-up that does not name a person. Raises what `calling.call` raises."""
    require_ground(ground, **allowed)  # type: ignore[arg-type]
    line = settings.current(where).connectors.get(POPULATION)
    if line is None:
        raise Refusal("Chưa có kết nối dữ liệu dân cư.", "There is no line to the population database.")
    number, name = "".join(number.split()), " ".join(name.split())
    if not (number.isascii() and number.isdigit() and len(number) == 12):
        raise Refusal("Nhập đủ 12 số định danh.", "Type the twelve digits of the number.", "so_dinh_danh")
    if not name:
        raise Refusal("Nhập họ tên để đối chiếu.", "Type the name, which must agree.", "ho_ten")
    if not name.isprintable():
        raise Refusal(
            "Họ tên có ký tự không đọc được: xóa đi rồi gõ lại.",
            "The name has unreadable letters: type it again.",
            "ho_ten",
        )
    found = _ask(where, line, number, name, born)
    said = {"ground": ground.value, "found": found is not None, "person": _mark(where, number)}
    audit.append(where, LOG, "population_read", who, said)
    return found


def try_out(where: Database, line: Connector) -> None:
    """Asks for a number that nobody has."""
    _ask(where, line, "000000000000", "Kiểm tra kết nối", None)


def _mark(where: Database, number: str) -> str:
    """By which an auditor who has the number finds who asked for it, and nobody reads the number."""
    key = settings.current(where).secret().encode()
    return hmac.new(key, f"population {number}".encode(), hashlib.sha256).hexdigest()[:32]


def _ask(where: Database, line: Connector, number: str, name: str, born: date | None) -> Person | None:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP, "dc": ITS})
    asked = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Body"), f"{{{ITS}}}{OPERATION}")
    told = {"SoDinhDanh": number, "HoVaTen": name, "NgayThangNamSinh": f"{born:%Y%m%d}" if born else ""}
    if "username" in line.told:
        told = {"TaiKhoan": line.told["username"], "MatKhau": line.told.get("password", ""), **told}
    for key, value in told.items():
        etree.SubElement(asked, f"{{{ITS}}}{key}").text = value
    body = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    head = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{ITS}/{OPERATION}"'}

    def read(answer: Answer) -> Person | None:
        return _person(line, answer, number)

    return call(where, line, Asked(OPERATION, body=body, headers=head), read)


def _person(line: Connector, answer: Answer, number: str) -> Person | None:
    try:
        root = parse(answer.body)
    except Refused:
        raise Unreadable("trả lời không phải XML hợp lệ") from None
    fault = root.find(f".//{{{SOAP}}}Fault")
    if fault is not None:
        raise Turned(line, "máy chủ báo lỗi SOAP", answer.status)
    response = root.find(f"{{{SOAP}}}Body/{{{ITS}}}{OPERATION}Response")
    if response is None:
        raise Unreadable("trả lời không đúng dạng")
    person = response.find(f"{{{ITS}}}CongDan")
    if person is None:
        return None
    said = {etree.QName(one).localname: (one.text or "").strip() for one in person if isinstance(one.tag, str)}
    if said.get("SoDinhDanh") != number:
        raise Unreadable("trả lời về một người khác")
    return Person(
        number, said.get("HoVaTen", ""), _day(said.get("NgayThangNamSinh", "")), said.get("GioiTinh", ""),
        said.get("NoiThuongTru", ""),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Beside:
    """What the database says beside what was typed. filled: values for what was left empty. differing: field → (typed,
    there), which nobody overwrites unasked."""

    filled: Mapping[str, str]
    differing: Mapping[str, tuple[str, str]]


def beside(person: Person, typed: Mapping[str, str]) -> Beside:
    """A person's data beside the fields ``ho_ten`` and ``dia_chi`` as typed. Case, marks and spaces make no difference
    in an address; in a name letters count."""
    there = {"ho_ten": person.name, "dia_chi": person.address}
    filled = {key: value for key, value in there.items() if value and not typed.get(key, "").strip()}
    differing = {
        key: (typed[key].strip(), value)
        for key, value in there.items()
        if value and typed.get(key, "").strip() and not _same(key, typed[key], value)
    }
    return Beside(filled, differing)


def _same(key: str, one: str, other: str) -> bool:
    if key == "ho_ten":
        return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    return fold(one) == fold(other)
