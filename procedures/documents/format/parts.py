"""Which block of a document is which part of it (NĐ 30/2020, PL I): by its words, its place and its order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from procedures.documents.format.layout import Block, Document
from procedures.documents.format.words import (
    MOTTO,
    NATIONAL_NAME,
    ON_BASES,
    alike,
    fold,
    is_agency,
    is_authority,
    kind_of,
)
from procedures.documents.format.wrapped import whole_lines


class Part(Enum):
    """The parts, by their names in English."""

    NATIONAL = "national-name"
    MOTTO = "motto"
    SUPERIOR = "superior"
    ISSUER = "issuer"
    NUMBER = "number"
    DATE = "place-date"
    LETTER_SUBJECT = "letter-subject"
    STAMP = "stamp"
    KIND = "kind"
    SUBJECT = "subject"
    ADDRESSEE = "addressee"
    ISSUING = "issuing-authority"
    BASIS = "basis"
    HEADING = "heading"
    BODY = "body"
    AUTHORITY = "authority"
    NAME = "signer-name"
    SENT_TO = "recipients-head"
    RECIPIENT = "recipients"
    APPENDIX = "appendix"
    APPENDIX_TITLE = "appendix-title"
    ANNEXED = "annexed"
    TABLE = "table"
    OTHER = "other"


_NUMBER = re.compile(r"so\s*[:.]?\s*[\d.…_]*\s*[/-]|so\s*:|so\s+\d+\s*[/-]")
_DATE = re.compile(
    r"\bngay\b.*\bthang\b.*\bnam\b|\bthang\s+\d+\s+nam\s+\d{4}|,?\s*\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}\s*$"
)
_STAMPS = {"hoa toc", "thuong khan", "khan", "luu hanh noi bo", "hoa toc hen gio"}
_BASIS = re.compile(r"(?:can cu|theo de nghi|xet de nghi|xet to trinh|thuc hien|sau khi|tren co so|xet)\b")
_FURNITURE = re.compile(r"(?:ky boi|nguoi ky|thoi gian ky|co quan:|email:|sao y|sao luc|trich sao|ban sao)\b")


@dataclass
class Recognised:
    """The parts found. kind: the document's, folded; empty for a letter (công văn) and where none is told. annexes:
    pages that begin what is annexed, or a part of it: their numbers are their own."""

    document: Document
    parts: dict[Part, list[Block]] = field(default_factory=dict)
    kind: str = ""
    is_letter: bool = False
    annexes: set[int] = field(default_factory=set)

    def of(self, *parts: Part) -> list[Block]:
        """The blocks of these parts, part by part."""
        return [block for part in parts for block in self.parts.get(part, [])]

    def add(self, part: Part, block: Block) -> None:
        """This block is of this part."""
        self.parts.setdefault(part, []).append(block)


def recognise(document: Document) -> Recognised:
    """Finds them."""
    found = Recognised(document)
    blocks = whole_lines([block for block in document.blocks if block.text])
    end = _head_end(blocks)
    _head(found, blocks[:end])
    rest = _opening(found, blocks[end:])
    sign = _signature_start(rest)
    _body(found, rest[:sign])
    tail = rest[sign:]
    annex = next((place for place, block in enumerate(tail) if _begins_annex(block, tail[:place])), len(tail))
    found.annexes = {block.page for block in tail[annex:] if block.starts_page}
    _signature(found, tail[:annex])
    _annexed(found, tail[annex:])
    found.is_letter = not found.kind and bool(found.of(Part.LETTER_SUBJECT) or found.of(Part.ADDRESSEE))
    return found


def is_number(block: Block) -> bool:
    """Whether this is the line of number and notation."""
    return _NUMBER.match(fold(block.text)) is not None


def is_date(block: Block) -> bool:
    """Whether this is the line of place and date."""
    return len(block.text) < 90 and _DATE.search(fold(block.text)) is not None and not is_number(block)


def is_letter_subject(block: Block) -> bool:
    """Whether what a letter is about begins here."""
    return re.match(r"v\s*/\s*v\b|ve viec\b", fold(block.text)) is not None


def ends_head(block: Block) -> bool:
    """Whether the head is over: the kind, whom it goes to, or a basis."""
    bare = fold(block.text)
    return bool(kind_of(block.text)) or bare.startswith("kinh gui") or _BASIS.match(bare) is not None


def is_sent_to(block: Block) -> bool:
    """Whether the list of recipients begins here."""
    return alike(block.text[:14], "Nơi nhận:") > 0.8


def _head_end(blocks: list[Block]) -> int:
    """Where the head ends: at the kind, whom it goes to, a basis, or the first long text on its own."""
    seen = False
    for place, block in enumerate(blocks):
        seen = seen or is_number(block) or is_date(block)
        if block.column is None and not _in_head(block):
            if ends_head(block):
                return place
            if block.tabled or (len(block.text) > 70 and place > 1):
                return place
            if seen and block.room == 0 and block.align in {"justify", "center"} and place > 3:
                return place
    return len(blocks)


def _in_head(block: Block) -> bool:
    return (
        alike(block.text, NATIONAL_NAME) > 0.75
        or alike(block.text, MOTTO) > 0.75
        or is_number(block)
        or is_date(block)
        or is_letter_subject(block)
    )


def _head(found: Recognised, blocks: list[Block]) -> None:
    agencies: list[Block] = []
    numbered = subject = False
    for block in blocks:
        bare = fold(block.text)
        if not found.of(Part.NATIONAL) and alike(block.text, NATIONAL_NAME) > 0.75:
            found.add(Part.NATIONAL, block)
        elif not found.of(Part.MOTTO) and alike(block.text, MOTTO) > 0.7:
            found.add(Part.MOTTO, block)
        elif is_number(block) and not numbered:
            numbered = True
            found.add(Part.NUMBER, block)
        elif bare in _STAMPS:
            found.add(Part.STAMP, block)
        elif is_letter_subject(block) or (subject and block.column != "right" and not is_date(block)):
            subject = True
            found.add(Part.LETTER_SUBJECT, block)
        elif is_date(block) and not found.of(Part.DATE):
            found.add(Part.DATE, block)
        elif _FURNITURE.match(bare):
            found.add(Part.OTHER, block)
        elif block.column == "right" and found.of(Part.MOTTO) and not found.of(Part.DATE):
            found.add(Part.DATE, block)
        elif block.column != "right" and not numbered:
            agencies.append(block)
        else:
            found.add(Part.OTHER, block)
    _agencies(found, agencies)


def _agencies(found: Recognised, lines: list[Block]) -> None:
    """The superior's lines, then the issuer's: a name goes on over several lines until another agency's begins."""
    names: list[list[Block]] = []
    for line in lines:
        lighter = not line.most("bold") and names and names[-1][0].most("bold")  # no superior is bold above an issuer
        if names and not is_agency(line.text) and (lighter or line.most("bold") == names[-1][0].most("bold")):
            names[-1].append(line)
        else:
            names.append([line])
    for place, name in enumerate(names):
        for line in name:
            found.add(Part.ISSUER if place == len(names) - 1 else Part.SUPERIOR, line)


