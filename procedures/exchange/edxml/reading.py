"""From a message to its fields: lenient in order, prefixes, namespaces and older dialects; nothing is dropped."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from procedures.exchange.edxml import fields
from procedures.exchange.edxml.attachments import MIB, Payload, Room
from procedures.exchange.edxml.fields import Field
from procedures.exchange.edxml.parsing import Node, Parsed, parse
from procedures.exchange.edxml.refusing import EdxmlRefused

#: Attachments that together have no more bytes than this are given with their content.
INLINE = 4 * MIB
#: Letters of a value that was not understood.
SHOWN = 2000


@dataclass
class Message:
    """What was read. fields: `kind` (``document`` or ``status``), `MessageHeader`, `TraceHeaderList`, `Signature`,
    `edXMLManifest`, `attachments`, `meaning`, `unknown`, each where the message has it. faults: attachments that cannot
    be decoded, as sentences (vi, en)."""

    fields: dict[str, Any]
    faults: list[tuple[str, str]] = field(default_factory=list)


def read(stream: IO[bytes], folder: Path | None = None) -> Message:
    """The message of a stream. folder: where attachments are written as files, named by their SHA-256. Raises
    `EdxmlRefused`."""
    with Room() as room:
        message, payloads = _Reading(parse(stream, room), room).message()
        _contents(message, payloads, folder)
    return message


class _Reading:
    def __init__(self, parsed: Parsed, room: Room) -> None:
        self.parsed, self.room = parsed, room
        self.unknown: list[dict[str, Any]] = []
        self.sections: dict[str, Any] = {}
        self.attachments: list[dict[str, Any]] = []
        self.payloads: list[Payload] = []
        self.signatures: list[Node] = []
        self.loose: list[tuple[Node, str]] = []

    def message(self) -> tuple[Message, list[Payload]]:
        root = self.parsed.root
        self._walk(root, root.name)
        if fields.MESSAGE_HEADER.name not in self.sections:
            self._flat()
        for node, path in self.loose:
            self._unknown(node, path)
        found = self.sections
        header = found.get(fields.MESSAGE_HEADER.name)
        if not header:
            raise EdxmlRefused(
                "no-edxml",
                "Tệp này không phải thông điệp edXML: không có MessageHeader.",
                "This file is no edXML message: it has no MessageHeader.",
            )
        told: dict[str, Any] = {"kind": "status" if "StatusCode" in header else "document", **found}
        if self.signatures:
            told["Signature"] = _generic(self.signatures[0])
            for more in self.signatures[1:]:
                self._unknown(more, more.name)
        told["attachments"] = self.attachments
        told["meaning"] = _meaning(told)
        self._outside()
        told["unknown"] = self.unknown
        return Message(told), self.payloads

    def _walk(self, node: Node, path: str) -> None:
        """Sections wherever they stand; what only wraps is gone through."""
        shape = fields.SECTION_NAMES.get(node.key)
        if shape is not None:
            if shape is fields.MANIFEST:
                for one in [one for one in node.children if one.key == "attachment"]:
                    node.children.remove(one)
                    self._attachment(one, f"{path}/{one.name}")
            self._section(shape, node, path)
        elif node.key == "signature":
            self.signatures.append(node)
        elif node.key == "attachment":
            self._attachment(node, path)
        elif node.key in ("bussiness", "business"):
            self._bussiness(node, path)
        elif node is self.parsed.root or node.key in fields.WRAPPERS or _wraps(node):
            self._wrapped(node, path)
        else:
            self.loose.append((node, path))

    def _wrapped(self, node: Node, path: str) -> None:
        if node.text:
            self._text(path, node.line, node.text)
        for name, value in node.attributes.items():
            if name != "version":
                self._text(f"{path}/@{name}", node.line, value)
        for child in node.children:
            self._walk(child, f"{path}/{child.name}")

    def _section(self, shape: Field, node: Node, path: str) -> None:
        hoisted = [one for one in node.children if _hoists(shape, one)]
        node.children = [one for one in node.children if not _hoists(shape, one)]
        if shape.name in self.sections:
            self._unknown(node, path)
        else:
            self.sections[shape.name] = self._group(shape, node, path)
        for one in hoisted:
            self._walk(one, f"{path}/{one.name}")

    def _bussiness(self, node: Node, path: str) -> None:
        traces = self.sections.setdefault(fields.TRACE_HEADER_LIST.name, {})
        if "Bussiness" in traces:
            self._unknown(node, path)
        else:
            traces["Bussiness"] = self._value(fields.BUSSINESS, node, path)

    def _flat(self) -> None:
        """No MessageHeader: its fields stand by themselves."""
        names = fields.MESSAGE_HEADER.by_name
        flat = [(node, path) for node, path in self.loose if node.key in names]
        if not {"from", "to", "documentid", "responsefor"} & {node.key for node, _path in flat}:
            return
        self.loose = [one for one in self.loose if one not in flat]
        header = Node("MessageHeader", flat[0][0].line, children=[node for node, _path in flat])
        self.sections = {
            fields.MESSAGE_HEADER.name: self._group(fields.MESSAGE_HEADER, header, self.parsed.root.name),
            **self.sections,
        }

    def _group(self, shape: Field, node: Node, path: str) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, value in node.attributes.items():
            if name in shape.attributes:
                told[name] = value
            else:
                self._text(f"{path}/@{name}", node.line, value)
        for child in node.children:
            known, at = shape.by_name.get(child.key), f"{path}/{child.name}"
            if known is None or (known.name in told and not known.many and not _lists(known)):
                self._unknown(child, at)
            elif known.many:
                told.setdefault(known.name, []).append(self._value(known, child, at))
            elif known.name in told:
                self._merge(told[known.name], self._value(known, child, at))
            else:
                told[known.name] = self._value(known, child, at)
        if node.text:
            self._plain(shape, told, node, path)
        return {one: told[one] for one in (*shape.attributes, *(each.name for each in shape.children)) if one in told}

    def _plain(self, shape: Field, told: dict[str, Any], node: Node, path: str) -> None:
        """Plain text where a group is meant: older dialects write `<DocumentType>Công văn</DocumentType>`."""
        if not shape.plain or told:
            self._text(path, node.line, node.text)
            return
        child = shape.by_name[shape.plain.lower()]
        number, slash, notation = node.text.partition("/")
        if shape.plain == "CodeNumber" and slash:
            told.update(CodeNumber=number, CodeNotation=notation)
        else:
            told[child.name] = [node.text] if child.many else node.text

    def _value(self, shape: Field, node: Node, path: str) -> Any:
        if shape.children:
            return self._group(shape, node, path)
        for name, value in node.attributes.items():
            self._text(f"{path}/@{name}", node.line, value)
        if node.children and shape.name == "Code" and not node.text:  # of a ResponseFor, as that of a document
            parts = {one.key: one.text for one in node.children}
            if set(parts) == {"codenumber", "codenotation"}:
                return "/".join((parts["codenumber"], parts["codenotation"]))
        for child in node.children:
            self._unknown(child, f"{path}/{child.name}")
        return node.text

    def _merge(self, there: dict[str, Any], more: dict[str, Any]) -> None:
        for name, values in more.items():
            there.setdefault(name, []).extend(values)

    def _attachment(self, node: Node, path: str) -> None:
        contents = [one for one in node.children if one.payload is not None]
        node.children = [one for one in node.children if one.payload is None or one not in contents[:1]]
        told = self._group(fields.ATTACHMENT, node, path)
        name, kind = told.pop("AttachmentName", ""), told.pop("ContentType", "")
        entry: dict[str, Any] = {"name": name, "type": kind, "size": None, "sha256": None, **told}
        if contents:
            payload = contents[0].payload
            assert payload is not None
            if payload.fault is None:
                entry.update(size=payload.size, sha256=payload.sha256)
                members = payload.members(name)
                if members is not None:
                    entry["members"] = members
            self.payloads.append(payload)
        else:
            self.payloads.append(Payload(self.room, fault=_ABSENT))
        self.attachments.append(entry)

    def _outside(self) -> None:
        if self.parsed.before:
            self._text("", 1, self.parsed.before)
        if self.parsed.after:
            self._text("", int(self.parsed.after), "…")

    def _unknown(self, node: Node, path: str) -> None:
        value = _generic(node)
        if isinstance(value, str):
            self._text(path, node.line, value)
        else:
            self.unknown.append({"path": path, "line": node.line, "value": value})

    def _text(self, path: str, line: int, value: str) -> None:
        self.unknown.append({"path": path, "line": line, "value": value[:SHOWN]})


_ABSENT = (
    "Tệp đính kèm không có nội dung trong thông điệp.",
    "The attachment has no content in the message.",
)


def _lists(shape: Field) -> bool:
    """A group that holds one list and nothing else: written twice, it is one list."""
    return len(shape.children) == 1 and shape.children[0].many


def _hoists(shape: Field, node: Node) -> bool:
    """A section that a dialect puts into another."""
    outer = fields.SECTION_NAMES.get(node.key)
    section = outer is not None or node.key in ("signature", "attachmentencoded", "bussiness", "business")
    return section and node.key not in shape.by_name


def _wraps(node: Node) -> bool:
    """A wrapper of a name that is not known: a section stands somewhere in it."""
    return any(
        child.key in fields.SECTION_NAMES or child.key in fields.WRAPPERS or _wraps(child) for child in node.children
    )


def _generic(node: Node) -> Any:
    """An element as it stands: text, or `{@attribute, child, #text}`; children of one name are a list."""
    if not node.children and not node.attributes:
        return node.text
    told: dict[str, Any] = {f"@{name}": value for name, value in node.attributes.items()}
    for child in node.children:
        value = _generic(child)
        if child.name not in told:
            told[child.name] = value
        elif isinstance(told[child.name], list):
            told[child.name].append(value)
        else:
            told[child.name] = [told[child.name], value]
    if node.text:
        told["#text"] = node.text
    return told


def _meaning(told: dict[str, Any]) -> dict[str, Any]:
    """What the codes say, for people (vi, en); a code that is not known has none."""
    header, said = told["MessageHeader"], {}
    code = header.get("StatusCode", "")
    if (status := fields.STATUSES.get(code.zfill(2))) is not None:
        said["StatusCode"] = {"vi": status[0], "en": status[1]}
    business = told.get("TraceHeaderList", {}).get("Bussiness", {}).get("BussinessDocType", "")
    if business in fields.BUSINESS:
        _id, vi, en = fields.BUSINESS[business]
        said["BussinessDocType"] = {"vi": vi, "en": en}
    priority = header.get("OtherInfo", {}).get("Priority", "")
    if priority in fields.PRIORITIES:
        said["Priority"] = dict(zip(("vi", "en"), fields.PRIORITIES[priority], strict=True))
    return said


def _contents(message: Message, payloads: list[Payload], folder: Path | None) -> None:
    """Puts the attachments' bytes beside their names: into files, or as `content` where they are small."""
    attachments = message.fields["attachments"]
    inline = sum(one["size"] or 0 for one in attachments) <= INLINE
    for entry, payload in zip(attachments, payloads, strict=True):
        if payload.fault is not None:
            entry["fault"] = {"vi": payload.fault[0], "en": payload.fault[1]}
            message.faults.append(payload.fault)
        elif folder is not None:
            path = folder / entry["sha256"]
            payload.body.seek(0)
            with path.open("wb") as file:
                while piece := payload.body.read(MIB):
                    file.write(piece)
            entry["file"] = str(path)
        elif inline:
            payload.body.seek(0)
            entry["content"] = base64.b64encode(payload.body.read()).decode()
