"""What a command says of a broken input is in the language asked for, and in that alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.engine.specification.refusals import choice, plain
from tests.engine.specification.writing import definitions
from tests.engine.test_libraries import VIETNAMESE

#: Words that only the libraries below, or our own English sentences, would say.
ENGLISH = re.compile(
    r"xmlParse|no name|mismatch|expected|could not|Missing data|Not a valid|required|Expecting|delimiter|"
    r"\b(?:is|are|the|not|of|with)\s+[a-z]+\s+[a-z]+|Errno|No such",
)
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<decision id="q" name="q"><variable name="q"/><literalExpression><text>{}</text></literalExpression></decision>
</definitions>"""
MODEL = plain(definitions(choice(first="x>a ? {}")))

#: The files of a call and its words; each is broken in its own way.
CALLS: dict[str, tuple[dict[str, str], list[str]]] = {
    "XML with an & by itself": ({"m.bpmn": "<a>A & B</a>"}, ["models", "check", "m.bpmn"]),
    "XML that is cut off": ({"m.bpmn": "<a><b>"}, ["models", "check", "m.bpmn"]),
    "XML that closes another tag": ({"m.bpmn": "<a></b>"}, ["models", "read", "m.bpmn"]),
    "XML that closes another tag, exported": ({"m.bpmn": "<a></b>"}, ["models", "export", "m.bpmn"]),
    "XML that closes another tag, compared": (
        {"m.bpmn": "<a></b>"}, ["models", "diff", "m.bpmn", "m.bpmn"]),
    "FEEL with &&": ({"m.bpmn": MODEL.format("x &amp;&amp; y")}, ["models", "check", "m.bpmn"]),
    "FEEL that ends too early": ({"m.bpmn": MODEL.format("x >")}, ["models", "check", "m.bpmn"]),
    "a function that is not there": ({"m.bpmn": MODEL.format("kontains(x)")}, ["models", "check", "m.bpmn"]),
    "arguments too few": ({"m.bpmn": MODEL.format("contains(x)")}, ["models", "check", "m.bpmn"]),
    "a decision that is no FEEL": ({"d.dmn": DMN.format("1 +")}, ["models", "check", "d.dmn"]),
    "a decision model that is no XML": ({"d.dmn": "<a>"}, ["models", "check", "d.dmn"]),
    "a decision model that is no XML, decided": ({"d.dmn": "<a>"}, ["dmn", "d.dmn", "--decision", "q"]),
    "a decision that is not there": ({"d.dmn": DMN.format("1")}, ["dmn", "d.dmn", "--decision", "r"]),
    "an expression that is no FEEL": ({}, ["feel", "1 +"]),
    "an expression without a value": ({}, ["feel", "kontains(1)"]),
    "a context that is no JSON": ({}, ["feel", "1", "--context", "{a}"]),
    "a scenario that is no YAML": (
        {"m.bpmn": MODEL.format("x"), "s.yaml": "steps: [1"}, ["models", "run", "m.bpmn", "--scenario", "s.yaml"]),
    "a scenario with a tab": (
        {"m.bpmn": MODEL.format("x"), "s.yaml": "steps:\n\t- 1"}, ["models", "run", "m.bpmn", "--scenario", "s.yaml"]),
    "a scenario of a model that is refused": (
        {"m.bpmn": MODEL.format("x &amp;&amp; y"), "s.yaml": "process: main\nsteps: []"},
        ["models", "run", "m.bpmn", "--scenario", "s.yaml"]),
    "a file that is not there": ({}, ["models", "check", "nowhere.bpmn"]),
    "a clock's case that is no JSON": ({"c.json": "{"}, ["clock", "c.json"]),
    "a head of a bundle that is no YAML": ({"b/procedure.yaml": "a: [1"}, ["models", "check", "b"]),
    "a head with a tab": ({"b/procedure.yaml": "a:\n\t- 1"}, ["models", "check", "b"]),
    "a form that is no JSON": ({"b/procedure.yaml": "kind: route", "b/forms/f.form": "{"}, ["models", "check", "b"]),
    "a bundle that is not deployed": ({"b/procedure.yaml": "kind: [", "b/m.bpmn": "<a>"}, ["models", "deploy", "b"]),
    "a scenario of a bundle whose head is no YAML": (
        {"b/procedure.yaml": "a: [1", "b/m.bpmn": MODEL.format("x"), "s.yaml": "process: main\nsteps: []"},
        ["models", "run", "b/m.bpmn", "--scenario", "s.yaml"]),
    "settings that are no TOML": ({"motcua.toml": "port = "}, ["config"]),
    "a setting that is not there": ({"motcua.toml": "cong = 1"}, ["config"]),
    "a setting that is no number": ({"motcua.toml": "port = 'x'"}, ["config"]),
    "records of another layout": ({"r.json": json.dumps({"ma": "1"})}, ["catalogue", "import", "r.json"]),
    "records that are no JSON": ({"r.json": "{"}, ["catalogue", "import", "r.json"]),
    "records that leave a fee open": (
        {"r.json": json.dumps({"code": "1.900", "name": "A", "channels": [
            {"method": "DIRECT", "processing": {"qty": 3, "unit": "DAY"},
             "fees": [{"type": "FEE", "value_vnd": 30, "text": "30 USD"}]}]})},
        ["catalogue", "import", "r.json"]),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", CALLS)
def test_a_message_is_in_one_language(
    name: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from web.cli import root

    files, call = CALLS[name]
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOTCUA_DATABASE", f"sqlite:///{tmp_path}/m.db")
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path / "home"))
    root.main([*call, "--lang", lang], standalone_mode=False)
    captured = capsys.readouterr()
    said = captured.out + captured.err
    assert len(said) > 10
    if lang == "en":
        assert not VIETNAMESE.search(said), said
    else:
        assert VIETNAMESE.search(said) and not ENGLISH.search(said), said
