# ruff: noqa: F401, F811 - fixtures of another room
"""`motcua edxml`: exit status, both languages, there and back."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from procedures.signatures.authority import Authority, Issued
from tests.procedures.signatures.conftest import authority, leader
from web.cli import root

MESSAGE = {
    "MessageHeader": {"From": {"OrganId": "H31.12"}, "To": [{"OrganId": "H31.13"}], "Subject": "V/v phối hợp"},
    "attachments": [{"name": "a.txt", "type": "text/plain", "content": "YQ=="}],
}


def test_a_message_goes_out_and_comes_back(tmp_path: Path) -> None:
    file, xml = tmp_path / "a.json", tmp_path / "a.edxml"
    file.write_text(json.dumps(MESSAGE), "utf-8")
    run = CliRunner().invoke(root, ["edxml", "write", str(file)])
    assert run.exit_code == 0
    xml.write_bytes(run.stdout_bytes)
    run = CliRunner().invoke(root, ["edxml", "read", str(xml), "--json", "--attachments", str(tmp_path / "tep")])
    told = json.loads(run.stdout)
    assert run.exit_code == 0 and told["MessageHeader"] == MESSAGE["MessageHeader"]
    assert Path(told["attachments"][0]["file"]).read_bytes() == b"a"
    assert "Subject: V/v phối hợp" in CliRunner().invoke(root, ["edxml", "read", str(xml)]).stdout


def test_what_is_wrong_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"MessageHeader": {}}', "utf-8")
    run = CliRunner().invoke(root, ["edxml", "write", str(file)], standalone_mode=False)
    assert run.return_value == 1 or run.exit_code == 1
    assert "bắt buộc phải có" in run.stderr and run.stdout == ""
    run = CliRunner().invoke(root, ["edxml", "read", str(file), "--json", "--lang", "en"])
    assert json.loads(run.stdout)["rule"] == "not-xml" and "cannot be read" in run.stderr
    assert (
        CliRunner().invoke(root, ["edxml", "read", str(tmp_path / "khong-co")], standalone_mode=False).return_value == 2
    )


def test_a_message_is_signed_by_its_agencys_key(tmp_path: Path, authority: Authority, leader: Issued) -> None:
    for name, body in (("a.pem", leader.pem), ("a.key", leader.key_pem), ("a.json", json.dumps(MESSAGE).encode())):
        (tmp_path / name).write_bytes(body)
    keys = '[agencies."H31.12"]\nfile = {certificate = "a.pem", key = "a.key"}\n'
    (tmp_path / "khoa.toml").write_text(keys, "utf-8")
    trusted = str(authority.folder / "trusted")
    runner = CliRunner(env={"MOTCUA_SIGNING_KEYS": str(tmp_path / "khoa.toml"), "MOTCUA_SIGNATURE_TRUST": trusted})
    run = runner.invoke(root, ["edxml", "write", str(tmp_path / "a.json"), "--sign", "H31.12"])
    (tmp_path / "a.edxml").write_bytes(run.stdout_bytes)
    told = runner.invoke(root, ["signatures", "verify", str(tmp_path / "a.edxml"), "--json"])
    assert json.loads(told.stdout)[0]["verdict"] == "valid", told.stdout
    run = runner.invoke(root, ["edxml", "write", str(tmp_path / "a.json"), "--sign", "H99"], standalone_mode=False)
    assert run.return_value == 2 and "không có khóa ký" in run.stderr
