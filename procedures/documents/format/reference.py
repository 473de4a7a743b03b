"""The reference page of the rules, made from the rules: docs/reference/document-format.md."""

from __future__ import annotations

from procedures.documents.format.rules import RULES

_HEAD = """# The format of documents

`motcua documents check FILE… [--json]` measures .docx and PDF files by the rules below and lists faults
`[{file, page, rule, found, wanted, text}]`: each kind once in a file, at its first place. Exit 0 where there is none, 1
where there is one, 2 for a file that is neither, or cannot be read. A file is known by its content, not by its name. In
Python: `procedures.documents.format.check(path_or_bytes) -> list[Fault]`.

## How it is measured
- **.docx**: as Word resolves it: defaults, styles and what they are based on, lists, then the text's own; theme
  fonts; tables, tabs and text boxes that lay out the head; sections, heads and feet. Fonts for East Asian letters
  are left out. `page` is counted from the breaks in the file, Word's own marks where it left them.
- **PDF**: from the ink: letters with their font, size and place, and drawn lines. Lines that agree give the edges
  of the text; where too few do, a margin is a range, and a fault is told only outside all of it. One line alone
  does not tell whether it is justified; a bottom margin shows only where a page is full. Metric twins of Times New
  Roman (Liberation Serif, Tinos, Nimbus Roman, TeX Gyre Termes, FreeSerif) count as Times New Roman.
- **Scans**: a page that is an image has no letters to measure. Paper, PDF version, resolution and colour are
  judged, and nothing else is claimed.
- **What stays open**: a number or a date left blank in a draft is no fault; the rule under a subject is not asked
  for; an annex is measured by its heading, its font and its colour; the text of tables by font and colour; months 3
  to 9 may have a zero or not.

Clauses are of the decree's Phụ lục I: `I.II.5` is part I, section II, number 5.

| rule | what | wanted | clause |
|---|---|---|---|
"""


def page() -> str:
    """The page, in Markdown."""
    rows = (
        f"| `{rule.name}` | {rule.about.en} ({rule.about.vi}) | {rule.wanted.vi} | {rule.clause} |"
        for rule in sorted(RULES.values(), key=lambda rule: rule.name)
    )
    return _HEAD + "\n".join(rows) + "\n"
