"""The files of a bundle that is being written as a folder, for what reads folders."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def laid_out(files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with these files, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="motcua-draft-") as folder:
        for name, body in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8")
        yield Path(folder)
