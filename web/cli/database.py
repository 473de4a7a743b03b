"""`motcua db …`, `motcua backup`, `motcua restore`."""

from __future__ import annotations

import click

from web.cli.open import config, database, user
from web.cli.output import Misuse, existing, options, print_json, say


@click.group()
def db() -> None:
    """Cơ sở dữ liệu | The database."""


@db.command()
@options
def upgrade(as_json: bool, lang: str) -> None:
    """Create the database, or migrate it to the newest release."""
    from engine import audit, jobs

    with database(upgrade=True) as opened:
        audit.adopt(opened)
        opened.run(jobs.vouch)
    if as_json:
        print_json({"current": True})
    else:
        say({"vi": "Cơ sở dữ liệu đã ở bản mới nhất.", "en": "The database is current."}[lang])


@db.command()
@options
def rebuild(as_json: bool, lang: str) -> None:
    """Rebuild the projections from the event log; do it while nothing else writes."""
    from engine import projections

    with database() as opened:
        seen = projections.rebuild(opened)
    if as_json:
        print_json(seen)
    else:
        for name, events in seen.items():
            say(f"{name}: {events}")


@db.command("shard-plan")
@options
def shard_plan(as_json: bool, lang: str) -> None:
    """Say how each table lies on a PostgreSQL of several nodes, and what stands in the way."""
    from procedures import sharding

    places = sharding.plan()
    if as_json:
        print_json(
            [
                {"table": one.table, "kind": one.kind, "column": one.column or None, "hindered_by": one.hindered_by}
                for one in places
            ]
        )
        return
    words = {
        "by": {"vi": "chia theo", "en": "by"},
        "everywhere": {"vi": "ở mọi nút", "en": "on every node"},
        "one": {"vi": "ở một nút", "en": "on one node"},
    }
    for one in places:
        say(f"{one.table:20} {words[one.kind][lang]} {one.column}".rstrip() + f": {getattr(one, lang)}")
        for key in one.hindered_by:
            say({"vi": f"    phải mở rộng khóa {key}", "en": f"    the key {key} has to be widened first"}[lang])


@click.command()
@click.argument("file")
@options
def backup(file: str, as_json: bool, lang: str) -> None:
    """Write database and files into one archive (.tar.gz)."""
    from procedures import archive, sealing
    from procedures.actor import operator

    settings = config()
    with database(settings) as opened:
        sealing.handed_out(opened, "log.backed_up", file, operator(user(), "backup"))
        counts = archive.write(opened, settings.folder, file)
    if as_json:
        print_json({"file": file, "rows": sum(counts.values()), "tables": counts})
    else:
        say(
            {
                "vi": f"Đã sao lưu {sum(counts.values())} dòng vào {file}.",
                "en": f"{sum(counts.values())} rows backed up into {file}.",
            }[lang]
        )


@click.command()
@click.argument("file")
@click.option("--replace", is_flag=True, help="thay dữ liệu đang có | replace what is there")
@options
def restore(file: str, replace: bool, as_json: bool, lang: str) -> None:
    """Bring an archive back, into an empty database unless --replace says otherwise."""
    from procedures import archive

    settings = config()
    path = existing(file)
    with database(settings, upgrade=True) as opened:
        try:
            counts = archive.read(opened, settings.folder, path, replace=replace)
        except archive.ArchiveError as error:
            raise Misuse(error.vi, error.en) from None
    if as_json:
        print_json({"file": file, "rows": sum(counts.values()), "tables": counts})
    else:
        say({"vi": f"Đã phục hồi {sum(counts.values())} dòng.", "en": f"{sum(counts.values())} rows restored."}[lang])
