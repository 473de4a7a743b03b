"""`motcua models …`: check, read, run, test, deploy, diff and export BPMN models (contracts.md §2, §3)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from engine.refusal import Lang
from procedures.vocabulary import elements
from web.cli.output import Misuse, existing, options, print_json, say, stop


@click.group()
def models() -> None:
    """Mô hình BPMN | BPMN models."""
    elements.install()


def show_findings(findings: list[dict[str, Any]], lang: Lang) -> None:
    mark = {"vi": {"error": "lỗi", "warning": "cảnh báo"}, "en": {"error": "error", "warning": "warning"}}[lang]
    for f in findings:
        say(f"{f['file']}:{f['line']}: {mark[f['severity']]} [{f['rule']}] {f['element']}: {f['message']}")
        if f["fix"]:
            say(f"    → {f['fix']}")


@models.command()
@click.argument("paths", nargs=-1, required=True)
@options
def check(paths: tuple[str, ...], as_json: bool, lang: Lang) -> None:
    """Check models; files or bundle folders."""
    from engine import model

    findings = [f.as_dict() for f in model.check([existing(p) for p in paths], lang=lang)]
    if as_json:
        print_json(findings)
    else:
        show_findings(findings, lang)
        if not findings:
            say({"vi": "Không có gì phải sửa.", "en": "Nothing to mend."}[lang])
    stop(1 if any(f["severity"] == "error" for f in findings) else 0)


@models.command()
@click.argument("paths", nargs=-1, required=True)
@options
def prove(paths: tuple[str, ...], as_json: bool, lang: Lang) -> None:
    """Explore the states of models: sound, not sound with a way that shows it, or not decided."""
    from engine import model
    from engine.model import soundness

    rows: list[dict[str, Any]] = []
    for path in map(existing, paths):
        for files in _together(path).values():
            processes = {}
            for file in files:
                try:
                    found = model.read(file, str(file), lang)
                except model.ModelError:
                    found = None
                if found is None or found.errors:
                    rows.append({"file": str(file), "verdict": "refused", "problems": []})
                else:
                    processes.update({id: (str(file), process) for id, process in found.processes.items()})
            known = {id: process for id, (_, process) in processes.items()}
            for verdict in soundness.explore(known):
                rows.append({"file": processes[verdict.process][0], **_verdict(known, verdict)})
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            _say_verdict(row, lang)
    stop(1 if any(row["verdict"] in ("unsound", "refused") for row in rows) else 0)


def _together(path: Path) -> dict[Path, list[Path]]:
    """The models at or under a path, those of one folder together; a file that is named is alone."""
    if not path.is_dir():
        return {path: [path]}
    found: dict[Path, list[Path]] = {}
    for file in sorted(path.rglob("*.bpmn")):
        found.setdefault(file.parent, []).append(file)
    return found


def _verdict(processes: dict[str, Any], verdict: Any) -> dict[str, Any]:
    """What was found in a process, as `models prove --json` gives it."""
    from engine.model import soundness

    return {
        "process": verdict.process,
        "verdict": {True: "sound", False: "unsound", None: "undecided"}[verdict.sound],
        "states": verdict.states,
        "ms": round(verdict.seconds * 1000),
        "problems": [
            {
                "kind": one.kind,
                "process": one.process,
                "element": one.node,
                "certain": one.certain,
                "path": [element for _, element in one.path()],
                "way": soundness.told(processes, one.way),
                "scenario": soundness.scenario(processes, one) if one.way else None,
            }
            for one in verdict.problems
        ],
    }


#: What `models prove` calls each verdict and each kind of problem.
_VERDICTS = {
    "vi": {"sound": "đúng đắn", "unsound": "có lỗi", "undecided": "chưa kết luận được", "refused": "không đọc được",
           "deadlock": "đứng mãi", "improper-end": "kết thúc còn sót nhánh", "no-flow": "không có luồng để đi",
           "no-sync": "thiếu gộp nhánh", "livelock": "không tới được kết thúc", "dead": "bước không bao giờ tới",
           "unbounded": "thêm lượt không giới hạn"},
    "en": {"sound": "sound", "unsound": "not sound", "undecided": "not decided", "refused": "refused",
           "deadlock": "stands still", "improper-end": "improper end", "no-flow": "no flow to take",
           "no-sync": "lack of synchronisation", "livelock": "no way to the end", "dead": "dead step",
           "unbounded": "unbounded tokens"},
}  # fmt: skip


def _say_verdict(row: dict[str, Any], lang: Lang) -> None:
    words = _VERDICTS[lang]
    if row["verdict"] == "refused":
        say(f"{row['file']}: {words['refused']} (models check)")
        return
    states = {"vi": "trạng thái", "en": "states"}[lang]
    say(f"{row['file']} · {row['process']}: {words[row['verdict']]} · {row['states']} {states} · {row['ms']} ms")
    for one in row["problems"]:
        sure = "" if one["certain"] else {"vi": " (tùy dữ liệu)", "en": " (depending on the data)"}[lang]
        say(f"  ✗ {words[one['kind']]}{sure}: {one['element']}")
        if one["way"]:
            say(f"    {' → '.join(one['way'])}")


@models.command()
@click.argument("file")
@options
def read(file: str, as_json: bool, lang: Lang) -> None:
    """Say what a model does, in plain sentences."""
    from engine import model

    try:
        sentences = model.describe(model.read(existing(file), lang=lang), lang)
    except model.ModelError as error:
        show_findings([f.as_dict() for f in error.findings], lang)
        stop(1)
    if as_json:
        print_json(sentences)
    else:
        say("\n".join(sentences))


@models.command()
@click.argument("file")
@options
def export(file: str, as_json: bool, lang: Lang) -> None:
    """Print the model as the system stores it, as BPMN XML."""
    from engine import model

    try:
        text = model.export(existing(file).read_bytes()).decode("utf-8")
    except model.ModelError:
        show_findings([f.as_dict() for f in model.check([file], lang=lang)], lang)
        stop(1)
    if as_json:
        print_json({"xml": text})
    else:
        say(text)


@models.command()
@click.argument("before")
@click.argument("after")
@options
def diff(before: str, after: str, as_json: bool, lang: Lang) -> None:
    """Say what differs between two models."""
    from engine import model

    try:
        changes = model.diff(model.read(existing(before), lang=lang), model.read(existing(after), lang=lang), lang)
    except model.ModelError as error:
        show_findings([f.as_dict() for f in error.findings], lang)
        stop(1)
    if as_json:
        print_json(changes)
    else:
        for change in changes:
            say(f"{change['element']}: {change['message']}")


def _setting(path: Path, lang: Lang) -> Any:
    """What a bundle's scenarios need of administration: statuses and due dates. None for a model by itself."""
    folder = path if path.is_dir() else path.parent
    from procedures import scenario_setting
    from procedures.bundle_check.errors import BundleError

    try:
        return scenario_setting.for_bundle(folder)
    except BundleError as error:
        show_findings([f.as_dict() for f in (error.english if lang == "en" else error.findings)], lang)
        stop(1)


