"""Rules of bundles: what a description says, what one file of a bundle says of another, what scenarios prove."""

from __future__ import annotations

from engine.model.findings.rule import Rule

TITLE = "Bundles of administration"
RULES: dict[str, Rule] = {
    "bundle-empty": Rule(
        "error",
        "Gói không có mô hình .bpmn nào.",
        "The bundle has no .bpmn model.",
        "Thêm mô hình.",
        "Add a model.",
    ),
    "bundle-field": Rule(
        "error",
        "{name}, mục «{field}»: {reason}.",
        '{name}, "{field}": {reason}.',
        "Sửa mục này theo docs/reference/bundles.md.",
        "Mend it as docs/reference/bundles.md says.",
    ),
    "bundle-process": Rule(
        "error",
        "{head} nêu tiến trình «{name}», không có trong gói.",
        '{head} names the process "{name}", which is not in the bundle.',
        "Sửa process, hoặc thêm mô hình.",
        "Mend process, or add the model.",
    ),
    "fee-fraction": Rule(
        "error",
        "Khoản phí «{name}» tính theo «{field}», nhưng biểu mẫu nhận số lẻ ở mục này.",
        'The fee "{name}" goes by "{field}", but the form takes fractions there.',
        "Ghi decimalDigits của mục này: 0 với số bản, số trang và những gì đếm được.",
        "State the field's decimalDigits: 0 for copies, pages and whatever is counted.",
    ),
    "fee-without-amount": Rule(
        "error",
        "«{element}» thu phí (mc:fee), nhưng procedure.yaml không có khoản nào trong fees.",
        '"{element}" takes a fee (mc:fee), but procedure.yaml has none in fees.',
        "Thêm khoản phí vào fees, hoặc bỏ mc:fee.",
        "Add the fee to fees, or take mc:fee away.",
    ),
    "fee-never-taken": Rule(
        "warning",
        "Thủ tục có phí mà không bước nào thu: không có mc:fee, không chờ công dân nộp, không trả kết quả tại quầy.",
        "The procedure has fees, but nothing takes them: no mc:fee, no wait for the payment, no return at the desk.",
        "Thêm <mc:fee/> vào bước thu phí, hoặc <mc:return/> vào bước trả kết quả.",
        "Add <mc:fee/> to the step that takes the fee, or <mc:return/> to the one that returns the result.",
    ),
    "form-missing": Rule(
        "error",
        "Biểu mẫu «{form}» của «{element}» không có trong forms/.",
        'The form "{form}" of "{element}" is not in forms/.',
        "Thêm forms/{form}.form, hoặc sửa formId.",
        "Add forms/{form}.form, or mend formId.",
    ),
    "law-begin-unsure": Rule(
        "warning",
        "Theo danh mục, căn cứ {code} có hiệu lực từ ngày {day} ({source}), sau ngày áp dụng {first} của gói; ngày này "
        "chưa được đối chiếu với văn bản: kiểm tra lại.",
        "By the list, {code} is in force from {day} ({source}), after {first}, from which the bundle applies; nobody "
        "has read that day in the act: look it up.",
        "Đọc điều khoản thi hành của văn bản; nếu đúng, sửa effective_from của gói hoặc nêu căn cứ đang có hiệu lực.",
        "Read the act's last articles; where it is so, mend effective_from of the bundle or name a basis in force.",
    ),
    "law-end-unsure": Rule(
        "warning",
        "Theo danh mục, căn cứ {code} hết hiệu lực sau ngày {day} ({source}), mà gói nhận hồ sơ sau ngày đó; ngày này "
        "chưa được đối chiếu với văn bản: kiểm tra lại.",
        "By the list, {code} ended with {day} ({source}), and the bundle receives dossiers after it; nobody has read "
        "that day in the act: look it up.",
        "Đọc điều khoản thi hành của văn bản thay thế ({by}); nếu đúng, nêu văn bản đó, soát lại thời hạn, phí.",
        "Read the last articles of the act in its place ({by}); where it is so, name that one, and look at terms "
        "and fees again.",
    ),
    "law-ended": Rule(
        "error",
        "Căn cứ {code} hết hiệu lực sau ngày {day} ({source}); gói áp dụng từ {first} không được dựa vào đó.",
        "{code} ended with {day} ({source}); a bundle that takes effect on {first} cannot rest on it.",
        "Thay bằng văn bản đang có hiệu lực ({by}), và soát lại thời hạn, giấy tờ, phí theo văn bản đó.",
        "Put the act that is in force in its place ({by}), and look at terms, papers and fees by it again.",
    ),
    "law-part-ended": Rule(
        "warning",
        "Căn cứ {code} không còn áp dụng cho {part} sau ngày {day} ({source}).",
        "{code} no longer holds for {part_en} after {day} ({source}).",
        "Nếu thủ tục thuộc phần đó, thay bằng {by}; nếu không, ghi ngày hết hiệu lực (until) của căn cứ này khi biết.",
        "Where the procedure is of that part, put {by} in its place; else state until once its end is known.",
    ),
    "law-ends": Rule(
        "warning",
        "Căn cứ {code} hết hiệu lực sau ngày {day} ({source}), mà gói vẫn nhận hồ sơ sau ngày đó.",
        "{code} ends with {day} ({source}), and the bundle goes on receiving dossiers after it.",
        "Ghi until: '{until}' ở căn cứ này, và soạn phiên bản mới theo {by} trước ngày đó.",
        "State until: '{until}' of this basis, and write a next version by {by} before that day.",
    ),
    "law-not-yet": Rule(
        "error",
        "Căn cứ {code} có hiệu lực từ ngày {day}, sau ngày áp dụng {first} của gói.",
        "{code} is in force from {day}, after {first}, from which the bundle applies.",
        "Sửa effective_from của gói, hoặc nêu căn cứ đang có hiệu lực.",
        "Mend effective_from of the bundle, or name a basis that is in force.",
    ),
    "letter-missing": Rule(
        "error",
        "Mẫu thư «{letter}» của «{element}» không có: không phải mau-01…mau-05, cũng không có trong letters/.",
        'The letter "{letter}" of "{element}" is neither mau-01…mau-05 nor in letters/.',
        "Thêm letters/{letter}.typ, hoặc sửa template.",
        "Add letters/{letter}.typ, or mend template.",
    ),
    "letter-broken": Rule(
        "error",
        "Mẫu văn bản không lập được với dữ liệu mẫu: {reason}.",
        "The letter cannot be made with sample data: {reason}.",
        "Sửa dòng này; trường của tờ khai là d.to_khai.<khóa>, dữ liệu của tiến trình là d.bien.<tên>.",
        "Mend this line; a field of the declaration is d.to_khai.<key>, data of the process d.bien.<name>.",
    ),
    "result-unknown": Rule(
        "error",
        "mc:result ở «{element}» nêu kết quả «{code}», không có trong procedure.yaml.",
        'mc:result of "{element}" names the result "{code}", which procedure.yaml does not have.',
        "Thêm vào results, hoặc sửa code.",
        "Add it to results, or mend code.",
    ),
    "result-unsigned": Rule(
        "warning",
        "Kết quả của thủ tục không được ai ký duyệt: không bước nào có mc:signature.",
        "Nobody signs the result of the procedure: no step has mc:signature.",
        'Thêm <mc:signature level="leader"/> vào bước ký duyệt.',
        'Add <mc:signature level="leader"/> to the step that approves it.',
    ),
    "terms-exceed": Rule(
        "warning",
        "Theo đường dài nhất, thời hạn các bước cộng lại là {hours} giờ làm việc, quá thời hạn pháp lý {legal} giờ: "
        "{way}.",
        "On the longest way the terms of the steps add up to {hours} working hours, more than the legal {legal}: "
        "{way}.",
        "Rút ngắn mc:term của các bước này, hoặc sửa thời hạn trong procedure.yaml.",
        "Shorten the mc:term of these steps, or mend the term in procedure.yaml.",
    ),
    "never-finished": Rule(
        "warning",
        "Không có gì ghi nhận hồ sơ đã giải quyết xong: không nút nào có mc:finish.",
        "Nothing says that the dossier is handled: no node has mc:finish.",
        "Thêm <mc:finish/> vào nút đạt được khi đã có kết quả.",
        "Add <mc:finish/> to the node that is reached when the result is there.",
    ),
    "role-unknown": Rule(
        "error",
        "«{element}» giao cho vai trò «{role}», không có vai trò này (có: {roles}).",
        '"{element}" is offered to the role "{role}", which there is none of (known: {roles}).',
        "Ghi một vai trò đang có, có thể kèm @mã cơ quan.",
        "Write a role that there is, with @agency where another one is meant.",
    ),
    "outcome-unknown": Rule(
        "error",
        "Điều kiện của «{element}» hỏi lựa chọn «{outcome}», không bước nào trước đó có lựa chọn này.",
        'The condition of "{element}" asks for the outcome "{outcome}", which no step before it has.',
        "Sửa mã trong điều kiện, hoặc thêm mc:outcome (có: {known}).",
        "Mend the id in the condition, or add the mc:outcome (known: {known}).",
    ),
    "task-without-group": Rule(
        "warning",
        "Không ai được giao «{name}»: không có người xử lý, nhóm hay người ứng viên.",
        'Nobody is given "{name}": no assignee, candidate group or user.',
        'Ghi zeebe:assignmentDefinition candidateGroups="…".',
        'Write zeebe:assignmentDefinition candidateGroups="…".',
    ),
    "message-unknown": Rule(
        "error",
        "mc:citizen ở «{element}» gửi «{name}», không phải thông điệp mà nó chờ.",
        'mc:citizen of "{element}" sends "{name}", which is not the message it waits for.',
        "Ghi đúng tên thông điệp của sự kiện.",
        "Write the name of the event's own message.",
    ),
    "message-without-key": Rule(
        "error",
        "«{element}» chờ thông điệp «{name}» của công dân mà không có khóa tương quan.",
        '"{element}" waits for the citizen\'s message "{name}" without a correlation key.',
        'Thêm <zeebe:subscription correlationKey="= ho_so.ma"/> vào bpmn:message đó.',
        'Add <zeebe:subscription correlationKey="= ho_so.ma"/> to that bpmn:message.',
    ),
    "role-unmanned": Rule(
        "warning",
        "Việc «{name}» giao cho vai trò {role}, mà hôm nay chưa ai giữ vai trò ấy ở: {agencies}.",
        'The step "{name}" is given to the role {role}, which nobody holds today at: {agencies}.',
        "Giao vai trò cho một cán bộ ở đó (Quản trị → Cán bộ), hoặc chọn vai trò khác cho bước này.",
        "Give an official there the role (Administration → Officials), or choose another role for the step.",
    ),
    "scenario-element": Rule(
        "warning",
        "Kịch bản «{scenario}» nhắc tới «{name}», không có trong mô hình.",
        'The scenario "{scenario}" names "{name}", which is not in the model.',
        "Sửa tên hoặc id trong scenarios.yaml.",
        "Mend the name or id in scenarios.yaml.",
    ),
    "scenario-outcome": Rule(
        "error",
        "Kịch bản «{scenario}» chọn «{outcome}» ở «{name}», bước này không có lựa chọn đó (có: {known}).",
        'The scenario "{scenario}" chooses "{outcome}" at "{name}", which has no such outcome (known: {known}).',
        "Sửa action trong scenarios.yaml.",
        "Mend the action in scenarios.yaml.",
    ),
    "scenario-type": Rule(
        "warning",
        "Kịch bản «{scenario}» cho «{name}» một giá trị không phải kiểu mà trang gửi lên ({wanted}).",
        'The scenario "{scenario}" gives "{name}" a value of another type than the page posts ({wanted}).',
        "Ghi giá trị đúng như biểu mẫu cho, để kịch bản chứng minh điều sẽ xảy ra thật.",
        "Write the value as the form gives it, so that the scenario proves what will happen.",
    ),
}
