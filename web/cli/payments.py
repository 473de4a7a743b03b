"""`motcua payments`: the gateway through which fees are paid."""

from __future__ import annotations

from datetime import date, timedelta

import click

from web.cli.open import database
from web.cli.output import Misuse, options, print_json, say, stop


@click.group()
def payments() -> None:
    """Thanh toán qua cổng | Payments through the gateway."""


@payments.command()
@click.option("--day", help="Ngày đối soát, mặc định hôm qua | The day, by default yesterday (2026-11-30)")
@options
def reconcile(day: str | None, as_json: bool, lang: str) -> None:
    """Đối soát một ngày với cổng | Compare a day with the gateway's list."""
    from engine.refusal import Refusal
    from procedures import agencies
    from procedures import payments as through

    with database() as opened:
        try:
            wanted = date.fromisoformat(day) if day else opened.run(agencies.today) - timedelta(days=1)
        except ValueError:
            raise Misuse("Ngày phải có dạng 2026-11-30", "A day is written 2026-11-30") from None
        if not through.offered(opened):
            raise Misuse("Chưa cấu hình cổng thanh toán (MOTCUA_PAYMENT_URL)", "No gateway is configured")
        try:
            found = through.reconcile(opened, wanted)
        except Refusal as refused:
            say(refused.en if lang == "en" else refused.vi, error=True)
            stop(1)
    wrong = [one for name in ("missing", "unknown", "differing") for one in found[name]]
    if as_json:
        print_json({"day": wanted.isoformat(), **found})
    else:
        vi = (
            f"{wanted:%d/%m/%Y}: khớp {len(found['matched'])}, vừa ghi nhận {len(found['settled'])}, lệch {len(wrong)}."
        )
        en = f"{wanted:%d/%m/%Y}: {len(found['matched'])} match, {len(found['settled'])} settled, {len(wrong)} differ."
        say({"vi": vi, "en": en}[lang])
        for one in wrong:
            say(f"  {one.get('code', '?')} {one['id']} {one['amount']} {one['state']}")
    if wrong:
        stop(1)
