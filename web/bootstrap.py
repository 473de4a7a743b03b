"""From the configuration to what is in force in this process: the same for server, worker and command line."""

from __future__ import annotations

import os
from pathlib import Path

from procedures.documents import trays
from procedures.exchange.connectors import configured
from procedures.installation import install
from procedures.settings import Axis, Gateway, Installation, Mail, Settings, Sms
from procedures.signatures import keys
from web.config import Config


def settings(config: Config) -> Settings:
    """What the rooms below are told of this configuration."""
    return Settings(
        home=Path(config.folder),
        public_url=config.base_url,
        meeting_server=config.meeting_server.rstrip("/"),
        province={"code": config.province_code, "name": config.province, "place": config.province_place},
        mail=Mail(
            host=config.smtp_host,
            port=config.smtp_port,
            username=config.smtp_user,
            password=config.smtp_password,
            starttls=config.smtp_tls == "starttls",
            sender=config.mail_from,
            folder=Path(config.folder) / "mail",
        ),
        sms=Sms(config.sms_url, config.sms_token, Path(config.folder) / "sms"),
        payments=Gateway(config.payment_url.rstrip("/"), config.payment_secret),
        axis=Axis(config.axis_url.rstrip("/"), config.axis_system, config.axis_secret, max(1, config.axis_seconds)),
        audit_key=config.audit_key_file,
        audit_publish=tuple(part.strip() for part in config.audit_publish.split(",") if part.strip()),
        reads_days=config.reads_days,
        signed_on_paper=config.signed_on_paper.strip(),
        signing_keys=keys.load(Path(config.signing_keys) if config.signing_keys else None),
        signature_trust=config.trusted,
        connectors=configured.load(Path(config.connectors) if config.connectors else None, os.environ),
        trays=trays.load(Path(config.trays) if config.trays else None, os.environ),
        secret_key=config.secret_key,
        scanner=config.scanner,
        max_file_bytes=config.upload_megabytes * 1024 * 1024,
    )


def installation(config: Config) -> Installation:
    """The installation by this configuration; its `open(config.database)` gives the database."""
    _ = config.folder  # SQLite wants the folder to be there
    return install(settings(config))
