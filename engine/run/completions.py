"""What nodes of a migrated tree keep beside their variables: names of nodes still to come, and what completed and can
be undone."""

from __future__ import annotations

from dataclasses import replace

from engine.model.definition import Node
from engine.run.compiled import compiled
from engine.run.fitting import Route, called, misfits
from engine.run.machine import Token
from engine.run.progress import BodyProgress, CallProgress, Completed, ScopeProgress, kept_by
from engine.run.rebuilding import Tree


class Completions:
    """Carries it over into a tree that was built anew. What cannot be goes to the tree's reasons."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def all(self) -> None:
        for before, after, route in self.tree.pairs:
            if route is not None:
                self.remember(before, after, route)

    def remember(self, before: Token, after: Token, route: Route) -> None:
        """Names of nodes still to come under those of the new version; then what completed."""
        progress, node = after.progress, before.task_spec.node
        for each in kept_by(progress):
            value = getattr(progress, each.name)
            if each.names == "node" and value is not None:
                setattr(progress, each.name, self.renamed([value], node, route)[0])
            elif each.names == "nodes" and value is not None:
                setattr(progress, each.name, self.renamed(value, node, route))
            elif each.names == "by_node" and value is not None:
                names = self.renamed(list(value), node, route)
                setattr(progress, each.name, dict(zip(names, value.values(), strict=True)))
        if isinstance(progress, CallProgress) and progress.called is not None:
            progress.called = self.record(node.id, progress.called, route)
        if isinstance(progress, ScopeProgress | BodyProgress):
            self.finished(before, after, route)

    def renamed(self, names: list[str], node: Node, route: Route) -> list[str]:
        mapped = [route.nodes.get(each.removesuffix("*"), "") + ("*" if each.endswith("*") else "") for each in names]
        lost = next((each for each, found in zip(names, mapped, strict=True) if not found.strip("*")), None)
        if lost is not None:
            self.tree.refuse(
                node.id,
                f"«{called(node)}» còn phải đến bước «{lost}», mà phiên bản mới không có bước tương ứng.",
                f"'{called(node)}' still has to go to '{lost}', which has no counterpart.",
            )
        return mapped

    def finished(self, before: Token, after: Token, route: Route) -> None:
        tree = self.tree
        records, after.progress.done = after.progress.done, []
        if before.id in tree.dissolved:
            return
        inside = [tree.old.tasks[id] for id, scope in tree.dissolved.items() if scope is after]
        records = [*records, *(one for gone in inside for one in gone.progress.done)]
        for record in sorted(records, key=lambda one: one.n):
            made = self.record(before.task_spec.node.id, record, route)
            holder = after if before.task_spec.is_body else self.holder(after, made, route)
            if holder is None:
                id = record.activity
                where = route.before[id].node if id in route.before else before.task_spec.node
                tree.refuse(
                    id,
                    f"«{called(where)}» đã xong và còn bù trừ được, nhưng ở phiên bản mới nằm trong một phạm vi khác.",
                    f"'{called(where)}' is completed and can still be undone, but lies in another scope of the "
                    "new version.",
                )
                continue
            holder.progress.done.append(made)

    def holder(self, scope: Token, record: Completed, route: Route) -> Token | None:
        """The scope that keeps a record in the new version: the one it was in, or one opened inside that."""
        spec = self.tree.spec(route).task_specs.get(record.activity)
        owner = spec.level.owner if spec is not None else None
        if (None if scope.task_spec.is_process else scope.task_spec) is owner or spec is None:
            return scope
        return self.tree.opened.get((scope.id, owner.node.id)) if owner is not None else None

    def record(self, element: str, record: Completed, route: Route) -> Completed:
        """A completed activity under its name in the new version, with all that completed inside it."""
        made = replace(record)
        if record.activity:
            made.activity = self.undoable(record, route)
        if record.process is not None and record.version:
            return made
        if record.process is not None:
            inner = self.tree.routes.get(record.process)
            if inner is None:
                self.tree.refuse(
                    element,
                    f"Quy trình được gọi «{record.process}» đã xong và còn bù trừ được, mà phiên bản mới không có.",
                    f"The called process '{record.process}' is completed and can still be undone, and the "
                    "new version lacks it.",
                )
                return made
            made.process, route = inner.target.id, inner
        if record.done is not None:
            made.done = [self.record(element, each, route) for each in record.done]
        if record.many is not None:
            made.many = [self.record(element, each, route) for each in record.many]
        return made

    def undoable(self, record: Completed, route: Route) -> str:
        """The counterpart of a completed activity, which must still be undone in the same manner."""
        id = record.activity
        node = route.before[id].node if id in route.before else None
        name = called(node) if node is not None else id
        target = route.nodes.get(id)
        if target is None or node is None:
            self.tree.refuse(
                id,
                f"«{name}» đã xong và còn bù trừ được, mà phiên bản mới không có bước tương ứng.",
                f"'{name}' is completed and can still be undone, and has no counterpart in the new version.",
            )
            return id
        specs = self.tree.spec(route).task_specs
        after, before = specs[target], compiled(route.source).task_specs[id]
        fits = not list(misfits(node, route.after[target].node))
        if not fits or (before.handler is not None and after.handler is None):
            self.tree.refuse(
                id,
                f"«{name}» đã xong và còn bù trừ được, mà ở phiên bản mới không còn bước bù trừ.",
                f"'{name}' is completed and can still be undone, and the new version has no way to undo it.",
            )
        return target