@models.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--scenario", required=True, help="FILE.(yaml|json)")
@click.option("--reload", is_flag=True, help="lưu và nạp lại sau mỗi bước | store and load after every step")
@options
def run(files: tuple[str, ...], scenario: str, reload: bool, as_json: bool, lang: Lang) -> None:
    """Run a model by a script, on a virtual clock."""
    from engine import scenario as door

    paths = [existing(f) for f in files]
    try:
        script = existing(scenario)
        said = door.load(script)
        try:
            answer = door.run_files(paths, said, reload=reload, setting=_setting(paths[0], lang), lang=lang)
        except door.ScenarioError as error:
            raise error.within(script.name) from None
    except door.ScenarioError as error:
        raise Misuse(error.vi, error.en) from None
    if as_json:
        print_json(answer)
    else:
        for entry in answer["trace"]:
            say(f"{entry['at']}  {entry['event']:9}  {entry['type']:24} {entry['element']}  {entry['name']}")
        for incident in answer["incidents"]:
            say(f"! {incident['element']}: {incident['kind']}: {incident['message']}")
        refused = [failure for failure in answer["failures"] if "file" in failure]
        show_findings(refused, lang)
        for failure in answer["failures"]:
            if failure not in refused:
                say(f"✗ {failure['step']}: {failure['message']}")
        say({"vi": "Đạt." if answer["ok"] else "Không đạt.", "en": "Passed." if answer["ok"] else "Failed."}[lang])
    stop(0 if answer["ok"] else 1)


