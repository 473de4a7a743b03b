"""Rules of what a model means: expressions that can have no value, work that says too little, what never ends."""

from __future__ import annotations

from engine.model.findings.rule import Rule

MEANING: dict[str, Rule] = {
    "function-unknown": Rule(
        "warning",
        "Biểu thức «{text}» gọi hàm «{function}» mà FEEL không có, nên luôn cho giá trị trống (null): {reason}.",
        'The expression "{text}" calls the function "{function}", which FEEL does not have, so it is always null: '
        "{reason}.",
        "Sửa tên hàm theo docs/reference/feel.md, hoặc viết lại bằng hàm có sẵn.",
        "Mend the name by docs/reference/feel.md, or use a function that is there.",
        "error",
    ),
    "function-arguments": Rule(
        "warning",
        "Biểu thức «{text}» gọi hàm «{function}» sai tham số, nên luôn cho giá trị trống (null): {reason}.",
        'The expression "{text}" calls "{function}" with arguments that it does not take, so it is always null: '
        "{reason}.",
        "Thêm, bớt hoặc đổi kiểu tham số cho đúng.",
        "Give it the arguments that it takes.",
        "error",
    ),
    "condition-never-boolean": Rule(
        "error",
        "Điều kiện «{text}» ở «{element}» không bao giờ cho đúng hoặc sai.",
        'The condition "{text}" of "{element}" is never true or false.',
        'Viết một phép so sánh, ví dụ so_ngay > 3 hoặc hanh_dong = "dat".',
        'Write a comparison, for example so_ngay > 3 or hanh_dong = "dat".',
    ),
    "cardinality-value": Rule(
        "error",
        "Số lần lặp «{text}» của «{element}» không phải số nguyên từ 0 trở lên.",
        'The number of instances "{text}" of "{element}" is no whole number from 0 on.',
        "Ghi một số nguyên, hoặc biểu thức cho số nguyên.",
        "Write a whole number, or an expression that gives one.",
    ),
    "timer-backwards": Rule(
        "error",
        "Hẹn giờ «{text}» ở «{element}» không dẫn tới tương lai: khoảng âm, hoặc chu kỳ dài bằng không.",
        'The timer "{text}" of "{element}" does not lead forward: a negative duration, or a cycle of no length.',
        "Ghi khoảng thời gian dương, ví dụ PT1H hoặc P3D.",
        "Write a positive duration, for example PT1H or P3D.",
    ),
    "due-value": Rule(
        "error",
        "Hạn «{text}» của «{element}» không phải ngày, thời điểm hay khoảng thời gian.",
        'The due date "{text}" of "{element}" is no date, moment or duration.',
        "Ghi 2026-02-14, 2026-02-14T15:20:00+07:00, P3D, hoặc FEEL mở đầu bằng «=».",
        'Write 2026-02-14, 2026-02-14T15:20:00+07:00, P3D, or FEEL with a leading "=".',
    ),
    "name-slip": Rule(
        "warning",
        "Không gì ghi «{name}» mà «{element}» đọc; có lẽ muốn viết «{meant}».",
        'Nothing writes "{name}", which "{element}" reads; perhaps "{meant}" is meant.',
        "Sửa tên; nếu đúng là tên khác, ghi nó ở một biểu mẫu, kịch bản hay ánh xạ dữ liệu.",
        "Mend the name; if it is another one, write it in a form, a script or a mapping.",
    ),
    "name-unwritten": Rule(
        "warning",
        "Không gì ghi «{name}» mà «{element}» đọc, nên nó luôn trống (null).",
        'Nothing writes "{name}", which "{element}" reads, so it is always null.',
        "Sửa tên, hoặc ghi nó ở một biểu mẫu, kịch bản hay ánh xạ dữ liệu.",
        "Mend the name, or write it in a form, a script or a mapping.",
    ),
    "number-value": Rule(
        "warning",
        "{attribute} của «{element}» là «{text}», không phải số nguyên.",
        'The {attribute} of "{element}" is "{text}", which is no whole number.',
        "Ghi một số nguyên từ 0 trở lên.",
        "Write a whole number from 0 on.",
    ),
    "script-empty": Rule(
        "warning",
        "Tác vụ kịch bản «{name}» không có kịch bản, nên không làm gì.",
        'The script task "{name}" has no script, so it does nothing.',
        "Viết bpmn:script hoặc zeebe:script bằng FEEL, hoặc đổi loại tác vụ.",
        "Write a bpmn:script or zeebe:script in FEEL, or make it another kind of task.",
    ),
    "script-result-lost": Rule(
        "warning",
        "Kết quả kịch bản của «{name}» không được ghi vào biến nào, nên bị bỏ.",
        'The result of the script of "{name}" is written to no variable, so it is lost.',
        "Ghi resultVariable, hoặc cho kịch bản trả về ngữ cảnh {{tên: giá trị}}.",
        "Write a resultVariable, or let the script give a context {{name: value}}.",
    ),
    "decision-result-lost": Rule(
        "warning",
        "Tác vụ quy tắc «{name}» không có biến nhận kết quả: chỉ quyết định nhiều cột ra mới ghi được gì.",
        'The business-rule task "{name}" has no variable for its result: only a decision of several outputs writes '
        "anything.",
        "Ghi resultVariable ở zeebe:calledDecision.",
        "Write a resultVariable in zeebe:calledDecision.",
    ),
    "connector-without-type": Rule(
        "error",
        "zeebe:taskDefinition của «{element}» không nêu loại đầu nối (type).",
        'The zeebe:taskDefinition of "{element}" names no connector (type).',
        'Ghi type="…", hoặc bỏ zeebe:taskDefinition.',
        'Write type="…", or remove the zeebe:taskDefinition.',
    ),
    "node-without-id": Rule(
        "warning",
        "Một phần tử {kind} («{name}») không có id: không luồng nào nối được, và mỗi lần sửa tệp nó mang id khác.",
        'A {kind} ("{name}") has no id: no flow can lead to it, and its id differs whenever the file changes.',
        "Ghi id, hoặc mở và lưu lại bằng trình vẽ mô hình.",
        "Write an id, or open and save the file in a modeler.",
    ),
    "process-without-id": Rule(
        "error",
        "Một tiến trình thực hiện được không có id, nên không thể bắt đầu hay gọi nó bằng tên.",
        "An executable process has no id, so nothing can start or call it by name.",
        "Ghi id cho bpmn:process.",
        "Give the bpmn:process an id.",
    ),
    "endless-loop": Rule(
        "error",
        "Vòng {way} tự chạy mãi: không chỗ nào chờ, không đường nào ra.",
        "The loop {way} runs for ever by itself: nothing in it waits, and no way leads out.",
        "Thêm một nhánh ra có điều kiện, hoặc một bước chờ (việc của người, hẹn giờ, thông điệp).",
        "Add a branch that leads out, or a step that waits (a person, a timer, a message).",
    ),
    "endless-repetition": Rule(
        "error",
        "«{name}» lặp mãi: điều kiện lặp luôn đúng mà không có số lần tối đa.",
        '"{name}" repeats for ever: its condition is always true, and there is no maximum.',
        "Ghi loopMaximum, hoặc điều kiện có lúc sai.",
        "Write a loopMaximum, or a condition that becomes false.",
    ),
    "calls-itself": Rule(
        "warning",
        "«{name}» gọi lại chính tiến trình của nó ({way}).",
        '"{name}" calls its own process again ({way}).',
        "Kiểm tra rằng có lúc không gọi nữa; nếu lặp theo danh sách, dùng hoạt động nhiều thể hiện.",
        "See that it stops at some time; to go through a list, use a multi-instance activity.",
    ),
    "calls-itself-endlessly": Rule(
        "error",
        "«{name}» gọi lại chính tiến trình của nó ({way}) ở mọi lần chạy, không chờ gì: không bao giờ xong.",
        '"{name}" calls its own process again ({way}) in every run, without a wait: it never ends.',
        "Đặt lời gọi sau một điều kiện, hoặc sửa tên tiến trình được gọi.",
        "Put the call behind a condition, or mend the name of the called process.",
    ),
    "error-uncaught": Rule(
        "warning",
        "Lỗi «{code}» ném ở «{element}» không nơi nào bắt: nó kết thúc cả lần chạy.",
        'The error "{code}" thrown at "{element}" is caught nowhere: it ends the whole instance.',
        "Thêm sự kiện biên lỗi hoặc tiến trình con sự kiện, hoặc dùng sự kiện kết thúc thường.",
        "Add an error boundary event or an event subprocess, or use a plain end event.",
    ),
    "escalation-uncaught": Rule(
        "warning",
        "Leo thang «{code}» ném ở «{element}» không nơi nào bắt nên không có tác dụng.",
        'The escalation "{code}" thrown at "{element}" is caught nowhere, so it has no effect.',
        "Thêm sự kiện biên leo thang hoặc tiến trình con sự kiện, hoặc bỏ sự kiện này.",
        "Add an escalation boundary event or an event subprocess, or remove the event.",
    ),
}
