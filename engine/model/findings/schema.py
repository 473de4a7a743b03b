"""Rules of the interchange schema (BPMN 2.0.2, clause 15): elements, attributes, ids, references."""

from __future__ import annotations

from engine.model.findings.rule import Rule

SCHEMA: dict[str, Rule] = {
    "unknown-element": Rule(
        "error",
        "BPMN không có phần tử «{child}».",
        'BPMN has no element "{child}".',
        "Bỏ phần tử hoặc dùng phần tử đúng của BPMN 2.0; phần mở rộng đặt trong bpmn:extensionElements.",
        "Remove it or use an element of BPMN 2.0; extensions go into bpmn:extensionElements.",
    ),
    "misplaced-element": Rule(
        "error",
        "Phần tử «{child}» không được đặt trong «{parent}».",
        'An element "{child}" must not stand in "{parent}".',
        "Chuyển phần tử về đúng chỗ của nó.",
        "Move the element to where it belongs.",
    ),
    "foreign-element": Rule(
        "error",
        "Phần tử lạ «{child}» đặt thẳng trong «{parent}».",
        'A foreign element "{child}" stands directly in "{parent}".',
        "Đặt phần mở rộng vào bpmn:extensionElements.",
        "Put extensions into bpmn:extensionElements.",
    ),
    "repeated-element": Rule(
        "error",
        "Phần tử «{child}» chỉ được có một lần trong «{parent}».",
        'An element "{child}" may stand only once in "{parent}".',
        "Giữ một và bỏ phần còn lại.",
        "Keep one and remove the rest.",
    ),
    "missing-element": Rule(
        "error",
        "«{parent}» thiếu phần tử «{child}».",
        '"{parent}" lacks an element "{child}".',
        "Thêm phần tử này, hoặc bỏ phần tử chứa nó.",
        "Add the element, or remove what should hold it.",
    ),
    "child-order": Rule(
        "warning",
        "Phần tử «{child}» đặt sai thứ tự trong «{parent}».",
        'The element "{child}" is out of order in "{parent}".',
        "Mở và lưu lại bằng trình vẽ mô hình để sắp xếp lại.",
        "Open and save the file in a modeler to put it in order.",
    ),
    "unknown-attribute": Rule(
        "error",
        "BPMN không có thuộc tính «{attribute}» ở «{parent}».",
        'BPMN has no attribute "{attribute}" on "{parent}".',
        "Bỏ thuộc tính, hoặc sửa tên cho đúng.",
        "Remove the attribute or mend its name.",
    ),
    "missing-attribute": Rule(
        "error",
        "«{parent}» thiếu thuộc tính bắt buộc «{attribute}».",
        '"{parent}" lacks the required attribute "{attribute}".',
        "Thêm thuộc tính {attribute}.",
        "Add the attribute {attribute}.",
    ),
    "attribute-value": Rule(
        "error",
        "«{value}» không phải giá trị hợp lệ của «{attribute}» (cần: {choices}).",
        '"{value}" is no value of "{attribute}" (wanted: {choices}).',
        "Ghi một giá trị hợp lệ.",
        "Write a value that is allowed.",
    ),
    "duplicate-id": Rule(
        "error",
        "Mã định danh «{id}» được dùng hơn một lần.",
        'The id "{id}" is used more than once.',
        "Đổi mã của một trong các phần tử và những chỗ trỏ tới nó.",
        "Change the id of one of the elements, and what refers to it.",
    ),
    "unresolved-reference": Rule(
        "error",
        "{attribute} trỏ tới «{value}», không có trong tệp.",
        '{attribute} refers to "{value}", which is not in the file.',
        "Sửa tham chiếu hoặc thêm phần tử được trỏ tới.",
        "Mend the reference or add what it refers to.",
    ),
    "dangling-flow": Rule(
        "error",
        "Luồng «{element}» có đầu {attribute} trỏ tới «{value}», không có trong tệp.",
        'The flow "{element}" has an end {attribute} at "{value}", which is not in the file.',
        "Nối luồng vào một phần tử có thật, hoặc xóa luồng.",
        "Connect the flow to an element that exists, or delete it.",
    ),
    "wrong-reference": Rule(
        "error",
        "{attribute} trỏ tới «{value}» là {found}, không phải loại cần trỏ tới.",
        '{attribute} refers to "{value}", a {found}: not what it may refer to.',
        "Trỏ tới phần tử đúng loại.",
        "Refer to an element of the right kind.",
    ),
    "import-missing": Rule(
        "error",
        "Tệp nhập «{location}» không có cạnh mô hình.",
        'The imported file "{location}" is not beside the model.',
        "Thêm tệp vào gói, hoặc bỏ bpmn:import.",
        "Add the file, or remove the bpmn:import.",
    ),
    "diagram-content": Rule(
        "error",
        "Hình vẽ có phần tử «{child}» không được đặt trong «{parent}».",
        'The drawing has an element "{child}" that must not stand in "{parent}".',
        "Mở và lưu lại bằng trình vẽ mô hình, hoặc bỏ phần tử.",
        "Open and save the file in a modeler, or remove the element.",
    ),
    "diagram-missing": Rule(
        "error",
        "Hình vẽ «{element}»: {parent} cần ít nhất {count} phần tử {child}.",
        'The drawing "{element}": a {parent} needs at least {count} {child}.',
        "Mở và lưu lại bằng trình vẽ mô hình, hoặc xóa hình đó.",
        "Open and save the file in a modeler, or delete the shape.",
    ),
    "diagram-reference": Rule(
        "warning",
        "Hình «{element}» có {attribute} trỏ tới «{value}», không có trong tệp; hình đó không vẽ gì.",
        'The shape "{element}" has a {attribute} "{value}" that is not in the file; it draws nothing.',
        "Xóa hình, hoặc sửa tham chiếu.",
        "Delete the shape, or mend the reference.",
    ),
    "diagram-kind": Rule(
        "error",
        "{kind} «{element}» vẽ «{value}» là {found}: nút thì vẽ bằng BPMNShape, đường nối bằng BPMNEdge, trang "
        "bằng BPMNPlane.",
        'The {kind} "{element}" draws "{value}", a {found}: nodes are drawn by BPMNShape, lines by BPMNEdge, '
        "pages by BPMNPlane.",
        "Mở và lưu lại bằng trình vẽ mô hình, hoặc sửa bpmnElement.",
        "Open and save the file in a modeler, or mend bpmnElement.",
    ),
    "stray-text": Rule(
        "error",
        "Chữ «{text}» đứng lạc trong «{parent}».",
        'The text "{text}" stands astray in "{parent}".',
        "Đưa chữ vào bpmn:documentation hoặc bpmn:textAnnotation, hoặc bỏ đi.",
        "Put it into bpmn:documentation or a bpmn:textAnnotation, or remove it.",
    ),
    "import-type": Rule(
        "error",
        "importType «{value}» của tệp nhập không phải địa chỉ (URI) của một loại tài liệu.",
        'The importType "{value}" of an import is no URI of a kind of document.',
        "Ghi http://www.omg.org/spec/BPMN/20100524/MODEL, http://www.w3.org/2001/XMLSchema hoặc "
        "http://www.w3.org/TR/wsdl20/.",
        "Write http://www.omg.org/spec/BPMN/20100524/MODEL, http://www.w3.org/2001/XMLSchema or "
        "http://www.w3.org/TR/wsdl20/.",
    ),
    "import-unreadable": Rule(
        "error",
        "Tệp nhập «{location}» không phải tài liệu loại mà importType nói, hoặc không đọc được.",
        'The imported file "{location}" is no document of its importType, or cannot be read.',
        "Sửa importType, hoặc thay tệp.",
        "Mend importType, or replace the file.",
    ),
    "import-namespace": Rule(
        "error",
        "Tệp nhập «{location}» có không gian tên «{found}», khác với «{value}» ở bpmn:import.",
        'The imported file "{location}" has the namespace "{found}", not "{value}" as the bpmn:import says.',
        "Ghi namespace đúng với targetNamespace của tệp.",
        "Write the targetNamespace of the file.",
    ),
}
