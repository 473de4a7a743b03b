"""The scenarios of a draft: which there are, what each came to, and what they touch of the bundle."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import scenario
from engine.refusal import Refusal
from engine.scenario.reading import read
from engine.store import Tx
from engine.yaml import Unreadable, dumps, loads
from procedures import authoring
from procedures.proving import kept, proposing, rows, scenarios, working, writing
from procedures.vocabulary.roles import ROLES
from web.account.people import actor
from web.house import database
from web.i18n import language, pick
from web.once import once
from web.paging import row_number
from web.permissions import allowed
from web.refusals import sentence
from web.workbench import KEEPERS, blueprint
from web.workbench.drafting import Opened, Page, draft_of, page, shows

#: Seconds that the search for a proposal may take in one request.
_SECONDS = 20.0


@dataclass(frozen=True)
class Row:
    """A scenario on the page. played: what it came to, None where it was not played yet."""

    name: str
    steps: int
    description: str
    played: scenarios.Played | None


@shows("kich-ban")
def _shows(tx: Tx, opened: Opened) -> Mapping[str, Any]:
    last = next(iter(kept.of(tx, opened.draft.id, "scenarios")), None)
    played = {name: scenarios.Played.of(one) for name, one in last.result["played"].items()} if last else {}
    try:
        written, unreadable = scenarios.written(opened.files), ""
    except scenario.ScenarioError as error:
        written, unreadable = {}, sentence(error)
    listed = [
        Row(str(name), _count(said.get("steps")), str(said.get("description") or ""), played.get(str(name)))
        for name, said in written.items()
        if isinstance(said, dict)
    ]
    found = scenarios.coverage(opened.files, {one.name: one.played for one in listed if one.played}, language())
    return {
        "rows": listed,
        "unreadable": unreadable,
        "last": last,
        "coverage": found,
        "untouched": [(one, one.sentence(language())) for one in found.untouched],
        "drawings": scenarios.drawings(opened.files, found) if last else [],
        "scenario_file": scenarios.FILE,
    }


def _count(steps: Any) -> int:
    """How many steps a scenario has; none where what is written there is no list."""
    return len(steps) if isinstance(steps, list) else 0


@blueprint.post("/soan-thao/<draft>/choi-kich-ban")
@allowed(*KEEPERS)
def draft_play(draft: str) -> Any:
    """Plays the scenarios of the draft, or the one that is named; what they came to is kept beside the draft."""
    only = request.form.get("ten")
    with database().begin() as tx:
        found = draft_of(tx, draft)
        files = authoring.files_of(tx, draft)
        last = next(iter(kept.of(tx, draft, "scenarios")), None)
    try:
        played = scenarios.play(files, language(), [only] if only else None)
    except (scenario.ScenarioError, Refusal) as error:
        return page(draft, Page("kich-ban"), {"noi_dung": sentence(error)})
    results = {name: one.kept() for name, one in played.items() if one.played}
    if only and last is not None and last.save == found.head:
        results = {**last.result["played"], **results}
    kept.add(database(), draft, "scenarios", found.head, {}, actor(), result={"played": results})
    _tell(played)
    return redirect(url_for("workbench.draft_page", draft=draft, phan="kich-ban"))


def _tell(played: Mapping[str, scenarios.Played]) -> None:
    failed = sum(1 for one in played.values() if one.failures)
    left = sum(1 for one in played.values() if not one.played)
    said = _("%(passed)s kịch bản đạt, %(failed)s chưa đạt.", passed=len(played) - failed - left, failed=failed)
    if left:
        said += " " + _("%(n)s kịch bản chưa chơi vì hết thời gian: chơi riêng từng kịch bản.", n=left)
    flash(said, "warning" if failed or left else "success")


#: Rows for further steps below those that a scenario has.
_MORE = 4
_HEAD = ("process", "now", "description", "variables")


@blueprint.get("/soan-thao/<draft>/sua-kich-ban")
@allowed(*KEEPERS)
def draft_scenario(draft: str) -> Any:
    """A scenario as a table: a row for each step."""
    name = request.args.get("ten", "")
    with database().begin() as tx:
        found = draft_of(tx, draft)
        said = _written(authoring.files_of(tx, draft)).get(name)
    if not isinstance(said, dict):
        abort(404)
    try:
        read(said)
    except scenario.ScenarioError as error:  # it is mended as text
        flash(sentence(error), "warning")
        return redirect(url_for("workbench.draft_page", draft=draft, phan="kich-ban"))
    head = {key: str(said.get(key) or "") for key in _HEAD[:-1]}
    head["variables"] = "\n".join(f"{key}: {dumps(value)}" for key, value in (said.get("variables") or {}).items())
    return _table(found, name, name, head, rows.of(said))


def _written(files: Mapping[str, str]) -> dict[str, Any]:
    try:
        return scenarios.written(files)
    except scenario.ScenarioError:
        return {}


def _table(
    draft: authoring.Draft,
    name: str,
    typed_name: str,
    head: Mapping[str, str],
    steps: list[rows.Row],
    errors: Mapping[str, str] | None = None,
) -> str:
    with database().begin() as tx:
        roles = _roles(authoring.files_of(tx, draft.id))
    return render_template(
        "workbench/draft/scenario.html",
        draft=draft,
        name=name,
        typed_name=typed_name,
        head=head,
        steps=[*steps, *([rows.Row()] * _MORE)],
        kinds=[(key, pick(word)) for key, word in rows.KINDS.items()],
        roles=roles,
        errors=errors or {},
    )


def _roles(files: Mapping[str, str]) -> dict[str, str]:
    """Step → who does it, in words; also by the name of the step."""
    try:
        plan = working.plan_of(files)
    except Refusal:
        return {}
    found = {id: pick(ROLES[role]) for id, role in plan.people().items() if role in ROLES}
    return {**found, **{plan.nodes[id].name: word for id, word in found.items()}}


@blueprint.post("/soan-thao/<draft>/sua-kich-ban")
@allowed(*KEEPERS)
@once
def draft_scenario_save(draft: str) -> Any:
    """Saves a scenario that was written as a table, or one that was proposed; or takes one out."""
    form = request.form
    name, typed_name = form.get("cu", ""), form.get("ten", "")
    head = {key: form.get(key, "").replace("\r\n", "\n") for key in _HEAD}
    steps = [
        rows.Row(*one)
        for one in zip(*(form.getlist(f"buoc_{part}") for part in ("loai", "gi", "kem", "du_lieu")), strict=False)
    ]
    with database().begin() as tx:
        found = draft_of(tx, draft)
        files = authoring.files_of(tx, draft)
    text = files.get(scenarios.FILE, "")
    try:
        if form.get("viec") == "bo":
            text = writing.taken_out(text, name)
        elif form.get("viec") == "de-xuat":
            text = writing.put(text, typed_name, _proposed(form.get("noi_dung", "")))
        else:
            before = _written(files).get(name)
            said = rows.made(head, steps, before if isinstance(before, dict) else {})
            text = writing.put(text, typed_name, said, instead_of=name)
        done = authoring.save(database(), draft, found.head, {scenarios.FILE: text}, by=actor())
    except Refusal as refusal:
        if form.get("viec") == "de-xuat":
            flash(sentence(refusal), "warning")
            return redirect(url_for("workbench.draft_page", draft=draft, phan="kich-ban"))
        return _table(found, name, typed_name, head, steps, {refusal.about or "": sentence(refusal)})
    if done.beside:
        flash(_("Người khác vừa sửa tệp này. Bản của bạn được giữ riêng: hãy chọn bản dùng."), "warning")
        return redirect(url_for("workbench.draft_page", draft=draft, phan="lich-su"))
    flash(_("Đã lưu."), "success")
    return redirect(url_for("workbench.draft_page", draft=draft, phan="kich-ban"))


def _proposed(text: str) -> dict[str, Any]:
    """The one scenario that a text of the file has."""
    try:
        found = loads(text)
    except Unreadable:
        found = None
    said = next(iter(found.values()), None) if isinstance(found, dict) else None
    if not isinstance(said, dict):
        raise Refusal("Đề xuất không còn đọc được: xem lại đề xuất.", "The proposal cannot be read: ask for it again.")
    return said


@blueprint.get("/soan-thao/<draft>/de-xuat-kich-ban")
@allowed(*KEEPERS)
def draft_propose(draft: str) -> str:
    """A scenario for the next thing that none touches, found by the product; one at a time."""
    first = row_number(request.args.get("tu")) or 0
    with database().begin() as tx:
        found = draft_of(tx, draft)
        files = authoring.files_of(tx, draft)
        last = next(iter(kept.of(tx, draft, "scenarios")), None)
    played = {name: scenarios.Played.of(one) for name, one in last.result["played"].items()} if last else {}
    untouched = scenarios.coverage(files, played, language()).untouched
    said, index, wrong, ends = None, first, "", time.monotonic() + _SECONDS
    passed: list[tuple[str, str]] = []
    try:
        while said is None and index < len(untouched) and time.monotonic() < ends:
            found_one = proposing.proposed(files, untouched[index], language())
            said = found_one.said
            if found_one.why is not None:
                passed.append((untouched[index].sentence(language()), found_one.why[language()]))
            index += 1
    except (scenario.ScenarioError, Refusal) as error:
        wrong = sentence(error)
    part = untouched[index - 1] if said is not None else None
    name = f"{part.sentence(language())}"[: writing.LONGEST_NAME] if part is not None else ""
    return render_template(
        "workbench/draft/proposal.html",
        draft=found,
        wrong=wrong,
        part=part.sentence(language()) if part is not None else "",
        name=name,
        text=writing.written(name, said) if said is not None else "",
        following=index if index < len(untouched) else None,
        left=len(untouched),
        passed=passed,
    )
