"""Signatures of XML that is too large to be held: its markup is read without its long texts, and what is signed is
canonicalised and hashed piece by piece (Canonical XML 1.0, Exclusive XML Canonicalization 1.0, of a whole document).

expat, as for the messages themselves: an attachment of 100 MB is the text of one element. A DOCTYPE is refused where it
begins, so there are no entities; nothing is fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from engine.model.source.safe import MAX_BYTES

#: Bytes of a text that is left out of the markup; of a read; of a tag or comment, which expat holds whole.
LONG, _PIECE, _TOKEN = 64 * 1024, 256 * 1024, 1024 * 1024
_XML = "http://www.w3.org/XML/1998/namespace"


class Unreadable(Exception):
    """No XML, or none that is safe to read: a rule's name, as `engine.model.source.safe.Refused` has it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(slots=True)
class Outline:
    """Where the long texts of a document stand: as ranges of bytes, and the elements that hold them by their place in
    the document's order. ends: where the end tags of the elements of that name (without its prefix) begin; of the root
    under the empty name."""

    cuts: list[tuple[int, int]] = field(default_factory=list)
    holders: set[int] = field(default_factory=set)
    ends: dict[str, int] = field(default_factory=dict)


def outline(stream: IO[bytes], wanted: Iterable[str] = ()) -> Outline:
    """Reads a document through once. wanted: names of elements whose first end is of interest. Raises `Unreadable`."""
    found = Outline()
    _Outlining(found, frozenset(wanted)).read(stream)
    return found


def markup(stream: IO[bytes], of: Outline) -> bytes:
    """The document without its long texts. Raises `Unreadable` where what is left is still too large to be held."""
    size = stream.seek(0, 2) - sum(end - start for start, end in of.cuts)
    if size > MAX_BYTES:
        raise Unreadable("too-large")
    parts, at = [], 0
    for start, end in of.cuts:
        stream.seek(at)
        parts.append(stream.read(start - at))
        at = end
    stream.seek(at)
    parts.append(stream.read())
    return b"".join(parts)


def digest(
    stream: IO[bytes], name: str, *, exclusive: bool, prefixes: Sequence[str] = (), skip: int | None = None
) -> bytes:
    """The hash of the whole document's canonical form without comments. prefixes: those that exclusive canonicalisation
    takes as inclusive does. skip: place of an element that is left out (a signature in what it signs). Raises
    `Unreadable`."""
    made = hashlib.new(name)
    _Canonical(made.update, exclusive, ["" if one == "#default" else one for one in prefixes], skip).read(stream)
    return made.digest()


