"""Verifying in a process of its own, bounded in time and memory: who asks never waits long, and never falls."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from procedures.signatures.verdicts import Judged, reason

#: Seconds on the wall for one file (more for a large one: four for each so many bytes), and for the process to start: a
#: busy host is not the file's fault.
WAIT, START, EACH = 10.0, 30.0, 25 * 1024 * 1024
_OPTIONS = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}


class Verifier:
    """One process for any number of files, one after another; started when it is needed, replaced when it falls.
    trusted: file or folder of the certificates that are believed (`trust.load`)."""

    def __init__(self, trusted: str) -> None:
        self.trusted = trusted
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def judge(self, path: Path) -> dict[str, Any]:
        """What `Judged.as_dict` says of a file."""
        return self._judge(str(path.resolve()), ())

    def judge_stream(self, stream: IO[bytes]) -> dict[str, Any]:
        """The same for what has no name; nothing of it is kept."""
        with tempfile.TemporaryFile() as body:
            while piece := stream.read(1024 * 1024):
                body.write(piece)
            body.flush()
            self._end()  # a process sees the files that were open when it began
            return self._judge(f"/proc/self/fd/{body.fileno()}", (body.fileno(),))

    def _judge(self, name: str, descriptors: tuple[int, ...]) -> dict[str, Any]:
        started = self._process is not None
        process = self._process or self._start(descriptors)
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(name).encode() + b"\n")
            process.stdin.flush()
            patience = WAIT + 4 * Path(name).stat().st_size / EACH + (0 if started else START)
            ready = select.select([process.stdout], [], [], patience)[0]
            line = process.stdout.readline() if ready else b""
        except OSError:  # it fell, or the file is gone
            line = b""
        if not line:
            self._end()
            return Judged(reasons=[reason("too-slow")]).as_dict()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self, descriptors: tuple[int, ...]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "procedures.signatures.worker", self.trusted]
        root = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(command, pass_fds=descriptors, cwd=root, **_OPTIONS)  # type: ignore[call-overload]
        return self._process

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None
