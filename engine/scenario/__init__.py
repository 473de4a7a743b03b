"""A model run by a script, on the engine's own commands, codec and store, with a virtual clock (contracts.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import commands, feel, model
from engine.commands.definitions import is_bpmn
from engine.commands.deploy import DeploymentRefused
from engine.model.definition import Finding
from engine.refusal import Lang, Refusal
from engine.scenario.coverage import Part, Touched, parts
from engine.scenario.reading import Scenario, ScenarioError, load, read
from engine.scenario.steps import Failed, Play
from engine.scenario.world import Setting, World

__all__ = ["Part", "ScenarioError", "Setting", "Touched", "World", "load", "parts", "run_files", "test_paths"]


def run_files(
    files: Sequence[str | Path],
    scenario: Mapping[str, Any],
    reload: bool = False,
    setting: Setting | None = None,
    lang: Lang = "vi",
    touched: Touched | None = None,
    seconds: float | None = None,
    look: Callable[[World, int], None] | None = None,
    despite: Collection[str] = (),
) -> dict[str, Any]:
    """Runs a scenario over the processes and decisions of these `.bpmn` and `.dmn` files, all deployed together.

    The answer is that of contracts.md §3; a model that deployment refuses gives its findings as failures of step -1.
    reload: state and definitions are stored and read again after every step. setting: what the application adds.
    touched: is given what the run touched. seconds: how long it may take, for who waits for it.
    look: called with the world after the start (-1) and after each step. despite: rules that deployment does not refuse
    for, so that what comes of breaking them is seen.
    Raises ScenarioError for a scenario that cannot be read, OSError for a file that cannot.
    """
    said = read(scenario)
    bodies = _bodies(files)
    world = World(said.now or datetime.now(UTC), said.hold, setting, reload, seconds)
    failures: list[dict[str, Any]] = []
    try:
        try:
            deployment = commands.deploy(world.database, bodies, key="scenario", despite=despite)
        except DeploymentRefused as refused:
            findings = refused.findings if lang == "vi" else _findings(bodies, lang) or refused.findings
            return _answer(world, None, [{"step": -1, **finding.as_dict()} for finding in findings], lang)
        for name in sorted(said.hold):  # a slip of the pen would let the call pass, and the scenario prove nothing
            if not world.knows(name):
                failures.append(
                    {
                        "step": -1,
                        "message": {
                            "vi": f"“hold” nêu “{name}”, nhưng không có phần tử nào mang tên hay mã đó.",
                            "en": f"'hold' says '{name}', but there is no element of that name or id.",
                        }[lang],
                    }
                )
        _start(world, said, deployment.id, failures, lang)
        play = Play(world, said.process, said.auto)
        if look is not None:
            look(world, -1)
        for step in said.steps:
            _guarded(lambda step=step: play.do(step), world, step.index, failures, lang)  # type: ignore[misc]
            if look is not None:
                look(world, step.index)
        return _answer(world, world.root_of(said.process), failures, lang)
    finally:
        world.close()
        if touched is not None:
            touched.add(world.touched)


def _bodies(files: Sequence[str | Path]) -> dict[str, bytes]:
    bodies: dict[str, bytes] = {}
    for path in map(Path, files):
        name = path.name if path.name not in bodies else str(path)
        if path.suffix != ".dmn" and not is_bpmn(name):
            name = f"{name}.bpmn"  # whatever it is called, it was given as a model
        bodies[name] = path.read_bytes()
    return bodies


def _findings(bodies: Mapping[str, bytes], lang: Lang) -> tuple[Finding, ...]:
    """The errors of the models in that language."""
    found: list[Finding] = []
    for name, body in sorted(bodies.items()):
        if is_bpmn(name):
            try:
                found += model.read(body, name, lang).errors
            except model.ModelError as error:
                found += error.findings
    return tuple(found)


def _start(world: World, said: Scenario, deployment: str, failures: list[dict[str, Any]], lang: Lang) -> None:
    """Starts what is to be started, each run to rest. What only events start waits for them, and begins with the
    scenario's variables then."""
    true_now = world.watch(said.variables)
    for process in (*said.also_start, *([said.process] if said.process is not None else [])):

        def start(process: str = process) -> None:
            variables: Mapping[str, Any] = said.variables
            if world.setting is not None and process == said.process:
                variables = world.setting.variables(world.database, process, variables)
            if world.starts_plainly(process):
                id = commands.start(world.database, process, variables, deployment=deployment)
                if world.setting is not None and process == said.process:
                    world.setting.started(world.database, id)
            else:
                world.database.installation.given[process] = variables
                for _, element in [one for one in true_now if one[0] == process]:
                    world.begin(process, element)
            world.rest(said.auto)

        _guarded(start, world, -1, failures, lang)


