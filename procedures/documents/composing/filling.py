"""A .docx template and words in, a .docx out; run as a program of its own where the template is a stranger's (an
agency uploads it): nothing but that process comes to harm, and it gets so much time and memory and no more."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from engine.refusal import Refusal

SECONDS, PATIENCE, MOST_MEMORY = 5, 90, 1 << 30
MOST_BYTES = 8 << 20  # of the document that is made


class TemplateError(Refusal):
    """A template that cannot be filled, with what is wrong in it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Mẫu Word không dùng được: {why}", f"The Word template cannot be used: {why}", "template")


def fill(template: bytes, words: Mapping[str, Any]) -> bytes:
    """The document, made in this process: for templates that we ship."""
    from docxtpl import DocxTemplate  # a third of a second: only where a document is made
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    document = DocxTemplate(io.BytesIO(template))
    world = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    world.globals.clear()
    document.render(dict(words), jinja_env=world, autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def fill_apart(template: bytes, words: Mapping[str, Any]) -> bytes:
    """The same in a process of its own: for templates that were uploaded. Raises `TemplateError`."""
    asked = {"template": base64.b64encode(template).decode(), "words": words}
    command = [sys.executable, "-P", "-m", "procedures.documents.composing.filling"]
    try:
        done = subprocess.run(
            command, input=json.dumps(asked).encode(), capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise TemplateError(f"chạy quá {SECONDS} giây.") from None
    if done.returncode == 0 and len(done.stdout) <= MOST_BYTES:
        return done.stdout
    if done.returncode == 3:
        raise TemplateError(done.stderr.decode("utf-8", "replace")[:300])
    raise TemplateError("mẫu chạy quá lâu, dùng quá nhiều bộ nhớ hoặc làm ra tệp quá lớn.")


def _main() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
    asked = json.load(sys.stdin)
    try:
        made = fill(base64.b64decode(asked["template"]), asked["words"])
    except MemoryError:
        return 4
    except Exception as error:  # whatever a stranger's template may raise is told, not traced
        sys.stderr.write(f"{type(error).__name__}: {error}"[:300])
        return 3
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
