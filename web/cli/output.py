"""How commands speak: one JSON document with `--json`, else sentences; Vietnamese, English with `--lang en`."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from engine.libraries import of_file, of_json


class Misuse(Exception):
    """The call itself is wrong: exit 2, with a sentence that says how to mend it, in the language asked for. Where only
    one is known, it is told in that."""

    def __init__(self, vi: str, en: str = "") -> None:
        super().__init__(vi)
        self.vi, self.en = vi, en or vi

    def sentence(self, lang: str) -> str:
        """What is wrong."""
        return self.en if lang == "en" else self.vi


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
    chosen = value or language(ctx)
    ctx.meta[_LANGUAGE] = chosen
    return chosen


_LANGUAGE = "motcua.language"


def language(ctx: click.Context) -> str:
    """The language that the call asks for, as far as its options have been read."""
    return str(ctx.meta.get(_LANGUAGE) or ctx.find_root().params.get("lang") or "vi")


def stop(status: int) -> None:
    """Ends the command with this exit status."""
    raise click.exceptions.Exit(status)


def existing(path: str) -> Path:
    """The path, or a `Misuse` that names it."""
    found = Path(path)
    if not found.exists():
        raise Misuse(f"Không có tệp hoặc thư mục “{path}”", f"There is no file or folder “{path}”")
    return found


def read_text(path: str) -> str:
    """A file's text in UTF-8, `-` for standard input; a `Misuse` where it cannot be read."""
    if path == "-":
        return sys.stdin.read()
    try:
        return existing(path).read_text("utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        why = of_file(error)
        raise Misuse(f"Không đọc được “{path}”: {why.vi}", f"“{path}” cannot be read: {why.en}") from None


def not_json(what: str, error: Exception) -> Misuse:
    """A text of the call that should be JSON and is not; `what` is a file or an option."""
    why = of_json(error)
    return Misuse(f"{what} không phải JSON: {why.vi}", f"{what} is not JSON: {why.en}")


@functools.cache
def pick(lang: str) -> Callable[[Any], str]:
    """Takes the text in `lang` from a `{"vi", "en"}` mapping or a pair."""

    def text(pair: Any) -> str:
        if isinstance(pair, dict):
            return str(pair.get(lang) or pair.get("vi") or "")
        return str(pair)

    return text
