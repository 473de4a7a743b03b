"""`motcua axis`: the national document axis."""

from __future__ import annotations

import click

from web.cli.open import database
from web.cli.output import Misuse, options, print_json, say, stop


@click.group()
def axis() -> None:
    """Trục liên thông văn bản quốc gia | The national document axis."""


@axis.command()
@options
def status(as_json: bool, lang: str) -> None:
    """Lần kiểm tra gần nhất, thông điệp chưa gửi | The last look, and what has not gone."""
    from engine.calendar import VIETNAM
    from procedures.exchange.axis import outbox, tracked

    with database() as opened:
        _joined(outbox.offered(opened))
        found = tracked.health(opened)
    told = {
        "at": found.at.isoformat() if found.at else None,
        "fault": {"vi": found.fault[0], "en": found.fault[1]} if found.fault else None,
        "unsent": found.unsent,
        "given_up": found.given_up,
    }
    if as_json:
        print_json(told)
    else:
        at = f"{found.at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}" if found.at else "–"
        vi = f"Kiểm tra lần gần nhất: {at}. Đang gửi {found.unsent}, không gửi được {found.given_up}."
        en = f"Last look: {at}. {found.unsent} being sent, {found.given_up} given up."
        say({"vi": vi, "en": en}[lang])
        if found.fault:
            say(found.fault[lang == "en"])
    if found.fault or found.given_up:
        stop(1)


@axis.command()
@click.argument("agencies", nargs=-1, required=True)
@options
def register(agencies: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Đăng ký cơ quan của hệ thống lên trục | Enters agencies of this system at the axis."""
    from engine.refusal import Refusal
    from procedures import agencies as known
    from procedures.exchange.axis import outbox
    from procedures.exchange.axis.client import Agency, Client
    from procedures.settings import current

    done = []
    with database() as opened:
        _joined(outbox.offered(opened))
        client = Client(current(opened).axis)
        for code in agencies:
            one = known.get(opened, code)
            if one is None:
                raise Misuse(f"Không có cơ quan {code}", f"There is no agency {code}")
            try:
                client.register(Agency(one.code, one.name, one.email or ""), one.parent or "")
            except Refusal as refusal:
                say(f"{code}: {refusal.en if lang == 'en' else refusal.vi}", error=True)
                stop(1)
            done.append(code)
    if as_json:
        print_json(done)
    else:
        say(", ".join(done))


@axis.command("agencies")
@options
def axis_agencies(as_json: bool, lang: str) -> None:
    """Lấy danh sách cơ quan trên trục | Takes over the list of who is reached by the axis."""
    from engine.refusal import Refusal
    from procedures.exchange.axis import outbox, receiving

    with database() as opened:
        _joined(outbox.offered(opened))
        try:
            count = receiving.sync_agencies(opened)
        except Refusal as refusal:
            say(refusal.en if lang == "en" else refusal.vi, error=True)
            stop(1)
    if as_json:
        print_json({"agencies": count})
    else:
        say({"vi": f"{count} cơ quan.", "en": f"{count} agencies."}[lang])


def _joined(joined: bool) -> None:
    if not joined:
        raise Misuse(
            "Chưa nối với trục (MOTCUA_AXIS_URL, MOTCUA_AXIS_SYSTEM, MOTCUA_AXIS_SECRET)", "No axis is configured"
        )
