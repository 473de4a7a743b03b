"""`motcua log …`: logs of other systems laid over a model, and our own log for tools that look into processes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from engine.refusal import Refusal
from procedures.vocabulary import elements
from web.cli.open import database
from web.cli.output import Misuse, existing, options, print_json, say, stop


@click.group()
def log() -> None:
    """Nhật ký quy trình: XES, CSV, OCEL | Process logs: XES, CSV, OCEL."""
    elements.install()


@log.command()
@click.argument("file")
@click.option("--model", "model_file", required=True, help="tệp .bpmn | the .bpmn file")
@click.option("--map", "maps", multiple=True, metavar="NAME=ELEMENT", help="tên trong nhật ký = phần tử của mô hình")
@options
def lay(file: str, model_file: str, maps: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Lay a log (XES, XES.gz, CSV) over a model: how often and how long each step, and what no step is called."""
    from engine import model
    from procedures.mining import heat, logs

    by_hand = {name: element for name, _, element in (one.rpartition("=") for one in maps) if name}
    if len(by_hand) < len(maps):
        raise Misuse("--map cần dạng TÊN=PHẦN_TỬ", "--map wants NAME=ELEMENT")
    try:
        read = model.read(existing(model_file))
        nodes = {node.id: node for process in read.processes.values() for node in process.scope.walk()}
        laid = logs.lay(logs.read(existing(file)), nodes, by_hand)
    except model.ModelError as error:
        raise Misuse(error.findings[0].message, error.findings[0].message) from None
    except Refusal as error:
        say(f"✗ {error.en if lang == 'en' else error.vi}", error=True)
        stop(1)
    last = max((one.left for one in laid.passages if one.left), default=None)
    rows = heat.warmth(laid.passages, last) if last else {}
    unusual = heat.outliers(laid.passages, last) if last else []
    if as_json:
        print_json(
            {
                "cases": laid.cases, "events": laid.events, "named": dict(laid.named), "strange": dict(laid.strange),
                "steps": [_row(one) for one in rows.values()], "unusual": [asdict(one) for one in unusual],
            }
        )  # fmt: skip
        stop(0)
    say(f"{laid.cases} {'cases' if lang == 'en' else 'hồ sơ'}, {laid.events} {'events' if lang == 'en' else 'sự kiện'}")
    for one in sorted(rows.values(), key=lambda one: -one.count):
        spread = f"{one.whole.median / 3600:.1f} h; {one.whole.p90 / 3600:.1f} h" if one.whole else "–"
        say(f"{one.count:6}  {spread:24}  {nodes[one.element].name or one.element}")
    for name, count in laid.strange.items():
        say(f"? {name}: {count} ({'no step is called so' if lang == 'en' else 'không bước nào có tên này'})")
    stop(0)


def _row(one: Any) -> dict[str, Any]:
    return {"element": one.element, "count": one.count, "median_s": one.whole.median, "p90_s": one.whole.p90}


@log.command()
@click.argument("version", metavar="KEY@NUMBER")
@click.argument("out")
@options
def export(version: str, out: str, as_json: bool, lang: str) -> None:
    """Write our log of a version: XES where OUT ends in .xes, OCEL 2 where it ends in .json."""
    from procedures import bundles
    from procedures.mining import logs
    from procedures.mining.passages import Asked

    code, _, number = version.rpartition("@")
    if not number.isdecimal() or not out.endswith((".xes", ".json")):
        raise Misuse(
            "Nêu phiên bản dạng MÃ@SỐ và tệp .xes hoặc .json", "Name a version as CODE@NUMBER and a file .xes or .json"
        )
    with database() as opened, opened.begin() as tx:
        found = next((one for one in bundles.versions(tx, code) if one.number == int(number)), None)
        if found is None:
            raise Misuse(f"Không có phiên bản {version}", f"There is no version {version}")
        write = logs.write_xes if out.endswith(".xes") else logs.write_ocel
        with Path(out).open("w", encoding="utf-8") as body:
            count = write(tx, Asked(found.version), code, body)
    if as_json:
        print_json({"cases": count, "file": out})
    else:
        say(f"{out}: {count}")
