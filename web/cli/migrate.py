"""`motcua migrate …`: running instances go to another version, by a plan that is checked and rehearsed first."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from web.cli.open import database
from web.cli.output import Misuse, not_json, options, print_json, read_text, say, stop

if TYPE_CHECKING:
    from engine.store import Database


@click.group()
def migrate() -> None:
    """Chuyển phiên chạy sang phiên bản khác | Migrate running instances to another version."""


def _asked(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of what changes instances: why, and by whom."""
    command = click.option("--reason", required=True, help="lý do, ghi vào nhật ký | why, for the log")(command)
    return click.option("--by", default="motcua", show_default=True, help="ai làm | who does it")(command)


def _mapping(text: str) -> tuple[str, str | None]:
    """``before=after``; ``before=`` leaves it without a counterpart."""
    before, sign, after = text.partition("=")
    if not before or not sign:
        raise Misuse(f"“{text}” không có dạng trước=sau", f"“{text}” is not of the form before=after")
    return before.strip(), after.strip() or None


def _version(opened: Database, text: str) -> str:
    """A deployment's id, or ``key@number``."""
    from engine import migration

    key, sign, number = text.rpartition("@")
    for one in migration.versions(opened):
        if one.id == text or (sign and one.key == key and str(one.number) == number):
            return one.id
    raise Misuse(
        f"Không có phiên bản “{text}”; hãy ghi mã hoặc tên@số",
        f"There is no version “{text}”; give its id or key@number",
    )


def _roots(opened: Database, texts: Iterable[str]) -> list[str] | None:
    """Roots by their ids or business keys; None where none is named."""
    from engine import commands

    found = []
    for text in texts:
        known = commands.find(opened, root_id=text) or commands.find(opened, business_key=text)
        if not known:
            raise Misuse(f"Không có phiên chạy “{text}”", f"There is no instance “{text}”")
        found.append(known[0].root_id)
    return found or None


def _refusing(work: Callable[[], Any], lang: str) -> Any:
    """What is refused ends with its sentence and status 1."""
    from engine.refusal import Refusal

    try:
        return work()
    except Refusal as refusal:
        say(getattr(refusal, lang), error=True)
        stop(1)


def _said(pair: Any, lang: str) -> str:
    return str(pair.vi if lang == "vi" else pair.en)


@migrate.command()
@click.argument("key", required=False)
@options
def versions(key: str | None, as_json: bool, lang: str) -> None:
    """List the versions that instances can be on."""
    from engine import migration

    with database() as opened:
        found = migration.versions(opened, key)
    if as_json:
        print_json([one.as_dict() for one in found])
    for one in found if not as_json else ():
        say(f"{one.key}@{one.number}  {one.id}  {', '.join(one.processes)}")


@migrate.command()
@click.argument("source")
@click.argument("target")
@click.option("--map", "maps", multiple=True, help="bước cũ=bước mới | element before=after")
@click.option("--process", "processes", multiple=True, help="quy trình cũ=quy trình mới | process before=after")
@click.option("--flow", "flows", multiple=True, help="luồng cũ=luồng mới | flow before=after")
@click.option("--mapping", help="tệp JSON {map, process, flow} | a JSON file of all three")
@click.option("--timers", type=click.Choice(["keep", "recompute"]), default="keep", show_default=True)
@click.option("--deadlines", type=click.Choice(["keep", "recompute"]), default="keep", show_default=True)
@click.option("--note", default="")
@click.option("--by", default="motcua", show_default=True)
@click.option("--check", is_flag=True, help="chỉ kiểm tra, không lưu | only check, keep nothing")
@options
def plan(
    source: str,
    target: str,
    maps: tuple[str, ...],
    processes: tuple[str, ...],
    flows: tuple[str, ...],
    mapping: str | None,
    timers: str,
    deadlines: str,
    note: str,
    by: str,
    check: bool,
    as_json: bool,
    lang: str,
) -> None:
    """Make and check a plan from one version to another."""
    from engine import migration

    given = _given(mapping)
    said: dict[str, Any] = {
        "by_hand": {**given.get("map", {}), **dict(map(_mapping, maps))},
        "processes": {**given.get("process", {}), **dict(map(_mapping, processes))},
        "flows": {**given.get("flow", {}), **dict(map(_mapping, flows))},
    }
    with database() as opened:
        first, last = _version(opened, source), _version(opened, target)
        draft = _refusing(lambda: migration.draft(opened, first, last, **said), lang)
        made = None
        if draft.ok and not check:
            more: dict[str, Any] = {"timers": timers, "deadlines": deadlines, "note": note, "by": by}
            made = _refusing(lambda: migration.save(opened, first, last, **said, **more), lang)
    if as_json:
        print_json({"plan": made.id if made is not None else None, **draft.as_dict()})
    else:
        _show(draft, lang)
        if made is not None:
            say({"vi": f"Đã lưu kế hoạch {made.id}.", "en": f"Kept as plan {made.id}."}[lang])
    stop(0 if draft.ok else 1)


