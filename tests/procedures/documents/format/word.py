"""A draft as a .docx, by several ways that writers take: how the head is laid out, where looks are said, how rules are
drawn."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

from procedures.documents.format import metrics
from tests.procedures.documents.format.drafts import Draft, Line

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ALIGNS = {"center": "center", "left": "left", "right": "right", "justify": "both"}


@dataclass
class Way:
    """head: table, tabs, boxes; looks: run, style, defaults; rules: shape, underline, dashes, border, vml."""

    head: str = "table"
    looks: str = "run"
    rules: str = "shape"


def twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


class Writer:
    """Writes one draft."""

    def __init__(self, draft: Draft, way: Way) -> None:
        self.draft, self.way = draft, way
        self.styles: dict[str, str] = {}
        self.width = twips(draft.paper[0] - draft.margins[2] - draft.margins[3])

    def looks(self, line: Line, *, underlined: bool = False, bold: bool | None = None) -> str:
        bold = line.bold if bold is None else bold
        font = line.font or (self.draft.font if self.way.looks == "run" else "")
        return (
            (f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if font else "")
            + (f'<w:b w:val="{int(bold)}"/>' if bold or self.way.looks == "run" else "")
            + ("<w:i/>" if line.italic else "")
            + (f'<w:color w:val="{line.colour}"/>' if line.colour else "")
            + f'<w:sz w:val="{round(line.size * 2)}"/>'
            + ('<w:u w:val="single"/>' if underlined else "")
        )

    def standing(self, line: Line) -> str:
        exact = f'<w:spacing w:before="{round(line.gap * 20)}" w:after="0" w:lineRule="auto" '
        exact += f'w:line="{round(line.spacing * 240)}"/>'
        indent = f'<w:ind w:firstLine="{twips(line.indent * 10)}"/>' if line.indent else ""
        return f'{exact}{indent}<w:jc w:val="{ALIGNS[line.align]}"/>'

    def paragraph(self, line: Line, extra: str = "") -> str:
        looks, standing = self.looks(line), self.standing(line)
        if self.way.looks == "style":
            name = self.styles.setdefault(f"<w:pPr>{standing}</w:pPr><w:rPr>{looks}</w:rPr>", f"S{len(self.styles)}")
            looks, standing = "", f'<w:pStyle w:val="{name}"/>'
        return f"<w:p><w:pPr>{standing}</w:pPr>{extra}{self.runs(line, looks)}</w:p>{self.below(line)}"

    def runs(self, line: Line, looks: str) -> str:
        if line.bold_part:
            rest = line.text.removeprefix(line.bold_part)
            return run(line.bold_part, self.looks(line, bold=True)) + run(rest, looks)
        if line.rule is None:
            return run(line.text, looks)
        if self.way.rules == "underline":
            return self.underlined(line, looks)
        length = line.rule * metrics.width(line.text, line.size, bold=line.bold)
        drawing = {"shape": shape, "vml": vml}.get(self.way.rules)
        return run(line.text, looks) + (drawing(length) if drawing else "")

    def underlined(self, line: Line, looks: str) -> str:
        """So many letters in the middle as the rule is long."""
        count = round(len(line.text) * (line.rule or 0))
        start = (len(line.text) - count) // 2
        parts = line.text[:start], line.text[start : start + count], line.text[start + count :]
        return run(parts[0], looks) + run(parts[1], looks + '<w:u w:val="single"/>') + run(parts[2], looks)

    def below(self, line: Line) -> str:
        if line.rule is None:
            return ""
        length = line.rule * metrics.width(line.text, line.size, bold=line.bold)
        if self.way.rules == "dashes":
            count = max(3, round(length / metrics.width("_", 10)))
            return self.paragraph(Line("_" * count, 10))
        if self.way.rules == "border":
            side = round((self.room * 20 - length * 20) / 2)
            return (
                f'<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="6"/></w:pBdr><w:ind w:left="{side}" '
                f'w:right="{side}"/></w:pPr></w:p>'
            )
        return ""

    room = 0.0

    def body(self) -> str:
        draft = self.draft
        self.room = self.width / 20
        head = {"table": self.table, "tabs": self.tabs, "boxes": self.boxes}[self.way.head]
        shares = (0.4, 0.6) if self.way.head == "table" else (0.42, 0.58)
        text = head(draft.left, draft.right, shares)
        self.room = self.width / 20
        text += "".join(self.paragraph(line) for line in draft.body)
        text += self.table(draft.sent_to, draft.signer, (0.5, 0.5))
        self.room = self.width / 20
        for place, line in enumerate(draft.annex):
            text += self.paragraph(line, '<w:r><w:br w:type="page"/></w:r>' if place == 0 else "")
        return text + (self.grid(draft.table) if draft.table else "")

    def table(self, left: list[Line], right: list[Line], shares: tuple[float, float]) -> str:
        cells = ""
        for lines, share in zip((left, right), shares, strict=True):
            width = round(self.width * share)
            self.room = width / 20 - 10.8
            inside = "".join(self.paragraph(line) for line in lines) or "<w:p/>"
            cells += f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inside}</w:tc>'
        return f'<w:tbl><w:tblPr><w:tblW w:w="{self.width}" w:type="dxa"/></w:tblPr><w:tr>{cells}</w:tr></w:tbl>'

    def tabs(self, left: list[Line], right: list[Line], shares: tuple[float, float]) -> str:
        """Each row one paragraph, its two texts at centred tab stops."""
        text, width = "", self.width
        places = (round(width * 0.2), round(width * 0.7))
        stops = "".join(f'<w:tab w:val="center" w:pos="{place}"/>' for place in places)
        for row in range(max(len(left), len(right))):
            two = [side[row] if row < len(side) else None for side in (left, right)]
            runs = "".join(
                f"<w:r><w:tab/></w:r>{self.runs(line, self.looks(line))}" if line else "<w:r><w:tab/></w:r>"
                for line in two
            )
            text += f"<w:p><w:pPr><w:tabs>{stops}</w:tabs></w:pPr>{runs}</w:p>"
        return text

    def boxes(self, left: list[Line], right: list[Line], shares: tuple[float, float]) -> str:
        text, at = "", 0.0
        for lines, share in zip((left, right), shares, strict=True):
            width = self.width / 20 * share
            self.room = width - 14.4
            inside = "".join(self.paragraph(line) for line in lines)
            text += box(inside, at, width, 80)
            at += width
        return f"<w:p>{text}</w:p>"

    def grid(self, rows: list[list[str]]) -> str:
        sides = "".join(
            f'<w:{side} w:val="single"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        cells = "".join(
            "<w:tr>" + "".join(f"<w:tc>{self.paragraph(Line(cell, 12))}</w:tc>" for cell in row) + "</w:tr>"
            for row in rows
        )
        return f"<w:tbl><w:tblPr><w:tblBorders>{sides}</w:tblBorders></w:tblPr>{cells}</w:tbl><w:p/>"

    def section(self) -> str:
        draft = self.draft
        width, height = (twips(one) for one in draft.paper)
        top, bottom, left, right = (twips(one) for one in draft.margins)
        kind = "header" if draft.number_at == "top" else "footer"
        reference = f'<w:{kind}Reference w:type="default" r:id="rId9"/>' if draft.number else ""
        first = "" if draft.number_first else "<w:titlePg/>"
        return (
            f'<w:sectPr>{reference}<w:pgSz w:w="{width}" w:h="{height}"/><w:pgMar w:top="{top}" w:right="{right}" '
            f'w:bottom="{bottom}" w:left="{left}" w:header="567" w:footer="567"/>{first}</w:sectPr>'
        )

    def number(self) -> str:
        line = self.draft.number or Line("", 13)
        looks = self.looks(line)
        field = "".join(
            f"<w:r><w:rPr>{looks}</w:rPr>{one}</w:r>"
            for one in (
                '<w:fldChar w:fldCharType="begin"/>',
                "<w:instrText> PAGE </w:instrText>",
                '<w:fldChar w:fldCharType="separate"/>',
                "<w:t>2</w:t>",
                '<w:fldChar w:fldCharType="end"/>',
            )
        )
        return f'<w:p><w:pPr><w:jc w:val="{ALIGNS[line.align]}"/></w:pPr>{field}</w:p>'

    def style_sheet(self) -> str:
        font = self.draft.font
        defaults = (
            f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/><w:sz w:val="28"/>' if self.way.looks == "defaults" else ""
        )
        normal = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>' if self.way.looks == "style" else ""
        made = "".join(
            f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="Normal"/>{says}</w:style>'
            for says, name in self.styles.items()
        )
        theme = '<w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/><w:sz w:val="22"/>'
        return (
            f"<w:docDefaults><w:rPrDefault><w:rPr>{defaults or theme}</w:rPr></w:rPrDefault></w:docDefaults>"
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
            f"<w:rPr>{normal}</w:rPr></w:style>{made}"
        )


def run(text: str, looks: str) -> str:
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def shape(length: float) -> str:
    extent = round(length * 12700)
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:positionH relativeFrom="column">'
        f'<wp:posOffset>0</wp:posOffset></wp:positionH><wp:extent cx="{extent}" cy="0"/><a:graphic><a:graphicData>'
        "<wps:wsp>"
        '<wps:cNvCnPr/><wps:spPr><a:prstGeom prst="line"/></wps:spPr></wps:wsp></a:graphicData></a:graphic></wp:anchor>'
        "</w:drawing></mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r>"
    )


def vml(length: float) -> str:
    return f'<w:r><w:pict><v:line from="10pt,2pt" to="{10 + length:.1f}pt,2pt"/></w:pict></w:r>'


def box(inside: str, at: float, width: float, height: float) -> str:
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:positionH relativeFrom="column">'
        f"<wp:posOffset>{round(at * 12700)}</wp:posOffset></wp:positionH>"
        f'<wp:extent cx="{round(width * 12700)}" cy="{round(height * 12700)}"/><a:graphic><a:graphicData><wps:wsp>'
        f'<wps:spPr><a:prstGeom prst="rect"/></wps:spPr><wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx>'
        "</wps:wsp>"
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )


def docx(draft: Draft, way: Way | None = None, before_body: str = "") -> bytes:
    """The draft as a .docx."""
    writer = Writer(draft, way or Way())
    body = before_body + writer.body()
    theme = '<a:fontScheme name="x"><a:minorFont><a:latin typeface="Calibri"/></a:minorFont></a:fontScheme>'
    kind = "header" if draft.number_at == "top" else "footer"
    targets = [("rId1", "styles"), ("rId2", "theme"), *([("rId9", kind)] if draft.number else [])]
    tag = {"header": "hdr", "footer": "ftr"}[kind]
    parts = {
        "_rels/.rels": relations([("rId1", "officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": relations([(name, what, f"{what}.xml") for name, what in targets]),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}{writer.section()}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {SPACES}>{writer.style_sheet()}</w:styles>",
        "word/theme.xml": f"<a:theme {SPACES}>{theme}</a:theme>",
        f"word/{kind}.xml": f"<w:{tag} {SPACES}>{writer.number()}</w:{tag}>",
        "[Content_Types].xml": types(kind),
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return data.getvalue()


def relations(targets: list[tuple[str, str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{name}" Type="{RELATION}/{what}" Target="{where}"/>' for name, what, where in targets
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'


def types(kind: str) -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    overrides = {
        "document": f"{word}.document.main+xml",
        "styles": f"{word}.styles+xml",
        kind: f"{word}.{kind}+xml",
        "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
    }
    each = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{what}"/>' for name, what in overrides.items())
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{each}</Types>'
    )
