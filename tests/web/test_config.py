"""Settings: where each comes from, and what is said of them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from flask import Flask

from web.bootstrap import settings
from web.config import ConfigError, load, options, variable


def test_the_environment_wins_over_the_file_over_the_default(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text('port = 9000\nprovince = "Tỉnh Thử"\n', encoding="utf-8")
    config = load({"MOTCUA_CONFIG": str(file), "MOTCUA_PORT": "9100"})
    assert (config.port, config.province, config.host) == (9100, "Tỉnh Thử", "127.0.0.1")
    assert config.sources["port"] == "MOTCUA_PORT"
    assert config.sources["province"] == str(file)
    assert "host" not in config.sources


def test_what_the_command_line_says_wins_over_all() -> None:
    assert load({"MOTCUA_PORT": "9100"}, port=9200).port == 9200


def test_secrets_are_not_printed() -> None:
    config = load({"MOTCUA_DATABASE": "postgresql://ai:mat-khau@may/csdl", "MOTCUA_SECRET_KEY": "bi-mat"})
    said = {row["name"]: row["value"] for row in config.describe()}
    assert said["database"] == "postgresql://ai:***@may/csdl"
    assert said["secret_key"] == "***"
    assert said["smtp_password"] == ""


@pytest.mark.parametrize(
    "environ", [{"MOTCUA_PORT": "tám nghìn"}, {"MOTCUA_DEMO": "có lẽ"}, {"MOTCUA_CONFIG": "/khong/co/tep.toml"}]
)
def test_a_setting_that_cannot_be_read_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load(environ)
    typed = next(iter(environ.values()))
    assert refused.value.vi != refused.value.en
    assert refused.value.en.replace(typed, "").isascii()


def test_a_name_that_is_no_setting_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text("cong = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="cong"):
        load({}, file)


def test_every_setting_says_what_it_is_for() -> None:
    assert all(option.metadata["about"] for option in options())
    assert variable("smtp_host") == "MOTCUA_SMTP_HOST"


def test_without_a_key_one_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    config = load({"MOTCUA_HOME": str(tmp_path)})
    key = settings(config).secret()
    assert key == settings(load({"MOTCUA_HOME": str(tmp_path)})).secret()
    assert len(key) > 40
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_the_reference_names_every_setting() -> None:
    reference = (Path(__file__).parents[2] / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    assert [option.name for option in options() if f"`{variable(option.name)}`" not in reference] == []


def test_the_reference_names_every_call(app: Flask) -> None:
    reference = (Path(__file__).parents[2] / "docs" / "reference" / "http.md").read_text(encoding="utf-8")
    paths = [
        rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    ]
    assert [path for path in paths if f"{path}`" not in reference] == []
