"""What expressions of gateway size and a large decision table cost, beside the same test by hand with decimals.

python -m tests.engine.feel.speed
"""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal as N
from typing import Any

from engine import feel
from engine.dmn import parse
from tests.engine.dmn.build import decision, inputs, model, table

DATA: dict[str, Any] = {"so_ban": 5, "le_phi": 8000, "ket_qua": "dat", "ho_so": {"uu_tien": True, "tuoi": 30}}
OWN = {"so_ban": N(5), "le_phi": N(8000), "ket_qua": "dat", "uu_tien": True, "tuoi": N(30)}
PAIRS: list[tuple[str, Callable[[], Any]]] = [
    ("so_ban > 3 and le_phi * 1.1 < 10000", lambda: OWN["so_ban"] > N(3) and OWN["le_phi"] * N("1.1") < N(10000)),
    ("so_ban > 3", lambda: OWN["so_ban"] > N(3)),
    ("so_ban in [1..10]", lambda: N(1) <= OWN["so_ban"] <= N(10)),
    ("ho_so.tuoi >= 18 and ho_so.uu_tien", lambda: OWN["tuoi"] >= N(18) and OWN["uu_tien"]),
    ('if ket_qua = "dat" then 1 else 2', lambda: N(1) if OWN["ket_qua"] == "dat" else N(2)),
]


def cost(function: Callable[[], Any], times: int = 2000) -> float:
    """Microseconds of processor time, the best of several rounds."""
    best = 9.0
    for _ in range(15):
        begin = time.process_time()
        for _ in range(times):
            function()
        best = min(best, time.process_time() - begin)
    return best / times * 1e6


def thousand() -> Callable[[], Any]:
    """A question to a table of 1,000 rules over two inputs."""
    rules = [[f'"P{i % 100}"', f"[{i // 100 * 10}..{i // 100 * 10 + 10})", str(i)] for i in range(1000)]
    loaded = parse(model(inputs("x", "y") + decision("d", table("UNIQUE", ["x", "y"], rules, ["o"]), "x", "y")))
    return lambda: loaded.decide("d", {"x": "P17", "y": 55})


def main() -> None:
    """Print the table."""
    print("| expression | µs | by hand | times |\n|---|---|---|---|")
    for text, by_hand in PAIRS:
        compiled = feel.compile(text)
        ours, theirs = cost(lambda c=compiled: c.evaluate(DATA)), cost(by_hand)  # type: ignore[misc]
        print(f"| `{text}` | {ours:.2f} | {theirs:.2f} | {ours / theirs:.0f} |")
    whole, one = cost(thousand(), 300), cost(lambda: feel.compile(PAIRS[0][0]).evaluate(DATA))
    print(f"\nA table of 1,000 rules: {whole:.1f} µs, {whole / one:.1f} times the first expression.")


if __name__ == "__main__":
    main()
