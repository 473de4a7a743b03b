"""Every rule of `models check`: its name, how grave it is, its sentence and its mend, in both languages."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Rule(NamedTuple):
    severity: Literal["error", "warning"]
    vi: str
    en: str
    fix_vi: str
    fix_en: str


RULES: dict[str, Rule] = {
    "not-xml": Rule(
        "error",
        "Tệp không phải XML đúng cú pháp: {reason}.",
        "The file is not well-formed XML: {reason}.",
        "Mở tệp bằng trình vẽ mô hình rồi lưu lại, hoặc sửa chỗ được nêu.",
        "Open the file in a modeler and save it again, or mend the place named.",
    ),
    "doctype": Rule(
        "error",
        "Tệp có khai báo DOCTYPE; thực thể XML không an toàn nên không được đọc.",
        "The file has a DOCTYPE; XML entities are not safe, so it is not read.",
        "Xóa khai báo <!DOCTYPE …> và viết thẳng nội dung của các thực thể.",
        "Remove the <!DOCTYPE …> and write out what its entities stand for.",
    ),
    "too-large": Rule(
        "error",
        "Tệp lớn hơn {limit}.",
        "The file is larger than {limit}.",
        "Tách mô hình thành nhiều tệp nối với nhau bằng hoạt động gọi.",
        "Split the model into files joined by call activities.",
    ),
    "too-deep": Rule(
        "error",
        "Các phần tử lồng nhau sâu quá {limit} lớp.",
        "Elements are nested deeper than {limit} levels.",
        "Giảm số lớp lồng nhau; đưa tiến trình con ra thành hoạt động gọi.",
        "Nest less; turn subprocesses into call activities.",
    ),
    "too-many-elements": Rule(
        "error",
        "Tệp có quá {limit} phần tử.",
        "The file has more than {limit} elements.",
        "Tách mô hình thành nhiều tệp.",
        "Split the model into several files.",
    ),
    "not-bpmn": Rule(
        "error",
        "Phần tử gốc là «{root}», không phải bpmn:definitions của BPMN 2.0.",
        "The root element is \"{root}\", not bpmn:definitions of BPMN 2.0.",
        "Xuất tệp dưới dạng BPMN 2.0 XML.",
        "Export the file as BPMN 2.0 XML.",
    ),
    "feel-syntax": Rule(
        "error",
        "Biểu thức «{text}» không phải FEEL: {reason}.",
        "The expression \"{text}\" is not FEEL: {reason}.",
        "Sửa biểu thức theo cú pháp FEEL của DMN.",
        "Mend the expression by the grammar of FEEL (DMN).",
    ),
    "foreign-expression": Rule(
        "error",
        "Biểu thức «{text}» vượt quá phần đơn giản được chuyển sang FEEL (tại «{part}»).",
        "The expression \"{text}\" goes beyond the simple subset that is translated to FEEL (at \"{part}\").",
        "Viết lại biểu thức bằng FEEL, mở đầu bằng dấu «=».",
        "Write the expression in FEEL, with a leading \"=\".",
    ),
    "expression-language": Rule(
        "error",
        "Biểu thức viết bằng ngôn ngữ «{language}»; chỉ FEEL được thực hiện.",
        "The expression is written in \"{language}\"; only FEEL is executed.",
        "Viết lại bằng FEEL và bỏ thuộc tính language.",
        "Write it in FEEL and remove the language attribute.",
    ),
    "script-language": Rule(
        "error",
        "Tác vụ kịch bản «{element}» viết bằng «{language}»; chỉ FEEL được thực hiện.",
        "The script task \"{element}\" is written in \"{language}\"; only FEEL is executed.",
        "Viết kịch bản bằng FEEL (scriptFormat=\"feel\" hoặc zeebe:script).",
        "Write the script in FEEL (scriptFormat=\"feel\" or zeebe:script).",
    ),
    "timer-text": Rule(
        "error",
        "«{text}» không phải {form} đúng chuẩn ISO 8601.",
        "\"{text}\" is no {form} by ISO 8601.",
        "Viết thời điểm (2026-02-14T15:20:00+07:00), khoảng (P3D), chu kỳ (R3/PT1H), hoặc FEEL mở đầu bằng «=».",
        "Write a date (2026-02-14T15:20:00+07:00), a duration (P3D), a cycle (R3/PT1H), or FEEL with a leading \"=\".",
    ),
    "mapping-incomplete": Rule(
        "error",
        "Ánh xạ dữ liệu ở «{element}» thiếu đích (target).",
        "A mapping of \"{element}\" has no target.",
        "Ghi tên biến nhận giá trị vào target.",
        "Write the name of the receiving variable into target.",
    ),
    "data-store": Rule(
        "error",
        "«{element}» đọc hoặc ghi kho dữ liệu «{store}»; hệ thống không có kho dữ liệu nào mang tên đó.",
        "\"{element}\" reads or writes the data store \"{store}\"; the system has no such store.",
        "Dùng tác vụ dịch vụ có đầu nối để đọc, ghi kho; hoặc bỏ phép gán và chỉ giữ đường vẽ.",
        "Use a service task with a connector for the store, or keep only the drawn line.",
    ),
    "association-sources": Rule(
        "error",
        "Liên kết dữ liệu ở «{element}» có nhiều nguồn mà không có phép biến đổi.",
        "A data association of \"{element}\" has several sources and no transformation.",
        "Thêm bpmn:transformation hoặc chỉ giữ một nguồn.",
        "Add a bpmn:transformation or keep one source.",
    ),
}
