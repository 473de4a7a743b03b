"""A model in plain sentences, Vietnamese or English, in the order in which it runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from engine.model import extensions as host
from engine.model.definition import EventDefinition, Expression, Extension, Flow, Model, Node, Process, Scope, Value
from engine.model.words import phrases
from engine.refusal import Lang

_KINDS = {
    "task": ("có người làm", "somebody does it"), "userTask": ("có người làm", "somebody does it"),
    "manualTask": ("làm tay", "done by hand"),
    "serviceTask": ("hệ thống làm", "the system does it"),
    "sendTask": ("hệ thống gửi thông điệp", "the system sends the message"),
    "receiveTask": ("chờ thông điệp", "waits for the message"),
    "scriptTask": ("hệ thống tính", "the system computes"),
    "businessRuleTask": ("hệ thống tra bảng quyết định", "the system asks the decision table"),
    "callActivity": ("gọi tiến trình khác", "calls another process"),
    "subProcess": ("gồm các bước sau", "these steps"),
    "transaction": ("giao dịch gồm các bước sau", "a transaction of these steps"),
    "adHocSubProcess": ("các bước sau, theo thứ tự nào cũng được", "these steps, in any order"),
}  # fmt: skip
_TRIGGERS = {
    "message": ("thông điệp", "the message"), "signal": ("tín hiệu", "the signal"), "error": ("lỗi", "the error"),
    "escalation": ("báo cấp trên", "the escalation"), "conditional": ("điều kiện", "the condition"),
    "timer": ("đến hạn", "its date"), "compensate": ("yêu cầu hoàn tác", "compensation"),
    "cancel": ("việc hủy giao dịch", "the cancelling of the transaction"),
    "terminate": ("dừng mọi nhánh khác", "all other branches stop"), "link": ("nối", "the link"),
}  # fmt: skip

#: A moment in the province's zone.
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)(?::00)?\+07:00")


def describe(model: Model, lang: Lang = "vi") -> list[str]:
    """Sentences about every process: who does what, in which order, what is waited for and when; then what was
    translated from another dialect. Of the host's elements its vocabulary tells."""
    return [line for _, line in described(model, lang)]


def described(model: Model, lang: Lang = "vi") -> list[tuple[str, str]]:
    """The same, each sentence with the id of the element that it is about: of a process, of a step or event; empty for
    what was translated."""
    writer = _Writer(lang)
    told = [pair for process in model.processes.values() for pair in writer.process(process)]
    return [*told, *(("", line) for line in _translation(model, lang))]


def tell(extension: Extension, lang: Lang = "vi") -> str:
    """An element of the host in words, empty where a reading of the model does not speak of it."""
    known = host.entry(extension)
    return "" if known is None else known.sentence(extension, lang)


def tell_event(event: EventDefinition, lang: Lang = "vi") -> str:
    """What an event waits for or throws, in words."""
    return _Writer(lang).trigger(event)


