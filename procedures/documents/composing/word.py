"""The shipped .docx templates of the 29 kinds: measures and looks of the decree, the agency's head written out, the
rest in docxtpl's tags, so that an agency can open one in Word, change it and upload it as its own."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from procedures.documents.composing import kinds
from procedures.documents.composing.words import whole_name
from procedures.documents.format import metrics
from procedures.documents.format.words import MOTTO, NATIONAL_NAME

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_RELATION}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="wps"'
)
FONT = "Times New Roman"
#: Twips: A4, and margins of 20, 20, 30 and 20 mm.
PAGE, MARGINS, WIDTH = (11906, 16838), (1134, 1134, 1701, 1134), 9071
HEAD, FOOT = (3515, 5556), (4535, 4536)


def template(kind: str, superior: str, issuer: str) -> bytes:
    """The template of a kind for an agency with this head."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(("rId1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(
            ("rId1", "styles", "styles.xml"), ("rId2", "header", "header1.xml"), ("rId3", "settings", "settings.xml")
        ),
        "word/document.xml": f"<w:document {_SPACES}><w:body>{_body(kind, superior, issuer)}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_SPACES}>{_styles()}</w:styles>",
        "word/settings.xml": f'<w:settings {_SPACES}><w:defaultTabStop w:val="720"/></w:settings>',
        "word/header1.xml": f"<w:hdr {_SPACES}>{_page_number()}</w:hdr>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (2020, 3, 5, 0, 0, 0))  # the same bytes every time
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return made.getvalue()


def _body(kind: str, superior: str, issuer: str) -> str:
    form = kinds.FORMS[kind]
    left = [*([_line(whole_name(superior).upper(), 12)] if superior else [])]
    name = whole_name(issuer).upper()
    breaks = metrics.width(name, 12, bold=True) > HEAD[0] / 20
    left.append(_ruled(name, 12, 0.34 if breaks else 0.4))
    left.append(_line("{{ so_ky_hieu }}", 13, before=6))
    if form.letter:
        left.append(_line("{{ trich_yeu }}", 12))
    left += _maybe("do_khan", _line("{{ do_khan }}", 13, bold=True, before=6, boxed=True))
    right = [
        _line(NATIONAL_NAME, 12, bold=True),
        _ruled(MOTTO, 13, 1.0),
        _line("{{ dia_danh_ngay }}", 13, italic=True, before=6),
    ]
    middle = (
        [] if form.letter else [_line("{{ ten_loai }}", 14, bold=True, before=18), _ruled("{{ trich_yeu }}", 14, 0.0)]
    )
    middle += _each("dong", "kinh_gui", _line("{{ dong }}", 14, before=6)) if form.addressed else []
    if form.bases:
        middle += _maybe("tham_quyen", _line("{{ tham_quyen }}", 14, bold=True, before=12))
        middle += _each("dong", "can_cu", _text("{{ dong }}", italic=True))
        middle.append(_line("{{ quyet_dinh }}", 14, bold=True, before=6))
    middle += _content()
    foot = _two_signers() if form.second else _table(FOOT, (_recipients(), [*_block("quyen_han"), _name("nguoi_ky")]))
    return _table(HEAD, (left, right)) + "".join(middle) + _gap() + foot + _section()


def _content() -> list[str]:
    part = _line("{{ doan.loi }}", 14, bold=True, before=6)
    heading = _text("{{ doan.loi }}", bold=True)
    text = _text("{{ doan.loi }}", lead="{{ doan.dan }}")
    return [
        _tag("for doan in noi_dung"), _tag("if doan.kieu == 'part'"), part, _tag("elif doan.kieu == 'heading'"),
        heading, _tag("else"), text, _tag("endif"), _tag("endfor"),
    ]  # fmt: skip


def _two_signers() -> str:
    """Their names stand side by side, whatever stands above each."""
    names = [_name("nguoi_ky_khac")], [_name("nguoi_ky")]
    return _table(FOOT, (_block("quyen_han_khac"), _block("quyen_han")), names)


def _recipients() -> list[str]:
    head = _line("Nơi nhận:", 12, bold=True, italic=True, align="left")
    return [*_maybe("noi_nhan", head), *_each("dong", "noi_nhan", _line("{{ dong }}", 11, align="left"))]


def _block(name: str) -> list[str]:
    return _each("dong", name, _line("{{ dong }}", 14, bold=True))


def _name(name: str) -> str:
    return _line("{{ " + name + " }}", 14, bold=True, before=76)