def _opening(found: Recognised, blocks: list[Block]) -> list[Block]:
    """The kind, what it is about, whom it goes to; what is left begins with a basis or the body."""
    place = 0
    if blocks and not blocks[0].tabled and (kind := kind_of(blocks[0].text)):
        found.kind = kind
        found.add(Part.KIND, blocks[0])
        place = 1
        while place < len(blocks) and _is_subject(blocks[place], place):
            found.add(Part.SUBJECT, blocks[place])
            place += 1
    while place < len(blocks) and blocks[place].text == blocks[place].text.upper() and _is_issuing(blocks[place]):
        found.add(Part.ISSUING, blocks[place])
        place += 1
    return _addressees(found, blocks, place)


def _is_issuing(block: Block) -> bool:
    """A line in capitals that names who issues; the session of a council stands under its name."""
    known = is_agency(block.text) or is_authority(block.text) or fold(block.text).startswith("khoa ")
    return known and block.align in {"center", None}


def _is_subject(block: Block, place: int) -> bool:
    bare = fold(block.text)
    centred = block.align == "center"
    if bare.startswith(("can cu", "kinh gui")) or (_BASIS.match(bare) and not centred) or block.tabled or place > 5:
        return False
    if block.text.upper() == block.text and (is_agency(block.text) or is_authority(block.text)):
        return False
    if len(block.text) > 300 or block.text.endswith((":", ";")) or re.match(r"(?:dieu|[ivx]+\.|\d+\.)", bare):
        return False
    return centred or block.most("bold") is True or (place == 1 and _sounds_like_subject(bare))


def _sounds_like_subject(bare: str) -> bool:
    return re.match(r"ve (?:viec|ket qua|tinh hinh|cong tac)|v/v|ban hanh|phe duyet|bo nhiem", bare) is not None


def _addressees(found: Recognised, blocks: list[Block], place: int) -> list[Block]:
    if place < len(blocks) and fold(blocks[place].text).startswith("kinh gui"):
        found.add(Part.ADDRESSEE, blocks[place])
        place += 1
        while place < len(blocks) and _is_listed(blocks[place]):
            found.add(Part.ADDRESSEE, blocks[place])
            place += 1
    return blocks[place:]


