"""`motcua feel`, `motcua dmn`, `motcua clock` (contracts.md §2, §4, §5)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import click

from web.cli.output import Misuse, existing, not_json, options, print_json, read_text, say, stop


def read_context(text: str | None) -> dict[str, Any]:
    """A context given as JSON on the command line; numbers keep their digits."""
    if text is None:
        return {}
    try:
        context = json.loads(text, parse_float=Decimal, parse_constant=lambda name: None)
    except (ValueError, RecursionError) as error:
        raise not_json("--context", error) from None
    if not isinstance(context, dict):
        raise Misuse(
            "--context phải là một đối tượng JSON, ví dụ '{\"le_phi\": 8000}'",
            "--context must be a JSON object, for example '{\"le_phi\": 8000}'",
        )
    return context


@click.command(context_settings={"ignore_unknown_options": True})  # an expression may begin with a minus
@click.argument("expression")
@click.option("--context", help="JSON")
@options
def feel(expression: str, context: str | None, as_json: bool, lang: str) -> None:
    """Evaluate a FEEL expression; prints its value as JSON."""
    from engine import feel as language

    values = read_context(context)
    try:
        value, diagnostics = language.diagnose(expression, values, language=lang)
    except language.FeelSyntaxError as error:
        say(f"{error.line}:{error.column}: {error.sentence(lang)}", error=True)
        if as_json:
            print_json({"error": error.sentence(lang), "line": error.line, "column": error.column})
        stop(1)
    except language.FeelLimitError as error:
        say(error.sentence(lang), error=True)
        if as_json:
            print_json({"error": error.sentence(lang)})
        stop(1)
    for diagnostic in diagnostics:
        say(f"{diagnostic['line']}:{diagnostic['column']}: {diagnostic['message']}", error=True)
    print_json(value)


@click.command()
@click.argument("file")
@click.option("--decision", required=True, help="Tên quyết định | the decision's name")
@click.option("--context", help="JSON")
@options
def dmn(file: str, decision: str, context: str | None, as_json: bool, lang: str) -> None:
    """Decide by a DMN model; prints the decision's value as JSON."""
    from engine import dmn as decisions

    values = read_context(context)
    try:
        value, notes = decisions.load(existing(file)).diagnose(decision, values, language=lang)
    except decisions.DmnError as error:
        say(error.sentence(lang), error=True)
        if as_json:
            print_json({"error": error.sentence(lang)})
        stop(1)
    for note in notes:
        say(note["message"], error=True)
    print_json(value)


@click.command()
@click.argument("file")
@options
def clock(file: str, as_json: bool, lang: str) -> None:
    """Compute legal deadlines with their explanation, for a case or a list of cases (FILE or -)."""
    from engine import calendar

    text = read_text(file)
    try:
        cases = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise not_json(f"“{file}”", error) from None
    answer, ok = calendar.answer(cases)
    for one in answer if isinstance(answer, list) else [answer]:
        if isinstance(one.get("error"), dict):
            one["error"] = one["error"][lang]
    if as_json:
        print_json(answer)
    else:
        for one in answer if isinstance(answer, list) else [answer]:
            explain(one, lang)
    stop(0 if ok else 1)


def explain(answer: dict[str, Any], lang: str) -> None:
    """One deadline and its reasons, in sentences."""
    if "error" in answer:
        say(str(answer["error"]), error=True)
        return
    say(answer["due"] or {"vi": "Chưa có hạn: đang tạm dừng", "en": "No date yet: the clock is paused"}[lang])
    for step in answer["explanation"]:
        basis = f" ({step['basis']})" if step.get("basis") else ""
        say(f"  - {step['text'][lang]}{basis}")
