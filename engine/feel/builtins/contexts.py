"""Context functions (DMN 10.3.4.10)."""

from __future__ import annotations

from typing import Any

from engine.feel.bounds import Run
from engine.feel.builtins.registry import Refused, builtin


@builtin("get value", "m: context, key: string")
def get_value(run: Run, context: dict[str, Any], key: str) -> Any:
    return context.get(key)


@builtin("get value", "context: context, keys: list")
def get_nested(run: Run, context: dict[str, Any], keys: list[Any]) -> Any:
    value: Any = context if keys else None
    for key in keys:
        if type(key) is not str:
            raise Refused
        if type(value) is not dict:
            return None
        value = value.get(key)
    return value


@builtin("get entries", "m: context")
def get_entries(run: Run, context: dict[str, Any]) -> list[Any]:
    run.charge_list(3 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context_of(run: Run, entries: list[Any]) -> dict[str, Any]:
    """A context of entries `{key, value}`; a key that comes twice is refused."""
    run.charge_list(len(entries))
    result: dict[str, Any] = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            raise Refused
        if entry["key"] in result:
            raise Refused
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put", "context: context, key: string, value: any")
def context_put(run: Run, context: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    run.charge_list(len(context) + 1)
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def context_put_nested(run: Run, context: dict[str, Any], keys: list[Any], value: Any) -> dict[str, Any]:
    """Puts at a path; contexts on the way are made where they are missing."""
    if not keys or not all(type(key) is str for key in keys) or len(keys) > 100:
        raise Refused
    result = top = dict(context)
    for key in keys[:-1]:
        run.charge_list(len(top) + 1)
        inner = top.get(key)
        if inner is not None and type(inner) is not dict:
            raise Refused
        top[key] = dict(inner or {})
        top = top[key]
    top[keys[-1]] = value
    return result


@builtin("context merge", "contexts: list")
def context_merge(run: Run, contexts: list[Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for context in contexts:
        if type(context) is not dict:
            raise Refused
        run.charge_list(len(context) + 1)
        result.update(context)
    return result
