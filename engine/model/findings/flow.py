"""Rules of sequence flows and gateways, and of the drawing as a whole (8.3, 10.6, 13)."""

from __future__ import annotations

from engine.model.findings.rule import Rule

FLOW: dict[str, Rule] = {
    "missing-condition": Rule(
        "error",
        "Luồng «{element}» ra khỏi cổng «{gateway}» không có điều kiện và không phải luồng mặc định.",
        'The flow "{element}" leaves the gateway "{gateway}" with neither a condition nor the default mark.',
        "Ghi điều kiện FEEL cho luồng, hoặc đánh dấu nó là luồng mặc định của cổng.",
        "Give the flow a FEEL condition, or mark it as the gateway's default.",
    ),
    "exclusive-into-parallel": Rule(
        "error",
        "Cổng song song «{join}» chờ các nhánh mà cổng «{split}» chỉ cho đi một: tiến trình sẽ đứng mãi ở đây.",
        'The parallel gateway "{join}" waits for branches of which the split "{split}" takes only one: '
        "it waits for ever.",
        "Gộp các nhánh bằng cổng loại trừ, hoặc chia bằng cổng song song.",
        "Join the branches with an exclusive gateway, or split with a parallel one.",
    ),
    "join-never-opens": Rule(
        "error",
        "Cổng song song «{join}» không bao giờ mở: trong mọi lần chạy đều thiếu nhánh từ {missing}.",
        'The parallel gateway "{join}" never opens: in every run the branch from {missing} is missing.',
        "Gộp bằng cổng loại trừ (vòng lại, nhánh chỉ đi một), hoặc chia bằng cổng song song.",
        "Join with an exclusive gateway (a loop back, branches of which one comes), or split with a parallel one.",
    ),
    "join-may-stand": Rule(
        "warning",
        "Cổng «{join}» có thể đứng mãi: khi đi {way} thì nhánh từ {missing} không tới.",
        'The gateway "{join}" may wait for ever: when a run goes {way}, the branch from {missing} does not come.',
        "Gộp bằng cổng cùng loại với cổng chia (song song với song song, bao gồm với bao gồm), và cho mọi nhánh tới "
        "cổng gộp.",
        "Join with the kind of gateway that splits (parallel with parallel, inclusive with inclusive), and let every "
        "branch come to it.",
    ),
    "runs-twice": Rule(
        "warning",
        "Các nhánh song song từ {sources} cùng tới «{name}» mà không gộp: nó chạy một lần cho mỗi nhánh.",
        'Parallel branches from {sources} come to "{name}" without a join: it runs once for each of them.',
        "Gộp các nhánh bằng cổng song song (hoặc bao gồm) trước đó.",
        "Join the branches with a parallel (or inclusive) gateway before it.",
    ),
    "conditions-gap": Rule(
        "warning",
        "Ở «{name}», khi {case} thì không nhánh nào được đi: không điều kiện nào đúng và không có luồng mặc định.",
        'At "{name}", when {case}, no branch is taken: no condition holds and there is no default flow.',
        "Sửa điều kiện để trường hợp này có nhánh, hoặc đánh dấu một luồng mặc định.",
        "Mend a condition so that this case has a branch, or mark a default flow.",
    ),
    "conditions-overlap": Rule(
        "warning",
        "Ở «{name}», khi {case} thì điều kiện của cả «{one}» và «{other}» đều đúng; chỉ nhánh viết trước, «{one}», "
        "được đi.",
        'At "{name}", when {case}, the conditions of both "{one}" and "{other}" hold; only the first, "{one}", is '
        "taken.",
        "Thu hẹp một điều kiện để mỗi trường hợp chỉ đi một nhánh.",
        "Narrow one of the conditions, so that each case goes one way.",
    ),
    "single-conditional-flow": Rule(
        "error",
        "Luồng «{element}» là luồng ra duy nhất của một hoạt động mà lại có điều kiện.",
        'The flow "{element}" is the only one that leaves its activity, and has a condition.',
        "Bỏ điều kiện, hoặc thêm nhánh khác (nên dùng cổng loại trừ).",
        "Remove the condition, or add another branch (best with an exclusive gateway).",
    ),
    "condition-not-read": Rule(
        "warning",
        "Điều kiện của luồng «{element}» không bao giờ được đọc.",
        'The condition of the flow "{element}" is never read.',
        "Bỏ điều kiện, hoặc đổi loại cổng.",
        "Remove the condition, or change the kind of the gateway.",
    ),
    "flow-crosses-border": Rule(
        "error",
        "Luồng «{element}» đi qua biên của tiến trình hoặc tiến trình con.",
        'The flow "{element}" crosses the border of a process or subprocess.',
        "Nối hai nút trong cùng một phạm vi; giữa các bể dùng luồng thông điệp.",
        "Connect nodes of one scope; between pools use a message flow.",
    ),
    "event-subprocess-flow": Rule(
        "error",
        "Tiến trình con sự kiện «{element}» có luồng «{flow}» nối vào.",
        'The event subprocess "{element}" has a flow "{flow}".',
        "Xóa luồng: tiến trình con sự kiện chỉ bắt đầu bằng sự kiện của nó.",
        "Delete the flow: an event subprocess starts by its event only.",
    ),
    "not-immediate": Rule(
        "error",
        'Luồng «{element}» có isImmediate="false", không dùng được trong tiến trình thực hiện được.',
        'The flow "{element}" has isImmediate="false", which an executable process must not have.',
        "Bỏ thuộc tính isImmediate.",
        "Remove the attribute isImmediate.",
    ),
    "flow-not-listed": Rule(
        "error",
        "«{element}» không liệt kê luồng «{flow}» trong {side}, trong khi tệp có liệt kê luồng ở các nút.",
        '"{element}" does not list the flow "{flow}" in {side}, though the file lists its flows at their nodes.',
        "Mở và lưu lại bằng trình vẽ mô hình, hoặc thêm <bpmn:{side}>{flow}</bpmn:{side}>.",
        "Open and save the file in a modeler, or add <bpmn:{side}>{flow}</bpmn:{side}>.",
    ),
    "flow-listed-elsewhere": Rule(
        "error",
        "«{element}» liệt kê luồng «{flow}» trong {side}, nhưng luồng đó nối với nút khác.",
        '"{element}" lists the flow "{flow}" in {side}, but the flow connects other nodes.',
        "Bỏ dòng thừa, hoặc nối luồng cho đúng.",
        "Remove the line, or connect the flow rightly.",
    ),
    "foreign-default": Rule(
        "error",
        "Luồng mặc định «{flow}» không xuất phát từ «{element}».",
        'The default flow "{flow}" does not leave "{element}".',
        "Chọn luồng mặc định trong các luồng ra của chính nó.",
        "Choose the default among its own outgoing flows.",
    ),
    "gateway-direction": Rule(
        "error",
        'Cổng «{element}» ghi gatewayDirection="{direction}" nhưng số luồng vào, ra không đúng như vậy.',
        'The gateway "{element}" says gatewayDirection="{direction}", which its flows are not.',
        "Sửa gatewayDirection, hoặc tách thành hai cổng.",
        "Mend gatewayDirection, or make it two gateways.",
    ),
    "gateway-does-nothing": Rule(
        "error",
        "Cổng «{element}» không chia cũng không gộp gì: nhiều nhất một luồng vào và một luồng ra.",
        'The gateway "{element}" neither splits nor joins: it has at most one flow in and one out.',
        "Bỏ cổng, hoặc vẽ thêm nhánh còn thiếu.",
        "Remove the gateway, or draw the branch that is missing.",
    ),
    "event-gateway-branches": Rule(
        "error",
        "Cổng sự kiện «{element}» phải có ít nhất hai luồng ra.",
        'The event gateway "{element}" must have two or more outgoing flows.',
        "Thêm nhánh, hoặc thay cổng bằng chính sự kiện chờ.",
        "Add a branch, or replace the gateway with the event itself.",
    ),
    "event-gateway-target": Rule(
        "error",
        "Cổng sự kiện «{element}» nối tới «{target}», không phải sự kiện chờ hay tác vụ nhận.",
        'The event gateway "{element}" leads to "{target}", which is no catch event or receive task.',
        "Sau cổng sự kiện chỉ đặt sự kiện trung gian bắt (thông điệp, tín hiệu, hẹn giờ, điều kiện) hoặc tác vụ nhận.",
        "After an event gateway put catch events (message, signal, timer, conditional) or receive tasks.",
    ),
    "event-gateway-mixed": Rule(
        "error",
        "Cổng sự kiện «{element}» dùng cả tác vụ nhận lẫn sự kiện thông điệp.",
        'The event gateway "{element}" uses both receive tasks and message events.',
        "Dùng một loại cho tất cả các nhánh.",
        "Use one kind for all branches.",
    ),
    "event-gateway-boundary": Rule(
        "error",
        "Tác vụ nhận «{element}» sau cổng sự kiện không được gắn sự kiện biên.",
        'The receive task "{element}" after an event gateway must not have boundary events.',
        "Vẽ sự kiện đó thành một nhánh của cổng.",
        "Draw the event as a branch of the gateway.",
    ),
    "event-gateway-shared-target": Rule(
        "error",
        "«{element}» đứng sau cổng sự kiện mà còn có luồng vào khác.",
        '"{element}" stands after an event gateway and has another incoming flow.',
        "Cho mỗi nhánh sự kiện chờ riêng.",
        "Give each branch its own event.",
    ),
    "parallel-event-gateway": Rule(
        "error",
        'Cổng sự kiện «{element}» loại Parallel chỉ dùng để bắt đầu tiến trình (instantiate="true").',
        'The event gateway "{element}" of the type Parallel may only start a process (instantiate="true").',
        'Bỏ eventGatewayType, hoặc đặt instantiate="true" và bỏ luồng vào.',
        'Remove eventGatewayType, or set instantiate="true" and remove its incoming flows.',
    ),
    "instantiating-incoming": Rule(
        "error",
        "«{element}» bắt đầu tiến trình (instantiate) nên không được có luồng vào.",
        '"{element}" starts the process (instantiate), so it must have no incoming flow.',
        "Bỏ luồng vào, hoặc bỏ instantiate.",
        "Remove the incoming flow, or remove instantiate.",
    ),
    "unreachable": Rule(
        "warning",
        "Không đường nào dẫn tới «{name}».",
        'Nothing leads to "{name}".',
        "Nối nó vào tiến trình, hoặc xóa đi.",
        "Connect it, or delete it.",
    ),
    "no-way-out": Rule(
        "warning",
        "«{name}» không có luồng ra.",
        '"{name}" has no way out.',
        "Nối nó với bước tiếp theo hoặc với sự kiện kết thúc.",
        "Connect it to the next step or to an end event.",
    ),
    "double-end": Rule(
        "warning",
        "Các nhánh song song sau «{name}» kết thúc riêng, không gộp lại.",
        'The parallel branches after "{name}" end separately, without a join.',
        "Gộp bằng cổng song song trước khi kết thúc, nếu tiến trình phải chờ tất cả.",
        "Join them with a parallel gateway before the end, if all must be waited for.",
    ),
    "no-activation": Rule(
        "warning",
        "Cổng phức hợp «{element}» không có điều kiện kích hoạt; nó mở ở lượt đến đầu tiên.",
        'The complex gateway "{element}" has no activation condition; it opens on the first arrival.',
        "Ghi activationCondition bằng FEEL.",
        "Write an activationCondition in FEEL.",
    ),
}
