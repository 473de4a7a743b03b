"""A new file of a draft from its name in words: what `beginnings` has for it, or a drawing from a start to an end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from xml.sax.saxutils import escape

from engine.refusal import Refusal
from procedures import beginnings

LONGEST = 60
MOST = 2_000_000  # bytes of a file that is brought along


def begun(kind: str, words: str, taken: Collection[str]) -> tuple[str, str]:
    """The path and the text of a new file. kind: form, decision, letter or drawing. taken: the paths that are there.

    Raises Refusal where the words give no name, or one that is taken.
    """
    words = "".join(letter for letter in " ".join(words.split()) if letter.isprintable())
    name = plain(words, "-")
    if not name:
        raise Refusal("Đặt tên bằng lời, ví dụ “Thẩm định thực địa”.", "Give a name in words.", about="ten-loi")
    folder, end, write = _KINDS[kind]
    path = f"{folder}{name}{end}"
    if path in taken:
        raise Refusal(
            f"Đã có {path}: đặt một tên khác.", f"There is {path} already: give another name.", about="ten-loi"
        )
    return path, write(words, name)


def brought(body: bytes, filename: str, path: str) -> str:
    """The text of a file that is brought along, in place of what would be begun. Raises Refusal."""
    end = "." + path.rpartition(".")[2]
    if not filename.lower().endswith(end):
        raise Refusal(f"Chọn một tệp {end}.", f"Choose a file {end}.", about="tep")
    if len(body) > MOST:
        raise Refusal("Tệp lớn quá 2 MB.", "The file is larger than 2 MB.", about="tep")
    try:
        return body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refusal(
            "Tệp không phải là văn bản UTF-8: lưu lại từ công cụ đã vẽ rồi chọn lại.",
            "The file is no UTF-8 text: save it again from the tool that drew it.",
            about="tep",
        ) from None


def plain(words: str, joint: str) -> str:
    """Words as a name without marks: “Giấy mời” → ``giay-moi``. Empty where no letter is left."""
    bare = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D"))
    kept = re.sub(r"[^a-z0-9]+", joint, re.sub(r"[\u0300-\u036f]", "", bare).lower()).strip(joint)
    return re.sub(r"^[0-9]+", "", kept)[:LONGEST].strip(joint)


def _form(words: str, name: str) -> str:
    return beginnings.of(f"{name}.form")


def _decision(words: str, name: str) -> str:
    return beginnings.of(f"{name}.dmn")


def _letter(words: str, name: str) -> str:
    begun = beginnings.of(f"{name}.typ").replace("TÊN GIẤY TỜ", _typst(words.upper()))
    return f"// {words}\n{begun}"


def _typst(words: str) -> str:
    return re.sub(r"([\\\[\]#$*_`<>@=/~])", r"\\\1", words)


def _drawing(words: str, name: str) -> str:
    id, said = plain(name, "_"), escape(words, {'"': "&quot;"})
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
        f'id="dinh_nghia_{id}" targetNamespace="http://motcua.vn/bpmn">\n'
        f'  <bpmn:process id="{id}" name="{said}" isExecutable="true">\n'
        f'    <bpmn:startEvent id="{id}_bat_dau" name="Bắt đầu">\n      <bpmn:outgoing>{id}_di</bpmn:outgoing>\n'
        f'    </bpmn:startEvent>\n    <bpmn:endEvent id="{id}_ket_thuc" name="Kết thúc">\n'
        f"      <bpmn:incoming>{id}_di</bpmn:incoming>\n    </bpmn:endEvent>\n"
        f'    <bpmn:sequenceFlow id="{id}_di" sourceRef="{id}_bat_dau" targetRef="{id}_ket_thuc" />\n'
        f'  </bpmn:process>\n  <bpmndi:BPMNDiagram id="so_do_{id}">\n'
        f'    <bpmndi:BPMNPlane id="mat_{id}" bpmnElement="{id}">\n'
        f'      <bpmndi:BPMNShape id="{id}_bat_dau_di" bpmnElement="{id}_bat_dau">\n'
        '        <dc:Bounds x="160" y="100" width="36" height="36" />\n      </bpmndi:BPMNShape>\n'
        f'      <bpmndi:BPMNShape id="{id}_ket_thuc_di" bpmnElement="{id}_ket_thuc">\n'
        '        <dc:Bounds x="400" y="100" width="36" height="36" />\n      </bpmndi:BPMNShape>\n'
        f'      <bpmndi:BPMNEdge id="{id}_di_di" bpmnElement="{id}_di">\n'
        '        <di:waypoint x="196" y="118" />\n        <di:waypoint x="400" y="118" />\n'
        "      </bpmndi:BPMNEdge>\n    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n</bpmn:definitions>\n"
    )


_KINDS: dict[str, tuple[str, str, Callable[[str, str], str]]] = {
    "form": ("forms/", ".form", _form),
    "decision": ("decisions/", ".dmn", _decision),
    "letter": ("letters/", ".typ", _letter),
    "drawing": ("", ".bpmn", _drawing),
}
