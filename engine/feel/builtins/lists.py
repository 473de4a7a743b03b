"""List functions (DMN 10.3.4.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.feel.bounds import MAX_VALUE_DEPTH, Run, too_deep
from engine.feel.builtins.registry import BUILTINS, Refused, builtin
from engine.feel.compare import equal, kind_of, order, weigh
from engine.feel.functions import Function
from engine.feel.numbers import ADD, DECIMAL128, DIVIDE, EXACT, MULTIPLY, integer_part
from engine.feel.temporal import YearsMonths, make_duration, make_months, nanos_of


def numbers(values: list[Any]) -> list[Decimal]:
    """The list, refused where an element is no number."""
    if not all(type(value) is Decimal for value in values):
        raise Refused
    return values


@builtin("list contains", "list: list, element: any")
def list_contains(run: Run, values: list[Any], element: Any) -> bool:
    run.charge(len(values) + 1)
    return any(equal(value, element, run) for value in values)


@builtin("count", "list: list", variadic=True)
def count(run: Run, values: list[Any]) -> Decimal:
    return Decimal(len(values))


def _extreme(run: Run, values: list[Any], wanted: int) -> Any:
    if not values:
        return None
    run.charge(len(values))
    best = values[0]
    if best is None or order(best, best) is None:
        raise Refused
    for value in values[1:]:
        weigh(value, run)
        position = order(value, best)
        if position is None:
            raise Refused
        if position == wanted:
            best = value
    return best


@builtin("min", "list: list", variadic=True)
def minimum(run: Run, values: list[Any]) -> Any:
    return _extreme(run, values, -1)


@builtin("max", "list: list", variadic=True)
def maximum(run: Run, values: list[Any]) -> Any:
    return _extreme(run, values, 1)


@builtin("sum", "list: list", variadic=True)
def total(run: Run, values: list[Any]) -> Any:
    """Of numbers, or of durations of one kind; null for none."""
    if not values:
        return None
    run.charge(len(values))
    kinds = {kind_of(value) for value in values}
    if kinds == {"days and time duration"}:
        return make_duration(sum(map(nanos_of, values)))
    if kinds == {"years and months duration"}:
        return make_months(sum(value.months for value in values))
    result = Decimal(0)
    for value in numbers(values):
        result = ADD(result, value)
    return result


@builtin("mean", "list: list", variadic=True)
def mean(run: Run, values: list[Any]) -> Any:
    whole = total(run, values)
    if whole is None:
        return None
    if isinstance(whole, Decimal):
        return DIVIDE(whole, Decimal(len(values)))
    if isinstance(whole, YearsMonths):
        return make_months(int(Decimal(whole.months) / len(values)))
    return make_duration(nanos_of(whole) // len(values))


@builtin("product", "list: list", variadic=True)
def product(run: Run, values: list[Any]) -> Decimal | None:
    if not values:
        return None
    run.charge(len(values))
    result = Decimal(1)
    for value in numbers(values):
        result = MULTIPLY(result, value)
    return result


@builtin("median", "list: list", variadic=True)
def median(run: Run, values: list[Any]) -> Decimal | None:
    if not values:
        return None
    run.charge(4 * len(values))
    ordered = sorted(numbers(values))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return DIVIDE(ADD(ordered[middle - 1], ordered[middle]), Decimal(2))


@builtin("stddev", "list: list", variadic=True)
def stddev(run: Run, values: list[Any]) -> Decimal:
    """The sample's standard deviation."""
    if len(values) < 2:
        raise Refused
    run.charge(8 * len(values))
    own = numbers(values)
    if any(abs(value.adjusted()) > 3000 for value in own):
        raise Refused
    average = EXACT.divide(_exact_sum(own), Decimal(len(own)))
    squares = Decimal(0)
    for value in own:
        difference = EXACT.subtract(value, average)
        squares = EXACT.add(squares, EXACT.multiply(difference, difference))
    return DECIMAL128.sqrt(EXACT.divide(squares, Decimal(len(own) - 1)))


def _exact_sum(values: list[Decimal]) -> Decimal:
    result = Decimal(0)
    for value in values:
        result = EXACT.add(result, value)
    return result


@builtin("mode", "list: list", variadic=True)
def mode(run: Run, values: list[Any]) -> list[Decimal]:
    """The most frequent numbers, ascending."""
    run.charge(4 * len(values))
    counts: dict[Decimal, int] = {}
    for value in numbers(values):
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(value for value, number in counts.items() if number == most)


def _junction(run: Run, values: list[Any], decisive: bool) -> bool | None:
    run.charge(len(values))
    result: bool | None = not decisive
    strange = False
    for value in values:
        if value is decisive:
            return bool(value)
        if value is not (not decisive):
            result = None
            strange = strange or value is not None
    if strange:
        raise Refused
    return result


@builtin("all", "list: list", variadic=True)
def every(run: Run, values: list[Any]) -> bool | None:
    return _junction(run, values, False)


