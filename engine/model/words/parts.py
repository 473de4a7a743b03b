"""What the parts of a model are called where two versions are compared: field → Vietnamese, English."""

from __future__ import annotations

from typing import Literal

from engine.model.definition import Extension
from engine.model.words.sentences import tell

Lang = Literal["vi", "en"]

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
EXTENSIONS = {
    "back": ("việc trả lại bước trước", "the way back"),
    "citizen": ("việc của công dân", "what the citizen does"),
    "extension": ("việc gia hạn", "the extension of the term"),
    "finish": ("dấu giải quyết xong", "the mark handled"),
    "letter": ("phiếu, thư", "the letter"),
    "outcome": ("kết quả để chọn", "the outcome"),
    "pause": ("việc tạm dừng thời hạn", "the pause of the term"),
    "result": ("kết quả giải quyết", "the result"),
    "return": ("việc trả kết quả", "the return of the result"),
    "signature": ("chữ ký số", "the signature"),
    "silence": ("nghĩa của im lặng", "what silence means"),
    "status": ("trạng thái hồ sơ", "the dossier's status"),
    "step": ("bước hiện cho công dân", "the step that citizens see"),
    "term": ("thời hạn", "the term"),
}


def called(field: str, lang: Lang) -> str:
    """The words for a field (``term`` after ``mc:`` for an element of the project's own), the field itself where there
    are none."""
    words = EXTENSIONS.get(field.removeprefix("mc:")) if field.startswith("mc:") else FIELDS.get(field)
    return words[0 if lang == "vi" else 1] if words else field


def extension_said(extension: Extension, lang: Lang) -> str:
    """An element of the project's own in words, with the attributes that no sentence tells."""
    said = tell(extension, lang)
    rest = {"term": ("reminder", "escalateTo"), "status": ("on",), "letter": ("on",), "finish": ("on",)}
    shown = rest.get(extension.name, ()) if said else tuple(extension.attributes)
    more = [f"{name}: {extension.attributes[name]}" for name in shown if extension.attributes.get(name)]
    return ", ".join(filter(None, (said, *more, extension.text if not said else ""))) or "—"
