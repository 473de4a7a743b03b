"""The process that verifies: a file's name on each line of standard input, an answer in JSON on each line of standard
output. It may take so much memory and processor time, and no more: files of strangers are made to do harm, too.

    python -m procedures.signatures.worker FOLDER-OF-TRUSTED-CERTIFICATES
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from procedures.signatures.judging import judge_file
from procedures.signatures.trust import Trust, load
from procedures.signatures.verdicts import Judged, reason

#: Seconds of the processor for one file, and for each so many bytes of it; bytes of memory beside what the libraries
#: take (some 60 MB).
SECONDS, EACH, MEMORY = 1.6, 25 * 1024 * 1024, 180 * 1024 * 1024


def allowed(path: Path) -> float:
    """Seconds of the processor that a file may take: a message of 100 MB is read three times."""
    try:
        return SECONDS + path.stat().st_size // EACH
    except OSError:
        return SECONDS


class _TooSlow(BaseException):
    """Not an `Exception`: no library below may take it for its own."""


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise _TooSlow


def main() -> None:
    """Answers until standard input ends."""
    trust = load(sys.argv[1])
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    signal.signal(signal.SIGPROF, _alarm)
    for line in sys.stdin:
        answer = _answer(Path(json.loads(line)), trust)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(path: Path, trust: Trust) -> dict[str, Any]:
    _hard, seconds = resource.getrlimit(resource.RLIMIT_CPU)[1], allowed(path)
    most = int(time.process_time() + seconds) + 3
    resource.setrlimit(resource.RLIMIT_CPU, (most, _hard))  # where no Python code runs at all
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        judged = judge_file(path, trust)
    except (_TooSlow, MemoryError, RecursionError):
        judged = Judged(reasons=[reason("too-slow")])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return judged.as_dict()


if __name__ == "__main__":
    main()