class _Writer:
    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def say(self, vi: str, en: str) -> str:
        return vi if self.lang == "vi" else en

    def pair(self, words: tuple[str, str]) -> str:
        return self.say(*words)

    def name(self, node: Node) -> str:
        if node.name_expression is not None:
            return f"«{self.value(node.name_expression).strip('«»')}»"
        return f"«{_flat(node.name or node.id)}»"

    def value(self, value: Value) -> str:
        return phrases.value(value.text, self.lang) if isinstance(value, Expression) else str(value)

    def process(self, process: Process) -> Iterator[tuple[str, str]]:
        name = _flat(process.name or process.id)
        count = sum(1 for _ in process.scope.walk())
        yield process.id, self.say(f"Tiến trình «{name}» ({process.id}) có {count} bước và sự kiện.",
                                   f"The process «{name}» ({process.id}) has {count} steps and events.")  # fmt: skip
        lanes = [_flat(lane) for lane in process.lanes if lane.strip()]
        if lanes:
            yield process.id, self.say(f"Các bên: {', '.join(lanes)}.", f"Lanes: {', '.join(lanes)}.")
        yield from self.scope(process.scope, "")

    def scope(self, scope: Scope, indent: str) -> Iterator[tuple[str, str]]:
        for node in _in_order(scope):
            if _passes(node) or _is_plain_end(node):
                continue
            yield node.id, indent + self.node(scope, node)
            if node.scope is not None:
                yield from self.scope(node.scope, indent + "  ")

    def node(self, scope: Scope, node: Node) -> str:
        if node.kind.endswith("Gateway"):
            return self.gateway(scope, node)
        if node.kind.endswith("Event"):
            return self.event(scope, node)
        return f"{self.name(node)}: {'; '.join(self.details(node))}{self.then(scope, node)}."

    # -- activities --------------------------------------------------------------------------------------------

    def details(self, node: Node) -> Iterator[str]:
        yield self.work(node)
        who = node.assignment
        if who.assignee is not None:
            person = self.value(who.assignee)
            if isinstance(who.assignee, Expression) and person.replace(".", "_").isidentifier():
                yield self.say(f"giao cho người ghi ở {person}", f"assigned to whom {person} names")
            else:
                yield self.say(f"giao cho {person}", f"assigned to {person}")
        if who.candidate_groups is not None:
            groups = self.value(who.candidate_groups)
            if isinstance(who.candidate_groups, str):
                groups = host.group_called(groups, self.lang)
            yield self.say(f"nhóm nhận việc: {groups}", f"offered to: {groups}")
        if who.candidate_users is not None:
            users = self.value(who.candidate_users)
            yield self.say(f"người nhận việc {users}", f"offered to {users}")
        if who.due is not None:
            due = self.due(who.due)
            yield self.say(f"hạn {due}", f"due {due}")
        form = self.value(node.form_expression).strip("«»") if node.form_expression is not None else node.form
        if form:
            yield self.say(f"biểu mẫu «{form}»", f"form «{form}»")
        if node.loop is not None:
            yield self.loop(node)
        yield from filter(None, map(self.extension, node.extensions))
        if node.outcomes:
            labels = [f"«{o.label if self.lang == 'vi' else o.label_en or o.label}»" for o in node.outcomes]
            word = self.say("khi xong thì chọn ", "at the end one of: ")
            yield word + phrases.listed(labels, self.lang)

    def work(self, node: Node) -> str:
        """Who or what does it."""
        kind = self.pair(_KINDS[node.kind])
        result = node.result_variable
        if node.kind in ("userTask", "task", "manualTask") and node.lane:
            return self.say(f"{_flat(node.lane)} làm", f"{_flat(node.lane)} does it")
        if node.kind == "scriptTask" and node.script is not None:
            text = self.value(node.script)
            return self.say(f"{kind} {result} = {text}", f"{kind} {result} = {text}") if result else f"{kind} {text}"
        if node.kind == "businessRuleTask" and node.decision is not None:
            said = f"{kind} «{self.value(node.decision)}»"
            return said + self.say(f", kết quả là {result}", f", the result is {result}") if result else said
        if node.kind == "callActivity" and node.called_element is not None:
            return f"{kind} «{self.value(node.called_element)}»"
        if node.kind in ("sendTask", "receiveTask") and node.message is not None:
            return f"{kind} «{node.message.name}»"
        if node.connector is not None:
            connector = self.value(node.connector)
            return kind + self.say(f" qua đầu nối «{connector}»", f" by the connector «{connector}»")
        if node.triggered_by_event:
            return self.say("khi có sự kiện thì làm các bước sau", "when its event happens, these steps")
        return kind

    def due(self, value: Value) -> str:
        if isinstance(value, str) and value.startswith("P"):
            return self.say(f"{phrases.duration(value)} từ khi mở việc",
                            f"{phrases.duration(value, 'en')} after the task opens")  # fmt: skip
        return self.value(value)

    def loop(self, node: Node) -> str:
        loop = node.loop
        assert loop is not None
        if loop.kind == "standard":
            most = f"{self.value(loop.maximum)}" if loop.maximum else ""
            condition = phrases.condition(loop.condition.text, self.lang) if loop.condition else ""
            said = self.say(f"lặp lại khi {condition}", f"repeated while {condition}") if condition else (
                self.say("lặp lại", "repeated"))  # fmt: skip
            return said + (self.say(f", nhiều nhất {most} lần", f", at most {most} times") if most else "")
        said = self.say("cùng lúc", "at once") if loop.kind == "parallel" else self.say("lần lượt", "one after another")
        if loop.collection is not None:
            text = self.value(loop.collection)
            said += self.say(f" cho mỗi phần tử của {text}", f" for each of {text}")
        elif loop.cardinality is not None:
            text = self.value(loop.cardinality)
            said += self.say(f" {text} lần", f", {text} times")
        if loop.completion is not None:
            enough = phrases.condition(loop.completion.text, self.lang)
            said += self.say(f", đủ khi {enough}", f", enough when {enough}")
        return said

    def extension(self, extension: Extension) -> str:
        return tell(extension, self.lang)

    # -- events ------------------------------------------------------------------------------------------------

    def event(self, scope: Scope, node: Node) -> str:
        joint = self.say(" và ", " and ") if node.parallel_multiple else self.say(" hoặc ", " or ")
        what = joint.join(self.trigger(event) for event in node.events)
        name, then = self.name(node), self.then(scope, node)
        more = "".join(f"; {said}" for said in filter(None, map(self.extension, node.extensions)))
        if node.kind == "startEvent":
            how = self.say(f" khi có {what}", f" on {what}") if what else ""
            return self.say(f"Bắt đầu: {name}{how}", f"Start: {name}{how}") + more + then + "."
        if node.kind == "endEvent":
            if [event.kind for event in node.events] == ["terminate"]:
                how = self.say(", mọi nhánh khác dừng lại", ", all other branches stop")
            else:
                how = self.say(f", phát {what}", f", throwing {what}") if what else ""
            return self.say(f"Kết thúc: {name}{how}", f"End: {name}{how}") + more + "."
        if node.kind == "boundaryEvent":
            return self.boundary(scope, node, what, more, then)
        if node.kind == "intermediateThrowEvent":
            how = self.say(f" phát {what}", f" throws {what}") if what else ""
            return f"{name}{how}{more}{then}."
        return self.say(f"{name}: chờ {what}", f"{name}: waits for {what}") + more + then + "."

    def boundary(self, scope: Scope, node: Node, what: str, more: str, then: str) -> str:
        host = scope.nodes.get(node.attached_to or "")
        at, name = self.name(host) if host else "?", self.name(node)
        if node.event("compensate") is not None and node.compensation_handler:
            handler = self.name(scope.nodes[node.compensation_handler])
            return self.say(f"Hoàn tác {at} bằng {handler}.", f"{at} is undone by {handler}.")
        stop = self.say("bước đó dừng lại" if node.interrupting else "bước đó vẫn tiếp tục",
                        "it stops" if node.interrupting else "it goes on")  # fmt: skip
        return self.say(f"Trong bước {at}, khi {what} thì {name}, {stop}",
                        f"While {at} goes on, on {what}: {name}, {stop}") + more + then + "."  # fmt: skip

    def trigger(self, event: EventDefinition) -> str:
        word = self.pair(_TRIGGERS[event.kind])
        if event.kind == "timer":
            return self.timer(event)
        if event.condition is not None:
            return f"{word} {phrases.condition(event.condition.text, self.lang)}"
        if event.kind == "link":
            return f"{word} «{event.name}»"
        called = self.value(event.name_expression) if event.name_expression is not None else event.name or event.code
        return f"{word} «{_flat(called)}»" if called else word

    def timer(self, event: EventDefinition) -> str:
        word = self.pair(_TRIGGERS["timer"])
        if not isinstance(event.value, str):
            return f"{word} ({self.value(event.value)})" if event.value is not None else word
        text = event.value
        if event.timer == "duration":
            return self.say(f"hết {phrases.duration(text)}", f"the end of {phrases.duration(text, 'en')}")
        if event.timer == "cycle":
            head, _, rest = text.partition("/")
            every = phrases.duration((rest or head).rpartition("/")[2], self.lang)
            times = head[1:] if head.startswith("R") and rest else ""
            said = self.say(f"cứ mỗi {every}", f"every {every}")
            return said + (self.say(f", {times} lần", f", {times} times") if times else "")
        moment = _MOMENT.fullmatch(text)
        if moment:
            year, month, day, clock = moment.groups()
            return self.say(f"đến {clock} ngày {day}/{month}/{year}", f"{clock} on {day}/{month}/{year}")
        return self.say(f"đến {text}", text)

    # -- where it goes on --------------------------------------------------------------------------------------

    def gateway(self, scope: Scope, node: Node) -> str:
        name = self.name(node)
        if len(node.outgoing) < 2:
            meet = self.say(f"Các nhánh gộp lại ở {name}", f"Branches meet at {name}")
            if node.kind in ("parallelGateway", "inclusiveGateway") and len(node.incoming) > 1:
                meet = self.say(f"Ở {name} chờ đủ các nhánh", f"At {name} all branches are awaited")
            return meet + self.then(scope, node) + "."
        choices = _choices(scope, node, self.lang)
        ways = "; ".join(self.way(scope, node, scope.flows[f], choices) for f in node.outgoing)
        first = ("chờ xem việc nào đến trước", "whatever happens first decides")
        all_ = ("chờ đủ tất cả các việc sau", "all of these have to happen")
        head = {
            "exclusiveGateway": self.say("đi một nhánh", "one branch is taken"),
            "inclusiveGateway": self.say("đi mọi nhánh đúng điều kiện", "every branch whose condition holds is taken"),
            "parallelGateway": self.say("đi tất cả các nhánh cùng lúc", "all branches are taken at once"),
            "eventBasedGateway": self.say(*(first if node.takes_one else all_)),
            "complexGateway": self.say("chia theo điều kiện", "splits by conditions"),
        }[node.kind]
        return f"{name}: {head}: {ways}."

    def way(self, scope: Scope, node: Node, flow: Flow, choices: Mapping[str, str]) -> str:
        target, label = self.target(scope, flow), _flat(flow.name)
        if flow.condition is not None:
            condition = phrases.condition(flow.condition.text, self.lang, choices)
            if label:
                return self.say(f"{label} (nếu {condition}) thì {target}", f"{label} (if {condition}): {target}")
            return self.say(f"nếu {condition} thì {target}", f"if {condition}, {target}")
        if flow.id == node.default:
            if label:
                return self.say(f"{label} (còn lại) thì {target}", f"{label} (otherwise): {target}")
            return self.say(f"còn lại thì {target}", f"otherwise {target}")
        return f"{label}: {target}" if label else target

    def target(self, scope: Scope, flow: Flow) -> str:
        """Where a flow leads: past gateways without a name that only let pass."""
        seen: set[str] = set()
        node = scope.nodes[flow.target]
        while _passes(node) and node.id not in seen:
            seen.add(node.id)
            node = scope.nodes[scope.flows[node.outgoing[0]].target]
        if _is_plain_end(node):
            return self.say("kết thúc", "the end")
        return self.name(node)

    def then(self, scope: Scope, node: Node) -> str:
        choices = _choices(scope, node, self.lang)
        ways = [self.way(scope, node, scope.flows[f], choices) for f in node.outgoing]
        return self.say(". Tiếp theo: ", ". Then: ") + ", ".join(ways) if ways else ""


