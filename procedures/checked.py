"""What the one check says of a bundle: asked before it is deployed, and of a version that is deployed, whose warnings
reach who looks after it, not only its deployer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine import model
from engine.commands import definitions
from engine.commands.deploy import content_hash
from engine.model.definition import Finding
from engine.refusal import Lang
from engine.store import Tx
from engine.store.joining import query
from procedures.bundle_check.errors import BundleError


def of_files(files: Mapping[str, bytes], lang: Lang = "vi") -> tuple[Finding, ...]:
    """The findings of `models check` for the files of a bundle (path in its folder → content), with those paths. Looked
    for once: the same content has the same findings."""
    return _of(Content.of(files), lang)


def refuse_errors(files: Mapping[str, bytes]) -> None:
    """Raises BundleError with every error of a bundle."""
    errors = [one for one in of_files(files) if one.severity == "error"]
    if errors:
        raise BundleError(errors, [one for one in of_files(files, "en") if one.severity == "error"])


class Content:
    """The files of a bundle, equal to others with the same content."""

    def __init__(self, hash: str, files: Mapping[str, bytes]) -> None:
        self.hash, self.files = hash, files

    @staticmethod
    def of(files: Mapping[str, bytes]) -> Content:
        """The content of these files."""
        return Content(content_hash(files), files)

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder with these files, for as long as it is looked at."""
        with tempfile.TemporaryDirectory(prefix="motcua-check-") as made:
            folder = Path(made)
            for name, body in self.files.items():
                path = folder / name
                if folder.resolve() not in path.resolve().parents:
                    continue  # a name that would leave the folder is no file of a bundle
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            yield folder

    def __hash__(self) -> int:
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and other.hash == self.hash


@lru_cache(maxsize=32)
def _of(said: Content, lang: Lang) -> tuple[Finding, ...]:
    with said.folder() as folder:
        found = model.check([folder], lang)
        return tuple(replace(one, file=one.file.removeprefix(f"{folder}/")) for one in found)


@query
def findings(tx: Tx, version: str, language: str) -> list[Finding]:
    """The findings of ``models check`` for all files of a deployment, in "vi" or "en", each with the file's path in its
    bundle. Raises LookupError for an unknown one."""
    cache: dict[str, Any] = tx.database.definitions
    key = f"findings:{version}:{language}"
    if key not in cache:
        files = {name: definitions.file(tx, hash) for name, hash in definitions.deployed(tx, version).files.items()}
        cache[key] = list(of_files(files, "en" if language == "en" else "vi"))
    known: list[Finding] = cache[key]
    return known
