"""What does not fit together in a decision model: types of cells, names, hit policies, shapes, references, cycles."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.columns import Column, columns, tree
from engine.dmn.decide import program
from engine.dmn.drg import Model, Node, named
from engine.dmn.finding import Finding, owner
from engine.dmn.index import known_tests
from engine.dmn.load import Decisions
from engine.dmn.table import AGGREGATIONS, LETTERS
from engine.dmn.texts import meaningless
from engine.dmn.xml import Element, first, inside, line, tag, text
from engine.feel.builtins import BUILTINS
from engine.feel.compare import kind_of
from engine.feel.lexer import special
from engine.feel.messages import KINDS, clip

#: Findings of one model.
MAX_FINDINGS = 200
_REFERENCES = (
    "requiredInput",
    "requiredDecision",
    "requiredKnowledge",
    "outputDecision",
    "encapsulatedDecision",
    "inputDecision",
    "inputData",
)


def consistency(decisions: Decisions) -> list[Finding]:
    """The findings, in the order of the file."""
    model = decisions.model
    found = [*_imports(model), *_references(model), *_cycles(model), *_types(model)]
    for node in model.by_id.values():
        found += _names(node)
    for element in model.root.iter():
        if tag(element) == "decisionTable":
            found += _table(element, model)
    found += meaningless(model)
    return sorted(found, key=lambda finding: finding.line)[:MAX_FINDINGS]


def _found(rule: str, element: Element, vietnamese: str, english: str, rules: tuple[int, ...] = ()) -> Finding:
    return Finding(rule, line(element), owner(element), rules, vietnamese, english)


def _imports(model: Model) -> Iterator[Finding]:
    known = {other.namespace for other in model.imports.values()}
    for element in inside(model.root, "import"):
        namespace = element.get("namespace") or ""
        if "DMN" in (element.get("importType") or "DMN") and namespace not in known:
            yield _found(
                "import",
                element,
                f"Không tìm thấy mô hình «{clip(namespace)}» cạnh mô hình này",
                f"The model «{clip(namespace)}» is not beside this one",
            )


def _references(model: Model) -> Iterator[Finding]:
    for element in model.root.iter():
        href = (element.get("href") or "") if tag(element) in _REFERENCES else ""
        namespace = href.rpartition("#")[0]
        if href and model.node_at(href) is None and namespace in ("", model.namespace):
            yield _found(
                "reference", element, f"«{clip(href)}» không có trong mô hình", f"«{clip(href)}» is not in the model"
            )


def _cycles(model: Model) -> Iterator[Finding]:
    """Decisions that require themselves, each cycle once. Knowledge may call itself."""
    done: set[int] = set()
    for start in model.by_id.values():
        path: list[Node] = []
        stack: list[tuple[Node, bool]] = [(start, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                done.add(id(path.pop()))
                continue
            if id(node) in done or node.kind != "decision":
                continue
            if node in path:
                names = " → ".join(each.name for each in [*path[path.index(node) :], node])
                yield _found(
                    "cycle",
                    node.element,
                    f"Các quyết định cần lẫn nhau: {clip(names, 200)}",
                    f"Decisions require each other: {clip(names, 200)}",
                )
                continue
            path.append(node)
            stack.append((node, True))
            stack += [(required, False) for required in node.requires if required.kind == "decision"]


def _types(model: Model) -> Iterator[Finding]:
    for element in model.root.iter():
        reference = element.get("typeRef") if isinstance(element.tag, str) else None
        if reference and tag(element) != "variable" and not model.type_named(reference)[1]:
            yield _found(
                "type", element, f"Không có kiểu nào tên «{clip(reference)}»", f"No type is named «{clip(reference)}»"
            )


def _names(node: Node) -> Iterator[Finding]:
    """Names that the logic reads and that nothing gives it. A decision without any requirement is drawn as some tools
    do, without its inputs: its names come from the data."""
    if node.kind not in ("decision", "businessKnowledgeModel") or (node.kind == "decision" and not node.requires):
        return
    model = node.model
    given = {required.name for required in node.requires} | {node.name} | {n for n in model.imports if named(n)}
    for name in sorted(program(node).outer - given - BUILTINS.keys()):
        if special(name) is not None:
            continue  # it may be read in two ways
        if name in model.by_name:
            yield _found(
                "name",
                node.element,
                f"«{node.name}» dùng «{clip(name)}» nhưng không nối tới nó",
                f"«{node.name}» reads «{clip(name)}» without requiring it",
            )
        else:
            yield _found(
                "name",
                node.element,
                f"«{node.name}» dùng «{clip(name)}», không có trong mô hình",
                f"«{node.name}» reads «{clip(name)}», which is not in the model",
            )


def _table(element: Element, model: Model) -> Iterator[Finding]:
    inputs, outputs = columns(element, "input", model), columns(element, "output", model)
    yield from _policy(element, len(outputs))
    for number, rule in enumerate(inside(element, "rule"), 1):
        entries, results = list(inside(rule, "inputEntry")), list(inside(rule, "outputEntry"))
        has, wants = (len(entries), len(results)), (len(inputs), len(outputs))
        if has != wants:
            yield _found(
                "shape",
                rule,
                f"Luật {number} có {has[0]} ô vào và {has[1]} ô ra, bảng có {wants[0]} và {wants[1]}",
                f"Rule {number} has {has[0]} input and {has[1]} output cells, the table has {wants[0]} and {wants[1]}",
                (number,),
            )
            continue
        for column, entry in zip([*inputs, *outputs], [*entries, *results], strict=True):
            yield from _cell(number, column, entry, model)


def _cell(number: int, column: Column, entry: Element, model: Model) -> Iterator[Finding]:
    """A constant of another type than its column has."""
    if not column.kind:
        return
    for test in known_tests(tree(text(entry).strip(), model), negated=True) or ():
        value = (test[0] if test[0] is not None else test[2]) if isinstance(test, tuple) else test
        kind = kind_of(value)
        if kind != column.kind:
            yield _found(
                "type",
                entry,
                f"Luật {number}: ô «{clip(column.title)}» ghi {KINDS.get(kind, kind)}, cột là {KINDS[column.kind]}",
                f"Rule {number}: the cell «{clip(column.title)}» has a {kind}, its column is of the type {column.kind}",
                (number,),
            )
            return


def _policy(element: Element, outputs: int) -> Iterator[Finding]:
    written = " ".join((element.get("hitPolicy") or "UNIQUE").upper().split())
    policy, aggregation = LETTERS.get(written, written), (element.get("aggregation") or "").strip().upper()
    if policy not in LETTERS.values() or aggregation not in ("", *AGGREGATIONS):
        yield _found(
            "policy",
            element,
            f"Không có quy tắc chọn «{clip(f'{written} {aggregation}'.strip())}»",
            f"There is no hit policy «{clip(f'{written} {aggregation}'.strip())}»",
        )
    elif aggregation and policy != "COLLECT":
        yield _found(
            "order",
            element,
            f"Phép gộp {aggregation} chỉ có tác dụng với COLLECT, bảng dùng {policy}",
            f"The aggregation {aggregation} works with COLLECT only, the table has {policy}",
        )
    elif outputs > 1 and aggregation:
        yield _found(
            "order",
            element,
            f"Phép gộp {aggregation} không dành cho bảng có nhiều cột ra",
            f"The aggregation {aggregation} is not for tables with several outputs",
        )
    elif (
        policy in ("PRIORITY", "OUTPUT ORDER")
        and not any(text(first(clause, "outputValues")).strip() for clause in inside(element, "output"))
        and len(list(inside(element, "rule"))) > 1
    ):
        yield _found(
            "order",
            element,
            f"{policy} cần danh sách giá trị ra theo thứ tự (outputValues)",
            f"{policy} wants the output values in their order (outputValues)",
        )
