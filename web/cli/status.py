"""`motcua status`: the database of this installation, and what came with the release and waits to be deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from web.cli.open import database
from web.cli.output import options, pick, print_json, say, stop

if TYPE_CHECKING:
    from procedures.bundles import Bundle


@click.command()
@options
def status(as_json: bool, lang: str) -> None:
    """How this installation stands; exit 1 where something waits for whoever runs it."""
    from engine import store
    from procedures import bundles
    from web.house import shipped_bundles

    with database() as opened:
        at, _newest = store.current(opened)
        in_force, waiting = len(bundles.published(opened, kind=None)), bundles.undeployed(opened, shipped_bundles())
    said = pick(lang)
    if as_json:
        print_json(
            {
                "database": at,
                "in_force": in_force,
                "undeployed": [
                    {"code": one.code, "name": said(one.description["name"]), "effective_from": one.effective_from}
                    for one in waiting
                ],
            }
        )
    else:
        for line in _lines(str(at), in_force, waiting, lang):
            say(line)
    stop(1 if waiting else 0)


def _lines(at: str, in_force: int, waiting: list[Bundle], lang: str) -> list[str]:
    said = pick(lang)
    lines = [
        said({"vi": f"Cơ sở dữ liệu ở bản nâng cấp mới nhất ({at}).", "en": f"The database is current ({at})."}),
        said({"vi": f"{in_force} quy trình đang áp dụng.", "en": f"{in_force} procedures and routes in force."}),
    ]
    if waiting:
        lines.append(
            said(
                {
                    "vi": "Bản mới kèm theo phần mềm chưa được triển khai; hồ sơ mới vẫn theo bản đang áp dụng:",
                    "en": "Versions of this release are not deployed; new dossiers go by the present ones:",
                }
            )
        )
        since = said({"vi": "áp dụng từ", "en": "in force from"})
        lines += [
            f"  {one.code} {said(one.description['name'])}, {since} {one.effective_from:%d/%m/%Y}" for one in waiting
        ]
        lines.append(
            said(
                {
                    "vi": "Để dùng bản mới: motcua models deploy --shipped",
                    "en": "To use them: motcua models deploy --shipped",
                }
            )
        )
    return lines
