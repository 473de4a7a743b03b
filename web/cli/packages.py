"""`motcua archive verify`: the archive package of a work file, read back without the system that made it."""

from __future__ import annotations

import click

from web.cli.output import existing, options, print_json, say, stop


@click.group()
def archive() -> None:
    """Gói lưu trữ | Archive packages."""


@archive.command()
@click.argument("file")
@options
def verify(file: str, as_json: bool, lang: str) -> None:
    """Read a package: each file has its size and hash, nothing else is in it, the documents stand in order of time."""
    from engine.refusal import Refusal
    from procedures.work_files import packaging

    try:
        with existing(file).open("rb") as stream:
            found = packaging.verify(stream)
    except Refusal as refusal:
        sentence = refusal.en if lang == "en" else refusal.vi
        say(sentence, error=True)
        if as_json:
            print_json({"error": sentence})
        stop(1)
    for fault in found.faults:
        say(fault, error=True)
    if as_json:
        names = ("notation", "date", "subject")
        documents = [dict(zip(names, one, strict=True)) for one in found.documents]
        about = {"notation": found.notation, "title": found.title}
        print_json({**about, "documents": documents, "faults": list(found.faults)})
    else:
        count = len(found.documents)
        say(
            f"{found.notation} {found.title}: "
            + (f"{count} documents" if lang == "en" else f"{count} văn bản, tài liệu")
        )
        if not found.faults:
            say("The package is whole." if lang == "en" else "Gói nguyên vẹn.")
    stop(1 if found.faults else 0)
