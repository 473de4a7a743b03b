"""Work that came back: sent one step back, or given back by an outcome that led to a step done before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import audit
from engine.store import Tx
from engine.store.joining import query
from procedures import officials


@dataclass(frozen=True, slots=True)
class Returned:
    """A task that ended by giving the work back. task: that task; to: the tasks that opened by it."""

    task: str
    who: str
    reason: str
    to: tuple[str, ...]


def returns(tx: Tx, root_id: str) -> dict[str, Returned]:
    """Every such end, by the task that ended. An outcome gives back where it has a reason and a step that was done
    before opens again at once."""
    seen: dict[str, str] = {}
    answer: dict[str, Returned] = {}
    for one in audit.history(tx, root_id):
        opened = [task for task in one.data.get("opened", ()) if isinstance(task, Mapping)]
        done = str(one.data.get("task") or "")
        reason = _reason(one.kind, one.data)
        again = [task for task in opened if task["element"] in seen.values() and task["element"] != seen.get(done)]
        if one.kind == "back" or (one.kind == "complete" and reason and again):
            answer[done] = Returned(done, one.who or "", reason, tuple(str(task["id"]) for task in opened))
        seen |= {str(task["id"]): str(task["element"]) for task in opened}
    return answer


def _reason(kind: str, data: Mapping[str, Any]) -> str:
    if kind == "back":
        return str(data.get("reason") or "")
    return str((data.get("variables") or {}).get("ly_do") or "")


@query
def given_back(tx: Tx, root_id: str, task_id: str) -> tuple[str, str] | None:
    """Who gave the work of this task back, by name, and why; None where it came by itself."""
    found = next((one for one in returns(tx, root_id).values() if task_id in one.to), None)
    if found is None:
        return None
    return officials.names(tx, {found.who}).get(found.who, found.who), found.reason