def _is_listed(block: Block) -> bool:
    short = len(block.text) < 140
    return short and (block.text.startswith(("-", "–", "+", "•")) or block.column == "right")


def _signature_start(blocks: list[Block]) -> int:
    """Where the signature begins: whom it is sent to, or the capacity of who signs, side by side."""
    for place, block in enumerate(blocks):
        if block.tabled:
            continue
        if is_sent_to(block):
            return place
        if place and is_authority(block.text) and (block.column is not None or _stands_as_authority(block)):
            later = blocks[place : place + 40]
            if any(is_sent_to(one) for one in later) or len(blocks) - place < 8:
                return place
    return len(blocks)


def _stands_as_authority(block: Block) -> bool:
    return block.text == block.text.upper() and block.most("bold") is True


def _body(found: Recognised, blocks: list[Block]) -> None:
    bases = _bases(found, blocks)
    for place, block in enumerate(blocks):
        if place < bases:
            found.add(Part.BASIS, block)
        elif block.tabled:
            found.add(Part.TABLE, block)
        elif block.align == "center" or (kind_of(block.text) and len(block.text) < 40):
            found.add(Part.HEADING, block)
        else:
            found.add(Part.BODY, block)


def _bases(found: Recognised, blocks: list[Block]) -> int:
    """How many of the first blocks are the list of bases: all that a decision begins with, elsewhere two or more."""
    count = 0
    while count < len(blocks) and _is_basis(blocks[count], first=count == 0):
        count += 1
    if found.kind in ON_BASES or (count > 1 and any(block.text.endswith(";") for block in blocks[: count - 1])):
        return count
    return count if count and blocks[0].most("italic") is True else 0


def _is_basis(block: Block, *, first: bool) -> bool:
    bare = fold(block.text)
    known = bare.startswith("can cu") if first else _BASIS.match(bare)
    return bool(known) and not block.text.endswith(":") and block.align != "center"


def _begins_annex(block: Block, before: list[Block]) -> bool:
    bare = fold(block.text)
    listed = any(is_sent_to(one) for one in before)
    if not listed and not (block.starts_page and len(before) > 1):
        return False
    if re.match(r"phu luc\b", bare) and len(bare) < 40:
        return True
    own_head = is_agency(block.text) or alike(block.text, NATIONAL_NAME) > 0.75
    return (block.starts_page and (block.column is None or own_head)) or (
        bool(kind_of(block.text)) and block.align == "center"
    )


def _signature(found: Recognised, blocks: list[Block]) -> None:
    """Left whom it is sent to, right who signs; two who sign stand side by side."""
    sides: dict[str, list[Block]] = {"left": [], "right": []}
    listed = False
    for block in blocks:
        bare = fold(block.text)
        if _FURNITURE.match(bare) or re.fullmatch(r"\(.*\)|\[.*\]|da ky", bare):
            found.add(Part.OTHER, block)
        elif is_sent_to(block) and block.column != "right":
            listed = True
            found.add(Part.SENT_TO, block)
        elif block.column == "right" or (block.column is None and not listed) or _signs(block, sides["right"]):
            sides["right"].append(block)
        elif listed:
            found.add(Part.RECIPIENT, block)
        else:
            sides["left"].append(block)
    for side in sides.values():
        _signer(found, side)


def _signs(block: Block, above: list[Block]) -> bool:
    """A signer's line that no column tells: after whom it is sent to, in capitals or bold."""
    if block.column is not None or block.text.startswith(("-", "–")) or fold(block.text).startswith("luu"):
        return False
    return _stands_as_authority(block) or (bool(above) and block.most("bold") is True)


def _signer(found: Recognised, lines: list[Block]) -> None:
    names = 1 if lines and not is_authority(lines[-1].text) else 0
    for line in lines[: len(lines) - names]:
        found.add(Part.AUTHORITY, line)
    for line in lines[len(lines) - names :]:
        found.add(Part.NAME, line)


def _annexed(found: Recognised, blocks: list[Block]) -> None:
    titled = False
    for block in blocks:
        bare = fold(block.text)
        if block.tabled:
            found.add(Part.TABLE, block)
            titled = False
        elif re.match(r"phu luc\b", bare) and len(bare) < 40 and (block.align != "justify" or len(bare) < 16):
            found.add(Part.APPENDIX, block)
            titled = True
        elif titled and block.align == "center" and not block.text.startswith("("):
            found.add(Part.APPENDIX_TITLE, block)
        else:
            titled = titled and block.text.startswith("(")
            found.add(Part.ANNEXED, block)
