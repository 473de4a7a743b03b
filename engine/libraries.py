"""What the libraries below us say of a text or a file that they cannot read, told in the reader's language.

Their own sentences are English, and their authors' words: none of them goes into a message of ours. A sentence that is
not known here becomes a general one; the place is told by whoever reports it.
"""

from __future__ import annotations

import errno
import json
import re
import tomllib
from collections.abc import Sequence
from typing import NamedTuple

import yaml

#: A pattern of what a library says, and the sentence in Vietnamese and in English.
Rows = Sequence[tuple[str, str, str]]


class Said(NamedTuple):
    """A part of a sentence, without a capital or a full stop, in both languages."""

    vi: str
    en: str

    def within(self, lang: str) -> str:
        """In the reader's language."""
        return self.en if lang == "en" else self.vi


def told(rows: Rows, text: str, otherwise: Said) -> Said:
    """The sentence of the first row whose pattern is in a text, with the pattern's groups for its braces."""
    for pattern, vi, en in rows:
        found = re.search(pattern, text, re.DOTALL)
        if found is not None:
            names = [" ".join(str(part or "").split())[:80] for part in found.groups()]
            return Said(vi.format(*names), en.format(*names))
    return otherwise


#: What libxml2 says → what a reader is told; the first that fits.
_XML: Rows = (
    (r"Document is empty", "tệp rỗng, hoặc không phải văn bản", "the file is empty, or no text"),
    (r"Start tag expected", "không có thẻ nào mở đầu", "no tag begins it"),
    (r"tag mismatch: (\S+).*? and (\S+)", "thẻ đóng «{1}» không khớp với thẻ mở «{0}»",
     'the closing tag "{1}" does not match the opening tag "{0}"'),
    (r"tag mismatch", "thẻ đóng không khớp với thẻ mở", "a closing tag does not match its opening tag"),
    (r"Premature end|'</' not found|EndTag", "tệp bị cắt cụt, còn thẻ chưa đóng",
     "the file is cut off: a tag is still open"),
    (r"Extra content", "còn nội dung thừa sau phần tử gốc", "something stands after the root element"),
    (r"EntityRef: no name|EntityRef: expecting|StartEntityRef",
     "dấu & đứng một mình, phải viết thành &amp;", "an & stands by itself; it is written &amp;"),
    (r"Entity '([^']*)' not defined", "thực thể «&{0};» chưa khai báo", 'the entity "&{0};" is not declared'),
    (r"Namespace prefix (\S+?):? .*not defined", "tiền tố «{0}» chưa khai báo (xmlns:{0})",
     'the prefix "{0}" is not declared (xmlns:{0})'),
    (r"not defined", "có thực thể hoặc tiền tố không gian tên chưa khai báo",
     "an entity or a namespace prefix is not declared"),
    (r"Attribute (\S+) redefined", "thuộc tính «{0}» được viết hai lần", 'the attribute "{0}" is written twice'),
    (r"redefined", "một thuộc tính được viết hai lần", "an attribute is written twice"),
    (r"Unescaped '<'", "giá trị thuộc tính có dấu «<», phải viết thành &lt;",
     "the value of an attribute has a <; it is written &lt;"),
    (r"AttValue|attributes construct", "giá trị thuộc tính thiếu dấu ngoặc kép",
     "the value of an attribute is not in quotes"),
    (r"Specification mandates? value for attribute (\S+)|mandate value", "thuộc tính «{0}» không có giá trị",
     'the attribute "{0}" has no value'),
    (r"Invalid bytes|not proper UTF-8|input conversion failed|encoding error",
     "chữ không đúng bảng mã đã khai báo (nên lưu bằng UTF-8)",
     "its letters are not of the encoding that it declares (best saved in UTF-8)"),
    (r"[Uu]nsupported encoding|unknown encoding", "không biết bảng mã đã khai báo (nên lưu bằng UTF-8)",
     "the encoding that it declares is not known (best saved in UTF-8)"),
    (r"invalid Char|xmlChar|CharRef|out of allowed range", "có ký tự không được phép trong XML",
     "it has a character that XML does not allow"),
    (r"StartTag: invalid element name", "có dấu «<» mà sau đó không phải tên thẻ (viết thành &lt;)",
     "a < is not followed by the name of a tag (it is written &lt;)"),
    (r"error parsing attribute name", "tên thuộc tính không hợp lệ", "the name of an attribute is not valid"),
    (r"Couldn't find end of Start Tag (\S+)|GT|Start Tag", "một thẻ mở không được đóng bằng dấu «>»",
     "an opening tag is not closed by a >"),
    (r"Comment not terminated|Double hyphen|comment", "một chú thích viết không đúng (<!-- … -->)",
     "a comment is not written as it must be (<!-- … -->)"),
    (r"CDATA|CData", "một đoạn CDATA không được đóng bằng ]]>", "a CDATA section is not closed by ]]>"),
    (r"Sequence '\]\]>' not allowed", "dấu ]]> không được đứng trong chữ", "]]> must not stand in a text"),
    (r"XML declaration|parsePI|PI |xmlParsePI|Malformed declaration|version", "khai báo <?xml …?> viết không đúng",
     "the <?xml …?> declaration is not written as it must be"),
    (r"QName", "một tên có dấu hai chấm đặt sai", "a name has a colon where it must not have one"),
    (r"is not a valid URI|not absolute", "địa chỉ của một không gian tên không hợp lệ",
     "the address of a namespace is not valid"),
)  # fmt: skip
_XML_OTHERWISE = Said("sai cú pháp XML ở chỗ này", "the syntax of XML is broken at this place")


def of_xml(message: str) -> Said:
    """What libxml2 says of a document."""
    return told(_XML, message, _XML_OTHERWISE)


