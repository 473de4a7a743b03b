"""A town for tests of dossiers: agencies, officials, a clock that the test moves, and a procedure nobody has seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine import worklist
from engine.calendar import VIETNAM
from engine.store import Database
from procedures import agencies, bundles, dossiers, files, officials, tasks
from procedures.actor import SYSTEM
from procedures.dossiers import Actor, Applicant, Intake, Lack, Tick
from procedures.installation import install
from procedures.settings import Settings

CODE = "9.990001"
AGENCY = "T.2"
PEOPLE = {
    "an": ("Nguyễn Văn An", "Cán bộ một cửa", "mot_cua"),
    "chi": ("Lê Thị Chi", "Chuyên viên", "chuyen_vien"),
    "dung": ("Phạm Văn Dũng", "Chủ tịch", "lanh_dao"),
    "binh": ("Trần Thị Bình", "Trưởng phòng", "truong_don_vi"),
}
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count"
    b" 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 "
    b"65535 f \n0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root"
    b" 1 0 R>>\nstartxref\n160\n%%EOF\n"
)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c489".replace(" ", ""))

DESCRIPTION = f"""
kind: procedure
code: "{CODE}"
name: {{vi: Cấp thẻ thư viện, en: Library card}}
field: {{code: TV, name: Thư viện}}
legal_basis: [{{code: 46/2019/QH14, name: Luật Thư viện}}]
effective_from: 2026-01-01
process: cap_the
form: don
agencies: [xa]
term: {{value: "3", unit: WORKING_DAY, start: statutory}}
components:
  - {{code: don, name: Đơn đề nghị, originals: 1, copies: 0, required: true}}
  - {{code: anh, name: Ảnh 3x4, originals: 2, copies: 0, required: true}}
  - {{code: khac, name: Giấy tờ khác, originals: 0, copies: 1, required: false}}
fees:
  - {{name: Lệ phí cấp thẻ, amount: 20000, per: dossier}}
  - {{name: Bản sao, amount: 8000, per: copy}}
results: [{{code: the_thu_vien, name: Thẻ thư viện}}]
supplement: {{effect: pause, max_rounds: 1}}
channels: [truc_tiep, truc_tuyen]
steps: {{reminder: PT30M, escalate_to: truong_don_vi}}
"""

FORM = {
    "type": "default",
    "id": "don",
    "components": [
        {"type": "textfield", "key": "ho_ten", "label": "Họ tên", "validate": {"required": True, "maxLength": 50}},
        {"type": "datetime", "key": "ngay_sinh", "label": "Ngày sinh", "subtype": "date"},
        {
            "type": "select",
            "key": "loai",
            "label": "Loại thẻ",
            "values": [{"value": "doc", "label": "Đọc"}, {"value": "muon", "label": "Mượn"}],
        },
        {"type": "number", "key": "so_nam", "label": "Số năm", "validate": {"min": 1, "max": 5}},
    ],
}

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:mc="http://motcua.vn/schema/1.0/mc"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="http://example.vn">
  <bpmn:process id="cap_the" name="Cấp thẻ" isExecutable="true">
    <bpmn:startEvent id="nhan"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="xem_xet" name="Xem xét">
      <bpmn:extensionElements>
        <zeebe:assignmentDefinition candidateGroups="chuyen_vien" />
        <mc:status code="4" />
        <mc:term value="2" unit="WORKING_HOUR" />
        <mc:step label="Xem xét đơn" />
        <mc:outcome id="dat" label="Đạt" tone="primary" />
        <mc:outcome id="bo_sung" label="Còn thiếu" reason="true" />
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:incoming>f4</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="re" default="f5">
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing><bpmn:outgoing>f5</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:receiveTask id="cho" name="Chờ bổ sung" messageRef="m1">
      <bpmn:extensionElements>
        <mc:status code="5" /><mc:pause kind="supplement" /><mc:letter template="mau-02" />
        <mc:citizen action="supplement" message="cong_dan_bo_sung" label="Bổ sung giấy tờ" labelEn="Bring papers" />
      </bpmn:extensionElements>
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:receiveTask>
    <bpmn:userTask id="lam_the" name="Làm thẻ">
      <bpmn:extensionElements>
        <zeebe:assignmentDefinition candidateGroups="chuyen_vien" />
        <mc:result code="the_thu_vien" /><mc:back to="xem_xet" />
        <mc:outcome id="trinh" label="Trình ký" tone="primary" />
        <mc:back to="xem_xet" />
      </bpmn:extensionElements>
      <bpmn:incoming>f5</bpmn:incoming><bpmn:incoming>f9</bpmn:incoming><bpmn:outgoing>f6</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:userTask id="ky" name="Ký thẻ">
      <bpmn:extensionElements>
        <zeebe:assignmentDefinition candidateGroups="lanh_dao" />
        <mc:signature level="leader" />
        <mc:outcome id="ky" label="Ký" tone="primary" />
        <mc:outcome id="tra_lai" label="Trả lại" reason="true" tone="warning" />
      </bpmn:extensionElements>
      <bpmn:incoming>f6</bpmn:incoming><bpmn:outgoing>f7</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="re2" default="f8">
      <bpmn:incoming>f7</bpmn:incoming><bpmn:outgoing>f8</bpmn:outgoing><bpmn:outgoing>f9</bpmn:outgoing>
    </bpmn:exclusiveGateway>
    <bpmn:intermediateThrowEvent id="xong">
      <bpmn:extensionElements><mc:finish /></bpmn:extensionElements>
      <bpmn:incoming>f8</bpmn:incoming><bpmn:outgoing>f10</bpmn:outgoing>
    </bpmn:intermediateThrowEvent>
    <bpmn:userTask id="tra" name="Trả thẻ">
      <bpmn:extensionElements>
        <zeebe:assignmentDefinition candidateGroups="mot_cua" />
        <mc:return /><mc:outcome id="da_tra" label="Đã trả" tone="primary" />
      </bpmn:extensionElements>
      <bpmn:incoming>f10</bpmn:incoming><bpmn:outgoing>f11</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="het"><bpmn:incoming>f11</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="nhan" targetRef="xem_xet" />
    <bpmn:sequenceFlow id="f2" sourceRef="xem_xet" targetRef="re" />
    <bpmn:sequenceFlow id="f3" sourceRef="re" targetRef="cho">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= hanh_dong = "bo_sung"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="cho" targetRef="xem_xet" />
    <bpmn:sequenceFlow id="f5" sourceRef="re" targetRef="lam_the" />
    <bpmn:sequenceFlow id="f6" sourceRef="lam_the" targetRef="ky" />
    <bpmn:sequenceFlow id="f7" sourceRef="ky" targetRef="re2" />
    <bpmn:sequenceFlow id="f8" sourceRef="re2" targetRef="xong" />
    <bpmn:sequenceFlow id="f9" sourceRef="re2" targetRef="lam_the">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">= hanh_dong = "tra_lai"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f10" sourceRef="xong" targetRef="tra" />
    <bpmn:sequenceFlow id="f11" sourceRef="tra" targetRef="het" />
  </bpmn:process>
  <bpmn:message id="m1" name="cong_dan_bo_sung">
    <bpmn:extensionElements><zeebe:subscription correlationKey="= ho_so.ma" /></bpmn:extensionElements>
  </bpmn:message>
</bpmn:definitions>
"""


