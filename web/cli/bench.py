"""`motcua bench` (contracts.md §6)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import click

from web.cli.output import Misuse, existing, options, print_json, say, stop


@click.command()
@click.option("--database", required=True, help="SQLAlchemy URL")
@click.option("--model", required=True, help="FILE.bpmn")
@click.option("--instances", type=click.IntRange(1), default=200, show_default=True)
@click.option("--clients", type=click.IntRange(1), default=4, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=None, help="tiến trình | processes (default: cores)")
@options
def bench(
    database: str, model: str, instances: int, clients: int, workers: int | None, as_json: bool, lang: str
) -> None:
    """Start and complete instances with many clients at once, and measure."""
    from sqlalchemy.exc import ArgumentError

    from engine import bench as measure
    from engine.commands import DeploymentRefused
    from procedures.vocabulary import elements

    try:
        figures = measure.run(
            database,
            existing(model),
            instances=instances,
            clients=clients,
            workers=workers or os.cpu_count() or 1,
            prepare=elements.install,
        )
    except DeploymentRefused as refused:
        for finding in refused.findings:
            say(f"{finding.file}:{finding.line}: {finding.element}: {finding.message} {finding.fix}", error=True)
        stop(1)
    except (ValueError, ArgumentError) as error:
        raise Misuse(str(error)) from None
    _print(figures, as_json)


@click.command("bench-timers")
@click.option("--database", required=True, help="SQLAlchemy URL")
@click.option("--timers", type=click.IntRange(1), default=2000, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="tiến trình | processes")
@options
def bench_timers(database: str, timers: int, workers: int, as_json: bool, lang: str) -> None:
    """Let many timers come due at once, and measure how fast workers fire them."""
    from sqlalchemy.exc import ArgumentError

    from engine import bench_timers as measure

    try:
        _print(measure.run(database, timers, workers), as_json)
    except (ValueError, ArgumentError) as error:
        raise Misuse(str(error)) from None


def _print(figures: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(dict(figures))
    else:
        for name, value in figures.items():
            say(f"{name:16} {value}")
