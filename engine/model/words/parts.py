"""What the parts of a model are called where two versions are compared: field → Vietnamese, English."""

from __future__ import annotations

from engine.model import extensions as host
from engine.model.definition import Extension
from engine.model.words.sentences import tell
from engine.refusal import Lang

FIELDS = {
    "activation": ("điều kiện mở cổng", "the activation condition"),
    "assignee": ("người nhận việc", "the assignee"),
    "beside": ("cách chuyển dữ liệu", "how data pass"),
    "attached_to": ("hoạt động gắn vào", "the activity it is attached to"),
    "called_element": ("tiến trình được gọi", "the called process"),
    "cancel_remaining": ("việc hủy phần còn lại", "whether the rest is cancelled"),
    "candidate_groups": ("nhóm nhận việc", "the candidate groups"),
    "candidate_users": ("người có thể nhận việc", "the candidate users"),
    "compensation_handler": ("hoạt động bù trừ", "the compensation activity"),
    "completion_condition": ("điều kiện hoàn thành", "the completion condition"),
    "completion_quantity": ("số lượt đi ra", "the completion quantity"),
    "condition": ("điều kiện", "the condition"),
    "connector": ("đầu nối", "the connector"),
    "correlation": ("khóa tương quan", "the correlation"),
    "decision": ("quyết định", "the decision"),
    "default": ("luồng mặc định", "the default flow"),
    "documentation": ("ghi chú", "the documentation"),
    "due": ("hạn xong việc", "the due date"),
    "event_gateway_type": ("loại cổng sự kiện", "the kind of event gateway"),
    "events": ("sự kiện", "the events"),
    "executable": ("dấu thực hiện được", "the mark executable"),
    "follow_up": ("ngày nhắc việc", "the follow-up date"),
    "for_compensation": ("dấu bù trừ", "the mark for compensation"),
    "form": ("biểu mẫu", "the form"),
    "form_expression": ("biểu thức của biểu mẫu", "the expression of the form"),
    "headers": ("thông số của đầu nối", "the headers"),
    "inputs": ("dữ liệu vào", "the inputs"),
    "instantiate": ("việc bắt đầu tiến trình", "whether it starts the process"),
    "interrupting": ("việc ngắt hoạt động", "whether it interrupts"),
    "kind": ("loại", "the kind"),
    "lane": ("làn", "the lane"),
    "lanes": ("các làn", "the lanes"),
    "loop": ("vòng lặp", "the loop"),
    "message": ("thông điệp", "the message"),
    "name": ("tên", "the name"),
    "name_expression": ("biểu thức của tên", "the expression of the name"),
    "ordering": ("thứ tự các bước", "the ordering"),
    "outcome_variable": ("biến của lựa chọn", "the variable of the choice"),
    "outcomes": ("các kết quả để chọn", "the outcomes"),
    "outputs": ("dữ liệu ra", "the outputs"),
    "parallel_multiple": ("việc chờ mọi sự kiện", "whether all events are awaited"),
    "priority": ("mức ưu tiên", "the priority"),
    "propagate_all_child": ("việc nhận lại mọi biến", "whether all variables come back"),
    "propagate_all_parent": ("việc chuyển mọi biến", "whether all variables go in"),
    "result_variable": ("biến nhận kết quả", "the result variable"),
    "retries": ("số lần thử lại", "the retries"),
    "scope": ("dữ liệu", "the data"),
    "script": ("kịch bản", "the script"),
    "source": ("đầu đi", "the source"),
    "start_quantity": ("số lượt cần đến", "the start quantity"),
    "target": ("đầu đến", "the target"),
    "triggered_by_event": ("việc bắt đầu bằng sự kiện", "whether an event triggers it"),
}


def called(field: str, lang: Lang) -> str:
    """The words for a field of a model, the field itself where there are none."""
    words = FIELDS.get(field)
    return words[0 if lang == "vi" else 1] if words else field


def extension_called(extension: Extension, lang: Lang) -> str:
    """The words for an element of the host, its name where nobody knows it."""
    known = host.entry(extension)
    return extension.name if known is None else known.vi if lang == "vi" else known.en


def extension_said(extension: Extension, lang: Lang) -> str:
    """An element of the host in words, with the attributes that no sentence tells."""
    said, known = tell(extension, lang), host.entry(extension)
    if known is not None and known.compared is not None:
        return known.compared(extension, lang)
    shown = known.beside if said and known is not None else tuple(extension.attributes)
    more = [f"{name}: {extension.attributes[name]}" for name in shown if extension.attributes.get(name)]
    return ", ".join(filter(None, (said, *more, extension.text if not said else ""))) or "—"
