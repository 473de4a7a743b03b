"""How a .docx says its letters and paragraphs look: defaults, styles and what they are based on, lists, then the text's
own (ISO/IEC 29500-1 §17.7.2)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from procedures.documents.format.layout import Span
from procedures.documents.format.package import A, Package, W, child, number, value

_OFF = {"0", "false", "off", "none"}
TOGGLES = ("b", "i", "caps", "vanish")
Props = dict[str, str]


def _on(element: etree._Element | None) -> str:
    return "" if element is None else "0" if value(element, "val", "1") in _OFF else "1"


@dataclass
class Styles:
    """Resolves looks. `fonts`: the theme's."""

    defaults: Props
    paragraph_defaults: Props
    chains: dict[str, tuple[str, list[etree._Element]]]
    default_paragraph: str
    fonts: dict[str, str]
    levels: dict[tuple[str, str], Props]

    @classmethod
    def of(cls, package: Package) -> Styles:
        """Those of an opened file."""
        root, theme = package.beside("/styles"), package.beside("/theme")
        fonts = _theme_fonts(theme)
        by_id = {value(s, "styleId"): s for s in (root.iterchildren(f"{W}style") if root is not None else ())}
        default = next(
            (n for n, s in by_id.items() if value(s, "type") == "paragraph" and value(s, "default") in {"1", "true"}),
            "",
        )
        return cls(
            run_props(child(root, "docDefaults", "rPrDefault", "rPr"), fonts),
            paragraph_props(child(root, "docDefaults", "pPrDefault", "pPr")),
            {name: (value(style, "type"), _chain(name, by_id)) for name, style in by_id.items()},
            default,
            fonts,
            _levels(package.beside("/numbering")),
        )

    def paragraph(self, own: etree._Element | None) -> Props:
        """The properties of a paragraph with this `pPr`; `style` names its style."""
        direct = paragraph_props(own)
        name = value(child(own, "pStyle"), "val") or self.default_paragraph
        if name not in self.chains:
            name = self.default_paragraph
        styled: Props = {}
        for style in self.chains.get(name, ("", []))[1]:
            styled |= paragraph_props(child(style, "pPr"))
        listed = self.levels.get((direct.get("list", ""), direct.get("level", "0")), {})
        if not listed and styled.get("list"):
            styled = self.levels.get((styled["list"], styled.get("level", "0")), {}) | styled
        return self.paragraph_defaults | styled | listed | direct | {"style": name}

    def run(self, paragraph_style: str, own: etree._Element | None) -> Props:
        """The properties of letters with this `rPr` in a paragraph of this style."""
        by_paragraph = self._styled(paragraph_style)
        by_letter = self._styled(value(child(own, "rStyle"), "val"))
        direct = run_props(own, self.fonts)
        found = self.defaults | by_paragraph | by_letter | direct
        for name in TOGGLES:
            if name not in direct and (name in by_paragraph or name in by_letter):
                found[name] = "1" if (by_paragraph.get(name) == "1") != (by_letter.get(name) == "1") else "0"
        return found

    def _styled(self, name: str) -> Props:
        found: Props = {}
        for style in self.chains.get(name, ("", []))[1]:
            found |= run_props(child(style, "rPr"), self.fonts)
        return found


def _chain(name: str, by_id: dict[str, etree._Element]) -> list[etree._Element]:
    """A style and what it is based on, the farthest first."""
    seen: list[str] = []
    while name in by_id and name not in seen:
        seen.append(name)
        name = value(child(by_id[name], "basedOn"), "val")
    return [by_id[one] for one in reversed(seen)]