def _flat(text: str) -> str:
    return " ".join(text.split())


def _passes(node: Node) -> bool:
    """A gateway without a name that lets every token pass on its only way: nothing to tell."""
    return node.kind == "exclusiveGateway" and not node.name and len(node.outgoing) == 1


def _is_plain_end(node: Node) -> bool:
    """An end without a name at which nothing happens."""
    return node.kind == "endEvent" and not (node.name or node.events or node.extensions)


def _choices(scope: Scope, node: Node, lang: Lang) -> dict[str, str]:
    """The labels of the outcomes that may have been chosen last before a node, by their ids."""
    found: dict[str, str] = {}
    conditions = [scope.flows[flow].condition for flow in node.outgoing]
    if not any(
        each is not None and variable in each.text for each in conditions for variable in host.outcome_variables()
    ):
        return found
    waiting, seen = [node.id], set()
    while waiting:
        here = scope.nodes[waiting.pop(0)]
        if here.id in seen:
            continue
        seen.add(here.id)
        for outcome in here.outcomes:
            found.setdefault(outcome.id, outcome.label if lang == "vi" else outcome.label_en or outcome.label)
        if not here.outcomes:
            waiting += [scope.flows[flow].source for flow in here.incoming]
    return found


def _translation(model: Model, lang: Lang) -> Iterator[str]:
    """What was read of another dialect, and what of it has no effect here."""
    rows = model.translated
    if not rows:
        return
    dialects = ", ".join(sorted({row["dialect"] for row in rows}))
    done = [row for row in rows if row["effect"] == "translated"]
    places = f"{len(done)} place{'' if len(done) == 1 else 's'}"
    yield f"Chuyển từ {dialects}: {len(done)} chỗ." if lang == "vi" else f"Translated from {dialects}: {places}."
    for row in done:
        where = f"dòng {row['line']}" if lang == "vi" else f"line {row['line']}"
        yield f"  «{row['element']}» ({where}): {_flat(row['from'])} → {_flat(row['to'])}"
    idle = Counter(row["from"] for row in rows if row["effect"] == "none")
    if idle:
        listed = ", ".join(f"{name} ({times})" if times > 1 else name for name, times in sorted(idle.items()))
        yield f"Không có tác dụng ở đây: {listed}." if lang == "vi" else f"Without effect here: {listed}."


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
