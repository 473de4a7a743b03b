"""Makes one letter from what stands on the input, within bounds: run as a file (`rendering.trial`).

It loads nothing of this house, so that it starts in a moment. The PDF, or what typst says, goes to the output.
"""

import contextlib
import json
import sys
from typing import Any

import typst


def main() -> int:
    """Reads what is asked, writes what is made; 1 where typst refuses."""
    asked = json.loads(sys.stdin.buffer.read())
    with contextlib.suppress(ImportError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
        resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"] + 1))
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[asked["fonts"]])
    files: Any = {name: body.encode() for name, body in asked["files"].items()}
    try:
        compiler = typst.Compiler(files, root=asked["root"], font_paths=fonts)
        made = compiler.compile(format="pdf", sys_inputs=asked["inputs"], timestamp=asked["at"])
    except typst.TypstError as error:
        said = {"message": str(error), "diagnostic": str(getattr(error, "diagnostic", ""))}
        sys.stdout.write(json.dumps(said))
        return 1
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
