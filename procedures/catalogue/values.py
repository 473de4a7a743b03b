"""A procedure of the catalogue as it is read: who, what to bring, how long, how much, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from engine.calendar.explain import UNIT_NAMES
from engine.calendar.terms import Term, number_text

METHODS = {"DIRECT": ("Trực tiếp", "In person"), "ONLINE": ("Trực tuyến", "Online"), "POSTAL": ("Bưu chính", "By post")}
FEE_KINDS = {"FEE": ("Phí", "Fee"), "SERVICE_FEE": ("Lệ phí", "Charge"), "PRICE_LEVEL": ("Giá dịch vụ", "Price")}
CONFIGURE = ("Chưa xác định, cơ quan sẽ cấu hình", "Not determined; to be configured")


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that a person must look at. `about` is term, fee or record."""

    about: Literal["term", "fee", "record"]
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of clean text: a paragraph, an item of a list at a depth, or the cells of a row of a table."""

    kind: Literal["paragraph", "item", "row"]
    text: str
    depth: int = 0
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TermOf:
    """A term, or that it is to configure: then `value` is None, and `prose` may tell what the record says."""

    value: Fraction | None
    unit: Literal["WORKING_DAY", "DAY", "WORKING_HOUR", "MONTH"] | None
    prose: str = ""

    @property
    def to_configure(self) -> bool:
        return self.value is None

    @property
    def term(self) -> Term | None:
        """For the clock; None while it is to configure."""
        return None if self.value is None or self.unit is None else Term(self.value, self.unit)

    @property
    def vi(self) -> str:
        """`6,5 ngày làm việc`."""
        if self.value is None or self.unit is None:
            return CONFIGURE[0]
        return f"{number_text(self.value, comma=True)} {UNIT_NAMES[self.unit][0]}"

    @property
    def en(self) -> str:
        """`6.5 working days`."""
        if self.value is None or self.unit is None:
            return CONFIGURE[1]
        return f"{number_text(self.value)} {UNIT_NAMES[self.unit][1]}"


@dataclass(frozen=True, slots=True)
class Case:
    """A case of the procedure with a term of its own."""

    code: str
    term: TermOf


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee in đồng. `amount` None: to configure; `text` says what for, or what the record leaves to prose."""

    kind: str
    amount: int | None
    text: str

    @property
    def to_configure(self) -> bool:
        return self.amount is None


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to hand in: DIRECT, ONLINE or POSTAL, with its term, fees and note."""

    method: str
    term: TermOf
    fees: tuple[Fee, ...]
    note: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A paper to bring: how many originals and copies."""

    code: str
    name: str
    originals: int
    copies: int
    electronic_form: bool
    result_of_another: bool
    templates: tuple[str, ...]  # names of the form templates that go with it


@dataclass(frozen=True, slots=True)
class ComponentGroup:
    """Papers of one kind or for one case; the name may be empty."""

    name: str
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the procedure as the record tells it."""

    name: str
    text: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal document: number and title."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """All that a page of the catalogue shows. `term` is that of the whole procedure where it has just one."""

    code: str
    name: str
    field_code: str
    field_name: str
    promulgating: str
    executing: tuple[str, ...]
    levels: tuple[str, ...]  # tinh, xa, trung_uong, nuoc_ngoai, as far as the record tells
    subjects: tuple[str, ...]
    term: TermOf
    cases: tuple[Case, ...]
    channels: tuple[Channel, ...]
    groups: tuple[ComponentGroup, ...]
    steps: tuple[Step, ...]
    results: tuple[str, ...]
    requirements: tuple[Block, ...]
    legal_basis: tuple[LegalBasis, ...]
    life_events: tuple[str, ...]
    flags: tuple[Flag, ...]
    source: str
    updated_at: str
    version: int = 0
    imported_at: datetime | None = None
