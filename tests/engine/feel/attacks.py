"""Texts that try to hang, exhaust or crash an evaluation, each with the data it reads.

Run as a program with the name of one, it evaluates that in its own process and prints the outcome, the seconds of
processor time (other tests may be running) and the most memory that the process held:

    python -m tests.engine.feel.attacks NAME
"""

from __future__ import annotations

import datetime
import json
import resource
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any


def nested(opening: str, middle: str, closing: str, times: int) -> str:
    """`middle` inside so many pairs."""
    return opening * times + middle + closing * times


DOUBLING = "{" + "a0: [1, 1], " + ", ".join(f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 60)) + "}"
STRINGS = "{" + 'a0: "xxxxxxxxxx", ' + ", ".join(f"a{i}: a{i - 1} + a{i - 1}" for i in range(1, 60)) + "}.a59"
CONCATS = "{" + "a0: [1, 1], " + ", ".join(f"a{i}: concatenate(a{i - 1}, a{i - 1})" for i in range(1, 60)) + "}"

ATTACKS: dict[str, tuple[str, dict[str, Any]]] = {
    "brackets": (nested("(", "1", ")", 40_000), {}),
    "lists": (nested("[", "1", "]", 40_000), {}),
    "few lists": (nested("[", "1", "]", 190), {}),
    "contexts": (nested("{a:", "1", "}", 20_000), {}),
    "unclosed": ("(" * 90_000, {}),
    "unclosed lists": ("[" * 90_000, {}),
    "minus": ("-" * 90_000 + "1", {}),
    "not": (nested("not(", "true", ")", 20_000), {}),
    "ifs": ("if true then " * 7_000 + "1" + " else 1" * 7_000, {}),
    "else ifs": ("if false then 1 else " * 4_000 + "1", {}),
    "functions": ("function() " * 9_000 + "1", {}),
    "fors": ("for i in [1,2] return " * 4_000 + "i", {}),
    "fors of fors": ("for i in 1..1000 return " * 6 + "i", {}),
    "many variables": ("for " + ", ".join(f"v{i} in 1..1000" for i in range(20)) + " return v0", {}),
    "some": ("some " + ", ".join(f"v{i} in 1..1000" for i in range(20)) + " satisfies false", {}),
    "long sum": ("+".join(["1"] * 45_000), {}),
    "long and": (" and ".join(["true"] * 16_000), {}),
    "long path": ("a" + ".a" * 45_000, {"a": {}}),
    "long path of nothing": ("a" + ".a" * 45_000, {}),
    "long filter": ("a" + "[1]" * 30_000, {"a": [1]}),
    "long calls": ("f" + "()" * 45_000, {}),
    "long compare": ("1" + "=1" * 45_000, {}),
    "long in": ("1" + " in 1" * 20_000, {}),
    "long instance": ("1" + " instance of number" * 5_000, {}),
    "too long": ("1+" * 5_000_000 + "1", {}),
    "comment": ("/*" + "*" * 95_000, {}),
    "comments": ("/**/" * 24_000 + "1", {}),
    "open comments": ("/* " * 33_000, {}),
    "open quotes": ('"' + '\\"' * 49_000, {}),
    "many quotes": ('" ' * 49_001, {}),
    "range dots": ('for i in 1..100000 return range("[' + "." * 900 + ']" + string(i))', {}),
    "long strings": (
        (
            '{a: string join(for i in 1..100000 return "abcdefghij"), b: a + "", c: a + "",'
            " r: for i in 1..200000 return b = c and b <= c}"
        ),
        {},
    ),
    "long minimum": (
        (
            '{a: string join(for i in 1..90000 return "abcdefghij"), b: a + "", c: a + "",'
            " l: for i in 1..100000 return if odd(i) then b else c, r: min(l), s: distinct values(l), t: sort(l)}"
        ),
        {},
    ),
    "long substrings": (
        '{a: string join(for i in 1..90000 return "abcdefghij"), r: for i in 1..100000 return substring(a, i)}',
        {},
    ),
    "long dates": (
        '{a: string join(for i in 1..90000 return "abcdefghij"), r: for i in 1..100000 return date and time(a)}',
        {},
    ),
    "quotes": ('"' + "\\" * 95_000, {}),
    "string": ('"' + "a" * 95_000 + '"', {}),
    "types": ("1 instance of " + "list<" * 19_000 + "number" + ">" * 19_000, {}),
    "names": (" ".join(["a"] * 50_000), {}),
    "name signs": ("{" + "a-" * 40_000 + ":1}", {}),
    "keys": ("{" + ", ".join(f"a{i}-b{i}: {i}" for i in range(4_500)) + "}", {}),
    "keys alike": ("{" + ", ".join(f"a-{i}: {i}" for i in range(6_000)) + "}", {}),
    "keys of many lengths": (
        "{" + ", ".join("a" + "-a" * i + ": 1" for i in range(1, 24)) + ", b: " + "-".join(["a"] * 45_000) + "}",
        {},
    ),
    "for without in": ("for a " * 16_000, {}),
    "for of many words": ("for " + "a " * 45_000 + "in x return 1", {}),
    "key scan": ("{a " * 30_000, {}),
    "power": ("9**9**9**9", {}),
    "power of power": ("9" * 34 + "**" + "9" * 34, {}),
    "negative power": ("2 ** -99999999999999", {}),
    "fraction power": ("1.0000000000001 ** 99999999999999999", {}),
    "exponent": ("1e999999999999999999", {}),
    "digits": ("9" * 99_000, {}),
    "exp": ("exp(1e6000)", {}),
    "modulo": ("modulo(9e6144, 7e-6000)", {}),
    "decimal": ("decimal(1/3, 999999999999)", {}),
    "rounding": ("round up(1e6000, 6000)", {}),
    "range": ("for i in 1..1000000000000 return i", {}),
    "range down": ("for i in 1000000000000..1 return i", {}),
    "range list": ("count(for i in [1..1e30] return i)", {}),
    "date range": ('for i in @"9000-01-01"..@"9600-12-31" return string(i)', {}),
    "dates": ('for i in @"-999999999-01-01"..@"999999999-12-31" return i', {}),
    "huge date": ('@"999999999-12-31" + @"P1D"', {}),
    "huge year": ("date(1e300, 1, 1)", {}),
    "huge duration": ('duration("P99999999999999999D") * 1e6000', {}),
    "duration digits": ('duration("P' + "9" * 90_000 + 'D")', {}),
    "months": ('@"2020-01-01" + duration("P999999999999999999Y")', {}),
    "offset": ('time(1, 1, 1, duration("PT999999999999H"))', {}),
    "zone": ('time("10:00:00@../../etc/passwd")', {}),
    "zone folder": ('time("10:00:00@Europe")', {}),
    "string bomb": (STRINGS, {}),
    "string loop": ('for i in 1..1000000 return "' + "a" * 50_000 + '" + string(i)', {}),
    "partial strings": ('for i in 1..100000 return string join([string(partial[-1]), "aaaaaaaaaa", string(i)])', {}),
    "partial nest": ("for i in 1..100000 return [partial[-1]]", {}),
    "partial text": ("string(for i in 1..100000 return [partial[-1]])", {}),
    "upper": ('upper case("' + "ß" * 90_000 + '")', {}),
    "replace": ('replace("' + "a" * 40_000 + '", "a", "' + "b" * 40_000 + '")', {}),
    "split": ('split("' + "a," * 45_000 + '", ",")', {}),
    "doubling": (DOUBLING, {}),
    "doubling equals": (f"{{x: {DOUBLING}, y: {DOUBLING}, z: x = y}}.z", {}),
    "doubling text": (f"string({DOUBLING})", {}),
    "doubling flatten": (f"flatten([{DOUBLING}.a59])", {}),
    "concatenations": (CONCATS, {}),
    "regex": ('matches("' + "a" * 60_000 + 'b", "(a+)+$")', {}),
    "regex nest": ('matches("aaa", "' + "(" * 900 + "a" + ")*" * 900 + '")', {}),
    "regex repeat": ('matches("aaa", "((((a{1000}){1000}){1000}){1000})")', {}),
    "regex classes": ('matches("aaa", "([\\\\w-[a]]|[\\\\w-[b]]){900}")', {}),
    "regex unicode": ('matches("aaa", "(\\\\p{L}\\\\p{L}?){500}")', {}),
    "regex back": ('matches("aa", "(a)\\\\1")', {}),
    "regex loop": ('for i in 1..100000 return matches("aaaa", "(a|b)*c" + string(i))', {}),
    "regex compile": (
        'for i in 1..100000 return matches("aaaa", "(\\\\p{L}\\\\p{L}?){20}" + string(i))',
        {},
    ),
    "regex subtract": ('for i in 1..100000 return matches("aaaa", "' + "[\\\\w-[a]]" * 100 + '" + string(i))', {}),
    "regex faults": ('for i in 1..100000 return matches("aaaa", "(\\\\p{L}?){900}" + string(i))', {}),
    "regex search": (
        '{t: string join(for i in 1..200000 return "abcd"), r: for i in 1..10000 return matches(t, "(x|b)*c$")}',
        {},
    ),
    "many functions": ("for i in 1..200000 return function(a) a + i", {}),
    "many contexts": ("for i in 1..200000 return {a: i, b: [i, i], c: {d: i}}", {}),
    "many entries": ("for i in 1..200000 return get entries({a: i, b: i})", {}),
    "many strings": ('for i in 1..200000 return "😀" + string(i)', {}),
    "many times": ('for i in 1..200000 return @"00:00:00.000000001" + duration("PT" + string(i) + "S")', {}),
    "loop of powers": ("for i in 1..500, j in 1..500 return i ** 0.123456789", {}),
    "loop of logarithms": ("for i in 1..500, j in 1..500 return log(exp(i))", {}),
    "loop of roundings": ("for i in 1..500, j in 1..500 return round up(1e6000 / 7, 6000)", {}),
    "loop of remainders": ("for i in 1..500, j in 1..500 return modulo(1e6000, 7)", {}),
    "loop of zones": (
        '{z: @"2020-01-01T00:00:00@Asia/Ho_Chi_Minh", d: @"PT1H", r: for i in 1..240000 return z + d}',
        {},
    ),
    "loop of literals": ('for i in 1..240000 return date and time("2020-01-01T00:00:00@Asia/Ho_Chi_Minh")', {}),
    "loop of wide dates": ('{z: @"-2020-01-01", d: @"P1D", r: for i in 1..240000 return z + d}', {}),
    "loop of comparisons": (
        '{z: @"-2020-01-01T00:00:00@Asia/Ho_Chi_Minh", r: for i in 1..240000 return z < z and z <= z}',
        {},
    ),
    "loop of ranges": ("for i in 1..240000 return overlaps([1..i], [i..9])", {}),
    "loop of texts": ("for i in 1..240000 return string(i / 7)", {}),
    "loop of numbers": ('for i in 1..240000 return number("' + "9" * 30_000 + '")', {}),
    "loop of replacements": ('for i in 1..240000 return replace("abcabc", "b", "x")', {}),
    "loop of long division": ("every i in 1..240000, j in 1..240000 satisfies 1e6000 / 7 > j / 1e-6000", {}),
    "loop of durations": ('for i in 1..240000 return @"P1D" * 1.23456 / 7', {}),
    "partial of partials": ("for i in 1..20000 return partial", {}),
    "regex surrogate": ('matches(x, "a")', {"x": "\ud800"}),
    "recursion": ("{f: function(n) f(n + 1), r: f(1)}.r", {}),
    "recursion twice": ("{f: function(n) f(n - 1) + f(n - 1), r: f(100)}.r", {}),
    "recursion wide": ("{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(60)}.r", {}),
    "recursion deep body": (
        "{f: function(n) " + nested("[", "f(n + 1)", "]", 150) + ", r: f(1)}.r",
        {},
    ),
    "recursion in sort": ("{f: function(a, b) count(sort([2, 1], f)) > 1, r: sort([3, 2, 1], f)}.r", {}),
    "recursion in filter": ("{f: function(n) [1, 2][f(item) = 1], r: f(1)}.r", {}),
    "recursion in replace": ("{f: function(a, b) list replace([1], f, 2) = 1, r: f(1, 2)}.r", {}),
    "self": ("{f: function(g) g(g), r: f(f)}.r", {}),
    "sort": ("sort(for i in 1..100000 return modulo(i * 7919, 100003), function(a, b) a < b)", {}),
    "sort contradiction": ("sort(for i in 1..20000 return i, function(a, b) true)", {}),
    "distinct": ("distinct values(for i in 1..100000 return {a: i})", {}),
    "index of": ("for i in 1..100000 return index of(partial, i)", {}),
    "append": ("for i in 1..100000 return append(partial, i)", {}),
    "stddev": ("stddev([1e6000, -1e6000, 1])", {}),
    "sum": ("sum(for i in 1..10 return 9.99e6144)", {}),
    "deep data": ("a = a", {"a": None}),
    "cyclic data": ("a", {"a": None}),
    "huge int": ("a + 1", {"a": 10**50_000}),
    "nan": ("a + b", {"a": float("nan"), "b": float("inf")}),
    "decimal nan": ("[a, b, c]", {"a": Decimal("sNaN"), "b": Decimal("-Infinity"), "c": Decimal("1E+99999999")}),
    "strange data": ("[a, b, c, d]", {"a": object(), "b": {1: 2}, "c": (1, 2), "d": datetime.UTC}),
    "eval": ("().__class__.__base__.__subclasses__()", {}),
    "import": ('__import__("os").system("id")', {}),
    "nul": ("\0", {}),
    "surrogate": ('"\ud800"', {}),
    "empty": ("", {}),
    "spaces": (" " * 99_000, {}),
    "equals": ("= 1", {}),
    "semicolon": ("1; 2", {}),
    "context functions": ("context put({}, for i in 1..1000 return string(i), 1)", {}),
    "string of dates": ('string(for i in 1..200000 return @"2020-01-01T00:00:00@Asia/Ho_Chi_Minh")', {}),
    "zones": (
        'for i in 1..200000 return @"2020-01-01T00:00:00@Asia/Ho_Chi_Minh" + duration("PT" + string(i) + "H")',
        {},
    ),
    "range text": ('range("[" + "1" + ".." + "9e6144" + "]")', {}),
    "pair filter": ("(for i in 1..3000 return i)[count((for j in 1..3000 return j)[item = item]) > 0]", {}),
}
_deep: Any = 1
for _ in range(5_000):
    _deep = [_deep]
