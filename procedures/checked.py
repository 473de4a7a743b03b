"""What the checks say of a version that is deployed: its warnings reach who looks after it, not only its deployer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from engine import model
from engine.commands import definitions
from engine.model.definition import Finding
from engine.store import Tx
from engine.store.joining import query


@query
def findings(tx: Tx, version: str, language: str) -> list[Finding]:
    """The findings of ``models check`` for all files of a deployment, in "vi" or "en", each with the file's path in its
    bundle. Looked for once: a deployment never changes. Raises LookupError for an unknown one."""
    cache: dict[str, Any] = tx.database.definitions
    key = f"findings:{version}:{language}"
    if key not in cache:
        found = definitions.deployed(tx, version)
        with tempfile.TemporaryDirectory(prefix="motcua-check-") as folder:
            for name, hash in found.files.items():
                path = Path(folder) / name
                if Path(folder).resolve() not in path.resolve().parents:
                    continue  # a name that would leave the folder is no file of a bundle
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(definitions.file(tx, hash))
            said = model.check([folder], "en" if language == "en" else "vi")
            cache[key] = [
                Finding(one.file.removeprefix(f"{folder}/"), *(getattr(one, name) for name in _REST)) for one in said
            ]
    known: list[Finding] = cache[key]
    return known


_REST = ("line", "element", "rule", "severity", "message", "fix")
