"""No text and no data can hang, exhaust or crash an evaluation."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine import feel
from tests.engine.feel.attacks import ATTACKS, outcome

ROOT = Path(__file__).resolve().parents[3]
NAMES = sorted(ATTACKS)
GOOD = {"value", "null", "FeelSyntaxError", "FeelLimitError"}


@pytest.mark.parametrize("part", range(4))
def test_attacks_end_within_two_seconds_and_256_megabytes(part: int) -> None:
    """Each group in a process of its own; the two evaluations of each attack (with and without diagnostics) together
    have twice the time of one."""
    names = NAMES[part::4]
    command = [sys.executable, "-m", "tests.engine.feel.attacks", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["name"] for each in found] == names
    assert [each for each in found if each["outcome"] not in GOOD] == []
    assert [each for each in found if each["seconds"] > 4] == []
    assert [each for each in found if each["mb"] > 256] == []


@pytest.mark.parametrize("name", ["recursion", "brackets", "contexts", "doubling text", "self", "recursion in sort"])
def test_an_attack_from_deep_in_a_thread_ends_the_same(name: str) -> None:
    results: list[str] = []

    def deep(levels: int) -> None:
        if levels:
            deep(levels - 1)
        else:
            results.append(outcome(name))

    thread = threading.Thread(target=deep, args=(700,))
    thread.start()
    thread.join()
    assert results == ["FeelLimitError"]


def test_what_may_run_does() -> None:
    assert feel.evaluate("sum(for i in 1..10000 return i)", {}) == 50005000
    assert feel.evaluate("{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(100)}.r", {}) == 100
    assert feel.evaluate("count(sort(for i in 1..2000 return 0 - i, function(a, b) a < b))", {}) == 2000


def test_a_cached_expression_costs_at_most_thirty_times_the_same_by_hand() -> None:
    from decimal import Decimal as N

    compiled = feel.compile("so_ban > 3 and le_phi * 1.1 < 10000")
    data = {"so_ban": 5, "le_phi": 8000}
    own = {"so_ban": N(5), "le_phi": N(8000)}

    def measure(function: object) -> float:
        best = 9.0
        for _ in range(30):
            begin = time.process_time()
            for _ in range(400):
                function()  # type: ignore[operator]
            best = min(best, time.process_time() - begin)
        return best

    ours = measure(lambda: compiled.evaluate(data))
    theirs = measure(lambda: own["so_ban"] > N(3) and own["le_phi"] * N("1.1") < N(10000))
    assert ours < 30 * theirs


def test_many_threads_evaluate_at_once() -> None:
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for i in range(60):
                assert feel.evaluate(f'matches("aaa{i}", "a+{i}$") and {i} + {number} = {i + number}', {}) is True
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
