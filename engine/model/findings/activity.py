"""Rules of activities, subprocesses and processes (10.3)."""

from __future__ import annotations

from engine.model.findings.rule import Rule

ACTIVITY: dict[str, Rule] = {
    "quantity": Rule(
        "error",
        "{attribute} của «{element}» quá nhỏ.",
        '{attribute} of "{element}" is too small.',
        "Ghi số từ 1 trở lên.",
        "Write a number of at least 1.",
    ),
    "loop-without-end": Rule(
        "error",
        "Vòng lặp của «{element}» không có điều kiện cũng không có số lần tối đa.",
        'The loop of "{element}" has neither a condition nor a maximum.',
        "Ghi loopCondition hoặc loopMaximum.",
        "Write a loopCondition or a loopMaximum.",
    ),
    "multi-instance-empty": Rule(
        "error",
        "«{element}» lặp nhiều thể hiện mà không có số lượng cũng không có danh sách.",
        '"{element}" is multi-instance with neither a cardinality nor a collection.',
        "Ghi loopCardinality hoặc danh sách (zeebe:loopCharacteristics inputCollection).",
        "Write a loopCardinality or a collection (zeebe:loopCharacteristics inputCollection).",
    ),
    "multi-instance-twice": Rule(
        "error",
        "«{element}» lặp nhiều thể hiện vừa theo số lượng vừa theo danh sách.",
        '"{element}" is multi-instance by a cardinality and by a collection.',
        "Giữ loopCardinality hoặc loopDataInputRef.",
        "Keep the loopCardinality or the loopDataInputRef.",
    ),
    "loop-not-collection": Rule(
        "error",
        "{reference} của «{element}» trỏ tới «{data}», không phải danh sách (isCollection).",
        '{reference} of "{element}" names "{data}", which is no collection (isCollection).',
        'Đặt isCollection="true" cho dữ liệu đó và cho kiểu của nó.',
        'Set isCollection="true" on the data and on its itemDefinition.',
    ),
    "loop-data-elsewhere": Rule(
        "error",
        "{reference} của «{element}» không trỏ tới dữ liệu của chính nó (hoặc, ở tiến trình con, tới đối tượng dữ "
        "liệu mà nó thấy).",
        '{reference} of "{element}" does not name its own data (or, of a subprocess, a data object that it sees).',
        "Khai báo dữ liệu trong ioSpecification của tác vụ và trỏ tới đó; ở tiến trình con dùng đối tượng dữ liệu "
        "bên ngoài nó.",
        "Declare it in the task's ioSpecification and refer to it; for a subprocess use a data object outside it.",
    ),
    "loop-item-type": Rule(
        "error",
        "Kiểu của {item} ở «{element}» không phải kiểu phần tử của danh sách.",
        'The type of {item} at "{element}" is not that of the collection\'s items.',
        "Dùng cùng kiểu, không phải danh sách.",
        "Use the same type, not a collection.",
    ),
    "behavior-event-missing": Rule(
        "error",
        '«{element}» có behavior="{behavior}" mà thiếu {wanted}.',
        '"{element}" has behavior="{behavior}" and lacks {wanted}.',
        "Thêm {wanted}, hoặc bỏ behavior.",
        "Add {wanted}, or remove behavior.",
    ),
    "choreography": Rule(
        "error",
        "Phần tử hợp xướng «{child}» không được đặt trong tiến trình.",
        'A choreography element "{child}" must not stand in a process.',
        "Dùng tác vụ hoặc hoạt động gọi.",
        "Use a task or a call activity.",
    ),
    "ad-hoc-events": Rule(
        "error",
        "Tiến trình con tùy biến «{element}» không được có sự kiện bắt đầu, kết thúc.",
        'The ad-hoc subprocess "{element}" must have no start or end events.',
        "Bỏ các sự kiện đó; các hoạt động tự bắt đầu.",
        "Remove them; its activities start by themselves.",
    ),
    "ad-hoc-empty": Rule(
        "error",
        "Tiến trình con tùy biến «{element}» không có hoạt động nào.",
        'The ad-hoc subprocess "{element}" has no activity.',
        "Thêm ít nhất một hoạt động.",
        "Add an activity.",
    ),
    "public-executable": Rule(
        "error",
        "Tiến trình công khai (Public) «{element}» không được đánh dấu là thực hiện được.",
        'The Public process "{element}" must not be marked executable.',
        'Đổi processType, hoặc isExecutable="false".',
        'Change processType, or isExecutable="false".',
    ),
    "subprocess-io": Rule(
        "error",
        "Tiến trình con «{element}» không được có ioSpecification.",
        'The subprocess "{element}" must not have an ioSpecification.',
        "Dùng đối tượng dữ liệu hoặc zeebe:ioMapping.",
        "Use data objects or zeebe:ioMapping.",
    ),
    "nothing-executable": Rule(
        "warning",
        "Không tiến trình nào trong tệp được đánh dấu thực hiện được (isExecutable).",
        "No process of the file is marked executable (isExecutable).",
        'Đặt isExecutable="true" cho tiến trình sẽ chạy.',
        'Set isExecutable="true" on the process that shall run.',
    ),
    "no-process": Rule(
        "warning",
        "Tệp không có tiến trình nào.",
        "The file has no process.",
        "Vẽ một tiến trình, hoặc bỏ tệp khỏi gói.",
        "Draw a process, or leave the file out.",
    ),
    "empty-process": Rule(
        "warning",
        "«{element}» không có nút nào.",
        '"{element}" has no nodes.',
        "Vẽ các bước, hoặc bỏ nó.",
        "Draw its steps, or remove it.",
    ),
    "no-connector": Rule(
        "warning",
        "Tác vụ «{name}» không có đầu nối, sẽ tự hoàn thành ngay.",
        'The task "{name}" has no connector and completes by itself.',
        'Ghi zeebe:taskDefinition type="…" nếu phải gọi dịch vụ.',
        'Write zeebe:taskDefinition type="…" if a service is to be called.',
    ),
    "no-connector-published": Rule(
        "error",
        "Tác vụ «{name}» không có đầu nối; gói đã công bố không được có tác vụ dịch vụ trống.",
        'The task "{name}" has no connector; a published bundle must not have an empty service task.',
        'Ghi zeebe:taskDefinition type="…".',
        'Write zeebe:taskDefinition type="…".',
    ),
    "no-decision": Rule(
        "warning",
        "Tác vụ quy tắc «{name}» không nêu quyết định nào.",
        'The business-rule task "{name}" names no decision.',
        'Ghi zeebe:calledDecision decisionId="…".',
        'Write zeebe:calledDecision decisionId="…".',
    ),
    "empty-group": Rule(
        "warning",
        "Nhóm ứng viên của «{name}» để trống: không ai thấy việc này.",
        'The candidate group of "{name}" is empty: nobody sees the task.',
        "Ghi tên nhóm (ví dụ chuyen_vien).",
        "Name a group (for example chuyen_vien).",
    ),
    "outcome-twice": Rule(
        "error",
        "Kết quả «{outcome}» của «{element}» được khai báo hai lần.",
        'The outcome "{outcome}" of "{element}" is declared twice.',
        "Đổi mã một trong hai.",
        "Change the id of one of them.",
    ),
}