@builtin("any", "list: list", variadic=True)
def some(run: Run, values: list[Any]) -> bool | None:
    return _junction(run, values, True)


def place_of(position: Decimal, size: int) -> int:
    """The index of a position from 1, or from the end where it is negative; refused outside the list."""
    at = integer_part(position)
    if not at or not -size <= at <= size:
        raise Refused
    return at - 1 if at > 0 else size + at


@builtin("sublist", "list: list, start position: number, length?: number?")
def sublist(run: Run, values: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    begin = place_of(start, len(values))
    run.charge_list(len(values))
    if length is None:
        return values[begin:]
    size = integer_part(length)
    if size is None or size < 1 or begin + size > len(values):
        raise Refused
    return values[begin : begin + size]


class Appending(Function):
    """A list function of any number of arguments: `append`, `concatenate`, `union`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parameters = ("list", "item") if name == "append" else ("list",)

    def accepts(self, kinds: Any) -> bool:
        return len(kinds) > (self.name == "append")

    def call(self, run: Run, arguments: Any) -> Any:
        lists = [a if type(a) is list else [a] for a in arguments]
        first_null = arguments and arguments[0] is None
        if not arguments or first_null or (self.name != "append" and any(a is None for a in arguments)):
            self.refuse(run)
            return None
        if self.name == "append":
            lists = [lists[0], list(arguments[1:])]
            if len(arguments) < 2:
                self.refuse(run)
                return None
        run.charge_list(sum(map(len, lists)))
        joined = [value for each in lists for value in each]
        return distinct(run, joined) if self.name == "union" else joined

    def call_named(self, run: Run, arguments: Any) -> Any:
        if "list" not in arguments or not set(arguments) <= set(self.parameters):
            self.refuse(run)
            return None
        if self.name == "append":
            item = arguments.get("item")
            items = item if type(item) is list else [item]
            return self.call(run, [arguments["list"], *items])
        return self.call(run, arguments["list"] if type(arguments["list"]) is list else [arguments["list"]])


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(run: Run, values: list[Any], position: Decimal, item: Any) -> list[Any]:
    at = place_of(position, len(values))
    run.charge_list(len(values) + 1)
    return [*values[:at], item, *values[at:]]


@builtin("remove", "list: list, position: number")
def remove(run: Run, values: list[Any], position: Decimal) -> list[Any]:
    at = place_of(position, len(values))
    run.charge_list(len(values))
    return values[:at] + values[at + 1 :]


@builtin("list replace", "list: list, position: number, newItem: any")
def replace_at(run: Run, values: list[Any], position: Decimal, item: Any) -> list[Any]:
    at = place_of(position, len(values))
    run.charge_list(len(values))
    return [*values[:at], item, *values[at + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any")
def replace_matching(run: Run, values: list[Any], match: Function, item: Any) -> list[Any]:
    """Every element for which `match(element, newItem)` is true is replaced."""
    result = []
    for value in values:
        run.charge(10)
        found = match.call(run, [value, item])
        if type(found) is not bool:
            raise Refused
        result.append(item if found else value)
    return result


@builtin("reverse", "list: list")
def reverse(run: Run, values: list[Any]) -> list[Any]:
    run.charge_list(len(values))
    return values[::-1]


@builtin("index of", "list: list, match: any")
def index_of(run: Run, values: list[Any], match: Any) -> list[Decimal]:
    run.charge(len(values) + 1)
    return [Decimal(i) for i, value in enumerate(values, 1) if equal(value, match, run)]


def _bucket(value: Any) -> Any:
    """A key that equal values share, to find equals without comparing all pairs."""
    kind = kind_of(value)
    if kind in ("number", "string", "boolean", "date", "years and months duration"):
        return (kind, value)
    return (kind, nanos_of(value)) if kind == "days and time duration" else kind


@builtin("distinct values", "list: list")
def distinct(run: Run, values: list[Any]) -> list[Any]:
    run.charge_list(len(values))
    seen: dict[Any, list[Any]] = {}
    result = []
    for value in values:
        key = _bucket(value)
        weigh(value, run)
        alike = seen.setdefault(key, [])
        run.charge(len(alike) + 1)
        if (alike and isinstance(key, tuple)) or any(equal(value, other, run) for other in alike):
            continue
        alike.append(value)
        result.append(value)
    return result


@builtin("flatten", "list: list")
def flatten(run: Run, values: list[Any]) -> list[Any]:
    result: list[Any] = []

    def visit(inner: list[Any], depth: int) -> None:
        if depth > MAX_VALUE_DEPTH:
            too_deep()
        for value in inner:
            run.charge(1)
            if type(value) is list:
                visit(value, depth + 1)
            else:
                result.append(value)

    visit(values, 0)
    run.charge_list(len(result))
    return result


for _name in ("append", "concatenate", "union"):
    BUILTINS[_name] = Appending(_name)
