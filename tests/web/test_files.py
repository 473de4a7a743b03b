"""What a paper is saved as: one function makes the name, for every system."""

from __future__ import annotations

import pytest

from web.files import disposition, file_name


@pytest.mark.parametrize(
    ("name", "media_type", "right"),
    [
        ("Giấy chứng sinh", "application/pdf", "Giấy chứng sinh.pdf"),
        ("Giấy tiếp nhận 12/TNHS", "application/pdf", "Giấy tiếp nhận 12-TNHS.pdf"),
        ("../../etc/passwd", "image/png", "etc-passwd.png"),
        ("ảnh.PNG", "image/png", "ảnh.png"),
        ('a"b\\c\n', "application/pdf", "a-b-c.pdf"),
        ("", "application/pdf", "tep.pdf"),
        ("x" * 300, "application/pdf", "x" * 100 + ".pdf"),
        ("bao-cao.xlsx", "application/zip", "bao-cao.xlsx"),
    ],
)
def test_a_file_has_a_name_that_every_system_takes_and_its_ending(name: str, media_type: str, right: str) -> None:
    assert file_name(name, media_type) == right


def test_an_old_browser_reads_the_name_without_diacritics() -> None:
    said = disposition("attachment", "Giấy đăng ký.pdf")
    assert 'filename="Giay dang ky.pdf"' in said and "filename*=UTF-8''Gi%E1%BA%A5y" in said
