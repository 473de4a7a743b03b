"""How commands speak: one JSON document with `--json`, else sentences; Vietnamese, English with `--lang en`."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


class Misuse(Exception):
    """The call itself is wrong: exit 2, with a sentence that says how to mend it."""


def say(text: str, *, error: bool = False) -> None:
    print(text, file=sys.stderr if error else sys.stdout, flush=True)


def print_json(value: Any) -> None:
    """One JSON document on standard output; decimals keep all their digits, temporal values are ISO text."""
    from engine import feel

    sys.stdout.write(feel.dumps(value) + "\n")
    sys.stdout.flush()


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--json` and `--lang` to a command, as `as_json` and `lang`."""
    command = click.option("--json", "as_json", is_flag=True, help="Một tài liệu JSON | one JSON document")(command)
    return click.option(
        "--lang",
        type=click.Choice(["vi", "en"]),
        default=None,
        callback=_language,
        help="Ngôn ngữ, mặc định vi | language, vi by default",
    )(command)


def _language(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    """What stands after the command, else before it, else Vietnamese."""
    return value or ctx.find_root().params.get("lang") or "vi"


def stop(status: int) -> None:
    """Ends the command with this exit status."""
    raise click.exceptions.Exit(status)


def existing(path: str) -> Path:
    """The path, or a `Misuse` that names it."""
    found = Path(path)
    if not found.exists():
        raise Misuse(f"Không có tệp hoặc thư mục “{path}” | There is no file or folder “{path}”")
    return found


def read_text(path: str) -> str:
    """A file's text in UTF-8, `-` for standard input; a `Misuse` where it cannot be read."""
    if path == "-":
        return sys.stdin.read()
    try:
        return existing(path).read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        raise Misuse(f"Không đọc được “{path}”: {error} | “{path}” cannot be read") from None


@functools.cache
def pick(lang: str) -> Callable[[Any], str]:
    """Takes the text in `lang` from a `{"vi", "en"}` mapping or a pair."""

    def text(pair: Any) -> str:
        if isinstance(pair, dict):
            return str(pair.get(lang) or pair.get("vi") or "")
        return str(pair)

    return text