def _given(mapping: str | None) -> Mapping[str, Any]:
    if mapping is None:
        return {}
    try:
        found = json.loads(read_text(mapping))
    except ValueError as error:
        raise not_json(f"“{mapping}”", error) from None
    if not isinstance(found, dict) or not all(
        isinstance(found.get(name, {}), dict) for name in ("map", "process", "flow")
    ):
        raise Misuse(f"“{mapping}” phải là {{map, process, flow}}", f"“{mapping}” must be {{map, process, flow}}")
    return found


def _show(draft: Any, lang: str) -> None:
    for row in draft.rows:
        if row.how != "id" or row.standing or row.scope_changes:
            sign = {"id": "=", "hand": "→", "unmapped": "–", "none": "✗"}[row.how]
            say(f"{sign} {row.process}/{row.element} {row.name}  {row.target or ''}  ({row.standing})")
    mark = {"vi": {"error": "lỗi", "warning": "cảnh báo"}, "en": {"error": "error", "warning": "warning"}}[lang]
    for one in draft.findings:
        say(f"{mark[one.severity]} [{one.rule}] {one.element or one.process}: {_said(one, lang)}")
    say(
        {
            "vi": f"{draft.open} phiên đang chạy trên {draft.source.key}@{draft.source.number}.",
            "en": f"{draft.open} instances run on {draft.source.key}@{draft.source.number}.",
        }[lang]
    )


@migrate.command("list")
@options
def list_(as_json: bool, lang: str) -> None:
    """List the plans, the newest first."""
    from engine import migration

    with database() as opened:
        known = {one.id: f"{one.key}@{one.number}" for one in migration.versions(opened)}
        found = [
            {
                **one.as_dict(),
                "source_name": known.get(one.source),
                "target_name": known.get(one.target),
                "progress": migration.progress(opened, one.id).as_dict(),
            }
            for one in migration.plans(opened)
        ]
    if as_json:
        print_json(found)
    for one in found if not as_json else ():
        say(
            f"{one['id']}  {one['source_name']} → {one['target_name']}  {_progress(one['progress'], lang)}  "
            f"{one['note']}"
        )


def _progress(counts: Mapping[str, Any], lang: str) -> str:
    words = {
        "vi": {
            "open": "đang chạy",
            "fits": "chạy thử được",
            "unfit": "chạy thử không được",
            "waiting": "đang chờ",
            "done": "đã chuyển",
            "refused": "bị từ chối",
            "undoing": "đang hoàn tác",
            "undone": "đã hoàn tác",
        },
        "en": {
            "open": "running",
            "fits": "rehearsed",
            "unfit": "cannot",
            "waiting": "waiting",
            "done": "migrated",
            "refused": "refused",
            "undoing": "being taken back",
            "undone": "taken back",
        },
    }[lang]
    return ", ".join(f"{words[name]} {counts[name]}" for name in words if counts[name] or name == "open")