ATTACKS["deep data"][1]["a"] = _deep
_cycle: list[Any] = []
_cycle.append(_cycle)
ATTACKS["cyclic data"][1]["a"] = _cycle


def outcome(name: str) -> str:
    """``value``, or the FEEL error that the attack ends in; anything else is a failure of FEEL."""
    from engine.feel import FeelLimitError, FeelSyntaxError, diagnose, evaluate

    text, context = ATTACKS[name]
    try:
        value = evaluate(text, context)
        diagnose(text, context)
        return "value" if value is not None else "null"
    except FeelSyntaxError as error:
        assert 1 <= len(error.message) <= 10_000 and error.line >= 1 and error.column >= 1
        return "FeelSyntaxError"
    except FeelLimitError as error:
        assert 1 <= len(error.message) <= 10_000
        return "FeelLimitError"


def peak_memory() -> float:
    """Megabytes this program has had at most. `ru_maxrss` will not do: it counts what the parent had at the fork."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(names: list[str]) -> None:
    """Print the outcome of each attack as a line of JSON."""
    import engine.feel  # noqa: F401 - not counted: a process that evaluates has it already

    for name in names or list(ATTACKS):
        begin = time.process_time()
        try:
            result = outcome(name)
        except BaseException as error:
            result = f"RAW {type(error).__name__}: {str(error)[:80]}"
        seconds = time.process_time() - begin
        megabytes = peak_memory()
        print(json.dumps({"name": name, "outcome": result, "seconds": round(seconds, 3), "mb": round(megabytes)}))


if __name__ == "__main__":
    main(sys.argv[1:])