@models.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--coverage", is_flag=True, help="nêu những gì chưa kịch bản nào đi qua | tell what no scenario touches")
@options
def test(paths: tuple[str, ...], coverage: bool, as_json: bool, lang: Lang) -> None:
    """Run every scenario of bundles; a bundle, or a folder of them."""
    from engine import scenario as door

    try:
        answer = door.test_paths(
            [existing(p) for p in paths], setting=lambda bundle: _setting(bundle, lang), lang=lang, coverage=coverage
        )
    except door.ScenarioError as error:
        raise Misuse(error.vi, error.en) from None
    if as_json:
        print_json(answer)
    else:
        for failure in answer["failed"]:
            say(f"✗ {failure['file']} · {failure['scenario']} · {failure['step']}: {failure['message']}")
        say(
            {
                "vi": f"{answer['passed']} kịch bản đạt, {len(answer['failed'])} lỗi.",
                "en": f"{answer['passed']} scenarios passed, {len(answer['failed'])} failures.",
            }[lang]
        )
        if coverage:
            _say_coverage(answer["coverage"], lang)
    stop(1 if answer["failed"] else 0)


def _say_coverage(said: dict[str, Any], lang: Lang) -> None:
    left, every = len(said["untouched"]), said["parts"]
    for one in said["untouched"]:
        say(f"○ {one['file']} · {one['message']}")
    say(
        {
            "vi": f"Kịch bản đi qua {every - left}/{every} luồng, kết quả và dòng quyết định.",
            "en": f"The scenarios touch {every - left} of {every} flows, outcomes and decision rows.",
        }[lang]
    )


@models.command()
@click.argument("paths", nargs=-1)
@click.option("--shipped", is_flag=True, help="các gói kèm theo phần mềm | the bundles that came with the release")
@click.option("--force", help="lý do vẫn triển khai khi kịch bản chưa đạt | why, where a scenario fails")
@options
def deploy(paths: tuple[str, ...], shipped: bool, force: str | None, as_json: bool, lang: Lang) -> None:
    """Deploy bundles (folders); the same content again is no new version. What `models check` finds is told. A bundle
    with a scenario that fails is refused, unless --force gives a reason, which is logged. --shipped: those that came
    with this release and replace what is deployed (`motcua status` names them)."""
    from engine import scenario
    from procedures import authoring, bundles, checked, unmanned
    from procedures.actor import operator
    from web.cli.open import database, user
    from web.house import shipped_bundles

    if not paths and not shipped:
        raise Misuse("Nêu thư mục của gói quy trình, hoặc --shipped", "Name folders of bundles, or --shipped")
    if force is not None and not force.strip():
        raise Misuse("Ghi lý do sau --force", "Give a reason after --force")
    done: list[dict[str, Any]] = []
    refused: list[dict[str, str]] = []
    findings: list[dict[str, Any]] = []
    with database() as opened:
        waiting = [Path(one.folder) for one in bundles.undeployed(opened, shipped_bundles())] if shipped else []
        for folder in (*map(existing, paths), *waiting):
            for bundle in list(bundles.folders(folder)) or [folder]:
                try:
                    loaded = bundles.load(bundle)
                    nobody = unmanned.findings(opened, authoring.texts(loaded.files), lang)
                    findings += [
                        {**one.as_dict(), "file": str(bundle / one.file)}
                        for one in (*checked.of_files(loaded.files, lang), *nobody)
                    ]
                    checked.refuse_errors(loaded.files)
                    failing = _failing(loaded.files, lang)
                    if failing and not force:
                        refused.append({"file": str(bundle), "reason": failing})
                        continue
                    made = bundles.deploy(opened, loaded, operator(user(), "models deploy"), forced=force or "")
                    done.append({"key": made.code, "version": made.number, "new": made.changed})
                except bundles.BundleError as error:
                    refused.append({"file": str(bundle), "reason": error.en if lang == "en" else error.vi})
                except scenario.ScenarioError as error:
                    refused.append({"file": str(bundle), "reason": error.sentence(lang)})
    if as_json:
        print_json({"deployed": done, "refused": refused, "findings": findings})
    else:
        show_findings([one for one in findings if one["severity"] == "warning"], lang)
        for one in done:
            say(f"{one['key']} v{one['version']}{'' if one['new'] else ' (=)'}")
        for bad in refused:
            say(f"✗ {bad['file']}: {bad['reason']}", error=True)
    stop(1 if refused else 0)


def _failing(files: Mapping[str, bytes], lang: Lang) -> str:
    """The first scenario of a bundle that fails, in a sentence; empty where all pass, or there is none."""
    from procedures import authoring

    failed = authoring.play(authoring.texts(files), lang)["failed"] if "scenarios.yaml" in files else []
    if not failed:
        return ""
    first = {"vi": "Kịch bản chưa đạt", "en": "A scenario fails"}[lang]
    return f"{first}: {failed[0]['scenario']}: {failed[0]['message']}"
