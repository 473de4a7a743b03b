"""ZIP archives that people send: read within bounds."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib

from engine.refusal import Refusal

_WRONG = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)


def read(body: bytes, most: int, largest: int) -> dict[str, bytes]:
    """The files of an archive by their names, at most `most` of them and `largest` bytes in all. Raises Refusal."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > most or sum(one.file_size for one in entries) > largest:
                size = largest // 2**20
                raise Refusal(
                    f"Gói có hơn {most} tệp hoặc lớn hơn {size} MB.",
                    f"The archive has more than {most} files, or is larger than {size} MB.",
                )
            return {one.filename: archive.read(one) for one in entries}
    except _WRONG as error:
        raise Refusal("Tệp này không phải tệp nén ZIP.", "This file is no ZIP archive.") from error
