"""Logs of others over a model, and our own that goes out and comes in again."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model.definition import Node
from engine.refusal import Refusal
from procedures.mining import heat, logs

PERMITS = Path(__file__).parents[3] / "shared" / "data" / "logs" / "permit-receipt.xes.gz"
NODES = {"a": Node("a", "userTask", "Tiếp nhận"), "b": Node("b", "userTask", "Xét")}
CSV = (
    "case,activity,timestamp\n2,tiep nhan,2026-11-02T08:00:00+07:00\n2,XÉT,2026-11-02T10:00:00+07:00\n2,lạ,2026-11-03\n"
)


def test_a_csv_is_laid_over_a_model_by_names_without_marks(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(CSV, "utf-8-sig")
    laid = logs.lay(logs.read(file), NODES, {})
    assert (laid.cases, laid.events, laid.strange) == (1, 3, {"lạ": 1})
    assert laid.named == {"tiep nhan": "a", "XÉT": "b"}
    warm = heat.warmth(laid.passages, laid.passages[-1].left or laid.passages[-1].entered)
    assert warm["b"].whole == heat.Spread(7200, 7200)
    assert logs.lay(logs.read(file), NODES, {"lạ": "b"}).strange == {}
    with pytest.raises(Refusal, match="không có phần tử “x”"):
        logs.lay([], NODES, {"lạ": "x"})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xes", "<log><trace>"),
        ("a.xes", '<!DOCTYPE x [<!ENTITY a "b">]><log><trace><event/></trace></log>'),
        ("a.csv", "x,y\n1,2\n"),
        ("a.csv", "case,activity,time\n1,a,hôm qua\n"),
        ("a.xes.gz", ""),
    ],
)
def test_what_is_no_log_is_refused(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_bytes(text.encode("utf-8") if name != "a.xes.gz" else b"\x1f\x8b cut")
    with pytest.raises(Refusal, match="Không đọc được nhật ký"):
        logs.read(file)


@pytest.mark.skipif(not PERMITS.exists(), reason="the third-party material is not here")
def test_the_log_of_permits_is_laid_over_a_model() -> None:
    events = logs.read(PERMITS)
    nodes = {
        "nhan": Node("nhan", "userTask", "Confirmation of receipt"),
        "dung": Node("dung", "userTask", "T10 Determine necessity to stop indication"),
    }
    laid = logs.lay(events, nodes, {"T02 Check confirmation of receipt": "nhan"})
    assert (laid.cases, laid.events) == (1434, 8577)
    assert len(laid.passages) + sum(laid.strange.values()) == 8577
    warm = heat.warmth(laid.passages, max(one.at for one in events))
    assert warm["nhan"].count > 1434 and warm["dung"].whole is not None
    assert heat.outliers(laid.passages, max(one.at for one in events))
