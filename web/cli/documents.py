"""`motcua documents …`: the format of documents (contracts.md §2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.libraries import of_file
from engine.refusal import Lang
from procedures.documents import format as formats
from web.cli.output import Misuse, existing, options, print_json, say, stop


@click.group()
def documents() -> None:
    """Văn bản hành chính | Administrative documents."""


@documents.command()
@click.argument("files", nargs=-1, required=True)
@options
def check(files: tuple[str, ...], as_json: bool, lang: Lang) -> None:
    """Check the format of .docx and PDF files by NĐ 30/2020, Phụ lục I."""
    found: list[dict[str, Any]] = []
    for file in files:
        faults = _faults(file)
        found += [fault.as_dict(file, lang) for fault in faults]
        if not as_json:
            _show(file, faults, lang)
    if as_json:
        print_json(found)
    stop(1 if found else 0)


@documents.command()
@click.argument("file")
@click.option("-o", "--output", required=True, help="tệp .docx được ghi ra | the .docx that is written")
@options
def mend(file: str, output: str, as_json: bool, lang: Lang) -> None:
    """Mend what is certain in a .docx, and say what is left."""
    before = _faults(file)
    data = existing(file).read_bytes()
    if not data.startswith(b"PK"):
        raise Misuse(
            f"{file}: chỉ sửa được tệp .docx; hãy sửa văn bản gốc rồi xuất lại PDF.",
            f"{file}: only a .docx can be mended: mend the document and export the PDF again.",
        )
    if Path(output).resolve() == Path(file).resolve():
        raise Misuse(f"Tệp ghi ra phải khác “{file}”.", f"The output must not be “{file}” itself.")
    made = formats.mend(data)
    Path(output).write_bytes(made)
    left = formats.check(made)
    if as_json:
        print_json({"mended": len(before) - len(left), "left": [fault.as_dict(output, lang) for fault in left]})
    else:
        _show(output, left, lang)
    stop(1 if left else 0)


def _faults(file: str) -> list[formats.Fault]:
    path = existing(file)
    try:
        document = formats.read(path)
    except formats.Unreadable as error:
        raise Misuse(f"{file}: {error.vi}", f"{file}: {error.en}") from None
    except OSError as error:
        why = of_file(error)
        raise Misuse(f"Không đọc được “{file}”: {why.vi}.", f"“{file}” cannot be read: {why.en}.") from None
    return formats.judge(document)


def _show(file: str, faults: list[formats.Fault], lang: Lang) -> None:
    """Each fault with its place, its measure and its clause."""
    for fault in faults:
        rule = formats.RULES[fault.rule]
        found, wanted, about = (said.within(lang) for said in (fault.found, fault.wanted, rule.about))
        if lang == "en":
            say(f"{file}: page {fault.page}: {about}: found {found}, wanted {wanted} [{fault.rule}; {rule.clause}]")
        else:
            say(f"{file}: trang {fault.page}: {about}: có {found}, phải là {wanted} [{fault.rule}; {rule.clause}]")
        if fault.text:
            say(f"    {fault.text[:120]}")
    if not faults:
        say(f"{file}: " + {"vi": "không có lỗi thể thức.", "en": "no fault of format."}[lang])
