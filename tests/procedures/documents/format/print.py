"""A draft as a PDF, set by typst in Times New Roman's metric twin."""

from __future__ import annotations

import json
from pathlib import Path

import typst

import procedures.letters
from tests.procedures.documents.format.drafts import Draft, Line

FONTS = Path(procedures.letters.__file__).parent / "fonts"
#: typst leaves half a line more than its leading; this leading gives a single line of Times New Roman.
LEADING = 1.15 - 0.66


def _letters(line: Line, font: str) -> str:
    said = f'font: "{line.font or font}", size: {line.size}pt, fill: rgb("#{line.colour or "000000"}")'
    said += f', weight: "{"bold" if line.bold else "regular"}", style: "{"italic" if line.italic else "normal"}"'
    words = f"#text({json.dumps(line.text, ensure_ascii=False)})"
    if line.bold_part:
        rest = line.text.removeprefix(line.bold_part)
        words = (
            f'#text(weight: "bold", {json.dumps(line.bold_part, ensure_ascii=False)})'
            f"#text({json.dumps(rest, ensure_ascii=False)})"
        )
    return f"#text({said})[{words}]"


def _paragraph(line: Line, font: str) -> str:
    words = _letters(line, font)
    leading = f"{(1.15 * line.spacing - 0.66):.3f}"
    align = line.align if line.align != "justify" else "left"
    indent = f"first-line-indent: (amount: {line.indent}cm, all: true)"
    set_ = f"#set par(leading: {leading} * {line.size}pt, justify: {str(line.align == 'justify').lower()}, {indent}); "
    above = f"above: {leading} * {line.size}pt + {line.gap}pt, below: 0pt"
    body = f"#block(width: 100%, {above})[{set_}#set align({align}); #par[{words}]]"
    if line.rule is None:
        return body
    rule = f"#context align({align}, line(length: {line.rule} * measure([{words}]).width, stroke: 0.7pt))"
    return f"{body}#block(width: 100%, above: 3pt, below: 0pt)[{rule}]"


def _two(left: list[Line], right: list[Line], font: str, shares: str) -> str:
    cells = ", ".join("[" + "".join(_paragraph(line, font) for line in side) + "]" for side in (left, right))
    return f"#block(above: 14pt, below: 6pt, grid(columns: {shares}, {cells}))"


def pdf(draft: Draft) -> bytes:
    """The draft as a PDF."""
    font = "Tinos" if draft.font == "Times New Roman" else draft.font
    top, bottom, left, right = draft.margins
    source = (
        f"#set page(width: {draft.paper[0]}mm, height: {draft.paper[1]}mm, margin: (top: {top}mm, bottom: {bottom}mm, "
    )
    source += f"left: {left}mm, right: {right}mm){_number(draft, font)})\n"
    source += f'#set text(font: "{font}", lang: "vi", hyphenate: false, fallback: false)\n'
    source += _two(draft.left, draft.right, font, "(2fr, 3fr)")
    source += "".join(_paragraph(line, font) for line in draft.body)
    source += _two(draft.sent_to, draft.signer, font, "(1fr, 1fr)")
    if draft.annex:
        source += "#pagebreak()" + "".join(_paragraph(line, font) for line in draft.annex)
    if draft.table:
        cells = ", ".join(f"[{_letters(Line(cell, 12), font)}]" for row in draft.table for cell in row)
        source += f"#table(columns: {len(draft.table[0])}, {cells})"
    return bytes(typst.compile(source.encode(), font_paths=[str(FONTS)]))


def _number(draft: Draft, font: str) -> str:
    line = draft.number
    if line is None:
        return ""
    style = f'size: {line.size}pt, font: "{font}", weight: "{"bold" if line.bold else "regular"}"'
    shown = f"align({line.align}, text({style}, counter(page).display()))"
    if not draft.number_first:
        shown = f"if counter(page).get().first() > 1 {{ {shown} }}"
    return f", {'header' if draft.number_at == 'top' else 'footer'}: context {{ {shown} }}"
