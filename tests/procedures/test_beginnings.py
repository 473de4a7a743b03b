"""What is added to a bundle without a text begins with something that passes every check."""

from __future__ import annotations

from datetime import date

import pytest

from procedures import beginnings, checked, draft_letters, from_record
from procedures.vocabulary import elements


@pytest.mark.parametrize(
    "name",
    ["decisions/lệ-phí 2.dmn", "decisions/2026.dmn", "forms/kiem-tra.form", "letters/giay-moi.typ", "ghi-chu.md"],
)
def test_a_new_file_has_nothing_to_mend(name: str) -> None:
    elements.install()
    files = from_record.of_shape("tham-dinh", "T-1", "Thử", date(2026, 11, 30)) | {name: beginnings.of(name)}
    assert checked.of_files({file: body.encode() for file, body in files.items()}) == ()
    assert not name.endswith(".typ") or draft_letters.made(files, name).why is None
