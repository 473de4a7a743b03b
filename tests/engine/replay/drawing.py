"""A sketch drawn as BPMN XML that deployment takes."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from tests.engine.replay.blocks import Block, Sketch
from tests.engine.replay.marks import (
    CATCHES,
    COMPENSATE,
    DEFINITIONS,
    ENDS,
    HEAD,
    LOOPS,
    MANY,
    THROWS,
    extension,
    io,
    script,
)
from tests.engine.run.world import flows


class Piece(NamedTuple):
    """Nodes as XML, flows as ``"a>b:condition"``, and the ids where it is entered and left."""

    nodes: str
    ways: tuple[str, ...]
    first: str
    last: str


#: The variant of an end that is a cancel end, inside a transaction.
CANCEL = len(ENDS)


def pick(variant: int, *among: str) -> str:
    return among[variant % len(among)]


def drawn(sketch: Sketch) -> bytes:
    """The whole file."""
    drawing = Drawing()
    body = drawing.process("main", "", sketch.main, sketch.beside)
    body += drawing.process("con", "", sketch.called, ())
    body += drawing.process("dap", CATCHES["begin"], sketch.answering, ())
    body += drawing.process("phu", CATCHES["signal"] if sketch.extra.variant % 2 else CATCHES["day"], sketch.extra, ())
    return f"<definitions {HEAD} id='d'>{DEFINITIONS}{body}</definitions>".encode()


class Drawing:
    """Draws block after block; ids are numbered in the order of drawing."""

    def __init__(self) -> None:
        self.n = 0
        self.inside_transaction = False
        self.inside_called = False

    def id(self, letter: str = "n") -> str:
        self.n += 1
        return f"{letter}{self.n}"

    def process(self, id: str, event: str, block: Block, beside: tuple[Block, ...]) -> str:
        self.inside_called = id == "con"
        start, end, piece = self.id("s"), self.id("e"), self.draw(block)
        nodes = f'<startEvent id="{start}">{event}</startEvent><endEvent id="{end}"/>' + piece.nodes
        nodes += "".join(self.event_subprocess(each) for each in beside)
        nodes += flows(f"{start}>{piece.first}", f"{piece.last}>{end}", *piece.ways)
        return f'<process id="{id}" isExecutable="true">{nodes}</process>'

    def draw(self, block: Block) -> Piece:
        made: Piece = getattr(self, block.kind)(block.variant, block.inside)
        return made

    def alone(self, xml: str, id: str, *ways: str) -> Piece:
        return Piece(xml, ways, id, id)

    # -- tasks ---------------------------------------------------------------------------------------------------

    def user(self, v: int, _: tuple[Block, ...] = (), more: str = "") -> Piece:
        id = self.id()
        said = [
            '<zeebe:assignmentDefinition candidateGroups="mot_cua,chuyen_vien"/>' if v & 1 else "",
            '<zeebe:assignmentDefinition assignee="= &quot;lan&quot;" candidateUsers="minh, hoa"/>'
            if v & 3 == 2
            else "",
            '<zeebe:taskSchedule dueDate="P3D"/>' if v & 4 else "",
            '<zeebe:formDefinition formId="to-khai"/>' if v & 8 else "",
            '<mc:outcome id="dat" label="Đạt"/><mc:outcome id="khong" label="Không đạt"/>' if v & 16 else "",
            io(v >> 5) if v & 32 else "",
        ]
        return self.alone(f'<userTask id="{id}" name="Việc {id}">{extension(*said)}{more}</userTask>', id)

    def person(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        id, kind = self.id(), pick(v, "manualTask", "task")
        return self.alone(f'<{kind} id="{id}" name="Việc {id}"/>', id)

    def script(self, v: int, _: tuple[Block, ...] = (), more: str = "") -> Piece:
        id = self.id()
        what = pick(
            v,
            script("n + 1", "n"),
            script('{n: n + 1, ma: string(n), "hôm nay": today()}', ""),
            script("[1, 2, n]", "ds"),
            script("0.1 * n", "le"),
            script('duration("P1D")', "han"),
            script("now()", "luc"),
            script("{a: {b: n}, ngay: date(now())}", "ho_so"),
        )
        return self.alone(f'<scriptTask id="{id}">{what}{more}</scriptTask>', id)

    def failing(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        """Fails while n is a certain number: an incident, until that is mended."""
        id = self.id()
        return self.alone(f'<scriptTask id="{id}">{script(f"1 / (n - {v % 3})", "thuong")}</scriptTask>', id)

    def rule(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        id, name = self.id(), pick(v, "phi", "phi", "khong_co")
        said = extension(f'<zeebe:calledDecision decisionId="{name}" resultVariable="phi"/>')
        return self.alone(f'<businessRuleTask id="{id}">{said}</businessRuleTask>', id)

    def service(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        id = self.id()
        said = extension('<zeebe:taskDefinition type="thue" retries="2"/>', io(v >> 2) if v & 1 else "")
        return self.alone(f'<serviceTask id="{id}">{said if v & 2 else extension(io(v >> 2))}</serviceTask>', id)

    def send(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        id = self.id()
        return self.alone(f'<sendTask id="{id}" messageRef="{pick(v, "M", "K", "B")}"/>', id)

    def receive(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        id = self.id()
        return self.alone(f'<receiveTask id="{id}" messageRef="{pick(v, "M", "K")}"/>', id)

    def undoable(self, v: int, inside: tuple[Block, ...] = ()) -> Piece:
        piece = self.sub(v, inside) if inside else pick_piece(self, v, "user", "script")
        id, handler, event = piece.first, self.id("x"), self.id("c")
        nodes = piece.nodes + (
            f'<userTask id="{handler}" isForCompensation="true"/>'
            if v & 4
            else f'<scriptTask id="{handler}" isForCompensation="true">{script("n - 1", "n")}</scriptTask>'
        )
        nodes += (
            f'<boundaryEvent id="{event}" attachedToRef="{id}">{COMPENSATE}</boundaryEvent><association '
            f'id="as{event}" associationDirection="One" sourceRef="{event}" targetRef="{handler}"/>'
        )
        return Piece(nodes, piece.ways, id, id)

    def many(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        more = MANY[v % len(MANY)]
        return self.script(0, more=more) if v & 128 else self.user(v & 7, more=more)

    def loop(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        more = LOOPS[v % len(LOOPS)]
        return self.script(0, more=more) if v & 128 else self.user(0, more=more)

    def call(self, v: int, _: tuple[Block, ...] = (), more: str = "") -> Piece:
        if self.inside_called:  # it would call itself without end
            return self.user(v)
        id = self.id()
        said = extension(
            '<zeebe:calledElement processId="con"'
            + pick(v, "/>", ' propagateAllChildVariables="false"/>', ' propagateAllParentVariables="false"/>'),
            io(v >> 3) if v & 4 else "",
        )
        return self.alone(f'<callActivity id="{id}">{said}{more}</callActivity>', id)

    def quantity(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        """Two tokens leave the first task by its one flow; the second wants both."""
        one, two = self.id(), self.id()
        return Piece(
            f'<userTask id="{one}" completionQuantity="2"/><userTask id="{two}" startQuantity="2"/>',
            (f"{one}>{two}",),
            one,
            two,
        )

    # -- events --------------------------------------------------------------------------------------------------

    def none(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        id = self.id()
        return self.alone(f'<intermediateThrowEvent id="{id}"/>', id)

    def link(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        one, two = self.id(), self.id()
        return Piece(
            f'<intermediateThrowEvent id="{one}"><linkEventDefinition name="{one}"/></intermediateThrowEvent>'
            f'<intermediateCatchEvent id="{two}"><linkEventDefinition name="{one}"/></intermediateCatchEvent>',
            (),
            one,
            two,
        )

    def catch(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        id = self.id()
        one = (CATCHES[name] for name in ("timer", "date", "message", "keyed", "signal", "conditional"))
        what = pick(v, *one, CATCHES["message"] + CATCHES["timer"], CATCHES["signal"] + CATCHES["keyed"])
        every = ' parallelMultiple="true"' if v % 8 > 5 and v & 128 else ""
        return self.alone(f'<intermediateCatchEvent id="{id}"{every}>{what}</intermediateCatchEvent>', id)

    def throw(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        id = self.id()
        return self.alone(f'<intermediateThrowEvent id="{id}">{pick(v, *THROWS.values())}</intermediateThrowEvent>', id)

    def thrown_end(self, v: int, _: tuple[Block, ...] = ()) -> Piece:
        """Where n is 2 the branch ends with an event, else it goes on."""
        choice, end, on = self.id("g"), self.id("e"), self.id()
        kinds = {**ENDS, "cancel": "<cancelEventDefinition/>"} if self.inside_transaction else ENDS
        return Piece(
            f'<exclusiveGateway id="{choice}" default="{choice}-{on}"/><intermediateThrowEvent id="{on}"/>'
            f'<endEvent id="{end}">{pick(v, *kinds.values())}</endEvent>',
            (f"{choice}>{end}:n = 2", f"{choice}>{on}"),
            choice,
            on,
        )

    # -- gateways ------------------------------------------------------------------------------------------------

    def seq(self, v: int, inside: tuple[Block, ...]) -> Piece:
        pieces = [self.draw(each) for each in inside]
        ways = [way for each in pieces for way in each.ways] + [f"{a.last}>{b.first}" for a, b in pairwise(pieces)]
        return Piece("".join(each.nodes for each in pieces), tuple(ways), pieces[0].first, pieces[-1].last)

    def branches(
        self, inside: tuple[Block, ...], split: str, join: str, conditions: tuple[str, ...], more: str = ""
    ) -> Piece:
        before, after = self.id("g"), self.id("g")
        pieces = [self.draw(each) for each in inside]
        default = f' default="{before}-{pieces[-1].first}"' if conditions else ""
        nodes = "".join(each.nodes for each in pieces)
        nodes += f'<{split} id="{before}"{default}/><{join} id="{after}">{more}</{join}>'
        ways = [way for each in pieces for way in each.ways]
        for at, each in enumerate(pieces):
            condition = conditions[at] if conditions and at < len(pieces) - 1 else ""
            ways += [f"{before}>{each.first}" + (f":{condition}" if condition else ""), f"{each.last}>{after}"]
        return Piece(nodes, tuple(ways), before, after)

    def xor(self, v: int, inside: tuple[Block, ...]) -> Piece:
        # `thieu` is never there: a condition that is neither true nor false, an incident.
        first = "thieu > n" if v % 8 == 7 else "n = 1"
        return self.branches(inside, "exclusiveGateway", "exclusiveGateway", (first, "n = 2"))

    def parallel(self, v: int, inside: tuple[Block, ...]) -> Piece:
        return self.branches(inside, "parallelGateway", pick(v, "parallelGateway", "inclusiveGateway"), ())

    def inclusive(self, v: int, inside: tuple[Block, ...]) -> Piece:
        return self.branches(inside, "inclusiveGateway", "inclusiveGateway", ("n > 0", "n > 1"))

    def complex(self, v: int, inside: tuple[Block, ...]) -> Piece:
        count = 1 + v % len(inside)
        return self.branches(
            inside,
            "parallelGateway",
            "complexGateway",
            (),
            f"<activationCondition>= activationCount &gt;= {count}</activationCondition>",
        )

    def events(self, v: int, inside: tuple[Block, ...]) -> Piece:
        split, join = self.id("g"), self.id("g")
        pieces = [self.draw(each) for each in inside[:2]]
        nodes = f'<eventBasedGateway id="{split}"/><exclusiveGateway id="{join}"/>'
        ways: list[str] = []
        for each, name in zip(
            pieces, (pick(v, "timer", "conditional", "signal"), pick(v >> 2, "message", "keyed")), strict=False
        ):
            event = self.id()
            nodes += each.nodes + f'<intermediateCatchEvent id="{event}">{CATCHES[name]}</intermediateCatchEvent>'
            ways += [*each.ways, f"{split}>{event}", f"{event}>{each.first}", f"{each.last}>{join}"]
        return Piece(nodes, tuple(ways), split, join)

    def again(self, v: int, inside: tuple[Block, ...]) -> Piece:
        """A loop of flows: back by way of a task while n is 1."""
        merge, choice, back, on = self.id("g"), self.id("g"), self.id(), self.id()
        piece = self.draw(inside[0])
        nodes = piece.nodes + (
            f'<exclusiveGateway id="{merge}"/><exclusiveGateway id="{choice}" '
            f'default="{choice}-{on}"/><userTask id="{back}"/><intermediateThrowEvent id="{on}"/>'
        )
        return Piece(
            nodes,
            (
                *piece.ways,
                f"{merge}>{piece.first}",
                f"{piece.last}>{choice}",
                f"{choice}>{back}:n = 1",
                f"{back}>{merge}",
                f"{choice}>{on}",
            ),
            merge,
            on,
        )

    # -- subprocesses --------------------------------------------------------------------------------------------

    def sub(self, v: int, inside: tuple[Block, ...], kind: str = "subProcess", more: str = "") -> Piece:
        id, start, end = self.id(), self.id("s"), self.id("e")
        piece = self.draw(inside[0])
        body = f'<startEvent id="{start}"/><endEvent id="{end}"/>' + piece.nodes
        if v & 64:
            body += self.event_subprocess(Block("user", v))
        body += flows(f"{start}>{piece.first}", f"{piece.last}>{end}", *piece.ways)
        return self.alone(f'<{kind} id="{id}">{body}{more}</{kind}>', id)

    def event_subprocess(self, block: Block) -> str:
        """Begun by any event; it interrupts its scope or does not."""
        v = block.variant
        kind = pick(v >> 1, "message", "timer", "signal", "escalation", "conditional", "error", "cycle", "keyed")
        stops = kind == "error" or (kind != "cycle" and v & 1 == 1)
        id, start, end = self.id(), self.id("s"), self.id("e")
        piece = self.draw(block)
        body = (
            f'<startEvent id="{start}" isInterrupting="{str(stops).lower()}">{CATCHES[kind]}</startEvent>'
            f'<endEvent id="{end}"/>{piece.nodes}' + flows(f"{start}>{piece.first}", f"{piece.last}>{end}", *piece.ways)
        )
        return f'<subProcess id="{id}" triggeredByEvent="true">{body}</subProcess>'

    def many_subs(self, v: int, inside: tuple[Block, ...]) -> Piece:
        return self.sub(v, inside, more=MANY[v % len(MANY)])

    def loop_sub(self, v: int, inside: tuple[Block, ...]) -> Piece:
        return self.sub(v, inside, more=LOOPS[v % len(LOOPS)])

    def mapped(self, v: int, inside: tuple[Block, ...]) -> Piece:
        """A subprocess with variables of its own."""
        piece = self.sub(v, inside)
        head, _, rest = piece.nodes.partition(">")
        return piece._replace(nodes=f"{head}>{extension(io(v))}{rest}")

    def called_back(self, v: int, inside: tuple[Block, ...]) -> Piece:
        """A called process, repeated or watched."""
        piece = self.call(v, more=MANY[v % len(MANY)] if v & 128 else "")
        return self.hosting(piece, v)

    def transaction(self, v: int, inside: tuple[Block, ...]) -> Piece:
        before, self.inside_transaction = self.inside_transaction, True
        done = Block("undoable", v)
        piece = self.sub(0, (Block("seq", 0, (done, inside[0], Block("thrown_end", CANCEL))),), "transaction")
        self.inside_transaction = before
        event, extra, join = self.id("b"), self.id(), self.id("g")
        nodes = piece.nodes + (
            f'<boundaryEvent id="{event}" attachedToRef="{piece.first}"><cancelEventDefinition/>'
            f'</boundaryEvent><userTask id="{extra}"/><exclusiveGateway id="{join}"/>'
        )
        return Piece(nodes, (f"{event}>{extra}", f"{extra}>{join}", f"{piece.first}>{join}"), piece.first, join)

    def compensated(self, v: int, inside: tuple[Block, ...]) -> Piece:
        """What can be undone, then a throw that undoes it."""
        done = self.undoable(v, inside if v & 64 else ())
        piece = done if v & 64 else self.draw(inside[0])
        throw, named = self.id(), f' activityRef="{done.first}"' if v & 8 else ""
        wait = ' waitForCompletion="false"' if v & 16 else ""
        nodes = (
            f'<intermediateThrowEvent id="{throw}"><compensateEventDefinition{named}{wait}/></intermediateThrowEvent>'
        )
        if v & 64:
            return Piece(done.nodes + nodes, (*done.ways, f"{done.last}>{throw}"), done.first, throw)
        return Piece(
            done.nodes + piece.nodes + nodes,
            (*done.ways, *piece.ways, f"{done.last}>{piece.first}", f"{piece.last}>{throw}"),
            done.first,
            throw,
        )

    def adhoc(self, v: int, inside: tuple[Block, ...]) -> Piece:
        id = self.id()
        pieces = [pick_piece(self, each.variant, "user", "script", "person") for each in inside]
        order = pick(v, "Parallel", "Sequential")
        body = "".join(each.nodes for each in pieces) + "<completionCondition>= n &gt; 1</completionCondition>"
        return self.alone(
            f'<adHocSubProcess id="{id}" ordering="{order}" cancelRemainingInstances='
            f'"{str(v & 2 == 2).lower()}">{body}</adHocSubProcess>',
            id,
        )

    # -- what is watched -----------------------------------------------------------------------------------------

    def bounded(self, v: int, inside: tuple[Block, ...]) -> Piece:
        return self.hosting(self.sub(v & 63, inside, more=MANY[v % len(MANY)] if v & 64 else ""), v)

    def watched(self, v: int, inside: tuple[Block, ...]) -> Piece:
        """A task watched, then the rest."""
        task, rest = self.hosting(self.user(v & 7), v), self.draw(inside[0])
        return Piece(
            task.nodes + rest.nodes, (*task.ways, *rest.ways, f"{task.last}>{rest.first}"), task.first, rest.last
        )

    def hosting(self, piece: Piece, v: int) -> Piece:
        """An activity with a boundary event, which interrupts it or does not."""
        kind = pick(v >> 1, "timer", "message", "signal", "conditional", "error", "escalation", "cycle", "keyed")
        stops = kind == "error" or (kind != "cycle" and v & 1 == 1)
        event, extra = self.id("b"), self.id()
        nodes = piece.nodes + (
            f'<boundaryEvent id="{event}" attachedToRef="{piece.first}" cancelActivity='
            f'"{str(stops).lower()}">{CATCHES[kind]}</boundaryEvent><userTask id="{extra}"/>'
        )
        if not stops:
            end = self.id("e")
            return Piece(
                nodes + f'<endEvent id="{end}"/>',
                (*piece.ways, f"{event}>{extra}", f"{extra}>{end}"),
                piece.first,
                piece.last,
            )
        join = self.id("g")
        return Piece(
            nodes + f'<exclusiveGateway id="{join}"/>',
            (*piece.ways, f"{event}>{extra}", f"{extra}>{join}", f"{piece.last}>{join}"),
            piece.first,
            join,
        )


def pick_piece(drawing: Drawing, variant: int, *kinds: str) -> Piece:
    made: Piece = getattr(drawing, pick(variant, *kinds))(variant >> 2)
    return made
