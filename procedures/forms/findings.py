"""What may be wrong with a form, each with its sentence and its mend, as `engine.model.findings` has it for models."""

from __future__ import annotations

from engine.model.findings.rule import Rule

RULES: dict[str, Rule] = {
    "form-json": Rule(
        "error",
        "Biểu mẫu không đọc được: không phải JSON của form-js ({reason}).",
        "The form cannot be read: it is no JSON of form-js ({reason}).",
        "Mở biểu mẫu trong trình soạn form-js và lưu lại.",
        "Open it in an editor of form-js and save it again.",
    ),
    "form-type": Rule(
        "error",
        "Kiểu trường “{type}” chưa được hỗ trợ.",
        "The field type '{type}' is not supported.",
        "Dùng một kiểu nêu trong docs/reference/bundles.md; giấy tờ là thành phần hồ sơ, không phải trường.",
        "Use a type of docs/reference/bundles.md; papers are components of the dossier, not fields.",
    ),
    "form-key": Rule(
        "error",
        "Khóa “{key}” không phải tên biến.",
        "The key '{key}' is no name of a variable.",
        "Đặt khóa bằng chữ không dấu, số và gạch dưới, không bắt đầu bằng số.",
        "Use plain letters, digits and underscores, no digit first.",
    ),
    "form-key-twice": Rule(
        "error",
        "Khóa “{key}” đã dùng cho một trường khác.",
        "The key '{key}' is another field's already.",
        "Đặt khóa khác.",
        "Give it another key.",
    ),
    "form-rule": Rule(
        "error",
        "Quy tắc “{what}” không có tác dụng ở trường kiểu “{type}”.",
        "The rule '{what}' has no effect at a field of type '{type}'.",
        "Bỏ quy tắc, hoặc viết thành điều kiện mc:rule.",
        "Remove it, or write it as a condition in mc:rule.",
    ),
    "form-setting": Rule(
        "error",
        "“{what}” của trường kiểu “{type}” chưa được hỗ trợ.",
        "'{what}' of a field of type '{type}' is not supported.",
        "Bỏ mục này khỏi biểu mẫu.",
        "Remove it from the form.",
    ),
    "form-property": Rule(
        "error",
        "Không có thuộc tính “{what}”; chỉ có: {names}.",
        "There is no property '{what}'; there are: {names}.",
        "Sửa tên hoặc giá trị của thuộc tính.",
        "Mend the property's name or value.",
    ),
    "form-pattern": Rule(
        "error",
        "Mẫu so khớp “{pattern}” không đọc được: {reason}.",
        "The pattern '{pattern}' cannot be read: {reason}.",
        "Viết lại mẫu theo cú pháp RE2, không có nhìn trước, nhìn sau.",
        "Write it in the syntax of RE2, without look-ahead and look-behind.",
    ),
    "form-feel": Rule(
        "error",
        "Biểu thức “{text}” không đọc được: {reason}.",
        "The expression '{text}' cannot be read: {reason}.",
        "Sửa biểu thức FEEL.",
        "Mend the FEEL expression.",
    ),
    "form-name": Rule(
        "error",
        "Biểu thức “{text}” nhắc tới “{name}”, biểu mẫu không có trường này.",
        "The expression '{text}' names '{name}', which is no field of the form.",
        "Sửa tên, hoặc thêm trường đó vào biểu mẫu.",
        "Mend the name, or add that field to the form.",
    ),
    "form-limit": Rule(
        "error",
        "“{value}” không phải giá trị của quy tắc “{what}” (cần: {wanted}).",
        "'{value}' is no value of the rule '{what}' (wanted: {wanted}).",
        "Ghi lại giá trị của quy tắc.",
        "Write another value.",
    ),
    "form-choices": Rule(
        "error",
        "Trường chọn “{element}” không có lựa chọn nào.",
        "The field '{element}' offers no choice.",
        "Thêm values, hoặc đặt thuộc tính mc là official, agency hay unit.",
        "Add values, or the property mc with official, agency or unit.",
    ),
    "form-choice-twice": Rule(
        "error",
        "Lựa chọn “{value}” của “{element}” có hai lần.",
        "The choice '{value}' of '{element}' is there twice.",
        "Đặt giá trị khác nhau.",
        "Give them different values.",
    ),
    "form-default": Rule(
        "error",
        "Giá trị mặc định “{value}” không đúng quy tắc của trường: {reason}",
        "The default value '{value}' breaks the field's own rules.",
        "Sửa giá trị mặc định.",
        "Mend the default.",
    ),
}
