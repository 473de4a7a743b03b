"""The door to DMN: loading models and asking them for decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import DecimalException
from pathlib import Path
from typing import Any

from engine.dmn.decide import Evaluation, decide_service, program
from engine.dmn.drg import Model, Node, unreadable
from engine.dmn.errors import DmnError
from engine.dmn.finding import owner
from engine.dmn.xml import line, read
from engine.feel.api import FAULTS, Diagnostic, measure, rendered
from engine.feel.bounds import MAX_STEPS, Note, Run
from engine.feel.errors import FeelLimitError

Clock = Callable[[], datetime] | None


class Decisions:
    """A usable model. `decide` may be called from any thread."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    @property
    def namespace(self) -> str:
        """What other models import it by."""
        return self.model.namespace

    def _named(self, kind: str) -> list[str]:
        return [node.name for node in self.model.by_name.values() if node.kind == kind]

    @property
    def decisions(self) -> list[str]:
        """The names of its decisions."""
        return self._named("decision")

    @property
    def services(self) -> list[str]:
        """The names of its decision services."""
        return self._named("decisionService")

    @property
    def callable(self) -> list[tuple[str, str]]:
        """Id and name of each decision and decision service, in the order of the file."""
        kinds = ("decision", "decisionService")
        return [(node.id, node.name or node.id) for node in self.model.by_id.values() if node.kind in kinds]

    def inputs(self, name: str | None = None) -> list[str]:
        """The names of the input data, of the whole model or of what one decision or service needs."""
        if name is None:
            return self._named("inputData")
        found: dict[str, None] = {}
        stack, seen = [self._node(name)], set[int]()
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if node.kind == "inputData":
                found[node.name] = None
            references = [e.get("href") or "" for e in node.element if "href" in e.attrib]
            stack.extend(reversed(node.requires))
            stack.extend(n for n in map(node.model.node_at, references) if n is not None)
        return list(found)

    def _node(self, name: str) -> Node:
        wanted = " ".join(name.split())
        node = self.model.by_name.get(wanted) or self.model.by_id.get(name)
        if node is None or node.kind not in ("decision", "decisionService"):
            raise DmnError(f"Mô hình không có quyết định «{name[:60]}»", f"The model has no decision «{name[:60]}»")
        return node

    def decide(self, name: str, context: Mapping[str, Any] | None = None, now: Clock = None) -> Any:
        """The value of a decision or decision service (by name, or id). Errors in evaluation are None.

        Raises DmnError for a name that the model does not have.
        """
        return self._decide(name, context or {}, now, None)

    def diagnose(
        self,
        name: str,
        context: Mapping[str, Any] | None = None,
        now: Clock = None,
        language: str = "vi",
        hits: list[tuple[str, int]] | None = None,
    ) -> tuple[Any, list[Diagnostic]]:
        """The value, and the errors on the way that the standard turns into null, each with its `decision`, the
        `rule` (0 for none) and `cell` of its table, and its `severity`: ``error``, or ``note`` for what may be meant
        so (a name that is not there, no rule that applies, a test that is neither true nor false). `hits` is given the
        rules that matched: the id of the table, and the number of the rule from 1."""
        notes: list[Note] = []
        value = self._decide(name, context or {}, now, notes, hits)
        return value, rendered(notes, language)

    def _decide(
        self,
        name: str,
        context: Mapping[str, Any],
        now: Clock,
        notes: list[Note] | None,
        hits: list[tuple[str, int]] | None = None,
    ) -> Any:
        node = self._node(name)
        run = Run({}, trusted=True, notes=notes, now=now, steps=MAX_STEPS)
        run.hits = hits
        try:
            evaluation = Evaluation(run, context, self.model)
            if node.kind == "decisionService":
                value = decide_service(node, evaluation)
            else:
                value = evaluation.value_of_root(node)
            if value.__class__ is list or value.__class__ is dict:
                measure(value, run, 0)
            return value
        except FeelLimitError as error:
            run.note(error.code, error.details, (error.line, error.column))
        except (RecursionError, MemoryError):
            run.note("depth")
        except (DecimalException, OverflowError):
            run.note("number_range")
        except FAULTS as error:
            run.note("internal", (type(error).__name__,))
        return None

    def faults(self) -> list[dict[str, Any]]:
        """What cannot be read in the model: `{line, element, message, message_en}`, one for each faulty expression."""
        found = []
        for node in self.model.by_id.values():
            if node.kind not in ("decision", "businessKnowledgeModel"):
                continue
            for element, vietnamese, english in program(node).faults:
                found.append(
                    {
                        "line": line(element),
                        "element": element.get("id") or node.id,
                        "message": vietnamese,
                        "message_en": english,
                    }
                )
            if node.type_error:
                found.append(
                    {
                        "line": line(node.element),
                        "element": node.id,
                        "message": f"Không có kiểu nào tên «{node.type_error[:60]}»",
                        "message_en": f"No type is named «{node.type_error[:60]}»",
                    }
                )
        return found + [
            {
                "line": line(element),
                "element": owner(element),
                "message": error.sentence("vi"),
                "message_en": error.sentence("en"),
            }
            for element, error in unreadable(self.model)
        ]


def parse(xml: bytes, siblings: Mapping[str, bytes] | None = None) -> Decisions:
    """A model from its XML; `siblings` are the other files of its bundle, among which imports are found.

    Raises DmnError where the model itself cannot be used; a sibling that cannot be read is no model to import.
    """
    model = Model(read(xml))
    models = {model.namespace: model}
    for _, data in sorted((siblings or {}).items()):
        try:
            other = Model(read(data))
        except DmnError:
            continue
        models.setdefault(other.namespace, other)
    for each in models.values():
        each.link(models)
    used: dict[int, Model] = {}
    _in_order(model, used)
    for each in used.values():
        each.prepare()
    return Decisions(model)


def _in_order(model: Model, done: dict[int, Model], depth: int = 0) -> None:
    """Models after those that they import; each once, also where they import each other."""
    if id(model) in done or depth > 100:
        return
    done[id(model)] = model
    for other in model.imports.values():
        _in_order(other, done, depth + 1)
    done[id(model)] = done.pop(id(model))


def load(path: str | Path) -> Decisions:
    """A model from a file, with the models that it imports from the same folder. Raises DmnError."""
    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError:
        raise DmnError(f"Không đọc được tệp «{file.name}»", f"The file «{file.name}» cannot be read") from None
    siblings: dict[str, bytes] = {}
    if b"import" in data:
        for other in sorted(file.parent.glob("*.dmn")):
            if other != file:
                try:
                    siblings[other.name] = other.read_bytes()
                except OSError:
                    continue
    return parse(data, siblings)
