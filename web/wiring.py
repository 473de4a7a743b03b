"""Hands the settings to the rooms below and puts their hooks in force, once for each process; the command line and
the worker call it too."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from web.config import Config


def wire(config: Config) -> Any:
    """`procedures.settings.Settings` of this installation, installed; None where there is no such room yet."""
    if importlib.util.find_spec("procedures.settings") is None:
        return None
    settings = importlib.import_module("procedures.settings")
    built = settings.Settings(
        home=Path(config.folder),
        public_url=config.base_url,
        province={"code": config.province_code, "name": config.province, "place": config.province_place},
        mail=settings.Mail(
            host=config.smtp_host,
            port=config.smtp_port,
            username=config.smtp_user,
            password=config.smtp_password,
            starttls=config.smtp_tls == "starttls",
            sender=config.mail_from,
            folder=Path(config.folder) / "mail",
        ),
        audit_key=config.audit_key_file,
        audit_publish=tuple(part.strip() for part in config.audit_publish.split(",") if part.strip()),
        reads_days=config.reads_days,
        max_file_bytes=config.upload_megabytes * 1024 * 1024,
    )
    settings.install(built)
    return built
