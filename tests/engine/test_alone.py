"""The engine knows nothing of administration: it reads, checks and runs models where `procedures` cannot be loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ALONE = """
import json, sys
from importlib.abc import MetaPathFinder

class Without(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("procedures", "web"):
            raise ImportError(f"{name} is not here")

sys.meta_path.insert(0, Without())
from engine import model, scenario

path = sys.argv[1]
read = model.read(path)
answer = scenario.run_files([path], {"process": "p", "steps": [{"complete": "Nhận"}, {"expect_ended": True}]})
print(json.dumps({
    "findings": sorted({(f.rule, f.severity) for f in model.check([path])}),
    "outcomes": [len(node.outcomes) for node in read.processes["p"].scope.walk() if node.id == "x"],
    "sentences": model.describe(read, "en"),
    "differences": len(model.diff(read, read)),
    "answer": [answer["ok"], answer["ended"], answer["incidents"]],
}))
"""
MODEL = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:mc="http://motcua.vn/schema/1.0/mc" id="d" targetNamespace="urn:t">
  <bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x"/>
    <bpmn:userTask id="x" name="Nhận"><bpmn:extensionElements><mc:status code="99"/>
      <mc:outcome id="dat" label="Đạt"/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="g" sourceRef="x" targetRef="e"/><bpmn:endEvent id="e"/></bpmn:process>
</bpmn:definitions>"""


def test_the_engine_reads_checks_and_runs_a_model_without_procedures(tmp_path: Path) -> None:
    path = tmp_path / "m.bpmn"
    path.write_text(MODEL, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", ALONE, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["findings"] == [["unknown-extension", "warning"]]  # elements that nobody has registered have no effect
    assert said["outcomes"] == [0] and said["differences"] == 0
    assert said["answer"] == [True, True, []]
    assert "status" not in "\n".join(said["sentences"])
