"""Letters that are being written: made within bounds, their faults at their line, and what they may name."""

from __future__ import annotations

from pathlib import Path

import pytest

from procedures import draft_letters
from procedures.bundle_check import letters
from procedures.letters import rendering, text_of
from procedures.proving.stage import Made

BUNDLE = Path(__file__).parents[2] / "bpmn" / "procedures" / "trich-luc-ho-tich"
NAME = "letters/x.typ"
HEAD = '// Thư\n#import "national.typ": *\n#show: letter\n'


def files(text: str) -> dict[str, str]:
    found = {str(path.relative_to(BUNDLE)): path.read_text("utf-8") for path in BUNDLE.rglob("*.*")}
    return {**found, NAME: HEAD + text}


def test_what_is_at_hand_can_be_written_and_is_seen_by_its_label() -> None:
    groups = draft_letters.at_hand(files(""), "vi")
    assert [name.vi for name, _ in groups] == ["Hồ sơ và cơ quan", "Tờ khai", "Biểu mẫu của các bước"]
    every = "\\n".join(one.typst for _, rows in groups for one in rows).replace("\\n", "\n\n")
    made = draft_letters.made(files(every), NAME)
    assert made.why is None
    words = " ".join(text_of(made.pdf).split())
    assert "«Nơi đã đăng ký»" in words and "«Họ tên người nộp»" in words and "05/01/2026" in words


def test_a_fault_stands_at_its_line_in_words() -> None:
    made = draft_letters.made(files("Một\n#khong_co\n"), NAME)
    assert made.line == 5 and made.why is not None and made.why.vi == "không có tên “khong_co”"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#for i in range(9000) { for j in range(9000) { let k = calc.pow(2, 3) } }", "lập quá lâu"),
        ('#let x = "a" * 2000000000\n#x', "văn bản quá lớn"),
    ],
)
def test_a_letter_that_takes_too_much_is_stopped_and_told(
    monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    monkeypatch.setattr(rendering, "SECONDS", 2)
    found = [one for one in draft_letters.findings(files(text), "vi") if one.file == NAME]
    assert [one.severity for one in found] == ["error"] and said in found[0].message
    with pytest.raises(Exception, match=r"x\.typ"):
        draft_letters.refuse_errors(files(text))


def test_a_letter_that_only_the_check_would_find_heavy_is_kept_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_letters, "_data", lambda said: (b'{"n": 1}', b'{"n": 2000000000}'))
    text = '#let x = "a" * json(bytes(sys.inputs.data)).n\n#x'
    assert [why.vi for why in draft_letters._heavy({NAME: text}).values()] == ["văn bản quá lớn"]
    monkeypatch.setattr(draft_letters, "SECONDS", -1.0)
    assert "chưa kịp lập thử" in draft_letters._heavy({NAME: text})[NAME].vi


def test_a_letter_of_a_play_is_made_within_bounds() -> None:
    with pytest.raises(rendering.LetterError) as refused:
        Made(letters.AT, "", "", b'#let x = "a" * 2000000000\n#x', {}).pdf()
    assert "bộ nhớ" in refused.value.why
