"""A paper that opens with its print dialogue is the same paper."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2 as pdfium

from procedures.letters.printing import with_print_dialogue
from procedures.letters.rendering import render


def test_the_print_dialogue_is_asked_for_and_nothing_else_changes() -> None:
    pdf = render(b"Gi\xe1\xba\xa5y ti\xe1\xba\xbfp nh\xe1\xba\xadn", {}, at=datetime(2026, 11, 30, tzinfo=UTC))
    asking = with_print_dialogue(pdf)
    assert asking.startswith(pdf) and b"/OpenAction<</S/Named/N/Print>>" in asking[len(pdf) :]
    both = [pdfium.PdfDocument(data) for data in (pdf, asking)]
    assert len(both[0]) == len(both[1]) == 1
    assert [one[0].get_textpage().get_text_bounded() for one in both] == ["Giấy tiếp nhận"] * 2
    assert with_print_dialogue(asking) == asking, "once"


def test_what_is_no_paper_of_ours_stays_as_it_is() -> None:
    for data in (b"", b"%PDF-1.7\n", b"trailer\n<</Size 1>>\nstartxref\n5\n%%EOF"):
        assert with_print_dialogue(data) == data
