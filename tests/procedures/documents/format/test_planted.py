"""One fault is planted in a right document: it is found, once, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from procedures.documents import format as formats
from tests.procedures.documents.format import drafts
from tests.procedures.documents.format.drafts import Draft, Line
from tests.procedures.documents.format.print import pdf
from tests.procedures.documents.format.word import docx

Plant = Callable[[], Draft]
PLANTS: dict[str, tuple[str, Plant]] = {}


def plant(rule: str, name: str = "") -> Callable[[Callable[[Draft], None]], None]:
    """Registers what spoils a decision of several pages so that this rule alone is broken."""

    def add(spoil: Callable[[Draft], None]) -> None:
        def made() -> Draft:
            draft = drafts.decision(9)
            spoil(draft)
            return draft

        PLANTS[f"{rule} {name or spoil.__name__}"] = (rule, made)

    return add


def each(lines: list[Line], **looks: object) -> None:
    for line in lines:
        for name, value in looks.items():
            setattr(line, name, value)


LINES: dict[str, Callable[[Draft], list[Line]]] = {
    "national-name": lambda d: [d.right[0]],
    "motto": lambda d: [d.right[1]],
    "superior": lambda d: [d.left[0]],
    "issuer": lambda d: [d.left[1]],
    "number": lambda d: [d.left[2]],
    "place-date": lambda d: [d.right[2]],
    "kind": lambda d: [d.body[0]],
    "subject": lambda d: [d.body[1]],
    "issuing-authority": lambda d: [d.body[2]],
    "basis": lambda d: d.body[3:6],
    "heading": lambda d: [d.body[6]],
    "body": lambda d: d.body[7:],
    "authority": lambda d: [d.signer[0]],
    "signer-name": lambda d: [d.signer[1]],
    "recipients-head": lambda d: [d.sent_to[0]],
    "recipients": lambda d: d.sent_to[1:],
}
LOOKS: list[tuple[str, str, object]] = [
    ("national-name", "size", 15), ("national-name", "bold", False), ("motto", "size", 12), ("motto", "bold", False),
    ("motto", "italic", True), ("superior", "bold", True), ("superior", "size", 14), ("issuer", "bold", False),
    ("issuer", "size", 11), ("number", "size", 12), ("number", "bold", True), ("place-date", "italic", False),
    ("place-date", "size", 12), ("place-date", "bold", True), ("kind", "bold", False), ("kind", "size", 16),
    ("subject", "bold", False), ("subject", "size", 12), ("issuing-authority", "bold", False),
    ("basis", "italic", False),
    ("basis", "size", 12), ("heading", "size", 16), ("body", "size", 12), ("body", "italic", True),
    ("authority", "bold", False), ("authority", "size", 12), ("signer-name", "bold", False),
    ("signer-name", "size", 15),
    ("recipients-head", "size", 14), ("recipients-head", "bold", False), ("recipients-head", "italic", False),
    ("recipients", "size", 13), ("recipients", "italic", True),
]  # fmt: skip
for _part, _aspect, _value in LOOKS:

    @plant(f"{_part}-{_aspect}", "look")
    def _(draft: Draft, part: str = _part, aspect: str = _aspect, value: object = _value) -> None:
        each(LINES[part](draft), **{aspect: value})


WORDS: list[tuple[str, str, str]] = [
    ("national-name-capitals", "national-name", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    ("national-name-text", "national-name", "CỘNG HÒA XÃ HỘI CHŨ NGHĨA VIỆT NAM"),
    ("motto-text", "motto", "Độc lập-Tự do-Hạnh phúc"),
    ("motto-text", "motto", "Độc Lập - Tự Do - Hạnh Phúc"),
    ("superior-capitals", "superior", "Ủy ban nhân dân tỉnh Phú An"),
    ("issuer-capitals", "issuer", "Sở Nội vụ"),
    ("number-zero", "number", "Số: 5/QĐ-SNV"),
    ("number-blanks", "number", "Số: 05 / QĐ - SNV"),
    ("number-blanks", "number", "Số: 05/QĐ -SNV"),
    ("number-capitals", "number", "Số: 05/qđ-snv"),
    ("number-form", "number", "Số 05/QĐ-SNV"),
    ("number-kind", "number", "Số: 05/TB-SNV"),
    ("place-date-zero", "place-date", "Phú An, ngày 5 tháng 01 năm 2026"),
    ("place-date-zero", "place-date", "Phú An, ngày 05 tháng 1 năm 2026"),
    ("place-date-form", "place-date", "Phú An, 05/01/2026"),
    ("place-date-form", "place-date", "Phú An ngày 05 tháng 01 năm 2026"),
    ("kind-capitals", "kind", "Quyết định"),
    ("authority-capitals", "authority", "Giám đốc"),
    ("signer-name-capitals", "signer-name", "NGUYỄN VĂN AN"),
    ("recipients-kept", "recipients", "- Phòng Tổ chức."),
    ("recipients-head-form", "recipients-head", "Nơi nhận"),
]
for _rule, _part, _words in WORDS:

    @plant(_rule, _words)
    def _(draft: Draft, part: str = _part, words: str = _words) -> None:
        LINES[part](draft)[-1].text = words


MARGINS: list[tuple[str, tuple[float, float, float, float]]] = [
    ("margin-top", (12, 20, 30, 20)), ("margin-top", (32, 20, 30, 20)), ("margin-bottom", (20, 38, 30, 20)),
    ("margin-bottom", (20, 8, 30, 20)), ("margin-left", (20, 20, 25, 20)), ("margin-left", (20, 20, 40, 20)),
    ("margin-right", (20, 20, 30, 10)), ("margin-right", (20, 20, 30, 25)),
]  # fmt: skip
for _rule, _margins in MARGINS:

    @plant(_rule, str(_margins))
    def _(draft: Draft, margins: tuple[float, float, float, float] = _margins) -> None:
        draft.margins = margins


@plant("paper-size")
def letter_paper(draft: Draft) -> None:
    draft.paper = (216, 279)


@plant("font-family")
def whole(draft: Draft) -> None:
    draft.font = "New Computer Modern"  # typst carries it


@plant("font-family")
def one_paragraph(draft: Draft) -> None:
    draft.body[9].font = "New Computer Modern"


@plant("font-colour")
def a_red_name(draft: Draft) -> None:
    draft.signer[1].colour = "C00000"


@plant("basis-end")
def a_comma(draft: Draft) -> None:
    draft.body[3].text = draft.body[3].text.replace("2025;", "2025,")


@plant("basis-end")
def the_last_with_a_semicolon(draft: Draft) -> None:
    draft.body[5].text = draft.body[5].text.replace("Sở.", "Sở;")


@plant("body-align")
def flush_left(draft: Draft) -> None:
    each(draft.body[7:], align="left")


@plant("body-align")
def one_flush_left(draft: Draft) -> None:
    draft.body[9].align = "left"


@plant("body-indent")
def no_indent(draft: Draft) -> None:
    each(draft.body[7:], indent=0)


@plant("body-indent")
def a_wide_indent(draft: Draft) -> None:
    draft.body[9].indent = 2


@plant("body-gap")
def no_gaps(draft: Draft) -> None:
    each(draft.body[7:], gap=0)


@plant("body-spacing")
def double(draft: Draft) -> None:
    each(draft.body[7:], spacing=2)


@plant("body-spacing")
def tight(draft: Draft) -> None:
    each(draft.body[7:], spacing=0.8)


@plant("motto-rule")
def no_rule(draft: Draft) -> None:
    draft.right[1].rule = None


@plant("motto-rule")
def a_short_rule(draft: Draft) -> None:
    draft.right[1].rule = 0.5


@plant("issuer-rule")
def a_long_rule(draft: Draft) -> None:
    draft.left[1].rule = 1


@plant("issuer-rule")
def none(draft: Draft) -> None:
    draft.left[1].rule = None


@plant("kind-align")
def kind_to_the_left(draft: Draft) -> None:
    draft.body[0].align = "left"


@plant("page-number-place")
def at_the_foot(draft: Draft) -> None:
    draft.number_at = "bottom"


@plant("page-number-align")
def to_the_right(draft: Draft) -> None:
    draft.number = Line("", 13, align="right")


@plant("page-number-size")
def small(draft: Draft) -> None:
    draft.number = Line("", 10)


@plant("page-number-first")
def on_the_first(draft: Draft) -> None:
    draft.number_first = True


@plant("page-number-missing")
def nowhere(draft: Draft) -> None:
    draft.number = None


for _part, _side in (("national-name", "right"), ("motto", "right"), ("number", "left"), ("place-date", "right")):

    @plant(f"{_part}-missing")
    def missing(draft: Draft, part: str = _part, side: str = _side) -> None:
        getattr(draft, side).remove(LINES[part](draft)[0])


@plant("kind-missing")
def no_kind(draft: Draft) -> None:
    del draft.body[0:2]


@plant("signer-name-missing")
def no_name(draft: Draft) -> None:
    del draft.signer[1]


@plant("recipients-head-missing")
def sent_to_nobody(draft: Draft) -> None:
    draft.sent_to = []


@plant("subject-missing")
def about_nothing(draft: Draft) -> None:
    del draft.body[1]


def letter(rule: str, name: str, spoil: Callable[[Draft], None]) -> None:
    """Spoils an official letter."""

    def made() -> Draft:
        draft = drafts.official_letter()
        spoil(draft)
        return draft

    PLANTS[f"{rule} {name}"] = (rule, made)


letter("letter-subject-size", "large", lambda d: each(d.left[3:], size=14))
letter("letter-subject-bold", "bold", lambda d: each(d.left[3:], bold=True))
letter("letter-subject-missing", "none", lambda d: d.left.__delitem__(slice(3, None)))
letter("addressee-size", "small", lambda d: each(d.body[:1], size=12))
letter("addressee-form", "no colon", lambda d: each(d.body[:1], text="Kính gửi Ủy ban nhân dân các xã, phường"))
letter("number-kind", "CV", lambda d: each(d.left[2:3], text="Số: 128/CV-SNV"))


def appendix(rule: str, **looks: object) -> None:
    """Spoils the heading of an appendix."""

    def made() -> Draft:
        draft = drafts.with_appendix()
        each(draft.annex[:1], **looks)
        return draft

    PLANTS[f"{rule} appendix"] = (rule, made)


appendix("appendix-size", size=12)
appendix("appendix-bold", bold=False)


@plant("subject-bold", "over two lines")
def _wrapped(draft: Draft) -> None:
    words = "Về việc ban hành Quy chế tiếp công dân và xử lý đơn thư của Sở Nội vụ tỉnh Phú An năm 2026"
    draft.body[1] = Line(words, 14, rule=0.3)


@plant("issuer-bold", "of its second line")
def _second_line(draft: Draft) -> None:
    draft.left[:2] = [Line("SỞ NỘI VỤ VÀ", 13, bold=True), Line("PHÁT TRIỂN ĐÔ THỊ", 13, rule=0.4)]


@plant("basis-end", "under a council's session")
def _session(draft: Draft) -> None:
    draft.body[2].text = "HỘI ĐỒNG NHÂN DÂN TỈNH PHÚ AN"
    draft.body.insert(3, Line("KHÓA XV, KỲ HỌP THỨ 8", 14, bold=True))
    draft.body[4].text = draft.body[4].text.replace("2025;", "2025.")


def told(data: bytes) -> list[str]:
    return [fault.rule for fault in formats.check(data)]


@pytest.mark.parametrize("name", PLANTS)
def test_a_fault_in_a_word_document_is_found_once(name: str) -> None:
    rule, made = PLANTS[name]
    assert told(docx(made())) == [rule]


def once_a_rule() -> list[object]:
    """The first plant of each rule; the others of it in the slower tier."""
    seen: set[str] = set()
    params = []
    for name, (rule, _) in PLANTS.items():
        params.append(pytest.param(name, marks=[pytest.mark.slow] if rule in seen else []))
        seen.add(rule)
    return params


@pytest.mark.parametrize("name", once_a_rule())
def test_a_fault_in_a_pdf_is_found_once(name: str) -> None:
    rule, made = PLANTS[name]
    assert told(pdf(made())) == [rule]