def _theme_fonts(theme: etree._Element | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in ("major", "minor"):
        font = None if theme is None else theme.find(f".//{A}{kind}Font/{A}latin")
        for slot in ("HAnsi", "Ascii"):
            found[kind + slot] = str(font.get("typeface", "")) if font is not None else ""
    return found


def _levels(root: etree._Element | None) -> dict[tuple[str, str], Props]:
    """List and level → the paragraph's properties."""
    if root is None:
        return {}
    abstract = {value(one, "abstractNumId"): one for one in root.iterchildren(f"{W}abstractNum")}
    found: dict[tuple[str, str], Props] = {}
    for one in root.iterchildren(f"{W}num"):
        shape = abstract.get(value(child(one, "abstractNumId"), "val"))
        for level in shape.iterchildren(f"{W}lvl") if shape is not None else ():
            found[value(one, "numId"), value(level, "ilvl")] = paragraph_props(child(level, "pPr"))
    return found


def run_props(own: etree._Element | None, fonts: dict[str, str]) -> Props:
    """What an `rPr` says, a theme's font by its name."""
    found: Props = {}
    if own is None:
        return found
    named = child(own, "rFonts")
    for slot in ("ascii", "hAnsi"):
        theme = fonts.get(value(named, f"{slot}Theme"), "")
        if theme or value(named, slot):
            found[slot] = theme or value(named, slot)
    for name in TOGGLES:
        if on := _on(child(own, name)):
            found[name] = on
    for name in ("sz", "u", "vertAlign"):
        if said := value(child(own, name), "val"):
            found[name] = said
    colour = child(own, "color")
    if colour is not None:
        found["color"] = _colour(colour)
    return found


def _colour(element: etree._Element) -> str:
    said = value(element, "val", "auto")
    if said == "auto" or (value(element, "themeColor") in {"text1", "dark1"} and not value(element, "themeTint")):
        return "000000"
    return said.upper()


def paragraph_props(own: etree._Element | None) -> Props:
    """What a `pPr` says. `list` and `level` are its list's; `ind-…` and `spacing-…` the parts of these."""
    found: Props = {}
    if own is None:
        return found
    if jc := value(child(own, "jc"), "val"):
        found["jc"] = jc
    for name in ("ind", "spacing"):
        element = child(own, name)
        for key, said in element.attrib.items() if element is not None else ():
            part = str(key).rpartition("}")[2]
            part = {"start": "left", "end": "right"}.get(part, part)
            found[f"{name}-{part}"] = str(said)
    _one_first_line(found)
    for name in ("contextualSpacing", "pageBreakBefore"):
        if on := _on(child(own, name)):
            found[name] = on
    if (listed := value(child(own, "numPr", "numId"), "val")) != "":
        found |= {"list": listed, "level": value(child(own, "numPr", "ilvl"), "val", "0")}
    border = child(own, "pBdr", "bottom")
    if border is not None:
        found["border"] = value(border, "val", "nil")
    return found


def _one_first_line(found: Props) -> None:
    """A hanging indent and one of the first line are one property: what says the one takes the other away."""
    if "ind-hanging" in found:
        found["ind-firstLine"] = "0"
    elif "ind-firstLine" in found:
        found["ind-hanging"] = "0"


def span(text: str, props: Props) -> list[Span]:
    """The text as spans: letters outside ASCII may have a font of their own."""
    if props.get("vanish") == "1" or not text:
        return []
    if props.get("caps") == "1":
        text = text.upper()
    ascii_font, other_font = props.get("ascii", "Times New Roman"), props.get("hAnsi", "Times New Roman")
    pieces: list[tuple[str, str]] = []
    for letter in text:
        font = ascii_font if letter < "\x80" else other_font
        if pieces and (pieces[-1][1] == font or letter.isspace()):
            pieces[-1] = (pieces[-1][0] + letter, pieces[-1][1])
        else:
            pieces.append((letter, font))
    return [
        Span(
            piece,
            font,
            number(props.get("sz", "20")) / 2,
            props.get("b") == "1",
            props.get("i") == "1",
            props.get("color", "000000"),
            props.get("u", "none") != "none",
            props.get("vertAlign", "baseline") != "baseline",
        )
        for piece, font in pieces
    ]
