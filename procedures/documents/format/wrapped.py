"""Lines of a head that its column was too narrow for: put together again before they are read."""

from __future__ import annotations

import re

from procedures.documents.format.layout import Block, Span
from procedures.documents.format.words import MOTTO, NATIONAL_NAME, alike, fold

HEAD = 20  # lines that are looked at
_YEARLESS = re.compile(r"^[^:]{2,60}\bngay\b|^(?:tp|thanh pho|thi xa|ha noi|[^:,]{2,30}),$")
_YEARED = re.compile(r"\bngay\b.*\bthang\b.*\bnam\s+\d{4}$")


def whole_lines(blocks: list[Block]) -> list[Block]:
    """The blocks, with the national name, the motto and the date each in one."""
    found: list[Block] = []
    for block in blocks:
        before = next((one for one in reversed(found[-4:]) if one.column == block.column), None)
        if len(found) < HEAD and before is not None and before.room == block.room and _goes_on(before, block):
            _join(before, block)
        else:
            found.append(block)
    return found


def _goes_on(before: Block, block: Block) -> bool:
    if len(before.text) > 60 or len(block.text) > 40 or block.tabled:
        return False
    both = f"{before.text} {block.text}"
    for pattern in (NATIONAL_NAME, MOTTO):
        if alike(both, pattern) > 0.93 and alike(both, pattern) > alike(before.text, pattern) + 0.05:
            return True
    bare = fold(both)
    return bool(_YEARLESS.search(fold(before.text)) and _YEARED.search(bare) and not _YEARED.search(fold(before.text)))


def _join(before: Block, block: Block) -> None:
    before.spans = [*before.spans, Span(" "), *block.spans]
    before.text_width = max(before.text_width, block.text_width)
    before.rule = block.rule if block.rule is not None else before.rule
