"""The sentences of FEEL's errors and diagnostics: code → Vietnamese and English.

A sentence never repeats a whole input: `clip` shortens what a message quotes.
"""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "syntax": ("Không hiểu biểu thức tại «{0}»", "The expression cannot be read at «{0}»"),
    "end": ("Biểu thức dừng giữa chừng", "The expression ends too early"),
    "character": ("Ký tự «{0}» không thuộc FEEL", "The character «{0}» is not part of FEEL"),
    "string_open": ("Chuỗi chưa được đóng bằng dấu nháy kép", "The string is not closed with a double quote"),
    "comment_open": ("Chú thích chưa được đóng bằng */", "The comment is not closed with */"),
    "empty": ("Biểu thức trống", "The expression is empty"),
    "equals_sign": ("Dấu = ở đầu không thuộc FEEL", "A leading = is no part of FEEL"),
    "bracket": ("Dấu ngoặc «{0}» không có dấu mở", "The bracket «{0}» was never opened"),
    "text_size": ("Biểu thức dài quá giới hạn {0} ký tự", "The expression is longer than the bound of {0} characters"),
    "nesting": ("Biểu thức lồng nhau quá {0} tầng", "The expression nests deeper than {0} levels"),
    "steps": ("Biểu thức tính quá giới hạn {0} bước", "The evaluation exceeds the bound of {0} steps"),
    "depth": ("Hàm gọi lồng nhau quá sâu", "Functions call each other too deeply"),
    "list_size": ("Danh sách dài quá giới hạn {0} phần tử", "A list is longer than the bound of {0} elements"),
    "string_size": ("Chuỗi dài quá giới hạn {0} ký tự", "A string is longer than the bound of {0} characters"),
    "value_depth": ("Dữ liệu lồng nhau quá {0} tầng", "Data nest deeper than {0} levels"),
    "unknown_name": ("Không có dữ liệu nào tên «{0}»", "Nothing is named «{0}»"),
    "unknown_function": ("Không có hàm nào tên «{0}»", "No function is named «{0}»"),
    "not_a_function": ("«{0}» không phải là hàm", "«{0}» is not a function"),
    "arguments": (
        "Tham số không hợp với hàm «{0}», hàm nhận {1}",
        "The arguments do not fit the function «{0}», which takes {1}",
    ),
    "function_error": ("Hàm «{0}» không tính được: {1}", "The function «{0}» has no value: {1}"),
    "operand_types": (
        "Không thể áp dụng «{0}» cho {1} và {2}",
        "«{0}» cannot be applied to {1} and {2}",
    ),
    "operand_type": ("Không thể áp dụng «{0}» cho {1}", "«{0}» cannot be applied to {1}"),
    "division_by_zero": ("Chia cho không", "Division by zero"),
    "number_range": ("Kết quả vượt phạm vi số", "The result is outside the range of numbers"),
    "date_range": ("Kết quả vượt phạm vi ngày giờ", "The result is outside the range of dates"),
    "not_comparable": ("Không so sánh được {0} với {1}", "{0} and {1} cannot be compared"),
    "no_member": ("Không có thành phần «{0}» trong {1}", "There is no member «{0}» in {1}"),
    "literal": ("«{0}» không phải là giá trị ngày giờ hay thời lượng", "«{0}» is no date, time or duration"),
    "condition": ("Điều kiện không phải đúng hoặc sai mà là {0}", "The condition is neither true nor false but {0}"),
    "index": ("Vị trí {0} không có trong danh sách", "There is no position {0} in the list"),
    "filter": ("Bộ lọc phải cho số hoặc đúng/sai, không phải {0}", "A filter gives a number or a boolean, not {0}"),
    "iteration": ("Không thể lặp trên {0}", "{0} cannot be iterated over"),
    "range": ("Hai đầu khoảng không hợp nhau", "The ends of the range do not fit together"),
    "duplicate_key": ("Tên «{0}» có hai lần trong ngữ cảnh", "The name «{0}» stands twice in the context"),
    "unknown_type": ("Không có kiểu nào tên «{0}»", "No type is named «{0}»"),
    "internal": ("Không tính được giá trị ({0})", "The value cannot be computed ({0})"),
    "external": ("Hàm ngôn ngữ khác không được gọi", "Functions of other languages are never called"),
    "type_error": ("Giá trị của «{0}» không thuộc kiểu {1}", "The value of «{0}» is not of the type {1}"),
    "invocation": ("Không gọi được «{0}»", "«{0}» cannot be invoked"),
    "decision": ("Quyết định «{0}» không tính được: {1}", "The decision «{0}» has no value: {1}"),
    "hit_policy": (
        "Bảng quyết định vi phạm quy tắc chọn {0}: luật {1}",
        "The decision table breaks its hit policy {0}: rules {1}",
    ),
    "no_match": ("Không luật nào của bảng áp dụng", "No rule of the table applies"),
    "input_values": ("Giá trị vào «{0}» không thuộc các giá trị cho phép", "The input «{0}» is not an allowed value"),
    "output_values": ("Giá trị ra «{0}» không thuộc các giá trị cho phép", "The output «{0}» is not an allowed value"),
}


#: Codes that only say that something is not there.
MISSING = frozenset({"unknown_name", "no_member", "index"})


#: Codes of a text that cannot be read.
UNREADABLE = frozenset(
    {
        "syntax",
        "end",
        "character",
        "string_open",
        "comment_open",
        "empty",
        "equals_sign",
        "bracket",
        "text_size",
        "nesting",
    }
)


def clip(text: object, length: int = 60) -> str:
    """At most `length` characters of a text, on one line, for quoting."""
    line = " ".join(str(text)[: length * 4].split())
    return line if len(line) <= length else line[: length - 1] + "…"


#: The types as an official calls them; English sentences keep the standard's names.
KINDS = {
    "number": "số",
    "string": "chữ",
    "boolean": "đúng/sai",
    "date": "ngày",
    "time": "giờ",
    "date and time": "ngày giờ",
    "days and time duration": "thời lượng ngày giờ",
    "years and months duration": "thời lượng năm tháng",
    "list": "danh sách",
    "context": "ngữ cảnh",
    "range": "khoảng",
    "function": "hàm",
    "null": "giá trị trống (null)",
}
#: Code → which of its details are types.
_TYPED = {
    "operand_types": (1, 2),
    "operand_type": (1,),
    "not_comparable": (0, 1),
    "condition": (0,),
    "filter": (0,),
    "iteration": (0,),
    "no_member": (1,),
    "type_error": (1,),
}


def say(code: str, details: tuple[object, ...] = (), language: str = "vi") -> str:
    """The sentence of a code with its details, in Vietnamese or (``en``) English."""
    vietnamese, english = SENTENCES[code]
    if language == "en":
        return english.format(*map(clip, details))
    typed = _TYPED.get(code, ())
    return vietnamese.format(
        *(
            KINDS.get(str(detail), clip(detail)) if place in typed else clip(detail)
            for place, detail in enumerate(details)
        )
    )
