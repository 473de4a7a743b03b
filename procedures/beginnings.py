"""What a file that is added to a bundle begins with, so that nobody writes the XML of a table or the JSON of a form."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from procedures.search import fold

_DECISION = """\
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" \
id="dinh_nghia_{id}" name="{id}" namespace="http://motcua.vn/dmn/{id}">
  <decision id="{id}" name="{id}">
    <variable id="bien_{id}" name="{id}" typeRef="number" />
    <decisionTable id="bang_{id}" hitPolicy="FIRST">
      <input id="dau_vao_{id}" label="Kênh nộp">
        <inputExpression id="bieu_thuc_{id}" typeRef="string">
          <text>ho_so.kenh</text>
        </inputExpression>
      </input>
      <output id="dau_ra_{id}" label="Giá trị" typeRef="number" />
      <rule id="dong_{id}_1">
        <inputEntry id="o_{id}_1">
          <text></text>
        </inputEntry>
        <outputEntry id="ra_{id}_1">
          <text>0</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram>
      <dmndi:DMNShape dmnElementRef="{id}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""
_LETTER = """\
#import "national.typ": *
#show: letter
#header()
#title([TÊN GIẤY TỜ], under: text(13pt)[Mã hồ sơ: *#get("ma_ho_so")*])
#line-of([Họ, chữ đệm, tên], strong(get("ho_ten")))
#signatures(
  [],
  signature(get("chuc_vu", otherwise: "Người ký"), get("nguoi_ky"), how: "(Ký, ghi rõ họ tên, chức vụ và đóng dấu)"),
)
"""


def of(name: str) -> str:
    """The text that a new file of this name begins with, by what the name ends with: a table that decides by one thing
    that every dossier has, a form without fields, a letter with its heading and signature. Empty for other files."""
    path = PurePosixPath(name)
    id = _id(path.stem)
    if path.suffix == ".dmn":
        return _DECISION.format(id=id)
    if path.suffix == ".form":
        form = {"schemaVersion": 18, "type": "default", "id": path.stem, "components": []}
        return json.dumps(form, ensure_ascii=False, indent=2) + "\n"
    return _LETTER if path.suffix == ".typ" else ""


def _id(stem: str) -> str:
    """A name that XML and FEEL take."""
    found = re.sub(r"\W+", "_", fold(stem), flags=re.ASCII).strip("_")
    return found if found[:1].isalpha() else f"bang_{found}".rstrip("_")