def _tag(words: str) -> str:
    return f"<w:p><w:r><w:t>{{%p {escape(words)} %}}</w:t></w:r></w:p>"


def _maybe(name: str, *inside: str) -> list[str]:
    return [_tag(f"if {name}"), *inside, _tag("endif")]


def _each(one: str, name: str, *inside: str) -> list[str]:
    return [_tag(f"for {one} in {name}"), *inside, _tag("endfor")]


def _run(text: str, size: float, *, bold: bool = False, italic: bool = False) -> str:
    looks = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "") + f'<w:sz w:val="{round(size * 2)}"/>'
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _line(text: str, size: float, *, bold: bool = False, italic: bool = False, align: str = "center", before: float = 0,
          boxed: bool = False, drawn: str = "") -> str:  # fmt: skip
    sides = ("top", "left", "bottom", "right") if boxed else ()
    border = "".join(f'<w:{side} w:val="single" w:sz="8" w:space="2" w:color="000000"/>' for side in sides)
    border = f"<w:pBdr>{border}</w:pBdr>" if border else ""
    indent = '<w:ind w:left="900" w:right="900"/>' if boxed else ""
    spacing = f'<w:spacing w:before="{round(before * 20)}" w:after="0" w:line="240" w:lineRule="auto"/>'
    looks = f'<w:pPr>{border}{spacing}{indent}<w:jc w:val="{align}"/></w:pPr>'
    return f"<w:p>{looks}{_run(text, size, bold=bold, italic=italic)}{drawn}</w:p>"


def _text(text: str, *, italic: bool = False, bold: bool = False, lead: str = "") -> str:
    looks = (
        '<w:pPr><w:spacing w:before="120" w:after="0" w:line="264" w:lineRule="auto"/><w:ind w:firstLine="720"/>'
        '<w:jc w:val="both"/></w:pPr>'
    )
    before = _run(lead, 14, bold=True) if lead else ""
    return f"<w:p>{looks}{before}{_run(text, 14, italic=italic, bold=bold)}</w:p>"


def _ruled(text: str, size: float, part: float) -> str:
    """A bold line with a rule of so much of its length under it; of a line that is not known yet, 45 mm."""
    length = part * metrics.width(text, size, bold=True) if part else 127.5
    extent = round(length * 12700)
    drawn = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" '
        'distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:align>center</wp:align></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{round(size * 1.32 * 12700)}</wp:posOffset>'
        f'</wp:positionV><wp:extent cx="{extent}" cy="0"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{abs(hash_of(text)) % 60000 + 1}" name="Đường kẻ"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
        f'<wps:cNvCnPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{extent}" cy="0"/></a:xfrm>'
        '<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/>'
        "</a:solidFill></a:ln></wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
        "</mc:Choice></mc:AlternateContent></w:r>"
    )
    return _line(text, size, bold=True, drawn=drawn)


def hash_of(text: str) -> int:
    """A number for a shape that is the same every time."""
    return sum(ord(letter) * place for place, letter in enumerate(text, 1))


def _gap() -> str:
    return '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:p>'


def _table(widths: tuple[int, int], *rows: tuple[list[str], list[str]]) -> str:
    cells = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{"".join(lines)}</w:tc>'
            for lines, width in zip(row, widths, strict=True)
        )
        + "</w:tr>"
        for row in rows
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{cells}</w:tbl>"
    )


def _section() -> str:
    top, bottom, left, right = MARGINS
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:pgSz w:w="{PAGE[0]}" w:h="{PAGE[1]}"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="567" w:footer="567" '
        'w:gutter="0"/><w:titlePg/></w:sectPr>'
    )


def _page_number() -> str:
    looks = '<w:rPr><w:sz w:val="26"/></w:rPr>'
    field = "".join(
        f"<w:r>{looks}{one}</w:r>"
        for one in (
            '<w:fldChar w:fldCharType="begin"/>', '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>', "<w:t>2</w:t>", '<w:fldChar w:fldCharType="end"/>',
        )
    )  # fmt: skip
    return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{field}</w:p>'


def _styles() -> str:
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    return (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/>'
        '</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" '
        'w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    )


def _relations(*targets: tuple[str, str, str]) -> str:
    each = "".join(
        f'<Relationship Id="{name}" Type="{_RELATION}/{what}" Target="{where}"/>' for name, what, where in targets
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'


def _types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    overrides = (("document", "document.main"), ("styles", "styles"), ("header1", "header"), ("settings", "settings"))
    each = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{word}.{what}+xml"/>' for part, what in overrides
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{each}</Types>'
    )