@migrate.command()
@click.argument("plan_id", metavar="PLAN")
@options
def status(plan_id: str, as_json: bool, lang: str) -> None:
    """Say how far a plan is."""
    from engine import migration

    with database() as opened:
        counts = _refusing(lambda: migration.progress(opened, plan_id), lang).as_dict()
        pages = range(1, migration.count_standings(opened, plan_id) // 500 + 2)
        found = [one for page in pages for one in migration.standings(opened, plan_id, page=page, per_page=500)]
    if as_json:
        print_json({"plan": plan_id, "progress": counts, "instances": [one.as_dict() for one in found]})
        return
    say(_progress(counts, lang))
    for one in found:
        say(f"{one.status:9}  {one.business_key or one.root_id}  {'; '.join(_said(why, lang) for why in one.why)}")


@migrate.command()
@click.argument("plan_id", metavar="PLAN")
@click.argument("instances", nargs=-1)
@options
def rehearse(plan_id: str, instances: tuple[str, ...], as_json: bool, lang: str) -> None:
    """Say of open instances (or those named, by id or key) what migrating them does; nothing is changed."""
    from engine import migration

    with database() as opened:
        chosen = _roots(opened, instances)
        found = _refusing(lambda: migration.rehearse_some(opened, plan_id, chosen, None), lang)
    _judged(plan_id, found, as_json, lang, ("chuyển được", "không chuyển được"), ("fit", "do not"))


@migrate.command()
@click.argument("plan_id", metavar="PLAN")
@click.argument("instances", nargs=-1)
@click.option("--queue", is_flag=True, help="để tiến trình nền làm | leave it to the workers")
@_asked
@options
def run(plan_id: str, instances: tuple[str, ...], queue: bool, reason: str, by: str, as_json: bool, lang: str) -> None:
    """Migrate open instances (or those named), each in its own transaction."""
    from engine import migration

    with database() as opened:
        chosen = _roots(opened, instances)
        if queue:
            _queued(
                plan_id,
                _refusing(lambda: migration.migrate_many(opened, plan_id, chosen, reason, by), lang),
                as_json,
                lang,
            )
        found = _refusing(lambda: migration.migrate_some(opened, plan_id, chosen, reason, by), lang)
    _judged(plan_id, found, as_json, lang, ("đã chuyển", "không chuyển được"), ("migrated", "refused"))


@migrate.command()
@click.argument("plan_id", metavar="PLAN")
@click.argument("instances", nargs=-1)
@click.option("--queue", is_flag=True, help="để tiến trình nền làm | leave it to the workers")
@_asked
@options
def undo(plan_id: str, instances: tuple[str, ...], queue: bool, reason: str, by: str, as_json: bool, lang: str) -> None:
    """Take migrated instances (or those named) back, where nothing has moved since."""
    from engine import migration

    with database() as opened:
        chosen = _roots(opened, instances)
        if queue:
            _queued(
                plan_id,
                _refusing(lambda: migration.undo_many(opened, plan_id, chosen, reason, by), lang),
                as_json,
                lang,
            )
        found = _refusing(lambda: migration.undo_some(opened, plan_id, chosen, reason, by), lang)
    refused = {root: why for root, why in found.items() if why is not None}
    if as_json:
        print_json(
            {
                "plan": plan_id,
                "undone": len(found) - len(refused),
                "refused": [{"root_id": root, "vi": why.vi, "en": why.en} for root, why in refused.items()],
            }
        )
    else:
        for why in refused.values():
            say(f"✗ {_said(why, lang)}")
        say(
            {
                "vi": f"Đã hoàn tác {len(found) - len(refused)}, không hoàn tác được {len(refused)}.",
                "en": f"{len(found) - len(refused)} taken back, {len(refused)} refused.",
            }[lang]
        )
    stop(1 if refused else 0)


def _queued(plan_id: str, count: int, as_json: bool, lang: str) -> None:
    if as_json:
        print_json({"plan": plan_id, "queued": count})
    else:
        say(
            {"vi": f"Đã giao {count} phiên cho tiến trình nền.", "en": f"{count} instances are left to the workers."}[
                lang
            ]
        )
    stop(0)


def _judged(
    plan_id: str, found: Iterable[Any], as_json: bool, lang: str, vi: tuple[str, str], en: tuple[str, str]
) -> None:
    found = list(found)
    fits = sum(one.fits for one in found)
    if as_json:
        print_json(
            {"plan": plan_id, "fits": fits, "unfit": len(found) - fits, "instances": [one.as_dict() for one in found]}
        )
    else:
        for one in found:
            say(f"{'✓' if one.fits else '✗'} {one.business_key or one.root_id}")
            for line in (*one.reasons, *one.lines):
                say(f"    {_said(line, lang)}")
        words = {"vi": vi, "en": en}[lang]
        say(f"{fits} {words[0]}, {len(found) - fits} {words[1]}.")
    stop(0 if fits == len(found) else 1)
