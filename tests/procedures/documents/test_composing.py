"""Documents of all kinds are composed as .docx and PDF, and the check of the format finds nothing in any."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.refusal import Refusal
from procedures.documents import format as formats
from procedures.documents import words
from procedures.documents.composing import filling, kinds, making, word
from procedures.documents.composing.content import Content, checked, content_of, lines_of
from procedures.documents.composing.structure import Paragraph, paragraphs
from procedures.documents.composing.words import words_of
from procedures.files import DOCX, type_of
from procedures.vocabulary.documents import KINDS

AT = datetime(2026, 11, 25, tzinfo=UTC)
LONG = (
    "Giao Văn phòng chủ trì, phối hợp với các phòng, đơn vị liên quan tổ chức thực hiện, theo dõi, đôn đốc và tổng hợp "
    "kết quả, báo cáo trước ngày 25 hằng tháng; kịp thời đề xuất biện pháp tháo gỡ khó khăn, vướng mắc phát sinh."
)


def content(kind: str, **more: object) -> Content:
    form = kinds.FORMS[kind]
    mark = f"{kind}-UBND" if kind not in ("CV", "ThC") else "UBND-KT"
    said = Content(
        kind=kind,
        superior="Ủy ban nhân dân tỉnh Hưng Yên",
        issuer="Ủy ban nhân dân xã Đông Hưng",
        place="Đông Hưng",
        mark=mark,
        subject="Về việc kiện toàn Ban Chỉ đạo chuyển đổi số",
        body=form.begin.replace("…", LONG),
        block=("TM. Ủy ban nhân dân", "Chủ tịch"),
        signer="Phạm Văn Dũng",
        number=5,
        day=date(2026, 2, 3),
        addressees=("Sở Nội vụ tỉnh Hưng Yên", "Sở Tài chính tỉnh Hưng Yên") if form.addressed else (),
        authority="Ủy ban nhân dân xã Đông Hưng" if form.bases else "",
        bases=("Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025", "Theo đề nghị của Văn phòng"),
        recipients=("Như trên", "Thường trực Đảng ủy"),
        kept="VT, KT",
        second="Nguyễn Thị Hoa" if form.second else "",
    )
    return replace(said, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_the_format_as_docx_and_pdf(kind: str) -> None:
    for one in (content(kind), content(kind, number=None, day=None, superior="", urgency=1)):
        made = making.docx(one)
        assert type_of(made) == DOCX
        assert [(f.rule, str(f.found), f.text) for f in formats.check(made)] == []
        assert [(f.rule, str(f.found), f.text) for f in formats.check(making.pdf(one, AT))] == []


def test_both_say_the_same_and_what_is_no_markup_stays_words() -> None:
    said = content("QĐ", subject="Về việc A & B <w:p> {{ so }}", body="Điều 1. {% for x in y %} #let a = 1 *đậm*")
    docx = " ".join(words.text_of(making.docx(said), DOCX).split())
    pdf = " ".join(words.text_of(making.pdf(said, AT), "application/pdf").split())
    for text in (
        "A & B <w:p> {{ so }}",
        "{% for x in y %} #let a = 1 *đậm*./.",
        "Số: 05/QĐ-UBND",
        "PHẠM"[:0] + "Phạm Văn Dũng",
    ):
        assert text in docx and text in pdf


def test_text_is_read_as_parts_headings_articles_and_ends_as_the_decree_asks() -> None:
    assert paragraphs("Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi\nI. TÌNH HÌNH\n\n a)  Điểm một. \n") == [
        Paragraph("part", "Chương I"),
        Paragraph("part", "QUY ĐỊNH CHUNG"),
        Paragraph("text", " Phạm vi", "Điều 1."),
        Paragraph("heading", "I. TÌNH HÌNH"),
        Paragraph("text", "a) Điểm một./."),
    ]
    assert lines_of("- Như trên;\n\n– Sở Nội vụ.\n") == ("Như trên", "Sở Nội vụ")


def test_content_is_kept_and_checked() -> None:
    said = content("TTr")
    assert content_of(said.kept_in_json()) == said
    assert words_of(said)["kinh_gui"] == ["Kính gửi:", "- Sở Nội vụ tỉnh Hưng Yên;", "- Sở Tài chính tỉnh Hưng Yên."]
    for change, about in (({"body": " "}, "body"), ({"subject": ""}, "subject"), ({"signer": ""}, "signer")):
        with pytest.raises(Refusal) as refused:
            checked(replace(said, **change))  # type: ignore[arg-type]
        assert refused.value.about == about


def spoiled(text: str) -> bytes:
    """The shipped template with other words in the place of the notation."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word.template("QĐ", "", "A"))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"{{ so_ky_hieu }}", text.encode()))
    return made.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ khong_co }}",
        "{% for a in 'x' * 99999 %}{% for b in 'x' * 99999 %}{% endfor %}{% endfor %}",
        "{{ 'x' * 9999999999 }}",
        "{% if %}",
    ],
)
def test_a_template_of_a_stranger_harms_nobody(text: str) -> None:
    with pytest.raises(filling.TemplateError, match="Mẫu Word không dùng được"):
        filling.fill_apart(spoiled(text), words_of(content("QĐ")))
    assert b"PK" in filling.fill_apart(spoiled("{{ co_quan }}"), words_of(content("QĐ")))[:2]
