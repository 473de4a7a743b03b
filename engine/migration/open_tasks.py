"""The open tasks of an instance that is migrated: which rows change, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.commands.host import hooks_of
from engine.run.changes import OpenTask
from engine.run.lines import Line
from engine.run.migrating import Migrated
from engine.store import Family, Tx
from engine.store.tables import work_item


def items(tx: Tx, root_id: str) -> list[dict[str, Any]]:
    """The open tasks of a root as their rows have them, in the shape of the log."""
    return [
        _item(row)
        for row in tx.execute(select(work_item).where(work_item.c.root_id == root_id).order_by(work_item.c.id))
    ]


def _item(row: Any) -> dict[str, Any]:
    said = {
        name: getattr(row, name)
        for name in (
            "id",
            "instance",
            "process",
            "element",
            "name",
            "form",
            "lane",
            "assignee",
            "groups",
            "users",
            "priority",
        )
    }
    return {**said, "due": row.due.isoformat() if row.due is not None else None}


def changed(tx: Tx, family: Family, done: Migrated) -> tuple[list[dict[str, Any]], list[Line]]:
    """The rows of open tasks that change, as they will be, and what is said of them."""
    rows = {one["id"]: one for one in items(tx, family.root_id)}
    rows_after, lines = [], []
    for before, after in done.tasks:
        row = rows.get(after.id)
        if row is not None:
            new = _as_now(tx, family, row, before, after)
            lines += _said(row, new, before, after)
            if new != row:
                rows_after.append(new)
    return rows_after, lines


def _as_now(tx: Tx, family: Family, row: Mapping[str, Any], before: OpenTask, after: OpenTask) -> dict[str, Any]:
    """What the model says anew counts; what people or the application said since it opened stays."""
    new = {
        **row,
        "instance": after.instance,
        "process": after.process,
        "element": after.element,
        "name": after.name,
        "form": after.form,
        "lane": after.lane or None,
    }
    if before.candidate_groups != after.candidate_groups:
        groups = after.candidate_groups
        new["groups"] = list(hooks_of(tx).resolve(tx, family.root_id, groups) if groups else ()) or None
    if before.candidate_users != after.candidate_users:
        new["users"] = list(after.candidate_users) or None
    if before.assignee != after.assignee and row["assignee"] == before.assignee:
        new["assignee"] = after.assignee
    if before.priority != after.priority:
        new["priority"] = after.priority
    if before.due != after.due:
        new["due"] = after.due.isoformat() if after.due is not None else None
    return new


_SAID = {
    "name": ("tên", "name"),
    "form": ("biểu mẫu", "form"),
    "groups": ("nhóm được nhận", "groups"),
    "users": ("người được nhận", "users"),
    "assignee": ("người làm", "assignee"),
    "lane": ("làn", "lane"),
    "priority": ("mức ưu tiên", "priority"),
    "due": ("hạn", "due"),
}


def _said(row: Mapping[str, Any], new: Mapping[str, Any], before: OpenTask, after: OpenTask) -> list[Line]:
    called = after.name or after.element
    found = []
    for field, (vi, en) in _SAID.items():
        a, b = _text(row[field]), _text(new[field])
        if a != b:
            found.append(
                Line(
                    "task",
                    "changed",
                    before.element,
                    after.element,
                    f"Việc «{called}»: {vi} từ {a or '(không có)'} thành {b or '(không có)'}.",
                    f"Task '{called}': {en} from {a or '(none)'} to {b or '(none)'}.",
                    a,
                    b,
                    after.id,
                )
            )
    x, y = before.node, after.node
    if x is not None and y is not None and x.outcomes != y.outcomes:
        a, b = (", ".join(one.label or one.id for one in node.outcomes) for node in (x, y))
        found.append(
            Line(
                "task",
                "changed",
                before.element,
                after.element,
                f"Việc «{called}»: các lựa chọn từ {a or '(không có)'} thành {b or '(không có)'}.",
                f"Task '{called}': outcomes from {a or '(none)'} to {b or '(none)'}.",
                a,
                b,
                after.id,
            )
        )
    return found


def _text(value: Any) -> str | None:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or None
    return None if value in (None, "") else str(value)
