"""Spreadsheets that people send in: the filled rows of the first sheet as texts, as they would be typed."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

from openpyxl import load_workbook

from engine.refusal import Refusal

#: Rows of a list, its columns, characters of a cell, and bytes of the file once it is unpacked.
MOST_ROWS, MOST_COLUMNS, LONGEST, UNPACKED = 500, 100, 2000, 64 << 20


def rows(body: bytes) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers in the sheet. Refuses what is no spreadsheet (.xlsx), or too
    large."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > UNPACKED:
            raise _too_large()
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        try:
            page = book.worksheets[0]
            # what a sheet says of its own size may be wrong, or a million empty rows
            page.reset_dimensions()
            found = []
            for number, cells in enumerate(page.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
                texts = [_text(cell) for cell in cells]
                if any(texts):
                    found.append((number, texts))
                if len(found) > MOST_ROWS + 1 or number > 100 * MOST_ROWS:
                    raise _too_large()
        finally:
            book.close()
    except Refusal:
        raise
    except Exception as error:  # the reader raises what its parsers raise: KeyError, ValueError, of XML, of zip
        raise Refusal(
            "Tệp này không đọc được như bảng tính .xlsx: mở bằng phần mềm bảng tính, lưu lại dạng .xlsx rồi tải lên.",
            "The file cannot be read as a spreadsheet (.xlsx): save it as .xlsx once more.",
        ) from error
    return found


def _too_large() -> Refusal:
    return Refusal(
        f"Bảng tính dài hơn {MOST_ROWS} dòng: chia thành nhiều tệp.",
        f"The spreadsheet has more than {MOST_ROWS} rows: split it.",
    )


def _text(cell: object) -> str:
    """A cell as it would be typed into a page: days as people write them, numbers without a tail."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "có" if cell else ""
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell).replace(".", ",")
    return " ".join(str(cell).split())[:LONGEST]