class _Reader:
    """A parser that refuses what is not safe. Which text came last is its heirs' business."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.heard, self.count = 0, -1

    def read(self, stream: IO[bytes]) -> None:
        stream.seek(0)
        silent = 0
        try:
            while piece := stream.read(_PIECE):
                before = self.heard
                self.parser.Parse(piece, False)
                silent = silent + len(piece) if self.heard == before and not self.in_text else 0
                if silent > _TOKEN:
                    raise Unreadable("too-long")
            self.parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError):
            raise Unreadable("not-xml") from None

    @property
    def in_text(self) -> bool:
        return False

    def _doctype(self, *_declared: object) -> None:
        raise Unreadable("doctype")


class _Outlining(_Reader):
    def __init__(self, found: Outline, wanted: frozenset[str]) -> None:
        super().__init__()
        self.found, self.wanted = found, wanted
        self.open: list[int] = []
        self.begun: int | None = None
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = self._other
        self.parser.StartCdataSectionHandler = self._text
        self.parser.CharacterDataHandler = self._text

    @property
    def in_text(self) -> bool:
        return self.begun is not None

    def _text(self, *_text: object) -> None:
        """The first of a text is all that is heard of it: where it ends, the next tag says."""
        if self.begun is None:
            self.begun = self.parser.CurrentByteIndex
        self.parser.CharacterDataHandler = None

    def _over(self) -> None:
        self.heard += 1
        if self.begun is None:
            return
        at = self.parser.CurrentByteIndex
        if at - self.begun > LONG:
            self.found.cuts.append((self.begun, at))
            self.found.holders.add(self.open[-1])
        self.begun = None
        self.parser.CharacterDataHandler = self._text

    def _other(self, *_said: object) -> None:
        self._over()

    def _start(self, _name: str, _attributes: object) -> None:
        self._over()
        self.count += 1
        self.open.append(self.count)

    def _end(self, name: str) -> None:
        self._over()
        self.open.pop()
        local = name.rpartition(":")[2] if self.open else ""
        if not local or local in self.wanted:
            self.found.ends.setdefault(local, self.parser.CurrentByteIndex)


class _Canonical(_Reader):
    """scopes: of each open element the prefixes that are in force, and those that the output has told so far."""

    def __init__(
        self, write: Callable[[bytes], object], exclusive: bool, prefixes: Sequence[str], skip: int | None
    ) -> None:
        super().__init__()
        self.write, self.exclusive, self.listed, self.skip = write, exclusive, prefixes, skip
        self.skipping, self.after = 0, False
        self.scopes: list[tuple[Mapping[str, str], Mapping[str, str]]] = [({}, {})]
        self.parser.buffer_text = True
        self.parser.buffer_size = _PIECE
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.ProcessingInstructionHandler = self._instruction

    def _put(self, text: str) -> None:
        self.write(text.encode("utf-8"))

    def _text(self, text: str) -> None:
        self.heard += 1
        if not self.skipping:
            self._put(_escaped(text))

    def _start(self, name: str, flat: list[str]) -> None:
        self.heard += 1
        self.count += 1
        if self.skipping or self.count == self.skip:
            self.skipping += 1
            return
        attributes = list(zip(flat[::2], flat[1::2], strict=True))
        known, told = self.scopes[-1]
        declared = {one.partition(":")[2]: value for one, value in attributes if _declares(one)}
        known = {**known, **declared} if declared else known
        plain = [(one, value) for one, value in attributes if not _declares(one)]
        used = {_prefix(name), *(_prefix(one) for one, _value in plain if ":" in one)}
        news = {one: known.get(one, "") for one in sorted(self._rendered(used, known)) if one != "xml"}
        news = {one: uri for one, uri in news.items() if told.get(one, "") != uri}
        shown = "".join(f' xmlns{":" if one else ""}{one}="{_quoted(uri)}"' for one, uri in news.items())
        each = sorted((_space(one, known), one.rpartition(":")[2], one, value) for one, value in plain)
        shown += "".join(f' {one}="{_quoted(value)}"' for _uri, _local, one, value in each)
        self._put(f"<{name}{shown}>")
        self.scopes.append((known, {**told, **news} if news else told))

    def _rendered(self, used: set[str], known: Mapping[str, str]) -> set[str]:
        """Prefixes whose meaning the output has to tell here, unless it has told it above."""
        for one in used:
            if one and one != "xml" and not known.get(one):
                raise Unreadable("not-xml")  # a prefix that nobody declared
        return used | {one for one in self.listed if one in known} if self.exclusive else {"", *known}

    def _end(self, name: str) -> None:
        self.heard += 1
        if self.skipping:
            self.skipping -= 1
            return
        self._put(f"</{name}>")
        self.scopes.pop()
        self.after = len(self.scopes) == 1

    def _instruction(self, target: str, data: str) -> None:
        self.heard += 1
        if self.skipping:
            return
        outside = len(self.scopes) == 1
        said = f"<?{target}{' ' if data else ''}{data}?>".replace("\r", "&#xD;")
        self._put(f"{chr(10) if outside and self.after else ''}{said}{chr(10) if outside and not self.after else ''}")


def _declares(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _prefix(name: str) -> str:
    return name.partition(":")[0] if ":" in name else ""


def _space(name: str, known: Mapping[str, str]) -> str:
    """The namespace of an attribute."""
    prefix = _prefix(name)
    return _XML if prefix == "xml" else known.get(prefix, "") if prefix else ""


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#xD;")


def _quoted(value: str) -> str:
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return value.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;")