def _guarded(work: Callable[[], None], world: World, index: int, failures: list[dict[str, Any]], lang: Lang) -> None:
    """Does it; what goes wrong is a failure of that step, and the run goes on."""
    try:
        work()
    except (Failed, Refusal) as failed:
        failures.append({"step": index, "message": failed.en if lang == "en" else failed.vi})
    except ScenarioError:
        raise
    except Exception as error:  # a fault of the engine: the other steps still say what they can
        failures.append({"step": index, "message": f"{type(error).__name__}: {error}"[:500]})
    failures += [{"step": index, "message": trouble} for trouble in world.troubles]
    world.troubles.clear()


def _answer(world: World, root: str | None, failures: list[dict[str, Any]], lang: Lang) -> dict[str, Any]:
    variables = feel.to_json(commands.variables_of(world.database, root)) if root is not None else {}
    return {
        "ok": not failures,
        "failures": failures,
        "trace": world.trace,
        "open": [
            {"element": task.element, "name": task.name, "instance": task.instance} for task in world.open_tasks()
        ],
        "variables": variables,
        "ended": world.ended(),
        "incidents": world.incidents(lang),
        "errors": world.errors,
    }


def test_paths(
    paths: Sequence[str | Path],
    setting: Callable[[Path], Setting | None] | None = None,
    lang: Lang = "vi",
    coverage: bool = False,
) -> dict[str, Any]:
    """Runs every scenario of these bundles, or of the bundles in these folders.

    ``{"passed": N, "failed": [{"file", "scenario", "step", "message"}]}``; `setting` makes that of a bundle's folder. A
    bundle with errors of `models check` is not run: each of them is a failure of step -1. coverage: the answer has a
    further key, the parts of the bundles that no scenario touches. Raises ScenarioError for a
    scenario that cannot be read, and where there is none at all.
    """
    bundles = [bundle for path in map(Path, paths) for bundle in _bundles(path)]
    passed, failed = 0, []
    untouched: list[dict[str, Any]] = []
    parts_in_all = 0
    for bundle in bundles:
        file = bundle / "scenarios.yaml"
        scenarios = load(file)
        if not isinstance(scenarios, dict):
            raise ScenarioError(f"{file}: phải là bảng tên → kịch bản.", f"{file}: a map of name to scenario.")
        errors = [one for one in model.check([bundle], lang) if one.severity == "error"]
        if any(one.file != str(file) for one in errors):
            failed += [_refused(one) for one in errors]
            continue
        missed = {one.element: one for one in errors}
        touched = Touched()
        for name, scenario in scenarios.items():
            try:
                answer = run_files(
                    bundle_files(bundle),
                    scenario,
                    setting=setting(bundle) if setting else None,
                    lang=lang,
                    touched=touched,
                )
            except ScenarioError as error:
                raise error.within(f"{file}: {name}") from error
            if answer["ok"] and name in missed:  # it passes, and proves something else than it says
                failed.append(_refused(missed[name]))
                continue
            passed += answer["ok"]
            failed += [
                {"file": str(file), "scenario": name, "step": one["step"], "message": one["message"]}
                for one in answer["failures"]
            ]
        if coverage:
            every = parts(_bodies(bundle_files(bundle)))
            parts_in_all += len(every)
            untouched += [{**one.as_dict(lang), "file": str(bundle / one.file)} for one in every if one not in touched]
    if not coverage:
        return {"passed": passed, "failed": failed}
    said = {"parts": parts_in_all, "untouched": untouched}
    return {"passed": passed, "failed": failed, "coverage": said}


def _refused(found: Finding) -> dict[str, Any]:
    """An error of the check as a failure."""
    message = f"{Path(found.file).name}:{found.line}: {found.message} {found.fix}".strip()
    return {"file": found.file, "scenario": found.element if found.file.endswith(".yaml") else "", "step": -1,
            "message": message}  # fmt: skip


test_paths.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


def _bundles(path: Path) -> list[Path]:
    """The bundle that a path is (or its scenarios.yaml), or all those below it."""
    if path.name == "scenarios.yaml" and path.is_file():
        return [path.parent]
    found = sorted(file.parent for file in path.rglob("scenarios.yaml"))
    if not found:
        raise ScenarioError(f"{path}: không có tệp scenarios.yaml.", f"{path}: there is no scenarios.yaml.")
    return found


def bundle_files(bundle: Path) -> list[Path]:
    """The models and decisions of a bundle's folder."""
    return sorted([*bundle.glob("*.bpmn"), *bundle.glob("*.dmn"), *bundle.glob("decisions/*.dmn")])
