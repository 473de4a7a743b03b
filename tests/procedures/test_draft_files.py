"""A file that is begun from its name in words is whole: the check of the bundle has nothing against it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.refusal import Refusal
from procedures import draft_files, draft_letters, from_record

WORDS = "Giấy mời đến #1 [thực địa]"


@pytest.mark.parametrize("kind", ["form", "decision", "letter", "drawing"])
def test_what_is_begun_is_whole(kind: str) -> None:
    files = from_record.of_shape("mot-duong", "TINH-01", "Cấp giấy xác nhận", date(2026, 11, 25))
    before = {one.message for one in draft_letters.findings(files, "vi")}
    path, text = draft_files.begun(kind, WORDS, files)
    assert path.rpartition("/")[2].startswith("giay-moi-den-1-thuc-dia.")
    after = draft_letters.findings({**files, path: text}, "vi")
    assert [one.message for one in after if one.severity == "error" and one.message not in before] == []
    if kind == "letter":
        assert draft_letters.made({**files, path: text}, path).why is None
    with pytest.raises(Refusal, match="tên khác"):
        draft_files.begun(kind, WORDS.lower(), {**files, path: text})


@pytest.mark.parametrize("words", ["", " ", "12", "…"])
def test_words_that_give_no_name_are_refused(words: str) -> None:
    with pytest.raises(Refusal, match="Đặt tên"):
        draft_files.begun("form", words, ())