_YAML: Rows = (
    (r"found character '\\t'", "có dấu tab; hãy thụt dòng bằng dấu cách", "there is a tab; indent with spaces"),
    (r"found character ('[^']+'|\S+) that cannot start", "ký tự {0} không thể bắt đầu một giá trị",
     "the character {0} cannot begin a value"),
    (r"found unexpected end of stream|unexpected end", "còn dấu nháy hoặc ngoặc chưa đóng",
     "a quote or a bracket is not closed"),
    (r"mapping values are not allowed", "dấu hai chấm đặt sai chỗ, hoặc thụt dòng không đều",
     "a colon stands where it must not, or the indentation is uneven"),
    (r"could not find expected ':'", "thiếu dấu hai chấm sau tên mục", "a colon is missing after a key"),
    (r"expected <block end>", "thụt dòng không đều với các dòng trước",
     "the indentation differs from the lines before"),
    (r"did not find expected|expected ',' or|expected the node content|expected '",
     "còn thiếu dấu phẩy, ngoặc hoặc giá trị", "a comma, a bracket or a value is missing"),
    (r"could not determine a constructor|undefined", "thẻ hoặc bí danh không có nghĩa ở đây",
     "a tag or an alias has no meaning here"),
    (r"special characters are not allowed|unacceptable character", "có ký tự không được phép",
     "it has a character that is not allowed"),
    (r"duplicate|found duplicate", "một mục được viết hai lần", "a key is written twice"),
    (r"unknown escape", "dấu \\ đứng trước ký tự không có nghĩa", "a \\ stands before a letter where it means nothing"),
    (r"unhashable", "tên mục phải là chữ", "a key must be text"),
    (r"sequence entries are not allowed|block sequence entries", "gạch đầu dòng «-» đặt sai chỗ",
     'a list item "-" stands where it must not'),
)  # fmt: skip
_YAML_OTHERWISE = Said("sai cú pháp YAML ở chỗ này", "the syntax of YAML is broken at this place")


def of_yaml(error: yaml.YAMLError) -> Said:
    """What PyYAML says of a text."""
    return told(_YAML, f"{getattr(error, 'problem', '') or ''} {error}", _YAML_OTHERWISE)


_JSON: Rows = (
    (r"Expecting value", "thiếu một giá trị", "a value is missing"),
    (r"Expecting ',' delimiter", "thiếu dấu phẩy", "a comma is missing"),
    (r"Expecting ':' delimiter", "thiếu dấu hai chấm", "a colon is missing"),
    (r"Expecting property name|Illegal trailing comma", "thiếu tên mục trong dấu nháy kép, hoặc thừa dấu phẩy",
     "a key in double quotes is missing, or a comma is too many"),
    (r"Unterminated string|Invalid control character", "dấu nháy kép chưa đóng", "a double quote is not closed"),
    (r"Invalid \\", "dấu \\ đứng trước ký tự không có nghĩa", "a \\ stands before a letter where it means nothing"),
    (r"Extra data", "còn nội dung thừa sau giá trị", "something stands after the value"),
    (r"BOM", "tệp mở đầu bằng dấu BOM", "the file begins with a byte order mark"),
)  # fmt: skip
_JSON_OTHERWISE = Said("sai cú pháp JSON ở chỗ này", "the syntax of JSON is broken at this place")


def of_json(error: Exception) -> Said:
    """What the JSON reader says of a text, with its line and column."""
    if isinstance(error, UnicodeDecodeError):
        return ENCODING
    if isinstance(error, RecursionError):
        return Said("lồng nhau quá sâu", "it nests too deeply")
    said = told(_JSON, str(error), _JSON_OTHERWISE)
    if not isinstance(error, json.JSONDecodeError):
        return said
    return Said(
        f"{said.vi} (dòng {error.lineno}, cột {error.colno})", f"{said.en} (line {error.lineno}, column {error.colno})"
    )


def of_toml(error: tomllib.TOMLDecodeError) -> Said:
    """That a text is no TOML, with its line and column where the reader says them."""
    found = re.search(r"line (\d+), column (\d+)", str(error))
    if found is None:
        return Said("sai cú pháp TOML", "the syntax of TOML is broken")
    return Said(
        f"sai cú pháp TOML ở dòng {found[1]}, cột {found[2]}",
        f"the syntax of TOML is broken at line {found[1]}, column {found[2]}",
    )


ENCODING = Said("chữ không phải UTF-8", "its letters are not UTF-8")
_FILES = {
    errno.ENOENT: Said("không có tệp này", "there is no such file"),
    errno.EACCES: Said("không có quyền đọc", "it may not be read"),
    errno.EPERM: Said("không có quyền đọc", "it may not be read"),
    errno.EISDIR: Said("đây là thư mục", "it is a folder"),
    errno.ENOTDIR: Said("đường dẫn đi qua một tệp", "the path leads through a file"),
    errno.ENAMETOOLONG: Said("tên quá dài", "its name is too long"),
    errno.ELOOP: Said("liên kết vòng", "its links go round"),
    errno.ENOSPC: Said("đĩa đã đầy", "the disk is full"),
}


def of_file(error: Exception) -> Said:
    """Why a file cannot be read: an `OSError`, or letters that are not UTF-8."""
    if isinstance(error, UnicodeDecodeError):
        return ENCODING
    return _FILES.get(getattr(error, "errno", None) or 0, Said("lỗi khi đọc đĩa", "the disk gives an error"))


def of(error: Exception) -> Said:
    """Why a text of YAML or JSON, or its file, cannot be read."""
    if isinstance(error, OSError | UnicodeDecodeError):
        return of_file(error)
    return of_yaml(error) if isinstance(error, yaml.YAMLError) else of_json(error)
