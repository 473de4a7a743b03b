"""The scenarios of a bundle that is being written: played all or one, with what they touch of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import model, scenario
from engine.refusal import Lang, Refusal
from engine.scenario import Part, Touched
from engine.yaml import Unreadable, loads
from procedures import scenario_setting
from procedures.bundle_check.errors import BundleError
from procedures.proving.folder import laid_out

FILE = "scenarios.yaml"
#: Seconds that one scenario, and all of them in one request, may take.
SECONDS_ONE, SECONDS = 10.0, 25.0


@dataclass(frozen=True, slots=True)
class Played:
    """What a scenario came to: its failures as (step from 0, or -1 for the start; sentence), and what it touched.
    played: False where there was no time left for it."""

    failures: tuple[tuple[int, str], ...]
    touched: Touched
    played: bool = True

    @property
    def ok(self) -> bool:
        return self.played and not self.failures

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {"failures": [list(one) for one in self.failures], "touched": self.touched.kept()}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Played:
        """What `kept` made of it."""
        failures = tuple((int(step), str(said)) for step, said in kept["failures"])
        return cls(failures, Touched.of(kept["touched"]))


def written(files: Mapping[str, str]) -> dict[str, Any]:
    """The scenarios of a bundle by name, as they are written. Raises ScenarioError where they cannot be read."""
    if FILE not in files:
        return {}
    try:
        found = loads(files[FILE])
    except Unreadable as error:
        raise scenario.ScenarioError(
            f"{FILE}: không đọc được, dòng {error.line}, cột {error.column} ({error.said.vi}).",
            f"{FILE}: cannot be read, line {error.line}, column {error.column} ({error.said.en}).",
        ) from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise scenario.ScenarioError(f"{FILE}: phải là bảng tên → kịch bản.", f"{FILE}: a map of name to scenario.")
    return found


def play(files: Mapping[str, str], lang: Lang, only: Iterable[str] | None = None) -> dict[str, Played]:
    """Plays the scenarios of a bundle, or those of these names. Raises ScenarioError where one cannot be read, Refusal
    where the description cannot."""
    wanted = written(files)
    names = [name for name in (wanted if only is None else only) if name in wanted]
    return dict(zip(names, _play(files, [wanted[name] for name in names], lang), strict=True))


def play_one(files: Mapping[str, str], said: Mapping[str, Any], lang: Lang) -> Played:
    """Plays a scenario that is not written there (yet)."""
    return _play(files, [said], lang)[0]


def _play(files: Mapping[str, str], scenarios: list[Any], lang: Lang) -> list[Played]:
    ends = time.monotonic() + SECONDS
    found = []
    with laid_out(files) as folder:
        for said in scenarios:
            left = ends - time.monotonic()
            found.append(_one(folder, said, lang, min(left, SECONDS_ONE)) if left > 0 else Played((), Touched(), False))
    return found


def _one(folder: Path, said: Any, lang: Lang, seconds: float) -> Played:
    touched = Touched()
    try:
        answer = scenario.run_files(
            scenario.bundle_files(folder),
            said,
            setting=scenario_setting.for_bundle(folder),
            lang=lang,
            touched=touched,
            seconds=seconds,
        )
    except scenario.ScenarioError as error:
        return Played(((-1, error.sentence(lang)),), touched)
    except BundleError as error:
        raise Refusal(error.vi, error.en) from error
    return Played(tuple((one["step"], str(one["message"])) for one in answer["failures"]), touched)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the scenarios of a bundle touch of it. by: part → the names of the scenarios that touch it."""

    by: Mapping[Part, tuple[str, ...]]

    @property
    def untouched(self) -> list[Part]:
        return [part for part, names in self.by.items() if not names]

    @property
    def full(self) -> bool:
        return not self.untouched

    def marks(self, file: str) -> dict[str, str]:
        """Element → ``walked`` or ``missed``, for the drawing of a file; a task with an untouched outcome is missed."""
        found: dict[str, str] = {}
        for part, names in self.by.items():
            if part.file == file and part.kind != "rule":
                found[part.element] = "walked" if names and found.get(part.element) != "missed" else "missed"
        return found


def coverage(files: Mapping[str, str], played: Mapping[str, Played], lang: Lang = "vi") -> Coverage:
    """What these plays touch of a bundle."""
    parts = scenario.parts({name: body.encode() for name, body in files.items()}, lang)
    return Coverage({part: tuple(name for name, one in played.items() if part in one.touched) for part in parts})


def drawings(files: Mapping[str, str], found: Coverage) -> list[tuple[str, str, dict[str, str]]]:
    """The drawing of each model with what was walked and what was missed: (file, SVG, marks)."""
    made = []
    for name, body in files.items():
        if name.endswith(".bpmn"):
            marks = found.marks(name)
            try:
                made.append((name, model.draw(body.encode(), marks), marks))
            except model.ModelError:
                continue
    return made
