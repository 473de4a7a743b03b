"""`motcua connectors`: the lines to systems of others, for who keeps the system running."""

from __future__ import annotations

import getpass
from typing import Any

import click

from web.cli.open import database
from web.cli.output import Misuse, options, pick, print_json, say, stop


@click.group()
def connectors() -> None:
    """Kết nối liên thông | Lines to other systems."""


@connectors.command("list")
@options
def listing(as_json: bool, lang: str) -> None:
    """Từng kết nối và tình trạng | Each line and how it stands; exit 1 where one does not work."""
    from procedures.exchange.connectors import lines

    with database() as opened:
        found = lines.listing(opened)
    told = [_line(one) for one in found]
    if as_json:
        print_json(told)
    for one in [] if as_json else found:
        word = pick(lang)({"vi": lines.STANDS[one.stands].vi, "en": lines.STANDS[one.stands].en})
        say(f"{one.connector.name}: {word}{f' ({one.state.error})' if one.state.failures else ''}")
    if any(one.stands in (lines.RESTING, lines.FAILING) or one.stuck for one in found):
        stop(1)


def _line(one: Any) -> dict[str, Any]:
    state = one.state
    return {
        "name": one.connector.name,
        "stands": one.stands,
        "test": one.connector.test,
        "succeeded_at": state.succeeded_at.isoformat() if state.succeeded_at else None,
        "failed_at": state.failed_at.isoformat() if state.failed_at else None,
        "failures": state.failures,
        "error": state.error,
        "waiting": one.waiting,
        "stuck": one.stuck,
    }


@connectors.command("test")
@click.argument("name")
@options
def test(name: str, as_json: bool, lang: str) -> None:
    """Gọi thử một kết nối | Call a line by a harmless call; exit 1 where it does not work."""
    from engine.refusal import Refusal
    from procedures.exchange.connectors import lines

    why = ""
    with database() as opened:
        try:
            lines.try_out(opened, name, f"{getpass.getuser()}: motcua connectors test")
        except LookupError:
            raise Misuse(f"Không có kết nối tên {name}", f"There is no line named {name}") from None
        except Refusal as refused:
            why = refused.en if lang == "en" else refused.vi
    if as_json:
        print_json({"name": name, "ok": not why, "error": why})
    else:
        say(why or pick(lang)({"vi": "Kết nối hoạt động.", "en": "The line works."}), error=bool(why))
    if why:
        stop(1)