def bundle(folder: Path, description: str = DESCRIPTION, model: str = MODEL) -> Path:
    """Writes the bundle that nobody has seen into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "procedure.yaml").write_text(description, encoding="utf-8")
    (folder / "cap-the.bpmn").write_text(model, encoding="utf-8")
    (folder / "forms").mkdir(exist_ok=True)
    (folder / "forms" / "don.form").write_text(json.dumps(FORM), encoding="utf-8")
    return folder


@dataclass
class Town:
    """A database with the town and its bundle; `now` is the clock."""

    database: Database
    folder: Path
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=VIETNAM)  # a Monday
    actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database.clock = lambda: self.now
        self.database.installation = install(Settings(home=self.folder / "home", public_url="https://motcua.test"))
        agencies.add(self.database, "T", "Ủy ban nhân dân tỉnh Hưng Yên", level="tinh", by="thu")
        agencies.add(self.database, AGENCY, "Ủy ban nhân dân xã Đông Hưng", level="xa", parent="T", by="thu")
        agencies.add(self.database, "T.3", "Ủy ban nhân dân xã Tây Hưng", level="xa", parent="T", by="thu")
        for username, (name, title, role) in PEOPLE.items():
            officials.add(
                self.database, username, name, agency=AGENCY, title=title, email=f"{username}@xa.test", by="thu"
            )
            officials.grant(self.database, username, role, AGENCY, by="thu")
            self.actors[username] = Actor(username, name, title, AGENCY, frozenset({role}), frozenset({AGENCY}))
        self.version = bundles.deploy(self.database, bundle(self.folder / "bundle"), SYSTEM).version

    def __getitem__(self, username: str) -> Actor:
        return self.actors[username]

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)

    def intake(self, name: str = "Hoàng Thị Hoa", **more: Any) -> Intake:
        said: dict[str, Any] = {
            "procedure": CODE,
            "agency": AGENCY,
            "form": {"ho_ten": name, "loai": "doc"},
            "applicant": Applicant(name, "033190001234", "0912 345 678", "hoa@thu.test", "Thôn Đông"),
            "components": (Tick("don", 1), Tick("anh", 2)),
        }
        return Intake(**{**said, **more})

    def receive(self, **more: Any) -> dossiers.Received:
        return dossiers.receive(self.database, self.intake(**more), self["an"])

    def task(self, id: str) -> worklist.WorkItem:
        (found,) = worklist.of_instance(self.database, id)
        return found

    def do(self, username: str, id: str, outcome: str, reason: str = "", **variables: Any) -> None:
        tasks.complete(self.database, self.task(id).id, outcome, variables, self[username], reason=reason)

    def ask(self, id: str, *lacks: Lack, by: str = "chi", reason: str = "") -> None:
        """Asks the citizen for more: the photo where nothing else is named."""
        task, wanted = self.task(id).id, lacks or (Lack("anh", "", reason or "mờ"),)
        tasks.complete(self.database, task, "bo_sung", {}, self[by], reason=reason, lacks=wanted)

    def attach(self, id: str, sha256: str | None = None, by: str = "chi") -> str:
        """Attaches a result at the open task of the dossier; its token."""
        return tasks.attach_result(self.database, self.task(id).id, sha256 or self.file().sha256, self[by])

    def status(self, id: str) -> int:
        return dossiers.get(self.database, id).status

    def file(self, body: bytes = PDF, name: str = "the.pdf", **more: Any) -> files.Stored:
        return files.put(self.database, body, name, **more)

    def to_leader(self, id: str) -> None:
        """Takes a dossier to the leader's task, with its result."""
        self.do("chi", id, "dat")
        self.attach(id)
        self.do("chi", id, "trinh")


Make = Callable[[], Town]
