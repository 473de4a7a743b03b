"""Judges words: what has to be there, and the forms that the decree fixes to the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from procedures.documents.format.layout import Block
from procedures.documents.format.parts import Part, Recognised
from procedures.documents.format.rules import NEEDED, PLACES, RULES, Fault, Said, side
from procedures.documents.format.words import KINDS, MOTTO, NATIONAL_NAME, WITH_SUBJECT, fold

_NUMBER = re.compile(r"Số:\s?(?P<number>[\d.…_ ]*)/(?P<notation>[^\s/]+(?:/[^\s/]+)*)")
_SEGMENT = re.compile(r"[A-ZĐÀ-Ỹ&][A-ZĐa-z&0-9À-ỹ]*")
_DATE = re.compile(
    r"(?P<place>[^\W\d_][^,:]*(?: - [^,:]+)?), ngày (?P<day>\d{1,2}|[.…_ ]*) ?tháng (?P<month>\d{1,2}|[.…_ ]*) ?"
    r"năm (?P<year>\d{4}|[\d.…_ ]*)"
)
_NOTHING = Said("không có", "none")


def _fault(rule: str, block: Block, found: str) -> Fault:
    return Fault(block.page, rule, Said(found, found), RULES[rule].wanted, block.text)


def missing(found: Recognised) -> Iterator[Fault]:
    """Parts that are not there."""
    letter = found.is_letter
    left_out = {Part.KIND} if letter else {Part.LETTER_SUBJECT}
    if found.kind in {"bien ban", "thu cong", "hop dong", "ban ghi nho", "ban thoa thuan", "giay nghi phep"}:
        left_out |= {Part.SENT_TO}
    if found.kind == "thu cong":
        left_out |= {Part.NUMBER}
    if found.kind in {"bien ban", "hop dong"}:  # their text tells place and time
        left_out |= {Part.DATE}
    for part in NEEDED:
        if part not in left_out and not found.of(part):
            name = f"{part.value}-missing"
            yield Fault(1, name, _NOTHING, RULES[name].wanted)
    if found.kind in WITH_SUBJECT and not found.of(Part.SUBJECT):
        kind = found.of(Part.KIND)[0]
        yield Fault(kind.page, "subject-missing", _NOTHING, RULES["subject-missing"].wanted, kind.text)


def places(found: Recognised) -> Iterator[Fault]:
    """Parts on the wrong side of the page."""
    for part, wanted in PLACES.items():
        for block in found.of(part):
            if block.column is not None and block.column != wanted:
                name = f"{part.value}-place"
                yield Fault(block.page, name, side(block.column), RULES[name].wanted, block.text)


def forms(found: Recognised) -> Iterator[Fault]:
    """The fixed forms."""
    for block in found.of(Part.NATIONAL):
        if block.text.upper().replace("HOÀ", "HÒA") != NATIONAL_NAME:
            yield _fault("national-name-text", block, block.text)
    for block in found.of(Part.MOTTO):
        if block.text.replace("Hoà", "Hòa") != MOTTO:
            yield _fault("motto-text", block, block.text)
    for block in found.of(Part.NUMBER)[:1]:
        yield from _number(block, found)
    for block in found.of(Part.DATE)[:1]:
        yield from _date(block)
    yield from _bases(found.of(Part.BASIS))
    for block in found.of(Part.ADDRESSEE)[:1]:
        if not block.text.startswith("Kính gửi:"):
            yield _fault("addressee-form", block, block.text[:20])
    yield from _recipients(found)


def _number(block: Block, found: Recognised) -> Iterator[Fault]:
    text = block.text
    tight = re.sub(r"\s*([/-])\s*", r"\1", text)
    whole = _NUMBER.fullmatch(tight)
    if whole is None:
        yield _fault("number-form", block, text)
        return
    if tight != re.sub(r"(Số:)?\s+(?=/)", lambda m: m[1] or "", text) and _NUMBER.fullmatch(text) is None:
        yield _fault("number-blanks", block, text)
    if re.fullmatch(r"[1-9]", whole["number"].strip()):
        yield _fault("number-zero", block, whole["number"].strip())
    segments = re.split(r"[/-]", whole["notation"])
    segments = segments[1:] if re.fullmatch(r"\d{4}", segments[0]) else segments
    if any(_is_small(segment) for segment in segments):
        yield _fault("number-capitals", block, whole["notation"])
        return
    yield from _by_kind(block, segments[0] if segments else "", found)


def _is_small(segment: str) -> bool:
    """An abbreviation may hold small letters after a capital (TTr, QyĐ, SNgV), but is no word."""
    if not any(letter.isalpha() for letter in segment):
        return False
    capitals = sum(1 for letter in segment if letter.isupper())
    return _SEGMENT.fullmatch(segment) is None or (capitals < 2 and len(segment) > 1) or "đ" in segment


def _by_kind(block: Block, begins: str, found: Recognised) -> Iterator[Fault]:
    wanted = KINDS.get(found.kind, "")
    if wanted and begins != wanted:
        yield Fault(block.page, "number-kind", Said(begins, begins), Said(wanted, wanted), block.text)
    elif not found.kind and begins == "CV" and found.of(Part.LETTER_SUBJECT):
        yield Fault(
            block.page,
            "number-kind",
            Said("CV", "CV"),
            Said(
                "chữ viết tắt tên cơ quan (công văn không ghi tên loại)",
                "the agency's abbreviation (a letter has no kind)",
            ),
            block.text,
        )


def _date(block: Block) -> Iterator[Fault]:
    whole = _DATE.fullmatch(block.text.rstrip("."))
    if whole is None or not _exists(whole):
        yield _fault("place-date-form", block, block.text)
        return
    day, month = whole["day"].strip(), whole["month"].strip()
    if re.fullmatch(r"[1-9]", day):
        yield _fault("place-date-zero", block, f"ngày {day}")
    if month in {"1", "2"}:
        yield _fault("place-date-zero", block, f"tháng {month}")


def _exists(whole: re.Match[str]) -> bool:
    day, month = whole["day"].strip(), whole["month"].strip()
    return (not day.isdigit() or 1 <= int(day) <= 31) and (not month.isdigit() or 1 <= int(month) <= 12)


def _bases(bases: list[Block]) -> Iterator[Fault]:
    for place, block in enumerate(bases):
        wanted = "." if place == len(bases) - 1 else ";"
        end = block.text[-1]
        if end != wanted and not (place < len(bases) - 1 and bases[place + 1].continued):
            found = Said(f"“{end}”", f'"{end}"') if not end.isalnum() else Said("không có dấu", "no mark")
            yield Fault(block.page, "basis-end", found, Said(f"“{wanted}”", f'"{wanted}"'), block.text)


def lines_of(blocks: list[Block]) -> list[str]:
    """The entries of a list of recipients; one that runs on over a line is one."""
    entries: list[str] = []
    for block in blocks:
        if entries and not re.match(r"[-–—+•*]|L[uư]u\b", block.text):
            entries[-1] += f" {block.text}"
        else:
            entries.append(block.text)
    return entries


def _recipients(found: Recognised) -> Iterator[Fault]:
    for block in found.of(Part.SENT_TO)[:1]:
        if block.text != "Nơi nhận:":
            yield _fault("recipients-head-form", block, block.text)
    blocks = found.of(Part.RECIPIENT)
    entries = lines_of(blocks)
    if not found.of(Part.SENT_TO):
        return
    last = entries[-1] if entries else ""
    kept = r"[-–]?\s*Lưu:\s*" + (r"\S" if found.kind in {"bien ban", "hop dong"} else r"VT\b")
    if not re.match(kept, last):
        page = blocks[-1].page if blocks else found.of(Part.SENT_TO)[0].page
        yield Fault(
            page, "recipients-kept", Said(last, last) if last else _NOTHING, RULES["recipients-kept"].wanted, last
        )
        return
    for place, entry in enumerate(entries):
        wanted = "." if place == len(entries) - 1 else ";"
        if not entry.endswith(wanted):
            end = (
                Said(f"“{entry[-1]}”", f'"{entry[-1]}"') if not entry[-1].isalnum() else Said("không có dấu", "no mark")
            )
            yield Fault(blocks[0].page, "recipients-end", end, Said(f"“{wanted}”", f'"{wanted}"'), entry)


def is_folded(text: str, wanted: str) -> bool:
    """Whether a text is another's without its marks."""
    return fold(text) == fold(wanted)
