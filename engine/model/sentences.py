"""A model in plain sentences, Vietnamese or English, in the order in which it runs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.definition import EventDefinition, Expression, Flow, Model, Node, Process, Scope, Value
from engine.model.report import Lang

_KINDS = {
    "task": ("việc", "task"), "userTask": ("người dùng làm", "a person does"),
    "manualTask": ("làm tay", "done by hand"),
    "serviceTask": ("hệ thống gọi dịch vụ", "the system calls a service"),
    "sendTask": ("hệ thống gửi thông điệp", "the system sends a message"),
    "receiveTask": ("chờ nhận thông điệp", "waits for a message"),
    "scriptTask": ("hệ thống tính", "the system computes"),
    "businessRuleTask": ("hệ thống tra bảng quyết định", "the system asks a decision table"),
    "callActivity": ("gọi tiến trình khác", "calls another process"),
    "subProcess": ("tiến trình con", "subprocess"), "transaction": ("giao dịch", "transaction"),
    "adHocSubProcess": ("tiến trình con tùy biến", "ad-hoc subprocess"),
}  # fmt: skip
_TRIGGERS = {
    "message": ("thông điệp", "the message"), "signal": ("tín hiệu", "the signal"), "error": ("lỗi", "the error"),
    "escalation": ("leo thang", "the escalation"), "conditional": ("điều kiện", "the condition"),
    "timer": ("hẹn giờ", "the timer"), "compensate": ("bù trừ", "compensation"), "cancel": ("hủy", "cancel"),
    "terminate": ("chấm dứt mọi nhánh", "the end of all branches"), "link": ("nối", "the link"),
}  # fmt: skip


def describe(model: Model, lang: Lang = "vi") -> list[str]:
    """Sentences about every process: who does what, in which order, what is waited for and when."""
    return [line for process in model.processes.values() for line in _Writer(lang).process(process)]


class _Writer:
    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def say(self, vi: str, en: str) -> str:
        return vi if self.lang == "vi" else en

    def name(self, node: Node) -> str:
        return f"«{' '.join((node.name or node.id).split())}»"

    def value(self, value: Value) -> str:
        return f"= {value.text}" if isinstance(value, Expression) else str(value)

    def process(self, process: Process) -> Iterator[str]:
        name = " ".join((process.name or process.id).split())
        count = sum(1 for _ in process.scope.walk())
        yield self.say(f"Tiến trình «{name}» ({process.id}) có {count} bước và sự kiện.",
                       f"The process «{name}» ({process.id}) has {count} steps and events.")  # fmt: skip
        if process.lanes:
            lanes = ", ".join(lane or "—" for lane in process.lanes)
            yield self.say(f"Các bên: {lanes}.", f"Lanes: {lanes}.")
        yield from self.scope(process.scope, "")

    def scope(self, scope: Scope, indent: str) -> Iterator[str]:
        for node in _in_order(scope):
            yield indent + self.node(scope, node)
            if node.scope is not None:
                yield from self.scope(node.scope, indent + "  ")

    def node(self, scope: Scope, node: Node) -> str:
        if node.kind.endswith("Gateway"):
            return self.gateway(scope, node)
        if node.kind.endswith("Event"):
            return self.event(scope, node)
        kind = _KINDS[node.kind][0 if self.lang == "vi" else 1]
        parts = [f"{self.name(node)} ({kind})", *self.details(node)]
        return "; ".join(parts) + self.then(scope, node) + "."

    def details(self, node: Node) -> Iterator[str]:
        who = node.assignment
        if node.lane:
            yield self.say(f"thuộc {node.lane}", f"in {node.lane}")
        if who.assignee is not None:
            yield self.say(f"giao cho {self.value(who.assignee)}", f"assigned to {self.value(who.assignee)}")
        if who.candidate_groups is not None:
            groups = self.value(who.candidate_groups)
            yield self.say(f"nhóm nhận việc: {groups}", f"offered to {groups}")
        if node.form:
            yield self.say(f"biểu mẫu {node.form}", f"form {node.form}")
        if node.outcomes:
            labels = ", ".join(o.label if self.lang == "vi" else o.label_en or o.label for o in node.outcomes)
            yield self.say(f"chọn một trong: {labels}", f"one of: {labels}")
        if node.script is not None:
            yield f"= {node.script.text}"
        if node.decision is not None:
            yield self.say(f"quyết định {self.value(node.decision)}", f"decision {self.value(node.decision)}")
        if node.called_element is not None:
            yield self.value(node.called_element)
        if node.message is not None:
            yield f"«{node.message.name}»"
        if node.connector is not None:
            yield self.say(f"đầu nối {self.value(node.connector)}", f"connector {self.value(node.connector)}")
        if node.loop is not None:
            yield self.loop(node)
        for extension in node.extensions:
            said = self.extension(extension.name, dict(extension.attributes), extension.text)
            if said:
                yield said

    def loop(self, node: Node) -> str:
        loop = node.loop
        assert loop is not None
        if loop.kind == "standard":
            condition = loop.condition.text if loop.condition else "…"
            return self.say(f"lặp khi {condition}", f"repeated while {condition}")
        over = loop.collection or loop.cardinality
        text = over.text if over else "?"
        if loop.kind == "parallel":
            return self.say(f"cùng lúc cho mỗi {text}", f"at once for each of {text}")
        return self.say(f"lần lượt cho mỗi {text}", f"one after another for each of {text}")

    def extension(self, name: str, said: dict[str, str], text: str) -> str:
        if name == "status":
            return self.say(f"trạng thái hồ sơ {said.get('code')}", f"dossier status {said.get('code')}")
        if name == "term":
            term = f"{said.get('value')} {said.get('unit')}"
            return self.say(f"thời hạn {term}", f"term {term}")
        if name == "letter":
            return self.say(f"in {said.get('template')}", f"prints {said.get('template')}")
        if name == "pause":
            return self.say("đồng hồ pháp lý tạm dừng", "the legal clock pauses")
        if name == "silence":
            return self.say(f"im lặng nghĩa là: {text}", f"silence means: {text}")
        return ""

    def event(self, scope: Scope, node: Node) -> str:
        what = ", ".join(self.trigger(event) for event in node.events)
        name = self.name(node)
        then = self.then(scope, node)
        if node.kind == "startEvent":
            how = self.say(f" khi có {what}", f" on {what}") if what else ""
            return self.say(f"Bắt đầu: {name}{how}", f"Start: {name}{how}") + then + "."
        if node.kind == "endEvent":
            how = self.say(f", ném {what}", f", throwing {what}") if what else ""
            return self.say(f"Kết thúc: {name}{how}.", f"End: {name}{how}.")
        if node.kind == "boundaryEvent":
            host = scope.nodes.get(node.attached_to or "")
            at = self.name(host) if host else "?"
            stop = self.say("ngắt" if node.interrupting else "không ngắt",
                            "interrupting" if node.interrupting else "not interrupting")  # fmt: skip
            return self.say(f"Trong khi làm {at}, nếu có {what} ({stop}): {name}",
                            f"While {at} goes on, on {what} ({stop}): {name}") + then + "."  # fmt: skip
        if node.kind == "intermediateThrowEvent":
            how = self.say(f" ném {what}", f" throws {what}") if what else ""
            return f"{name}{how}{then}."
        return self.say(f"Chờ {what}: {name}", f"Waits for {what}: {name}") + then + "."

    def trigger(self, event: EventDefinition) -> str:
        word = _TRIGGERS[event.kind][0 if self.lang == "vi" else 1]
        detail = ""
        if event.kind == "timer" and event.value is not None:
            detail = self.value(event.value)
        elif event.condition is not None:
            detail = event.condition.text
        elif event.name or event.code:
            detail = f"«{event.name or event.code}»"
        return f"{word} {detail}".strip()

    def gateway(self, scope: Scope, node: Node) -> str:
        name = self.name(node)
        if len(node.outgoing) < 2:
            return self.say(f"Các nhánh gộp lại ở {name}", f"Branches meet at {name}") + self.then(scope, node) + "."
        ways = "; ".join(self.way(scope, node, scope.flows[f]) for f in node.outgoing)
        head = {
            "exclusiveGateway": self.say("chọn một nhánh", "one branch is taken"),
            "inclusiveGateway": self.say("đi mọi nhánh đúng điều kiện", "every branch whose condition holds is taken"),
            "parallelGateway": self.say("đi tất cả các nhánh cùng lúc", "all branches are taken at once"),
            "eventBasedGateway": self.say("chờ xem việc nào đến trước", "whatever happens first decides"),
            "complexGateway": self.say("chia theo điều kiện", "splits by conditions"),
        }[node.kind]
        return f"{name}: {head}: {ways}."

    def way(self, scope: Scope, node: Node, flow: Flow) -> str:
        target = self.name(scope.nodes[flow.target])
        label = f"{flow.name}: " if flow.name else ""
        if flow.condition is not None:
            condition = flow.condition.text
            return self.say(f"{label}nếu {condition} thì {target}", f"{label}if {condition}, {target}")
        if flow.id == node.default:
            return self.say(f"{label}còn lại thì {target}", f"{label}otherwise {target}")
        return f"{label}{target}"

    def then(self, scope: Scope, node: Node) -> str:
        ways = [self.way(scope, node, scope.flows[f]) for f in node.outgoing]
        return self.say(", rồi ", ", then ") + ", ".join(ways) if ways else ""


def _in_order(scope: Scope) -> Iterator[Node]:
    """Nodes as a token would come to them; what nothing leads to comes last."""
    seen: set[str] = set()
    origins = [n.id for n in scope.nodes.values() if not n.incoming and n.kind != "boundaryEvent"]
    origins.sort(key=lambda id: scope.nodes[id].kind != "startEvent")
    for origin in [*origins, *scope.nodes]:
        waiting = [origin]
        while waiting:
            id = waiting.pop(0)
            if id in seen:
                continue
            seen.add(id)
            node = scope.nodes[id]
            yield node
            waiting = [*node.boundaries, *(scope.flows[f].target for f in node.outgoing), *waiting]
