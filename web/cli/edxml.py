"""`motcua edxml read`, `motcua edxml write`: messages of the national document axis (contracts.md §2)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, Any

import click

from web.cli.open import config
from web.cli.output import Misuse, existing, not_json, options, print_json, read_text, say, stop


@click.group()
def edxml() -> None:
    """Thông điệp edXML | Messages of the document axis."""


@edxml.command()
@click.argument("file")
@click.option("--attachments", default=None, help="thư mục ghi tệp đính kèm | folder that attachments are written into")
@options
def read(file: str, attachments: str | None, as_json: bool, lang: str) -> None:
    """Read a message: every field by its name, attachments by name, type, size and SHA-256, the rest under unknown."""
    from procedures.exchange.edxml import EdxmlRefused
    from procedures.exchange.edxml import read as read_message

    folder = Path(attachments) if attachments else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with existing(file).open("rb") as stream:
            message = read_message(stream, folder)
    except EdxmlRefused as refused:
        sentence = refused.en if lang == "en" else refused.vi
        say(sentence, error=True)
        if as_json:
            print_json({"error": sentence, "rule": refused.rule})
        stop(1)
    for vi, en in message.faults:
        say(en if lang == "en" else vi, error=True)
    if as_json:
        print_json(message.fields)
    else:
        _tell(message.fields, lang)
    stop(1 if message.faults else 0)


@edxml.command()
@click.argument("file")
@click.option("--sign", "agency", default=None, help="mã cơ quan có khóa ký | code of an agency that has a key")
@options
def write(file: str, agency: str | None, as_json: bool, lang: str) -> None:
    """Write the message of a JSON file (or -) as XML on standard output; with --json, {xml} in its place."""
    import shutil
    import tempfile

    from engine.refusal import Refusal
    from procedures.exchange.edxml import EdxmlRefused
    from procedures.exchange.edxml import write as write_message

    text = read_text(file)
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise not_json(f"“{file}”", error) from None
    held = as_json or agency is not None
    if agency is not None and isinstance(message, dict):
        message.pop("Signature", None)  # of another text
    with tempfile.TemporaryFile() as plain, tempfile.TemporaryFile() as signed:
        into = plain if held else sys.stdout.buffer
        try:
            write_message(message, into, Path() if file == "-" else Path(file).parent)
            if agency is not None:
                _sign(plain, signed, agency)
        except Refusal as refused:
            sentence = refused.en if lang == "en" else refused.vi
            say(sentence, error=True)
            if as_json:
                rule = refused.rule if isinstance(refused, EdxmlRefused) else "signature"
                print_json({"error": sentence, "rule": rule})
            stop(1)
        body = signed if agency is not None else plain
        body.seek(0)
        if as_json:
            print_json({"xml": body.read().decode("utf-8")})
        else:
            shutil.copyfileobj(body, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def _sign(plain: IO[bytes], into: IO[bytes], agency: str) -> None:
    """The message under XAdES by the agency's key, read by pieces."""
    from datetime import UTC, datetime

    from procedures.signatures import keys, trust, xades

    settings = config()
    key = keys.load(Path(settings.signing_keys) if settings.signing_keys else None).agencies.get(agency)
    if key is None:
        raise Misuse(
            f"Cơ quan “{agency}” không có khóa ký trong MOTCUA_SIGNING_KEYS",
            f"The agency “{agency}” has no key in MOTCUA_SIGNING_KEYS",
        )
    xades.sign_large(plain, into, key, trust.load(settings.signature_trust), datetime.now(UTC))


def _tell(told: dict[str, Any], lang: str) -> None:
    """The message in lines: fields, attachments, what was not understood."""
    for name in ("MessageHeader", "TraceHeaderList", "edXMLManifest"):
        if name in told:
            say(name)
            _lines(told[name], "  ")
    for one in told["attachments"]:
        say(f"📎 {one['name']} · {one['type']} · {one['size']} B · SHA-256 {one['sha256']}")
    for one in told["unknown"]:
        say({"vi": "Không hiểu: ", "en": "Not understood: "}[lang] + f"{one['path']} = {one['value']}")


def _lines(value: Any, indent: str) -> None:
    for key, one in value.items():
        for each in one if isinstance(one, list) else [one]:
            if isinstance(each, dict):
                say(f"{indent}{key}")
                _lines(each, indent + "  ")
            else:
                say(f"{indent}{key}: {each}")
